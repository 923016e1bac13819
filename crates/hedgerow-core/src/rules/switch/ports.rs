//! Rules about a switch's ports: what it sets for each must be what its profile has.

use super::Switch;
use crate::codes::fabric as codes;
use crate::finding::Code;
use crate::profiles::{PortClass, PortKind, PortLook, Profile, lanes};
use crate::rules::cursor::Text;
use crate::rules::report::Report;

/// Every rule about ports. Without a known profile there is nothing to compare with.
pub(super) fn judge(switch: &Switch<'_>, report: &mut Report<'_>) {
    let Some(profile) = &switch.profile else { return };
    port_group_speeds_are_supported(switch, profile, report);
    port_speeds_are_supported(switch, profile, report);
    port_breakouts_are_supported(switch, profile, report);
    autoneg_is_configurable(switch, profile, report);
    fec_is_configurable(switch, profile, report);
    ports_are_not_too_many(switch, profile, report);
    pipelines_are_not_overfull(switch, profile, report);
}

/// Upstream's default cuts this off.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:249-255 @ 78827deb.
fn speed<'s>(text: &Text<'s>) -> &'s str {
    text.text.strip_prefix("SPEED_").unwrap_or(text.text)
}

/// A port group exists and takes the speed.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:553-571 @ 78827deb.
fn port_group_speeds_are_supported(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    for (name, value) in switch.by_port("portGroupSpeeds") {
        let Some(class) = profile.group(name.text) else {
            let message = format!("the profile {:?} has no port group {:?}", profile.name, name.text);
            report.give(codes::PORT_UNKNOWN, name.spot, message).hint("name a group of the profile, such as \"1\"");
            continue;
        };
        let Some(value) = value.own_text() else { continue };
        supported_or(codes::SPEED_UNSUPPORTED, "port group", &name, speed(&value), &value, class, report);
    }
}

/// A port exists, is configured by its speed, and takes this one.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:573-591 @ 78827deb.
fn port_speeds_are_supported(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    for (name, value) in switch.by_port("portSpeeds") {
        let Some(class) = known_port(profile, &name, report) else { continue };
        match &class.kind {
            PortKind::Speed => {
                let Some(value) = value.own_text() else { continue };
                supported_or(codes::SPEED_UNSUPPORTED, "port", &name, speed(&value), &value, class, report);
            }
            PortKind::Grouped(group) => {
                let hint = format!("set spec.portGroupSpeeds of group {group:?}");
                not_this_way(&name, "takes the speed of its port group", hint, report);
            }
            PortKind::Breakout => {
                not_this_way(
                    &name,
                    "takes a breakout, not a speed",
                    "set spec.portBreakouts, such as 1x100G".into(),
                    report,
                );
            }
            PortKind::Management => not_this_way(&name, "is for management only", "remove it".into(), report),
        }
    }
}

/// A port exists, is configured by a breakout, and takes this one.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:593-611 @ 78827deb.
fn port_breakouts_are_supported(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    for (name, value) in switch.by_port("portBreakouts") {
        let Some(class) = known_port(profile, &name, report) else { continue };
        if class.kind != PortKind::Breakout {
            not_this_way(&name, "takes no breakout", "remove it, or name another port".into(), report);
            continue;
        }
        let Some(value) = value.own_text() else { continue };
        supported_or(codes::BREAKOUT_UNSUPPORTED, "port", &name, value.text, &value, class, report);
    }
}

/// Auto-negotiation may be configured on this port. A port with breakouts is named by its sub-ports.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:613-622, switchprofile_types.go:923-974 @ 78827deb.
fn autoneg_is_configurable(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    for (name, _) in switch.by_port("portAutoNegs") {
        let (base, class) = base_of(profile, name.text);
        let Some(class) = class else {
            unknown_port(profile, &name, report);
            continue;
        };
        let breakout = class.kind == PortKind::Breakout;
        if profile.look(name.text, |port| switch.breakout(port)) == PortLook::Unknown {
            continue;
        }
        if !class.autoneg || breakout != (base != name.text) {
            let hint = if class.autoneg {
                format!("name the sub-port, such as {}/1", name.text)
            } else {
                "the profile does not allow it for this port: remove it".to_owned()
            };
            let message =
                format!("auto-negotiation cannot be set for port {:?} of profile {:?}", name.text, profile.name);
            report.give(codes::AUTONEG_UNSUPPORTED, name.spot, message).hint(hint);
        } else if profile.look(name.text, |port| switch.breakout(port)) == PortLook::Absent {
            unknown_port(profile, &name, report);
        }
    }
}

