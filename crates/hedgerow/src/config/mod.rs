//! `hedgerow.toml`: what the service is told by a file. Every key stands in docs/reference/config.md; a test compares.
//!
//! No secret stands in it: a secret is named by its file (`…_file`) or by its variable (`…_env`).

mod declared;
mod read;
mod retention;
mod trouble;

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use serde::{Deserialize, Serialize};

pub(crate) use declared::{CredentialEntry, DigestOf, FabricEntry, HookEntry, RepositoryEntry};
pub(crate) use read::read;
pub(crate) use retention::Retention;
pub(crate) use trouble::ConfigError;

/// The whole file. What it does not name has the default of its section.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Raised by hand where a text that was in force before shall be in force again: of two files the greater wins.
    pub(crate) version: u64,
    /// Where the service listens, and what it keeps where.
    pub(crate) service: Service,
    /// When runs are due, and how many there may be.
    pub(crate) runs: Runs,
    /// How much of what happened is kept.
    pub(crate) retention: Retention,
    /// Which remotes may be reached, besides https and ssh to ordinary addresses.
    pub(crate) network: Network,
    /// What is logged, and how.
    pub(crate) log: Log,
    /// Repositories that this file owns.
    #[serde(rename = "repository")]
    pub(crate) repositories: Vec<RepositoryEntry>,
    /// Fabrics that this file owns.
    #[serde(rename = "fabric")]
    pub(crate) fabrics: Vec<FabricEntry>,
    /// Hooks that this file owns.
    #[serde(rename = "hook")]
    pub(crate) hooks: Vec<HookEntry>,
}

impl Config {
    /// The keys that are not as in `force` and are only read at the start, as `service.listen`.
    pub(crate) fn needs_a_restart(&self, force: &Self) -> Vec<String> {
        let (after, before) = (self.keys(), force.keys());
        let names: BTreeSet<&String> = after.keys().chain(before.keys()).collect();
        let changed = names.into_iter().filter(|key| after.get(*key) != before.get(*key));
        changed.filter(|key| !TAKEN_AT_ONCE.contains(&key.as_str())).cloned().collect()
    }

    /// The values of the sections, by their names.
    fn keys(&self) -> BTreeMap<String, serde_json::Value> {
        // Plain data: writing it cannot fail.
        let whole = serde_json::to_value(self).unwrap_or_default();
        let keys_of = |section: &&str| {
            let keys = whole[*section].as_object().cloned().unwrap_or_default();
            let name = (*section).to_owned();
            keys.into_iter().map(move |(key, value)| (format!("{name}.{key}"), value))
        };
        ["service", "runs", "retention", "network", "log"].iter().flat_map(keys_of).collect()
    }
}

/// What SIGHUP puts in force without a restart, besides repositories, fabrics and hooks.
const TAKEN_AT_ONCE: [&str; 1] = ["service.stop_within"];

/// `[service]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Service {
    /// Address and port. Loopback, unless one says otherwise.
    pub(crate) listen: SocketAddr,
    /// How the outside reaches it: links, and the addresses of hooks, begin with this.
    pub(crate) public_url: Option<String>,
    /// The store's URL, without a password.
    pub(crate) store: Option<String>,
    /// A file that holds the store's URL, with its password.
    pub(crate) store_file: Option<PathBuf>,
    /// Where mirrors are kept; may be deleted at any moment.
    pub(crate) cache: Option<PathBuf>,
    /// A file with 32 bytes in base64, with which credentials are sealed.
    pub(crate) sealing_key_file: Option<PathBuf>,
    /// Keys of before, until everything is sealed with the new one.
    pub(crate) old_sealing_key_files: Vec<PathBuf>,
    /// How long a stop waits for runs under way.
    pub(crate) stop_within: Period,
    /// Whether somebody who is not signed in may look at the pages.
    pub(crate) anonymous_may_read: bool,
    /// By the host of a repository's URL, where its forge shows a commit: `https://…/{path}/commit/{commit}`.
    pub(crate) commit_urls: BTreeMap<String, String>,
}

impl Default for Service {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            store: None,
            store_file: None,
            cache: None,
            sealing_key_file: None,
            old_sealing_key_files: Vec::new(),
            stop_within: Period::from_secs(20),
            anonymous_may_read: false,
            commit_urls: BTreeMap::new(),
        }
    }
}

/// `[runs]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Runs {
    /// Between two looks at a repository, where a fabric does not say otherwise.
    pub(crate) interval: Period,
    /// After this long a run is cut.
    pub(crate) deadline: Period,
    /// Runs at one time.
    pub(crate) at_once: u16,
    /// Pushes a minute to one repository.
    pub(crate) pushes_per_minute: u16,
    /// Requests a minute to one host.
    pub(crate) requests_per_minute: u32,
    /// Commits of ours in a row for one fabric, with nothing of people's between them, before it stops.
    pub(crate) breaker: u16,
}

impl Default for Runs {
    fn default() -> Self {
        Self {
            interval: Period::from_secs(300),
            deadline: Period::from_secs(300),
            at_once: 8,
            pushes_per_minute: 6,
            requests_per_minute: 900,
            breaker: 5,
        }
    }
}

/// `[network]`
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Network {
    /// Hosts that may be spoken to in clear, by `http://`.
    pub(crate) clear_hosts: Vec<String>,
    /// Ranges of addresses that may be reached although they are special: loopback, link-local.
    pub(crate) networks: Vec<String>,
    /// Directories below which a repository may be a path.
    pub(crate) roots: Vec<PathBuf>,
}

/// `[log]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Log {
    /// As in `RUST_LOG`, which wins.
    pub(crate) level: String,
    /// One line of text, or one JSON object, an event.
    pub(crate) format: LogFormat,
}

impl Default for Log {
    fn default() -> Self {
        Self { level: "info".to_owned(), format: LogFormat::Text }
    }
}

/// How an event is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For machines.
    Json,
}

/// A duration that is written as Go writes them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Period(pub(crate) Duration);

impl Period {
    const fn from_secs(seconds: u64) -> Self {
        Self(Duration::from_secs(seconds))
    }
}

impl<'de> Deserialize<'de> for Period {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        crate::duration::duration(&text).map(Self).map_err(serde::de::Error::custom)
    }
}

impl Serialize for Period {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&crate::duration::shown(self.0))
    }
}
