//! What the fabric would take and what it would refuse: every rule by an example of each.
#![allow(clippy::unwrap_used, clippy::print_stderr, missing_docs, unreachable_pub)]

mod attachments;
mod connections;
mod corpus;
mod externals;
mod findings_page;
mod gateway_peerings;
mod gateways;
mod harness;
mod mutation;
mod namespaces;
mod objects;
mod peerings;
mod profiles;
mod switches;
mod vpcs;
mod whole;
