//! What is wired to what: a fabric's objects as devices and links. Nothing here knows where a device is drawn.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_core::object::Identity;
use serde_json::Value;

use super::words::{LinkKind, Mark, Role};

/// An object to draw.
#[derive(Clone, Debug)]
pub struct Drawn {
    /// Who it is.
    pub identity: Identity,
    /// Its value.
    pub value: Value,
    /// How it stands.
    pub mark: Mark,
}

/// A device. `(role, name)` names it: a switch and a server may have one name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// What it is.
    pub role: Role,
    /// Its name.
    pub name: String,
    /// Its object, unless only links name it.
    pub object: Option<Identity>,
    /// What it says of itself.
    pub about: String,
    /// The redundancy group.
    pub group: Option<String>,
    /// How it stands.
    pub mark: Mark,
}

/// Which device, by its place in [`Wiring::devices`].
pub type At = usize;

/// The cables of one connection between two devices (one device twice: a loopback).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// One end; the higher in the picture.
    pub a: At,
    /// The other end.
    pub b: At,
    /// What it is for.
    pub kind: LinkKind,
    /// The connection.
    pub connection: Identity,
    /// Each cable's ports, such as `leaf-01/E1/5 – server-01/enp2s1`.
    pub cables: Vec<String>,
    /// How the connection stands.
    pub mark: Mark,
}

/// A fabric's devices and links, each in one order whatever the order of the objects.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wiring {
    /// All devices, by role and name.
    pub devices: Vec<Device>,
    /// All links, by connection and ends.
    pub links: Vec<Link>,
    /// Connections that name no two ends that could be drawn.
    pub loose: Vec<String>,
}

impl Wiring {
    /// What `objects` are wired to.
    pub fn of(objects: &[Drawn]) -> Self {
        let mut found = Survey::default();
        objects.iter().for_each(|object| found.device(object));
        let connections = objects.iter().filter(|object| object.identity.kind == "Connection");
        connections.for_each(|object| found.connection(object));
        found.attachments(objects);
        found.finish()
    }

    /// Devices of a role, in order.
    pub fn of_role(&self, role: Role) -> impl Iterator<Item = (At, &Device)> {
        self.devices.iter().enumerate().filter(move |(_, device)| device.role == role)
    }

    /// The place of a device.
    pub fn find(&self, role: Role, name: &str) -> Option<At> {
        self.devices.binary_search_by(|device| (device.role, device.name.as_str()).cmp(&(role, name))).ok()
    }
}

type Key = (Role, String);

/// The switch's end of a connection to the outside.
#[derive(Clone)]
struct Outside {
    switch: Key,
    port: String,
    connection: Identity,
    mark: Mark,
}

/// Links while device places are not known yet.
struct Pending {
    a: Key,
    b: Key,
    kind: LinkKind,
    connection: Identity,
    cable: String,
    mark: Mark,
}

#[derive(Default)]
struct Survey {
    devices: BTreeMap<Key, Device>,
    links: Vec<Pending>,
    /// Connections to the outside, and the switch at their end: externals are attached to them by name.
    outside: BTreeMap<String, Outside>,
    loose: BTreeSet<String>,
}

impl Survey {
    fn device(&mut self, object: &Drawn) {
        let spec = &object.value["spec"];
        let role = match object.identity.kind.as_str() {
            "Switch" if spec["role"] == "spine" => Role::Spine,
            "Switch" => Role::Leaf,
            "Server" => Role::Server,
            "Gateway" => Role::Gateway,
            "External" => Role::External,
            _ => return,
        };
        let name = object.identity.name.clone();
        let device = Device {
            role,
            name: name.clone(),
            object: Some(object.identity.clone()),
            about: spec["description"].as_str().unwrap_or_default().to_owned(),
            group: spec["redundancy"]["group"].as_str().filter(|group| !group.is_empty()).map(str::to_owned),
            mark: object.mark,
        };
        self.devices.insert((role, name), device);
    }

    fn connection(&mut self, object: &Drawn) {
        let name = &object.identity.name;
        let before = self.links.len() + self.outside.len();
        for (field, kind) in TYPES {
            let body = &object.value["spec"][field];
            let links = cables(body);
            for link in links {
                self.cable(link, *kind, object);
            }
        }
        if self.links.len() + self.outside.len() == before {
            self.loose.insert(name.clone());
        }
    }

    fn cable(&mut self, link: &Value, kind: LinkKind, object: &Drawn) {
        let (connection, mark) = (object.identity.clone(), object.mark);
        let ends: Vec<(Key, String)> = SIDES.iter().filter_map(|(side, of)| self.end(link, side, *of)).collect();
        match <[_; 2]>::try_from(ends) {
            Ok([(a, port_a), (b, port_b)]) => {
                let cable = format!("{port_a} – {port_b}");
                self.links.push(Pending { a, b, kind, connection, cable, mark });
            }
            Err(ends) => {
                let to_outside = ends.into_iter().next().filter(|_| kind == LinkKind::External);
                if let Some((switch, port)) = to_outside {
                    self.outside.insert(connection.name.clone(), Outside { switch, port, connection, mark });
                }
            }
        }
    }

