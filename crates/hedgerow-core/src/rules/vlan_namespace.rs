//! Rules about VLAN namespaces.

use super::cursor::Cursor;
use super::fabric::{Fabric, Head};
use super::report::{Report, Spot};
use crate::codes::fabric as codes;
use crate::vlan::{VLANS, VlanRange};

/// Every rule about VLAN namespaces.
pub(crate) fn judge(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    for namespace in fabric.vlan_namespaces.iter() {
        ranges_are_ranges(namespace, report);
        ranges_are_apart(namespace, report);
        ranges_are_free(namespace, fabric, report);
    }
}

/// The sound ranges of a namespace; `to` is `from` where it is absent.
///
/// Source: fabric api/meta/vlan.go:38-52 @ 78827deb.
pub(crate) fn ranges(spec: Cursor<'_>) -> impl Iterator<Item = VlanRange> + '_ {
    spec.items("ranges").filter_map(range)
}

/// Whether the namespace holds `vlan`.
///
/// Source: fabric api/wiring/v1beta1/vlannamespace_types.go:91-99 @ 78827deb.
pub(crate) fn contains(spec: Cursor<'_>, vlan: u16) -> bool {
    ranges(spec).any(|range| range.contains(vlan))
}

fn range(item: Cursor<'_>) -> Option<VlanRange> {
    let number = |key: &str| item.number(key).and_then(|n| u16::try_from(n.value).ok());
    let from = number("from")?;
    let to = if item.number("to").is_some() { number("to")? } else { from };
    let sound = from <= to && VLANS.contains(&from) && VLANS.contains(&to);
    sound.then_some(VlanRange { from, to })
}

fn spotted(namespace: &Head<'_>) -> Vec<(VlanRange, Spot)> {
    let mut ranges: Vec<_> =
        namespace.spec.items("ranges").filter_map(|item| Some((range(item)?, item.spot()))).collect();
    ranges.sort_by_key(|(range, _)| *range);
    ranges
}

/// A range goes upwards, within the VLANs that there are. Upstream means to refuse others, but its default, with a
/// condition the wrong way round, drops all ranges of the namespace first: what is left holds no VLAN.
///
/// Source: fabric api/meta/vlan.go:43-51, api/wiring/v1beta1/vlannamespace_types.go:117-119,127 @ 78827deb.
fn ranges_are_ranges(namespace: &Head<'_>, report: &mut Report<'_>) {
    for item in namespace.spec.items("ranges").filter(|item| range(*item).is_none()) {
        let given = report.give(codes::VLAN_RANGE, item.spot(), "this is no range of VLANs");
        given.hint("from is at most to, and both are within 1 to 4094");
    }
}

/// The ranges of a namespace are apart from each other.
///
/// Source: fabric api/meta/vlan.go:72-86, called for the joined list at
/// api/wiring/v1beta1/vlannamespace_types.go:132 @ 78827deb.
fn ranges_are_apart(namespace: &Head<'_>, report: &mut Report<'_>) {
    let ranges = spotted(namespace);
    for pair in ranges.windows(2) {
        let [(first, at), (second, spot)] = pair else { continue };
        if first.overlaps(*second) {
            let given = report.give(codes::VLAN_RANGES_OVERLAP, *spot, format!("{second} overlaps {first}"));
            given.see(*at, "the other range").hint("join the two into one range");
        }
    }
}

/// The ranges of a namespace leave the fabric's own VLANs alone.
///
/// Source: fabric api/wiring/v1beta1/vlannamespace_types.go:131-138 @ 78827deb.
fn ranges_are_free(namespace: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let vlans = &fabric.settings.vlans;
    for (range, spot) in spotted(namespace) {
        for reserved in vlans.irb.iter().chain(&vlans.th5_workaround) {
            if range.overlaps(*reserved) {
                let message = format!("VLANs {range} overlap {reserved}, which the fabric keeps for itself");
                report
                    .give(codes::VLAN_RESERVED, spot, message)
                    .hint("use other VLANs; settings vlans.irb and vlans.th5_workaround say which are taken");
            }
        }
    }
}
