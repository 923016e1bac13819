//! Rules about externals.

use super::fabric::{Fabric, Head};
use super::missing::Target;
use super::overlap;
use super::report::Report;
use crate::codes::fabric as codes;

/// Every rule about externals.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for external in fabric.externals.iter() {
        communities_are_communities(external, report);
        static_external_has_no_communities(external, report);
        static_prefixes_are_prefixes(external, report);
        static_prefixes_are_apart(external, report);
        namespace_exists(external, fabric, report);
    }
}

/// Whether `text` is `N:M`, each 0 to 65535 without a leading zero.
///
/// Source: fabric api/vpc/v1beta1/external_types.go:38 @ 78827deb (a pattern that means just this).
fn is_community(text: &str) -> bool {
    let part = |part: &str| {
        let plain = part.bytes().all(|b| b.is_ascii_digit()) && (part == "0" || !part.starts_with('0'));
        plain && part.parse::<u16>().is_ok()
    };
    text.split_once(':').is_some_and(|(one, other)| part(one) && part(other))
}

/// Source: fabric api/vpc/v1beta1/external_types.go:143-150 @ 78827deb.
fn communities_are_communities(external: &Head<'_>, report: &mut Report<'_>) {
    for key in ["inboundCommunity", "outboundCommunity"] {
        let Some(text) = external.spec.text(key).filter(|text| !is_community(text.text)) else { continue };
        let given = report.give(codes::COMMUNITY, text.spot, format!("{:?} is no community", text.text));
        given.hint("write two numbers of 0 to 65535, such as 65102:5000, or leave it out");
    }
}

/// Source: fabric api/vpc/v1beta1/external_types.go:152-154 @ 78827deb.
fn static_external_has_no_communities(external: &Head<'_>, report: &mut Report<'_>) {
    let own = external.spec.get("static");
    for key in ["inboundCommunity", "outboundCommunity"] {
        if let Some(text) = external.spec.text(key).filter(|_| own.is_set()) {
            let given = report.give(codes::STATIC_COMMUNITY, text.spot, "a static external has no communities");
            given.see(own.spot(), "it is static").hint("remove the community, or static");
        }
    }
}

/// Source: fabric api/vpc/v1beta1/external_types.go:156-166 @ 78827deb.
fn static_prefixes_are_prefixes(external: &Head<'_>, report: &mut Report<'_>) {
    let own = external.spec.get("static");
    if own.is_set() && own.count("prefixes") == 0 {
        let given = report.give(codes::STATIC_PREFIX, own.spot(), "a static external needs a prefix");
        given.hint("set prefixes to what can be reached, such as [10.99.0.0/16]");
    }
    for text in own.texts("prefixes").filter(|text| text.prefix().is_none()) {
        let given = report.give(codes::STATIC_PREFIX, text.spot, format!("{:?} is no prefix", text.text));
        given.hint("write it like 10.99.0.0/16");
    }
}

/// Source: fabric api/vpc/v1beta1/external_types.go:167-173 @ 78827deb.
fn static_prefixes_are_apart(external: &Head<'_>, report: &mut Report<'_>) {
    let texts = external.spec.get("static").texts("prefixes");
    let mut prefixes: Vec<_> = texts.filter_map(|text| Some((text.prefix()?, text))).collect();
    overlap::each_pair(&mut prefixes, |(inner, text), (outer, first)| {
        let given = report.give(codes::STATIC_OVERLAP, text.spot, format!("{inner} overlaps {outer}"));
        given.see(first.spot, "the other one").hint("keep the wider one only");
    });
}

/// Source: fabric api/vpc/v1beta1/external_types.go:176-186 @ 78827deb.
fn namespace_exists<'s>(external: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let name = external.spec.text_or("ipv4Namespace", "default");
    if fabric.ipv4_namespaces.get(name.text).is_none() {
        report.missing.add(Target::Ipv4Namespace, &name);
    }
}

#[cfg(test)]
mod tests {
    use super::is_community;

    #[test]
    fn a_community_is_two_plain_numbers() {
        for good in ["0:0", "65102:5000", "50000:50001", "65535:65535", "9:99"] {
            assert!(is_community(good), "{good}");
        }
        for bad in ["", "1", "1:", ":1", "01:1", "1:2:3", "65536:1", "-1:1", "a:b", "1: 2"] {
            assert!(!is_community(bad), "{bad}");
        }
    }
}
