//! Where rules say what they found.

use std::collections::HashMap;

use super::missing::Missing;
use super::{Subject, Verdict};
use crate::codes;
use crate::finding::{Code, Finding, LineStarts, Place, Related, Severity, Span};

/// How many places a finding lists at most; the message says how many there are.
const RELATED_LIMIT: usize = 20;

/// A place in the set: a subject, and bytes of its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Spot {
    /// The index of the subject in the set.
    pub(crate) subject: usize,
    /// The bytes.
    pub(crate) span: Span,
}

/// What all rules found so far.
pub(crate) struct Report<'s> {
    set: &'s [Subject<'s>],
    /// Where the lines of a file start, by the place of its bytes in memory: files are large and findings many.
    lines: HashMap<(*const u8, usize), LineStarts>,
    verdicts: Vec<Verdict>,
    /// References to objects that nobody has: said once for each object, at the end.
    pub(crate) missing: Missing<'s>,
}

/// What was just found, to say more of.
pub(crate) struct Given<'r, 's> {
    report: &'r mut Report<'s>,
}

impl<'s> Report<'s> {
    pub(crate) fn new(set: &'s [Subject<'s>]) -> Self {
        Self { set, lines: HashMap::new(), verdicts: Vec::new(), missing: Missing::default() }
    }

    /// Gives `code` at `spot`, with the severity that the code has. The subject there takes part.
    pub(crate) fn give(&mut self, code: Code, spot: Spot, message: impl Into<String>) -> Given<'_, 's> {
        let severity = codes::entry(code).map_or(Severity::Error, |entry| entry.severity);
        let finding = Finding { severity, ..Finding::error(code, self.place(spot), message) };
        self.verdicts.push(Verdict { finding, participants: Vec::new(), spots: vec![spot] });
        Given { report: self }
    }

    /// The verdicts, sorted: whatever the order of rules and subjects was, it is gone.
    pub(crate) fn into_verdicts(mut self) -> Vec<Verdict> {
        for verdict in &mut self.verdicts {
            verdict.participants = verdict.spots.iter().map(|spot| spot.subject).collect();
            verdict.participants.sort_unstable();
            verdict.participants.dedup();
        }
        self.verdicts.sort_by(|a, b| a.finding.cmp(&b.finding));
        self.verdicts
    }

    /// Where `spot` is, with line and column.
    fn place(&mut self, spot: Spot) -> Place {
        let subject = &self.set[spot.subject];
        let bytes = subject.bytes;
        let lines = self.lines.entry((bytes.as_ptr(), bytes.len())).or_insert_with(|| LineStarts::of(bytes));
        let line = lines.line_of(spot.span.start);
        Place::counted_from(line, subject.file.clone(), Some(subject.document), bytes, spot.span)
    }
}

impl Given<'_, '_> {
    /// What to do.
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.last().finding.hint = Some(hint.into());
        self
    }

    /// Another place, whose subject is not at fault.
    pub(crate) fn see(mut self, spot: Spot, message: impl Into<String>) -> Self {
        let related = Related { place: self.report.place(spot), message: message.into() };
        self.last().finding.related.push(related);
        self
    }

    /// The place of what the subject refers to. Whoever refers to something that does not fit is at fault, unless that
    /// replaces a managed object: then the change may be, and takes part as well.
    pub(crate) fn against(self, spot: Spot, message: impl Into<String>) -> Self {
        let changed = self.report.set[spot.subject].before.is_some();
        if changed { self.with(spot, message) } else { self.see(spot, message) }
    }

    /// Another place, whose subject takes part as well.
    pub(crate) fn with(self, spot: Spot, message: impl Into<String>) -> Self {
        self.joined_by(spot).see(spot, message)
    }

    /// More places whose subjects all take part, whichever of them is first; some of the places are shown, when they are many.
    pub(crate) fn with_all(mut self, spots: &[Spot], message: &str) -> Self {
        for &spot in spots.iter().take(RELATED_LIMIT) {
            self = self.see(spot, message);
        }
        for &spot in spots {
            self = self.joined_by(spot);
        }
        self
    }

    /// Its subject takes part as well, for what is there.
    fn joined_by(mut self, spot: Spot) -> Self {
        self.last().spots.push(spot);
        self
    }

    fn last(&mut self) -> &mut Verdict {
        let last = self.report.verdicts.len() - 1;
        &mut self.report.verdicts[last]
    }
}
