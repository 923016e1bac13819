//! Rules about gateways.

use std::net::IpAddr;

use super::claims::Claims;
use super::cursor::{Cursor, Text};
use super::fabric::{Fabric, Head};
use super::mac;
use super::missing::Target;
use super::report::Report;
use super::switch;
use crate::codes::fabric as codes;
use crate::codes::references;

/// Every rule about gateways.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    gateways_are_enabled(fabric, report);
    for gateway in fabric.gateways.iter() {
        workers_are_possible(gateway, report);
        addresses_fit(gateway, fabric, report);
        hardware_address_is_unicast(gateway, report);
        asn_fits(gateway, fabric, report);
        interfaces_are_interfaces(gateway, report);
        neighbors_are_neighbors(gateway, report);
        log_levels_are_known(gateway, report);
        groups_are_named_once(gateway, report);
        groups_exist(gateway, fabric, report);
    }
    hardware_addresses_are_unique(fabric, report);
    groups_are_not_too_large(fabric, report);
}

/// Whether it has what hydration gives it.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:226-290,367 @ 78827deb.
pub(crate) fn is_hydrated(gateway: &Head<'_>) -> bool {
    let spec = gateway.spec;
    let texts = ["protocolIP", "vtepIP", "vtepMAC"].iter().all(|key| spec.text(key).is_some());
    let addressed = spec.get("interfaces").fields().all(|(_, interface)| interface.count("ips") > 0);
    texts && addressed && spec.number("asn").is_some() && spec.count("neighbors") > 0
}

/// The fabric refuses all objects of gateway kinds unless it was installed with gateways.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:206-208, gatewaygroup_types.go:72-74,
/// gatewaypeering_types.go:289-291 @ 78827deb.
fn gateways_are_enabled(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let all = || fabric.gateways.iter().chain(fabric.gateway_groups.iter()).chain(fabric.gateway_peerings.iter());
    match fabric.settings.gateway.enabled {
        Some(true) => {}
        Some(false) => {
            for head in all() {
                let given = report.give(codes::GATEWAY_OFF, head.top.spot(), "the fabric's gateway is turned off");
                given.hint("enable it in the installer's configuration, then set gateway.enabled = true in .hedgerow/fabric.toml");
            }
        }
        None => {
            if let Some(head) = all().next() {
                let message = "whether the fabric's gateway is turned on is not known here";
                let given = report.give(codes::GATEWAY_UNKNOWN, head.top.spot(), message);
                given.hint(
                    "set gateway.enabled in .hedgerow/fabric.toml: the fabric refuses these objects when it is off",
                );
            }
        }
    }
}

/// Zero means the default, 4.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:188-190,213-215 @ 78827deb.
fn workers_are_possible(gateway: &Head<'_>, report: &mut Report<'_>) {
    if let Some(workers) = gateway.spec.number("workers").filter(|workers| !(1..=64).contains(&workers.value)) {
        let message = format!("{} workers are not possible", workers.value);
        report.give(codes::GATEWAY_WORKERS, workers.spot, message).hint("use 1 to 64, or leave it out for 4");
    }
}

/// Router id and tunnel end point are /32 of the fabric's subnets; the latter is a host's.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:226-256 @ 78827deb; fabricator pkg/hhfab/hydrate.go:633-663.
fn addresses_fit(gateway: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let subnets = &fabric.settings.subnets;
    for (key, what, subnet) in
        [("protocolIP", "router id", subnets.protocol), ("vtepIP", "tunnel end point", subnets.vtep)]
    {
        if let Some(text) = gateway.spec.text(key) {
            switch::host_address_fits(&text, what, subnet, report);
        }
    }
}

/// Source: fabric api/gateway/v1alpha1/gateway_types.go:258-270 @ 78827deb.
fn hardware_address_is_unicast(gateway: &Head<'_>, report: &mut Report<'_>) {
    let Some(text) = gateway.spec.text("vtepMAC") else { return };
    let message = match mac::parse(text.text) {
        None => format!("{:?} is no hardware address", text.text),
        Some(bytes) if bytes.iter().all(|&b| b == 0) => "the hardware address is all zeros".to_owned(),
        Some(bytes) if bytes[0] & 1 == 1 => format!("{} is a multicast address", text.text),
        Some(_) => return,
    };
    report.give(codes::GATEWAY_MAC, text.spot, message).hint("leave it out: hydration gives each gateway one");
}

