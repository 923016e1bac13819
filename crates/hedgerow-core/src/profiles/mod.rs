//! What each model of switch has: ports, speeds, breakouts, features.
//!
//! Upstream's profiles are data of this project, a file each in `catalogue/profiles/`; a fabric that allows it may add
//! more as `SwitchProfile` objects (`object.rs`).

use std::collections::HashMap;

mod data;
pub(crate) mod object;

pub use data::{builtin, names};

/// Which fabrics have the profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// All of them.
    Default,
    /// Those that include Celestica's SONiC.
    Clsp,
    /// Those that include Cumulus.
    Cumulus,
    /// It is an object of the fabric itself.
    Own,
}

/// What a switch can do. Source: fabric api/wiring/v1beta1/switchprofile_types.go:49-66 @ 78827deb.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Feature {
    /// Subinterfaces.
    Subinterfaces,
    /// Access control lists.
    Acls,
    /// VPCs as layer 2 networks.
    L2vni,
    /// VPCs as layer 3 networks.
    L3vni,
    /// RDMA over converged Ethernet.
    Roce,
    /// MCLAG.
    Mclag,
    /// ESLAG.
    Eslag,
    /// Balancing by RoCE queue pairs.
    EcmpRoceQpn,
}

/// How a port is configured.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PortKind {
    /// For management only.
    Management,
    /// By its speed.
    Speed,
    /// By the speed of the port group of this name.
    Grouped(String),
    /// By a breakout into sub-ports.
    Breakout,
}

/// What several ports of a profile have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortClass {
    /// How they are configured.
    pub kind: PortKind,
    /// The speeds (`25G`) or breakouts (`4x25G`) that they take.
    pub supported: Vec<String>,
    /// The one that they have by default.
    pub default: String,
    /// Whether auto-negotiation may be configured.
    pub autoneg: bool,
}

/// Ports that share a part of the switch's silicon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pipeline {
    /// Its name.
    pub name: String,
    /// Its ports.
    pub ports: Vec<String>,
    /// The most sub-ports that they may have together.
    pub max_ports: u32,
}

/// One model of switch.
#[derive(Clone, Debug)]
pub struct Profile {
    /// Its name, such as `dell-s5248f-on`.
    pub name: String,
    /// Which fabrics have it.
    pub family: Family,
    /// What it can do.
    pub features: Vec<Feature>,
    /// The most ports, sub-ports counted, that it may have; none: as many as it has.
    pub max_ports: Option<u32>,
    /// Its pipelines.
    pub pipelines: Vec<Pipeline>,
    classes: Vec<PortClass>,
    ports: HashMap<String, usize>,
}

/// What a port name means on a switch of a profile, given the switch's breakouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortLook {
    /// The switch has this port.
    Present,
    /// The switch has no such port.
    Absent,
    /// The switch's breakout of the base port is not one that the profile knows: somebody else's finding.
    Unknown,
}

impl Profile {
    /// Whether it has the feature.
    pub fn has(&self, feature: Feature) -> bool {
        self.features.contains(&feature)
    }

    /// The class of the port `name`, a base name such as `E1/4`.
    pub fn port(&self, name: &str) -> Option<&PortClass> {
        self.ports.get(name).map(|&class| &self.classes[class])
    }

    /// The class of the port group `name`.
    pub fn group(&self, name: &str) -> Option<&PortClass> {
        self.classes.iter().find(|class| matches!(&class.kind, PortKind::Grouped(group) if group == name))
    }

    /// All base names of ports with their classes, in no order.
    pub fn ports(&self) -> impl Iterator<Item = (&str, &PortClass)> {
        self.ports.iter().map(|(name, &class)| (name.as_str(), &self.classes[class]))
    }

    /// Whether a switch of this profile has the port `name`: a base name, or `base/n` of a breakout.
    /// `breakout` gives what the switch sets for a base port.
    ///
    /// Source: fabric api/wiring/v1beta1/switchprofile_types.go:618-676 @ 78827deb.
    pub fn look<'s>(&self, name: &str, breakout: impl Fn(&str) -> Option<&'s str>) -> PortLook {
        if self.ports.contains_key(name) {
            return PortLook::Present;
        }
        let Some((base, sub)) = name.rsplit_once('/') else { return PortLook::Absent };
        let Some(class) = self.port(base).filter(|class| class.kind == PortKind::Breakout) else {
            return PortLook::Absent;
        };
        let mode = breakout(base).unwrap_or(&class.default);
        if !class.supported.iter().any(|known| known == mode) {
            return PortLook::Unknown;
        }
        let plain = !sub.starts_with('0') && sub.bytes().all(|b| b.is_ascii_digit());
        match sub.parse::<u32>() {
            Ok(n) if plain && (1..=lanes(mode)).contains(&n) => PortLook::Present,
            _ => PortLook::Absent,
        }
    }
}

impl Profile {
    /// A profile without ports.
    fn new(name: String, family: Family) -> Self {
        let (features, pipelines, classes, ports) = Default::default();
        Self { name, family, features, max_ports: None, pipelines, classes, ports }
    }

    /// Adds ports of one class.
    fn add_ports(&mut self, class: PortClass, names: Vec<String>) {
        let index = self.classes.len();
        self.classes.push(class);
        self.ports.extend(names.into_iter().map(|name| (name, index)));
    }
}

/// How many sub-ports a breakout makes: the number before its `x`. (In every profile of upstream's this is the number
/// of its offsets.)
pub fn lanes(breakout: &str) -> u32 {
    breakout.split_once('x').and_then(|(n, _)| n.parse().ok()).unwrap_or(1)
}
