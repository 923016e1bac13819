//! The `git` program.

use std::ffi::OsString;
use std::fmt;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hedgerow_core::digest::hex;
use sha2::{Digest, Sha256};

use crate::branch::BranchName;
use crate::cancel::Cancel;
use crate::command::{Command, Commands};
use crate::error::{GitError, ObjectError};
use crate::guard::Guard;
use crate::limits::NICENESS;
use crate::process::{End, Finished, Patience};
use crate::redact;
use crate::url::RemoteUrl;

/// What finding `git` needs to know.
#[derive(Clone, Debug)]
pub struct GitConfig {
    /// The program; `git` on the PATH of `environment` when absent.
    pub program: Option<PathBuf>,
    /// Our own program, which git asks for passwords (see [`crate::askpass`]).
    pub askpass: PathBuf,
    /// The longest that one command of git's may take, and the longest wait for another process's lock.
    pub deadline: Duration,
    /// Stops everything.
    pub cancel: Cancel,
    /// The process's environment, from the one place that reads it. An allow-list of it reaches git.
    pub environment: Vec<(OsString, OsString)>,
}

/// A version of git's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    /// 2
    pub major: u32,
    /// 34
    pub minor: u32,
    /// 1
    pub patch: u32,
}

/// The oldest git that is used: 2.32 brings `GIT_CONFIG_GLOBAL`, 2.34 `git verify-commit` with ssh keys, by which
/// people check our signatures.
const FLOOR: Version = Version { major: 2, minor: 34, patch: 0 };
const FLOOR_TEXT: &str = "2.34";

/// The `git` program, found and new enough. Clones are cheap.
#[derive(Clone, Debug)]
pub struct Git(Arc<Found>);

#[derive(Clone, Debug)]
struct Found {
    commands: Commands,
    patience: Patience,
    version: Version,
    guard: Option<Guard>,
}

/// The oldest git that a guard can hold to an address, by `http.curloptResolve`.
const GUARD_FLOOR: Version = Version { major: 2, minor: 37, patch: 0 };

/// What makes git show another history than the one that is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// Some ref under `refs/replace/`.
    ReplaceRefs,
    /// `info/grafts` is not empty.
    Grafts,
}

/// For people: what was found.
impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ReplaceRefs => "replace refs",
            Self::Grafts => "grafts (info/grafts)",
        })
    }
}

/// A remote that is a work tree of somebody's, with the branch checked out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CheckedOut {
    /// The work tree.
    pub root: PathBuf,
    /// The branch.
    pub branch: BranchName,
}