/// Source: fabricator pkg/hhfab/hydrate.go:622 @ fee55670.
fn asn_fits(gateway: &Head<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(asn) = gateway.spec.number("asn") else { return };
    let wanted = fabric.settings.asn.gateway;
    if asn.value != i128::from(wanted) {
        let message = format!("gateways have ASN {wanted}, not {}", asn.value);
        report.give(codes::ASN_MISPLACED, asn.spot, message).hint("leave it out: hydration fills it in");
    }
}

/// Source: fabric api/gateway/v1alpha1/gateway_types.go:203,280-361 @ 78827deb.
fn interfaces_are_interfaces(gateway: &Head<'_>, report: &mut Report<'_>) {
    let interfaces = gateway.spec.get("interfaces");
    if interfaces.fields().next().is_none() {
        let given = report.give(codes::GATEWAY_INTERFACE, interfaces.spot(), "a gateway needs an interface");
        given.hint("set interfaces, such as enp2s1: {}");
    }
    for (name, at) in interfaces.fields() {
        interface_name_is_one(&name, report);
        for ip in at.texts("ips").filter(|ip| !ip.prefix().is_some_and(|prefix| prefix.address().is_ipv4())) {
            let given = report.give(
                codes::GATEWAY_INTERFACE,
                ip.spot,
                format!("{:?} is no IPv4 address with a length", ip.text),
            );
            given.hint("write it like 172.30.128.1/31, or leave ips out: hydration fills them in");
        }
        interface_has_one_driver(&name, at, report);
    }
}

/// Two to ten characters: a letter first, a letter or a digit last.
fn is_interface_name(name: &str) -> bool {
    let bytes = name.as_bytes();
    let inner = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    (2..=10).contains(&bytes.len())
        && bytes[0].is_ascii_alphabetic()
        && bytes[bytes.len() - 1].is_ascii_alphanumeric()
        && bytes.iter().all(inner)
}

fn interface_name_is_one(name: &Text<'_>, report: &mut Report<'_>) {
    if !is_interface_name(name.text) {
        let given =
            report.give(codes::GATEWAY_INTERFACE, name.spot, format!("{:?} is no name of an interface", name.text));
        given.hint("2 to 10 characters, a letter first, a letter or a digit last, such as enp2s1");
    }
}

fn interface_has_one_driver(name: &Text<'_>, at: Cursor<'_>, report: &mut Report<'_>) {
    let (pci, kernel) = (at.text("pci"), at.text("kernel"));
    if let Some(pci) = pci.filter(|pci| !is_pci_address(pci.text)) {
        let given = report.give(codes::GATEWAY_INTERFACE, pci.spot, format!("{:?} is no PCI address", pci.text));
        given.hint("write it like 0000:02:00.0");
    }
    let Some(kernel) = kernel else { return };
    let message = if pci.is_some() {
        "an interface has a PCI address or a kernel name, not both".to_owned()
    } else if !is_interface_name(kernel.text) {
        format!("{:?} is no name of an interface", kernel.text)
    } else if kernel.text == name.text {
        "an interface cannot have the name that the kernel has for it".to_owned()
    } else {
        return;
    };
    report.give(codes::GATEWAY_INTERFACE, kernel.spot, message).hint("remove one of them, or choose another name");
}

/// `0000:02:00.0`: domain, bus, device (up to 1f), function (up to 7).
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:311-348 @ 78827deb.
fn is_pci_address(text: &str) -> bool {
    let Some((rest, function)) = text.rsplit_once('.') else { return false };
    let parts: Vec<&str> = rest.split(':').collect();
    let [domain, bus, device] = parts[..] else { return false };
    let limits = [(domain, 0xffff), (bus, 0xff), (device, 0x1f), (function, 7)];
    text.len() == 12 && limits.iter().all(|(part, most)| u32::from_str_radix(part, 16).is_ok_and(|n| n <= *most))
}

/// Source: fabric api/gateway/v1alpha1/gateway_types.go:370-388 @ 78827deb.
fn neighbors_are_neighbors(gateway: &Head<'_>, report: &mut Report<'_>) {
    for neighbor in gateway.spec.items("neighbors") {
        let text = neighbor.text("ip");
        let host = |address: IpAddr| address.is_ipv4() && !address.is_multicast() && !address.is_unspecified();
        let spot = text.map_or(neighbor.spot(), |text| text.spot);
        if !text.and_then(|text| text.address()).is_some_and(host) {
            let given = report.give(codes::GATEWAY_NEIGHBOR, spot, "a neighbor needs the IPv4 address of a host");
            given.hint("leave neighbors out: hydration fills them in");
        } else if neighbor.number("asn").is_none() {
            let given = report.give(codes::GATEWAY_NEIGHBOR, spot, "a neighbor needs an autonomous system number");
            given.hint("leave neighbors out: hydration fills them in");
        }
    }
}

