//! Repositories, fabrics and hooks that the file declares. What the file owns, the API only shows.

use std::path::PathBuf;

use hedgerow_forge::webhook::{Provider, UnknownProvider};
use serde::{Deserialize, Serialize};

use super::Period;

/// `[[repository]]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RepositoryEntry {
    /// Its name, in the API and on the command line.
    pub(crate) name: String,
    /// The remote, without a user's secret.
    pub(crate) url: String,
    /// The credential that writes, and reads where no other is given for that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) write: Option<CredentialEntry>,
    /// The credential of the second look.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) read: Option<CredentialEntry>,
}

/// `[repository.write]`, `[repository.read]`: exactly one kind of credential.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct CredentialEntry {
    /// A file that holds a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_file: Option<PathBuf>,
    /// A variable of the service's environment that holds a token; read at every use, stored nowhere.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_env: Option<String>,
    /// The user name that goes with a token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) username: Option<String>,
    /// Whose API tells when a token ends, where the host's name does not say it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_forge: Option<TokenForge>,
    /// Where that API is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) token_api: Option<String>,
    /// A file that holds a private SSH key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) ssh_key_file: Option<PathBuf>,
    /// A file with the host keys that are accepted, and no others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) known_hosts_file: Option<PathBuf>,
    /// The id of a GitHub App.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) github_app_id: Option<u64>,
    /// A file that holds the app's private key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) github_app_key_file: Option<PathBuf>,
    /// The installation, where the app has several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) github_installation: Option<u64>,
}

/// Forges that tell when a token ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum TokenForge {
    /// GitHub Enterprise Server.
    Github,
    /// GitLab, on a host of its own.
    Gitlab,
}

impl CredentialEntry {
    /// The kinds that are given, by the key that says so.
    pub(crate) fn kinds(&self) -> Vec<&'static str> {
        [
            (self.token_file.is_some(), "token_file"),
            (self.token_env.is_some(), "token_env"),
            (self.ssh_key_file.is_some(), "ssh_key_file"),
            (self.github_app_id.is_some(), "github_app_id"),
        ]
        .into_iter()
        .filter_map(|(given, key)| given.then_some(key))
        .collect()
    }
}

/// `[[fabric]]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FabricEntry {
    /// Its name, in the API and on the command line.
    pub(crate) name: String,
    /// The name of its repository.
    pub(crate) repository: String,
    /// The branch.
    pub(crate) branch: String,
    /// The directory in the repository.
    pub(crate) directory: String,
    /// Whether Hedgehog YAML in the directory itself is taken too. There is no default: a deployer may read that directory.
    pub(crate) adopt: bool,
    /// Between two looks, where it is not the service's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) interval: Option<Period>,
    /// The branch that commits go to, where people merge them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) push_to: Option<String>,
}

/// `[[hook]]`
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct HookEntry {
    /// Its name, in the API and on the command line.
    pub(crate) name: String,
    /// Who sends.
    pub(crate) provider: String,
    /// The name of the repository that it rings for, where that is not left to the sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) repository: Option<String>,
    /// A file that holds the secret.
    pub(crate) secret_file: PathBuf,
    /// The last part of its address; where none is given, one is made at random.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id: Option<String>,
}

impl HookEntry {
    /// Who sends, as the door knows them.
    pub(crate) fn provider(&self) -> Result<Provider, UnknownProvider> {
        self.provider.parse()
    }
}

/// SHA-256 of what a file declares, whatever its order of keys, blanks and comments.
pub(crate) trait DigestOf {
    /// In hex.
    fn digest(&self) -> String;
}

impl DigestOf for super::Config {
    fn digest(&self) -> String {
        // Plain data: writing it cannot fail.
        let text = match self.hooks.as_slice() {
            // As it was before there were hooks: a file without them is the same file.
            [] => serde_json::to_string(&(&self.repositories, &self.fabrics)),
            hooks => serde_json::to_string(&(&self.repositories, &self.fabrics, hooks)),
        };
        let text = text.unwrap_or_default();
        hedgerow_core::digest::sha256(text.as_bytes())
    }
}
