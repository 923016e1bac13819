//! Rules about one subnet of a VPC.

use super::view::Subnet;
use crate::codes::fabric as codes;
use crate::codes::references;
use crate::rules::fabric::Fabric;
use crate::rules::overlap;
use crate::rules::report::Report;

/// The longest prefix of a subnet. Source: fabric api/vpc/v1beta1/vpc_types.go:406-408 @ 78827deb.
const MAX_BITS: u8 = 30;

/// Every rule about the addresses and the VLAN of one subnet.
pub(super) fn judge(subnet: &Subnet<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    addresses_are_given(subnet, report);
    addresses_are_enough(subnet, report);
    addresses_have_no_host_bits(subnet, report);
    addresses_are_free(subnet, fabric, report);
    gateway_is_in_the_subnet(subnet, report);
    vlan_is_given(subnet, report);
    host_bgp_goes_without_dhcp(subnet, report);
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:397-404 @ 78827deb.
fn addresses_are_given(subnet: &Subnet<'_>, report: &mut Report<'_>) {
    match subnet.text {
        None if !subnet.at.lacks("subnet") => {}
        None => {
            let given = report.give(
                references::NEEDED,
                subnet.name.spot,
                format!("subnet {:?} has no addresses", subnet.name.text),
            );
            given.hint("set subnet, such as 10.0.1.0/24");
        }
        Some(text) if subnet.prefix.is_none() => {
            let given = report.give(codes::SUBNET_UNREADABLE, text.spot, format!("{:?} is no subnet", text.text));
            given.hint("write it like 10.0.1.0/24");
        }
        Some(_) => {}
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:406-408 @ 78827deb.
fn addresses_are_enough(subnet: &Subnet<'_>, report: &mut Report<'_>) {
    let Some(prefix) = subnet.prefix.filter(|prefix| prefix.bits() > MAX_BITS) else { return };
    let given = report.give(
        codes::SUBNET_TINY,
        subnet.spot(),
        format!("{prefix} is too small: a subnet is a /{MAX_BITS} or wider"),
    );
    given.hint("use a wider subnet");
}

/// The controller takes a subnet with host bits and means the network.
///
/// Source: fabric api/vpc/v1beta1/vpc_types.go:401-422 @ 78827deb (not enforced).
fn addresses_have_no_host_bits(subnet: &Subnet<'_>, report: &mut Report<'_>) {
    let Some(prefix) = subnet.prefix.filter(|prefix| prefix.has_host_bits()) else { return };
    let given = report.give(
        codes::HOST_BITS,
        subnet.spot(),
        format!("{prefix} has host bits: the fabric takes {}", prefix.masked()),
    );
    given.hint(format!("write {}", prefix.masked()));
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:410-416 @ 78827deb.
fn addresses_are_free(subnet: &Subnet<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(prefix) = subnet.prefix else { return };
    if let Some(reserved) = overlap::reserved(prefix, fabric.settings) {
        let message = format!("{prefix} overlaps {reserved}, which the fabric keeps for itself");
        report.give(codes::RESERVED, subnet.spot(), message).hint("use addresses outside of the fabric's own subnets");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:425-436 @ 78827deb.
fn gateway_is_in_the_subnet(subnet: &Subnet<'_>, report: &mut Report<'_>) {
    let Some(text) = subnet.at.text("gateway").filter(|_| !subnet.host_bgp) else { return };
    let Some(prefix) = subnet.prefix else { return };
    let message = match text.address() {
        None => format!("{:?} is no address", text.text),
        Some(address) if !prefix.contains(address) => format!("the gateway {address} is not in {}", prefix.masked()),
        Some(_) => return,
    };
    let given = report.give(codes::GATEWAY_OUTSIDE, text.spot, message).see(subnet.spot(), "the subnet");
    given.hint("leave it out: it is the first address of the subnet then");
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:438-440 @ 78827deb.
fn vlan_is_given(subnet: &Subnet<'_>, report: &mut Report<'_>) {
    if subnet.at.lacks("vlan") && !subnet.host_bgp {
        let spot = subnet.name.spot;
        let given = report.give(references::NEEDED, spot, format!("subnet {:?} has no VLAN", subnet.name.text));
        given.hint("set vlan, a VLAN of the VPC's namespace");
    }
}

/// Source: fabric api/vpc/v1beta1/vpc_types.go:419-423 @ 78827deb.
fn host_bgp_goes_without_dhcp(subnet: &Subnet<'_>, report: &mut Report<'_>) {
    if subnet.host_bgp && subnet.has_dhcp() {
        let spot = subnet.at.at("dhcp.enable").spot();
        let given = report.give(codes::HOST_BGP_DHCP, spot, "a subnet whose hosts speak BGP hands out no addresses");
        given.see(subnet.at.get("hostBGP").spot(), "hosts speak BGP").hint("remove dhcp, or hostBGP");
    }
}
