//! Rules about IPv4 namespaces.

use super::cursor::{Cursor, Text};
use super::fabric::{Fabric, Head};
use super::overlap;
use super::report::Report;
use crate::codes::fabric as codes;
use crate::prefix::Prefix;

/// The most subnets that a namespace may have, whatever its schema says.
///
/// Source: fabric api/vpc/v1beta1/ipv4namespace_types.go:33,139 @ 78827deb.
const MAX_SUBNETS: usize = 10;

/// Every rule about IPv4 namespaces.
pub(crate) fn judge(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    for namespace in fabric.ipv4_namespaces.iter() {
        subnets_are_prefixes(namespace, report);
        subnets_are_few(namespace, report);
        let mut subnets: Vec<_> =
            namespace.spec.texts("subnets").filter_map(|text| Some((text.prefix()?, text))).collect();
        subnets_have_no_host_bits(&subnets, report);
        subnets_are_apart(&mut subnets, report);
        subnets_are_free(&subnets, fabric, report);
    }
}

/// The subnets of a namespace, as far as they can be read.
pub(crate) fn subnets(spec: Cursor<'_>) -> impl Iterator<Item = Prefix> + '_ {
    spec.texts("subnets").filter_map(|text| text.prefix())
}

/// Source: fabric api/vpc/v1beta1/ipv4namespace_types.go:127-131 @ 78827deb.
fn subnets_are_prefixes(namespace: &Head<'_>, report: &mut Report<'_>) {
    for text in namespace.spec.texts("subnets").filter(|text| text.prefix().is_none()) {
        let given = report.give(codes::SUBNET_UNREADABLE, text.spot, format!("{:?} is no subnet", text.text));
        given.hint("write it like 10.0.0.0/16");
    }
}

/// Source: fabric api/vpc/v1beta1/ipv4namespace_types.go:136-141 @ 78827deb.
fn subnets_are_few(namespace: &Head<'_>, report: &mut Report<'_>) {
    let count = namespace.spec.count("subnets");
    if count > MAX_SUBNETS {
        let message = format!("{count} subnets are more than a namespace may have: {MAX_SUBNETS}");
        let given = report.give(codes::NAMESPACE_SUBNETS, namespace.spec.get("subnets").spot(), message);
        given.hint("use wider subnets, or another namespace");
    }
}

/// The controller cuts host bits off without a word.
///
/// Source: fabric api/vpc/v1beta1/ipv4namespace_types.go:133 @ 78827deb.
fn subnets_have_no_host_bits(subnets: &[(Prefix, Text<'_>)], report: &mut Report<'_>) {
    for (prefix, text) in subnets.iter().filter(|(prefix, _)| prefix.has_host_bits()) {
        let given = report.give(
            codes::HOST_BITS,
            text.spot,
            format!("{prefix} has host bits: the fabric takes {}", prefix.masked()),
        );
        given.hint(format!("write {}", prefix.masked()));
    }
}

/// Source: fabric api/vpc/v1beta1/ipv4namespace_types.go:143-145 @ 78827deb.
fn subnets_are_apart(subnets: &mut [(Prefix, Text<'_>)], report: &mut Report<'_>) {
    overlap::each_pair(subnets, |(inner, text), (outer, first)| {
        let given = report.give(codes::NAMESPACE_OVERLAP, text.spot, format!("{inner} overlaps {outer}"));
        given.see(first.spot, "the other one").hint("keep the wider one only");
    });
}

/// Source: fabric api/vpc/v1beta1/ipv4namespace_types.go:147-151 @ 78827deb.
fn subnets_are_free(subnets: &[(Prefix, Text<'_>)], fabric: &Fabric<'_>, report: &mut Report<'_>) {
    for (prefix, text) in subnets {
        if let Some(reserved) = overlap::reserved(*prefix, fabric.settings) {
            let message = format!("{prefix} overlaps {reserved}, which the fabric keeps for itself");
            report.give(codes::RESERVED, text.spot, message).hint("use subnets outside of the fabric's own");
        }
    }
}
