//! Every limit of the store has its name here (invariant 9).

use std::time::Duration;

/// The most rows of one page of a listing.
pub const MAX_PAGE_ROWS: u32 = 1_000;
/// The longest group, kind, namespace, name or version of an object that is recorded, in bytes: that of a DNS subdomain.
pub const MAX_NAME_BYTES: usize = 253;
/// Rows of one upsert. 500 rows of 15 values stay below SQLite's 32,766 parameters and PostgreSQL's 65,535.
pub const BATCH_ROWS: usize = 500;
/// Connections of one store. More would only queue at SQLite's one writer.
pub const MAX_CONNECTIONS: u32 = 4;
/// How long a statement waits for another writer's transaction. Transactions here last well under a second each,
/// and twenty processes may stand in line.
pub const BUSY_WAIT: Duration = Duration::from_secs(30);
/// How long a connection may take.
pub const CONNECT_WAIT: Duration = Duration::from_secs(10);
/// A connection to PostgreSQL that does not answer within this time is closed.
pub const PROBE_WAIT: Duration = Duration::from_secs(2);
/// A connection to PostgreSQL that was in use so recently is not asked whether it still is one.
pub const FRESH: Duration = Duration::from_secs(1);
/// How long whoever can do nothing else waits for the store. It is more than [`BUSY_WAIT`]: a database that is busy says so first.
pub const ANSWER_WAIT: Duration = Duration::from_secs(40);
/// How long one statement of a service's may keep PostgreSQL at work. Nobody waits for it any more by then.
pub const STATEMENT_WAIT: Duration = Duration::from_secs(60);
/// The longest run id, in bytes.
pub const MAX_RUN_ID_BYTES: usize = 64;
/// How many ids an ambiguous prefix is answered with.
pub const MAX_AMBIGUOUS_IDS: usize = 10;
/// Who waits for a lease looks again after a random time between a half and one and a half of this.
pub const LEASE_POLL: Duration = Duration::from_millis(25);
/// How many runs of a fabric that left nothing behind, neither a commit nor a record of objects, are kept: the newest. With
/// a run every five minutes they reach back for three days and a half. All others are kept.
pub const MAX_IDLE_RUNS: u32 = 1_000;
/// How many deliveries with a good signature are kept: the newest. An hour of the busiest that is meant.
pub const MAX_DELIVERIES: u32 = 50_000;
/// How many deliveries without a good signature are kept: the newest.
pub const MAX_REFUSED_DELIVERIES: u32 = 1_000;
/// How long a delivery is kept.
pub const DELIVERY_AGE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// The longest name of a repository, a fabric or a token, in bytes.
pub const MAX_LINK_NAME_BYTES: usize = 63;
/// A service that was not heard of for so long is dead: others take over what it had claimed.
pub const INSTANCE_TTL: Duration = Duration::from_secs(15);
/// How many visits of a repository are kept: the newest.
pub const MAX_VISITS: u32 = 1_000;
/// How many events of a fabric, and how many of none, are kept: the newest.
pub const MAX_EVENTS: u32 = 1_000;
/// How many values one statement of a copy brings along; SQLite takes 32,766.
pub const COPY_PARAMETERS: usize = 6_000;
/// The most objects that are read at once with their values: what a picture is drawn of.
pub const MAX_SURVEYED: u32 = 100_000;
/// How long the rings of programs are waited for, for each that waits: forges tell of one push several times, and our own
/// push rings too.
pub const RING_SETTLE: Duration = Duration::from_millis(250);
/// However many ring, nobody waits longer for them.
pub const MAX_RING_SETTLE: Duration = Duration::from_secs(5);
