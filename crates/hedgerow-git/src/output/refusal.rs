//! From git's last words to what the caller can do about them.

use crate::branch::BranchName;
use crate::error::RemoteError;
use crate::redact;

/// What a sign in git's words means. The words go into it.
type Meaning = fn(String) -> RemoteError;

/// Signs, in the order in which they are looked for: the more certain ones first. git runs with `LC_ALL=C`.
const SIGNS: &[(&str, Meaning)] = &[
    ("Host key verification failed", |words| RemoteError::HostKey { words }),
    ("REMOTE HOST IDENTIFICATION HAS CHANGED", |words| RemoteError::HostKey { words }),
    ("Could not resolve host", |words| RemoteError::HostUnknown { words }),
    ("Could not resolve proxy", |words| RemoteError::HostUnknown { words }),
    ("Name or service not known", |words| RemoteError::HostUnknown { words }),
    ("Temporary failure in name resolution", |words| RemoteError::HostUnknown { words }),
    ("No address associated with hostname", |words| RemoteError::HostUnknown { words }),
    ("Operation too slow", timeout),
    ("Operation timed out", timeout),
    ("Connection timed out", timeout),
    ("Connection refused", |words| RemoteError::Unreachable { words }),
    ("Failed to connect to", |words| RemoteError::Unreachable { words }),
    ("Couldn't connect to server", |words| RemoteError::Unreachable { words }),
    ("No route to host", |words| RemoteError::Unreachable { words }),
    ("Network is unreachable", |words| RemoteError::Unreachable { words }),
    // A line that was cut after the handshake, in the words of either library for TLS: no certificate is at fault.
    ("GnuTLS recv error", |words| RemoteError::Broken { words }),
    ("OpenSSL SSL_read", |words| RemoteError::Broken { words }),
    ("OpenSSL SSL_write", |words| RemoteError::Broken { words }),
    ("SSL certificate problem", |words| RemoteError::Tls { words }),
    ("certificate verification failed", |words| RemoteError::Tls { words }),
    ("server certificate expiration date has passed", |words| RemoteError::Tls { words }),
    ("server certificate not activated yet", |words| RemoteError::Tls { words }),
    ("SSL: certificate subject name", |words| RemoteError::Tls { words }),
    ("SSL routines", |words| RemoteError::Tls { words }),
    ("gnutls_handshake", |words| RemoteError::Tls { words }),
    ("TLS connect error", |words| RemoteError::Tls { words }),
    ("SSL_ERROR", |words| RemoteError::Tls { words }),
    ("SSL: no alternative certificate subject name", |words| RemoteError::Tls { words }),
    ("Permission denied (", |words| RemoteError::Unauthorized { words }),
    ("Authentication failed", |words| RemoteError::Unauthorized { words }),
    ("could not read Username", |words| RemoteError::Unauthorized { words }),
    ("could not read Password", |words| RemoteError::Unauthorized { words }),
    ("Invalid username or", |words| RemoteError::Unauthorized { words }),
    ("returned error: 401", |words| RemoteError::Unauthorized { words }),
    ("returned error: 403", |words| RemoteError::Forbidden { words }),
    ("returned error: 404", |words| RemoteError::NotFound { words }),
    ("returned error: 410", |words| RemoteError::NotFound { words }),
    ("returned error: 429", |words| RemoteError::RateLimited { retry_after: None, words }),
    ("returned error: 30", |_| RemoteError::Redirected { to: None }),
    ("returned error: 5", |words| RemoteError::Server { words }),
    ("detected dubious ownership", |words| RemoteError::Forbidden { words }),
    ("denied to ", |words| RemoteError::Forbidden { words }),
    ("marked as read only", |words| RemoteError::Forbidden { words }),
    ("access denied", |words| RemoteError::Forbidden { words }),
    ("not valid: is this a git repository?", |words| RemoteError::NotARepository { words }),
    ("does not appear to be a git repository", |words| RemoteError::NotARepository { words }),
    ("Repository not found", |words| RemoteError::NotFound { words }),
    ("does not exist", |words| RemoteError::NotFound { words }),
    ("No such file or directory", |words| RemoteError::NotFound { words }),
    ("not a git repository", |words| RemoteError::NotARepository { words }),
];

