//! The local copy of a remote repository: bare, persistent, and never precious. A copy that a crash or a full disk
//! damaged is thrown away and made anew; everything in it comes from the remote or goes there.

mod answer;
mod fetch;
mod history;
mod lock;
mod look;
pub(crate) mod place;
mod push;
mod read;
mod redirect;
mod signatures;

use std::cell::OnceCell;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

pub use signatures::Signature;

pub use answer::{Ancestry, Depth, Fetched, Look, Moved, Push, Snapshot, TreeLook};

use crate::agent::Agent;
use crate::askpass::Askpass;
use crate::branch::BranchName;
use crate::command::{Line, Way};
use crate::credential::{Credential, Remote};
use crate::error::{GitError, MirrorError, ObjectError, RemoteError};
use crate::git::Git;
use crate::limits::MAX_PACKS;
use crate::objects::Objects;
use crate::output::refusal;
use crate::process::{End, Finished};
use lock::Lock;

/// The local copy of one remote, held by this process alone until it is dropped.
#[derive(Debug)]
pub struct Mirror {
    git: Git,
    remote: Remote,
    root: PathBuf,
    keeper: Keeper,
    objects: OnceCell<Objects>,
    /// The branch that was fetched last.
    branch: Option<BranchName>,
    /// How much of a branch is brought here that is new here.
    extent: Extent,
    _lock: Lock,
}

impl Mirror {
    /// Takes the copy of `remote` under `cache_root`, or a place for one. Waits for another process that has it, up to
    /// the deadline. Nothing is fetched yet.
    pub fn open(git: &Git, cache_root: &Path, remote: &Remote) -> Result<Self, MirrorError> {
        let root = place::of(&std::path::absolute(cache_root).map_err(io_error(cache_root))?, remote);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&root).map_err(io_error(&root))?;
        let lock = Lock::take(&root.join(place::LOCK), git.patience())?;
        let keeper = Keeper::of(remote).map_err(io_error(&root))?;
        let (git, remote, objects) = (git.clone(), remote.clone(), OnceCell::new());
        let mirror = Self { git, remote, root, keeper, objects, branch: None, extent: Extent::Recent, _lock: lock };
        mirror.tidy().map_err(io_error(&mirror.root))?;
        Ok(mirror)
    }

    /// Gives up whoever holds the copy of `remote` now, a thread that hangs: the next one to open it gets another place.
    pub fn give_up(cache_root: &Path, remote: &Remote) -> Result<(), MirrorError> {
        place::give_up(cache_root, remote).map_err(io_error(cache_root))
    }

    /// The remote that this is a copy of.
    pub fn remote(&self) -> &Remote {
        &self.remote
    }

    /// Throws the copy away; the next fetch makes it anew. For whoever met [`ObjectError::Damaged`], or
    /// [`ObjectError::Missing`] where nothing may be missing.
    pub fn discard(&mut self) -> Result<(), MirrorError> {
        self.objects.take();
        remove(&self.copy()).map_err(io_error(&self.root))
    }

    /// Throws away a copy that was never finished, one that does not hold together, one with too many packs, and what a
    /// killed process left of a pack.
    fn tidy(&self) -> io::Result<()> {
        remove(&self.fresh())?;
        if !self.copy().exists() {
            return Ok(());
        }
        let packs = packs(&self.copy())?;
        if packs.whole > MAX_PACKS || self.damaged().exists() || self.objects().is_err() {
            remove(&self.copy())?;
            return remove_file(&self.damaged());
        }
        packs.leftovers.iter().try_for_each(fs::remove_file)
    }

    /// The copy.
    fn copy(&self) -> PathBuf {
        self.root.join("repository.git")
    }

    /// A copy in the making; renamed when it is whole.
    fn fresh(&self) -> PathBuf {
        self.root.join("fresh.git")
    }

    /// Says that the copy was found damaged.
    fn damaged(&self) -> PathBuf {
        self.root.join("damaged")
    }

    /// Says for the next run that the copy must be made anew.
    fn note_damage(&self, what: &str) {
        tracing::warn!(copy = %self.copy().display(), what, "the local copy is damaged and will be made anew");
        if let Err(error) = fs::write(self.damaged(), what) {
            tracing::warn!(%error, "that cannot be noted");
        }
    }

    /// The copy's objects.
    pub(crate) fn objects(&self) -> Result<&Objects, ObjectError> {
        if let Some(objects) = self.objects.get() {
            return Ok(objects);
        }
        let objects = Objects::open(&self.copy())?;
        Ok(self.objects.get_or_init(|| objects))
    }

    /// A command to the remote, with our copy (`Some`) or without any repository (`None`).
    ///
    /// # Errors
    /// What the guard says, if there is one; it judges anew for every command.
    fn network(&self, name: &'static str, copy: Option<&Path>) -> Result<Line, RemoteError> {
        let (askpass, agent) = match &self.keeper {
            Keeper::Nobody => (None, None),
            Keeper::Askpass(askpass) => (Some(askpass.socket()), None),
            Keeper::Agent(agent) => (None, Some(agent.places())),
        };
        let way = Way { askpass, agent, ..self.guarded_way()? };
        Ok(self.git.commands().network(name, copy, &self.root, &self.remote, &way))
    }

    fn guarded_way(&self) -> Result<Way<'static>, RemoteError> {
        let Some(guard) = self.git.guard() else { return Ok(Way::default()) };
        Ok(Way { guarded: true, pin: guard.pin(&self.remote.url)?, ..Way::default() })
    }

    /// Runs a command to the remote; whatever is not success is told by [`refusal`].
    fn talk(&self, command: &crate::command::Command) -> Result<Finished, RemoteError> {
        let finished = self.git.run(command).map_err(|error| self.stopped(error))?;
        match finished.end {
            End::Success => Ok(finished),
            _ => Err(self.refused(&finished.stderr)),
        }
    }

    fn refused(&self, stderr: &str) -> RemoteError {
        // Whatever git says of our own copy is not the remote's doing: the copy is made anew.
        if stderr.contains(&*self.copy().to_string_lossy()) || speaks_of_our_copy(stderr) {
            let words = crate::redact::words(stderr, self.secret());
            self.note_damage(&words);
            return RemoteError::Local { words };
        }
        match refusal::parse(stderr, self.secret()) {
            RemoteError::Redirected { to: None } => self.redirected(),
            // git says the same of a directory that is none and of one that is not there.
            RemoteError::NotARepository { words } if self.remote.url.path().is_some_and(|path| !path.exists()) => {
                RemoteError::NotFound { words }
            }
            other => other,
        }
    }

    fn stopped(&self, error: GitError) -> RemoteError {
        match error {
            GitError::Timeout { after, .. } => RemoteError::Timeout { after, words: String::new() },
            GitError::Cancelled => RemoteError::Cancelled,
            other => RemoteError::Local { words: other.to_string() },
        }
    }

    fn secret(&self) -> Option<&str> {
        match &self.remote.credential {
            Credential::Token { secret, .. } => Some(secret.expose_secret()),
            _ => None,
        }
    }
}

