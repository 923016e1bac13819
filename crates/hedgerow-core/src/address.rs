//! Which addresses a service may be sent to. Whoever names a repository or a forge names a host, and the host's owner
//! names addresses: those that mean this machine, its neighbours or its cloud's metadata are not theirs to name.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// A range of addresses, such as `10.0.0.0/8`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u8,
}

/// Why a text is no range of addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkError(String);

impl fmt::Display for NetworkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no range of addresses: {:?} (such as 10.0.0.0/8, ::1 or 127.0.0.1)", self.0)
    }
}

impl std::error::Error for NetworkError {}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let wrong = || NetworkError(text.to_owned());
        let (address, bits) = text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), |bits| bits.parse().map_err(|_| wrong()))?;
        if bits <= most { Ok(Self { address, bits }) } else { Err(wrong()) }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

impl Network {
    /// Whether `address` is in it. An IPv4 address in IPv6's clothes is the IPv4 address.
    pub fn holds(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(address)) => {
                same(u32::from(net).into(), u32::from(address).into(), 32, self.bits)
            }
            (IpAddr::V6(net), IpAddr::V6(address)) => same(net.into(), address.into(), 128, self.bits),
            _ => false,
        }
    }
}

/// Whether the first `bits` of `width` are the same.
fn same(a: u128, b: u128, width: u8, bits: u8) -> bool {
    bits == 0 || (a ^ b) >> (width - bits) == 0
}

/// Why nobody outside may send us to `address`: `None` for a public address and for one of a private network, where
/// forges of one's own live. `allowed` are the ranges that this machine's owner named.
pub fn refused(address: IpAddr, allowed: &[Network]) -> Option<&'static str> {
    if allowed.iter().any(|network| network.holds(address)) {
        return None;
    }
    match address.to_canonical() {
        IpAddr::V4(address) => refused_v4(address),
        IpAddr::V6(address) => refused_v6(address),
    }
}

/// IANA's registry of special addresses (RFC 6890), and where clouds keep their metadata.
fn refused_v4(address: Ipv4Addr) -> Option<&'static str> {
    match address.octets() {
        [0, ..] => Some("it means this machine"),
        [127, ..] => Some("it is loopback"),
        [169, 254, ..] => Some("it is link-local, where clouds keep their metadata"),
        [100, 100, 100, 200] | [168, 63, 129, 16] | [192, 0, 0, _] => Some("a cloud keeps its metadata there"),
        [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _] => Some("it is for examples"),
        [198, 18 | 19, ..] => Some("it is for benchmarks"),
        [224..=239, ..] => Some("it is multicast"),
        [240..=255, ..] => Some("it is reserved"),
        _ => None,
    }
}

fn refused_v6(address: Ipv6Addr) -> Option<&'static str> {
    if let Some(inner) = embedded(address) {
        return refused_v4(inner);
    }
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0] => Some("it means this machine"),
        [0, 0, 0, 0, 0, 0, 0, 1] => Some("it is loopback"),
        // Amazon's and Google's.
        [0xfd00, 0x0ec2, 0, 0, 0, 0, 0, 0x0254] | [0xfd20, 0x00ce, 0, 0, 0, 0, 0, 0x0254] => {
            Some("a cloud keeps its metadata there")
        }
        [0xfe80..=0xfebf, ..] => Some("it is link-local"),
        [0xfec0..=0xfeff, ..] => Some("it is site-local, which is no more"),
        [0xff00..=0xffff, ..] => Some("it is multicast"),
        [0x2001, 0x0db8, ..] | [0x3fff, 0..=0x0fff, ..] => Some("it is for examples"),
        [0x0100, 0, 0, 0, ..] => Some("it leads nowhere"),
        // Teredo: the address in it is a server's, and the other end of the tunnel is anybody.
        [0x2001, 0, ..] => Some("it is a tunnel"),
        _ => None,
    }
}

/// The IPv4 address that a gateway would make of this one: compatible (RFC 4291), NAT64 (RFC 6052, 8215), 6to4 (RFC 3056).
fn embedded(address: Ipv6Addr) -> Option<Ipv4Addr> {
    let joined = |high: u16, low: u16| Ipv4Addr::from(u32::from(high) << 16 | u32::from(low));
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        [0, 0, 0, 0, 0, 0 | 0xffff, high, low] | [0, 0, 0, 0, 0xffff, 0, high, low] => Some(joined(high, low)),
        [0x0064, 0xff9b, 0 | 1, .., high, low] => Some(joined(high, low)),
        [0x2002, high, low, ..] => Some(joined(high, low)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_refused(text: &str, allowed: &[Network]) -> bool {
        refused(text.parse().unwrap_or_else(|_| panic!("{text}")), allowed).is_some()
    }

    #[test]
    fn what_means_this_machine_or_its_cloud_is_refused_in_every_clothing() {
        for text in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "169.254.0.1",
            "100.100.100.200",
            "168.63.129.16",
            "192.0.0.192",
            "192.0.2.1",
            "198.18.0.1",
            "198.19.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:169.254.169.254",
            "::127.0.0.1",
            "::ffff:0:7f00:1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::a9fe:a9fe",
            "2002:7f00:1::",
            "2002:a9fe:a9fe::1",
            "2001::1",
            "fe80::1",
            "febf::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
            "fd20:ce::254",
            "2001:db8::1",
            "100::1",
            "3fff::1",
        ] {
            assert!(is_refused(text, &[]), "{text}");
        }
    }

    #[test]
    fn public_and_private_addresses_are_not() {
        for text in [
            "140.82.121.4",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "192.0.1.1",
            "198.20.0.1",
            "2606:50c0:8000::153",
            "fd12:3456::1",
            "2002:8c52:7904::1",
            "64:ff9b::8c52:7904",
            "::ffff:10.0.0.1",
        ] {
            assert!(!is_refused(text, &[]), "{text}");
        }
    }

    #[test]
    fn the_owner_may_allow_a_range_and_no_more_than_that() {
        let allowed = ["127.0.0.0/8".parse().unwrap(), "::1".parse().unwrap()];
        for text in ["127.0.0.1", "::1", "::ffff:127.1.2.3"] {
            assert!(!is_refused(text, &allowed), "{text}");
        }
        for text in ["169.254.169.254", "0.0.0.0", "::", "fe80::1"] {
            assert!(is_refused(text, &allowed), "{text}");
        }
        assert!(!is_refused("169.254.1.1", &["0.0.0.0/0".parse().unwrap()]));
        for wrong in ["", "10", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "host"] {
            assert!(wrong.parse::<Network>().is_err(), "{wrong}");
        }
    }
}
