//! A switch as rules see it, with the webhook's defaults in place.

use std::sync::Arc;

use crate::profiles::Profile;
use crate::rules::cursor::{Cursor, Text};
use crate::rules::fabric::Head;

/// What a switch is for. Source: fabric api/wiring/v1beta1/switch_types.go:49-71 @ 78827deb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Spine,
    Leaf,
    /// None of those that the controller knows.
    Other,
}

/// A switch.
#[derive(Debug)]
pub(crate) struct Switch<'s> {
    pub(crate) head: Head<'s>,
    pub(crate) role: Role,
    /// The name of its profile.
    pub(crate) profile_name: Option<Text<'s>>,
    /// Its profile, when it is known.
    pub(crate) profile: Option<Arc<Profile>>,
    pub(crate) redundancy_group: Option<Text<'s>>,
    pub(crate) redundancy_type: Option<Text<'s>>,
    /// The VLAN namespaces it is part of: `default` when it names none.
    pub(crate) vlan_namespaces: Vec<Text<'s>>,
}

impl<'s> Switch<'s> {
    /// Source of the defaults: fabric api/wiring/v1beta1/switch_types.go:240-289 @ 78827deb.
    pub(crate) fn new(head: Head<'s>, profile: Option<Arc<Profile>>) -> Self {
        let role = match head.spec.text("role").map_or("", |role| role.text) {
            "spine" => Role::Spine,
            "server-leaf" | "border-leaf" | "mixed-leaf" => Role::Leaf,
            _ => Role::Other,
        };
        let mut vlan_namespaces: Vec<_> = head.spec.texts("vlanNamespaces").collect();
        if vlan_namespaces.is_empty() {
            vlan_namespaces.push(Text { text: "default", spot: head.spec.spot() });
        }
        let redundancy = head.spec.get("redundancy");
        Self {
            head,
            role,
            profile_name: head.spec.text("profile"),
            profile,
            redundancy_group: redundancy.text("group"),
            redundancy_type: redundancy.text("type"),
            vlan_namespaces,
        }
    }

    /// Whether it is of redundancy type `kind`.
    pub(crate) fn is_redundant_by(&self, kind: &str) -> bool {
        self.redundancy_type.is_some_and(|found| found.text == kind)
    }

    /// The breakout that it sets for the port `base`.
    pub(crate) fn breakout(&self, base: &str) -> Option<&'s str> {
        self.head.spec.get("portBreakouts").text(base).map(|mode| mode.text)
    }

    /// The entries of one of its maps by port, such as `portSpeeds`.
    pub(crate) fn by_port(&self, map: &str) -> impl Iterator<Item = (Text<'s>, Cursor<'s>)> + 's {
        self.head.spec.get(map).fields()
    }
}
