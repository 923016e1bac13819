//! Rules about what a VPC permits and where it routes.

use super::view::Vpc;
use crate::codes::fabric as codes;
use crate::codes::references;
use crate::rules::claims::Claims;
use crate::rules::report::Report;

/// Every rule about permit lists and static routes.
pub(super) fn judge(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    permits_name_two_subnets(vpc, report);
    permits_name_subnets_of_the_vpc_once(vpc, report);
    routes_lead_somewhere(vpc, report);
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:634-637 @ 78827deb.
fn permits_name_two_subnets(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    for permit in vpc.head.spec.items("permit").filter(|permit| permit.own_count() < 2) {
        let given = report.give(codes::PERMIT_ALONE, permit.spot(), "a permit list names two subnets or more");
        given.hint("add a subnet, or remove the list");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:639-650 @ 78827deb.
fn permits_name_subnets_of_the_vpc_once(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    for permit in vpc.head.spec.items("permit") {
        let mut claims = Claims::new();
        for name in permit.own_texts() {
            if vpc.subnet(name.text).is_none() {
                let message = format!("the VPC has no subnet {:?}", name.text);
                let given = report.give(references::NO_SUBNET, name.spot, message);
                given
                    .see(vpc.head.spec.get("subnets").spot(), "its subnets")
                    .hint("correct the name, or add the subnet");
            } else if let Some(first) = claims.claim(name.text, name.spot) {
                let given = report.give(codes::PERMIT_TWICE, name.spot, format!("{:?} is named twice", name.text));
                given.see(first, "first named here").hint("remove one of them");
            }
        }
    }
}

/// A static route has a network and next hops. The controller does not read a next hop; a switch will.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:653-670 @ 78827deb.
fn routes_lead_somewhere(vpc: &Vpc<'_>, report: &mut Report<'_>) {
    for route in vpc.head.spec.items("staticRoutes") {
        let prefix = route.text("prefix");
        let message = match prefix.map(|text| (text, text.prefix())) {
            None => Some("a static route needs a prefix".to_owned()),
            Some((text, None)) => Some(format!("{:?} is no prefix", text.text)),
            Some((_, Some(prefix))) if prefix.has_host_bits() => {
                Some(format!("{prefix} is no network: it has host bits"))
            }
            Some(_) if route.count("nextHops") == 0 => Some("a static route needs a next hop".to_owned()),
            Some(_) => None,
        };
        if let Some(message) = message {
            let spot = prefix.map_or(route.spot(), |text| text.spot);
            let given = report.give(codes::ROUTE, spot, message);
            given.hint("write prefix: 10.99.0.0/24 and nextHops: [10.0.1.5]");
        }
        for hop in route.texts("nextHops").filter(|hop| hop.address().is_none()) {
            let given = report.give(codes::NEXT_HOP_UNREADABLE, hop.spot, format!("{:?} is no address", hop.text));
            given.hint("write the address of a router, without a length");
        }
    }
}
