//! ESLAG: one server on several switches of one redundancy group.

use super::view::Connection;
use crate::codes::fabric as codes;
use crate::finding::Code;
use crate::rules::cursor::Text;
use crate::rules::fabric::Fabric;
use crate::rules::report::Report;
use crate::rules::switch::view::Switch;

/// A switch of the connection, and where the connection names it first.
type Named<'f, 's> = (Text<'s>, &'f Switch<'s>);

/// All switches of the connection are in one redundancy group of type eslag. The controller overlooks one that is in
/// no group, beside one that is.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:830-843,872-879 @ 78827deb.
pub(super) fn switches_share_a_redundancy_group(
    connection: &Connection<'_>,
    fabric: &Fabric<'_>,
    report: &mut Report<'_>,
) {
    if connection.kind() != "eslag" {
        return;
    }
    let switches = switches(connection, fabric);
    let first = switches.iter().find_map(|(_, switch)| Some((switch, switch.redundancy_group?)));
    for named in &switches {
        let (device, switch) = named;
        match (switch.redundancy_group, first) {
            (None, None) => lacks(codes::ESLAG_GROUPS, named, "is in no redundancy group", report),
            (None, Some(_)) => {
                lacks(codes::ESLAG_PARTLY, named, "is in no redundancy group, unlike the others", report)
            }
            (Some(_), _) if switch.is_redundant_by("mclag") => {
                lacks(codes::ESLAG_GROUPS, named, "is in a redundancy group of type mclag", report);
            }
            (Some(group), Some((other, known))) if group.text != known.text => {
                let message =
                    format!("{:?} is in redundancy group {:?}, not {:?}", device.text, group.text, known.text);
                let given = report.give(codes::ESLAG_GROUPS, device.spot, message).against(group.spot, "its group");
                let given = given.against(known.spot, format!("the group of {:?}", other.head.name));
                given.hint("an eslag connection stays within one redundancy group");
            }
            _ => {}
        }
    }
}

/// The switches of the connection that exist, each once.
fn switches<'f, 's>(connection: &Connection<'s>, fabric: &'f Fabric<'s>) -> Vec<Named<'f, 's>> {
    let mut switches: Vec<Named<'f, 's>> = Vec::new();
    for device in connection.switch_ends().filter_map(|end| end.device_name()) {
        if let Some(switch) =
            fabric.switch(&device).filter(|_| !switches.iter().any(|(known, _)| known.text == device.text))
        {
            switches.push((device, switch));
        }
    }
    switches
}

fn lacks(code: Code, (device, switch): &Named<'_, '_>, what: &str, report: &mut Report<'_>) {
    let given = report.give(code, device.spot, format!("{:?} {what}", device.text));
    let given = given.against(switch.head.spec.get("redundancy").spot(), "this switch");
    given.hint("set spec.redundancy of the switch: group, and type: eslag");
}
