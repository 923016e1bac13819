//! Rules for objects of every kind: names, namespaces, labels.

use super::cursor::Text;
use super::fabric::{Fabric, Head};
use super::report::Report;
use crate::codes::fabric as codes;

/// The longest name of objects whose name goes into names on switches, in bytes.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:368, external_types.go:136, ipv4namespace_types.go:122 @ 78827deb.
const MAX_SHORT: usize = 11;

/// The longest value of a label, and the longest name part of its key, in bytes.
///
/// Source: Kubernetes apimachinery, validation.LabelValueMaxLength.
const MAX_LABEL: usize = 63;

/// The longest name of any object, in bytes.
///
/// Source: Kubernetes apimachinery, validation.DNS1123SubdomainMaxLength; fabricator pkg/util/apiutil/loader.go:113.
const MAX_NAME: usize = 253;

/// Every rule for all kinds.
pub(crate) fn judge(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let short =
        fabric.vpcs.iter().map(|vpc| &vpc.head).chain(fabric.externals.iter()).chain(fabric.ipv4_namespaces.iter());
    for head in short {
        name_is_short(head, report);
    }
    for head in fabric.heads() {
        name_is_a_subdomain(head, report);
        name_is_not_too_long(head, report);
        namespace_is_default(head, fabric, report);
    }
}

/// Lower-case letters, digits and `-`, in parts that `.` separates, each starting and ending with a letter or a digit.
///
/// Source: fabric api/meta/validation.go:30,38-41 @ 78827deb.
fn name_is_a_subdomain(head: &Head<'_>, report: &mut Report<'_>) {
    if !is_subdomain(head.name) {
        let message = format!("{:?} is no name: lower-case letters, digits, - and . only", head.name);
        let hint = format!("such as {:?}", suggestion(head.name));
        report.give(codes::NAME_MALFORMED, head.top.spot(), message).hint(hint);
    }
}

/// Whether `name` is an RFC 1123 subdomain, its length aside.
pub(crate) fn is_subdomain(name: &str) -> bool {
    name.split('.').all(|part| {
        let edge = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let bytes = part.as_bytes();
        edge(bytes.first()) && edge(bytes.last()) && bytes.iter().all(|b| edge(Some(b)) || *b == b'-')
    })
}

fn suggestion(name: &str) -> String {
    let kept = |c: char| if c.is_ascii_alphanumeric() || c == '.' { c.to_ascii_lowercase() } else { '-' };
    let name: String = name.chars().map(kept).collect();
    let name = name.trim_matches(['-', '.']);
    if name.is_empty() { "leaf-01".to_owned() } else { name.to_owned() }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:368-370, external_types.go:136-138, ipv4namespace_types.go:122-124 @ 78827deb.
fn name_is_short(head: &Head<'_>, report: &mut Report<'_>) {
    if head.name.len() > MAX_SHORT {
        let message = format!("{:?} has {} characters: {MAX_SHORT} is the most here", head.name, head.name.len());
        report
            .give(codes::NAME_OVER_SHORT, head.top.spot(), message)
            .hint("the name becomes part of names on switches; shorten it");
    }
}

/// A name that another object's webhook writes into one of its labels is short enough for that; the API server refuses
/// the other object else.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:475-480, switch_types.go:277-288,
/// api/vpc/v1beta1/vpc_types.go:276-277, vpcattachment_types.go:122-134 @ 78827deb; Kubernetes.
pub(crate) fn name_fits_a_label(name: &Text<'_>, report: &mut Report<'_>) {
    if name.text.len() > MAX_LABEL {
        let message =
            format!("the name {:?} has {} characters: {MAX_LABEL} is the most here", name.text, name.text.len());
        report.give(codes::NAME_OVER_LABEL, name.spot, message).hint("it becomes a label of this object; shorten it");
    }
}

/// Source: fabricator pkg/util/apiutil/loader.go:113 @ fee55670; Kubernetes.
fn name_is_not_too_long(head: &Head<'_>, report: &mut Report<'_>) {
    if head.name.len() > MAX_NAME {
        let message = format!("the name has {} characters: {MAX_NAME} is the most", head.name.len());
        report.give(codes::NAME_TOO_LONG, head.top.spot(), message).hint("shorten it");
    }
}

/// The fabric looks at one namespace only.
///
/// Source: fabric api/meta/validation.go:43-45, api/gateway/v1alpha1/gateway_types.go:209, gatewaygroup_types.go:75,
/// gatewaypeering_types.go:292 @ 78827deb.
fn namespace_is_default(head: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let namespace = &fabric.set[head.subject].identity.namespace;
    if namespace != "default" {
        let place = head.top.at("metadata").text("namespace").map_or(head.top.spot(), |text| text.spot);
        let message = format!("the namespace is \"default\" for every object of the fabric, not {namespace:?}");
        report.give(codes::NAMESPACE_OTHER, place, message).hint("remove metadata.namespace");
    }
}
