//! The judgement of texts that need not be in any repository: the planner's own, as a sync would come to it.

use std::sync::Arc;

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::codes;
use hedgerow_core::codes::placement;
use hedgerow_core::finding::{Place, Severity};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::{self, Context, PlanError};
use hedgerow_core::policy::{Policy, Settings};
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};
use serde::Serialize;

use crate::failure::Failure;
use crate::filing::InboxPath;
use crate::report::ShownFinding;
use crate::request::Judging;
use crate::scene::Rules;

/// Where a text stands while it is judged alone. Nobody sees it.
const DIR: &str = "~vet";

/// What a judgement found.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Vetted {
    /// What to tell people, in order.
    pub findings: Vec<ShownFinding>,
    /// How much was judged, and what came of it.
    pub counts: Counts,
}

/// How much was judged, and what came of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Files.
    pub files: usize,
    /// Documents in them.
    pub documents: usize,
    /// Findings that hold a file.
    pub errors: usize,
    /// Findings that do not.
    pub warnings: usize,
}

impl Vetted {
    /// Whether something would be held.
    pub fn is_refused(&self) -> bool {
        self.counts.errors > 0
    }

    /// Takes in what was found in other files.
    pub fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.counts.files += other.counts.files;
        self.counts.documents += other.counts.documents;
        self.counts.errors += other.counts.errors;
        self.counts.warnings += other.counts.warnings;
    }

    fn count(&mut self) {
        let count = |severity| self.findings.iter().filter(|shown| shown.finding.severity == severity).count();
        (self.counts.errors, self.counts.warnings) = (count(Severity::Error), count(Severity::Warning));
    }

    /// Only what is about the file at `path`, or names it; and how many findings are about others.
    fn about(mut self, path: &TreePath) -> (Self, usize) {
        let all = self.findings.len();
        self.findings.retain(|shown| {
            let related = &shown.finding.related;
            shown.finding.place.file == *path || related.iter().any(|related| related.place.file == *path)
        });
        self.count();
        let elsewhere = all - self.findings.len();
        (self, elsewhere)
    }
}

/// Judges the inbox of `tree` as a run would. `strict` refuses also what the fabric's controller lets pass by mistake.
///
/// # Errors
/// When something else stands where a directory should be.
pub fn vet(tree: &FabricTree, context: &Context<'_>, strict: bool) -> Result<Vetted, PlanError> {
    let judgement = plan::judge(tree, context)?;
    // What only says where a file would stay is no finding about the file.
    let stays = [placement::HELD_TOGETHER, placement::WAITS];
    let told = judgement.findings.into_iter().filter(|finding| !stays.contains(&finding.code));
    let mut findings: Vec<ShownFinding> = told.map(|finding| ShownFinding::of(finding, tree)).collect();
    for shown in findings.iter_mut().filter(|shown| strict && codes::raised_by_strict(shown.finding.code)) {
        shown.finding.severity = Severity::Error;
    }
    let counts = Counts { files: judgement.files, documents: judgement.documents, errors: 0, warnings: 0 };
    let mut vetted = Vetted { findings, counts };
    vetted.count();
    Ok(vetted)
}

/// Judges a text alone, under upstream's settings.
///
/// # Errors
/// See [`vet`].
pub fn vet_alone(path: &InboxPath, text: &[u8], catalogue: &Catalogue, strict: bool) -> Result<Vetted, Failure> {
    let dir = FabricDir::parse(DIR)?;
    let mut tree = FabricTree { dir, entries: Default::default() };
    put(&mut tree, path, text);
    let (policy, settings) = (Policy::default(), Settings::default());
    let context = Context { policy: &policy, settings: &settings, catalogue, adopt: false };
    let mut vetted = vet(&tree, &context, strict)?;
    vetted.findings.iter_mut().for_each(bare);
    Ok(vetted)
}

/// Judges a text as the file at `path` of a fabric's inbox, with everything that is there. Only what concerns the text is
/// told; the number is that of the findings about everything else.
///
/// # Errors
/// When the fabric's policy or settings cannot be read, or a directory is none.
pub fn vet_in(
    tree: &FabricTree,
    path: &InboxPath,
    text: &[u8],
    catalogue: &Catalogue,
    judging: Judging,
    strict: bool,
) -> Result<(Vetted, usize), Failure> {
    let mut tree = tree.clone();
    put(&mut tree, path, text);
    let rules = Rules::read(&tree, judging, catalogue)?;
    Ok(vet(&tree, &rules.context(), strict)?.about(&path.in_dir(&tree.dir)))
}

fn put(tree: &mut FabricTree, path: &InboxPath, text: &[u8]) {
    let entry = Entry { mode: Mode::File, id: String::new(), content: Content::Bytes(Arc::from(text)) };
    tree.entries.insert(path.in_dir(&tree.dir), entry);
}

/// Takes the directory that nobody sees out of a finding's words.
fn bare(shown: &mut ShownFinding) {
    let outside = |text: &str| text.replace(&format!("{DIR}/raw/"), "").replace(&format!("{DIR}/"), "");
    let rename = |place: &mut Place| place.file = TreePath::from(outside(&place.file.to_string()).as_str());
    let finding = &mut shown.finding;
    rename(&mut finding.place);
    finding.related.iter_mut().for_each(|related| rename(&mut related.place));
    for text in std::iter::once(&mut finding.message).chain(&mut finding.hint) {
        *text = outside(text);
    }
}
