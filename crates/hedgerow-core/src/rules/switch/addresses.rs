//! Rules about the addresses and numbers that hydration gives to switches. In git they are mostly absent; where they
//! are present they must fit. Router ids and tunnel end points are shared with gateways.

use std::net::IpAddr;

use super::{Role, Switch, asn, is_leaf};
use crate::codes::fabric as codes;
use crate::finding::Code;
use crate::prefix::Prefix;
use crate::rules::claims::Claims;
use crate::rules::cursor::Text;
use crate::rules::fabric::Fabric;
use crate::rules::gateway;
use crate::rules::report::{Report, Spot};

/// Every rule about hydrated addresses of switches, and those that are shared with gateways.
pub(super) fn judge(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    for switch in fabric.switches.iter() {
        management_address_fits(switch, fabric, report);
        router_id_fits(switch, fabric, report);
        tunnel_end_point_fits(switch, fabric, report);
        asn_fits(switch, fabric, report);
    }
    management_addresses_are_unique(fabric, report);
    router_ids_are_unique(fabric, report);
    tunnel_end_points_are_unique(fabric, report);
    leaf_asns_are_unique(fabric, report);
    hydration_is_complete_or_absent(fabric, report);
}

/// A management address lies in the management subnet, below its DHCP range, and is not the control nodes' own.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:372-387 @ 78827deb.
fn management_address_fits(switch: &Switch<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(text) = switch.head.spec.text("ip") else { return };
    let subnets = &fabric.settings.subnets;
    let Some(prefix) = text.prefix() else { return no_prefix(&text, report) };
    let message = if !subnets.management.contains(prefix.address()) {
        format!("management address {prefix} is not in the management subnet {}", subnets.management)
    } else if prefix.address() >= subnets.management_dhcp_start {
        format!("management address {prefix} is in the DHCP range, which starts at {}", subnets.management_dhcp_start)
    } else if prefix.address() == subnets.control_vip.address() {
        format!("management address {prefix} is the control nodes' own")
    } else {
        return;
    };
    let hint = "leave it out, so that hydration fills it in; or set [subnets] of your fabric in .hedgerow/fabric.toml";
    report.give(codes::ADDRESS_MISPLACED, text.spot, message).hint(hint);
}

/// A router id is a /32 in the protocol subnet.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:389-400 @ 78827deb.
fn router_id_fits(switch: &Switch<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    if let Some(text) = switch.head.spec.text("protocolIP") {
        host_address_fits(&text, "router id", fabric.settings.subnets.protocol, report);
    }
}

/// A tunnel end point is a /32 in the VTEP subnet, and only leaves have one.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:424-436,469-471 @ 78827deb.
fn tunnel_end_point_fits(switch: &Switch<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(text) = switch.head.spec.text("vtepIP") else { return };
    if switch.role == Role::Spine {
        let given = report.give(codes::SPINE_VTEP, text.spot, "a spine has no tunnel end point");
        given.hint("remove vtepIP, or give the switch the role of a leaf");
    } else {
        host_address_fits(&text, "tunnel end point", fabric.settings.subnets.vtep, report);
    }
}

/// A /32 in `subnet`.
pub(crate) fn host_address_fits(text: &Text<'_>, what: &str, subnet: Prefix, report: &mut Report<'_>) {
    let Some(prefix) = text.prefix() else { return no_prefix(text, report) };
    let message = if prefix.bits() != 32 {
        format!("{what} {prefix} is not a /32")
    } else if !subnet.contains(prefix.address()) {
        format!("{what} {prefix} is not in {subnet}")
    } else {
        return;
    };
    let hint = "leave it out, so that hydration fills it in; or set [subnets] of your fabric in .hedgerow/fabric.toml";
    report.give(codes::ADDRESS_MISPLACED, text.spot, message).hint(hint);
}

fn no_prefix(text: &Text<'_>, report: &mut Report<'_>) {
    report
        .give(codes::ADDRESS_UNREADABLE, text.spot, format!("{:?} is no address with a length", text.text))
        .hint("write it like 172.30.8.2/32, or leave it out: hydration fills it in");
}

/// All spines have the fabric's spine number; leaves have one of the leaves' range.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:407-422 @ 78827deb.
fn asn_fits(switch: &Switch<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some((number, spot)) = asn(switch.head.spec.number("asn")) else { return };
    let settings = &fabric.settings.asn;
    let message = match switch.role {
        Role::Spine if number != settings.spine => format!("spines have ASN {}, not {number}", settings.spine),
        Role::Leaf if !(settings.leaf_start..=settings.leaf_end).contains(&number) => {
            format!("leaves have an ASN of {} to {}, not {number}", settings.leaf_start, settings.leaf_end)
        }
        _ => return,
    };
    report.give(codes::ASN_MISPLACED, spot, message).hint("leave it out: hydration fills it in");
}

