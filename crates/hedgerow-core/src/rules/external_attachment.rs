//! Rules about external attachments.

use super::claims::Claims;
use super::connection::view::Connection;
use super::cursor::{Cursor, Text};
use super::external_acl;
use super::fabric::{Fabric, Head};
use super::missing::Target;
use super::report::Report;
use crate::codes::fabric as codes;
use crate::codes::references;
use crate::vlan::VLANS;

/// Every rule about external attachments.
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for attachment in fabric.external_attachments.iter() {
        external_and_connection_are_named(attachment, report);
        if attachment.spec.get("static").is_set() {
            static_form_stands_alone(attachment, report);
            static_form_is_complete(attachment.spec.get("static"), report);
        } else {
            bgp_form_is_complete(attachment.spec, report);
            neighbor_is_in_the_ports_subnet(attachment.spec, report);
        }
        vlan_exists(attachment, report);
        external_acl::judge(attachment.spec.get("inboundACL"), report);
        forms_agree(attachment, fabric, report);
        connection_is_external(attachment, fabric, report);
    }
    vlan_is_used_once_on_a_connection(fabric, report);
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:302-307 @ 78827deb.
fn external_and_connection_are_named(attachment: &Head<'_>, report: &mut Report<'_>) {
    for (key, hint) in [("external", "set spec.external"), ("connection", "set spec.connection")] {
        if attachment.spec.lacks(key) {
            let message = format!("an external attachment needs {key}");
            report.give(references::NEEDED, attachment.spec.spot(), message).hint(hint);
        }
    }
}

/// With BGP the port has an address, and the neighbor an address and a number.
///
/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:308-323 @ 78827deb.
fn bgp_form_is_complete(spec: Cursor<'_>, report: &mut Report<'_>) {
    let (switch, neighbor) = (spec.get("switch"), spec.get("neighbor"));
    let ip = switch.text("ip");
    if ip.and_then(|ip| ip.prefix()).is_none() {
        incomplete(ip, switch, "switch.ip", "the address of the port with its length, such as 100.100.0.1/24", report);
    }
    if neighbor.lacks("asn") {
        incomplete(None, neighbor, "neighbor.asn", "the neighbor's autonomous system number", report);
    }
    let ip = neighbor.text("ip");
    if ip.and_then(|ip| ip.address()).is_none() {
        incomplete(ip, neighbor, "neighbor.ip", "the neighbor's address, without a length", report);
    }
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:331-345 @ 78827deb.
fn static_form_is_complete(own: Cursor<'_>, report: &mut Report<'_>) {
    let remote = own.text("remoteIP");
    if remote.and_then(|ip| ip.address()).is_none() {
        incomplete(remote, own, "static.remoteIP", "the address of the next hop, without a length", report);
    }
    let ip = own.text("ip");
    if ip.is_some() == own.flag("proxy") {
        let given = report.give(
            codes::EXTERNAL_STATIC,
            own.spot(),
            "a static attachment has an ip or is a proxy, one of the two",
        );
        given.hint("set static.ip, or static.proxy: true");
    } else if ip.is_some_and(|ip| ip.prefix().is_none()) {
        incomplete(ip, own, "static.ip", "the address of the port with its length", report);
    }
}

fn incomplete(text: Option<Text<'_>>, at: Cursor<'_>, field: &str, hint: &str, report: &mut Report<'_>) {
    let (spot, message) = match text {
        Some(text) => (text.spot, format!("{:?} is no {field}", text.text)),
        None => (at.spot(), format!("{field} is missing")),
    };
    report.give(codes::EXTERNAL_INCOMPLETE, spot, message).hint(format!("set {hint}"));
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:325-330 @ 78827deb.
fn static_form_stands_alone(attachment: &Head<'_>, report: &mut Report<'_>) {
    let (spec, own) = (attachment.spec, attachment.spec.get("static"));
    for field in ["switch.ip", "switch.vlan", "neighbor.asn", "neighbor.ip"] {
        let at = spec.at(field);
        if at.own_text().is_some() || at.own_number().is_some_and(|number| number.value != 0) {
            let given = report.give(
                codes::EXTERNAL_STATIC,
                at.spot(),
                format!("{field} is for BGP: this attachment is static"),
            );
            given.see(own.spot(), "it is static").hint("remove it, or static");
        }
    }
}

/// Nothing checks that the neighbor can be reached from the port; BGP does not come up when it cannot.
///
/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:308-323 @ 78827deb (not enforced).
fn neighbor_is_in_the_ports_subnet(spec: Cursor<'_>, report: &mut Report<'_>) {
    let (Some(ip), Some(neighbor)) = (spec.at("switch").text("ip"), spec.at("neighbor").text("ip")) else { return };
    let (Some(prefix), Some(address)) = (ip.prefix(), neighbor.address()) else { return };
    if !prefix.contains(address) {
        let message = format!("the neighbor {address} is not in the subnet of the port, {}", prefix.masked());
        let given = report.give(codes::NEIGHBOR_AFAR, neighbor.spot, message).see(ip.spot, "the port's address");
        given.hint("check both addresses");
    }
}

/// The controller does not look at the number.
///
/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:203,221 @ 78827deb (not enforced).
fn vlan_exists(attachment: &Head<'_>, report: &mut Report<'_>) {
    let Some(vlan) = vlan_at(attachment).own_number().filter(|vlan| vlan.value != 0) else { return };
    if !u16::try_from(vlan.value).is_ok_and(|vlan| VLANS.contains(&vlan)) {
        let given = report.give(codes::VLAN_IMPOSSIBLE, vlan.spot, format!("{} is no VLAN", vlan.value));
        given.hint("VLANs are 1 to 4094; leave it out for none");
    }
}

fn vlan_at<'s>(attachment: &Head<'s>) -> Cursor<'s> {
    let form = if attachment.spec.get("static").is_set() { "static" } else { "switch" };
    attachment.spec.get(form).get("vlan")
}

