//! Which servers and externals stand under which leaves: what is drawn close together.

use std::collections::BTreeMap;

use super::wiring::{At, Wiring};
use super::words::{LinkKind, Role};

/// Leaves of one redundancy group (or one without), and what hangs on them first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The group's name, or the leaf's.
    pub name: String,
    /// Whether it is a redundancy group.
    pub is_group: bool,
    /// The leaves.
    pub leaves: Vec<At>,
    /// The servers whose first link is to one of them.
    pub servers: Vec<At>,
    /// The externals whose first link is to one of them.
    pub externals: Vec<At>,
}

/// The name of the block of devices that no link reaches.
pub const UNCONNECTED: &str = "not connected";

/// All blocks, by the names of their leaves; last the devices that no link reaches.
pub fn blocks(wiring: &Wiring) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut of_leaf: BTreeMap<At, usize> = BTreeMap::new();
    let mut of_group: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, leaf) in wiring.of_role(Role::Leaf) {
        let group = leaf.group.as_deref();
        let known = group.and_then(|group| of_group.get(group)).copied();
        let block = known.unwrap_or_else(|| {
            blocks.push(empty(group.unwrap_or(&leaf.name), group.is_some()));
            blocks.len() - 1
        });
        if let Some(group) = group {
            of_group.insert(group, block);
        }
        of_leaf.insert(at, block);
        blocks[block].leaves.push(at);
    }
    let homes = homes(wiring, &of_leaf);
    let mut lost = empty(UNCONNECTED, false);
    for (at, device) in wiring.devices.iter().enumerate() {
        let block = homes.get(&at).map_or(&mut lost, |home| &mut blocks[*home]);
        match device.role {
            Role::Server => block.servers.push(at),
            Role::External => block.externals.push(at),
            _ => {}
        }
    }
    if !lost.servers.is_empty() || !lost.externals.is_empty() {
        blocks.push(lost);
    }
    blocks
}

fn empty(name: &str, is_group: bool) -> Block {
    Block { name: name.to_owned(), is_group, leaves: Vec::new(), servers: Vec::new(), externals: Vec::new() }
}

/// The block of every device below the leaves: that of the first leaf that a link joins it to.
fn homes(wiring: &Wiring, of_leaf: &BTreeMap<At, usize>) -> BTreeMap<At, usize> {
    let mut homes = BTreeMap::new();
    for link in wiring.links.iter().filter(|link| link.kind != LinkKind::Loopback) {
        for (leaf, other) in [(link.a, link.b), (link.b, link.a)] {
            let Some(block) = of_leaf.get(&leaf) else { continue };
            let home = homes.entry(other).or_insert(*block);
            *home = (*home).min(*block);
        }
    }
    homes
}