/// No two switches have one management address.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:384-386 @ 78827deb.
fn management_addresses_are_unique(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for switch in fabric.switches.iter() {
        claim(switch.head.spec.text("ip"), "management address", &mut claims, report);
    }
}

/// No two devices have one router id.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:402-404, api/gateway/v1alpha1/gateway_types.go:452-454 @ 78827deb.
fn router_ids_are_unique(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    let gateways = fabric.gateways.iter().map(|gateway| gateway.spec);
    for spec in fabric.switches.iter().map(|switch| switch.head.spec).chain(gateways) {
        claim(spec.text("protocolIP"), "router id", &mut claims, report);
    }
}

/// No two devices have one tunnel end point; the two switches of an MCLAG pair share theirs.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:438-441, api/gateway/v1alpha1/gateway_types.go:455-457 @ 78827deb.
fn tunnel_end_points_are_unique(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    let own = |switch: &&Switch<'_>| !switch.is_redundant_by("mclag");
    let gateways = fabric.gateways.iter().map(|gateway| gateway.spec);
    for spec in fabric.switches.iter().filter(own).map(|switch| switch.head.spec).chain(gateways) {
        claim(spec.text("vtepIP"), "tunnel end point", &mut claims, report);
    }
}

fn claim(text: Option<Text<'_>>, what: &str, claims: &mut Claims<IpAddr>, report: &mut Report<'_>) {
    let Some(text) = text else { return };
    let Some(prefix) = text.prefix() else { return };
    if let Some(first) = claims.claim(prefix.address(), text.spot) {
        let message = format!("{what} {} is used twice", prefix.address());
        let given = report.give(codes::ADDRESS_TWICE, text.spot, message).with(first, "first used here");
        given.hint("leave one of them out: hydration gives each device its own");
    }
}

/// No two leaves have one ASN; the two switches of an MCLAG pair share theirs.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:408-412 @ 78827deb.
fn leaf_asns_are_unique(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for switch in fabric.switches.iter().filter(|switch| is_leaf(switch) && !switch.is_redundant_by("mclag")) {
        let Some((number, spot)) = asn(switch.head.spec.number("asn")) else { continue };
        if let Some(first) = claims.claim(number, spot) {
            let message = format!("ASN {number} is used by two leaves");
            report.give(codes::ASN_TWICE, spot, message).with(first, "first used here").hint("give each leaf its own");
        }
    }
}

/// The controller needs addresses that people leave to `hhfab`: it fills in all of them or none. What depends on them
/// cannot be checked here.
///
/// Source: fabric api/wiring/v1beta1/switch_types.go:457-468 @ 78827deb; fabricator pkg/hhfab/hydrate.go:139-175 @ fee55670.
fn hydration_is_complete_or_absent(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut lacking: Vec<Spot> = Vec::new();
    let mut hydrated = 0;
    for switch in fabric.switches.iter() {
        let spec = switch.head.spec;
        let vtep = if is_leaf(switch) { spec.text("vtepIP").is_some() } else { true };
        let all = [spec.text("ip").is_some(), spec.text("protocolIP").is_some(), spec.number("asn").is_some(), vtep];
        if all.contains(&false) { lacking.push(spec.spot()) } else { hydrated += 1 }
    }
    for gateway in fabric.gateways.iter() {
        if gateway::is_hydrated(gateway) { hydrated += 1 } else { lacking.push(gateway.spec.spot()) }
    }
    if hydrated > 0 {
        let message = format!("{hydrated} devices have their addresses and numbers, {} lack some", lacking.len());
        tell(codes::HYDRATED_PARTLY, message, "let hhfab hydrate all of the wiring, or none", &lacking, report);
    } else {
        let message =
            format!("{} devices have no addresses and numbers yet: what depends on them is not checked", lacking.len());
        tell(
            codes::HYDRATED_NOT,
            message,
            "hhfab fills them in; the cluster takes no device without them",
            &lacking,
            report,
        );
    }
}

fn tell(code: Code, message: String, hint: &str, spots: &[Spot], report: &mut Report<'_>) {
    let Some((&first, rest)) = spots.split_first() else { return };
    report.give(code, first, message).hint(hint).with_all(rest, "this one too");
}