impl Git {
    /// Finds `git` and looks at its version.
    pub fn find(config: GitConfig) -> Result<Self, GitError> {
        let program = config.program.unwrap_or_else(|| on_path(&config.environment));
        let commands = Commands::new(program.clone(), config.askpass, &config.environment);
        let patience = Patience { deadline: config.deadline, cancel: config.cancel, niceness: 0 };
        let command = commands.version();
        let finished = match crate::process::run(&command, &patience) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(GitError::NotFound(program)),
            other => succeeded(&command, &patience, other)?,
        };
        let text = String::from_utf8_lossy(&finished.stdout).into_owned();
        let version = Version::parse(&text).filter(|version| *version >= FLOOR);
        match version {
            Some(version) => Ok(Self(Arc::new(Found { commands, patience, version, guard: None }))),
            None => Err(GitError::TooOld { found: redact::words(&text, None), floor: FLOOR_TEXT }),
        }
    }

    /// The same git, for remotes that `guard` admits and no others. It is for services; a command by hand has none.
    ///
    /// # Errors
    /// [`GitError::TooOld`]: an older git would take no heed of it.
    pub fn guarded(&self, guard: Guard) -> Result<Self, GitError> {
        if self.version() < GUARD_FLOOR {
            return Err(GitError::TooOld { found: self.version().to_string(), floor: "2.37 (for a service)" });
        }
        Ok(Self(Arc::new(Found { guard: Some(guard), ..Found::clone(&self.0) })))
    }

    /// What watches where its remotes are.
    pub fn guard(&self) -> Option<&Guard> {
        self.0.guard.as_ref()
    }

    /// The same program, with other limits: `deadline` for each command, and `cancel` to stop them all.
    pub fn within(&self, deadline: Duration, cancel: Cancel) -> Self {
        let patience = Patience { deadline, cancel, ..self.0.patience };
        Self(Arc::new(Found { patience, ..Found::clone(&self.0) }))
    }

    /// The same program, that gives way to whatever else wants the processor: for a service, whose answers are waited for and
    /// whose looks at repositories are not.
    pub fn giving_way(&self) -> Self {
        let patience = Patience { niceness: NICENESS, ..self.0.patience.clone() };
        Self(Arc::new(Found { patience, ..Found::clone(&self.0) }))
    }

    /// Starts the program once more: whether it can still be started at all.
    pub fn answers(&self) -> Result<(), GitError> {
        self.output(&self.commands().version()).map(drop)
    }

    /// Its version.
    pub fn version(&self) -> Version {
        self.0.version
    }

    /// Makes a bare repository in the directory `dir`, whose `HEAD` points to `branch`, yet to be born.
    pub fn init_bare(&self, dir: &Path, branch: &BranchName) -> Result<(), GitError> {
        let line = self.commands().ours("init", dir);
        let options = ["--bare", "--quiet", "--template=", "--initial-branch"];
        self.output(&line.options(options).options([branch.as_str()]).end()).map(drop)
    }

    /// Whether `url` is a work tree of this machine with `branch` checked out: pushing there would leave the files
    /// behind. `receive.denyCurrentBranch = updateInstead` is its owner's word that it is meant.
    pub fn checked_out_work_tree(&self, url: &RemoteUrl, branch: &BranchName) -> Result<Option<CheckedOut>, GitError> {
        let Some(path) = url.path() else { return Ok(None) };
        self.guard()
            .map_or(Ok(()), |guard| guard.admits(url))
            .map_err(|error| GitError::Failed { command: "rev-parse".into(), words: error.to_string() })?;
        if self.ask(path, "rev-parse", &["--is-bare-repository"])?.as_deref() != Some("false") {
            return Ok(None);
        }
        let current = self.ask(path, "symbolic-ref", &["--quiet", "HEAD"])?;
        let deny = self.ask(path, "config", &["--get", "receive.denyCurrentBranch"])?;
        if current != Some(branch.full()) || deny.is_some_and(|deny| deny.eq_ignore_ascii_case("updateInstead")) {
            return Ok(None);
        }
        let root = self.ask(path, "rev-parse", &["--show-toplevel"])?.map_or_else(|| path.to_owned(), PathBuf::from);
        Ok(Some(CheckedOut { root, branch: branch.clone() }))
    }

    /// Why what git shows of a repository on this machine may not be what is stored in it; nothing for other remotes.
    pub fn doubt(&self, url: &RemoteUrl) -> Result<Option<Doubt>, GitError> {
        let Some(path) = url.path().filter(|path| path.is_dir()) else { return Ok(None) };
        if self.ask(path, "for-each-ref", &["--count=1", "refs/replace/"])?.is_some() {
            return Ok(Some(Doubt::ReplaceRefs));
        }
        let grafts = self.ask(path, "rev-parse", &["--git-path", "info/grafts"])?;
        let is_grafted = grafts.is_some_and(|file| path.join(file).metadata().is_ok_and(|file| file.len() > 0));
        Ok(is_grafted.then_some(Doubt::Grafts))
    }

    /// One line of a command in somebody's clone; `None` when it fails, which for these commands means "there is none".
    pub(crate) fn ask(&self, dir: &Path, name: &'static str, options: &[&str]) -> Result<Option<String>, GitError> {
        let command = self.0.commands.users(name, dir).options(options).end();
        let finished = self.run(&command)?;
        let text = String::from_utf8_lossy(&finished.stdout).trim_end_matches('\n').to_owned();
        Ok((finished.end == End::Success && !text.is_empty()).then_some(text))
    }

    /// SHA-256 of a blob's content, which git streams: for what is too large to hold.
    pub(crate) fn hash_blob(&self, git_dir: &Path, id: &str) -> Result<String, ObjectError> {
        let mut hasher = Sha256::new();
        let command = self.commands().ours("cat-file", git_dir).options(["blob", id]).end();
        self.stream(&command, |bytes| hasher.update(bytes))?;
        Ok(hex(&hasher.finalize()))
    }

    pub(crate) fn commands(&self) -> &Commands {
        &self.0.commands
    }

    pub(crate) fn patience(&self) -> &Patience {
        &self.0.patience
    }

    /// Runs `command` to its end, whatever the end; being stopped is an error.
    pub(crate) fn run(&self, command: &Command) -> Result<Finished, GitError> {
        ended(command, self.patience(), crate::process::run(command, self.patience()))
    }

    /// Runs `command`, which is expected to succeed, and hands on what it writes as it comes.
    pub(crate) fn stream(&self, command: &Command, mut sink: impl FnMut(&[u8])) -> Result<(), GitError> {
        let hand_on = |bytes: &[u8]| {
            sink(bytes);
            Ok(())
        };
        let finished = crate::process::stream(command, self.patience(), hand_on);
        succeeded(command, self.patience(), finished).map(|_| ())
    }

    /// Runs `command`, which is expected to succeed, and returns what it wrote.
    pub(crate) fn output(&self, command: &Command) -> Result<Vec<u8>, GitError> {
        let finished = crate::process::run(command, self.patience());
        succeeded(command, self.patience(), finished).map(|finished| finished.stdout)
    }
}

