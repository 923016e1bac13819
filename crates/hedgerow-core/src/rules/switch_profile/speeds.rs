//! Rules about the port profiles of a profile: speeds and breakouts.

use crate::codes::fabric as codes;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::report::Report;

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:560-573 @ 78827deb.
const SPEEDS: [&str; 12] = ["1G", "2.5G", "5G", "10G", "20G", "25G", "40G", "50G", "100G", "200G", "400G", "800G"];

/// Every rule about port profiles.
pub(super) fn judge(spec: Cursor<'_>, report: &mut Report<'_>) {
    for (name, profile) in spec.get("portProfiles").fields() {
        profile_is_used(&name, spec, report);
        profile_has_speeds_or_breakouts(&name, profile, report);
        autoneg_is_allowed_where_it_is_the_default(&name, profile, report);
        speeds_are_speeds(&name, profile.get("speed"), report);
        breakouts_are_breakouts(&name, profile.get("breakout"), report);
    }
}

fn wrong(text: &Text<'_>, message: String, hint: &str, report: &mut Report<'_>) {
    report.give(codes::PROFILE_SPEED, text.spot, message).hint(hint);
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:478-480 @ 78827deb.
fn profile_is_used(name: &Text<'_>, spec: Cursor<'_>, report: &mut Report<'_>) {
    let users = ["ports", "portGroups"].into_iter().flat_map(|table| spec.get(table).fields());
    if !users.into_iter().any(|(_, user)| user.text("profile").is_some_and(|own| own.text == name.text)) {
        wrong(name, format!("no port has the port profile {:?}", name.text), "remove it", report);
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:482-488 @ 78827deb.
fn profile_has_speeds_or_breakouts(name: &Text<'_>, profile: Cursor<'_>, report: &mut Report<'_>) {
    if profile.get("speed").is_set() == profile.get("breakout").is_set() {
        wrong(
            name,
            format!("the port profile {:?} has speeds or breakouts, one of the two", name.text),
            "set one of them",
            report,
        );
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:490-492 @ 78827deb.
fn autoneg_is_allowed_where_it_is_the_default(name: &Text<'_>, profile: Cursor<'_>, report: &mut Report<'_>) {
    if profile.flag("autoNegDefault") && !profile.flag("autoNegAllowed") {
        wrong(name, "auto-negotiation is the default and not allowed".to_owned(), "set autoNegAllowed: true", report);
    }
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:494-516,575-585 @ 78827deb.
fn speeds_are_speeds(name: &Text<'_>, speed: Cursor<'_>, report: &mut Report<'_>) {
    if !speed.is_set() {
        return;
    }
    for text in speed.texts("supported").filter(|text| !SPEEDS.contains(&text.text)) {
        wrong(&text, format!("{:?} is no speed", text.text), "write it like 25G", report);
    }
    default_is_supported(name, speed, speed.texts("supported"), report);
}

/// Source: fabric api/wiring/v1beta1/switchprofile_types.go:518-544,594-616 @ 78827deb.
fn breakouts_are_breakouts(name: &Text<'_>, breakout: Cursor<'_>, report: &mut Report<'_>) {
    if !breakout.is_set() {
        return;
    }
    for (mode, at) in breakout.get("supported").fields() {
        let parts = mode.text.split_once('x');
        if !parts.is_some_and(|(lanes, speed)| matches!(lanes, "1" | "2" | "4" | "8") && SPEEDS.contains(&speed)) {
            wrong(&mode, format!("{:?} is no breakout", mode.text), "write it like 4x25G", report);
        } else if at.count("offsets") == 0 {
            wrong(&mode, format!("breakout {:?} has no offsets", mode.text), "add offsets, one for each lane", report);
        }
    }
    default_is_supported(name, breakout, breakout.get("supported").fields().map(|(mode, _)| mode), report);
}

fn default_is_supported<'s>(
    name: &Text<'_>,
    at: Cursor<'_>,
    mut supported: impl Iterator<Item = Text<'s>>,
    report: &mut Report<'_>,
) {
    let default = at.text("default");
    if !default.is_some_and(|default| supported.any(|known| known.text == default.text)) {
        let text = default.unwrap_or(*name);
        wrong(
            &text,
            format!("the default of {:?} is one of those that it supports", name.text),
            "correct default",
            report,
        );
    }
}
