//! Rules about switches.

use std::collections::HashMap;

use super::cursor::{Number, Text};
use super::fabric::{Fabric, near};
use super::missing::Target;
use super::object::name_fits_a_label;
use super::report::Report;
use super::vlan_namespace;
use crate::codes::fabric as codes;
use crate::codes::references;
use crate::profiles::{self, Family, Feature};
use crate::vlan::VlanRange;

mod addresses;
mod ports;
pub(crate) mod view;

pub(crate) use addresses::host_address_fits;
use view::{Role, Switch};

/// Every rule about switches.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for switch in fabric.switches.iter() {
        role_is_one_that_the_controller_knows(switch, report);
        profile_is_known(switch, fabric, report);
        groups_exist(switch, fabric, report);
        names_fit_labels(switch, report);
        redundancy_has_group_and_type(switch, report);
        mclag_is_deprecated(switch, report);
        vlan_namespaces_exist(switch, fabric, report);
        vlan_namespaces_do_not_overlap(switch, fabric, report);
        features_are_those_of_the_profile(switch, report);
        breakouts_stay_while_roce_is_on(switch, report);
        switch_can_be_identified(switch, report);
        ports::judge(switch, report);
    }
    addresses::judge(fabric, report);
}

/// The schema lists a role that the controller refuses.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:45,56-61; fabricator pkg/hhfab/hydrate.go:318 @ fee55670.
fn role_is_one_that_the_controller_knows(switch: &Switch<'_>, report: &mut Report<'_>) {
    let Some(role) = switch.head.spec.text("role") else { return };
    if role.text == "virtual-edge" {
        report
            .give(codes::ROLE_UNKNOWN, role.spot, "no switch can have the role \"virtual-edge\" any more")
            .hint("use spine, server-leaf, border-leaf or mixed-leaf");
    }
}

/// A switch needs a profile. Which there are is upstream's catalogue at one version, and what the fabric adds.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:473,543-551; pkg/ctrl/switchprofile/catalog.go:45-67 @ 78827deb.
fn profile_is_known(switch: &Switch<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let spec = switch.head.spec;
    if spec.lacks("profile") {
        let given = report.give(references::NEEDED, spec.spot(), "a switch needs a profile");
        given.hint("set spec.profile, such as dell-s5248f-on");
    }
    let Some(name) = switch.profile_name else { return };
    let settings = &fabric.settings.profiles;
    match switch.profile.as_ref().map(|profile| profile.family) {
        None => profile_is_not_in_the_catalogue(&name, report),
        Some(Family::Clsp) if !settings.clsp => profile_is_opt_in(&name, "clsp", report),
        Some(Family::Cumulus) if !settings.cumulus => profile_is_opt_in(&name, "cumulus", report),
        Some(_) => {}
    }
}

fn profile_is_not_in_the_catalogue(name: &Text<'_>, report: &mut Report<'_>) {
    let message =
        format!("no switch profile {:?} is known here: ports, speeds and features are not checked", name.text);
    let given = report.give(references::PROFILE_UNKNOWN, name.spot, message);
    match near(name.text, profiles::names()) {
        Some(near) => given.hint(format!("did you mean {near:?}?")),
        None => given.hint("the fabric refuses a profile that its version does not have"),
    };
}

fn profile_is_opt_in(name: &Text<'_>, setting: &str, report: &mut Report<'_>) {
    let message = format!("only fabrics that were installed with it have the profile {:?}", name.text);
    let hint = format!("if yours was, set profiles.{setting} = true in .hedgerow/fabric.toml");
    report.give(references::PROFILE_OPT_IN, name.spot, message).hint(hint);
}

/// Groups that a switch names exist, that of its redundancy too.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:261-263,527-541 @ 78827deb.
fn groups_exist<'s>(switch: &Switch<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let groups: Vec<_> = switch.head.spec.texts("groups").collect();
    let own = switch.redundancy_group.filter(|own| !groups.iter().any(|group| group.text == own.text));
    for group in groups.iter().chain(&own) {
        if group.text.is_empty() {
            report
                .give(codes::GROUP_NAME_EMPTY, group.spot, "the name of a switch group is empty")
                .hint("remove the entry");
        } else if fabric.switch_groups.get(group.text).is_none() {
            report.missing.add(Target::SwitchGroup, group);
        }
    }
}

/// The names of groups and VLAN namespaces become labels.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:277-288 @ 78827deb; Kubernetes.
fn names_fit_labels(switch: &Switch<'_>, report: &mut Report<'_>) {
    for name in switch.head.spec.texts("groups").chain(switch.vlan_namespaces.iter().copied()) {
        name_fits_a_label(&name, report);
    }
}

/// A redundancy group and its type come together.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:480-485 @ 78827deb.
fn redundancy_has_group_and_type(switch: &Switch<'_>, report: &mut Report<'_>) {
    let (given, hint) = match (switch.redundancy_group, switch.redundancy_type) {
        (Some(group), None) => (group, "add redundancy.type: eslag"),
        (None, Some(kind)) => (kind, "add redundancy.group, the name of a SwitchGroup"),
        _ => return,
    };
    report.give(codes::REDUNDANCY_INCOMPLETE, given.spot, "redundancy needs both a group and a type").hint(hint);
}