/// Signs that our own copy or disk is at fault, not the remote.
const LOCAL: &[&str] = &[
    ".lock': File exists",
    "No space left on device",
    "unable to write",
    "Read-only file system",
    "unable to create temporary",
    "bad object",
    "loose object",
    "packfile ",
    "is corrupt",
    "bad config",
    "could not create leading directories",
    "shallow file has changed",
    "did not send all necessary objects",
    "unable to read tree",
    "missing blob",
    "revision walk setup failed",
    "fatal: not a git repository: '",
];

/// Signs of a line that was cut, or of a server that does not speak git's protocol.
const BROKEN: &[&str] = &[
    "RPC failed",
    "hung up unexpectedly",
    "early EOF",
    "unexpected disconnect",
    "Empty reply from server",
    "Connection reset",
    "Connection closed",
    "protocol error",
    "bad line length",
    "invalid server response",
    "unexpected EOF",
    "expected flush",
    "transfer closed",
    "Recv failure",
    "inflate",
    "pack has bad object",
    "index-pack failed",
];

/// Git's words on a branch that is not there.
const NO_BRANCH: &[&str] = &["couldn't find remote ref ", "Remote branch "];

/// What `stderr` of a failed command means.
pub(crate) fn parse(stderr: &str, secret: Option<&str>) -> RemoteError {
    let words = redact::words(&without_advice(stderr), secret);
    if let Some(branch) = missing_branch(stderr) {
        return RemoteError::NoBranch { branch, available: Vec::new() };
    }
    if let Some(error) = not_found(stderr, &words) {
        return error;
    }
    // ssh says "Connection closed" as its last word on many things, and git "Could not read from remote": only when
    // nothing more certain was said does a cut line count.
    if LOCAL.iter().any(|sign| stderr.contains(sign)) && !remotes_own(stderr) {
        return RemoteError::Local { words };
    }
    match SIGNS.iter().find(|(sign, _)| stderr.contains(sign)) {
        Some((_, meaning)) => meaning(words),
        None if BROKEN.iter().any(|sign| stderr.contains(sign)) => RemoteError::Broken { words },
        None => RemoteError::Other { words },
    }
}

fn timeout(words: String) -> RemoteError {
    RemoteError::Timeout { after: crate::limits::LOW_SPEED_TIME, words }
}

/// `fatal: repository 'https://…' not found` is what git makes of a 404.
fn not_found(stderr: &str, words: &str) -> Option<RemoteError> {
    let line = stderr.lines().find(|line| line.starts_with("fatal: repository '"))?;
    let words = words.to_owned();
    if line.ends_with("not found") || line.ends_with("does not exist") {
        return Some(RemoteError::NotFound { words });
    }
    None
}

/// Whether a sign of a damaged repository came from the server's side.
fn remotes_own(stderr: &str) -> bool {
    LOCAL.iter().all(|sign| stderr.lines().filter(|line| line.contains(sign)).all(|line| line.starts_with("remote:")))
}

fn missing_branch(stderr: &str) -> Option<BranchName> {
    let line = stderr.lines().find(|line| NO_BRANCH.iter().any(|sign| line.contains(sign)))?;
    let rest = NO_BRANCH.iter().find_map(|sign| line.split_once(sign)).map(|(_, rest)| rest)?;
    let name = rest.split(" not found in upstream").next().unwrap_or(rest);
    // `HEAD` is no branch's name, but a fetch of it fails in the same words.
    BranchName::parse(name).or_else(|_| BranchName::parse("default")).ok()
}

/// git's general advice says nothing about this case.
fn without_advice(stderr: &str) -> String {
    const ADVICE: &[&str] =
        &["Please make sure you have the correct access rights", "and the repository exists.", "hint:", "Cloning into"];
    let kept = |line: &&str| !line.trim().is_empty() && !ADVICE.iter().any(|advice| line.starts_with(advice));
    stderr.lines().filter(kept).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests;
