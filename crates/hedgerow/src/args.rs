//! What a person types.

mod audit;
mod check;
mod files;
mod keys;
mod rebuild;
mod replay;
mod report;
mod store;
mod target;
mod undo;
mod verify;

pub(crate) mod credential;
pub(crate) mod fabric;
pub(crate) mod service;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use audit::AuditArgs;
pub(crate) use check::CheckArgs;
pub(crate) use files::{ExplainArgs, ExportArgs, FmtArgs, VetArgs};
pub(crate) use keys::KeysArgs;
pub(crate) use rebuild::RebuildArgs;
pub(crate) use replay::ReplayArgs;
pub(crate) use report::ReportArgs;
pub(crate) use store::{BackupArgs, CopyArgs, StoreCommand};
pub(crate) use target::{Committing, Judging, Target};
pub(crate) use undo::UndoArgs;
pub(crate) use verify::VerifyArgs;

/// The inbox for Hedgehog network fabrics kept in git.
///
/// Drop YAML into <fabric>/raw/; Hedgerow judges every document, places each object in its own file under
/// managed/, publishes that as one commit, and proves what it did.
#[derive(Parser, Debug)]
#[command(name = "hedgerow", version = crate::VERSION, max_term_width = 110, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// What everything shares.
    #[command(flatten)]
    pub(crate) global: Global,
}

const EXAMPLES: &str = "Examples:
  hedgerow demo                                        see the whole job on an example fabric
  hedgerow check                                       inside a clone: can I work here?
  hedgerow plan                                        what would change (exit 1: something would)
  hedgerow sync                                        do it: one commit, verified
  hedgerow sync --repo https://git.example.com/net/fabrics.git --branch main --path fabrics/one \\
                --token-file /run/secrets/git-token

Exit codes: 0 done and verified; 1 something is held (plan: something would change); 2 failed; 3 pushed, not yet verified.";

/// What every command takes.
#[derive(Args, Debug)]
pub(crate) struct Global {
    /// Where runs and objects are remembered: sqlite:///path/x.db or postgres://… [default: sqlite under $XDG_STATE_HOME/hedgerow]
    #[arg(long, global = true, env = "HEDGEROW_STORE", value_name = "URL", hide_env_values = true)]
    pub(crate) store: Option<String>,
    /// How to print the answer.
    #[arg(short, long, global = true, env = "HEDGEROW_OUTPUT", value_enum, default_value_t = Format::Table)]
    pub(crate) output: Format,
    /// Give up after this long, such as 90s, 5m or 1h30m.
    #[arg(long, global = true, env = "HEDGEROW_TIMEOUT", value_name = "DURATION", default_value = "5m", value_parser = crate::duration::duration)]
    pub(crate) timeout: Duration,
    /// No colour, as with NO_COLOR.
    #[arg(long, global = true)]
    pub(crate) no_color: bool,
    /// No progress on the terminal.
    #[arg(short, long, global = true, env = "HEDGEROW_QUIET")]
    pub(crate) quiet: bool,
}

/// How the answer is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people.
    Table,
    /// For machines.
    Json,
    /// The same as JSON, as YAML.
    Yaml,
    /// Comma-separated, where the answer is a list.
    Csv,
    /// One name a line, where the answer is a list.
    Name,
    /// SARIF 2.1.0, for findings.
    Sarif,
    /// JUnit XML, for findings.
    Junit,
    /// GitHub's annotations, for findings.
    Github,
}

