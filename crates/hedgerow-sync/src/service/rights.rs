//! By which credentials a repository is visited: one writes, and one, where it is given, takes the second look.

use hedgerow_git::{Remote, RemoteUrl};
use hedgerow_store::{CredentialRow, CredentialUse, Repository};

use crate::credentials::Resolver;
use crate::failure::Failure;

/// A repository, by the credential that writes and by the one that takes the second look.
#[derive(Clone, Debug)]
pub(crate) struct Remotes {
    pub(crate) writer: Remote,
    pub(crate) reader: Option<Remote>,
}

/// The remotes of `repository`, by its `credentials`; without any, by what the environment has for its URL.
pub(crate) async fn remotes(
    resolver: &Resolver,
    repository: &Repository,
    credentials: &[CredentialRow],
    now_ms: i64,
) -> Result<Remotes, Failure> {
    let url = RemoteUrl::parse(&repository.address).map_err(|error| Failure::Credential(error.to_string()))?;
    let of = |use_| credentials.iter().find(|row| row.use_ == use_);
    let open =
        async |row| resolver.open(&url, row, now_ms).await.map_err(|error| Failure::Credential(error.to_string()));
    let remote = |credential| Remote { url: url.clone(), credential };
    let writer = match of(CredentialUse::Write) {
        Some(row) => open(row).await?,
        None => resolver.ambient(&url).map_err(Failure::Credential)?,
    };
    let reader = match of(CredentialUse::Read) {
        Some(row) => Some(remote(open(row).await?)),
        None => None,
    };
    Ok(Remotes { writer: remote(writer), reader })
}
