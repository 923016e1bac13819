//! How a fabric stands, in one sentence. Green is only ever said of what a second look confirmed, and not for long.

use hedgerow_store::{LinkedFabric, Liveness, RunOutcome, Verification};

use super::parts::{Age, Due, Status, Tone, several};

/// What was verified longer ago than this, in ms, is not known any more.
pub(crate) const KNOWN_MS: i64 = 60 * 60_000;
/// A look that is late by more than this, in ms, is overdue.
const LATE_MS: i64 = 60_000;

/// A part of a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    pub(crate) text: String,
    pub(crate) is_strong: bool,
}

/// How a fabric stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) tone: Tone,
    /// In a word.
    pub(crate) word: &'static str,
    /// In a sentence.
    pub(crate) words: Vec<Words>,
}

/// All that it depends on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts<'a> {
    pub(crate) fabric: &'a LinkedFabric,
    pub(crate) known: &'a Liveness,
    pub(crate) objects: u64,
    /// When the next look is due.
    pub(crate) due_ms: Option<i64>,
    /// Whether a run is under way or was asked for.
    pub(crate) is_working: bool,
    pub(crate) now_ms: i64,
}

impl Standing {
    pub(crate) fn status(&self) -> Status {
        Status::new(self.tone, self.word)
    }

    /// The sentence without its emphasis.
    pub(crate) fn plain(&self) -> String {
        self.words.iter().map(|words| words.text.as_str()).collect()
    }

    fn new(tone: Tone, word: &'static str, strong: &str, rest: String) -> Self {
        let words = vec![Words { text: format!("{strong} "), is_strong: true }, Words { text: rest, is_strong: false }];
        Self { tone, word, words }
    }
}

/// How the fabric stands: what needs a person first, what is not known next, and only then what is well.
pub(crate) fn standing(facts: Facts<'_>) -> Standing {
    let Facts { fabric, known, now_ms, .. } = facts;
    let next = match facts.due_ms {
        Some(_) => format!("next look {}", Due { at_ms: facts.due_ms, now_ms }.words()),
        None => "no look is planned".to_owned(),
    };
    if let Some(suspension) = &fabric.suspension {
        let age = Age { at_ms: Some(suspension.at_ms), now_ms }.words();
        let rest = format!(
            "by {} {age}: {}. Nothing is read or written until someone resumes it.",
            suspension.by, suspension.reason
        );
        return Standing::new(Tone::Wait, "suspended", "Suspended", rest);
    }
    if let Some(hold) = &known.hold {
        return Standing::new(
            Tone::Bad,
            "waits for a person",
            "Waits for a person.",
            format!("{}.", hold.message.trim_end_matches('.')),
        );
    }
    let Some(attempted_ms) = known.attempted_ms else {
        let rest = if facts.is_working {
            "Its first run is under way.".to_owned()
        } else {
            format!("Nothing is known of it; {next}.")
        };
        return Standing::new(Tone::Idle, "never ran", "It never ran.", rest);
    };
    let attempted = Age { at_ms: Some(attempted_ms), now_ms }.words();
    if let Some(reason) = &known.reason {
        let words = reason.text.trim_end_matches('.');
        // Somebody stopped it on purpose: nothing failed.
        if reason.code == "suspended" {
            let rest = format!("in the tree's policy: {words}. Looked at {attempted}; {next}.");
            return Standing::new(Tone::Wait, "suspended", "Suspended", rest);
        }
        let times = if known.failures > 1 { format!(" ({} times in a row)", known.failures) } else { String::new() };
        return Standing::new(Tone::Bad, "failed", "Failed", format!("{attempted}{times}: {words}; {next}."));
    }
    if let Some(late_ms) = facts.due_ms.map(|due| now_ms - due).filter(|late| *late > LATE_MS && !facts.is_working) {
        let late = super::parts::span(late_ms / 1000);
        return Standing::new(Tone::Bad, "overdue", "Overdue", format!("by {late}: the last look was {attempted}."));
    }
    let verified = Age { at_ms: known.verified_ms, now_ms }.words();
    if known.verified_ms.is_none_or(|verified_ms| now_ms - verified_ms > KNOWN_MS) {
        let rest = format!("The remote last agreed {verified}; the last look was {attempted}, {next}.");
        return Standing::new(Tone::Idle, "unknown", "Not known any more.", rest);
    }
    if known.pending_deletions > 0 {
        let rest = format!(
            "are gone from git, too many at once: a person must say that they are meant to be. Verified {verified}."
        );
        let strong = several(known.pending_deletions.unsigned_abs(), "object");
        return Standing::new(Tone::Wait, "deletions wait", &strong, rest);
    }
    if known.held > 0 {
        let held = several(known.held.unsigned_abs(), "file");
        let rest =
            format!("held in the inbox. {} placed, verified {verified}; {next}.", several(facts.objects, "object"));
        return Standing::new(Tone::Wait, "partial", &held, rest);
    }
    match (known.outcome, known.verification) {
        (Some(RunOutcome::Changed | RunOutcome::Unchanged), Some(Verification::Verified)) => {
            let rest = format!("{}, verified {verified}; {next}.", several(facts.objects, "object"));
            Standing::new(Tone::Good, "drained", "Drained.", rest)
        }
        (_, Some(Verification::Differs)) => {
            Standing::new(Tone::Bad, "differs", "The second look disagrees.", known.witness.clone().unwrap_or_default())
        }
        _ => Standing::new(
            Tone::Wait,
            "not yet verified",
            "Not yet verified.",
            format!("The last look was {attempted}; {next}."),
        ),
    }
}
