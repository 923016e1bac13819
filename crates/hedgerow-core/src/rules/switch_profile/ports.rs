//! Rules about the ports and port groups of a profile.

use crate::codes::fabric as codes;
use crate::rules::claims::Claims;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::report::Report;

/// Every rule about ports.
pub(super) fn judge(spec: Cursor<'_>, report: &mut Report<'_>) {
    for (name, port) in spec.get("ports").fields() {
        nos_name_is_given(&name, port, report);
        if port.flag("management") {
            management_port_is_one(&name, port, report);
        } else {
            data_port_is_one(&name, port, report);
            class_exists(&name, port, spec, report);
            nos_name_fits_the_class(&name, port, spec, report);
        }
    }
    names_are_unique(spec, report);
    groups_are_groups(spec, report);
    pipelines_have_ports(spec, report);
}

fn wrong(text: &Text<'_>, message: String, hint: &str, report: &mut Report<'_>) {
    report.give(codes::PROFILE_PORT, text.spot, message).hint(hint);
}

fn is_number(text: &str) -> bool {
    text.parse::<u32>().is_ok()
}

fn is_positive(text: &str) -> bool {
    text.parse::<u32>().is_ok_and(|n| n > 0)
}

fn is_breakout(port: Cursor<'_>, spec: Cursor<'_>) -> bool {
    port.text("profile").is_some_and(|name| spec.get("portProfiles").get(name.text).get("breakout").is_set())
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:281-283 @ 78827deb.
fn nos_name_is_given(name: &Text<'_>, port: Cursor<'_>, report: &mut Report<'_>) {
    if port.text("nos").is_none() {
        wrong(name, format!("port {:?} has no name on the switch", name.text), "set nos", report);
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:301-340 @ 78827deb.
fn management_port_is_one(name: &Text<'_>, port: Cursor<'_>, report: &mut Report<'_>) {
    let tail = |key: &str, prefix: &str| {
        port.text(key).is_none_or(|text| text.text.strip_prefix(prefix).is_some_and(is_number))
    };
    let sound = name.text.strip_prefix('M').is_some_and(is_positive)
        && tail("nos", "Management")
        && port.text("oniePortName").is_some()
        && tail("oniePortName", "eth")
        && ["group", "profile", "baseNOSName"].iter().all(|key| port.text(key).is_none());
    if !sound {
        let message = format!("{:?} is no management port", name.text);
        wrong(
            name,
            message,
            "M1 has nos: Management0 and oniePortName: eth0, and no group, profile or baseNOSName",
            report,
        );
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:345-362 @ 78827deb.
fn data_port_is_one(name: &Text<'_>, port: Cursor<'_>, report: &mut Report<'_>) {
    let parts = name.text.strip_prefix('E').and_then(|rest| rest.split_once('/'));
    if !parts.is_some_and(|(asic, port)| is_positive(asic) && is_positive(port)) {
        wrong(name, format!("{:?} is no name of a port", name.text), "name ports E1/1, E1/2 and so on", report);
    } else if port.text("label").is_none() {
        wrong(name, format!("port {:?} has no label", name.text), "set label to what is printed on the switch", report);
    }
}

/// A port has a port group or a port profile, and it exists; only breakout ports are part of pipelines.
///
/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:369-382,415-424,436-442 @ 78827deb.
fn class_exists(name: &Text<'_>, port: Cursor<'_>, spec: Cursor<'_>, report: &mut Report<'_>) {
    let (group, profile, pipeline) = (port.text("group"), port.text("profile"), port.text("pipeline"));
    if group.is_some() == profile.is_some() {
        wrong(
            name,
            format!("port {:?} has a group or a profile, one of the two", name.text),
            "set one of them",
            report,
        );
    }
    for (table, text) in [("portGroups", group), ("portProfiles", profile), ("pipelines", pipeline)] {
        if let Some(text) = text.filter(|text| !spec.get(table).get(text.text).is_set()) {
            wrong(&text, format!("there is no {:?} in {table}", text.text), "correct the name, or add it", report);
        }
    }
    if let Some(pipeline) = pipeline.filter(|_| !is_breakout(port, spec)) {
        wrong(&pipeline, "only ports with breakouts are part of a pipeline".to_owned(), "remove pipeline", report);
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:386-412,426-434 @ 78827deb.
fn nos_name_fits_the_class(name: &Text<'_>, port: Cursor<'_>, spec: Cursor<'_>, report: &mut Report<'_>) {
    let Some(nos) = port.text("nos") else { return };
    let plain = |text: &Text<'_>| text.text.strip_prefix("Ethernet").is_some_and(is_number);
    if !is_breakout(port, spec) {
        if !plain(&nos) {
            wrong(&nos, format!("{:?} is no name on the switch", nos.text), "write it like Ethernet48", report);
        }
    } else if !nos.text.strip_prefix("1/").is_some_and(is_number) {
        wrong(&nos, format!("{:?} is no name of a port with breakouts", nos.text), "write it like 1/49", report);
    } else if !port.text("baseNOSName").is_some_and(|base| plain(&base)) {
        wrong(
            name,
            format!("port {:?} has no base name on the switch", name.text),
            "set baseNOSName, such as Ethernet48",
            report,
        );
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:289-299,364-367 @ 78827deb.
fn names_are_unique(spec: Cursor<'_>, report: &mut Report<'_>) {
    for key in ["nos", "baseNOSName", "label"] {
        let mut claims = Claims::new();
        for text in spec.get("ports").fields().filter_map(|(_, port)| port.text(key)) {
            if let Some(first) = claims.claim(text.text, text.spot) {
                let given = report.give(codes::PROFILE_PORT, text.spot, format!("{key} {:?} is used twice", text.text));
                given.see(first, "first used here").hint("give each port its own");
            }
        }
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:445-475 @ 78827deb.
fn groups_are_groups(spec: Cursor<'_>, report: &mut Report<'_>) {
    for (name, group) in spec.get("portGroups").fields() {
        let used =
            spec.get("ports").fields().any(|(_, port)| port.text("group").is_some_and(|own| own.text == name.text));
        let profile = group.text("profile").map(|profile| spec.get("portProfiles").get(profile.text));
        let message = if !used {
            format!("no port is in group {:?}", name.text)
        } else if !group.text("nos").is_some_and(|nos| is_positive(nos.text)) {
            format!("group {:?} has no number on the switch", name.text)
        } else if !profile.is_some_and(|profile| profile.get("speed").is_set() && !profile.flag("autoNegAllowed")) {
            format!("group {:?} needs a port profile with speeds and without auto-negotiation", name.text)
        } else {
            continue;
        };
        wrong(&name, message, "write it like {nos: \"1\", profile: SFP28-25G}", report);
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:547-555 @ 78827deb.
fn pipelines_have_ports(spec: Cursor<'_>, report: &mut Report<'_>) {
    for (name, pipeline) in spec.get("pipelines").fields() {
        if pipeline.number("maxPorts").is_none() {
            wrong(&name, format!("pipeline {:?} takes no ports", name.text), "set maxPorts", report);
        }
    }
}
