//! Every limit of this crate has its name here (invariant 9). The core has its own for what a file may hold.

use std::time::Duration;

/// The most of a child's standard error that is kept, in bytes: its end, since git says last what mattered.
pub const MAX_STDERR_BYTES: usize = 64 * 1024;
/// The most of a child's standard output that is kept, in bytes. More of it is an error, never a cut answer.
pub const MAX_STDOUT_BYTES: usize = 64 * 1024 * 1024;
/// How long a child may take to end after a polite signal, before it is killed.
pub const GRACE: Duration = Duration::from_millis(500);
/// How far a service's git gives way, as `nice` counts: it gets a tenth of what it would, and only where others want the rest.
pub const NICENESS: i32 = 10;
/// The most memory of its own that a git program may take, in bytes. git keeps a server's answer whole while it reads it, and a
/// server that means harm answers with what unpacks to more than the machine has.
pub const MAX_GIT_MEMORY_BYTES: u64 = 2 * 1024 * 1024 * 1024;
/// How often a waiting parent looks whether it was cancelled.
pub const CANCEL_TICK: Duration = Duration::from_millis(25);
/// A transfer slower than [`LOW_SPEED_BYTES`] a second for this long has died.
pub const LOW_SPEED_TIME: Duration = Duration::from_secs(30);
/// See [`LOW_SPEED_TIME`].
pub const LOW_SPEED_BYTES: u32 = 1;
/// How long ssh may take to reach a host.
pub const SSH_CONNECT_TIME: Duration = Duration::from_secs(15);
/// Up to this size a push over HTTP is one request with a known length; a larger one is two, in chunks.
pub const HTTP_POST_BYTES: u32 = 64 * 1024 * 1024;
/// The longest prompt of git's, and the longest secret, in bytes.
pub const MAX_PROMPT_BYTES: u64 = 4 * 1024;
/// How long either side of the askpass socket may take to say its line.
pub const ASKPASS_TIME: Duration = Duration::from_secs(10);
/// The longest question that ssh may ask our agent, and the longest answer of somebody's, in bytes. OpenSSH's own limit.
pub const MAX_AGENT_BYTES: usize = 256 * 1024;
/// How long our agent waits for ssh to ask on. ssh keeps the connection open while it connects and authenticates.
pub const AGENT_TIME: Duration = Duration::from_secs(60);
/// The longest line that pins a host's key, in bytes.
pub const MAX_HOST_KEY_BYTES: usize = 16 * 1024;
/// The longest URL, in bytes.
pub const MAX_URL_BYTES: usize = 2 * 1024;
/// The most entries that one fabric's directory may have.
pub const MAX_ENTRIES: usize = 1_000_000;
/// The most paths at which two trees may differ, directories included, while they are compared.
pub const MAX_COMPARED: usize = 5_000_000;
/// The most content of one fabric's directory that is held in memory, in bytes.
pub const MAX_FABRIC_BYTES: u64 = 512 * 1024 * 1024;
/// The deepest directory below the repository's root that is walked.
pub const MAX_TREE_DEPTH: usize = 64;
/// How many directories below the root a fabric's directory is looked for.
pub const MAX_DISCOVERY_DEPTH: usize = 6;
/// The most trees that are opened while fabrics are looked for.
pub const MAX_DISCOVERY_TREES: usize = 20_000;
/// The most commits that one question about history walks.
pub const MAX_COMMITS: usize = 1_000_000;
/// The largest object that is held in memory, in bytes: the largest file, since trees and commits are smaller.
pub const MAX_OBJECT_BYTES: u64 = hedgerow_core::limits::MAX_FILE_BYTES;
/// How much of what was read is kept to resolve deltas against, in bytes.
pub const PACK_CACHE_BYTES: usize = 16 * 1024 * 1024;
/// How much of the versions of directories is kept while a history is compared, in bytes: some chains of deltas of a directory
/// of ten thousand files.
pub const VERSIONS_BYTES: usize = 64 * 1024 * 1024;
/// The longest chain of deltas that is worked through step by step; git makes none that is longer.
pub const MAX_CHAIN: usize = 4095;
/// So many threads that hang with a copy of one remote are given up; then the next one has to wait.
pub const MAX_GIVEN_UP: usize = 4;
/// A cache with more packs than this is made anew, since each costs every later look-up.
pub const MAX_PACKS: usize = 60;
/// How much history the first fetch brings. The head alone would do for placing; but whether our last commit was taken back
/// is a question about history, and asking for that later costs three more requests.
pub const FIRST_DEPTH: u32 = 50;
/// The most packs that an open copy can see: [`MAX_PACKS`] and what one run may add.
pub const PACK_SLOTS: u16 = 4096;
/// How long somebody's SSH agent may take to sign: a person may have to touch a key.
pub const SIGNING_AGENT_TIME: Duration = Duration::from_secs(60);
/// Of how many commits git is asked at once who signed them.
pub const SIGNATURES_AT_ONCE: usize = 500;
/// The most branches that an error lists.
pub const MAX_BRANCHES_NAMED: usize = 20;
