//! Rules about VPC attachments.

use super::claims::Claims;
use super::connection::view::Connection;
use super::cursor::Text;
use super::fabric::{Fabric, Head};
use super::missing::Target;
use super::object::name_fits_a_label;
use super::report::Report;
use super::switch::view::Switch;
use super::vpc::view::{Subnet, Vpc};
use crate::codes::fabric as codes;
use crate::codes::references;
use crate::prefix::Prefix;
use crate::profiles::Feature;

/// What an attachment joins, as far as it is there.
struct Joined<'f, 's> {
    vpc: &'f Vpc<'s>,
    subnet: &'f Subnet<'s>,
    connection: &'f Connection<'s>,
    /// Where the attachment names it.
    connection_text: Text<'s>,
}

/// Every rule about VPC attachments.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for attachment in fabric.vpc_attachments.iter() {
        subnet_and_connection_are_named(attachment, report);
        link_annotation_is_a_pair(attachment, report);
        names_fit_labels(attachment, report);
        let Some(joined) = what_it_joins_exists(attachment, fabric, report) else { continue };
        connection_faces_servers(&joined, report);
        eslag_needs_l2vni(&joined, report);
        host_bgp_needs_unbundled(&joined, report);
        switches_take_the_vpc(&joined, fabric, report);
    }
    subnet_is_attached_once(fabric, report);
    native_vlan_is_one(fabric, report);
}

