//! Rules about static externals: an address on a switch port, and what lies behind it.

use super::view::Connection;
use crate::codes::fabric as codes;
use crate::prefix::Prefix;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::fabric::Fabric;
use crate::rules::overlap;
use crate::rules::report::Report;
use crate::vlan::VLANS;

/// Every rule about a static external.
pub(super) fn judge(connection: &Connection<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    if connection.kind() != "staticExternal" {
        return;
    }
    let at = connection.body().at("link.switch");
    next_hop_is_in_the_ports_subnet(at, report);
    subnets_are_networks_apart_and_free(at, fabric, report);
    vlan_is_one(at, report);
}

/// The port has an address, and the next hop lies in its subnet.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:757-771 @ 78827deb.
fn next_hop_is_in_the_ports_subnet(at: Cursor<'_>, report: &mut Report<'_>) {
    let own = at.text("ip");
    let Some((ip, prefix)) = own.and_then(|ip| Some((ip, ip.prefix()?))) else {
        let spot = own.map_or(at.spot(), |ip| ip.spot);
        let given = report.give(codes::STATIC_ADDRESS, spot, "a static external needs the address of its switch port");
        given.hint("set ip, with its length, such as 172.31.255.1/24");
        return;
    };
    let hop = at.text("nextHop");
    match hop.and_then(|hop| Some((hop, hop.address()?))) {
        None => {
            let spot = hop.map_or(at.spot(), |hop| hop.spot);
            let given = report.give(codes::STATIC_ADDRESS, spot, "a static external needs the address of its next hop");
            given.hint(format!("set nextHop, an address in {}", prefix.masked()));
        }
        Some((hop, address)) if !prefix.contains(address) => {
            let message = format!("the next hop {address} is not in {}", prefix.masked());
            let given = report.give(codes::STATIC_ADDRESS, hop.spot, message).see(ip.spot, "the port's address");
            given.hint("use an address of the port's subnet");
        }
        Some(_) => {}
    }
}

/// What lies behind is one default route, or networks that are apart from each other and from the fabric's own.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:773-805 @ 78827deb.
fn subnets_are_networks_apart_and_free(at: Cursor<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut networks: Vec<(Prefix, Text<'_>)> = Vec::new();
    for text in at.texts("subnets") {
        let message = match text.prefix() {
            None => format!("{:?} is no network", text.text),
            Some(_) if text.text == "0.0.0.0/0" && at.count("subnets") == 1 => return,
            Some(_) if text.text == "0.0.0.0/0" => "the default route stands alone".to_owned(),
            Some(prefix) if prefix.has_host_bits() => format!("{prefix} is no network: it has host bits"),
            Some(prefix) => {
                networks.push((prefix, text));
                continue;
            }
        };
        report
            .give(codes::STATIC_SUBNET, text.spot, message)
            .hint("write networks like 10.99.0.0/24, or 0.0.0.0/0 alone");
    }
    overlap::each_pair(&mut networks, |(prefix, text), (other, first)| {
        let message = format!("{prefix} overlaps {other}");
        let given = report.give(codes::STATIC_SUBNET, text.spot, message).see(first.spot, "the other one");
        given.hint("keep the wider one only, or make them apart");
    });
    for (prefix, text) in networks {
        if let Some(reserved) = overlap::reserved(prefix, fabric.settings) {
            let message = format!("{prefix} overlaps {reserved}, which the fabric keeps for itself");
            report.give(codes::RESERVED, text.spot, message).hint("use networks outside of the fabric's own");
        }
    }
}

/// A VLAN of a port is one that exists. The controller does not look.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:238-239 @ 78827deb (not enforced).
fn vlan_is_one(at: Cursor<'_>, report: &mut Report<'_>) {
    let Some(vlan) = at.number("vlan") else { return };
    if !u16::try_from(vlan.value).is_ok_and(|vlan| VLANS.contains(&vlan)) {
        let given = report.give(codes::VLAN_IMPOSSIBLE, vlan.spot, format!("{} is no VLAN", vlan.value));
        given.hint("VLANs are 1 to 4094; leave it out for none");
    }
}
