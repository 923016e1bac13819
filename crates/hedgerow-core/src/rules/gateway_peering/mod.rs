//! Rules about gateway peerings. What the gateway's own validator (a program that the cluster downloads) would find
//! beyond these cannot be known here.

use super::cursor::{Cursor, Text};
use super::fabric::{Fabric, Head};
use super::missing::Target;
use super::report::Report;
use crate::codes::fabric as codes;

mod acl;
mod expose;
mod nat;
mod port;

/// Every rule about gateway peerings.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for peering in fabric.gateway_peerings.iter() {
        exactly_two_sides_peer(peering, report);
        group_exists(peering, fabric, report);
        sides_exist(peering, fabric, report);
        for side in sides(peering) {
            for entry in side.exposed() {
                expose::judge(&side, entry, fabric, report);
                nat::judge(entry, report);
            }
        }
        nat::sides_go_together(peering, report);
        acl::judge(peering, fabric, report);
    }
    expose::prefixes_are_apart(fabric, report);
    expose::blocks_can_be_compared(fabric, report);
}

/// One side of a peering: a VPC, or `ext.` and an external.
#[derive(Clone, Copy)]
struct Side<'s> {
    name: Text<'s>,
    at: Cursor<'s>,
}

impl<'s> Side<'s> {
    /// The name of the external, if it is one.
    ///
    /// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:552 @ 78827deb.
    fn external(self) -> Option<&'s str> {
        self.name.text.strip_prefix("ext.")
    }

    fn exposed(self) -> impl Iterator<Item = Cursor<'s>> {
        self.at.items("expose")
    }
}

fn sides<'s>(peering: &Head<'s>) -> Vec<Side<'s>> {
    peering.spec.get("peering").fields().map(|(name, at)| Side { name, at }).collect()
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:299-302 @ 78827deb.
fn exactly_two_sides_peer(peering: &Head<'_>, report: &mut Report<'_>) {
    let sides = sides(peering);
    if sides.len() != 2 {
        let spot = sides.get(2).map_or(peering.spec.get("peering").spot(), |third| third.name.spot);
        let message = format!("a gateway peering is between two, not {}", sides.len());
        report.give(codes::PEERING_TWO, spot, message).hint("name two VPCs, or a VPC and ext.<external>");
    }
}

/// The group is `default` unless the peering names one.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:272-274,485-492 @ 78827deb.
fn group_exists<'s>(peering: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let group = peering.spec.text_or("gatewayGroup", "default");
    if fabric.gateway_groups.get(group.text).is_none() {
        report.missing.add(Target::GatewayGroup, &group);
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:546-575 @ 78827deb.
fn sides_exist<'s>(peering: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for side in sides(peering) {
        match side.external() {
            Some(name) if fabric.externals.get(name).is_none() => {
                report.missing.add_named(Target::External, name, side.name.spot)
            }
            None if fabric.vpcs.get(side.name.text).is_none() => report.missing.add(Target::Vpc, &side.name),
            _ => {}
        }
    }
}
