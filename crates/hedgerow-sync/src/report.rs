//! What a run did, in the one shape that `sync`, `plan` and `get run` print as JSON (`docs/reference/json.md`).

use hedgerow_core::finding::Finding;
use hedgerow_core::ledger::{From, Ledger, Line, Outcome as DocumentOutcome};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::{Counts, PassedOver, Plan};
use hedgerow_core::tree::FabricTree;
use hedgerow_store::{RunOutcome as Outcome, Verification};
use serde::Serialize;

/// Why a run failed, for people and for machines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// A stable word, such as `refused`, `reverted`, `suspended`, `unauthorized`.
    pub code: &'static str,
    /// What was attempted on what, and what came of it.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

/// What was read.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Read {
    /// The remote, without any secret.
    pub url: String,
    /// The full name of the branch; empty when it was not reached.
    #[serde(rename = "ref")]
    pub reference: String,
    /// The commit that everything was read from.
    pub commit: Option<String>,
    /// The fabric's directory.
    pub directory: String,
    /// Inbox files seen.
    pub files: usize,
    /// Documents found in them.
    pub documents: usize,
}

/// The directory at one commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct State {
    /// The commit; `null` for a plan's result.
    pub commit: Option<String>,
    /// The id of the directory's tree; `null` where it was not written.
    pub tree: Option<String>,
    /// The YAML files in the inbox.
    pub inbox: Vec<TreePath>,
    /// How many YAML files are managed.
    pub managed: usize,
}

/// A step of the path that a run came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Passed {
    /// What was done then, in words.
    pub step: &'static str,
    /// How long after the run's start, in ms.
    pub after_ms: i64,
}

/// A line of the ledger, as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LedgerEntry {
    /// Hash of the document's text, or of the file's bytes.
    pub sha256: String,
    /// Hash of the text that it replaced.
    pub was: Option<String>,
    /// What became of it.
    pub outcome: DocumentOutcome,
    /// Where it was.
    pub from: From,
    /// Where it is.
    pub to: TreePath,
}

/// The ledger, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LedgerReport {
    /// `sha256:` and the digest of its text.
    pub digest: String,
    /// Its lines.
    pub entries: Vec<LedgerEntry>,
}

impl LedgerReport {
    /// The ledger for a report.
    pub fn of(ledger: &Ledger) -> Self {
        let entry = |line: &Line| LedgerEntry {
            sha256: line.sha256.clone(),
            was: line.was.clone(),
            outcome: line.outcome,
            from: line.from.clone(),
            to: line.to.clone(),
        };
        Self { digest: format!("sha256:{}", ledger.digest()), entries: ledger.lines().iter().map(entry).collect() }
    }
}

/// What a run did, or what a plan would do.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// The run's id; `null` for a plan.
    pub run: Option<String>,
    /// `sync`, `plan` or `init`.
    pub command: &'static str,
    /// What rang.
    pub trigger: String,
    /// The fabric's name.
    pub fabric: String,
    /// What it came to.
    pub outcome: Outcome,
    /// Why it failed.
    pub reason: Option<Reason>,
    /// What the remote says.
    pub verification: Verification,
    /// In words: who looked, and what was seen.
    pub witness: Option<String>,
    /// What was read.
    pub read: Read,
    /// The directory before.
    pub before: State,
    /// The directory after.
    pub after: State,
    /// Our commit, if one was made.
    pub commit: Option<String>,
    /// The branch that carries it, when that is not the fabric's own.
    pub pushed_to: Option<String>,
    /// How many of each outcome.
    pub counts: Counts,
    /// What to tell people.
    pub findings: Vec<ShownFinding>,
    /// What became of everything.
    pub ledger: LedgerReport,
    /// What was looked at and left.
    pub passed_over: Vec<PassedOver>,
    /// How often the branch moved under the run.
    pub moved: u32,
    /// The steps that the run came to, in order; of a run that began anew, those of its last round. Left out where none is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<Passed>,
    /// RFC 3339, UTC; `null` for a plan, which reads no clock.
    pub started: Option<String>,
    /// RFC 3339, UTC.
    pub finished: Option<String>,
    /// The version of Hedgerow.
    pub version: String,
}

