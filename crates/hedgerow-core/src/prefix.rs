//! IP prefixes, read as strictly as Go's `net/netip` reads them: that is what the fabric's controller uses.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An address with a length, such as `10.0.1.0/24`. Host bits are kept: `10.0.1.7/24` is a prefix too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Prefix {
    address: IpAddr,
    bits: u8,
}

/// The text is no `address/length`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no prefix, such as 10.0.1.0/24")]
pub struct PrefixError(String);

impl Prefix {
    /// An IPv4 prefix; a length over 32 counts as 32.
    pub const fn v4(address: Ipv4Addr, bits: u8) -> Self {
        Self { address: IpAddr::V4(address), bits: if bits > 32 { 32 } else { bits } }
    }

    /// The address as it was written, host bits and all.
    pub fn address(self) -> IpAddr {
        self.address
    }

    /// The length, 0 to 32 or 128.
    pub fn bits(self) -> u8 {
        self.bits
    }

    /// The first address: the network's own.
    pub fn first(self) -> IpAddr {
        with_number(self.address, number(self.address) & !self.host_mask())
    }

    /// The last address: the broadcast address of an IPv4 subnet.
    pub fn last(self) -> IpAddr {
        with_number(self.address, number(self.address) | self.host_mask())
    }

    /// The address `offset` after the first; none beyond the last address of the family.
    pub fn nth(self, offset: u32) -> Option<IpAddr> {
        let value = number(self.first()).checked_add(u128::from(offset))?;
        (self.address.is_ipv6() || value <= u128::from(u32::MAX)).then(|| with_number(self.address, value))
    }

    /// The prefix without host bits.
    #[must_use]
    pub fn masked(self) -> Self {
        Self { address: self.first(), bits: self.bits }
    }

    /// Whether the address has bits beyond the length.
    pub fn has_host_bits(self) -> bool {
        self.address != self.first()
    }

    /// Whether `address` is one of this prefix's.
    pub fn contains(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4()
            && number(address) & !self.host_mask() == number(self.address) & !self.host_mask()
    }

    /// Whether all addresses of `inner` are this prefix's too.
    pub fn covers(self, inner: Self) -> bool {
        self.contains(inner.address) && inner.bits >= self.bits
    }

    /// Whether the two have an address in common. Prefixes nest or are apart; they never cross.
    pub fn overlaps(self, other: Self) -> bool {
        self.covers(other) || other.covers(self)
    }

    fn host_mask(self) -> u128 {
        let width = if self.address.is_ipv4() { 32 } else { 128 };
        let host_bits = width - u32::from(self.bits);
        if host_bits == 128 { u128::MAX } else { (1_u128 << host_bits) - 1 }
    }
}

fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(v4) => u128::from(u32::from(v4)),
        IpAddr::V6(v6) => u128::from(v6),
    }
}

fn with_number(family: IpAddr, value: u128) -> IpAddr {
    match family {
        IpAddr::V4(_) => IpAddr::V4((value as u32).into()),
        IpAddr::V6(_) => IpAddr::V6(value.into()),
    }
}

impl FromStr for Prefix {
    type Err = PrefixError;

    fn from_str(text: &str) -> Result<Self, PrefixError> {
        let error = || PrefixError(text.to_owned());
        let (address, bits) = text.rsplit_once('/').ok_or_else(error)?;
        let address: IpAddr = address.parse().map_err(|_| error())?;
        let plain =
            !bits.is_empty() && bits.bytes().all(|b| b.is_ascii_digit()) && (bits == "0" || !bits.starts_with('0'));
        let bits: u8 = if plain { bits.parse().map_err(|_| error())? } else { return Err(error()) };
        if bits > if address.is_ipv4() { 32 } else { 128 } { Err(error()) } else { Ok(Self { address, bits }) }
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Serialize for Prefix {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Prefix {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefix(text: &str) -> Prefix {
        text.parse().unwrap()
    }

    #[test]
    fn a_prefix_is_read_as_strictly_as_upstream_reads_it() {
        for bad in ["10.0.0.0", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/+8", "10.0.0.0/", "010.0.0.0/8", "a/8", ""] {
            assert!(bad.parse::<Prefix>().is_err(), "{bad}");
        }
        assert_eq!(prefix("10.0.1.7/24").to_string(), "10.0.1.7/24");
        assert_eq!(prefix("fd00::1/64").masked().to_string(), "fd00::/64");
    }

    #[test]
    fn first_last_and_nth_are_those_of_the_network() {
        let subnet = prefix("10.0.1.7/24");
        assert_eq!(subnet.first().to_string(), "10.0.1.0");
        assert_eq!(subnet.last().to_string(), "10.0.1.255");
        assert_eq!(subnet.nth(1).map(|a| a.to_string()).as_deref(), Some("10.0.1.1"));
        assert_eq!(prefix("255.255.255.255/32").nth(1), None);
        assert_eq!(prefix("0.0.0.0/0").last().to_string(), "255.255.255.255");
    }

    #[test]
    fn a_wider_prefix_is_no_subset_though_it_starts_inside() {
        assert!(prefix("10.0.0.0/16").covers(prefix("10.0.1.0/24")));
        assert!(!prefix("10.0.0.0/24").covers(prefix("10.0.0.0/16")));
        assert!(prefix("10.0.0.0/24").overlaps(prefix("10.0.0.0/16")));
        assert!(!prefix("10.0.0.0/24").overlaps(prefix("10.0.1.0/24")));
        assert!(!prefix("::/0").overlaps(prefix("0.0.0.0/0")));
    }
}
