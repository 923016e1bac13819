//! Rules about external peerings.

use super::fabric::{Fabric, Head};
use super::missing::Target;
use super::report::Report;
use super::vpc_attachment::vpc_has_no_subnet;
use crate::codes::fabric as codes;
use crate::codes::references;

/// Every rule about external peerings.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for peering in fabric.external_peerings.iter() {
        both_sides_are_named(peering, report);
        prefixes_are_prefixes(peering, report);
        both_sides_exist(peering, fabric, report);
        both_sides_share_a_namespace(peering, fabric, report);
        subnets_exist(peering, fabric, report);
    }
}

/// Source: fabric api/vpc/v1beta1/externalpeering_types.go:154-159 @ 78827deb.
fn both_sides_are_named(peering: &Head<'_>, report: &mut Report<'_>) {
    for side in ["vpc", "external"] {
        let at = peering.spec.get("permit").get(side);
        if at.lacks("name") {
            let given =
                report.give(references::NEEDED, at.spot(), format!("an external peering needs permit.{side}.name"));
            given.hint(format!("name the {side}"));
        }
    }
}

/// A prefix is needed; the controller does not read it, a switch does.
///
/// Source: fabric api/vpc/v1beta1/externalpeering_types.go:161-176 @ 78827deb.
fn prefixes_are_prefixes(peering: &Head<'_>, report: &mut Report<'_>) {
    for item in peering.spec.at("permit.external").items("prefixes") {
        match item.text("prefix") {
            None if !item.lacks("prefix") => {}
            None => {
                let given = report.give(references::NEEDED, item.spot(), "an entry of prefixes needs a prefix");
                given.hint("write prefix: 0.0.0.0/0 for all that the external announces");
            }
            Some(text) if text.prefix().is_none() => {
                let given = report.give(codes::PREFIX_UNREADABLE, text.spot, format!("{:?} is no prefix", text.text));
                given.hint("write it like 10.99.0.0/16; the fabric takes it and the switches cannot use it");
            }
            Some(_) => {}
        }
    }
}

/// Source: fabric api/vpc/v1beta1/externalpeering_types.go:179-195 @ 78827deb.
fn both_sides_exist<'s>(peering: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let permit = peering.spec.get("permit");
    if let Some(name) = permit.get("vpc").text("name").filter(|name| fabric.vpcs.get(name.text).is_none()) {
        report.missing.add(Target::Vpc, &name);
    }
    if let Some(name) = permit.get("external").text("name").filter(|name| fabric.externals.get(name.text).is_none()) {
        report.missing.add(Target::External, &name);
    }
}

/// Source: fabric api/vpc/v1beta1/externalpeering_types.go:197-199 @ 78827deb.
fn both_sides_share_a_namespace(peering: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let permit = peering.spec.get("permit");
    let (Some(name), Some(other)) = (permit.get("vpc").text("name"), permit.get("external").text("name")) else {
        return;
    };
    let (Some(vpc), Some(external)) = (fabric.vpcs.get(name.text), fabric.externals.get(other.text)) else { return };
    let theirs = external.spec.text_or("ipv4Namespace", "default");
    if vpc.ipv4_namespace.text != theirs.text {
        let message = format!("VPC {:?} and external {:?} are not in one IPv4 namespace", name.text, other.text);
        let given = report.give(codes::PEERING_NAMESPACES, name.spot, message);
        let given = given.against(vpc.ipv4_namespace.spot, format!("in {:?}", vpc.ipv4_namespace.text));
        given
            .against(theirs.spot, format!("in {:?}", theirs.text))
            .hint("peer with an external of the VPC's namespace");
    }
}

/// Source: fabric api/vpc/v1beta1/externalpeering_types.go:201-205 @ 78827deb.
fn subnets_exist(peering: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let side = peering.spec.at("permit.vpc");
    let Some(vpc) = side.text("name").and_then(|name| fabric.vpcs.get(name.text)) else { return };
    for subnet in side.texts("subnets").filter(|subnet| vpc.subnet(subnet.text).is_none()) {
        vpc_has_no_subnet(vpc, &subnet, report);
    }
}