/// The external exists, and is static if and only if the attachment is.
///
/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:353-366 @ 78827deb.
fn forms_agree<'s>(attachment: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let Some(name) = attachment.spec.text("external") else { return };
    let Some(external) = fabric.externals.get(name.text) else { return report.missing.add(Target::External, &name) };
    let (own, other) = (attachment.spec.get("static"), external.spec.get("static"));
    if own.is_set() != other.is_set() {
        let form = |is_static: bool| if is_static { "static" } else { "not static" };
        let message = format!(
            "the attachment is {}, the external {:?} is {}",
            form(own.is_set()),
            name.text,
            form(other.is_set())
        );
        let spot = if own.is_set() { own.spot() } else { name.spot };
        let given = report.give(codes::EXTERNAL_FORMS, spot, message).against(other.spot(), "the external");
        given.hint("make both static, or none");
    }
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:368-379 @ 78827deb.
fn connection_is_external<'s>(attachment: &Head<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let Some(name) = attachment.spec.text("connection") else { return };
    let Some(connection) = fabric.connections.get(name.text) else {
        return report.missing.add(Target::Connection, &name);
    };
    if !connection.types.iter().any(|(kind, _)| kind.field == "external") && !connection.types.is_empty() {
        let message =
            format!("an external is attached to a connection of type external, not {}", Connection::kind(connection));
        let given = report.give(codes::EXTERNAL_TYPE, name.spot, message).against(connection.body().spot(), "its type");
        given.hint("name a connection of type external");
    }
}

/// A VLAN, or none, is used once on a connection.
///
/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:381-401 @ 78827deb.
fn vlan_is_used_once_on_a_connection(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for attachment in fabric.external_attachments.iter() {
        let Some(connection) = attachment.spec.text("connection") else { continue };
        let at = vlan_at(attachment);
        let vlan = at.own_number().map_or(0, |number| number.value);
        let spot = if at.is_set() { at.spot() } else { connection.spot };
        if let Some(first) = claims.claim((connection.text, vlan), spot) {
            let what = if vlan == 0 { "an attachment without a VLAN".to_owned() } else { format!("VLAN {vlan}") };
            let message = format!("connection {:?} has {what} already", connection.text);
            let given = report.give(codes::EXTERNAL_VLAN, spot, message).with(first, "first used here");
            given.hint("give each attachment of the connection a VLAN of its own");
        }
    }
}
