//! Every limit of this crate has its name here (invariant 9).

use std::time::Duration;

/// The largest webhook that is taken, in bytes. Forges cap theirs at 25 MB, and one of a usual push has some 10 kB; what
/// is over this is refused unread, and the timer finds the push.
pub const MAX_WEBHOOK_BYTES: usize = 4 * 1024 * 1024;
/// How far the time in a signed webhook may be from ours, either way. The Standard Webhooks specification's five minutes.
pub const WEBHOOK_WINDOW: Duration = Duration::from_secs(5 * 60);
/// The longest delivery id and event name that is kept of a webhook, in bytes. Longer ones are as good as absent.
pub const MAX_WORD_BYTES: usize = 256;
/// The longest URL that a push may name its repository by, in bytes.
pub const MAX_URL_BYTES: usize = 2 * 1024;
/// The longest secret of a hook, in bytes.
pub const MAX_SECRET_BYTES: usize = 1024;
/// The most URLs that one push names its repository by.
pub const MAX_PUSH_URLS: usize = 8;
/// The most signatures that one signature header may carry: while a secret is rotated it carries two.
pub const MAX_SIGNATURES: usize = 8;
/// How long a forge may take to be reached.
pub const CONNECT_TIME: Duration = Duration::from_secs(10);
/// How long a forge may take to answer, all in all.
pub const REQUEST_TIME: Duration = Duration::from_secs(30);
/// How long a git server may take to say how long it wants to be left alone.
pub const PATIENCE_TIME: Duration = Duration::from_secs(5);
/// The largest answer of a forge's, in bytes.
pub const MAX_ANSWER_BYTES: usize = 256 * 1024;
/// The longest that a forge may ask us to stay away; the more it asks for, the more likely that it is a mistake.
pub const MAX_RETRY_AFTER: Duration = Duration::from_secs(60 * 60);
/// How long a forge is left alone after it refused without saying for how long.
pub const DEFAULT_BACKOFF: Duration = Duration::from_secs(30);
/// An installation's token is changed this long before it ends: longer than a run may take.
pub const REFRESH_AHEAD: Duration = Duration::from_secs(15 * 60);
/// How old an app's letter says that it is, in seconds: GitHub's advice for clocks that differ.
pub const APP_LETTER_AGE: i64 = 60;
/// How long an app's letter is good, in seconds: GitHub takes ten minutes at most, from its own clock.
pub const APP_LETTER_LIFE: i64 = 9 * 60;
