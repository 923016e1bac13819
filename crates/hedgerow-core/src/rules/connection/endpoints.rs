//! What the ends of a connection's links must be, by its type.

use std::collections::BTreeSet;

use super::view::{Connection, Device};
use crate::codes::fabric as codes;
use crate::rules::claims::Claims;
use crate::rules::report::Report;

/// Every rule about the ends of one connection.
pub(super) fn judge(connection: &Connection<'_>, report: &mut Report<'_>) {
    links_are_given(connection, report);
    ports_name_device_and_port(connection, report);
    devices_are_as_many_as_the_type_takes(connection, report);
    ports_differ(connection, report);
}

/// A connection has links.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:514,527,547,570,587,604,621 @ 78827deb.
fn links_are_given(connection: &Connection<'_>, report: &mut Report<'_>) {
    if connection.ends.is_empty() && !connection.types.is_empty() && !connection.is_mclag() {
        let message = format!("a connection of type {} needs links", connection.kind());
        report.give(codes::LINKS_LACKING, connection.body().spot(), message).hint("add at least one item to links");
    }
}

/// A port is written `device/port`.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:645-655 @ 78827deb.
fn ports_name_device_and_port(connection: &Connection<'_>, report: &mut Report<'_>) {
    for end in &connection.ends {
        if end.parts().is_some() {
            continue;
        }
        let (spot, message) = match end.port() {
            Some(port) => (port.spot, format!("{:?} is no port: it names a device, a slash and a port", port.text)),
            None => (end.at.spot(), format!("the {} end of the link names no port", end.side())),
        };
        report.give(codes::PORT_MALFORMED, spot, message).hint("write it like leaf-01/E1/5 or server-01/enp2s1");
    }
}

/// Each type takes so many switches, and one server.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:498-639 @ 78827deb.
fn devices_are_as_many_as_the_type_takes(connection: &Connection<'_>, report: &mut Report<'_>) {
    let (least, most) = match connection.kind() {
        "unbundled" | "bundled" | "gateway" | "vpcLoopback" => (1, 1),
        "eslag" => (1, 4),
        "fabric" | "mesh" => (2, 2),
        _ => return,
    };
    let names = |device: Device| -> BTreeSet<&str> {
        let own = connection.ends.iter().filter(|end| end.device() == device);
        own.filter_map(|end| end.device_name()).map(|name| name.text).collect()
    };
    let whole = !connection.ends.is_empty() && connection.ends.iter().all(|end| end.parts().is_some());
    let (switches, servers) = (names(Device::Switch), names(Device::Server));
    let wrong = if !whole {
        return;
    } else if !(least..=most).contains(&switches.len()) {
        let takes = if least == most { format!("{least}") } else { format!("{least} to {most}") };
        let list = switches.into_iter().collect::<Vec<_>>().join(", ");
        format!("a connection of type {} joins {takes} switches, not {list}", connection.kind())
    } else if servers.len() > 1 {
        let list = servers.into_iter().collect::<Vec<_>>().join(", ");
        format!("a connection of type {} has one server, not {list}", connection.kind())
    } else {
        return;
    };
    report.give(codes::DEVICES_WRONG, connection.body().spot(), wrong).hint("make it several connections");
}

/// The ports of one connection are different ones.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:513,533,556,573,590,607,624 @ 78827deb.
fn ports_differ(connection: &Connection<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for end in &connection.ends {
        let Some((device, port)) = end.parts() else { continue };
        if let Some(first) = claims.claim((device.text, super::ports::one_name(port.text)), port.spot) {
            let message = format!("port {}/{} is used twice in one connection", device.text, port.text);
            let given = report.give(codes::PORT_TWICE_IN_ONE, port.spot, message).see(first, "first used here");
            given.hint("each link has ports of its own");
        }
    }
}
