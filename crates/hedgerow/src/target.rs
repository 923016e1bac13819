//! Which fabric is meant: what was said, and inside a clone what one means.

use std::path::Path;

use anyhow::{Context, Result, bail};
use hedgerow_core::path::FabricDir;
use hedgerow_git::{BranchChoice, BranchName, Clone, Credential, Remote, RemoteUrl, Transport};
use hedgerow_sync::Target;
use secrecy::SecretString;

use crate::args;
use crate::environment;
use crate::session::Session;

/// The target of a command, and the clone that it was found from.
#[derive(Debug)]
pub(crate) struct Meant {
    pub(crate) target: Target,
    /// The clone that we stand in, unless `--repo` says otherwise.
    pub(crate) clone: Option<Clone>,
}

/// Resolves `args`: `--repo`, or inside a clone its upstream.
pub(crate) fn meant(session: &Session, args: &args::Target) -> Result<Meant> {
    let dir = args.path.as_deref().map(FabricDir::parse).transpose().context("--path")?;
    let branch = args.branch.as_deref().map(BranchName::parse).transpose().context("--branch")?;
    if let Some(repo) = &args.repo {
        let url = RemoteUrl::parse(repo).context("--repo")?;
        let branch = branch.map_or(BranchChoice::RemoteHead, BranchChoice::Named);
        let remote = remote(url, args)?;
        return Ok(Meant { target: Target { remote, branch, dir }, clone: None });
    }
    let git = session.git()?;
    let Some(clone) = Clone::discover(&git, &session.environment.cwd)? else {
        bail!("not inside a clone\nhint: name the repository with --repo URL, or go into a clone of it");
    };
    let upstream = clone.upstream.as_ref().with_context(|| {
        let root = clone.root.display();
        format!(
            "the branch of {root} has no upstream\nhint: git push -u origin HEAD, or name the repository with --repo"
        )
    })?;
    let url = RemoteUrl::parse(&upstream.url).with_context(|| format!("the URL of {}", upstream.remote))?;
    let remote = remote(url, args)?;
    let branch = branch.unwrap_or_else(|| upstream.branch.clone());
    let target = Target { remote, branch: BranchChoice::Named(branch), dir };
    Ok(Meant { target, clone: Some(clone) })
}

/// The remote, with the credential that was named, or that the environment holds for its forge.
fn remote(url: RemoteUrl, args: &args::Target) -> Result<Remote> {
    let credential = credential(&url, args)?;
    Ok(Remote { url, credential })
}

fn credential(url: &RemoteUrl, args: &args::Target) -> Result<Credential> {
    match url.transport() {
        Transport::Http | Transport::Https => http(url, args),
        Transport::Ssh => match &args.ssh_key {
            Some(key) => Ok(Credential::SshKey { path: key.clone(), known_hosts: args.known_hosts.clone() }),
            None if args.known_hosts.is_some() => bail!("--known-hosts goes with --ssh-key"),
            None => Ok(Credential::Ambient),
        },
        Transport::Path => Ok(Credential::Ambient),
    }
}

/// What the environment holds for the forge of `url`; without it, whatever git and ssh find.
pub(crate) fn ambient(url: &RemoteUrl) -> Result<Credential> {
    let forge = Forge::of(url.host().unwrap_or_default());
    let Some(variable) = forge.variable().filter(|_| url.transport() == Transport::Https) else {
        return Ok(Credential::Ambient);
    };
    let username = forge.username().to_owned();
    let token = environment::secret(variable)?.map(SecretString::from);
    Ok(token.map_or(Credential::Ambient, |secret| Credential::Token { username, secret }))
}

fn http(url: &RemoteUrl, args: &args::Target) -> Result<Credential> {
    let forge = Forge::of(url.host().unwrap_or_default());
    let username = args.username.clone().unwrap_or_else(|| forge.username().to_owned());
    if let Some(file) = &args.token_file {
        let secret = token(file)?;
        return Ok(Credential::Token { username, secret });
    }
    ambient(url).map(|credential| match credential {
        Credential::Token { secret, .. } => Credential::Token { username, secret },
        other => other,
    })
}

/// The token in a file, without the line break that editors add.
fn token(file: &Path) -> Result<SecretString> {
    let text = std::fs::read_to_string(file).with_context(|| format!("--token-file: reading {}", file.display()))?;
    let token = text.trim();
    if token.is_empty() {
        bail!("--token-file: {} is empty", file.display());
    }
    Ok(SecretString::from(token.to_owned()))
}

/// Whose server a host is, as far as a token of the environment may go there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Forge {
    GitHub,
    GitLab,
    Gitea,
    Unknown,
}

impl Forge {
    /// A forge's own host, or the one that its CI names. A token never goes to any other.
    fn of(host: &str) -> Self {
        let named = |variable: &str| environment::plain(variable).is_some_and(|url| host_of(&url) == host);
        if host == "github.com" || named("GITHUB_SERVER_URL") {
            Self::GitHub
        } else if host == "gitlab.com" || named("CI_SERVER_URL") {
            Self::GitLab
        } else if host == "gitea.com" || host == "codeberg.org" || named("GITEA_SERVER_URL") {
            Self::Gitea
        } else {
            Self::Unknown
        }
    }

    fn variable(self) -> Option<&'static str> {
        match self {
            Self::GitHub => Some("GITHUB_TOKEN"),
            Self::GitLab => Some("GITLAB_TOKEN"),
            Self::Gitea => Some("GITEA_TOKEN"),
            Self::Unknown => None,
        }
    }

    /// The user name that goes with a token. Gitea looks at the token alone.
    fn username(self) -> &'static str {
        match self {
            Self::GitHub => "x-access-token",
            Self::GitLab => "oauth2",
            Self::Gitea | Self::Unknown => "git",
        }
    }
}

/// The host of a URL such as `https://git.example.com:8443/x`.
fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default()
}

/// How deep a directory with `raw/` is looked for in a work tree.
const MAX_DEPTH: usize = 6;

/// The directories below `root` that have a `raw` directory, sorted. What cannot be read is passed over: git will say.
pub(crate) fn dirs_with_raw(root: &Path) -> Vec<FabricDir> {
    let mut found = Vec::new();
    look_into(root, "", 0, &mut found);
    found.sort();
    found
}

fn look_into(dir: &Path, path: &str, depth: usize, found: &mut Vec<FabricDir>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    // A link to a directory is a file here: links are not followed.
    let is_dir = |entry: &std::fs::DirEntry| entry.file_type().is_ok_and(|kind| kind.is_dir());
    for entry in entries.flatten().filter(is_dir) {
        let name = entry.file_name();
        let Some(name) = name.to_str().filter(|name| *name != ".git") else { continue };
        if name == "raw" {
            found.extend(FabricDir::parse(path).ok());
        } else if depth < MAX_DEPTH {
            look_into(&entry.path(), &format!("{path}/{name}"), depth + 1, found);
        }
    }
}
