//! `<dir>/.hedgerow/fabric.toml`: what the fabric's controller is configured with, as far as its rules depend on it.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::digest::sha256;
use crate::prefix::Prefix;
use crate::vlan::VlanRange;

/// The fabric's settings, with upstream's defaults (fabricator pkg/fab/defaults.go @ fee55670). Unknown keys are refused.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How switches are arranged.
    pub mode: Mode,
    /// The fabric's own subnets; all of them are reserved.
    pub subnets: Subnets,
    /// The VLANs that the fabric keeps for itself.
    pub vlans: Vlans,
    /// Autonomous system numbers.
    pub asn: Asn,
    /// Frame sizes, in bytes.
    pub mtu: Mtu,
    /// The gateway.
    pub gateway: Gateway,
    /// Which switch profiles there are.
    pub profiles: Profiles,
}

/// How switches are arranged. Upstream has no other since 2025.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Leaves connected by spines, or with each other.
    #[default]
    SpineLeaf,
}

/// The fabric's own subnets. Nothing that people allocate may overlap one.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Subnets {
    /// Management addresses of switches and nodes.
    pub management: Prefix,
    /// Where the DHCP range of the management subnet starts: addresses of switches lie below.
    pub management_dhcp_start: IpAddr,
    /// The control nodes' common address.
    pub control_vip: Prefix,
    /// Links between switches: /31 pairs.
    pub fabric: Prefix,
    /// Router ids.
    pub protocol: Prefix,
    /// Tunnel end points.
    pub vtep: Prefix,
    /// Upstream's workaround for traffic between VPCs.
    pub vpc_workaround: Prefix,
    /// MCLAG sessions.
    pub mclag_session: Prefix,
    /// Static externals behind a proxy.
    pub proxy_external: Prefix,
    /// More that must stay free, beyond what upstream reserves.
    pub reserved: Vec<Prefix>,
}

/// The VLANs that the fabric keeps for itself.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vlans {
    /// For the routing interfaces of VPCs.
    pub irb: Vec<VlanRange>,
    /// For a workaround on Tomahawk 5 switches.
    pub th5_workaround: Vec<VlanRange>,
}

/// Autonomous system numbers.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asn {
    /// Of all spines.
    pub spine: u32,
    /// The first of the leaves'.
    pub leaf_start: u32,
    /// The last of the leaves'.
    pub leaf_end: u32,
    /// Of all gateways.
    pub gateway: u32,
}

/// Frame sizes, in bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Mtu {
    /// Between switches.
    pub fabric: u16,
    /// How much less servers get.
    pub server_offset: u16,
}

/// The gateway.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gateway {
    /// Whether the installer's configuration enables it. Unset: not known here; objects of gateway kinds are judged, and a warning says so.
    pub enabled: Option<bool>,
    /// The most gateways in a group (as many as there are gateway communities).
    pub max_in_group: usize,
}

/// Which switch profiles there are, besides those that every fabric has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profiles {
    /// People may add `SwitchProfile` objects.
    pub allow_extra: bool,
    /// The profiles of Celestica's SONiC, named `*-clsp`.
    pub clsp: bool,
    /// The profile `cumulus-vx`.
    pub cumulus: bool,
}

/// `fabric.toml` cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettingsError {
    /// It is no UTF-8 text.
    #[error("the fabric's settings are not UTF-8 text")]
    NotText,
    /// It is no TOML, or has a key or a value that is not known. The message names the line and what is expected.
    #[error("the fabric's settings cannot be read: {0}")]
    NotSettings(String),
    /// Two settings contradict each other.
    #[error("the fabric's settings contradict themselves: {0}")]
    Contradiction(&'static str),
}

impl Settings {
    /// Reads `fabric.toml`. What it does not name has upstream's default.
    ///
    /// # Errors
    /// See [`SettingsError`]; none of them is worth a retry, a person has to edit the file.
    pub fn read(bytes: &[u8]) -> Result<Self, SettingsError> {
        let text = std::str::from_utf8(bytes).map_err(|_| SettingsError::NotText)?;
        let settings: Self = toml::from_str(text).map_err(|error| SettingsError::NotSettings(error.to_string()))?;
        settings.checked()
    }

    /// SHA-256 of the effective settings: equal for two files that mean the same.
    pub fn digest(&self) -> String {
        // Serialising plain data into a string cannot fail; should it ever, the digest of nothing matches no other.
        sha256(serde_json::to_string(self).unwrap_or_default().as_bytes())
    }

