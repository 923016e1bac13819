//! What is known of a fabric, as conditions. A pure function of facts and time, so that they are right whoever asks and
//! whoever is dead.

use std::time::Duration;

use hedgerow_store::{ConditionKind, ConditionRow, HoldKind, LinkedFabric, Liveness, Truth, Verification};

use super::settings::{JITTER, MIN_GRACE, Settings};

/// A condition as it is now; since when is another question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) kind: ConditionKind,
    pub(super) status: Truth,
    pub(super) reason: String,
    pub(super) message: String,
}

/// The conditions of `fabric` that last, at `now_ms`. ([`reconciling`] is of the moment, and told by whoever knows.)
pub(super) fn lasting(fabric: &LinkedFabric, known: &Liveness, settings: &Settings, now_ms: i64) -> [Condition; 5] {
    [
        ready(fabric, known),
        stalled(fabric, known),
        witnessed(known),
        conserved(known),
        overdue(fabric, known, settings, now_ms),
    ]
}

/// Whether a run is under way (`step`), or has been asked for.
pub(super) fn reconciling(step: Option<&str>, rung: bool) -> Condition {
    let of = |status, reason: &str, message: String| condition(ConditionKind::Reconciling, status, reason, message);
    match step {
        Some(step) => of(Truth::True, "Running", step.to_owned()),
        None if rung => of(Truth::True, "Rung", "somebody rang; a worker is on its way".to_owned()),
        None => of(Truth::False, "Idle", "nobody rang since the last look".to_owned()),
    }
}

fn condition(kind: ConditionKind, status: Truth, reason: &str, message: String) -> Condition {
    Condition { kind, status, reason: reason.to_owned(), message }
}

fn ready(fabric: &LinkedFabric, known: &Liveness) -> Condition {
    let of = |status, reason: &str, message: String| condition(ConditionKind::Ready, status, reason, message);
    if let Some(suspension) = &fabric.suspension {
        let words = format!("{} suspended it: {}", suspension.by, suspension.reason);
        return of(Truth::False, "Suspended", words);
    }
    if let Some(hold) = &known.hold {
        return of(Truth::False, &camel(hold.kind.as_str()), hold.message.clone());
    }
    if let Some(reason) = &known.reason {
        let status = if is_passing(&reason.code) { Truth::Unknown } else { Truth::False };
        return of(status, &camel(&reason.code), reason.text.clone());
    }
    if known.verified_ms.is_none() && known.verification.is_none() {
        return of(Truth::Unknown, "NeverRun", "no run has been verified yet".to_owned());
    }
    let head = known.head.as_deref().map_or_else(String::new, |head| format!("{}@{}", fabric.branch, short(head)));
    match known.verification {
        _ if known.held > 0 => of(Truth::False, "Held", format!("{head}: {} documents are held", known.held)),
        Some(Verification::Verified) if known.pending_deletions > 0 => {
            let words = format!("{head}; {} objects that are gone wait for a person's word", known.pending_deletions);
            of(Truth::True, "Verified", words)
        }
        Some(Verification::Verified) => of(Truth::True, "Verified", head),
        _ => of(Truth::Unknown, "NotYetVerified", known.witness.clone().unwrap_or_default()),
    }
}

/// The first ten digits of a commit's id, for people.
fn short(id: &str) -> &str {
    id.get(..10).unwrap_or(id)
}

/// What somebody stopped on purpose, by command or in the tree's policy, is not stuck: it is `Ready` that tells it.
fn stalled(fabric: &LinkedFabric, known: &Liveness) -> Condition {
    let of = |status, reason: &str, message: String| condition(ConditionKind::Stalled, status, reason, message);
    let by_policy = known.reason.as_ref().is_some_and(|reason| reason.code == "suspended");
    match (&known.hold, &known.reason) {
        _ if by_policy || fabric.suspension.is_some() => {
            of(Truth::False, "Suspended", "somebody stopped it on purpose".to_owned())
        }
        (Some(hold), _) => {
            let words = format!("{}; it goes on with: fabric resume --accept {}", hold.message, hold.commit);
            of(Truth::True, &camel(hold.kind.as_str()), words)
        }
        (None, Some(reason)) if reason.code == "hung" || !is_passing(&reason.code) => {
            of(Truth::True, &camel(&reason.code), reason.text.clone())
        }
        _ => of(Truth::False, "Progressing", "nothing stands in its way".to_owned()),
    }
}

