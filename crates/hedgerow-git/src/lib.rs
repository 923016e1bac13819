//! A repository and its remote: fetch, snapshot, commit, push, head, credentials.
//!
//! The network is the `git` program's, the objects are read and written by `gix`. Everything here blocks: callers put
//! it on threads of their own. Three rules hold throughout: one module builds every git command line (`command`), a
//! secret reaches git only through a socket ([`askpass`]; a key does not even that: ssh asks an agent of ours to sign), and "absent" is never the same answer as "could not tell".
#![cfg_attr(test, allow(clippy::unwrap_used))]

mod agent;
mod archive;
pub mod askpass;
mod branch;
mod cancel;
mod clone;
mod command;
mod credential;
mod error;
mod git;
mod guard;
mod id;
mod key;
pub mod limits;
mod mirror;
mod objects;
mod output;
mod peer;
mod process;
mod redact;
mod signer;
mod url;

pub use archive::{Archive, FileLook, Listed, ListedKind};
pub use branch::{BranchChoice, BranchName, BranchNameError};
pub use cancel::Cancel;
pub use clone::{Clone, Unsent, Upstream};
pub use credential::{Credential, Remote};
pub use error::{GitError, MirrorError, ObjectError, RemoteError};
pub use git::{CheckedOut, Doubt, Git, GitConfig, Version};
pub use guard::Guard;
pub use id::{CommitId, IdError, TreeId};
pub use key::{HeldKey, HostKeys, KeyError};
pub use mirror::{Ancestry, Depth, Fetched, Look, Mirror, Moved, Push, Signature, Snapshot, TreeLook};
pub use objects::{CommitRead, CommitText, CommitTime, Difference, Leaf, Log, LogEnd, Person, Signed, Standing};
pub use signer::{AllowedSigner, Signer, SignerError};
pub use url::{RemoteUrl, Transport, UrlError};