/// Error correction may be configured on this port: a port that is broken out is named by its sub-ports.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:624-634, switchprofile_types.go:1066-1097 @ 78827deb.
fn fec_is_configurable(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    for (name, _) in switch.by_port("portFECs") {
        let (base, class) = base_of(profile, name.text);
        let look = profile.look(name.text, |port| switch.breakout(port));
        let Some(class) = class.filter(|_| look != PortLook::Absent) else {
            unknown_port(profile, &name, report);
            continue;
        };
        let mode = switch.breakout(base).unwrap_or(&class.default);
        let broken_out = class.kind == PortKind::Breakout && base == name.text && lanes(mode) > 1;
        if broken_out || class.kind == PortKind::Management {
            let message = format!("error correction cannot be set for port {:?} as a whole", name.text);
            let hint = if broken_out { format!("name the sub-port, such as {base}/1") } else { "remove it".to_owned() };
            report.give(codes::FEC_UNSUPPORTED, name.spot, message).hint(hint);
        }
    }
}

/// All ports together, sub-ports counted, are no more than the switch can have.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:655-702 @ 78827deb.
fn ports_are_not_too_many(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    let Some(limit) = profile.max_ports else { return };
    let total: u32 = profile.ports().map(|(name, class)| sub_ports(switch, name, class)).sum();
    if total > limit {
        let message = format!("the breakouts make {total} ports; the profile {:?} takes {limit} at most", profile.name);
        let spot = switch.head.spec.get("portBreakouts").spot();
        report.give(codes::PORTS_TOO_MANY, spot, message).hint("use breakouts with fewer lanes on some ports");
    }
}

/// The ports of each pipeline, sub-ports counted, are no more than it takes.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:704-715 @ 78827deb.
fn pipelines_are_not_overfull(switch: &Switch<'_>, profile: &Profile, report: &mut Report<'_>) {
    for pipeline in &profile.pipelines {
        let classes = pipeline.ports.iter().filter_map(|name| Some((name, profile.port(name)?)));
        let total: u32 = classes.map(|(name, class)| sub_ports(switch, name, class)).sum();
        if total > pipeline.max_ports {
            let (first, last) = (pipeline.ports.first(), pipeline.ports.last());
            let ports = [first, last].into_iter().flatten().map(String::as_str).collect::<Vec<_>>().join(" to ");
            let message = format!(
                "the breakouts make {total} ports of pipeline {} ({ports}), which takes {} at most",
                pipeline.name, pipeline.max_ports
            );
            let own =
                switch.by_port("portBreakouts").find(|(name, _)| pipeline.ports.iter().any(|port| port == name.text));
            let spot = own.map_or(switch.head.spec.get("portBreakouts").spot(), |(name, _)| name.spot);
            report.give(codes::PIPELINE_FULL, spot, message).hint("use breakouts with fewer lanes on these ports");
        }
    }
}

/// How many ports the port `name` counts for. A breakout that the profile lacks is another rule's finding: it counts for one.
fn sub_ports(switch: &Switch<'_>, name: &str, class: &PortClass) -> u32 {
    match class.kind {
        PortKind::Management => 0,
        PortKind::Speed | PortKind::Grouped(_) => 1,
        PortKind::Breakout => {
            let mode = switch.breakout(name).unwrap_or(&class.default);
            if class.supported.iter().any(|known| known == mode) { lanes(mode) } else { 1 }
        }
    }
}

/// The class of the base port that `name` belongs to, and that base port's name.
fn base_of<'p, 'n>(profile: &'p Profile, name: &'n str) -> (&'n str, Option<&'p PortClass>) {
    if let Some(class) = profile.port(name) {
        return (name, Some(class));
    }
    let base = name.rsplit_once('/').map_or(name, |(base, _)| base);
    (base, profile.port(base))
}

fn known_port<'p>(profile: &'p Profile, name: &Text<'_>, report: &mut Report<'_>) -> Option<&'p PortClass> {
    let class = profile.port(name.text);
    if class.is_none() {
        unknown_port(profile, name, report);
    }
    class
}

fn unknown_port(profile: &Profile, name: &Text<'_>, report: &mut Report<'_>) {
    let message = format!("the profile {:?} has no port {:?}", profile.name, name.text);
    report.give(codes::PORT_UNKNOWN, name.spot, message).hint("ports are named as on the profile, such as E1/4");
}

fn not_this_way(name: &Text<'_>, why: &str, hint: String, report: &mut Report<'_>) {
    report.give(codes::PORT_KIND, name.spot, format!("port {:?} {why}", name.text)).hint(hint);
}

fn supported_or(
    code: Code,
    what: &str,
    name: &Text<'_>,
    wanted: &str,
    value: &Text<'_>,
    class: &PortClass,
    report: &mut Report<'_>,
) {
    if !class.supported.iter().any(|known| known == wanted) {
        let message = format!("{what} {:?} does not take {wanted}", name.text);
        report.give(code, value.spot, message).hint(format!("it takes {}", class.supported.join(", ")));
    }
}
