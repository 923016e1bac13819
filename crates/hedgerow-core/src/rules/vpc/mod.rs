//! Rules about VPCs.

use std::collections::BTreeMap;

use super::claims::Claims;
use super::cursor::Text;
use super::fabric::Fabric;
use super::missing::Target;
use super::overlap;
use super::report::Report;
use super::{ipv4_namespace, vlan_namespace};
use crate::codes::fabric as codes;
use crate::prefix::Prefix;
use crate::vlan::VLANS;

mod dhcp;
mod policies;
mod subnet;
pub(crate) mod view;

use view::{Subnet, Vpc};

/// The most subnets of a VPC. Source: fabric api/vpc/v1beta1/vpc_types.go:383 @ 78827deb.
const MAX_SUBNETS: usize = 20;

/// Every rule about VPCs.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for vpc in fabric.vpcs.iter() {
        name_is_not_an_externals(vpc, report);
        mode_is_supported(vpc, report);
        subnets_are_one_to_twenty(vpc, report);
        namespaces_exist(vpc, fabric, report);
        for subnet in &vpc.subnets {
            subnet::judge(subnet, fabric, report);
            dhcp::judge(subnet, fabric, report);
            subnet_is_inside_its_namespace(vpc, subnet, fabric, report);
            vlan_is_in_its_namespace(vpc, subnet, fabric, report);
        }
        policies::judge(vpc, report);
    }
    subnets_are_apart(fabric, report);
    vlans_are_used_once(fabric, report);
}

/// A name with `ext.` would mean an external where gateways peer.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:371-373 @ 78827deb.
fn name_is_not_an_externals(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    if vpc.head.name.starts_with("ext.") {
        let given =
            report.give(codes::NAME_OF_EXTERNAL, vpc.head.top.spot(), "the name of a VPC cannot start with \"ext.\"");
        given.hint("choose another name");
    }
}

