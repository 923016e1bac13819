//! A VPC as rules see it, with the webhook's defaults in place.

use std::net::IpAddr;

use crate::prefix::Prefix;
use crate::rules::cursor::{Cursor, Number, Text};
use crate::rules::fabric::Head;
use crate::rules::report::Spot;

/// One subnet of a VPC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Subnet<'s> {
    /// Its name.
    pub(crate) name: Text<'s>,
    /// All of it.
    pub(crate) at: Cursor<'s>,
    /// What it says of its addresses.
    pub(crate) text: Option<Text<'s>>,
    /// The addresses, when they can be read.
    pub(crate) prefix: Option<Prefix>,
    /// Whether hosts speak BGP: then there is neither gateway nor VLAN.
    pub(crate) host_bgp: bool,
    /// Its VLAN.
    pub(crate) vlan: Option<Number>,
}

impl<'s> Subnet<'s> {
    fn new(name: Text<'s>, at: Cursor<'s>) -> Self {
        let text = at.text("subnet");
        let prefix = text.and_then(|text| text.prefix());
        Self { name, at, text, prefix, host_bgp: at.flag("hostBGP"), vlan: at.number("vlan") }
    }

    /// Where its addresses stand.
    pub(crate) fn spot(&self) -> Spot {
        self.text.map_or(self.name.spot, |text| text.spot)
    }

    /// The gateway: as written, or the second address of the network.
    ///
    /// Source: fabric api/vpc/v1beta1/vpc_types.go:285-287 @ 78827deb.
    pub(crate) fn gateway(&self) -> Option<IpAddr> {
        match self.at.text("gateway") {
            Some(text) => text.address(),
            None if self.host_bgp => None,
            None => self.prefix?.nth(1),
        }
    }

    /// Whether the fabric hands out addresses.
    pub(crate) fn has_dhcp(&self) -> bool {
        self.at.get("dhcp").flag("enable")
    }
}

/// A VPC.
#[derive(Debug)]
pub(crate) struct Vpc<'s> {
    pub(crate) head: Head<'s>,
    pub(crate) ipv4_namespace: Text<'s>,
    pub(crate) vlan_namespace: Text<'s>,
    /// Its mode; empty for the default, L2VNI.
    pub(crate) mode: &'s str,
    pub(crate) subnets: Vec<Subnet<'s>>,
}

impl<'s> Vpc<'s> {
    /// Source of the defaults: fabric api/vpc/v1beta1/vpc_types.go:260-360 @ 78827deb.
    pub(crate) fn new(head: Head<'s>) -> Self {
        let spec = head.spec;
        Self {
            head,
            ipv4_namespace: spec.text_or("ipv4Namespace", "default"),
            vlan_namespace: spec.text_or("vlanNamespace", "default"),
            mode: spec.text("mode").map_or("", |mode| mode.text),
            subnets: spec.get("subnets").fields().map(|(name, at)| Subnet::new(name, at)).collect(),
        }
    }

    /// The subnet `name`.
    pub(crate) fn subnet(&self, name: &str) -> Option<&Subnet<'s>> {
        self.subnets.iter().find(|subnet| subnet.name.text == name)
    }
}
