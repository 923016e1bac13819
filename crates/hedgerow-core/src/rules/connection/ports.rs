//! Switch ports exist, and every port is used once.

use super::view::Connection;
use crate::codes::fabric as codes;
use crate::profiles::PortLook;
use crate::rules::claims::Claims;
use crate::rules::fabric::Fabric;
use crate::rules::report::Report;

/// One name for the two that a port may have: `E1/4` is the first sub-port of its breakout, `E1/4/1`.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:891-901 @ 78827deb.
pub(super) fn one_name(port: &str) -> &str {
    port.strip_suffix("/1").filter(|base| base.bytes().filter(|&b| b == b'/').count() == 1).unwrap_or(port)
}

/// A switch has the port, by its profile and its breakouts.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:854-869 @ 78827deb.
pub(super) fn exist_on_their_switches(connection: &Connection<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    for end in connection.switch_ends() {
        let Some((device, port)) = end.parts() else { continue };
        let Some(switch) = fabric.switch(&device) else { continue };
        let Some(profile) = &switch.profile else { continue };
        if profile.look(port.text, |base| switch.breakout(base)) != PortLook::Absent {
            continue;
        }
        let message = format!("switch {:?} has no port {:?}", device.text, port.text);
        let hint = if port.text.starts_with("Ethernet") {
            "ports have the names of the profile, such as E1/4, not those of SONiC".to_owned()
        } else if port.text.bytes().filter(|&b| b == b'/').count() == 2 {
            let base = port.text.rsplit_once('/').map_or(port.text, |(base, _)| base);
            format!("set spec.portBreakouts of {base} on the switch, or name another port")
        } else {
            format!("its profile is {:?}; name one of that profile's ports", profile.name)
        };
        let spot = switch.profile_name.map_or(switch.head.spec.spot(), |name| name.spot);
        report.give(codes::PORT_ABSENT, port.spot, message).against(spot, "its profile").hint(hint);
    }
}

/// A port is part of one connection.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:903-935 @ 78827deb.
pub(super) fn are_used_once(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let ends = fabric.connections.iter().map(|connection| connection.ends.len()).sum();
    let mut claims = Claims::with_capacity(ends);
    for connection in fabric.connections.iter() {
        for end in connection.ends.iter() {
            let (Some(whole), Some((device, port))) = (end.port(), end.parts()) else { continue };
            // One slice of the text is half of what two would take, and there are as many as ports.
            let cut = port.text.len() - one_name(port.text).len();
            let Some(first) = claims.claim(&whole.text[..whole.text.len() - cut], port.spot) else { continue };
            if first.subject != port.spot.subject {
                let message = format!("port {}/{} is used by two connections", device.text, port.text);
                let given = report.give(codes::PORT_TWICE, port.spot, message).with(first, "first used here");
                given.hint("give one of them another port");
            }
        }
    }
}
