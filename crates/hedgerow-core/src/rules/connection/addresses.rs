//! Rules about the addresses of links inside the fabric. Hydration fills them in; where git has them they must fit.

use super::view::{Connection, End};
use crate::codes::fabric as codes;
use crate::prefix::Prefix;
use crate::rules::claims::Claims;
use crate::rules::cursor::Text;
use crate::rules::fabric::Fabric;
use crate::rules::report::Report;

fn is_inside(connection: &Connection<'_>) -> bool {
    matches!(connection.kind(), "fabric" | "mesh" | "gateway")
}

/// The two ends of a link, if both have an address.
fn pair<'c, 's>(ends: &'c [End<'s>]) -> Option<[(Text<'s>, &'c End<'s>); 2]> {
    let [one, other] = ends else { return None };
    Some([(one.at.text("ip")?, one), (other.at.text("ip")?, other)])
}

/// Both ends of a link are in the fabric's subnet, and in one /31.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:979-1113 @ 78827deb.
pub(super) fn pairs_fit(connection: &Connection<'_>, fabric: &Fabric<'_>, report: &mut Report<'_>) {
    if !is_inside(connection) {
        return;
    }
    for ends in connection.ends.chunks(2) {
        let Some(pair) = pair(ends) else { continue };
        let prefixes = pair.map(|(text, end)| (link_address_fits(&text, end.side(), fabric, report), text));
        if let [(Some(one), first), (Some(other), text)] = prefixes
            && one.masked() != other.masked()
        {
            let message = format!("the two ends of a link share a /31: {other} is not in {}", one.masked());
            let given = report.give(codes::LINK_ADDRESS, text.spot, message).see(first.spot, "the other end");
            given.hint("leave both out: hydration numbers the links");
        }
    }
}

fn link_address_fits(text: &Text<'_>, side: &str, fabric: &Fabric<'_>, report: &mut Report<'_>) -> Option<Prefix> {
    let subnet = fabric.settings.subnets.fabric;
    let message = match text.prefix() {
        None => format!("{:?} is no address with a length", text.text),
        Some(prefix) if prefix.bits() != 31 => format!("the address of the {side} end, {prefix}, is not a /31"),
        Some(prefix) if !subnet.contains(prefix.address()) => {
            format!("the address of the {side} end, {prefix}, is not in the fabric's subnet {subnet}")
        }
        Some(prefix) => return Some(prefix),
    };
    let hint = "leave both out, so that hydration numbers the links; or set subnets.fabric in .hedgerow/fabric.toml";
    report.give(codes::LINK_ADDRESS, text.spot, message).hint(hint);
    None
}

/// No address is used by two ends.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:912-976,998-1001 @ 78827deb.
pub(super) fn are_used_once(fabric: &Fabric<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for end in fabric.connections.iter().filter(|connection| is_inside(connection)).flat_map(|c| &c.ends) {
        let Some(text) = end.at.text("ip") else { continue };
        let Some(prefix) = text.prefix() else { continue };
        if let Some(first) = claims.claim(prefix.address(), text.spot) {
            let message = format!("link address {} is used twice", prefix.address());
            let given = report.give(codes::ADDRESS_TWICE, text.spot, message).with(first, "first used here");
            given.hint("leave the addresses of links out: hydration numbers them");
        }
    }
}
