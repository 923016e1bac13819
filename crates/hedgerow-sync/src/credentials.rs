//! From what the store keeps of a credential to one that git can use. Whatever fails, it says which source was tried, and
//! nothing of what was in it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use hedgerow_forge::{
    AppName, Client, Expiry, ForgeError, GITHUB_API, Installation, InstallationName, TokenForge, expiry,
};
use hedgerow_git::{Credential, HeldKey, HostKeys, KeyError, Remote, RemoteUrl, Transport};
use hedgerow_store::{CredentialKind, CredentialRow, RepositoryId, SealError, SealingKeys};
use secrecy::SecretString;

/// The value of a variable of the service's own environment, by its name; `None` when it is not set.
pub type Variable = Arc<dyn Fn(&str) -> Result<Option<SecretString>, String> + Send + Sync>;
/// What the service's environment gives for a URL without anybody naming a variable: its forge's token, or nothing.
pub type ForUrl = Arc<dyn Fn(&RemoteUrl) -> Result<Credential, String> + Send + Sync>;

/// Opens credentials. Cheap to clone; the clones share the tokens of GitHub Apps.
#[derive(Clone)]
pub struct Resolver(Arc<Inner>);

struct Inner {
    keys: Option<Arc<SealingKeys>>,
    client: Client,
    variable: Variable,
    for_url: ForUrl,
    apps: Mutex<HashMap<AppPlace, Installation>>,
}

/// A row as it was given: another one has another key, and begins anew.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct AppPlace {
    repository: RepositoryId,
    place: String,
    rotated_ms: i64,
    name: AppName,
}

/// Why a credential cannot be used. `source` says which one it is and where it is from.
#[derive(Debug, thiserror::Error)]
pub enum CredentialError {
    /// The row names no secret, or the variable is not set.
    #[error("{source_tried} is not there")]
    Missing {
        /// What was tried.
        source_tried: String,
    },
    /// The service has no sealing key, or not this one.
    #[error("{source_tried} cannot be opened: {why}")]
    Sealed {
        /// What was tried.
        source_tried: String,
        /// Why not.
        why: String,
    },
    /// The key, the host keys or another part of it is not what it should be.
    #[error("{source_tried} cannot be used: {why}")]
    Unusable {
        /// What was tried.
        source_tried: String,
        /// Why not.
        why: String,
    },
    /// The forge gave no token for it.
    #[error("{source_tried} got no token: {why}")]
    Forge {
        /// What was tried.
        source_tried: String,
        /// Why not.
        why: ForgeError,
    },
}

impl fmt::Debug for Resolver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("keys", &self.0.keys).finish_non_exhaustive()
    }
}

impl Resolver {
    /// `keys` open what is sealed; without them only the environment's credentials can be used.
    pub fn new(keys: Option<Arc<SealingKeys>>, client: Client, variable: Variable, for_url: ForUrl) -> Self {
        Self(Arc::new(Inner { keys, client, variable, for_url, apps: Mutex::default() }))
    }

    /// Those of these keys that are not at hand: what is sealed with one of them cannot be opened here.
    pub fn lacks(&self, key_ids: Vec<String>) -> Vec<String> {
        let is_known = |id: &String| self.0.keys.as_ref().is_some_and(|keys| keys.knows(id));
        key_ids.into_iter().filter(|id| !is_known(id)).collect()
    }

    /// The credential of `row`, for the remote at `url`. `now_ms` is in ms since 1970 UTC.
    pub async fn open(&self, url: &RemoteUrl, row: &CredentialRow, now_ms: i64) -> Result<Credential, CredentialError> {
        match row.kind {
            CredentialKind::None => Ok(Credential::Ambient),
            CredentialKind::Environment => self.environment(url, row),
            CredentialKind::Token => {
                fits(url, row, &[Transport::Https, Transport::Http])?;
                Ok(Credential::Token { username: username(url, row), secret: self.secret(row)? })
            }
            CredentialKind::SshKey => {
                fits(url, row, &[Transport::Ssh])?;
                self.ssh_key(row)
            }
            CredentialKind::GitHubApp => {
                fits(url, row, &[Transport::Https, Transport::Http])?;
                self.app(url, row, now_ms).await
            }
        }
    }

    /// What the environment has for `url`, where no credential was given.
    ///
    /// # Errors
    /// In words, without what was in it.
    pub fn ambient(&self, url: &RemoteUrl) -> Result<Credential, String> {
        (self.0.for_url)(url)
    }