/// The VPC and the subnet that an attachment names; a VPC alone means its subnet `default`.
///
/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:106-120,139-145 @ 78827deb.
fn parts<'s>(attachment: &Head<'s>) -> Option<(&'s str, &'s str, Text<'s>)> {
    let text = attachment.spec.text("subnet")?;
    let (vpc, subnet) = text.text.split_once('/').unwrap_or((text.text, "default"));
    (!vpc.is_empty() && !subnet.is_empty()).then_some((vpc, subnet, text))
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:161-175 @ 78827deb. (`vpc/` is taken and never found.)
fn subnet_and_connection_are_named(attachment: &Head<'_>, report: &mut Report<'_>) {
    match attachment.spec.text("subnet") {
        None if !attachment.spec.lacks("subnet") => {}
        None => {
            let given = report.give(references::NEEDED, attachment.spec.spot(), "an attachment needs a subnet");
            given.hint("set spec.subnet, such as vpc-1/default");
        }
        Some(text) if parts(attachment).is_none() => {
            let given =
                report.give(references::SUBNET_MALFORMED, text.spot, format!("{:?} names no subnet", text.text));
            given.hint("write the VPC, a slash and the subnet, such as vpc-1/default");
        }
        Some(_) => {}
    }
    if attachment.spec.lacks("connection") {
        let given = report.give(references::NEEDED, attachment.spec.spot(), "an attachment needs a connection");
        given.hint("set spec.connection, the name of a connection to a server");
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:36-38,177-189 @ 78827deb.
fn link_annotation_is_a_pair(attachment: &Head<'_>, report: &mut Report<'_>) {
    let annotation = attachment.top.at("metadata.annotations").get("fabric.githedgehog.com/p2p-link");
    if !annotation.is_set() {
        return;
    }
    let prefix: Option<Prefix> = annotation.own_text().and_then(|text| text.prefix());
    if !prefix.is_some_and(|prefix| prefix.address().is_ipv4() && prefix.bits() == 31) {
        let given = report.give(codes::P2P_LINK, annotation.spot(), "the annotation p2p-link is an IPv4 /31");
        given.hint("write it like 10.99.0.0/31");
    }
}

/// The names of the subnet and the connection become labels.
///
/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:122-134 @ 78827deb; Kubernetes.
fn names_fit_labels(attachment: &Head<'_>, report: &mut Report<'_>) {
    let subnet = parts(attachment).map(|(_, subnet, text)| Text { text: subnet, ..text });
    for name in attachment.spec.text("connection").iter().chain(&subnet) {
        name_fits_a_label(name, report);
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:193-213 @ 78827deb.
fn what_it_joins_exists<'f, 's>(
    attachment: &Head<'s>,
    fabric: &'f Fabric<'s>,
    report: &mut Report<'s>,
) -> Option<Joined<'f, 's>> {
    let connection_text = attachment.spec.text("connection");
    let connection = connection_text.and_then(|text| fabric.connections.get(text.text));
    if let (Some(text), None) = (connection_text, connection) {
        report.missing.add(Target::Connection, &text);
    }
    let (name, subnet_name, subnet_text) = parts(attachment)?;
    let Some(vpc) = fabric.vpcs.get(name) else {
        report.missing.add_named(Target::Vpc, name, subnet_text.spot);
        return None;
    };
    let Some(subnet) = vpc.subnet(subnet_name) else {
        vpc_has_no_subnet(vpc, &Text { text: subnet_name, ..subnet_text }, report);
        return None;
    };
    Some(Joined { vpc, subnet, connection: connection?, connection_text: connection_text? })
}

/// A subnet that is named exists in its VPC.
///
/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:201-203, vpcpeering_types.go:249-253,
/// externalpeering_types.go:201-205, api/gateway/v1alpha1/gatewaypeering_types.go:602-606 @ 78827deb.
pub(crate) fn vpc_has_no_subnet(vpc: &Vpc<'_>, name: &Text<'_>, report: &mut Report<'_>) {
    let message = format!("VPC {:?} has no subnet {:?}", vpc.head.name, name.text);
    let near = super::fabric::near(name.text, vpc.subnets.iter().map(|subnet| subnet.name.text));
    let given = report.give(references::NO_SUBNET, name.spot, message);
    let given = given.against(vpc.head.spec.get("subnets").spot(), "its subnets");
    match near {
        Some(near) => given.hint(format!("did you mean {near:?}?")),
        None => given.hint("correct the name, or add the subnet to the VPC"),
    };
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:222-230 @ 78827deb.
fn connection_faces_servers(joined: &Joined<'_, '_>, report: &mut Report<'_>) {
    let kind = joined.connection.kind();
    if !matches!(kind, "unbundled" | "bundled" | "eslag" | "") {
        let message = format!("a VPC is attached to unbundled, bundled or eslag connections, not to {kind}");
        let given = report.give(codes::ATTACHED_TYPE, joined.connection_text.spot, message);
        given.against(joined.connection.body().spot(), "its type").hint("name a connection to a server");
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:215-217 @ 78827deb.
fn eslag_needs_l2vni(joined: &Joined<'_, '_>, report: &mut Report<'_>) {
    if joined.connection.kind() == "eslag" && !joined.vpc.mode.is_empty() {
        let message = format!("a VPC of mode {:?} cannot be attached to an eslag connection", joined.vpc.mode);
        let given = report.give(codes::ESLAG_MODE, joined.connection_text.spot, message);
        let given = given.against(joined.vpc.head.spec.get("mode").spot(), "the VPC's mode");
        given.hint("use a VPC without a mode, or another connection");
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:218-220 @ 78827deb.
fn host_bgp_needs_unbundled(joined: &Joined<'_, '_>, report: &mut Report<'_>) {
    if joined.subnet.host_bgp && !matches!(joined.connection.kind(), "unbundled" | "") {
        let message = "a subnet whose hosts speak BGP is attached to unbundled connections only";
        let given = report.give(codes::HOST_BGP_LINK, joined.connection_text.spot, message);
        let given = given.against(joined.subnet.at.get("hostBGP").spot(), "hosts speak BGP");
        given.against(joined.connection.body().spot(), "its type").hint("name an unbundled connection");
    }
}

/// Each switch of the connection takes the VPC.
fn switches_take_the_vpc(joined: &Joined<'_, '_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut seen: Vec<&str> = Vec::new();
    for end in joined.connection.switch_ends() {
        let Some(device) = end.device_name().filter(|device| !seen.contains(&device.text)) else { continue };
        seen.push(device.text);
        if let Some(switch) = fabric.switch(&device) {
            switch_is_part_of_the_vlan_namespace(joined, switch, report);
            switch_can_do_the_mode(joined, switch, report);
            switch_is_no_mclag_peer_for_bgp_hosts(joined, switch, report);
        }
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:246-248 @ 78827deb.
fn switch_is_part_of_the_vlan_namespace(joined: &Joined<'_, '_>, switch: &Switch<'_>, report: &mut Report<'_>) {
    let namespace = joined.vpc.vlan_namespace;
    if !switch.vlan_namespaces.iter().any(|name| name.text == namespace.text) {
        let message = format!("switch {:?} is not part of the VLAN namespace {:?}", switch.head.name, namespace.text);
        let given = report.give(codes::SWITCH_NOT_IN_NAMESPACE, joined.connection_text.spot, message);
        let given = given.against(switch.head.spec.get("vlanNamespaces").spot(), "the switch's namespaces");
        given.against(namespace.spot, "the VPC's namespace").hint("add it to spec.vlanNamespaces of the switch");
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:250-269 @ 78827deb.
fn switch_can_do_the_mode(joined: &Joined<'_, '_>, switch: &Switch<'_>, report: &mut Report<'_>) {
    let Some(profile) = &switch.profile else { return };
    let mode = joined.vpc.mode;
    let (mode, needed): (&str, &[Feature]) =
        if mode.is_empty() { ("L2VNI", &[Feature::L2vni, Feature::L3vni]) } else { (mode, &[Feature::L3vni]) };
    if needed.iter().any(|&need| !profile.has(need)) {
        let message = format!("switch {:?} ({}) does not support VPCs of mode {mode}", switch.head.name, profile.name);
        let given = report.give(codes::MODE_LACKING, joined.connection_text.spot, message);
        let given = given.against(switch.head.spec.get("profile").spot(), "the switch's profile");
        let given = given.against(joined.vpc.head.top.spot(), "the VPC");
        given.hint("use mode: l3vni where the switch can, or another switch");
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:271-273 @ 78827deb.
fn switch_is_no_mclag_peer_for_bgp_hosts(joined: &Joined<'_, '_>, switch: &Switch<'_>, report: &mut Report<'_>) {
    if joined.subnet.host_bgp && switch.is_redundant_by("mclag") {
        let message = format!("switch {:?} is one of an MCLAG pair: hosts cannot speak BGP there", switch.head.name);
        let given = report.give(codes::HOST_BGP_LINK, joined.connection_text.spot, message);
        let given = given.against(switch.head.spec.get("redundancy").spot(), "its redundancy");
        given.hint("use a connection to another switch");
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:284-291 @ 78827deb.
fn subnet_is_attached_once(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for attachment in fabric.vpc_attachments.iter() {
        let (Some((vpc, subnet, text)), Some(connection)) = (parts(attachment), attachment.spec.text("connection"))
        else {
            continue;
        };
        if let Some(first) = claims.claim((connection.text, vpc, subnet), text.spot) {
            let message = format!("{vpc}/{subnet} is attached to {:?} already", connection.text);
            let given = report.give(codes::ATTACHED_TWICE, text.spot, message).with(first, "first attached here");
            given.hint("delete one of the two attachments");
        }
    }
}

/// Source: fabric api/vpc/v1beta1/vpcattachment_types.go:293-295 @ 78827deb.
fn native_vlan_is_one(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for attachment in fabric.vpc_attachments.iter().filter(|attachment| attachment.spec.flag("nativeVLAN")) {
        let Some(connection) = attachment.spec.text("connection") else { continue };
        let spot = attachment.spec.get("nativeVLAN").spot();
        if let Some(first) = claims.claim(connection.text, spot) {
            let message = format!("connection {:?} has a native VLAN already", connection.text);
            let given = report.give(codes::NATIVE_VLAN_TWICE, spot, message).with(first, "first set here");
            given.hint("only one subnet of a connection goes without a tag");
        }
    }
}
