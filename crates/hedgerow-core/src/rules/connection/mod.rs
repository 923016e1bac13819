//! Rules about connections.

use super::cursor::Text;
use super::fabric::Fabric;
use super::missing::Target;
use super::object::name_fits_a_label;
use super::report::Report;
use crate::codes::fabric as codes;
use crate::codes::references;

mod addresses;
mod endpoints;
mod eslag;
mod ports;
mod static_external;
pub(crate) mod view;

use view::{Connection, Device};

/// Every rule about connections. (That MCLAG connections and VPC loopbacks have no effect any more is the catalogue's to say.)
pub(crate) fn judge<'s>(fabric: &Fabric<'s>, report: &mut Report<'s>) {
    for connection in fabric.connections.iter() {
        type_is_given(connection, report);
        type_is_given_once(connection, report);
        type_stays(connection, report);
        mtu_fits_servers(connection, fabric, report);
        endpoints::judge(connection, report);
        devices_exist(connection, fabric, report);
        links_join_spine_and_leaf(connection, fabric, report);
        ports::exist_on_their_switches(connection, fabric, report);
        eslag::switches_share_a_redundancy_group(connection, fabric, report);
        static_external::judge(connection, fabric, report);
        addresses::pairs_fit(connection, fabric, report);
    }
    ports::are_used_once(fabric, report);
    addresses::are_used_once(fabric, report);
}

/// A connection has a type.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:641-643 @ 78827deb.
fn type_is_given(connection: &Connection<'_>, report: &mut Report<'_>) {
    if connection.types.is_empty() {
        let spot = connection.head.spec.spot();
        let given = report.give(codes::TYPE_LACKING, spot, "a connection needs a type");
        given
            .hint("set one of unbundled, bundled, eslag, fabric, mesh, gateway, vpcLoopback, external, staticExternal");
    }
}

/// A connection has one type. The controller does not notice a second one and ignores it.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:293,485-643 @ 78827deb (documented, not enforced).
fn type_is_given_once(connection: &Connection<'_>, report: &mut Report<'_>) {
    let Some(((winner, first), rest)) = connection.types.split_first() else { return };
    for (other, at) in rest {
        let message =
            format!("a connection has one type: the fabric looks at {} and ignores {}", winner.field, other.field);
        let given = report.give(codes::TYPE_TWICE, at.spot(), message).see(first.spot(), "the type that wins");
        given.hint("make it a connection of its own, or remove it");
    }
}

/// The type of a connection, and the VPC that a static external is within, cannot change.
///
/// Source: fabric pkg/ctrl/connection_wh.go:92-100 @ 78827deb.
fn type_stays(connection: &Connection<'_>, report: &mut Report<'_>) {
    let Some(before) = connection.head.before else { return };
    let field = view::types(before).first().map_or("", |(kind, _)| kind.field);
    if field != connection.kind() && !field.is_empty() && !connection.types.is_empty() {
        let message = format!("the type of a connection cannot change: it was {field}, now {}", connection.kind());
        let given = report.give(codes::TYPE_CHANGED, connection.body().spot(), message);
        given.hint("delete the connection first, or give the new one another name");
    } else if field == "staticExternal" {
        let within = |at: super::cursor::Cursor<'_>| at.text("withinVPC").map(|vpc| vpc.text.to_owned());
        if within(before.get(field)) != within(connection.body()) {
            let spot = connection.body().get("withinVPC").spot();
            let given = report.give(codes::WITHIN_VPC_CHANGED, spot, "withinVPC of a static external cannot change");
            given.hint("delete the connection first, or give the new one another name");
        }
    }
}

/// Servers get what the fabric's frames leave them.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:725-734 @ 78827deb (unbundled and bundled only).
fn mtu_fits_servers(connection: &Connection<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let Some(mtu) = connection.body().number("mtu") else { return };
    let most = fabric.settings.max_server_mtu();
    if mtu.value > i128::from(most) && matches!(connection.kind(), "unbundled" | "bundled") {
        let message = format!("an MTU of {} is more than servers get: {most}", mtu.value);
        report.give(codes::MTU_TOO_LARGE, mtu.spot, message).hint(format!("use {most} or less, or leave it out"));
    }
}

/// Every device that a connection names exists, its name fits the connection's label, and a gateway has the interface.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:820-828,881-889 @ 78827deb; for gateways fabricator
/// pkg/hhfab/hydrate.go:876-884 @ fee55670; for VPCs fabric pkg/ctrl/connection_wh.go:65-75.
fn devices_exist<'s>(connection: &Connection<'s>, fabric: &Fabric<'s>, report: &mut Report<'s>) {
    let mut told: Vec<(Device, &str)> = Vec::new();
    for end in &connection.ends {
        let Some((device, port)) = end.parts() else { continue };
        if told.contains(&(end.device(), device.text)) {
            continue;
        }
        told.push((end.device(), device.text));
        if end.device() != Device::Gateway {
            name_fits_a_label(&device, report);
        }
        let target = match end.device() {
            Device::Switch if fabric.switch(&device).is_none() => Target::Switch,
            Device::Server if fabric.servers.get(device.text).is_none() => Target::Server,
            Device::Gateway => match fabric.gateways.get(device.text) {
                None => Target::Gateway,
                Some(gateway) => {
                    gateway_has_the_interface(gateway, &device, &port, report);
                    continue;
                }
            },
            _ => continue,
        };
        report.missing.add(target, &device);
    }
    let within = connection.body().text("withinVPC").filter(|_| connection.kind() == "staticExternal");
    if let Some(vpc) = within.filter(|vpc| fabric.vpcs.get(vpc.text).is_none()) {
        report.missing.add(Target::Vpc, &vpc);
    }
}

fn gateway_has_the_interface(
    gateway: &super::fabric::Head<'_>,
    device: &Text<'_>,
    port: &Text<'_>,
    report: &mut Report<'_>,
) {
    if !gateway.spec.get("interfaces").get(port.text).is_set() && !has_empty_interface(gateway, port.text) {
        let message = format!("the gateway {:?} has no interface {:?}", device.text, port.text);
        let given = report.give(references::NO_INTERFACE, port.spot, message);
        given
            .against(gateway.spec.get("interfaces").spot(), "its interfaces")
            .hint("add it to spec.interfaces of the gateway");
    }
}

/// An interface without any field is written as `enp2s1:`, which is null.
fn has_empty_interface(gateway: &super::fabric::Head<'_>, name: &str) -> bool {
    gateway.spec.get("interfaces").fields().any(|(key, _)| key.text == name)
}

/// A fabric link joins a spine and a leaf, a mesh link two leaves. The controller does not look.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:154-166 @ 78827deb (documented, not enforced).
fn links_join_spine_and_leaf(connection: &Connection<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    use super::switch::view::Role;
    for end in connection.switch_ends() {
        let wanted = match end.side() {
            "spine" => Role::Spine,
            "leaf" | "leaf1" | "leaf2" => Role::Leaf,
            _ => return,
        };
        let Some(device) = end.device_name() else { continue };
        let Some(switch) = fabric.switch(&device) else { continue };
        if switch.role != wanted && switch.role != Role::Other {
            let article = if wanted == Role::Spine { "a spine" } else { "a leaf" };
            let message = format!("{:?} stands where {article} belongs", device.text);
            let given = report.give(codes::ROLE_MISPLACED, device.spot, message);
            given
                .see(switch.head.spec.get("role").spot(), "its role")
                .hint("swap the ends, or use another connection type");
        }
    }
}
