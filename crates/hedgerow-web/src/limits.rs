//! Every limit of the API has its name here (invariant 9).

use std::time::Duration;

/// The largest body of a request, in bytes. The largest that is meant is a private key with its hosts' keys.
pub const MAX_BODY_BYTES: usize = 256 * 1024;
/// Rows of a page when the caller names no number.
pub const DEFAULT_PAGE_ROWS: u32 = 100;
/// The most rows of a page.
pub const MAX_PAGE_ROWS: u32 = hedgerow_store::limits::MAX_PAGE_ROWS;
/// Requests a minute of one token, or of one address without one, unless the service says otherwise.
pub const REQUESTS_PER_MINUTE: u32 = 600;
/// Callers whose requests are counted at once. Beyond it, those who could ask most freely are forgotten first.
pub const MAX_COUNTED_CALLERS: usize = 10_000;
/// How long an answer is remembered under its `Idempotency-Key`.
pub const IDEMPOTENCY: Duration = Duration::from_secs(24 * 60 * 60);
/// The longest `Idempotency-Key`, in bytes.
pub const MAX_IDEMPOTENCY_KEY_BYTES: usize = 255;
/// The largest answer that is remembered, in bytes.
pub const MAX_REMEMBERED_BYTES: usize = 256 * 1024;
/// A token's last use is noted once in this time.
pub const USE_NOTED_EVERY: Duration = Duration::from_secs(60);
/// How long a request waits for that.
pub const USE_NOTED_WITHIN: Duration = Duration::from_millis(250);
/// The longest reason of a suspension, in bytes.
pub const MAX_REASON_BYTES: usize = 1_000;
/// The longest that a token may be given a life, in days.
pub const MAX_TOKEN_DAYS: u32 = 3_660;
/// The largest text that is judged or filed, in bytes: the wiring of some thousand servers.
pub const MAX_VETTED_BYTES: usize = 1024 * 1024;
/// The largest body with such a text, as JSON or as a form spells it.
pub const MAX_VETTED_BODY_BYTES: usize = 3 * MAX_VETTED_BYTES + 64 * 1024;
/// The longest URL, secret or text of a request's single field, in bytes.
pub const MAX_TEXT_BYTES: usize = 64 * 1024;
/// How many of the fabrics that a token is for.
pub const MAX_TOKEN_FABRICS: usize = 1_000;
/// Connections at one time; the next one waits. A process may well have no more than 1,024 files open, and git needs some.
pub const MAX_CONNECTIONS: usize = 512;
/// How long a request may take to say all but its body, and how long a connection may be silent between two.
/// Proxies keep theirs open for as long.
pub const HEADER_TIME: Duration = Duration::from_secs(60);
/// How long a request's body may take to arrive.
pub const BODY_TIME: Duration = Duration::from_secs(30);
/// How much of a body that was refused is read and thrown away, so that whoever sends it sees the refusal. GitHub's largest
/// delivery has 25 MB.
pub const LINGER_BYTES: usize = 32 * 1024 * 1024;
/// How long that may take.
pub const LINGER_TIME: Duration = Duration::from_secs(5);
/// When no connection can be accepted, the next try is so much later.
pub const ACCEPT_PAUSE: Duration = Duration::from_millis(200);
/// How long a delivery's body may take to arrive.
pub const HOOK_BODY: Duration = Duration::from_secs(10);
/// A delivery that is not on record within this time is answered with "try again": forges wait for few seconds.
pub const HOOK_ANSWER: Duration = Duration::from_millis(900);
/// Memory for the bodies of all deliveries that are being read, in bytes.
pub const HOOK_MEMORY_BYTES: usize = 64 * 1024 * 1024;
/// Deliveries that wait to be put on record; the next one waits at the door.
pub const HOOK_QUEUE: usize = 4_096;
/// Deliveries that are put on record in one transaction.
pub const HOOK_BATCH: usize = 500;
/// Between the beginnings of two such transactions: each costs the same for one delivery as for ten.
pub const HOOK_GATHER: Duration = Duration::from_millis(10);
/// Old deliveries are forgotten once in so many new ones, or in a tenth of those that are kept where that is fewer.
pub const FORGET_EVERY: usize = 5_000;
/// With the first delivery after this time they are forgotten too: where few come, they grow old all the same.
pub const FORGET_AFTER: Duration = Duration::from_secs(60 * 60);
/// How long the opened secret of a hook is held: so long one that another process removed may still be good here.
pub const HOOK_SECRET_AGE: Duration = Duration::from_secs(5);
/// The secrets of so many hooks are held at once.
pub const MAX_OPEN_HOOKS: usize = 1_000;
/// How long a stream of progress waits for a step before it looks whether the run has ended.
pub const PROGRESS_LOOK: Duration = Duration::from_millis(500);
/// How often a page's stream looks whether there is anything new.
pub const PAGE_LOOK: Duration = Duration::from_millis(500);
/// A page's stream says that it is alive so often, and looks whether its reader is still signed in. See `hedgerow.js`.
pub const PAGE_BEAT: Duration = Duration::from_secs(5);
/// Streams of events that are open at once. A page without one asks again by itself.
pub const MAX_STREAMS: usize = 512;
/// Files on a plan, with what would change in them.
pub const MAX_DIFFERENCES: usize = 200;
/// Lines of a difference of one file.
pub const MAX_DIFFERENCE_LINES: usize = 200;
/// Lines of all differences of a plan.
pub const MAX_PLAN_LINES: usize = 2_000;
/// The largest text that is compared line by line, in bytes.
pub const MAX_COMPARED_BYTES: usize = 1024 * 1024;
/// The longest interval that a fabric may be given.
pub const MAX_INTERVAL: Duration = Duration::from_secs(7 * 24 * 60 * 60);
