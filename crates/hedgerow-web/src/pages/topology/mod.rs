//! The fabric drawn from its objects: a pure function from objects to places.
//!
//! [`Wiring`] says what is linked to what, [`blocks`] what belongs together, [`detail`] and [`overview`] where it is drawn:
//! every device and link of a small fabric or of one block; of a large one its blocks, with links counted. [`bounds`] keeps
//! one picture light: what has no room in it is in the next one.

mod blocks;
mod bounds;
mod detail;
mod drawing;
mod overview;
mod vpcs;
mod wiring;
mod words;

#[cfg(test)]
mod tests;

pub use blocks::{Block, UNCONNECTED, blocks};
pub use detail::detail;
pub use drawing::{Area, Drawing, Emphasis, Frame, Line, Plate};
pub use overview::overview;
pub use vpcs::{Overlay, Peering, SubnetUse};
pub use wiring::{At, Device, Drawn, Link, Wiring};
pub use words::{LinkKind, Mark, Role};

/// A fabric with more leaves than this is drawn by its blocks.
pub const MAX_LEAVES_IN_DETAIL: usize = 16;
/// A fabric with more servers than this is drawn by its blocks; also one with more spines and gateways, or externals.
pub const MAX_SERVERS_IN_DETAIL: usize = 64;
/// A fabric with more links than this is drawn by its blocks.
pub const MAX_LINKS_IN_DETAIL: usize = 400;

/// Whether all of it can be drawn so that it can be read.
pub fn is_small(wiring: &Wiring) -> bool {
    let count = |role: Role| wiring.of_role(role).count();
    count(Role::Leaf) <= MAX_LEAVES_IN_DETAIL
        && count(Role::Server) <= MAX_SERVERS_IN_DETAIL
        && count(Role::External) <= MAX_SERVERS_IN_DETAIL
        && count(Role::Spine) + count(Role::Gateway) <= bounds::MAX_ABOVE
        && wiring.links.len() <= MAX_LINKS_IN_DETAIL
}
