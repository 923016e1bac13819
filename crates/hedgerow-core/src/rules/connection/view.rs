//! A connection as rules see it: its type, and the ends of its links.

use crate::rules::cursor::{Cursor, Text};
use crate::rules::fabric::Head;

/// What stands at one end of a link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Switch,
    Server,
    Gateway,
}

/// How a connection type spells its links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shape {
    /// One, in the field `link`.
    One,
    /// Several, in the list `links`.
    Many,
    /// Deprecated: the controller does not look at them.
    Ignored,
}

/// A connection type: its field in `spec`, and what its links connect.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Type {
    /// The field.
    pub(crate) field: &'static str,
    shape: Shape,
    ends: &'static [(&'static str, Device)],
}

const TO_SERVER: &[(&str, Device)] = &[("server", Device::Server), ("switch", Device::Switch)];

/// All types, in the order in which the controller looks for them: the first that is set wins.
///
/// Source: fabric api/wiring/v1beta1/connection_types.go:436-458,485-658 @ 78827deb.
const TYPES: &[Type] = &[
    Type { field: "unbundled", shape: Shape::One, ends: TO_SERVER },
    Type { field: "bundled", shape: Shape::Many, ends: TO_SERVER },
    Type { field: "eslag", shape: Shape::Many, ends: TO_SERVER },
    Type { field: "fabric", shape: Shape::Many, ends: &[("spine", Device::Switch), ("leaf", Device::Switch)] },
    Type { field: "mesh", shape: Shape::Many, ends: &[("leaf1", Device::Switch), ("leaf2", Device::Switch)] },
    Type { field: "gateway", shape: Shape::Many, ends: &[("switch", Device::Switch), ("gateway", Device::Gateway)] },
    Type {
        field: "vpcLoopback",
        shape: Shape::Many,
        ends: &[("switch1", Device::Switch), ("switch2", Device::Switch)],
    },
    Type { field: "external", shape: Shape::One, ends: &[("switch", Device::Switch)] },
    Type { field: "staticExternal", shape: Shape::One, ends: &[("switch", Device::Switch)] },
    Type { field: "mclag", shape: Shape::Ignored, ends: &[] },
    Type { field: "mclagDomain", shape: Shape::Ignored, ends: &[] },
];

/// One end of a link. Large fabrics have many, so that what follows from these two is looked up when it is asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct End<'s> {
    role: &'static (&'static str, Device),
    /// All of it.
    pub(crate) at: Cursor<'s>,
}

impl<'s> End<'s> {
    /// The name of its field, such as `spine`.
    pub(crate) fn side(&self) -> &'static str {
        self.role.0
    }

    /// What stands here.
    pub(crate) fn device(&self) -> Device {
        self.role.1
    }

    /// The `device/port` that it names.
    pub(crate) fn port(&self) -> Option<Text<'s>> {
        self.at.text("port")
    }

    /// The name of the device and that of its port, split at the first slash; none unless both are there.
    ///
    /// Source: fabric api/wiring/v1beta1/connection_types.go:356-366,645-655 @ 78827deb.
    pub(crate) fn parts(&self) -> Option<(Text<'s>, Text<'s>)> {
        let port = self.port()?;
        let (device, name) =
            port.text.split_once('/').filter(|(device, name)| !device.is_empty() && !name.is_empty())?;
        Some((Text { text: device, spot: port.spot }, Text { text: name, spot: port.spot }))
    }

    /// The name of its device.
    pub(crate) fn device_name(&self) -> Option<Text<'s>> {
        self.parts().map(|(device, _)| device)
    }
}

/// A connection.
#[derive(Debug)]
pub(crate) struct Connection<'s> {
    pub(crate) head: Head<'s>,
    /// The types that are set, the one that wins first.
    pub(crate) types: Box<[(&'static Type, Cursor<'s>)]>,
    /// The ends of all links of the type that wins.
    pub(crate) ends: Box<[End<'s>]>,
}

impl<'s> Connection<'s> {
    pub(crate) fn new(head: Head<'s>) -> Self {
        let mut types = types(head.spec);
        // MCLAG anywhere makes the controller look no further.
        if let Some(at) = types.iter().position(|(kind, _)| kind.shape == Shape::Ignored) {
            types.swap(0, at);
        }
        let ends = types.first().map_or_else(Box::default, |(kind, at)| ends(kind, *at));
        Self { head, types, ends }
    }

    /// The field of the type that wins, or nothing.
    pub(crate) fn kind(&self) -> &'static str {
        self.types.first().map_or("", |(kind, _)| kind.field)
    }

    /// What stands below the field of that type.
    pub(crate) fn body(&self) -> Cursor<'s> {
        self.types.first().map_or(self.head.spec, |(_, at)| *at)
    }

    /// Whether it is MCLAG, which the controller takes and ignores.
    pub(crate) fn is_mclag(&self) -> bool {
        matches!(self.kind(), "mclag" | "mclagDomain")
    }

    /// Its ends at switches.
    pub(crate) fn switch_ends(&self) -> impl Iterator<Item = &End<'s>> {
        self.ends.iter().filter(|end| end.device() == Device::Switch)
    }
}

/// The types that `spec` sets.
pub(crate) fn types(spec: Cursor<'_>) -> Box<[(&'static Type, Cursor<'_>)]> {
    TYPES.iter().map(|kind| (kind, spec.get(kind.field))).filter(|(_, at)| at.is_set()).collect()
}

fn ends<'s>(kind: &'static Type, at: Cursor<'s>) -> Box<[End<'s>]> {
    let mut ends = Vec::with_capacity(kind.ends.len());
    let mut add = |item: Cursor<'s>| {
        ends.extend(kind.ends.iter().map(|role| End { role, at: item.get(role.0) }));
    };
    match kind.shape {
        Shape::One => add(at.get("link")),
        Shape::Many => at.items("links").for_each(add),
        Shape::Ignored => {}
    }
    ends.into()
}
