//! One file a command: what was typed becomes a call, and its answer a page of text or JSON and an exit code.

pub(crate) mod audit;
pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod fmt;
pub(crate) mod get;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod plan;
pub(crate) mod rebuild;
pub(crate) mod replay;
pub(crate) mod report;
pub(crate) mod service;
pub(crate) mod store;
pub(crate) mod sync;
pub(crate) mod undo;
pub(crate) mod verify;
pub(crate) mod vet;
pub(crate) mod why;

use anyhow::{Context, Result};
use hedgerow_store::{RunOutcome, Verification};
use hedgerow_sync::verify::Verdict;

use crate::output;

/// How the process ends. Scripts depend on these numbers: they are documented and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: done and verified; for `plan`, nothing to do; for `verify`, verified.
    Done,
    /// 1: something is held; for `plan`, something would change; for `verify`, it does not hold.
    Attention,
    /// 2: failed, or could not tell.
    Failed,
    /// 3: pushed, and not yet verified.
    NotYet,
}

impl From<Exit> for std::process::ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::Attention => 1,
            Exit::Failed => 2,
            Exit::NotYet => 3,
        })
    }
}

impl Exit {
    /// How what was verified ends the process.
    pub(crate) fn of_verdict(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Verified => Self::Done,
            Verdict::DoesNotHold => Self::Attention,
            Verdict::CouldNotTell => Self::Failed,
        }
    }

    /// How a run that came to `outcome` and `verification` ends the process.
    pub(crate) fn of_run(outcome: RunOutcome, verification: Verification) -> Self {
        match (outcome, verification) {
            (RunOutcome::Failed, _) | (_, Verification::Differs | Verification::None) => Self::Failed,
            (_, Verification::NotYet) => Self::NotYet,
            (RunOutcome::Partial, Verification::Verified) => Self::Attention,
            (RunOutcome::Changed | RunOutcome::Unchanged, Verification::Verified) => Self::Done,
        }
    }
}

/// A completion script.
pub(crate) fn completion(shell: clap_complete::Shell) -> Result<Exit> {
    use clap::CommandFactory;
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut crate::args::Cli::command(), "hedgerow", &mut script);
    output::write(&String::from_utf8_lossy(&script))?;
    Ok(Exit::Done)
}

/// The manual pages.
pub(crate) fn man(dir: &std::path::Path) -> Result<Exit> {
    use clap::CommandFactory;
    let command = crate::args::Cli::command();
    clap_mangen::generate_to(command, dir).with_context(|| format!("writing manual pages into {}", dir.display()))?;
    Ok(Exit::Done)
}
