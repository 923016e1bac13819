//! What files mean and what should change.
//!
//! This crate does no I/O, reads no clock and has no async: everything here is a function of its
//! arguments, so that the same tree always gives the same plan, to the byte. The path through it is
//! [`tree`] → [`document`] → [`schema`] → [`rules`] → [`plan`] → [`ledger`].

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod address;
pub mod catalogue;
pub mod codes;
pub mod deploy;
pub mod digest;
pub mod document;
pub mod edit;
pub mod export;
pub mod finding;
pub mod ledger;
pub mod limits;
pub mod lines;
pub mod object;
pub mod path;
pub mod plan;
pub mod policy;
pub mod prefix;
pub mod profiles;
pub mod rules;
pub mod schema;
pub mod settings;
pub mod tree;
pub mod vlan;
pub mod yaml;