fn witnessed(known: &Liveness) -> Condition {
    let words = known.witness.clone().unwrap_or_default();
    let of = |status, reason: &str, message: String| condition(ConditionKind::Witnessed, status, reason, message);
    match known.verification {
        Some(Verification::Verified) => of(Truth::True, "Agrees", words),
        Some(Verification::Differs) => of(Truth::False, "Differs", words),
        Some(Verification::NotYet) => of(Truth::Unknown, "NotYet", words),
        Some(Verification::None) | None => {
            of(Truth::Unknown, "NobodyLooked", "there was no second look yet".to_owned())
        }
    }
}

fn conserved(known: &Liveness) -> Condition {
    let of = |status, reason: &str, message: String| condition(ConditionKind::Conserved, status, reason, message);
    let tampered = known.hold.as_ref().filter(|hold| hold.kind == HoldKind::Tampered);
    match (&known.reason, tampered) {
        (Some(reason), _) if reason.code == "unbalanced" => of(Truth::False, "Unbalanced", reason.text.clone()),
        (_, Some(hold)) => of(Truth::False, "Tampered", hold.message.clone()),
        _ if known.verified_ms.is_some() => {
            of(Truth::True, "Balanced", "every document is in exactly one place, or accounted for".to_owned())
        }
        _ => of(Truth::Unknown, "NeverRun", "no run has been verified yet".to_owned()),
    }
}

fn overdue(fabric: &LinkedFabric, known: &Liveness, settings: &Settings, now_ms: i64) -> Condition {
    let of = |status, reason: &str, message: String| condition(ConditionKind::Overdue, status, reason, message);
    if fabric.suspension.is_some() {
        return of(Truth::False, "Suspended", "nobody is to look".to_owned());
    }
    let deadline_ms = deadline_ms(fabric, known, settings, now_ms);
    if now_ms <= deadline_ms {
        return of(Truth::False, "InTime", "the next look is not late".to_owned());
    }
    match known.looked_ms {
        Some(_) => of(Truth::True, "Late", "the remote has not answered for longer than it may".to_owned()),
        None => of(Truth::True, "NeverLooked", "the remote has never answered".to_owned()),
    }
}

/// Until when the remote must have answered once more: when the look is due, and half an interval. A last answer in the future is
/// one by a clock that was set back since, and says nothing.
pub(super) fn deadline_ms(fabric: &LinkedFabric, known: &Liveness, settings: &Settings, now_ms: i64) -> i64 {
    let interval = interval(fabric, settings);
    let grace = (interval / 2).max(MIN_GRACE);
    let looked_ms = known.looked_ms.filter(|looked_ms| *looked_ms <= now_ms + milliseconds(grace));
    let since = looked_ms.unwrap_or(fabric.linked_ms).max(fabric.linked_ms);
    since + milliseconds(interval.mul_f64(1.0 + JITTER) + grace)
}

/// How long after a look the next one of this fabric is due.
pub(super) fn interval(fabric: &LinkedFabric, settings: &Settings) -> Duration {
    let own = fabric.interval_ms.and_then(|ms| u64::try_from(ms).ok()).map(Duration::from_millis);
    own.unwrap_or(settings.interval).max(super::settings::MIN_INTERVAL)
}

pub(super) fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

/// Whether the reason is that it could not be told how things stand, rather than that they stand badly.
pub(super) fn is_passing(code: &str) -> bool {
    const TELLING: &[&str] = &[
        "not_a_directory",
        "policy",
        "settings",
        "directory",
        "no_directory",
        "no_fabric",
        "many_fabrics",
        "work_tree",
        "suspended",
        "reverted",
        "rewritten",
        "forgotten",
        "tampered",
        "breaker",
        "frozen",
        "refused",
        "unbalanced",
        "lost",
        "unborn",
        "no_branch",
        "objects",
    ];
    !TELLING.contains(&code)
}

/// `not_found` as Kubernetes writes it.
pub(super) fn camel(word: &str) -> String {
    let part = |part: &str| {
        let mut letters = part.chars();
        letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
    };
    word.split('_').map(part).collect()
}

impl Condition {
    /// The row that tells it, as of `now_ms`: since when it holds goes on where it is not new.
    pub(super) fn row(self, before: Option<&ConditionRow>, now_ms: i64) -> ConditionRow {
        let since_ms = before.filter(|row| row.status == self.status).map_or(now_ms, |row| row.since_ms);
        ConditionRow { kind: self.kind, status: self.status, reason: self.reason, message: self.message, since_ms }
    }
}
