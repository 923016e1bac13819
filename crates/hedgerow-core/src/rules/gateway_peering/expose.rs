//! What a side of a peering exposes to the other.

use std::collections::BTreeMap;

use super::{Side, sides};
use crate::codes::fabric as codes;
use crate::prefix::Prefix;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::fabric::Fabric;
use crate::rules::overlap;
use crate::rules::report::Report;
use crate::rules::vpc_attachment::vpc_has_no_subnet;

/// Every rule about one entry of `expose`.
pub(super) fn judge(side: &Side<'_>, entry: Cursor<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    default_stands_alone(entry, report);
    something_is_exposed(entry, report);
    each_block_is_one_thing(side, entry, report);
    prefixes_are_prefixes(entry, report);
    prefixes_and_subnets_are_the_vpcs(side, entry, fabric, report);
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:313-315 @ 78827deb.
fn default_stands_alone(entry: Cursor<'_>, report: &mut Report<'_>) {
    if entry.flag("default") && (entry.count("ips") > 0 || entry.count("as") > 0 || entry.get("nat").is_set()) {
        let spot = entry.get("default").spot();
        let given = report.give(codes::EXPOSE, spot, "default: true stands alone in its entry");
        given.hint("make ips, as and nat an entry of their own");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:316-318 @ 78827deb.
fn something_is_exposed(entry: Cursor<'_>, report: &mut Report<'_>) {
    if entry.count("ips") == 0 && !entry.flag("default") {
        let given = report.give(codes::EXPOSE, entry.spot(), "an entry exposes something: it has no ips");
        given.hint("add ips, or set default: true");
    }
}

/// A block of `ips` is one of cidr, not and vpcSubnet; one of `as` is one of cidr and not.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:319-360 @ 78827deb.
fn each_block_is_one_thing(side: &Side<'_>, entry: Cursor<'_>, report: &mut Report<'_>) {
    for (list, keys) in [("ips", &["cidr", "not", "vpcSubnet"][..]), ("as", &["cidr", "not"][..])] {
        for block in entry.items(list) {
            let set: Vec<&str> = keys.iter().copied().filter(|key| block.text(key).is_some()).collect();
            if set.len() != 1 {
                let message = format!("a block of {list} is one of {}", keys.join(", "));
                report.give(codes::EXPOSE, block.spot(), message).hint("write each as a block of its own");
            } else if set == ["vpcSubnet"] && side.external().is_some() {
                let spot = block.get("vpcSubnet").spot();
                report.give(codes::EXPOSE, spot, "an external has no VPC subnets").hint("write cidr");
            }
        }
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:321-330,345-355 @ 78827deb.
fn prefixes_are_prefixes(entry: Cursor<'_>, report: &mut Report<'_>) {
    for block in entry.items("ips").chain(entry.items("as")) {
        let texts = ["cidr", "not"].into_iter().filter_map(|key| block.text(key));
        for text in texts.filter(|text| text.prefix().is_none()) {
            let given = report.give(codes::EXPOSE, text.spot, format!("{:?} is no prefix", text.text));
            given.hint("write it like 10.0.1.0/24");
        }
    }
}

/// What a VPC exposes lies in one of its subnets. (What an external has is not known.)
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:576-606 @ 78827deb.
fn prefixes_and_subnets_are_the_vpcs(side: &Side<'_>, entry: Cursor<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(vpc) = fabric.vpcs.get(side.name.text).filter(|_| !entry.flag("default")) else { return };
    for block in entry.items("ips") {
        if let Some(name) = block.text("vpcSubnet").filter(|name| vpc.subnet(name.text).is_none()) {
            vpc_has_no_subnet(vpc, &name, report);
        }
        let Some(text) = block.text("cidr") else { continue };
        let Some(prefix) = text.prefix() else { continue };
        if !vpc.subnets.iter().filter_map(|subnet| subnet.prefix).any(|outer| outer.covers(prefix)) {
            let message = format!("{prefix} is not part of VPC {:?}", side.name.text);
            let given = report.give(codes::EXPOSE_OUTSIDE, text.spot, message);
            let given = given.against(vpc.head.spec.get("subnets").spot(), "its subnets");
            given.hint("expose a subnet of the VPC, or a part of one");
        }
    }
}

/// What is exposed to one VPC by several peerings is apart. Excluded prefixes do not count, as upstream does not count them.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:493-543,655-674 @ 78827deb.
pub(super) fn prefixes_are_apart(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut towards: BTreeMap<&str, Vec<(Prefix, Text<'_>)>> = BTreeMap::new();
    for peering in fabric.gateway_peerings.iter() {
        if let [one, other] = sides(peering)[..] {
            towards.entry(other.name.text).or_default().extend(exposed(one));
            towards.entry(one.name.text).or_default().extend(exposed(other));
        }
    }
    for (name, mut prefixes) in towards {
        overlap::each_pair(&mut prefixes, |(inner, text), (outer, first)| {
            if text.spot.subject != first.spot.subject {
                let message = format!("{inner} is exposed to {name:?}, where another peering exposes {outer}");
                let given = report.give(codes::EXPOSE_OVERLAP, text.spot, message).with(first.spot, "exposed here");
                given.hint("expose prefixes that are apart, or translate one of them with as and nat");
            }
        });
    }
}

/// Where one VPC is exposed to by several peerings, upstream compares what they expose as text, and stops at a block that
/// is not `cidr`: at this version the fabric refuses the second peering.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:525-537,655-674 @ 78827deb (`ParsePrefix("")`).
pub(super) fn blocks_can_be_compared(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut towards: BTreeMap<&str, Vec<(usize, Option<Text<'_>>)>> = BTreeMap::new();
    for peering in fabric.gateway_peerings.iter() {
        if let [one, other] = sides(peering)[..] {
            for (from, to) in [(one, other), (other, one)] {
                let blocks = blocks(from).map(|block| (peering.subject, block.text("not").or(block.text("vpcSubnet"))));
                towards.entry(to.name.text).or_default().extend(blocks);
            }
        }
    }
    for (name, blocks) in towards {
        let several = blocks.iter().any(|(peering, _)| *peering != blocks[0].0);
        for text in blocks.iter().filter(|_| several).filter_map(|(_, text)| *text) {
            let message =
                format!("{name:?} is exposed to by several peerings: the fabric cannot compare {:?}", text.text);
            report.give(codes::EXPOSE_UNCOMPARED, text.spot, message).hint("write the prefix as cidr");
        }
    }
}

/// The prefixes by which the other side knows what `side` exposes.
fn exposed<'s>(side: Side<'s>) -> impl Iterator<Item = (Prefix, Text<'s>)> {
    blocks(side).filter_map(|block| block.text("cidr")).filter_map(|text| Some((text.prefix()?, text)))
}

/// The blocks by which the other side knows what `side` exposes: translated ones where there are any.
fn blocks<'s>(side: Side<'s>) -> impl Iterator<Item = Cursor<'s>> {
    side.exposed().filter(|entry| !entry.flag("default")).flat_map(|entry| {
        let list = if entry.count("as") == 0 { "ips" } else { "as" };
        entry.items(list)
    })
}