    /// As [`Resolver::open`], on a thread that may block, within a runtime of tokio's.
    pub fn open_blocking(
        &self,
        url: &RemoteUrl,
        row: &CredentialRow,
        now_ms: i64,
    ) -> Result<Credential, CredentialError> {
        tokio::runtime::Handle::current().block_on(self.open(url, row, now_ms))
    }

    /// When the credential of `row` ends, as far as its forge tells. An app's key does not end.
    pub async fn expiry(&self, url: &RemoteUrl, row: &CredentialRow) -> Result<Expiry, CredentialError> {
        let Some(forge) = token_forge(url, row) else { return Ok(Expiry::Untold) };
        let secret = match row.kind {
            CredentialKind::Token => self.secret(row)?,
            CredentialKind::Environment => match self.environment(url, row)? {
                Credential::Token { secret, .. } => secret,
                _ => return Ok(Expiry::Untold),
            },
            CredentialKind::SshKey | CredentialKind::GitHubApp | CredentialKind::None => return Ok(Expiry::Untold),
        };
        let failed = |why| CredentialError::Forge { source_tried: source_of(row), why };
        expiry(&self.0.client, &forge, &secret).await.map_err(failed)
    }

    /// How long the server of `remote` asks us to stay away, where it speaks HTTP and says so: one question of our own.
    pub(crate) async fn patience(&self, remote: &Remote) -> Option<Duration> {
        if !matches!(remote.url.transport(), Transport::Https | Transport::Http) {
            return None;
        }
        let login = match &remote.credential {
            Credential::Token { username, secret } => Some((username.as_str(), secret)),
            _ => None,
        };
        match self.0.client.patience(&remote.url.to_string(), login).await {
            Ok(patience) => patience,
            Err(error) => {
                tracing::debug!(%error, "the server does not say how long it wants to be left alone");
                None
            }
        }
    }

    fn environment(&self, url: &RemoteUrl, row: &CredentialRow) -> Result<Credential, CredentialError> {
        let unusable = |why| CredentialError::Unusable { source_tried: source_of(row), why };
        let Some(variable) = text(row, "variable") else { return (self.0.for_url)(url).map_err(unusable) };
        fits(url, row, &[Transport::Https, Transport::Http])?;
        match (self.0.variable)(variable).map_err(unusable)? {
            Some(secret) => Ok(Credential::Token { username: username(url, row), secret }),
            None => Err(CredentialError::Missing { source_tried: source_of(row) }),
        }
    }

    fn ssh_key(&self, row: &CredentialRow) -> Result<Credential, CredentialError> {
        let unusable =
            |error: KeyError| CredentialError::Unusable { source_tried: source_of(row), why: error.to_string() };
        let key = HeldKey::parse(&self.secret(row)?).map_err(unusable)?;
        let host_keys = HostKeys::parse(text(row, "known_hosts").unwrap_or_default()).map_err(unusable)?;
        Ok(Credential::HeldKey { key, host_keys })
    }

    async fn app(&self, url: &RemoteUrl, row: &CredentialRow, now_ms: i64) -> Result<Credential, CredentialError> {
        let failed = |why| CredentialError::Forge { source_tried: source_of(row), why };
        let place = AppPlace {
            repository: row.repository,
            place: row.place().as_str().to_owned(),
            rotated_ms: row.rotated_ms,
            name: app_name(url, row)?,
        };
        let known = self.0.apps.lock().expect("only maps are changed under it").get(&place).cloned();
        let installation = match known {
            Some(installation) => installation,
            None => {
                let new = Installation::new(self.0.client.clone(), place.name.clone(), &self.secret(row)?);
                self.keep(place, new.map_err(failed)?)
            }
        };
        let token = installation.token(now_ms).await.map_err(failed)?;
        Ok(Credential::Token { username: "x-access-token".to_owned(), secret: token.secret })
    }

    /// Of two that were made at once the first is kept: only it may ask.
    fn keep(&self, place: AppPlace, new: Installation) -> Installation {
        let mut apps = self.0.apps.lock().expect("only maps are changed under it");
        apps.retain(|old, _| old.place != place.place || *old == place);
        apps.entry(place).or_insert(new).clone()
    }

