//! Rules about VPC peerings.

use super::claims::Claims;
use super::cursor::Text;
use super::fabric::{Fabric, Head};
use super::missing::Target;
use super::report::Report;
use super::vpc_attachment::vpc_has_no_subnet;
use crate::codes::fabric as codes;

/// Every rule about VPC peerings.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for peering in fabric.vpc_peerings.iter() {
        remote_is_gone(peering, report);
        exactly_two_vpcs_peer(peering, report);
        vpcs_and_subnets_exist(peering, fabric, report);
        vpcs_share_their_namespaces(peering, fabric, report);
    }
    two_vpcs_peer_once(fabric, report);
}

/// The VPCs that a peering names, each where it is named first, in the order of the file.
fn vpcs<'s>(peering: &Head<'s>) -> Vec<Text<'s>> {
    let mut vpcs: Vec<Text<'s>> = Vec::new();
    for (name, _) in peering.spec.items("permit").flat_map(|permit| permit.fields()) {
        if !vpcs.iter().any(|known| known.text == name.text) {
            vpcs.push(name);
        }
    }
    vpcs
}

/// Source: fabric api/vpc/v1beta1/vpcpeering_types.go:164-166 @ 78827deb.
fn remote_is_gone(peering: &Head<'_>, report: &mut Report<'_>) {
    if let Some(remote) = peering.spec.text("remote") {
        let given =
            report.give(codes::PEERING_REMOTE, remote.spot, "the fabric refuses remote peering since release 26.03");
        given.hint("remove remote");
    }
}

/// Every policy of a peering names the same two VPCs.
///
/// Source: fabric api/vpc/v1beta1/vpcpeering_types.go:112-133 @ 78827deb.
fn exactly_two_vpcs_peer(peering: &Head<'_>, report: &mut Report<'_>) {
    const HINT: &str = "write each policy like {vpc-1: {}, vpc-2: {}}";
    let mut whole = true;
    for permit in peering.spec.items("permit") {
        let count = permit.fields().count();
        if count != 2 {
            whole = false;
            let message = format!("a policy names two VPCs, not {count}");
            report.give(codes::PEERING_TWO, permit.spot(), message).hint(HINT);
        }
    }
    let vpcs = vpcs(peering);
    if whole && vpcs.len() != 2 {
        let spot = vpcs.get(2).map_or(peering.spec.get("permit").spot(), |third| third.spot);
        let message = format!("a peering is between two VPCs, not {}", vpcs.len());
        report.give(codes::PEERING_TWO, spot, message).hint(HINT);
    }
}

/// Source: fabric api/vpc/v1beta1/vpcpeering_types.go:191-200,240-255 @ 78827deb.
fn vpcs_and_subnets_exist<'s>(peering: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for name in vpcs(peering).iter().filter(|name| fabric.vpcs.get(name.text).is_none()) {
        report.missing.add(Target::Vpc, name);
    }
    for (name, side) in peering.spec.items("permit").flat_map(|permit| permit.fields()) {
        let Some(vpc) = fabric.vpcs.get(name.text) else { continue };
        for subnet in side.texts("subnets").filter(|subnet| vpc.subnet(subnet.text).is_none()) {
            vpc_has_no_subnet(vpc, &subnet, report);
        }
    }
}

/// Source: fabric api/vpc/v1beta1/vpcpeering_types.go:206-218 @ 78827deb.
fn vpcs_share_their_namespaces(peering: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let names = vpcs(peering);
    let [first, second] = names.as_slice() else { return };
    let (Some(one), Some(other)) = (fabric.vpcs.get(first.text), fabric.vpcs.get(second.text)) else { return };
    let pairs =
        [("IPv4", one.ipv4_namespace, other.ipv4_namespace), ("VLAN", one.vlan_namespace, other.vlan_namespace)];
    for (kind, own, others) in pairs.into_iter().filter(|(_, own, others)| own.text != others.text) {
        let message = format!("{:?} and {:?} are not in one {kind} namespace", first.text, second.text);
        let given = report.give(codes::PEERING_NAMESPACES, first.spot, message);
        let given =
            given.against(own.spot, format!("in {:?}", own.text)).against(others.spot, format!("in {:?}", others.text));
        given.hint("VPCs of one namespace can peer; a gateway joins others");
    }
}

/// The controller looks for other peerings of the two VPCs, and does nothing with what it finds.
///
/// Source: fabric api/vpc/v1beta1/vpcpeering_types.go:180-187 @ 78827deb (not enforced).
fn two_vpcs_peer_once(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for peering in fabric.vpc_peerings.iter() {
        let mut names: Vec<_> = vpcs(peering).iter().map(|name| name.text).collect();
        names.sort_unstable();
        let [one, other] = names[..] else { continue };
        let spot = peering.top.spot();
        if let Some(first) = claims.claim((one, other), spot) {
            let given = report.give(codes::PEERED_TWICE, spot, format!("{one:?} and {other:?} peer already"));
            given.with(first, "by this peering").hint("join the policies in one peering");
        }
    }
}
