//! The profiles of `catalogue/profiles/`, and the notation of those files.

use std::sync::{Arc, OnceLock};

use serde::Deserialize;

use super::{Family, Feature, Pipeline, PortClass, PortKind, Profile};

/// Declares the files: each is part of the program.
macro_rules! files {
    ($($name:literal)*) => {
        &[$(($name, include_str!(concat!("../../../../catalogue/profiles/", $name, ".toml")))),*]
    };
}

/// Name and text of each, ordered by name.
const FILES: &[(&str, &str)] = files! {
    "celestica-ds2000" "celestica-ds2000-clsp" "celestica-ds3000" "celestica-ds3000-clsp" "celestica-ds4000"
    "celestica-ds4000-clsp" "celestica-ds4101" "celestica-ds4101-clsp" "celestica-ds5000" "celestica-ds5000-clsp"
    "cumulus-vx" "dell-s5232f-on" "dell-s5248f-on" "dell-z9332f-on" "edgecore-dcs203" "edgecore-dcs204"
    "edgecore-dcs240" "edgecore-dcs501" "edgecore-eps202" "edgecore-eps203" "supermicro-sse-c4632sb" "vs" "vs-clsp"
};

/// Each file is read once, when somebody asks for it: a fabric has few models of switch.
static READ: [OnceLock<Arc<Profile>>; FILES.len()] = [const { OnceLock::new() }; FILES.len()];

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    family: FamilyName,
    features: Vec<Feature>,
    max_ports: Option<u32>,
    ports: Vec<Ports>,
    #[serde(default)]
    pipelines: Vec<PipelinePorts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum FamilyName {
    Default,
    Clsp,
    Cumulus,
}

/// Ports of one class: `names` in the notation of [`expand`]; `speeds`, perhaps of a `group`, or `breakouts`, or `management`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Ports {
    names: String,
    #[serde(default)]
    management: bool,
    group: Option<String>,
    #[serde(default)]
    speeds: Vec<String>,
    #[serde(default)]
    breakouts: Vec<String>,
    #[serde(default)]
    default: String,
    #[serde(default)]
    autoneg: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PipelinePorts {
    name: String,
    ports: String,
    max_ports: u32,
}

/// The names of all profiles of upstream's, in order.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The profile of upstream's with this name.
pub fn builtin(name: &str) -> Option<Arc<Profile>> {
    let index = FILES.binary_search_by_key(&name, |(name, _)| name).ok()?;
    Some(Arc::clone(READ[index].get_or_init(|| Arc::new(read(FILES[index].1)))))
}

/// Reads one file. The files are part of the program, and a test reads each of them.
fn read(text: &str) -> Profile {
    toml::from_str::<File>(text).expect("a profile of the catalogue reads").into()
}

impl From<File> for Profile {
    fn from(file: File) -> Self {
        let family = match file.family {
            FamilyName::Default => Family::Default,
            FamilyName::Clsp => Family::Clsp,
            FamilyName::Cumulus => Family::Cumulus,
        };
        let mut profile = Self::new(file.name, family);
        profile.features = file.features;
        profile.max_ports = file.max_ports;
        profile.pipelines = file.pipelines.into_iter().map(Pipeline::from).collect();
        for ports in file.ports {
            let names = expand(&ports.names);
            profile.add_ports(ports.into(), names);
        }
        profile
    }
}

impl From<PipelinePorts> for Pipeline {
    fn from(from: PipelinePorts) -> Self {
        Self { name: from.name, ports: expand(&from.ports), max_ports: from.max_ports }
    }
}

impl From<Ports> for PortClass {
    fn from(ports: Ports) -> Self {
        let Ports { default, autoneg, speeds, breakouts, .. } = ports;
        let (kind, supported) = match ports.group {
            _ if ports.management => (PortKind::Management, Vec::new()),
            Some(group) => (PortKind::Grouped(group), speeds),
            None if breakouts.is_empty() => (PortKind::Speed, speeds),
            None => (PortKind::Breakout, breakouts),
        };
        Self { kind, supported, default, autoneg }
    }
}

/// `E1/1-3,7` means E1/1, E1/2, E1/3 and E1/7; a name without a slash means itself.
fn expand(names: &str) -> Vec<String> {
    let Some((base, list)) = names.split_once('/') else { return vec![names.to_owned()] };
    list.split(',')
        .flat_map(|item| {
            let (from, to) = item.split_once('-').unwrap_or((item, item));
            from.parse::<u32>().unwrap_or(1)..=to.parse::<u32>().unwrap_or(0)
        })
        .map(|n| format!("{base}/{n}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::PortLook;

    #[test]
    fn every_profile_of_the_catalogue_reads_and_is_found_by_its_name() {
        for name in names() {
            let profile = builtin(name).unwrap();
            assert_eq!(profile.name, name);
            for (port, class) in profile.ports() {
                let sound = class.kind == PortKind::Management || class.supported.contains(&class.default);
                assert!(sound, "{name} {port}");
            }
            assert!(profile.pipelines.iter().flat_map(|p| &p.ports).all(|port| profile.port(port).is_some()), "{name}");
        }
        assert!(builtin("dell-s5248f").is_none());
    }

    #[test]
    fn a_port_is_found_by_its_base_name_and_by_the_sub_ports_of_its_breakout() {
        let profile = builtin("dell-s5248f-on").unwrap();
        let four = |_: &str| Some("4x25G");
        let none = |_: &str| None;
        assert_eq!(profile.look("E1/49", none), PortLook::Present);
        assert_eq!(profile.look("E1/49/1", none), PortLook::Present);
        assert_eq!(profile.look("E1/49/2", none), PortLook::Absent);
        assert_eq!(profile.look("E1/49/4", four), PortLook::Present);
        assert_eq!(profile.look("E1/49/5", four), PortLook::Absent);
        assert_eq!(profile.look("E1/49/04", four), PortLook::Absent);
        assert_eq!(profile.look("E1/1/1", four), PortLook::Absent);
        assert_eq!(profile.look("M1", none), PortLook::Present);
        assert_eq!(profile.look("Ethernet0", none), PortLook::Absent);
        assert_eq!(profile.look("E1/49/2", |_: &str| Some("3x1G")), PortLook::Unknown);
    }
}
