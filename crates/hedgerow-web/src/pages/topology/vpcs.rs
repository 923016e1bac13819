//! A VPC over the picture: its subnets, who is in them, and whom it may talk to.

use std::collections::BTreeSet;

use hedgerow_core::object::Identity;
use serde_json::Value;

use super::drawing::Emphasis;
use super::wiring::{At, Drawn, Link, Wiring};
use super::words::Role;

/// A subnet, and the servers that are attached to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubnetUse {
    /// Its name.
    pub name: String,
    /// Its addresses, as written.
    pub prefix: String,
    /// Its VLAN, as written.
    pub vlan: String,
    /// The servers, or the connections where a connection has none.
    pub attached: BTreeSet<String>,
}

/// Whom the VPC may talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peering {
    /// The peering.
    pub identity: Identity,
    /// The other side.
    pub with: String,
    /// What the other side is: `VPC` or `external`.
    pub what: &'static str,
}

/// What a VPC adds to the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlay {
    /// Its name.
    pub name: String,
    /// Its object.
    pub identity: Identity,
    /// Its subnets, by name.
    pub subnets: Vec<SubnetUse>,
    /// Its peerings.
    pub peerings: Vec<Peering>,
    devices: BTreeSet<At>,
    connections: BTreeSet<String>,
}

impl Overlay {
    /// The names of all VPCs.
    pub fn names(objects: &[Drawn]) -> Vec<String> {
        of_kind(objects, "VPC").map(|vpc| vpc.identity.name.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// What the VPC `name` adds; `None` where there is none.
    pub fn of(objects: &[Drawn], wiring: &Wiring, name: &str) -> Option<Self> {
        let vpc = of_kind(objects, "VPC").find(|vpc| vpc.identity.name == name)?;
        let mut overlay = Self {
            name: name.to_owned(),
            identity: vpc.identity.clone(),
            subnets: subnets(&vpc.value["spec"]["subnets"]),
            peerings: Vec::new(),
            devices: BTreeSet::new(),
            connections: BTreeSet::new(),
        };
        of_kind(objects, "VPCAttachment").for_each(|attachment| overlay.attach(&attachment.value["spec"], wiring));
        of_kind(objects, "VPCPeering").for_each(|peering| overlay.peer(peering));
        of_kind(objects, "GatewayPeering").for_each(|peering| overlay.peer_by_gateway(peering));
        of_kind(objects, "ExternalPeering").for_each(|peering| overlay.peer_outside(peering, wiring));
        Some(overlay)
    }

    /// How a device is drawn under it.
    pub fn of_device(&self, at: At) -> Emphasis {
        if self.devices.contains(&at) { Emphasis::Strong } else { Emphasis::Faint }
    }

    /// How a link is drawn under it.
    pub fn of_link(&self, link: &Link) -> Emphasis {
        if self.connections.contains(&link.connection.name) { Emphasis::Strong } else { Emphasis::Faint }
    }

    fn attach(&mut self, spec: &Value, wiring: &Wiring) {
        let Some((vpc, subnet)) = spec["subnet"].as_str().and_then(|subnet| subnet.split_once('/')) else { return };
        let Some(connection) = spec["connection"].as_str().filter(|_| vpc == self.name) else { return };
        self.connections.insert(connection.to_owned());
        let mut attached = BTreeSet::new();
        for link in wiring.links.iter().filter(|link| link.connection.name == connection) {
            for at in [link.a, link.b] {
                self.devices.insert(at);
                let device = &wiring.devices[at];
                attached.extend((device.role == Role::Server).then(|| device.name.clone()));
            }
        }
        if attached.is_empty() {
            attached.insert(connection.to_owned());
        }
        match self.subnets.iter_mut().find(|known| known.name == subnet) {
            Some(known) => known.attached.extend(attached),
            None => self.subnets.push(SubnetUse {
                name: subnet.to_owned(),
                prefix: "not in the VPC".to_owned(),
                vlan: String::new(),
                attached,
            }),
        }
    }

    fn peer(&mut self, peering: &Drawn) {
        let permits = peering.value["spec"]["permit"].as_array().into_iter().flatten();
        let names: BTreeSet<&String> = permits.filter_map(Value::as_object).flat_map(|permit| permit.keys()).collect();
        self.peer_with(peering, &names);
    }

    fn peer_by_gateway(&mut self, peering: &Drawn) {
        let sides = peering.value["spec"]["peering"].as_object();
        let names: BTreeSet<&String> = sides.into_iter().flat_map(|sides| sides.keys()).collect();
        self.peer_with(peering, &names);
    }

    fn peer_with(&mut self, peering: &Drawn, names: &BTreeSet<&String>) {
        if names.contains(&self.name) {
            let others = names.iter().filter(|name| ***name != self.name);
            let identity = &peering.identity;
            self.peerings.extend(others.map(|name| Peering {
                identity: identity.clone(),
                with: (*name).clone(),
                what: "VPC",
            }));
        }
    }

    fn peer_outside(&mut self, peering: &Drawn, wiring: &Wiring) {
        let permit = &peering.value["spec"]["permit"];
        let (vpc, external) = (permit["vpc"]["name"].as_str(), permit["external"]["name"].as_str());
        let Some(external) = external.filter(|_| vpc == Some(&self.name)) else { return };
        self.peerings.push(Peering { identity: peering.identity.clone(), with: external.to_owned(), what: "external" });
        let Some(at) = wiring.find(Role::External, external) else { return };
        for link in wiring.links.iter().filter(|link| link.b == at) {
            self.devices.extend([link.a, link.b]);
            self.connections.insert(link.connection.name.clone());
        }
    }
}

fn of_kind<'o>(objects: &'o [Drawn], kind: &'static str) -> impl Iterator<Item = &'o Drawn> {
    objects.iter().filter(move |object| object.identity.kind == kind)
}

fn subnets(value: &Value) -> Vec<SubnetUse> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let known = |value: &Value| if value.is_null() { String::new() } else { text(value) };
    let subnets = value.as_object().into_iter().flatten();
    subnets
        .map(|(name, subnet)| SubnetUse {
            name: name.clone(),
            prefix: known(&subnet["subnet"]),
            vlan: known(&subnet["vlan"]),
            attached: BTreeSet::new(),
        })
        .collect()
}
