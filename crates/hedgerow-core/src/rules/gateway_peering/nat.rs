//! Address translation between the sides of a peering.

use super::{port, sides};
use crate::codes::fabric as codes;
use crate::rules::cursor::Cursor;
use crate::rules::fabric::Head;
use crate::rules::report::Report;

/// The forms of translation. Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:169-173 @ 78827deb.
const FORMS: [&str; 3] = ["masquerade", "portForward", "static"];

/// Every rule about the translation of one entry of `expose`.
pub(super) fn judge(entry: Cursor<'_>, report: &mut Report<'_>) {
    as_and_nat_go_together(entry, report);
    let nat = entry.get("nat");
    if nat.is_set() {
        nat_is_one_form(nat, report);
        forwarded_ports_are_ports(nat, report);
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:362-364 @ 78827deb.
fn as_and_nat_go_together(entry: Cursor<'_>, report: &mut Report<'_>) {
    let (exposed_as, nat) = (entry.get("as"), entry.get("nat"));
    if (entry.count("as") == 0) == nat.is_set() {
        let at = if nat.is_set() { nat } else { exposed_as };
        let given =
            report.give(codes::NAT, at.spot(), "as and nat go together: one says what to translate to, the other how");
        given.hint("set both, or none");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:366-389 @ 78827deb.
fn nat_is_one_form(nat: Cursor<'_>, report: &mut Report<'_>) {
    let count = FORMS.iter().filter(|form| nat.get(form).is_set()).count();
    if count != 1 {
        let message = format!("nat has one form of {}, not {count}", FORMS.join(", "));
        report.give(codes::NAT, nat.spot(), message).hint("write static: {} for static translation");
    }
}

/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:391-409 @ 78827deb.
fn forwarded_ports_are_ports(nat: Cursor<'_>, report: &mut Report<'_>) {
    let forward = nat.get("portForward");
    if forward.is_set() && forward.count("ports") == 0 {
        let given = report.give(codes::NAT, forward.spot(), "port forwarding needs ports");
        given.hint("add ports, such as {proto: tcp, port: \"443\", as: \"8443\"}");
    }
    for item in forward.items("ports") {
        for key in ["port", "as"] {
            let text = item.text(key);
            let wrong = text.map_or(Some(format!("{key} is missing")), |text| port::problem(text.text));
            if let Some(wrong) = wrong {
                let spot = text.map_or(item.spot(), |text| text.spot);
                report
                    .give(codes::PORT_RANGE, spot, wrong)
                    .hint("write a port or a range of 1 to 65535, such as \"8000-8080\"");
            }
        }
        if let Some(proto) = item.text("proto").filter(|proto| !matches!(proto.text, "tcp" | "udp")) {
            let given = report.give(codes::NAT, proto.spot, format!("{:?} cannot be forwarded", proto.text));
            given.hint("use tcp or udp, or leave it out for both");
        }
    }
}

/// One side at most keeps state (masquerade, port forwarding), and then the other does not translate at all.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:413-418 @ 78827deb.
pub(super) fn sides_go_together(peering: &Head<'_>, report: &mut Report<'_>) {
    let sides = sides(peering);
    let [one, other] = &sides[..] else { return };
    let find = |side: &super::Side<'_>, forms: &[&str]| {
        let nats = side.exposed().map(|entry| entry.get("nat"));
        nats.flat_map(|nat| forms.iter().map(move |form| nat.get(form)).collect::<Vec<_>>())
            .find(|at| at.is_set())
            .map(|at| at.spot())
    };
    let stateful = [one, other].map(|side| find(side, &["masquerade", "portForward"]));
    let fixed = [one, other].map(|side| find(side, &["static"]));
    let (at, first, message) = match (stateful, fixed) {
        ([Some(first), Some(at)], _) => (at, first, "one side of a peering at most masquerades or forwards ports"),
        ([Some(first), _], [_, Some(at)]) | ([_, Some(at)], [Some(first), _]) => {
            (at, first, "a side that translates statically cannot peer with one that masquerades or forwards ports")
        }
        _ => return,
    };
    let given = report.give(codes::NAT_SIDES, at, message).see(first, "the other side");
    given.hint("translate on one side only");
}
