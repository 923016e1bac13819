//! The whole judgement of a fabric, as `hedgerow vet` and a sync make it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::document;
use hedgerow_core::finding::{Code, Severity};
use hedgerow_core::ledger::Outcome;
use hedgerow_core::lines;
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::{self, Context, Plan};
use hedgerow_core::policy::{Policy, Settings};
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};

use super::reader::is_inside;

/// Bytes that no text holds: before them ends one file, behind them begins one of the inbox, or a managed one.
const NEXT_INBOX: u8 = 0xff;
const NEXT_MANAGED: u8 = 0xfe;

/// Nothing panics; each finding's place is inside a file of the fabric; planning twice says the same; and the names of the
/// inbox's files, and so their order, decide neither what is held nor what is found.
pub(crate) fn whole(bytes: &[u8]) {
    let files = files(bytes);
    let tree = tree(&files, |at| at);
    let plan = plan(&tree);
    assert_eq!(plan, self::plan(&tree));
    for finding in &plan.findings {
        let place = &finding.place;
        let Some(bytes) = tree.get(&place.file).and_then(Entry::bytes) else {
            assert!(place.line.is_none(), "a line of no file: {finding:?}");
            continue;
        };
        is_inside(finding, bytes, document::parse(&place.file, bytes).documents.len().max(lines::count(bytes)));
    }
    order_is_nothing(&files, &plan);
}

/// A file's bytes, and whether it is managed.
type File<'b> = (bool, &'b [u8]);

fn files(bytes: &[u8]) -> Vec<File<'_>> {
    let mut files = Vec::new();
    let mut is_managed = false;
    let mut rest = bytes;
    loop {
        let end = rest.iter().position(|byte| [NEXT_INBOX, NEXT_MANAGED].contains(byte));
        files.push((is_managed, &rest[..end.unwrap_or(rest.len())]));
        let Some(end) = end else { return files };
        is_managed = rest[end] == NEXT_MANAGED;
        rest = &rest[end + 1..];
    }
}

/// The fabric, with its inbox's files named after `place`.
fn tree(files: &[File<'_>], place: impl Fn(usize) -> usize) -> FabricTree {
    let dir = FabricDir::parse("fabric").expect("a plain name");
    let mut entries = BTreeMap::new();
    for (at, (is_managed, bytes)) in files.iter().enumerate() {
        let path = match is_managed {
            true => dir.managed().join(format!("{at:04}.yaml")),
            false => dir.raw().join(format!("{:04}.yaml", place(at))),
        };
        let content = Content::Bytes(Arc::from(*bytes));
        entries.insert(path, Entry { mode: Mode::File, id: String::new(), content });
    }
    FabricTree { dir, entries }
}

pub(super) fn plan(tree: &FabricTree) -> Plan {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(Catalogue::builtin);
    let (policy, settings) = (Policy::default(), Settings::default());
    let context = Context { policy: &policy, settings: &settings, catalogue, adopt: false };
    plan::plan(tree, &context).expect("the fabric has a file")
}

fn order_is_nothing(files: &[File<'_>], plan: &Plan) {
    let last = files.len() - 1;
    let reversed = self::plan(&tree(files, |at| last - at));
    assert_eq!(codes(plan), codes(&reversed), "{:#?}\n{:#?}", plan.findings, reversed.findings);
    assert_eq!(held(plan, |at| at), held(&reversed, |at| last - at));
}

/// What was found, wherever it is told. A note says where something else is told, and depends on the order.
fn codes(plan: &Plan) -> Vec<(Code, Severity)> {
    let told = plan.findings.iter().filter(|finding| finding.severity != Severity::Info);
    let mut codes: Vec<_> = told.map(|finding| (finding.code, finding.severity)).collect();
    codes.sort_unstable();
    codes
}

/// The files that are held, by their index; `place` is its own inverse.
fn held(plan: &Plan, place: impl Fn(usize) -> usize) -> BTreeSet<usize> {
    let held = plan.ledger.lines().iter().filter(|line| line.outcome == Outcome::Held);
    let number = |path: &TreePath| {
        let name = String::from_utf8_lossy(path.file_name()).into_owned();
        name.trim_end_matches(".yaml").parse().expect("files are numbered")
    };
    held.map(|line| place(number(&line.from.file))).collect()
}
