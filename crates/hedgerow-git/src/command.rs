//! Every git command line is built here and nowhere else: values in, a program's arguments and environment out. Pure.

mod environment;
mod ssh;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use crate::agent::AgentPlaces;
use crate::credential::{Credential, Remote};
use crate::guard::Pin;
use crate::limits;

pub(crate) use environment::Environment;

/// A git command that is ready to be started.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Command {
    /// The program.
    pub(crate) program: PathBuf,
    /// Its arguments.
    pub(crate) arguments: Vec<OsString>,
    /// Its whole environment: nothing is inherited.
    pub(crate) environment: Vec<(OsString, OsString)>,
    /// The subcommand, for errors.
    pub(crate) name: &'static str,
}

/// How a command gets to its remote, besides what the remote itself says. The default: as the user would.
#[derive(Clone, Debug, Default)]
pub(crate) struct Way<'a> {
    /// Where the askpass program finds its answers.
    pub(crate) askpass: Option<&'a Path>,
    /// The agent that signs for ssh.
    pub(crate) agent: Option<&'a AgentPlaces>,
    /// Whether a guard watches: then no redirect is followed.
    pub(crate) guarded: bool,
    /// The addresses that the host's name is held to.
    pub(crate) pin: Option<Pin>,
}

/// Builds commands: what all of them share.
#[derive(Clone, Debug)]
pub(crate) struct Commands {
    program: PathBuf,
    askpass: PathBuf,
    environment: Environment,
}

/// Settings of every command of ours. `core.bigFileThreshold` makes git stream what is too large for us.
const OURS: &[&str] = &[
    "core.hooksPath=/dev/null",
    "core.bigFileThreshold=16m",
    "core.fsmonitor=false",
    "credential.helper=",
    "core.askPass=",
    "gc.auto=0",
    "maintenance.auto=false",
    "protocol.version=2",
    "protocol.allow=never",
    "protocol.file.allow=always",
    "protocol.http.allow=always",
    "protocol.https.allow=always",
    "protocol.ssh.allow=always",
    // Nothing is ever checked out, so what fsck guards against cannot happen here; old sins must stay readable.
    "transfer.fsckObjects=false",
    // A pack for every fetch, however small: loose objects would pile up, packs are counted.
    "fetch.unpackLimit=1",
    "fetch.writeCommitGraph=false",
    "fetch.recurseSubmodules=false",
    "transfer.bundleURI=false",
    "push.recurseSubmodules=no",
    "push.gpgSign=false",
    "push.followTags=false",
    "advice.pushUpdateRejected=false",
    // The pack is written already: reuse its deflated bytes, search for no deltas.
    "pack.window=0",
    "pack.compression=1",
    "log.showSignature=false",
];

impl Commands {
    /// `askpass` answers git's prompts; `given` is the caller's environment, of which an allow-list passes.
    pub(crate) fn new(program: PathBuf, askpass: PathBuf, given: &[(OsString, OsString)]) -> Self {
        Self { program, askpass, environment: Environment::allowed(given) }
    }

    /// `git version`
    pub(crate) fn version(&self) -> Command {
        self.local("version", None).end()
    }

    /// A command of ours in the bare repository `dir`, without the network.
    pub(crate) fn ours(&self, name: &'static str, dir: &Path) -> Line {
        self.local(name, Some(dir))
    }

    /// A command in the user's own clone, under the user's own configuration.
    pub(crate) fn users(&self, name: &'static str, work_tree: &Path) -> Line {
        let mut line = self.bare(name, self.environment.users());
        line.before.extend(["-C".into(), work_tree.into()]);
        line
    }

