//! Who signed which commit, as git and `ssh-keygen` judge it: `valid-after` and `valid-before` of an allowed signer are held
//! against the commit's time, so that a key that was taken out of use still vouches for what it signed before.

use std::collections::HashMap;
use std::path::Path;

use super::Mirror;
use crate::error::GitError;
use crate::id::CommitId;
use crate::limits::SIGNATURES_AT_ONCE;

/// What git says of a commit's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// Good, by the allowed signer of this name.
    Good(String),
    /// There is none.
    Missing,
    /// There is one that does not count: not by an allowed signer, not valid at the commit's time, or not of this commit.
    Refused,
}

impl Mirror {
    /// What git says of the signatures of `commits`, with `allowed` as the file of allowed signers
    /// (`git help config`, `gpg.ssh.allowedSignersFile`). Needs `ssh-keygen` on the PATH.
    ///
    /// # Errors
    /// When git could not tell.
    pub fn signatures(&self, commits: &[&CommitId], allowed: &Path) -> Result<HashMap<CommitId, Signature>, GitError> {
        let mut signatures = HashMap::new();
        for commits in commits.chunks(SIGNATURES_AT_ONCE) {
            let mut line = self.git.commands().ours("log", &self.copy());
            let mut signers = std::ffi::OsString::from("gpg.ssh.allowedSignersFile=");
            signers.push(allowed);
            line.config(signers);
            // Only SSH counts: whom gpg trusts is a matter of the machine that asks.
            for program in ["gpg.ssh.program=ssh-keygen", "gpg.program=false", "gpg.x509.program=false"] {
                line.config(program);
            }
            let line = line.options(["--no-walk=unsorted", "--format=%H %G? %GS"]);
            let command = line.options(commits.iter().map(|commit| commit.as_str())).operands([""; 0]);
            let output = self.git.output(&command)?;
            signatures.extend(String::from_utf8_lossy(&output).lines().filter_map(signature));
        }
        Ok(signatures)
    }
}

/// A line of the answer: the commit, git's letter, and the signer.
fn signature(line: &str) -> Option<(CommitId, Signature)> {
    let (id, rest) = line.split_once(' ')?;
    let (letter, signer) = rest.split_once(' ').unwrap_or((rest, ""));
    let signature = match letter {
        "G" => Signature::Good(signer.to_owned()),
        "N" => Signature::Missing,
        _ => Signature::Refused,
    };
    Some((CommitId::parse(id).ok()?, signature))
}