/// The commands.
#[derive(Subcommand, Debug)]
pub(crate) enum Command {
    /// Drain the inbox: judge, place, commit, push, verify, record.
    #[command(after_help = "Examples:
  hedgerow sync                                   inside a clone: its upstream, its branch, the one directory with raw/
  hedgerow sync --repo ./fabrics.git --path fabrics/one
  hedgerow sync --adopt                           also take Hedgehog YAML that lies in the fabric's directory itself
  hedgerow sync --push-to hedgerow/inbox          the branch is protected: leave the commit for people to merge (exit 3 until they did)
  hedgerow sync -o json | jq .counts")]
    Sync(SyncArgs),
    /// Say what a sync would change, and change nothing.
    #[command(after_help = "Examples:
  hedgerow plan                                   exit 0: nothing to do and nothing held; 1: something; 2 or more: could not tell
  hedgerow plan --worktree                        with what is not committed or pushed yet
  hedgerow plan -o json | jq '.findings[] | select(.severity == \"error\")'")]
    Plan(PlanArgs),
    /// Check Hedgerow's commits from git alone: no database, no service.
    #[command(after_help = "Examples:
  hedgerow verify --repo https://git.example.com/net/fabrics.git --path fabrics/one
  hedgerow verify --commit 3f2a9c1                only this commit
  hedgerow verify --range v1..main --strict       and blame people's edits under managed/
  hedgerow verify --since 2026-11-01 --allowed-signers signers
  hedgerow verify --store postgres://…            and the store's rows against the tree at the head")]
    Verify(VerifyArgs),
    /// Judge a commit's parent again, with what was in force then: the same tree, or the first difference.
    #[command(after_help = "Example:
  hedgerow replay 3f2a9c1 --repo https://git.example.com/net/fabrics.git --path fabrics/one

Exit codes: 0 the same tree, 1 another one, 2 could not tell.")]
    Replay(ReplayArgs),
    /// Take one commit of Hedgerow's back: managed/ as it was before it, in one commit; raw/ is not refilled.
    #[command(after_help = "Examples:
  hedgerow undo --dry-run 0199                    what it would change, by a run's id or its unique start
  hedgerow undo 3f2a9c1                           by the commit's id
  hedgerow undo --push-to hedgerow/undo 3f2a9c1   the branch is protected: leave the commit for people to merge

Refused where later edits touch the same files.")]
    Undo(UndoArgs),
    /// The line that lets git and the verifiers accept a signing key, for a file of allowed signers.
    #[command(after_help = "Examples:
  hedgerow keys --signing-key key.pub >> signers
  hedgerow keys --signing-key old.pub --valid-before 2026-11-24     the old key of a rotation: what it signed stays valid
  hedgerow keys --signing-key new.pub --valid-after 2026-11-24      and the new one")]
    Keys(KeysArgs),
    /// Look at a whole repository and its history, ours or not: what waits, what is wrong, what robots left.
    Audit(AuditArgs),
    /// Compare the object tables with git, and make them agree.
    Rebuild(RebuildArgs),
    /// Make the directory structure, in one commit, if something of it is missing.
    #[command(after_help = "Example:
  hedgerow init --repo ./fabrics.git --path fabrics/one")]
    Init(InitArgs),
    /// What the store knows.
    #[command(subcommand)]
    Get(Get),
    /// A run: before and after, its ledger, and how to check it yourself.
    #[command(after_help = "Example:
  hedgerow report 0199                            any unique start of a run's id
  hedgerow report 0199 --html run.html            one page, with nothing outside of it
  hedgerow report v1..main --html november.html   every commit of ours in a range, from git alone")]
    Report(ReportArgs),
    /// Judge files offline, as a sync would: for pre-commit hooks, CI and editors.
    #[command(after_help = "Examples:
  hedgerow vet fabrics/one                        a fabric's directory: its inbox over what is managed
  hedgerow vet wiring.yaml vpcs/                  files and directories, judged together
  helm template . | hedgerow vet -                standard input
  hedgerow vet . -o sarif > findings.sarif        also -o junit, -o github

Exit codes: 0 clean, 1 something is refused, 2 could not read.")]
    Vet(VetArgs),
    /// The kinds and their fields, or what a finding means.
    #[command(after_help = "Examples:
  hedgerow explain                                every kind that is known
  hedgerow explain switch.spec.portBreakouts      a field: type, default, limits, since when
  hedgerow explain HR3001                         what a finding means, an example, the fix")]
    Explain(ExplainArgs),
    /// Split each `kind: List` into documents, which a sync never does by itself; a diff, unless --write.
    #[command(after_help = "Examples:
  hedgerow fmt raw/*.yaml                         what would change (exit 1: something would)
  hedgerow fmt --write --strip-server-fields raw  also without status, uid, resourceVersion and their like
  kubectl get vpcs -o yaml | hedgerow fmt --write --strip-server-fields - > raw/vpcs.yaml")]
    Fmt(FmtArgs),
    /// The managed objects in one folder, as `hhfab` reads them.
    #[command(after_help = "Examples:
  hedgerow export include                         a file for each object
  hedgerow export --single --repo ./fabrics.git --path fabrics/one include

Exit codes: 0 all of managed/ is there, 1 something is left out, 2 failed.")]
    Export(ExportArgs),
    /// Which gate a file or document passed or was stopped at, and what to do.
    #[command(after_help = "Examples:
  hedgerow why raw/leafs.yaml                     every document of the file
  hedgerow why raw/leafs.yaml#3                   the fourth (they count from 0)
  hedgerow why --worktree raw/leafs.yaml          as it is on disk")]
    Why(WhyArgs),
    /// Can I work? Every condition, a line each, with the fix.
    #[command(after_help = "Examples:
  hedgerow check
  hedgerow check --probe                          prove writing, by making and deleting a side ref")]
    Check(CheckArgs),
    /// A local remote with an example fabric of 48 objects, and the whole job on it.
    #[command(after_help = "Examples:
  hedgerow demo
  hedgerow demo --dir ./demo")]
    Demo(DemoArgs),
    /// The store itself: copy it to another database, look it over, back it up.
    #[command(subcommand)]
    Store(StoreCommand),
    /// The service, and what one asks of it.
    #[command(flatten)]
    Service(service::Verb),
    /// A completion script for a shell.
    #[command(after_help = "Example:
  hedgerow completion bash > /etc/bash_completion.d/hedgerow")]
    Completion {
        /// Which shell.
        shell: clap_complete::Shell,
    },
    /// The manual pages, a file for each command.
    #[command(after_help = "Example:
  hedgerow man /usr/local/share/man/man1")]
    Man {
        /// The directory to write them into; it is there already.
        dir: PathBuf,
    },
}

/// `hedgerow sync`
#[derive(Args, Debug)]
pub(crate) struct SyncArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Put the commit on this branch, for people to merge.
    #[arg(long, env = "HEDGEROW_PUSH_TO", value_name = "BRANCH")]
    pub(crate) push_to: Option<String>,
    /// Go on after somebody reverted our commit: its id, as your word that you mean it.
    #[arg(long, value_name = "COMMIT")]
    pub(crate) resume: Option<String>,
    /// Mark objects deleted that are gone from the tree, although they are many: your word that it is meant.
    #[arg(long)]
    pub(crate) confirm_deletions: bool,
    #[command(flatten)]
    pub(crate) committing: Committing,
}

/// `hedgerow plan`
#[derive(Args, Debug)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// Plan the clone's work tree, with what is not committed or pushed yet.
    #[arg(long, conflicts_with_all = ["repo", "branch"])]
    pub(crate) worktree: bool,
}

/// `hedgerow init`
#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) committing: Committing,
}

/// `hedgerow get`
#[derive(Subcommand, Debug)]
pub(crate) enum Get {
    /// The objects on record.
    #[command(after_help = "Examples:
  hedgerow get objects
  hedgerow get objects --kind Switch -o csv")]
    Objects(ObjectsArgs),
    /// The runs, newest first.
    Runs(RunsArgs),
    /// One run.
    Run(RunArgs),
}

/// `hedgerow get objects`
#[derive(Args, Debug)]
pub(crate) struct ObjectsArgs {
    /// Only this kind.
    #[arg(long)]
    pub(crate) kind: Option<String>,
    /// Only this name.
    #[arg(long)]
    pub(crate) name: Option<String>,
    /// Only the fabric in this directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<String>,
    /// Only present, deleted or unreadable ones.
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
}

/// `hedgerow get runs`
#[derive(Args, Debug)]
pub(crate) struct RunsArgs {
    /// Only the fabric in this directory.
    #[arg(long, value_name = "DIR")]
    pub(crate) path: Option<String>,
    /// At most so many.
    #[arg(long, default_value_t = 20)]
    pub(crate) limit: u32,
}

/// `hedgerow get run`
#[derive(Args, Debug)]
pub(crate) struct RunArgs {
    /// The run's id, or its unique start.
    pub(crate) id: String,
}

/// `hedgerow why`
#[derive(Args, Debug)]
pub(crate) struct WhyArgs {
    #[command(flatten)]
    pub(crate) target: Target,
    #[command(flatten)]
    pub(crate) judging: Judging,
    /// The file, from the repository's root or the fabric's directory; with #INDEX, one document of it.
    #[arg(value_name = "FILE[#INDEX]", required = true)]
    pub(crate) files: Vec<String>,
    /// As it is in the clone's work tree.
    #[arg(long, conflicts_with_all = ["repo", "branch"])]
    pub(crate) worktree: bool,
}

/// `hedgerow demo`
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Where to put it; must not exist yet, or be empty.
    #[arg(long, value_name = "DIR", default_value = "hedgerow-demo")]
    pub(crate) dir: PathBuf,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Cli::command().debug_assert();
    }
}