/// Nothing checks the words; the gateway does not know others.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:100-118 @ 78827deb (not enforced).
fn log_levels_are_known(gateway: &Head<'_>, report: &mut Report<'_>) {
    const LEVELS: [&str; 6] = ["off", "error", "warning", "info", "debug", "trace"];
    let logs = gateway.spec.get("logs");
    let tags = logs.get("tags").fields().filter_map(|(_, level)| level.own_text());
    for level in logs.text("default").into_iter().chain(tags).filter(|level| !LEVELS.contains(&level.text)) {
        let given = report.give(codes::LOG_LEVEL, level.spot, format!("{:?} is no log level", level.text));
        given.hint(format!("use {}", LEVELS.join(", ")));
    }
}

/// The groups of a gateway; without any it is in `default`.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:196-200 @ 78827deb.
fn groups<'s>(gateway: &Head<'s>) -> Vec<Text<'s>> {
    if gateway.spec.count("groups") == 0 {
        return vec![Text { text: "default", spot: gateway.spec.spot() }];
    }
    gateway.spec.items("groups").map(|group| group.text_or("name", "")).collect()
}

/// Source: fabric api/gateway/v1alpha1/gateway_types.go:393-399 @ 78827deb.
fn groups_are_named_once(gateway: &Head<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for group in groups(gateway) {
        if let Some(first) = claims.claim(group.text, group.spot) {
            let given =
                report.give(codes::GATEWAY_GROUP_TWICE, group.spot, format!("group {:?} is named twice", group.text));
            given.see(first, "first named here").hint("remove one of them");
        }
    }
}

/// Source: fabric api/gateway/v1alpha1/gateway_types.go:462-473 @ 78827deb.
fn groups_exist<'s>(gateway: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for group in groups(gateway) {
        if group.text.is_empty() {
            report.give(references::NEEDED, group.spot, "a membership needs the name of a group").hint("set name");
        } else if fabric.gateway_groups.get(group.text).is_none() {
            report.missing.add(Target::GatewayGroup, &group);
        }
    }
}

/// Source: fabric api/gateway/v1alpha1/gateway_types.go:458-460 @ 78827deb.
fn hardware_addresses_are_unique(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for text in fabric.gateways.iter().filter_map(|gateway| gateway.spec.text("vtepMAC")) {
        let first = mac::parse(text.text).and_then(|key| claims.claim(key, text.spot));
        if let Some(first) = first {
            let given =
                report.give(codes::ADDRESS_TWICE, text.spot, format!("hardware address {} is used twice", text.text));
            given.with(first, "first used here").hint("leave one of them out: hydration gives each gateway its own");
        }
    }
}

/// A group has as many gateways as the fabric has communities to rank them by.
///
/// Source: fabric api/gateway/v1alpha1/gateway_types.go:474-476 @ 78827deb.
fn groups_are_not_too_large(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let most = fabric.settings.gateway.max_in_group;
    let mut members: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for group in fabric.gateways.iter().flat_map(groups) {
        let count = members.entry(group.text).or_default();
        *count += 1;
        if *count > most {
            let message = format!("group {:?} has more gateways than it may: {most}", group.text);
            report.give(codes::GATEWAY_GROUP_FULL, group.spot, message).hint("put the gateway into another group");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pci_address_has_four_parts_within_their_limits() {
        assert!(is_pci_address("0000:02:00.0") && is_pci_address("ffff:ff:1f.7"));
        for bad in ["0000:02:00", "0000:02:20.0", "0000:02:00.8", "000:02:00.0", "0000:02:00.0 ", "g000:02:00.0"] {
            assert!(!is_pci_address(bad), "{bad}");
        }
    }

    #[test]
    fn an_interface_name_has_two_to_ten_characters() {
        assert!(is_interface_name("enp2s1") && is_interface_name("e1"));
        for bad in ["", "e", "1eth", "eth-", "abcdefghijk", "a b"] {
            assert!(!is_interface_name(bad), "{bad}");
        }
    }
}