    fn secret(&self, row: &CredentialRow) -> Result<SecretString, CredentialError> {
        let source_tried = source_of(row);
        let Some(sealed) = &row.sealed else { return Err(CredentialError::Missing { source_tried }) };
        let Some(keys) = &self.0.keys else {
            return Err(CredentialError::Sealed { source_tried, why: "the service has no sealing key".to_owned() });
        };
        keys.open(&row.place(), sealed)
            .map_err(|error: SealError| CredentialError::Sealed { source_tried, why: error.to_string() })
    }
}

/// Which credential it is, and where it is from: for people.
fn source_of(row: &CredentialRow) -> String {
    let sealed = row.sealed.as_ref().map(|sealed| format!(", sealed with {}", sealed.key_id)).unwrap_or_default();
    let what = match row.kind {
        CredentialKind::Token => "the token".to_owned(),
        CredentialKind::SshKey => "the SSH key".to_owned(),
        CredentialKind::GitHubApp => format!("the GitHub App {}", app_id(row).unwrap_or_default()),
        CredentialKind::Environment => match text(row, "variable") {
            Some(variable) => format!("the variable {variable} of the service's environment"),
            None => "the service's environment".to_owned(),
        },
        CredentialKind::None => "no credential".to_owned(),
    };
    format!("{what} (to {}{sealed})", row.use_)
}

/// A token over ssh or a key over HTTP would be quietly left out by git.
fn fits(url: &RemoteUrl, row: &CredentialRow, transports: &[Transport]) -> Result<(), CredentialError> {
    if transports.contains(&url.transport()) {
        return Ok(());
    }
    let why = format!("the repository is at {url}, where this kind of credential is not used");
    Err(CredentialError::Unusable { source_tried: source_of(row), why })
}

fn text<'a>(row: &'a CredentialRow, field: &str) -> Option<&'a str> {
    row.public[field].as_str().filter(|text| !text.is_empty())
}

/// GitHub looks at the token alone, GitLab wants any user, Gitea the token's; these are the ones that they document.
fn username(url: &RemoteUrl, row: &CredentialRow) -> String {
    let usual = match url.host() {
        Some("github.com") => "x-access-token",
        Some("gitlab.com") => "oauth2",
        _ => "git",
    };
    text(row, "username").unwrap_or(usual).to_owned()
}

/// A number, as the file has it, or a client id.
fn app_id(row: &CredentialRow) -> Option<String> {
    let value = &row.public["app_id"];
    value.as_u64().map(|id| id.to_string()).or_else(|| value.as_str().map(str::to_owned))
}

fn app_name(url: &RemoteUrl, row: &CredentialRow) -> Result<AppName, CredentialError> {
    let unusable = |why: &str| CredentialError::Unusable { source_tried: source_of(row), why: why.to_owned() };
    let app = app_id(row).ok_or_else(|| unusable("it names no app_id"))?;
    let host = url.host().ok_or_else(|| unusable("the repository is on no host"))?;
    let usual = if host == "github.com" { GITHUB_API.to_owned() } else { format!("https://{host}/api/v3") };
    let api = text(row, "api").map_or(usual, str::to_owned);
    let installation = match row.public["installation"].as_u64() {
        Some(id) => InstallationName::Id(id),
        None => InstallationName::Of(owner_and_name(url).ok_or_else(|| unusable("the URL has no owner and name"))?),
    };
    Ok(AppName { api, app, installation })
}

/// `owner/name` of a URL of GitHub's.
fn owner_and_name(url: &RemoteUrl) -> Option<String> {
    let canonical = url.canonical();
    let (_, path) = canonical.split_once("://")?.1.split_once('/')?;
    let path = path.strip_suffix(".git").unwrap_or(path);
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let (owner, name) = path.split_once('/')?;
    (plain(owner) && plain(name) && !owner.is_empty() && !name.is_empty()).then(|| path.to_owned())
}

/// Whom to ask about a token: by the host, or by what was said beside the token.
fn token_forge(url: &RemoteUrl, row: &CredentialRow) -> Option<TokenForge> {
    match (text(row, "forge"), text(row, "api")) {
        (Some("github"), Some(api)) => Some(TokenForge::GitHub { api: api.to_owned() }),
        (Some("gitlab"), Some(api)) => Some(TokenForge::GitLab { api: api.to_owned() }),
        _ => TokenForge::of_host(url.host()?),
    }
}

#[cfg(test)]
mod tests;