/// MCLAG is accepted and does nothing any more.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:647-648 @ 78827deb.
fn mclag_is_deprecated(switch: &Switch<'_>, report: &mut Report<'_>) {
    let Some(kind) = switch.redundancy_type.filter(|kind| kind.text == "mclag") else { return };
    report
        .give(codes::MCLAG, kind.spot, "MCLAG is deprecated: the fabric takes it and no longer supports it")
        .hint("use eslag");
}

/// VLAN namespaces that a switch is part of exist.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:508-521 @ 78827deb.
fn vlan_namespaces_exist<'s>(switch: &Switch<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for name in &switch.vlan_namespaces {
        if fabric.vlan_namespaces.get(name.text).is_none() {
            report.missing.add(Target::VlanNamespace, name);
        }
    }
}

/// The ranges of all VLAN namespaces of a switch are apart from each other. (That one namespace is in itself is that
/// namespace's rule.)
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:523-525 @ 78827deb.
fn vlan_namespaces_do_not_overlap(switch: &Switch<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut seen: Vec<(&Text<'_>, VlanRange)> = Vec::new();
    for name in &switch.vlan_namespaces {
        let Some(namespace) = fabric.vlan_namespaces.get(name.text) else { continue };
        for range in vlan_namespace::ranges(namespace.spec) {
            if let Some((first, other)) =
                seen.iter().find(|(first, other)| first.spot != name.spot && other.overlaps(range))
            {
                let message = format!(
                    "VLANs {range} of namespace {:?} overlap {other} of namespace {:?} on one switch",
                    name.text, first.text
                );
                let given = report.give(codes::SWITCH_VLANS_OVERLAP, name.spot, message);
                given
                    .against(namespace.top.spot(), "this namespace")
                    .hint("a switch takes namespaces whose VLANs are apart");
                return;
            }
            seen.push((name, range));
        }
    }
}

/// What a switch turns on, its profile has.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:636-653 @ 78827deb.
fn features_are_those_of_the_profile(switch: &Switch<'_>, report: &mut Report<'_>) {
    let Some(profile) = &switch.profile else { return };
    let spec = switch.head.spec;
    let wanted = [
        (spec.flag("roce"), Feature::Roce, "RoCE", spec.get("roce").spot()),
        (
            spec.at("ecmp").flag("roceQPN"),
            Feature::EcmpRoceQpn,
            "balancing by RoCE queue pairs",
            spec.at("ecmp.roceQPN").spot(),
        ),
        (switch.is_redundant_by("eslag"), Feature::Eslag, "ESLAG", spec.at("redundancy.type").spot()),
    ];
    for (wanted, feature, name, spot) in wanted {
        if wanted && !profile.has(feature) {
            let message = format!("the profile {:?} does not support {name}", profile.name);
            report.give(codes::FEATURE_LACKING, spot, message).hint("turn it off, or use another model of switch");
        }
    }
}

/// While RoCE is on, before or after the change, breakouts stay as they are.
///
/// Source: fabric pkg/ctrl/switch_wh.go:77-79 @ 78827deb.
fn breakouts_stay_while_roce_is_on(switch: &Switch<'_>, report: &mut Report<'_>) {
    let spec = switch.head.spec;
    let Some(before) = switch.head.before else { return };
    if !(spec.flag("roce") || before.flag("roce")) {
        return;
    }
    let modes = |spec: super::cursor::Cursor<'_>| -> HashMap<String, String> {
        let fields = spec.get("portBreakouts").fields();
        fields.filter_map(|(port, mode)| Some((port.text.to_owned(), mode.own_text()?.text.to_owned()))).collect()
    };
    if modes(spec) != modes(before) {
        let spot = spec.get("portBreakouts").spot();
        report
            .give(codes::BREAKOUTS_FROZEN, spot, "breakouts cannot change while RoCE is on")
            .hint("turn RoCE off first, change the breakouts, then turn it on again");
    }
}

/// The fabric finds a new switch by its serial number or its management port's MAC address. Nothing checks it, and
/// without either the switch never comes up; virtual switches need none.
///
/// Source: docs user-guide/devices.md @ 9cff1599 ("at least one of them"); not enforced by fabric @ 78827deb.
fn switch_can_be_identified(switch: &Switch<'_>, report: &mut Report<'_>) {
    let boot = switch.head.spec.get("boot");
    let virtual_one = switch.profile_name.is_some_and(|name| matches!(name.text, "vs" | "vs-clsp" | "cumulus-vx"));
    if boot.text("serial").is_none() && boot.text("mac").is_none() && !virtual_one {
        report
            .give(
                codes::BOOT_UNKNOWN,
                switch.head.spec.get("boot").spot(),
                "nothing tells the fabric which switch this is",
            )
            .hint("set spec.boot.serial or spec.boot.mac");
    }
}

/// A number as an autonomous system number; anything else is the schema's to refuse.
fn asn(number: Option<Number>) -> Option<(u32, super::report::Spot)> {
    number.and_then(|n| Some((u32::try_from(n.value).ok()?, n.spot)))
}

/// Whether the switch is a leaf.
fn is_leaf(switch: &Switch<'_>) -> bool {
    switch.role == Role::Leaf
}
