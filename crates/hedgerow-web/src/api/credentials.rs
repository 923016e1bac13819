//! What repositories are entered with: put, replaced, removed, and never given back.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use hedgerow_git::{HeldKey, HostKeys, RemoteUrl, Transport};
use hedgerow_store::{
    Actor, CredentialKind, CredentialRow, CredentialUse, NewCredential, Repository, Role, SecretPlace,
};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::repositories::find;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{IfMatch, SecretBody, Segments, etag};
use crate::secret::Secret;
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(put_credential, remove_credential))
}

/// A credential, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Credential)]
pub(crate) struct CredentialView {
    /// What it is for.
    #[serde(rename = "use")]
    #[schema(value_type = words::CredentialUse)]
    use_: CredentialUse,
    /// What it is.
    #[schema(value_type = words::CredentialKind)]
    kind: CredentialKind,
    /// What is no secret of it: a user's name, an app's id, a key's fingerprint, known hosts, a variable's name.
    #[schema(value_type = Object)]
    public: Value,
    /// The sealing key that its secret is sealed with.
    sealed_with: Option<String>,
    /// When one for this use was first given.
    #[schema(format = DateTime)]
    created: Option<String>,
    /// When this one was given.
    #[schema(format = DateTime)]
    rotated: Option<String>,
    /// When the forge says that it expires.
    #[schema(format = DateTime)]
    expires: Option<String>,
}

/// What a repository is entered with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[schema(as = NewCredential)]
pub(crate) enum CredentialBody {
    /// A token or password over https.
    Token {
        /// The user's name; left out: what the forge expects.
        #[serde(default)]
        #[schema(max_length = 255)]
        username: Option<String>,
        /// The token.
        secret: Secret,
    },
    /// A private key over ssh.
    SshKey {
        /// The key, in OpenSSH's format, without a passphrase.
        secret: Secret,
        /// The host's keys, as ssh-keyscan prints them. Another one is refused.
        #[schema(min_length = 1, max_length = 65536)]
        known_hosts: String,
    },
    /// A GitHub App, whose key gives tokens that last an hour.
    #[serde(rename = "github_app")]
    GitHubApp {
        /// The app's id.
        app_id: u64,
        /// Its installation; left out: the one that the repository is in.
        #[serde(default)]
        installation_id: Option<u64>,
        /// The app's private key, in PEM.
        secret: Secret,
    },
    /// A variable of the service's own environment, read at every use; or, without one, the forge's usual variable.
    Environment {
        /// The variable: one of the forges' usual ones, or one whose name begins with HEDGEROW_REPOSITORY_.
        #[serde(default)]
        #[schema(max_length = 255)]
        variable: Option<String>,
        /// The user's name; left out: what the forge expects.
        #[serde(default)]
        #[schema(max_length = 255)]
        username: Option<String>,
    },
    /// Nothing: the repository is open to all.
    None {},
}

/// A credential that was looked at, and may be kept.
#[derive(Debug)]
pub(crate) struct Checked {
    kind: CredentialKind,
    public: Value,
    secret: Option<SecretString>,
}

/// Put a credential
///
/// For administrators. It takes the place of the one that was there for this use. What it holds is sealed, and never given
/// back. `POST …/check` says whether the remote takes it.
#[utoipa::path(
    put, path = "/repositories/{name}/credentials/{use}", request_body = CredentialBody,
    params(
        ("name" = String, Path, description = "The repository's name"),
        ("use" = words::CredentialUse, Path, description = "What it is for: to write, or for the second look"),
        ("If-Match" = Option<String>, Header, description = "The repository's ETag that was read"),
    ),
    responses((status = 200, body = CredentialView))
)]
async fn put_credential(
    State(state): State<AppState>,
    principal: Principal,
    Segments((name, use_)): Segments<(String, String)>,
    IfMatch(revision): IfMatch,
    SecretBody(body): SecretBody<CredentialBody>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let use_ = use_of(&use_)?;
    let repository = find(&state, &principal, &name).await?;
    let url = RemoteUrl::parse(&repository.address).map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    let checked = body.check(&url)?;
    let row = put(&state, &repository, use_, checked, revision, &principal.actor(&state)).await?;
    let now = find(&state, &principal, &name).await?;
    Ok(([etag(now.revision)], Json(view(row))).into_response())
}

