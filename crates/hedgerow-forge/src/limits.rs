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
