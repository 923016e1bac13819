//! `git push --porcelain` of one ref, and what it says on standard error.

use crate::mirror::Push;
use crate::redact;

/// What a push that ended came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Report {
    /// The remote, or git's own check of what the remote had advertised, answered.
    Answered(Push),
    /// The remote says that the branch moved under the push: by others, or by our own, sent twice.
    Raced(String),
    /// It failed before anything was sent: an ordinary refusal of a connection.
    NothingSent,
}

/// Ends of a conversation in which the remote may have taken our commit.
const CUT: &[&str] = &[
    "RPC failed",
    "unexpected disconnect",
    "hung up unexpectedly",
    "early EOF",
    "bad line length",
    "failed to push some refs",
    "unable to parse remote unpack status",
    "expected flush",
    "protocol error",
    "send-pack",
    "pack-objects died",
];

/// Reasons by which the branch is not where we expect it, or somebody is moving it this moment.
const MOVED: &[&str] = &[
    "stale info",
    "fetch first",
    "non-fast-forward",
    "incorrect old value provided",
    "failed to update ref",
    "cannot lock ref",
    "failed to lock",
    "reference already exists",
    "remote ref updated since checkout",
];

/// HTTP statuses of the sending request by which the server took nothing.
const REFUSED_STATUS: &[&str] = &["HTTP 400", "HTTP 401", "HTTP 403", "HTTP 404", "HTTP 411", "HTTP 413", "HTTP 429"];

/// `success`: the exit code was 0.
pub(crate) fn report(stdout: &[u8], stderr: &str, success: bool, secret: Option<&str>) -> Report {
    let stdout = String::from_utf8_lossy(stdout);
    let words = redact::words(&servers_words(stderr), secret);
    match stdout.lines().find_map(status) {
        Some((' ' | '*' | '=' | '-', _)) if success => Report::Answered(Push::Pushed),
        Some(('!', summary)) => rejected(summary, words, stderr),
        Some((flag, summary)) => Report::Answered(Push::Unknown(join(&format!("{flag} {summary}"), &words))),
        None if success => Report::Answered(Push::Unknown(join("git said nothing of the ref", &words))),
        None => unanswered(stderr, secret),
    }
}

/// `<flag>\t<from>:<to>\t<summary>`
fn status(line: &str) -> Option<(char, &str)> {
    let mut parts = line.splitn(3, '\t');
    let flag = parts.next().filter(|flag| flag.len() == 1)?.chars().next()?;
    let (_, summary) = (parts.next()?, parts.next()?);
    " +-*!=".contains(flag).then_some((flag, summary))
}

fn rejected(summary: &str, words: String, stderr: &str) -> Report {
    let remotes = summary.starts_with("[remote rejected]");
    if summary.starts_with("[remote failure]") || summary.contains("remote failed to report status") {
        return Report::Answered(Push::Unknown(join(summary, &words)));
    }
    // "failed to update ref" is said for a race and for a server that cannot write; its words tell which.
    let race = stderr.contains("but expected")
        || stderr.contains("reference already exists")
        || stderr.contains(".lock': File exists");
    let moved = MOVED.iter().any(|reason| summary.contains(reason));
    match (remotes, moved) {
        (false, true) => Report::Answered(Push::Moved),
        (true, true) if race || !summary.contains("failed to") => Report::Raced(join(summary, &words)),
        _ => Report::Answered(Push::Refused(join(summary, &words))),
    }
}

fn unanswered(stderr: &str, secret: Option<&str>) -> Report {
    let words = redact::words(stderr, secret);
    if REFUSED_STATUS.iter().any(|status| stderr.contains(&format!("RPC failed; {status} "))) {
        return Report::Answered(Push::Refused(words));
    }
    let cut = CUT.iter().any(|sign| stderr.contains(sign)) && !before_sending(stderr);
    if cut { Report::Answered(Push::Unknown(words)) } else { Report::NothingSent }
}

/// git says these while it asks for the remote's refs, before it has sent anything.
fn before_sending(stderr: &str) -> bool {
    stderr.contains("fatal: unable to access")
        || stderr.contains("fatal: Authentication failed")
        || stderr.contains("fatal: Could not read from remote repository")
        || (stderr.contains("fatal: repository '") && stderr.contains("not found"))
}

/// The lines that the remote itself wrote.
fn servers_words(stderr: &str) -> String {
    let lines: Vec<&str> = stderr.lines().filter_map(|line| line.strip_prefix("remote:")).map(str::trim).collect();
    lines.join("\n")
}

fn join(summary: &str, words: &str) -> String {
    if words.is_empty() { summary.to_owned() } else { format!("{summary}\n{words}") }
}

#[cfg(test)]
mod tests;
