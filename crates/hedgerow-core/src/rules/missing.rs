//! References to objects that are not there. One finding for each missing object, with all that refer to it:
//! one switch that was forgotten is one thing to repair, however many connections it has.

use std::collections::BTreeMap;

use super::cursor::Text;
use super::fabric::Fabric;
use super::report::{Report, Spot};
use crate::codes::references as codes;
use crate::finding::Code;

/// A kind that others refer to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Target {
    Switch,
    Server,
    SwitchGroup,
    VlanNamespace,
    Ipv4Namespace,
    Vpc,
    Connection,
    External,
    Gateway,
    GatewayGroup,
}

impl Target {
    /// The API group, the kind, and the code for a missing object of it.
    fn about(self) -> (&'static str, &'static str, Code) {
        const WIRING: &str = "wiring.githedgehog.com";
        const VPC: &str = "vpc.githedgehog.com";
        const GATEWAY: &str = "gateway.githedgehog.com";
        match self {
            Self::Switch => (WIRING, "Switch", codes::NO_SWITCH),
            Self::Server => (WIRING, "Server", codes::NO_SERVER),
            Self::SwitchGroup => (WIRING, "SwitchGroup", codes::NO_SWITCH_GROUP),
            Self::VlanNamespace => (WIRING, "VLANNamespace", codes::NO_VLAN_NAMESPACE),
            Self::Ipv4Namespace => (VPC, "IPv4Namespace", codes::NO_IPV4_NAMESPACE),
            Self::Vpc => (VPC, "VPC", codes::NO_VPC),
            Self::Connection => (WIRING, "Connection", codes::NO_CONNECTION),
            Self::External => (VPC, "External", codes::NO_EXTERNAL),
            Self::Gateway => (GATEWAY, "Gateway", codes::NO_GATEWAY),
            Self::GatewayGroup => (GATEWAY, "GatewayGroup", codes::NO_GATEWAY_GROUP),
        }
    }
}

/// All references to missing objects, by what is missing.
#[derive(Default)]
pub(crate) struct Missing<'s> {
    references: BTreeMap<(Target, &'s str), Vec<Spot>>,
}

impl<'s> Missing<'s> {
    /// `reference` names an object of kind `target` that is not there.
    pub(crate) fn add(&mut self, target: Target, reference: &Text<'s>) {
        self.add_named(target, reference.text, reference.spot);
    }

    /// An object `name` of kind `target` that is referred to at `spot` is not there.
    pub(crate) fn add_named(&mut self, target: Target, name: &'s str, spot: Spot) {
        self.references.entry((target, name)).or_insert_with(|| Vec::with_capacity(1)).push(spot);
    }
}

/// Tells of everything that was missed: an error for each missing object, a warning for each open kind.
pub(crate) fn tell<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let mut open: BTreeMap<Target, (Vec<&str>, Vec<Spot>)> = BTreeMap::new();
    for ((target, name), mut spots) in std::mem::take(&mut report.missing.references) {
        let (group, kind, _) = target.about();
        if fabric.has_unread(kind, name) {
            continue;
        }
        if fabric.is_open(group, kind) {
            let (names, places) = open.entry(target).or_default();
            names.push(name);
            places.append(&mut spots);
        } else {
            missing_object_is_refused(target, name, spots, fabric, report);
        }
    }
    for (target, (names, spots)) in open {
        open_kind_is_taken_on_trust(target, &names, spots, fabric, report);
    }
}

/// Who refers to an object needs it to be there.
///
/// Source: the `kube.Get` of each kind's Validate, such as fabric api/wiring/v1beta1/connection_types.go:822 @ 78827deb.
fn missing_object_is_refused(
    target: Target,
    name: &str,
    mut spots: Vec<Spot>,
    fabric: &Fabric<'_>,
    report: &mut Report<'_>,
) {
    let (group, kind, code) = target.about();
    fabric.sort(&mut spots);
    let Some((&first, rest)) = spots.split_first() else { return };
    let times = if rest.is_empty() { String::new() } else { format!(", referred to {} times", spots.len()) };
    let given = report.give(code, first, format!("there is no {kind} {name:?}{times}"));
    let given = given.hint(match fabric.nearest(target, name) {
        Some(near) => format!("did you mean {near:?}? Otherwise add the {kind} {name:?}"),
        None => format!("add the {kind} {name:?}{}, or correct the name", fabric.home(group, kind, name)),
    });
    given.with_all(rest, "also referred to here");
}

/// A kind of which nobody has an object is kept elsewhere, as wiring often is: references to it cannot be checked.
///
/// Source: this project's design, "The resulting set".
fn open_kind_is_taken_on_trust(
    target: Target,
    names: &[&str],
    mut spots: Vec<Spot>,
    fabric: &Fabric<'_>,
    report: &mut Report<'_>,
) {
    let (group, kind, _) = target.about();
    fabric.sort(&mut spots);
    let Some((&first, rest)) = spots.split_first() else { return };
    let shown: Vec<_> = names.iter().take(5).map(|name| format!("{name:?}")).collect();
    let more =
        if names.len() > shown.len() { format!(" and {} more", names.len() - shown.len()) } else { String::new() };
    let message = format!("no {kind} is kept here: {}{more} cannot be checked", shown.join(", "));
    let home = fabric.home(group, kind, names.first().copied().unwrap_or("default"));
    let hint = format!("if the cluster has it, all is well; to have it checked, keep it in git too{home}");
    let given = report.give(codes::OPEN_KIND, first, message).hint(hint);
    given.with_all(rest, "also referred to here");
}
