//! Rules about DHCP in a subnet of a VPC.

use std::net::IpAddr;

use super::view::Subnet;
use crate::codes::fabric as codes;
use crate::finding::Code;
use crate::prefix::Prefix;
use crate::rules::claims::Claims;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::fabric::Fabric;
use crate::rules::mac;
use crate::rules::missing::Target;
use crate::rules::report::{Report, Spot};

/// The frame sizes that DHCP may tell, in bytes. Source: fabric api/vpc/v1beta1/vpc_types.go:546-551 @ 78827deb.
const MTU: std::ops::RangeInclusive<i128> = 96..=9036;

/// Every rule about DHCP.
pub(super) fn judge<'s>(subnet: &Subnet<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let dhcp = subnet.at.get("dhcp");
    relay_stands_alone(dhcp, report);
    relay_vpc_exists(dhcp, fabric, report);
    if !subnet.has_dhcp() {
        nothing_is_configured_while_off(dhcp, report);
        return;
    }
    let Some(prefix) = subnet.prefix else { return };
    let network = Network { prefix, gateway: subnet.gateway() };
    range_is_inside(dhcp, network, report);
    servers_are_addresses(dhcp.get("options"), report);
    mtu_and_lease_are_possible(dhcp.get("options"), report);
    routes_lead_through_the_subnet(dhcp.get("options"), prefix, report);
    static_addresses_are_inside(dhcp.get("static"), network, report);
    static_addresses_are_unique(dhcp.get("static"), report);
}

/// A subnet and its router.
#[derive(Clone, Copy)]
struct Network {
    prefix: Prefix,
    gateway: Option<IpAddr>,
}

/// A relay is written as a prefix, and excludes handing out addresses here.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:446-459 @ 78827deb.
fn relay_stands_alone(dhcp: Cursor<'_>, report: &mut Report<'_>) {
    let Some(relay) = dhcp.text("relay") else {
        if let Some(vpc) = dhcp.text("relayVPC") {
            let given = report.give(codes::RELAY, vpc.spot, "relayVPC is set without relay");
            given.hint("set relay, the address of the DHCP server with a length, such as 10.99.0.1/32");
        }
        return;
    };
    if dhcp.flag("enable") {
        let given = report.give(codes::RELAY, relay.spot, "a subnet has a DHCP relay or hands out addresses, not both");
        given.see(dhcp.get("enable").spot(), "it hands out addresses").hint("remove one of them");
    }
    if relay.prefix().is_none() {
        let given = report.give(codes::RELAY, relay.spot, format!("{:?} is no address with a length", relay.text));
        given.hint("write it like 10.99.0.1/32");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:723-733 @ 78827deb.
fn relay_vpc_exists<'s>(dhcp: Cursor<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    if let Some(vpc) = dhcp.text("relayVPC").filter(|vpc| fabric.vpcs.get(vpc.text).is_none()) {
        report.missing.add(Target::Vpc, &vpc);
    }
}

/// While DHCP is off the controller drops range and options without a word, and refuses static addresses.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:293-298 (dropped), 619-622 (refused) @ 78827deb.
fn nothing_is_configured_while_off(dhcp: Cursor<'_>, report: &mut Report<'_>) {
    for key in ["range", "options"] {
        let at = dhcp.get(key);
        if at.fields().next().is_some() {
            let given = report.give(codes::DHCP_DROPPED, at.spot(), format!("{key} has no effect while DHCP is off"));
            given.hint("set dhcp.enable: true, or remove it");
        }
    }
    let at = dhcp.get("static");
    if at.fields().next().is_some() {
        let given = report.give(codes::DHCP_STATIC_OFF, at.spot(), "static addresses need DHCP");
        given.hint("set dhcp.enable: true, or remove them");
    }
}

/// The range lies in the subnet, without the network's address and the gateway, and goes upwards. By default it starts
/// at the third address and ends with the last, even where that is the gateway.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:300-312,489-531 @ 78827deb.
fn range_is_inside(dhcp: Cursor<'_>, network: Network, report: &mut Report<'_>) {
    let [start, end] = ["start", "end"].map(|key| range_end(dhcp, key, network));
    let mut sound = true;
    for (key, (at, spot)) in [("start", &start), ("end", &end)] {
        if let Err(wrong) = at {
            sound = false;
            let message = format!("the {key} of the range {wrong}");
            report.give(codes::DHCP_RANGE, *spot, message).hint(range_hint(network));
        }
    }
    if let (true, Ok(from), Ok(to)) = (sound, &start.0, &end.0)
        && from >= to
    {
        let spot = if dhcp.get("range").text("end").is_some() { end.1 } else { start.1 };
        let message = format!("the range ends at {to}, before it starts at {from}");
        report.give(codes::DHCP_RANGE, spot, message).hint(range_hint(network));
    }
}

/// One end of the range, as written or by default, or why it cannot be; and where it stands.
fn range_end(dhcp: Cursor<'_>, key: &str, network: Network) -> (Result<IpAddr, String>, Spot) {
    let default = if key == "start" { network.prefix.nth(2) } else { Some(network.prefix.last()) };
    match dhcp.get("range").text(key) {
        Some(text) => (
            text.address().ok_or_else(|| format!("is no address: {:?}", text.text)).and_then(|a| network.hands_out(a)),
            text.spot,
        ),
        None => {
            let end = default.ok_or_else(|| "is beyond the addresses that there are".to_owned());
            (end.and_then(|a| network.hands_out(a)), dhcp.get("enable").spot())
        }
    }
}

