//! The access control list of a peering.

use super::{Side, port, sides};
use crate::codes::fabric as codes;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::fabric::{Fabric, Head};
use crate::rules::object::is_subdomain;
use crate::rules::report::Report;
use crate::rules::vpc_attachment::vpc_has_no_subnet;

/// The longest name of a rule. Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:430 @ 78827deb.
const MAX_NAME: usize = 64;

/// Every rule about the list.
pub(super) fn judge(peering: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let list = peering.spec.get("acl");
    let sides = sides(peering);
    default_is_known(list, report);
    for rule in list.items("rules") {
        name_is_one(rule, report);
        action_is_given(rule, report);
        direction_is_between_the_sides(rule, &sides, report);
        protocol_is_known(rule, report);
        for end in ["src", "dst"] {
            for at in rule.get("match").items(end) {
                end_is_one_thing(at, report);
                subnet_is_the_sides(at, side_of(rule, end, &sides), fabric, report);
            }
        }
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:276-279,420-423 @ 78827deb.
fn default_is_known(list: Cursor<'_>, report: &mut Report<'_>) {
    if let Some(text) = list.text("default").filter(|text| !matches!(text.text, "deny" | "deny-unless-exposed")) {
        let given = report.give(codes::ACL_RULE, text.spot, format!("{:?} is no default", text.text));
        given.hint("use deny or deny-unless-exposed, or leave it out");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:426-433 @ 78827deb.
fn name_is_one(rule: Cursor<'_>, report: &mut Report<'_>) {
    let Some(name) = rule.text("name") else { return };
    if !is_subdomain(name.text) || name.text.len() > MAX_NAME {
        let given = report.give(codes::ACL_RULE, name.spot, format!("{:?} is no name of a rule", name.text));
        given.hint("use lower-case letters, digits and -, 64 at most");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:435-437 @ 78827deb.
fn action_is_given(rule: Cursor<'_>, report: &mut Report<'_>) {
    let action = rule.text("action");
    if !action.is_some_and(|action| matches!(action.text, "allow" | "deny")) {
        let spot = action.map_or(rule.spot(), |action| action.spot);
        report.give(codes::ACL_RULE, spot, "a rule allows or denies").hint("set action: allow or action: deny");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:438-446 @ 78827deb.
fn direction_is_between_the_sides(rule: Cursor<'_>, sides: &[Side<'_>], report: &mut Report<'_>) {
    let names: Vec<_> = sides.iter().map(|side| side.name.text).collect();
    if rule.text("from").is_none() && rule.text("to").is_none() {
        let given = report.give(codes::ACL_RULE, rule.spot(), "a rule has a direction");
        given.hint("set from or to, one of the two sides of the peering");
    }
    for text in ["from", "to"].into_iter().filter_map(|key| rule.text(key)).filter(|text| !names.contains(&text.text)) {
        let given = report.give(codes::ACL_RULE, text.spot, format!("{:?} is no side of this peering", text.text));
        given.hint(format!("use {}", names.join(" or ")));
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:477-481 @ 78827deb.
fn protocol_is_known(rule: Cursor<'_>, report: &mut Report<'_>) {
    let Some(proto) = rule.get("match").text("proto") else { return };
    if !matches!(proto.text, "tcp" | "udp") && proto.text.parse::<i64>().is_err() {
        let given = report.give(codes::ACL_RULE, proto.spot, format!("{:?} is no protocol", proto.text));
        given.hint("use tcp, udp or a number, or leave it out for all");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:447-476 @ 78827deb.
fn end_is_one_thing(at: Cursor<'_>, report: &mut Report<'_>) {
    if let (Some(_), Some(subnet)) = (at.text("cidr"), at.text("vpcSubnet")) {
        let given = report.give(codes::ACL_RULE, subnet.spot, "a match has cidr or vpcSubnet, not both");
        given.hint("write two entries");
    }
    if let Some(cidr) = at.text("cidr").filter(|cidr| cidr.prefix().is_none()) {
        let given = report.give(codes::ACL_RULE, cidr.spot, format!("{:?} is no prefix", cidr.text));
        given.hint("write it like 10.0.1.0/24");
    }
    for text in at.texts("ports") {
        if let Some(wrong) = port::problem(text.text) {
            report
                .give(codes::PORT_RANGE, text.spot, wrong)
                .hint("write a port or a range of 1 to 65535, such as \"8000-8080\"");
        }
    }
}

/// The side that `src` or `dst` of a rule is about: what the rule says, or the other than what it says of the other end.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:611-626 @ 78827deb.
fn side_of<'s>(rule: Cursor<'s>, end: &str, sides: &[Side<'s>]) -> Option<Text<'s>> {
    let (own, opposite) = if end == "src" { ("from", "to") } else { ("to", "from") };
    rule.text(own).or_else(|| {
        let opposite = rule.text(opposite)?;
        let mut others = sides.iter().map(|side| side.name).filter(|name| name.text != opposite.text);
        others.next()
    })
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:628-647 @ 78827deb.
fn subnet_is_the_sides(at: Cursor<'_>, side: Option<Text<'_>>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let (Some(subnet), Some(side)) = (at.text("vpcSubnet"), side) else { return };
    if side.text.starts_with("ext.") {
        let given =
            report.give(codes::ACL_RULE, subnet.spot, format!("{:?} is an external: it has no VPC subnets", side.text));
        given.hint("write cidr");
    } else if let Some(vpc) = fabric.vpcs.get(side.text).filter(|vpc| vpc.subnet(subnet.text).is_none()) {
        vpc_has_no_subnet(vpc, &subnet, report);
    }
}