/// `git`, by its whole path where `PATH` leads to one. A program that has to be looked for is started by a fork of this process,
/// whose every page is then copied or marked; one with a path is not.
fn on_path(environment: &[(OsString, OsString)]) -> PathBuf {
    let path = environment.iter().find(|(name, _)| name == "PATH").map(|(_, value)| value.clone()).unwrap_or_default();
    let can_start = |file: &PathBuf| file.metadata().is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0);
    let found = std::env::split_paths(&path).map(|dir| dir.join("git")).find(can_start);
    found.filter(|file| file.is_absolute()).unwrap_or_else(|| "git".into())
}

fn succeeded(command: &Command, patience: &Patience, result: io::Result<Finished>) -> Result<Finished, GitError> {
    let finished = ended(command, patience, result)?;
    match finished.end {
        End::Success => Ok(finished),
        _ => Err(GitError::Failed { command: command.name.into(), words: redact::words(&finished.stderr, None) }),
    }
}

fn ended(command: &Command, patience: &Patience, result: io::Result<Finished>) -> Result<Finished, GitError> {
    let finished =
        result.map_err(|error| GitError::Failed { command: command.name.into(), words: error.to_string() })?;
    match finished.end {
        End::Cancelled => Err(GitError::Cancelled),
        End::Timeout => Err(GitError::Timeout { command: command.name.into(), after: patience.deadline }),
        _ => Ok(finished),
    }
}

impl Version {
    /// `git version 2.39.5 (Apple Git-154)`
    fn parse(text: &str) -> Option<Self> {
        let numbers = text.trim().strip_prefix("git version ")?.split_whitespace().next()?;
        let mut parts = numbers.split(['.', '-']).map(str::parse::<u32>);
        let (major, minor) = (parts.next()?.ok()?, parts.next()?.ok()?);
        Some(Self { major, minor, patch: parts.next().and_then(Result::ok).unwrap_or(0) })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_all_makers_are_read() {
        for (text, version) in [
            ("git version 2.47.3\n", "2.47.3"),
            ("git version 2.39.5 (Apple Git-154)", "2.39.5"),
            ("git version 2.34.GIT", "2.34.0"),
            ("git version 2.40.0-rc1", "2.40.0"),
        ] {
            assert_eq!(Version::parse(text).unwrap().to_string(), version);
        }
        assert_eq!(Version::parse("hub version 2"), None);
    }
}