impl Network {
    /// The address, if DHCP may hand it out, or else why not.
    fn hands_out(self, address: IpAddr) -> Result<IpAddr, String> {
        if !self.prefix.contains(address) {
            Err(format!("is not in {}: {address}", self.prefix.masked()))
        } else if address == self.prefix.first() {
            Err(format!("is the network's own address: {address}"))
        } else if Some(address) == self.gateway {
            Err(format!("is the gateway: {address}"))
        } else {
            Ok(address)
        }
    }
}

fn range_hint(network: Network) -> String {
    format!(
        "addresses of {} without its first and the gateway; leave the range out for all of them",
        network.prefix.masked()
    )
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:533-544 @ 78827deb.
fn servers_are_addresses(options: Cursor<'_>, report: &mut Report<'_>) {
    for key in ["dnsServers", "timeServers"] {
        for text in options.texts(key).filter(|text| text.address().is_none()) {
            let given = report.give(codes::DHCP_OPTION, text.spot, format!("{:?} is no address", text.text));
            given.hint("write the address of the server, not its name");
        }
    }
}

/// Zero means the default: 9036 bytes, 3600 seconds.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:323-343,546-555 @ 78827deb.
fn mtu_and_lease_are_possible(options: Cursor<'_>, report: &mut Report<'_>) {
    if let Some(mtu) = options.number("interfaceMTU").filter(|mtu| !MTU.contains(&mtu.value)) {
        let message = format!("{} is no MTU for servers", mtu.value);
        report.give(codes::DHCP_OPTION, mtu.spot, message).hint("use 96 to 9036, or leave it out");
    }
    if let Some(lease) = options.number("leaseTimeSeconds").filter(|lease| lease.value < 1) {
        let message = format!("{} seconds are no lease", lease.value);
        report.give(codes::DHCP_OPTION, lease.spot, message).hint("use a second or more, or leave it out");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:558-578 @ 78827deb.
fn routes_lead_through_the_subnet(options: Cursor<'_>, prefix: Prefix, report: &mut Report<'_>) {
    for route in options.items("advertisedRoutes") {
        let destination = route.text("destination");
        if destination.and_then(|text| text.prefix()).is_none() {
            let spot = destination.map_or(route.spot(), |text| text.spot);
            let given = report.give(codes::DHCP_OPTION, spot, "an advertised route needs a destination");
            given.hint("write it like 10.99.0.0/24");
        }
        let gateway = route.text("gateway");
        if !gateway.and_then(|text| text.address()).is_some_and(|address| prefix.contains(address)) {
            let spot = gateway.map_or(route.spot(), |text| text.spot);
            let given = report.give(codes::DHCP_OPTION, spot, "the gateway of an advertised route is in the subnet");
            given.hint(format!("use an address of {}", prefix.masked()));
        }
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:580-605 @ 78827deb.
fn static_addresses_are_inside(table: Cursor<'_>, network: Network, report: &mut Report<'_>) {
    for (hardware, entry) in table.fields() {
        if mac::parse(hardware.text).is_none() {
            let message = format!("{:?} is no hardware address", hardware.text);
            report.give(codes::DHCP_STATIC, hardware.spot, message).hint("write it like 0c:20:12:ff:00:00");
        }
        let Some(ip) = entry.text("ip") else {
            report.give(codes::DHCP_STATIC, hardware.spot, "a static address is missing").hint("set ip");
            continue;
        };
        let last = network.prefix.last();
        let address = ip.address().ok_or_else(|| format!("is no address: {:?}", ip.text));
        let handed = address.and_then(|address| network.hands_out(address));
        let wrong = match handed {
            Ok(address) if address == last => Some(format!("is the broadcast address: {address}")),
            handed => handed.err(),
        };
        if let Some(wrong) = wrong {
            let message = format!("the static address {wrong}");
            report.give(codes::DHCP_STATIC, ip.spot, message).hint(range_hint(network));
        }
    }
}

/// No address goes to two servers. Two spellings of one hardware address are one to the controller, which keeps either.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:345-357,607-610 @ 78827deb.
fn static_addresses_are_unique(table: Cursor<'_>, report: &mut Report<'_>) {
    let (mut addresses, mut hardwares) = (Claims::new(), Claims::new());
    for (hardware, entry) in table.fields() {
        if let Some(ip) = entry.text("ip") {
            twice(codes::DHCP_STATIC, &ip, ip.address().and_then(|key| addresses.claim(key, ip.spot)), report);
        }
        let first = mac::parse(hardware.text).and_then(|key| hardwares.claim(key, hardware.spot));
        twice(codes::MAC_TWICE, &hardware, first, report);
    }
}

fn twice(code: Code, text: &Text<'_>, first: Option<Spot>, report: &mut Report<'_>) {
    if let Some(first) = first {
        let given = report.give(code, text.spot, format!("{} is given twice", text.text));
        given.see(first, "first given here").hint("remove one of them");
    }
}