/// A finding, and the line of the file that it is about.
#[derive(Clone, Debug, Serialize)]
pub struct ShownFinding {
    /// The finding.
    #[serde(flatten)]
    pub finding: Finding,
    /// The line; `null` where the finding is about a whole file.
    pub excerpt: Option<Excerpt>,
}

/// A line of a file, and which characters of it are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Excerpt {
    /// The line's first 160 characters.
    pub text: String,
    /// The first character that is meant, from 0.
    pub start: usize,
    /// How many, at least one.
    pub length: usize,
}

/// How much of a line is shown.
pub(crate) const MAX_EXCERPT_CHARS: usize = 160;

impl ShownFinding {
    /// The finding, with its line as `tree` has it.
    pub fn of(finding: Finding, tree: &FabricTree) -> Self {
        let bytes = tree.get(&finding.place.file).and_then(hedgerow_core::tree::Entry::bytes);
        let excerpt = bytes.zip(finding.place.span).and_then(|(bytes, span)| excerpt(bytes, span.range()));
        Self { finding, excerpt }
    }
}

fn excerpt(bytes: &[u8], span: std::ops::Range<usize>) -> Option<Excerpt> {
    let before = bytes.get(..span.start)?;
    let from = before.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
    let rest = &bytes[from..];
    let line = &rest[..rest.iter().position(|b| *b == b'\n').unwrap_or(rest.len())];
    let start = String::from_utf8_lossy(&bytes[from..span.start]).chars().count();
    let end = span.end.clamp(span.start, from + line.len());
    let length = String::from_utf8_lossy(&bytes[span.start..end]).chars().count().max(1);
    let text = String::from_utf8_lossy(line).trim_end().chars().take(MAX_EXCERPT_CHARS).collect();
    (start < MAX_EXCERPT_CHARS).then(|| Excerpt { text, start, length: length.min(MAX_EXCERPT_CHARS - start) })
}

impl Report {
    /// A report of which nothing is known yet but what was asked for.
    pub fn begun(command: &'static str, trigger: &str, version: &str) -> Self {
        Self {
            run: None,
            command,
            trigger: trigger.to_owned(),
            fabric: String::new(),
            outcome: Outcome::Failed,
            reason: None,
            verification: Verification::None,
            witness: None,
            read: Read::default(),
            before: State::default(),
            after: State::default(),
            commit: None,
            pushed_to: None,
            counts: Counts::default(),
            findings: Vec::new(),
            ledger: LedgerReport::default(),
            passed_over: Vec::new(),
            moved: 0,
            steps: Vec::new(),
            started: None,
            finished: None,
            version: version.to_owned(),
        }
    }

    /// Takes over what a plan for `tree` says.
    pub fn take_plan(&mut self, plan: &Plan, tree: &FabricTree) {
        self.read.files = plan.files;
        self.read.documents = plan.documents;
        self.counts = plan.counts();
        self.ledger = LedgerReport::of(&plan.ledger);
        self.findings = plan.findings.iter().map(|f| ShownFinding::of(f.clone(), tree)).collect();
        self.passed_over = plan.passed_over.clone();
    }

    /// Whether anything would change or is held: what `plan` exits 1 for.
    pub fn calls_for_action(&self) -> bool {
        matches!(self.outcome, Outcome::Changed | Outcome::Partial)
    }
}

/// What a plan comes to, once it is carried out: anything held makes it partial.
pub(crate) fn outcome(plan: &Plan) -> Outcome {
    if plan.counts().held > 0 {
        Outcome::Partial
    } else if plan.changes.is_empty() {
        Outcome::Unchanged
    } else {
        Outcome::Changed
    }
}
