//! The whole set, sorted by kind and indexed by name: what rules look things up in.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::Subject;
use super::connection::view::Connection;
use super::cursor::{Cursor, Text};
use super::missing::Target;
use super::report::Spot;
use super::switch::view::Switch;
use super::vpc::view::Vpc;
use crate::catalogue::Catalogue;
use crate::profiles::{self, Profile};
use crate::settings::Settings;

/// What every object has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head<'s> {
    /// Its index in the set.
    pub(crate) subject: usize,
    /// Its name.
    pub(crate) name: &'s str,
    /// All of it.
    pub(crate) top: Cursor<'s>,
    /// Its `spec`.
    pub(crate) spec: Cursor<'s>,
    /// The `spec` of the managed object that it would replace.
    pub(crate) before: Option<Cursor<'s>>,
}

/// The objects of one kind, in the order of their places.
#[derive(Debug)]
pub(crate) struct Objects<'s, T> {
    all: Vec<T>,
    by_name: HashMap<&'s str, usize>,
}

impl<'s, T> Objects<'s, T> {
    fn new() -> Self {
        Self { all: Vec::new(), by_name: HashMap::new() }
    }

    /// The first of a name is the one that is found by it.
    fn push(&mut self, name: &'s str, object: T) {
        self.by_name.entry(name).or_insert(self.all.len());
        self.all.push(object);
    }

    /// The object `name`.
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.by_name.get(name).map(|&index| &self.all[index])
    }

    /// All of them.
    pub(crate) fn iter(&self) -> std::slice::Iter<'_, T> {
        self.all.iter()
    }

    fn names(&self) -> impl Iterator<Item = &'s str> + '_ {
        self.by_name.keys().copied()
    }
}

/// The whole set.
pub(crate) struct Fabric<'s> {
    pub(crate) settings: &'s Settings,
    pub(crate) set: &'s [Subject<'s>],
    catalogue: &'s Catalogue,
    open: &'s BTreeSet<(String, String)>,
    /// The place of each subject among all, in the order of files and documents.
    rank: Vec<usize>,
    profiles: HashMap<&'s str, Arc<Profile>>,
    /// Objects that no rule can judge, by kind and name, and yet they are there: those of versions that are no longer served,
    /// whose fields mean other things, and those that somebody else could not read.
    unread: HashSet<(&'s str, &'s str)>,
    pub(crate) switches: Objects<'s, Switch<'s>>,
    pub(crate) servers: Objects<'s, Head<'s>>,
    pub(crate) connections: Objects<'s, Connection<'s>>,
    pub(crate) switch_groups: Objects<'s, Head<'s>>,
    pub(crate) vlan_namespaces: Objects<'s, Head<'s>>,
    pub(crate) switch_profiles: Objects<'s, Head<'s>>,
    pub(crate) ipv4_namespaces: Objects<'s, Head<'s>>,
    pub(crate) vpcs: Objects<'s, Vpc<'s>>,
    pub(crate) vpc_attachments: Objects<'s, Head<'s>>,
    pub(crate) vpc_peerings: Objects<'s, Head<'s>>,
    pub(crate) externals: Objects<'s, Head<'s>>,
    pub(crate) external_attachments: Objects<'s, Head<'s>>,
    pub(crate) external_peerings: Objects<'s, Head<'s>>,
    pub(crate) gateways: Objects<'s, Head<'s>>,
    pub(crate) gateway_groups: Objects<'s, Head<'s>>,
    pub(crate) gateway_peerings: Objects<'s, Head<'s>>,
}