/// L2VNI, which is the default and written as nothing, or `l3vni`.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:386-391 @ 78827deb.
fn mode_is_supported(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    let Some(mode) = vpc.head.spec.text("mode") else { return };
    if mode.text != "l3vni" {
        let why = if mode.text == "l3flat" { "is not supported yet" } else { "does not exist" };
        let given = report.give(codes::MODE_UNSUPPORTED, mode.spot, format!("the VPC mode {:?} {why}", mode.text));
        given.hint("use l3vni, or leave it out for L2VNI");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:380-385 @ 78827deb.
fn subnets_are_one_to_twenty(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    let count = vpc.subnets.len();
    if !(1..=MAX_SUBNETS).contains(&count) {
        let spot = vpc.head.spec.get("subnets").spot();
        let given = report.give(codes::VPC_SUBNETS, spot, format!("a VPC has 1 to {MAX_SUBNETS} subnets, not {count}"));
        given.hint("add a subnet, or make it several VPCs");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:675-693 @ 78827deb.
fn namespaces_exist<'s>(vpc: &Vpc<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    if fabric.ipv4_namespaces.get(vpc.ipv4_namespace.text).is_none() {
        report.missing.add(Target::Ipv4Namespace, &vpc.ipv4_namespace);
    }
    if fabric.vlan_namespaces.get(vpc.vlan_namespace.text).is_none() {
        report.missing.add(Target::VlanNamespace, &vpc.vlan_namespace);
    }
}

/// Each subnet lies in one of its namespace's. When a change of the namespace is to blame, the finding stands there.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:695-717, pkg/ctrl/ipv4namespace_wh.go:94-114 @ 78827deb.
fn subnet_is_inside_its_namespace(vpc: &Vpc<'_>, subnet: &Subnet<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(prefix) = subnet.prefix else { return };
    let Some(namespace) = fabric.ipv4_namespaces.get(vpc.ipv4_namespace.text) else { return };
    if ipv4_namespace::subnets(namespace.spec).any(|outer| outer.covers(prefix)) {
        return;
    }
    let fitted =
        namespace.before.is_some_and(|before| ipv4_namespace::subnets(before).any(|outer| outer.covers(prefix)));
    let spot = namespace.spec.get("subnets").spot();
    if fitted {
        let message = format!("the namespace no longer holds {prefix} of VPC {:?}", vpc.head.name);
        let given = report.give(codes::NAMESPACE_SHRUNK, spot, message).see(subnet.spot(), "the subnet that it held");
        given.hint("move or delete the VPC first");
    } else {
        let message = format!("{prefix} is not in the IPv4 namespace {:?}", namespace.name);
        let given =
            report.give(codes::SUBNET_OUTSIDE, subnet.spot(), message).see(spot, "the subnets of the namespace");
        given.hint("use a subnet inside of the namespace, or widen the namespace");
    }
}

/// Each VLAN is one of its namespace's. When a change of the namespace is to blame, the finding stands there.
/// (Upstream means to check the change too, but looks VPCs up by the wrong label.)
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:719-721, pkg/ctrl/vlannamespace_wh.go:76-89 @ 78827deb.
fn vlan_is_in_its_namespace(vpc: &Vpc<'_>, subnet: &Subnet<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(vlan) = subnet.vlan.filter(|_| !subnet.host_bgp) else { return };
    if !u16::try_from(vlan.value).is_ok_and(|vlan| VLANS.contains(&vlan)) {
        let given =
            report.give(codes::VLAN_OUTSIDE, vlan.spot, format!("{} is no VLAN: no namespace holds it", vlan.value));
        given.hint("VLANs are 1 to 4094");
        return;
    }
    let Some(namespace) = fabric.vlan_namespaces.get(vpc.vlan_namespace.text) else { return };
    let held = |spec| u16::try_from(vlan.value).is_ok_and(|vlan| vlan_namespace::contains(spec, vlan));
    if held(namespace.spec) {
        return;
    }
    let spot = namespace.spec.get("ranges").spot();
    if namespace.before.is_some_and(held) {
        let message = format!("the namespace no longer holds VLAN {} of VPC {:?}", vlan.value, vpc.head.name);
        let given = report.give(codes::NAMESPACE_SHRUNK, spot, message).see(vlan.spot, "the VLAN that it held");
        given.hint("move or delete the VPC first");
    } else {
        let message = format!("VLAN {} is not in the VLAN namespace {:?}", vlan.value, namespace.name);
        let given = report.give(codes::VLAN_OUTSIDE, vlan.spot, message).see(spot, "the ranges of the namespace");
        given.hint("use a VLAN of the namespace, or add a range to it");
    }
}

/// The subject that has a subnet, and where it stands.
type Owned<'s> = (usize, Text<'s>);

/// The subnets of all VPCs of one IPv4 namespace are apart.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:629-631 (within one VPC), 736-764 (between VPCs) @ 78827deb.
fn subnets_are_apart(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut namespaces: BTreeMap<&str, Vec<(Prefix, Owned<'_>)>> = BTreeMap::new();
    for vpc in fabric.vpcs.iter() {
        let own = vpc.subnets.iter().filter_map(|subnet| Some((subnet.prefix?, (vpc.head.subject, subnet.text?))));
        namespaces.entry(vpc.ipv4_namespace.text).or_default().extend(own);
    }
    for prefixes in namespaces.values_mut() {
        overlap::each_pair(prefixes, |(inner, (vpc, text)), (outer, (other, first))| {
            let name = &fabric.set[other].identity.name;
            let (code, whose) = if vpc == other {
                (codes::SUBNETS_OVERLAP, "of the same VPC".to_owned())
            } else {
                (codes::SUBNET_TAKEN, format!("of VPC {name:?}"))
            };
            let given = report.give(code, text.spot, format!("{inner} overlaps {outer} {whose}"));
            given.with(first.spot, "the other subnet").hint("move one of them to addresses that are free");
        });
    }
}

/// A VLAN is used once in a VLAN namespace; subnets whose hosts speak BGP may have none.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:625-627 (within one VPC), 766-794 (between VPCs) @ 78827deb.
fn vlans_are_used_once(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for vpc in fabric.vpcs.iter() {
        // Where hosts speak BGP a VLAN may be that of another subnet of the VPC.
        let plain = vpc.subnets.iter().filter(|subnet| !subnet.host_bgp);
        let subnets = plain.chain(vpc.subnets.iter().filter(|subnet| subnet.host_bgp));
        for (vlan, host_bgp) in subnets.filter_map(|subnet| Some((subnet.vlan?, subnet.host_bgp))) {
            let Some(first) = claims.claim((vpc.vlan_namespace.text, vlan.value), vlan.spot) else { continue };
            if host_bgp && first.subject == vlan.spot.subject {
                continue;
            }
            let (code, whose) = if first.subject == vlan.spot.subject {
                (codes::VLAN_TWICE, "by two subnets of one VPC".to_owned())
            } else {
                (codes::VLAN_TAKEN, format!("by VPC {:?}", fabric.set[first.subject].identity.name))
            };
            let given = report.give(code, vlan.spot, format!("VLAN {} is used already {whose}", vlan.value));
            given.with(first, "first used here").hint("give the subnet a VLAN of its own");
        }
    }
}
