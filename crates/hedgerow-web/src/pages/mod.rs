//! The pages: the fabric, its inbox, and what is known of both, for people.
//!
//! A page reads the store and renders a template; whatever it changes goes through the API's own handlers in the same
//! process, as the person who is signed in ([`operation`]): each operation has one implementation, and roles are theirs.
//! Every page works without scripts. Text from repositories is data: templates escape it, and a link is only ever made
//! to an address of ours or to `https`.

mod about;
pub mod address;
mod admin;
mod assets;
mod checkup;
mod condition;
mod cookie;
mod deliveries;
mod fabric;
mod finding;
mod forge;
mod gate;
mod home;
mod link;
mod live;
pub mod moves;
mod object;
mod objects;
mod operation;
pub mod parts;
mod picture;
mod reply;
mod repositories;
mod repository_check;
mod run;
mod sentence;
mod shell;
mod sign_in;
mod site;
mod steps;
mod stretch;
pub(crate) mod text;
pub mod topology;
mod triggers;
mod vet;
mod visitor;
pub mod yaml;

pub use forge::Forge;
pub use site::{Settings, site};