/// Remove a credential
///
/// For administrators. Its secret is deleted.
#[utoipa::path(
    delete, path = "/repositories/{name}/credentials/{use}",
    params(
        ("name" = String, Path, description = "The repository's name"),
        ("use" = words::CredentialUse, Path, description = "What it is for"),
        ("If-Match" = Option<String>, Header, description = "The repository's ETag that was read"),
    ),
    responses((status = 204, description = "It is removed"))
)]
async fn remove_credential(
    State(state): State<AppState>,
    principal: Principal,
    Segments((name, use_)): Segments<(String, String)>,
    IfMatch(revision): IfMatch,
) -> Result<StatusCode, Problem> {
    principal.must_be(Role::Admin)?;
    let use_ = use_of(&use_)?;
    let repository = find(&state, &principal, &name).await?;
    state.store.remove_credential(repository.id, use_, revision, &principal.actor(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn use_of(word: &str) -> Result<CredentialUse, Problem> {
    word.parse().map_err(|_| Problem::absent("credential of that use: they are write and read"))
}

/// Seals what is to be sealed, and keeps it.
pub(crate) async fn put(
    state: &AppState,
    repository: &Repository,
    use_: CredentialUse,
    checked: Checked,
    expected: Option<i64>,
    by: &Actor,
) -> Result<CredentialRow, Problem> {
    let Checked { kind, public, secret } = checked;
    let place = SecretPlace::credential(repository.id, use_, kind);
    let seal = |secret| {
        let keys = state.keys.as_ref().ok_or_else(|| {
            Problem::new(Kind::NotConfigured, "there is no sealing key, so no secret can be kept")
                .hint("give the service one: see the manual about sealing keys")
        })?;
        keys.seal(&place, &secret).map_err(|error| Problem::new(Kind::Internal, error.to_string()))
    };
    let sealed = secret.map(seal).transpose()?;
    let new = NewCredential { repository: repository.id, use_, kind, public, sealed, expires_ms: None };
    Ok(state.store.put_credential(&new, expected, by).await?)
}

impl CredentialBody {
    /// Looks at it as far as that goes without asking anybody. Nothing of a secret is in what is said about it.
    pub(crate) fn check(self, url: &RemoteUrl) -> Result<Checked, Problem> {
        let over = |transports: &[Transport]| match transports.contains(&url.transport()) {
            true => Ok(()),
            false => Err(invalid(format!("the repository is at {url}, where this kind of credential is not used"))),
        };
        let web = [Transport::Https, Transport::Http];
        let (kind, public, secret) = match self {
            Self::Token { username, secret } => {
                over(&web)?;
                (CredentialKind::Token, given(json!({"username": plain(username)?})), Some(usable(secret)?))
            }
            Self::SshKey { secret, known_hosts } => {
                over(&[Transport::Ssh])?;
                let secret = usable(secret)?;
                (CredentialKind::SshKey, ssh_key(&secret, &known_hosts)?, Some(secret))
            }
            Self::GitHubApp { app_id, installation_id, secret } => {
                over(&web)?;
                let secret = usable(secret)?;
                if !secret.expose_secret().contains("PRIVATE KEY-----") {
                    return Err(invalid("the app's key is no private key in PEM".to_owned()));
                }
                let public = given(json!({"app_id": app_id, "installation": installation_id}));
                (CredentialKind::GitHubApp, public, Some(secret))
            }
            Self::Environment { variable, username } => {
                let public = given(json!({"variable": variable_of(variable)?, "username": plain(username)?}));
                (CredentialKind::Environment, public, None)
            }
            Self::None {} => (CredentialKind::None, json!({}), None),
        };
        Ok(Checked { kind, public, secret })
    }
}

fn ssh_key(secret: &SecretString, known_hosts: &str) -> Result<Value, Problem> {
    let key = HeldKey::parse(secret).map_err(|error| invalid(error.to_string()))?;
    HostKeys::parse(known_hosts).map_err(|error| invalid(error.to_string()))?;
    Ok(json!({"fingerprint": key.fingerprint(), "public_key": key.public(), "known_hosts": known_hosts}))
}

fn usable(secret: Secret) -> Result<SecretString, Problem> {
    if secret.is_unusable() { Err(invalid("the secret is empty or too long".to_owned())) } else { Ok(secret.0) }
}

/// A name as it may go into a header or a prompt.
fn plain(text: Option<String>) -> Result<Option<String>, Problem> {
    match text {
        Some(text) if text.is_empty() || text.len() > 255 || text.chars().any(char::is_control) => {
            Err(invalid("the username is empty, too long, or has control characters".to_owned()))
        }
        other => Ok(other),
    }
}

/// An administrator of the API names no other variable: the environment holds more than what is for repositories.
fn variable_of(name: Option<String>) -> Result<Option<String>, Problem> {
    let Some(name) = name else { return Ok(None) };
    let usual = ["GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN"].contains(&name.as_str());
    let rest = name.strip_prefix("HEDGEROW_REPOSITORY_").unwrap_or_default();
    let ours = !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_');
    if usual || (ours && name.len() <= 255) {
        return Ok(Some(name));
    }
    let words = "the variable is none of GITHUB_TOKEN, GITLAB_TOKEN, GITEA_TOKEN and HEDGEROW_REPOSITORY_…";
    Err(invalid(words.to_owned()))
}

fn invalid(words: String) -> Problem {
    Problem::new(Kind::Invalid, words)
}

/// Without what was not given.
fn given(mut value: Value) -> Value {
    if let Value::Object(map) = &mut value {
        map.retain(|_, value| !value.is_null());
    }
    value
}

pub(crate) fn view(row: CredentialRow) -> CredentialView {
    CredentialView {
        use_: row.use_,
        kind: row.kind,
        public: row.public,
        sealed_with: row.sealed.map(|sealed| sealed.key_id),
        created: moment(row.created_ms),
        rotated: moment(row.rotated_ms),
        expires: row.expires_ms.and_then(moment),
    }
}