    /// Everything that VPCs, namespaces and static externals may not overlap.
    /// Source: fabricator pkg/fab/comp/fabric/fabric.go:259-268 @ fee55670.
    pub fn reserved_subnets(&self) -> impl Iterator<Item = Prefix> + '_ {
        let own = &self.subnets;
        let named = [
            own.management,
            own.fabric,
            own.protocol,
            own.vtep,
            own.vpc_workaround,
            own.mclag_session,
            own.proxy_external,
        ];
        named.into_iter().chain(own.reserved.iter().copied()).map(Prefix::masked)
    }

    /// The greatest frame that a server may send, in bytes.
    pub fn max_server_mtu(&self) -> u16 {
        self.mtu.fabric.saturating_sub(self.mtu.server_offset)
    }

    /// What upstream checks of its own configuration. Source: fabric api/meta/types.go:322,368-389 @ 78827deb.
    fn checked(self) -> Result<Self, SettingsError> {
        let Asn { spine, leaf_start, leaf_end, .. } = self.asn;
        let contradiction = if leaf_end < leaf_start {
            "asn.leaf_end is less than asn.leaf_start"
        } else if (leaf_start..=leaf_end).contains(&spine) {
            "asn.spine lies within the leaves' range"
        } else if !self.subnets.management.contains(self.subnets.management_dhcp_start) {
            "subnets.management_dhcp_start is not in subnets.management"
        } else if self.mtu.fabric > 9216 {
            "mtu.fabric is greater than 9216"
        } else {
            return Ok(self);
        };
        Err(SettingsError::Contradiction(contradiction))
    }
}

/// An IPv4 prefix; for defaults that are written in this file.
const fn v4(a: u8, b: u8, c: u8, d: u8, bits: u8) -> Prefix {
    Prefix::v4(std::net::Ipv4Addr::new(a, b, c, d), bits)
}

impl Default for Subnets {
    fn default() -> Self {
        Self {
            management: v4(172, 30, 0, 0, 21),
            management_dhcp_start: IpAddr::from([172, 30, 4, 0]),
            control_vip: v4(172, 30, 0, 1, 32),
            fabric: v4(172, 30, 128, 0, 17),
            protocol: v4(172, 30, 8, 0, 22),
            vtep: v4(172, 30, 12, 0, 22),
            vpc_workaround: v4(172, 30, 96, 0, 19),
            mclag_session: v4(172, 30, 95, 0, 31),
            proxy_external: v4(172, 30, 16, 0, 22),
            reserved: Vec::new(),
        }
    }
}

impl Default for Vlans {
    fn default() -> Self {
        Self { irb: vec![VlanRange { from: 3000, to: 3899 }], th5_workaround: vec![VlanRange { from: 3900, to: 3999 }] }
    }
}

impl Default for Asn {
    fn default() -> Self {
        Self { spine: 65100, leaf_start: 65101, leaf_end: 65533, gateway: 65534 }
    }
}

impl Default for Mtu {
    fn default() -> Self {
        Self { fabric: 9100, server_offset: 64 }
    }
}

impl Default for Gateway {
    fn default() -> Self {
        Self { enabled: None, max_in_group: 10 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_means_upstreams_defaults() {
        let settings = Settings::read(b"").unwrap();
        assert_eq!(settings, Settings::default());
        assert_eq!(settings.max_server_mtu(), 9036);
        assert_eq!(settings.reserved_subnets().count(), 7);
    }

    #[test]
    fn an_unknown_key_is_refused_and_named() {
        let error = Settings::read(b"[vlans]\nirbs = []\n").unwrap_err().to_string();
        assert!(error.contains("irbs") && error.contains("irb"), "{error}");
    }

    #[test]
    fn two_files_that_mean_the_same_have_one_digest() {
        let spelled = Settings::read(b"[asn]\nspine = 65100\n[vlans]\nirb = [\"3000-3899\"]\n").unwrap();
        assert_eq!(spelled.digest(), Settings::default().digest());
        let other = Settings::read(b"[asn]\nspine = 65000\n").unwrap();
        assert_ne!(other.digest(), spelled.digest());
    }

    #[test]
    fn settings_that_contradict_themselves_are_refused() {
        for bad in ["[asn]\nspine = 65200\n", "[mtu]\nfabric = 9300\n", "[subnets]\nmanagement = \"10.9.0.0/24\"\n"] {
            assert!(matches!(Settings::read(bad.as_bytes()), Err(SettingsError::Contradiction(_))), "{bad}");
        }
        assert!(Settings::read(b"[vlans]\nirb = [\"3000-9000\"]\n").is_err());
    }
}