    /// The device and port at a side of a link. A device without an object is drawn all the same.
    fn end(&mut self, link: &Value, side: &str, of: Side) -> Option<(Key, String)> {
        let port = link[side]["port"].as_str()?;
        let (device, _) = port.split_once('/').filter(|(device, port)| !device.is_empty() && !port.is_empty())?;
        let role = match of {
            Side::Server => Role::Server,
            Side::Gateway => Role::Gateway,
            Side::Spine => Role::Spine,
            Side::Switch => Role::Leaf,
        };
        let known = |role: Role| self.devices.contains_key(&(role, device.to_owned()));
        // A spine may have a gateway or an external; a leaf may stand where a spine is expected.
        let role = match role {
            Role::Leaf if known(Role::Spine) => Role::Spine,
            Role::Spine if known(Role::Leaf) => Role::Leaf,
            role => role,
        };
        let key = (role, device.to_owned());
        self.devices.entry(key.clone()).or_insert_with(|| bare(&key));
        Some((key, port.to_owned()))
    }

    /// Externals hang where an attachment says; a connection to the outside that nothing is attached to has an end of its own.
    fn attachments(&mut self, objects: &[Drawn]) {
        let mut used = BTreeSet::new();
        for object in objects.iter().filter(|object| object.identity.kind == "ExternalAttachment") {
            let text = |field: &str| object.value["spec"][field].as_str().map(str::to_owned);
            let (Some(connection), Some(external)) = (text("connection"), text("external")) else { continue };
            let Some(end) = self.outside.get(&connection).cloned() else { continue };
            self.outside_link(end, (Role::External, external), object.mark);
            used.insert(connection);
        }
        let rest: Vec<Outside> =
            self.outside.iter().filter(|(name, _)| !used.contains(*name)).map(|(_, end)| end.clone()).collect();
        for end in rest {
            let external = (Role::External, end.connection.name.clone());
            self.outside_link(end, external, Mark::Fine);
        }
    }

    fn outside_link(&mut self, end: Outside, external: Key, mark: Mark) {
        self.devices.entry(external.clone()).or_insert_with(|| bare(&external));
        self.links.push(Pending {
            a: end.switch,
            b: external,
            kind: LinkKind::External,
            connection: end.connection,
            cable: end.port,
            mark: mark.max(end.mark),
        });
    }

    fn finish(self) -> Wiring {
        let place: BTreeMap<&Key, At> = self.devices.keys().enumerate().map(|(at, key)| (key, at)).collect();
        let mut links: BTreeMap<(Identity, At, At, LinkKind), Link> = BTreeMap::new();
        for link in &self.links {
            let ends = [place[&link.a], place[&link.b]];
            let (a, b) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            let new = || Link {
                a,
                b,
                kind: link.kind,
                connection: link.connection.clone(),
                cables: Vec::new(),
                mark: link.mark,
            };
            let at = links.entry((link.connection.clone(), a, b, link.kind)).or_insert_with(new);
            at.cables.push(link.cable.clone());
        }
        Wiring {
            links: links.into_values().collect(),
            loose: self.loose.into_iter().collect(),
            devices: self.devices.into_values().collect(),
        }
    }
}

/// A device of which there is no object.
fn bare(key: &Key) -> Device {
    Device {
        role: key.0,
        name: key.1.clone(),
        object: None,
        about: "no object of this name".to_owned(),
        group: None,
        mark: Mark::Fine,
    }
}

#[derive(Clone, Copy)]
enum Side {
    Spine,
    Switch,
    Gateway,
    Server,
}

/// The fields of `spec` that a connection may have, and what its links are then.
const TYPES: &[(&str, LinkKind)] = &[
    ("fabric", LinkKind::Fabric),
    ("mesh", LinkKind::Mesh),
    ("gateway", LinkKind::Gateway),
    ("mclagDomain", LinkKind::Domain),
    ("mclag", LinkKind::Mclag),
    ("eslag", LinkKind::Eslag),
    ("bundled", LinkKind::Bundled),
    ("unbundled", LinkKind::Unbundled),
    ("external", LinkKind::External),
    ("staticExternal", LinkKind::External),
    ("vpcLoopback", LinkKind::Loopback),
];

/// The ends that a link may have.
const SIDES: &[(&str, Side)] = &[
    ("spine", Side::Spine),
    ("leaf", Side::Switch),
    ("leaf1", Side::Switch),
    ("leaf2", Side::Switch),
    ("switch1", Side::Switch),
    ("switch2", Side::Switch),
    ("switch", Side::Switch),
    ("gateway", Side::Gateway),
    ("server", Side::Server),
];

/// The links of a connection's body, however its type spells them.
fn cables(body: &Value) -> impl Iterator<Item = &Value> {
    let one = body.get("link").into_iter();
    let many = ["links", "peerLinks", "sessionLinks"].into_iter().filter_map(|field| body[field].as_array()).flatten();
    one.chain(many)
}
