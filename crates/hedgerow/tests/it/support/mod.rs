//! What the tests stand on.

pub(crate) mod commit;
pub(crate) mod fabric;
pub(crate) mod fixtures;
pub(crate) mod git;
pub(crate) mod holder;
pub(crate) mod oracle;
pub(crate) mod process;
pub(crate) mod ran;
pub(crate) mod scene;
pub(crate) mod service;
pub(crate) mod times;
pub(crate) mod yaml;
