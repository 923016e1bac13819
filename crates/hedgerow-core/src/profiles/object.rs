//! A profile out of a `SwitchProfile` object, for fabrics that allow people to add their own.

use std::collections::BTreeMap;

use super::{Family, Feature, Pipeline, PortClass, PortKind, Profile};
use crate::yaml::Node;

/// The features' fields. Source: fabric api/wiring/v1beta1/switchprofile_types.go:49-66 @ 78827deb.
const FEATURES: [(&str, Feature); 8] = [
    ("subinterfaces", Feature::Subinterfaces),
    ("acls", Feature::Acls),
    ("l2vni", Feature::L2vni),
    ("l3vni", Feature::L3vni),
    ("roce", Feature::Roce),
    ("mclag", Feature::Mclag),
    ("eslag", Feature::Eslag),
    ("ecmpRoCEQPN", Feature::EcmpRoceQpn),
];

/// Reads the `spec` of the object `name`. What does not fit is left out: whether the object is sound is for rules to say.
pub(crate) fn read(name: &str, spec: &Node<'_>) -> Profile {
    let mut profile = Profile::new(name.to_owned(), Family::Own);
    let set = |field: &str| spec.at("features").and_then(|f| f.get(field)).and_then(Node::as_bool) == Some(true);
    profile.features = FEATURES.into_iter().filter(|(field, _)| set(field)).map(|(_, feature)| feature).collect();
    profile.max_ports = number(spec, "maxPorts").filter(|&n| n > 0);
    for (class, names) in classes(spec) {
        profile.add_ports(class, names);
    }
    profile.pipelines = pipelines(spec);
    profile
}

/// The ports by what they have in common: `group x`, `profile x`, or management.
fn classes(spec: &Node<'_>) -> Vec<(PortClass, Vec<String>)> {
    let mut classes: BTreeMap<(Option<&str>, Option<&str>), Vec<String>> = BTreeMap::new();
    for port in fields(spec, "ports") {
        let key = (text(&port.value, "group"), text(&port.value, "profile"));
        let management = port.value.get("management").and_then(Node::as_bool) == Some(true);
        let key = if management { (None, None) } else { key };
        classes.entry(key).or_default().push(port.key.to_string());
    }
    classes.into_iter().filter_map(|(key, names)| Some((class(spec, key)?, names))).collect()
}

fn class(spec: &Node<'_>, (group, profile): (Option<&str>, Option<&str>)) -> Option<PortClass> {
    let profile = match (group, profile) {
        (None, None) => {
            let (supported, default) = Default::default();
            return Some(PortClass { kind: PortKind::Management, supported, default, autoneg: false });
        }
        (Some(group), _) => text(spec.get("portGroups")?.get(group)?, "profile")?,
        (None, Some(profile)) => profile,
    };
    let profile = spec.get("portProfiles")?.get(profile)?;
    let autoneg = profile.get("autoNegAllowed").and_then(Node::as_bool) == Some(true);
    if let Some(speed) = profile.get("speed") {
        let kind = group.map_or(PortKind::Speed, |group| PortKind::Grouped(group.to_owned()));
        let supported = speed.get("supported").map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
        let supported = supported.map(str::to_owned).collect();
        return Some(PortClass { kind, supported, default: text(speed, "default")?.to_owned(), autoneg });
    }
    let breakout = profile.get("breakout")?;
    let supported = fields(breakout, "supported").map(|mode| mode.key.to_string()).collect();
    Some(PortClass { kind: PortKind::Breakout, supported, default: text(breakout, "default")?.to_owned(), autoneg })
}

fn pipelines(spec: &Node<'_>) -> Vec<Pipeline> {
    fields(spec, "pipelines")
        .map(|pipeline| Pipeline {
            name: pipeline.key.to_string(),
            ports: fields(spec, "ports")
                .filter(|port| text(&port.value, "pipeline") == Some(&pipeline.key))
                .map(|port| port.key.to_string())
                .collect(),
            max_ports: number(&pipeline.value, "maxPorts").unwrap_or(0),
        })
        .collect()
}

fn fields<'n, 'a>(node: &'n Node<'a>, key: &str) -> impl Iterator<Item = &'n crate::yaml::Field<'a>> {
    node.get(key).map_or(&[][..], Node::fields).iter()
}

fn text<'n>(node: &'n Node<'_>, key: &str) -> Option<&'n str> {
    node.get(key)?.as_str().filter(|text| !text.is_empty())
}

fn number(node: &Node<'_>, key: &str) -> Option<u32> {
    node.get(key)?.as_int().and_then(|n| u32::try_from(n).ok())
}
