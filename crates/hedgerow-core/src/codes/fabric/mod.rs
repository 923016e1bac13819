//! 4xxx: the fabric's own rules. 40xx every kind, 41xx switches, 42xx connections, 43xx namespaces, 44xx VPCs,
//! 45xx attachments and peerings, 46xx externals, 47xx gateways, 48xx switch profiles: one file each.

// Every file has ENTRIES; nobody asks for one by the path of this module.
#![allow(ambiguous_glob_reexports)]

use super::Entry;
use crate::finding::Code;

pub mod connection;
pub mod external;
pub mod gateway;
pub mod namespace;
pub mod object;
pub mod peering;
pub mod profile;
pub mod switch;
pub mod vpc;

pub use connection::*;
pub use external::*;
pub use gateway::*;
pub use namespace::*;
pub use object::*;
pub use peering::*;
pub use profile::*;
pub use switch::*;
pub use vpc::*;

/// The entries of all files, ordered by code.
pub(super) const GROUPS: &[&[Entry]] = &[
    object::ENTRIES,
    switch::ENTRIES,
    connection::ENTRIES,
    namespace::ENTRIES,
    vpc::ENTRIES,
    peering::ENTRIES,
    external::ENTRIES,
    gateway::ENTRIES,
    profile::ENTRIES,
];

/// Those that `--strict` makes errors: the controller is known to let them pass, and nobody wants them.
pub(super) const RAISED_BY_STRICT: &[Code] = &[
    BOOT_UNKNOWN,
    HYDRATED_PARTLY,
    TYPE_TWICE,
    ROLE_MISPLACED,
    ESLAG_PARTLY,
    VLAN_IMPOSSIBLE,
    HOST_BITS,
    DHCP_DROPPED,
    MAC_TWICE,
    NEXT_HOP_UNREADABLE,
    PEERED_TWICE,
    PREFIX_UNREADABLE,
    NEIGHBOR_AFAR,
    LOG_LEVEL,
    PROFILE_OWN,
];