/// How much of a branch's history is brought at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Extent {
    /// [`crate::limits::FIRST_DEPTH`] commits.
    Recent,
    /// All.
    Whole,
}

/// Who keeps the remote's secret, and lets git use it.
#[derive(Debug)]
enum Keeper {
    Nobody,
    Askpass(Askpass),
    Agent(Agent),
}

impl Keeper {
    fn of(remote: &Remote) -> io::Result<Self> {
        match (&remote.credential, remote.url.origin(), remote.url.known_as()) {
            (Credential::Token { username, secret }, Some(origin), _) => {
                Askpass::start(origin, username, secret).map(Self::Askpass)
            }
            (Credential::HeldKey { key, host_keys }, _, Some(known_as)) => {
                Agent::start(key, host_keys, &known_as).map(Self::Agent)
            }
            _ => Ok(Self::Nobody),
        }
    }
}

/// What git says when an object of its own repository cannot be read. The server's words stand behind `remote:`.
const OF_OUR_COPY: &[&str] = &["inflate: ", "cannot read existing object", "loose object ", "packfile ", "bad object "];
/// The same, where an object's id follows: without one it is "Could not read from remote repository", said of every
/// remote that cannot be reached, and then the copy is as good as it was.
const OF_AN_OBJECT: &str = "Could not read ";

fn speaks_of_our_copy(stderr: &str) -> bool {
    let names_an_object = |line: &str| {
        let id = line.split_once(OF_AN_OBJECT).and_then(|(_, rest)| rest.get(..40));
        id.is_some_and(|id| id.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let mut ours = stderr.lines().filter(|line| !line.starts_with("remote:"));
    ours.any(|line| names_an_object(line) || OF_OUR_COPY.iter().any(|words| line.contains(words)))
}

/// What is in the directory of packs.
#[derive(Default)]
struct Packs {
    whole: usize,
    leftovers: Vec<PathBuf>,
}

fn packs(copy: &Path) -> io::Result<Packs> {
    let mut packs = Packs::default();
    let entries = match fs::read_dir(copy.join("objects/pack")) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(packs),
        other => other?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "pack") {
            packs.whole += 1;
        } else if path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"tmp_")) {
            packs.leftovers.push(path);
        }
    }
    Ok(packs)
}

fn remove(dir: &Path) -> io::Result<()> {
    unless_absent(fs::remove_dir_all(dir))
}

fn remove_file(path: &Path) -> io::Result<()> {
    unless_absent(fs::remove_file(path))
}

fn unless_absent(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> MirrorError {
    let path = path.to_owned();
    move |source| MirrorError::Io { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_that_cannot_be_reached_says_nothing_of_our_copy() {
        assert!(!speaks_of_our_copy(
            "git@host: Permission denied (publickey).\nfatal: Could not read from remote repository.\n"
        ));
        assert!(!speaks_of_our_copy("remote: error: Could not read 1111111111111111111111111111111111111111\n"));
        assert!(speaks_of_our_copy("error: Could not read 1111111111111111111111111111111111111111\n"));
        assert!(speaks_of_our_copy("error: inflate: data stream error (incorrect header check)\n"));
    }
}