impl<'s> Fabric<'s> {
    /// Sorts the set. The order of `set` decides nothing: rules see objects in the order of their places, those of
    /// namespace `default` first, since a name means the object there.
    pub(crate) fn new(
        set: &'s [Subject<'s>],
        unread: &'s BTreeSet<(String, String)>,
        open: &'s BTreeSet<(String, String)>,
        settings: &'s Settings,
        catalogue: &'s Catalogue,
    ) -> Self {
        let mut order: Vec<usize> = (0..set.len()).collect();
        order.sort_by(|&a, &b| place_of(&set[a]).cmp(&place_of(&set[b])));
        let mut rank = vec![0; set.len()];
        for (at, &index) in order.iter().enumerate() {
            rank[index] = at;
        }
        let mut fabric = Self::empty(set, open, settings, catalogue, rank);
        fabric.unread.extend(unread.iter().map(|(kind, name)| (kind.as_str(), name.as_str())));
        for &index in &order {
            fabric.add_profile(&head(index, &set[index]));
        }
        for index in order {
            fabric.add(head(index, &set[index]));
        }
        fabric
    }

    fn empty(
        set: &'s [Subject<'s>],
        open: &'s BTreeSet<(String, String)>,
        settings: &'s Settings,
        catalogue: &'s Catalogue,
        rank: Vec<usize>,
    ) -> Self {
        Self {
            settings,
            set,
            catalogue,
            open,
            rank,
            profiles: HashMap::new(),
            unread: HashSet::new(),
            switches: Objects::new(),
            servers: Objects::new(),
            connections: Objects::new(),
            switch_groups: Objects::new(),
            vlan_namespaces: Objects::new(),
            switch_profiles: Objects::new(),
            ipv4_namespaces: Objects::new(),
            vpcs: Objects::new(),
            vpc_attachments: Objects::new(),
            vpc_peerings: Objects::new(),
            externals: Objects::new(),
            external_attachments: Objects::new(),
            external_peerings: Objects::new(),
            gateways: Objects::new(),
            gateway_groups: Objects::new(),
            gateway_peerings: Objects::new(),
        }
    }

    fn add_profile(&mut self, head: &Head<'s>) {
        if self.kind_of(head) != ("wiring.githedgehog.com", "SwitchProfile") {
            return;
        }
        if let Some(spec) = self.set[head.subject].node.get("spec") {
            self.profiles.insert(head.name, Arc::new(profiles::object::read(head.name, spec)));
        }
    }

    fn add(&mut self, head: Head<'s>) {
        let (group, kind) = self.kind_of(&head);
        let version = self.set[head.subject].version;
        if self.catalogue.kind(group, kind).is_some_and(|kind| !kind.serves(version)) {
            self.unread.insert((kind, head.name));
            return;
        }
        let heads = match self.kind_of(&head) {
            ("wiring.githedgehog.com", "Switch") => {
                let profile = head.spec.text("profile").and_then(|name| self.profile(name.text));
                return self.switches.push(head.name, Switch::new(head, profile));
            }
            ("wiring.githedgehog.com", "Connection") => return self.connections.push(head.name, Connection::new(head)),
            ("vpc.githedgehog.com", "VPC") => return self.vpcs.push(head.name, Vpc::new(head)),
            ("wiring.githedgehog.com", "Server") => &mut self.servers,
            ("wiring.githedgehog.com", "SwitchGroup") => &mut self.switch_groups,
            ("wiring.githedgehog.com", "VLANNamespace") => &mut self.vlan_namespaces,
            ("wiring.githedgehog.com", "SwitchProfile") => &mut self.switch_profiles,
            ("vpc.githedgehog.com", "IPv4Namespace") => &mut self.ipv4_namespaces,
            ("vpc.githedgehog.com", "VPCAttachment") => &mut self.vpc_attachments,
            ("vpc.githedgehog.com", "VPCPeering") => &mut self.vpc_peerings,
            ("vpc.githedgehog.com", "External") => &mut self.externals,
            ("vpc.githedgehog.com", "ExternalAttachment") => &mut self.external_attachments,
            ("vpc.githedgehog.com", "ExternalPeering") => &mut self.external_peerings,
            ("gateway.githedgehog.com", "Gateway") => &mut self.gateways,
            ("gateway.githedgehog.com", "GatewayGroup") => &mut self.gateway_groups,
            ("gateway.githedgehog.com", "GatewayPeering") => &mut self.gateway_peerings,
            _ => return,
        };
        heads.push(head.name, head);
    }

    fn kind_of(&self, head: &Head<'s>) -> (&'s str, &'s str) {
        let identity = self.set[head.subject].identity;
        (&identity.group, &identity.kind)
    }

    /// The switch profile `name`: the fabric's own object of that name, or upstream's.
    pub(crate) fn profile(&mut self, name: &'s str) -> Option<Arc<Profile>> {
        if let Some(profile) = self.profiles.get(name) {
            return Some(Arc::clone(profile));
        }
        let profile = profiles::builtin(name)?;
        self.profiles.insert(name, Arc::clone(&profile));
        Some(profile)
    }

    /// Whether objects of the kind are kept elsewhere.
    pub(crate) fn is_open(&self, group: &str, kind: &str) -> bool {
        // Few kinds are open; a look-up by borrowed pair would need a wrapper.
        self.open.iter().any(|(g, k)| g == group && k == kind)
    }

    /// Whether there is an object of the kind that no rule can judge.
    pub(crate) fn has_unread(&self, kind: &str, name: &str) -> bool {
        self.unread.contains(&(kind, name))
    }

    /// Sorts places as the files are sorted.
    pub(crate) fn sort(&self, spots: &mut [Spot]) {
        spots.sort_unstable_by_key(|spot| (self.rank[spot.subject], spot.span.start));
    }

    /// Of the objects that `target` means, the one whose name is nearest to `name`, if one is near.
    pub(crate) fn nearest(&self, target: Target, name: &str) -> Option<&'s str> {
        match target {
            Target::Switch => near(name, self.switches.names()),
            Target::Server => near(name, self.servers.names()),
            Target::SwitchGroup => near(name, self.switch_groups.names()),
            Target::VlanNamespace => near(name, self.vlan_namespaces.names()),
            Target::Ipv4Namespace => near(name, self.ipv4_namespaces.names()),
            Target::Vpc => near(name, self.vpcs.names()),
            Target::Connection => near(name, self.connections.names()),
            Target::External => near(name, self.externals.names()),
            Target::Gateway => near(name, self.gateways.names()),
            Target::GatewayGroup => near(name, self.gateway_groups.names()),
        }
    }

    /// What every object has, of all objects of all kinds that have rules.
    pub(crate) fn heads(&self) -> impl Iterator<Item = &Head<'s>> {
        let wiring = [&self.servers, &self.switch_groups, &self.vlan_namespaces, &self.switch_profiles];
        let vpc = [&self.ipv4_namespaces, &self.vpc_attachments, &self.vpc_peerings];
        let external = [&self.externals, &self.external_attachments, &self.external_peerings];
        let gateway = [&self.gateways, &self.gateway_groups, &self.gateway_peerings];
        let plain = wiring.into_iter().chain(vpc).chain(external).chain(gateway).flat_map(Objects::iter);
        let switches = self.switches.iter().map(|switch| &switch.head);
        let connections = self.connections.iter().map(|connection| &connection.head);
        switches.chain(connections).chain(self.vpcs.iter().map(|vpc| &vpc.head)).chain(plain)
    }

    /// Where an object of the kind would stand, in words for a hint; nothing for a kind that the catalogue lacks.
    pub(crate) fn home(&self, group: &str, kind: &str, name: &str) -> String {
        self.catalogue
            .kind(group, kind)
            .map_or_else(String::new, |kind| format!(" (managed/{}/{name}.yaml)", kind.plural))
    }

    /// The switch that `device` names, unless it is missing.
    pub(crate) fn switch(&self, device: &Text<'_>) -> Option<&Switch<'s>> {
        self.switches.get(device.text)
    }
}

/// What the order of objects follows.
fn place_of<'a>(subject: &Subject<'a>) -> (bool, &'a crate::path::TreePath, usize) {
    (subject.identity.namespace != "default", subject.file, subject.document)
}

fn head<'s>(index: usize, subject: &Subject<'s>) -> Head<'s> {
    let top = Cursor::of(index, subject);
    let before = top.before(subject).map(|before| before.get("spec"));
    Head { subject: index, name: &subject.identity.name, top, spec: top.get("spec"), before }
}

/// The candidate nearest to `name`: a misspelling is a few edits away. In a large set nobody waits for a suggestion.
pub(crate) fn near<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    use crate::catalogue::near::{nearest, tolerance};
    nearest(name, candidates.take(5_000), tolerance(name))
}
