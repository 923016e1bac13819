//! Ranges of VLANs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The least and the greatest VLAN that a switch takes. Source: fabric api/meta/vlan.go:46-51 @ 78827deb.
pub const VLANS: std::ops::RangeInclusive<u16> = 1..=4094;

/// VLANs from the first to the last, both of them included. In settings it is written `3000-3899` or `3000`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VlanRange {
    /// The first.
    pub from: u16,
    /// The last.
    pub to: u16,
}

/// The text is no range of VLANs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no range of VLANs, such as 3000-3899, within 1-4094")]
pub struct VlanRangeError(String);

impl VlanRange {
    /// Whether `vlan` is one of the range's.
    pub fn contains(self, vlan: u16) -> bool {
        (self.from..=self.to).contains(&vlan)
    }

    /// Whether the two have a VLAN in common.
    pub fn overlaps(self, other: Self) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

impl FromStr for VlanRange {
    type Err = VlanRangeError;

    fn from_str(text: &str) -> Result<Self, VlanRangeError> {
        let error = |_| VlanRangeError(text.to_owned());
        let (from, to) = text.split_once('-').unwrap_or((text, text));
        let range = Self { from: from.trim().parse().map_err(error)?, to: to.trim().parse().map_err(error)? };
        let sound = VLANS.contains(&range.from) && VLANS.contains(&range.to) && range.from <= range.to;
        if sound { Ok(range) } else { Err(VlanRangeError(text.to_owned())) }
    }
}

impl fmt::Display for VlanRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to { write!(f, "{}", self.from) } else { write!(f, "{}-{}", self.from, self.to) }
    }
}

impl Serialize for VlanRange {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for VlanRange {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