    /// A command that talks to `remote`, in our `copy` or in no repository at all. It runs in the directory `root`, above
    /// which git looks for none.
    pub(crate) fn network(
        &self,
        name: &'static str,
        copy: Option<&Path>,
        root: &Path,
        remote: &Remote,
        way: &Way<'_>,
    ) -> Line {
        let mut line = self.local(name, copy);
        line.before.extend(["-C".into(), root.into()]);
        line.set("GIT_CEILING_DIRECTORIES", root.parent().unwrap_or(root));
        line.config(format!("http.lowSpeedLimit={}", limits::LOW_SPEED_BYTES));
        line.config(format!("http.lowSpeedTime={}", limits::LOW_SPEED_TIME.as_secs()));
        line.config(format!("http.postBuffer={}", limits::HTTP_POST_BYTES));
        let follow = !way.guarded && !remote.holds_secret();
        line.config(if follow { "http.followRedirects=initial" } else { "http.followRedirects=false" });
        if let Some(pin) = &way.pin {
            line.config(format!("http.curloptResolve={}", pin.for_curl()));
        }
        if let Credential::Token { username, .. } = &remote.credential {
            // Spares the question for the user, and (git 2.46 and newer) a refused request before each accepted one.
            line.config(format!("credential.username={username}"));
            line.config("http.proactiveAuth=basic");
        }
        line.set("GIT_SSH_COMMAND", ssh::command(remote, way));
        line.set("GIT_SSH_VARIANT", "ssh");
        if let Some(socket) = way.askpass {
            line.set("GIT_ASKPASS", &self.askpass);
            line.set(crate::askpass::SOCKET_VARIABLE, socket);
        }
        line
    }

    fn local(&self, name: &'static str, dir: Option<&Path>) -> Line {
        let mut line = self.bare(name, self.environment.ours());
        line.set("GIT_CONFIG_NOSYSTEM", "1");
        line.set("GIT_CONFIG_GLOBAL", "/dev/null");
        line.set("GIT_ATTR_NOSYSTEM", "1");
        if let Some(dir) = dir {
            let mut flag = OsString::from("--git-dir=");
            flag.push(dir);
            line.before.push(flag);
        }
        for setting in OURS {
            line.config(*setting);
        }
        line
    }

    fn bare(&self, name: &'static str, environment: Vec<(OsString, OsString)>) -> Line {
        let mut line = Line {
            program: self.program.clone(),
            before: vec!["--no-pager".into()],
            name,
            after: Vec::new(),
            environment,
        };
        line.set("GIT_TERMINAL_PROMPT", "0");
        line.set("GIT_NO_REPLACE_OBJECTS", "1");
        line.set("GIT_OPTIONAL_LOCKS", "0");
        line.set("LC_ALL", "C");
        line.set("LANGUAGE", "C");
        line
    }
}

/// A command line in the making.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    program: PathBuf,
    before: Vec<OsString>,
    name: &'static str,
    after: Vec<OsString>,
    environment: Vec<(OsString, OsString)>,
}

impl Line {
    /// A setting for this command alone.
    pub(crate) fn config(&mut self, setting: impl Into<OsString>) {
        self.before.extend(["-c".into(), setting.into()]);
    }

    /// A variable for this command alone; a later value replaces an earlier one.
    pub(crate) fn set(&mut self, name: &str, value: impl AsRef<OsStr>) {
        self.environment.retain(|(known, _)| known != name);
        self.environment.push((name.into(), value.as_ref().into()));
    }

    /// Options of the subcommand.
    pub(crate) fn options<S: Into<OsString>>(mut self, options: impl IntoIterator<Item = S>) -> Self {
        self.after.extend(options.into_iter().map(Into::into));
        self
    }

    /// The command, with everything that is no option after `--`.
    pub(crate) fn operands<S: Into<OsString>>(mut self, operands: impl IntoIterator<Item = S>) -> Command {
        self.after.push("--".into());
        self.options(operands).end()
    }

    /// The command, for a subcommand that has no operands.
    pub(crate) fn end(self) -> Command {
        let mut arguments = self.before;
        arguments.push(self.name.into());
        arguments.extend(self.after);
        Command { program: self.program, arguments, environment: self.environment, name: self.name }
    }
}

#[cfg(test)]
mod tests;
