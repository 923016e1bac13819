//! The inbox: every file of it, taken apart.

use std::collections::HashSet;
use std::sync::Arc;

use rayon::prelude::*;

use crate::codes::repository as codes;
use crate::document::{self, Document, ParsedFile};
use crate::finding::{Finding, Place, Severity};
use crate::lines;
use crate::object::Named;
use crate::path::{TreePath, Zone};
use crate::tree::{Content, Entry, FabricTree};

use super::alone::Alone;
use super::{Context, Gate, Pass, PassedOver};

/// What the plan takes from, and what it leaves alone.
#[derive(Debug, Default)]
pub(super) struct Inbox<'a> {
    /// Ordered by path bytes.
    pub(super) files: Vec<InboxFile<'a>>,
    pub(super) passed_over: Vec<PassedOver>,
    pub(super) findings: Vec<Finding>,
}

/// One file of the inbox that has a document, or that nobody could look into.
#[derive(Debug)]
pub(super) struct InboxFile<'a> {
    pub(super) path: &'a TreePath,
    pub(super) entry: &'a Entry,
    /// Whether it is in `raw/` or an adopted stray.
    pub(super) zone: Zone,
    /// Empty where the file could not be read.
    pub(super) documents: Vec<Candidate<'a>>,
    /// What is wrong with the file as a whole: then all of it is held.
    pub(super) fault: Option<Gate>,
}

/// One document of the inbox.
#[derive(Debug)]
pub(super) struct Candidate<'a> {
    pub(super) document: Document<'a>,
    /// What it says it is, legal or not.
    pub(super) named: Option<Arc<Named>>,
    pub(super) standing: Standing,
}

/// Where a document stands while the plan is made.
#[derive(Debug)]
pub(super) enum Standing {
    /// It goes to `managed/`, as far as anybody knows yet.
    Placed(Box<Placement>),
    /// It is nobody's here.
    Foreign,
    /// It stays, stopped at this gate.
    Held(Gate),
}

/// An object and where it goes.
#[derive(Debug)]
pub(super) struct Placement {
    pub(super) named: Arc<Named>,
    pub(super) to: TreePath,
    pub(super) fate: Fate,
}

/// What placing does at the path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    Created,
    /// The hash of the text that goes.
    Replaced(String),
    Unchanged,
}

/// The inbox, each file of it taken apart, and nothing judged yet.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    /// What could not be read, and what is passed over.
    inbox: Inbox<'a>,
    files: Vec<(InboxFile<'a>, ParsedFile<'a>)>,
}

impl<'a> Opened<'a> {
    /// Takes apart everything in `raw/`, and the strays where they count.
    pub(super) fn open(tree: &'a FabricTree, context: &Context<'_>) -> Self {
        let mut inbox = Inbox::default();
        let mut files = Vec::new();
        for (path, entry) in &tree.entries {
            let Some(zone) = tree.dir.zone(path) else { continue };
            match zone {
                Zone::Stray if !(context.adopt && entry.names_hedgehog()) => inbox.stray(path, entry),
                Zone::Inbox | Zone::Stray => match entry.text_bytes() {
                    Some(bytes) if lines::count(bytes) == 0 => inbox.pass(path, Pass::NoDocument),
                    Some(bytes) => files.push((InboxFile::new(path, entry, zone), bytes)),
                    None => inbox.unread(InboxFile::new(path, entry, zone)),
                },
                Zone::Other if path.below(&tree.dir.raw()).is_some() => inbox.pass(path, other(path, entry)),
                _ => {}
            }
        }
        let parse = |(file, bytes): (InboxFile<'a>, &'a [u8])| {
            let parsed = document::parse(file.path, bytes);
            (file, parsed)
        };
        Self { inbox, files: files.into_par_iter().map(parse).collect() }
    }

    /// Judges each document alone.
    pub(super) fn judge(self, tree: &FabricTree, context: &Context<'_>) -> Inbox<'a> {
        let Self { mut inbox, files } = self;
        // No file's look depends on another's: they share the cores, and come back in order.
        let looked: Vec<_> = files.into_par_iter().map(|(file, parsed)| file.look(parsed, tree, context)).collect();
        for (file, findings) in looked {
            inbox.files.push(file);
            inbox.findings.extend(findings);
        }
        inbox
    }
}

impl<'a> Inbox<'a> {
    /// How many documents all files have.
    pub(super) fn documents(&self) -> usize {
        self.files.iter().map(|file| file.documents.len()).sum()
    }

    fn pass(&mut self, path: &TreePath, reason: Pass) {
        self.passed_over.push(PassedOver { file: path.clone(), reason });
    }

    fn stray(&mut self, path: &TreePath, entry: &Entry) {
        self.pass(path, Pass::Stray);
        let hint = match entry.names_hedgehog() {
            true => "move it into raw/, or adopt it: `hedgerow sync --adopt`",
            false => "move it into raw/ if it belongs to the fabric",
        };
        let message = "YAML outside raw/ is not looked at";
        self.findings.push(Finding::warning(codes::STRAY, Place::file(path.clone()), message).hint(hint));
    }

    fn unread(&mut self, file: InboxFile<'a>) {
        let place = Place::file(file.path.clone());
        self.findings.push(match &file.entry.content {
            Content::TooLarge { size, .. } => {
                let message = format!("the file has {size} bytes; {} are read", crate::limits::MAX_FILE_BYTES);
                Finding::error(codes::TOO_LARGE, place, message).hint("split it into several files")
            }
            _ => {
                let message = format!("the entry is {}, which is never followed", file.entry.mode);
                Finding::error(codes::NOT_A_FILE, place, message).hint("commit the file itself")
            }
        });
        self.files.push(InboxFile { fault: Some(Gate::Read), ..file });
    }
}

impl<'a> InboxFile<'a> {
    /// A file that nobody has looked into yet.
    fn new(path: &'a TreePath, entry: &'a Entry, zone: Zone) -> Self {
        Self { path, entry, zone, documents: Vec::new(), fault: None }
    }

    /// Judges each of the file's documents alone; gives what there is to say as well.
    fn look(mut self, parsed: ParsedFile<'a>, tree: &FabricTree, context: &Context<'_>) -> (Self, Vec<Finding>) {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        let errors: HashSet<_> =
            parsed.findings.iter().filter(is_error).map(|finding| finding.place.document).collect();
        self.fault = (errors.contains(&None) || parsed.documents.is_empty()).then_some(Gate::Parse);
        let alone = Alone { tree, path: self.path, bytes: parsed.bytes, context };
        let candidate = |document: Document<'a>| {
            let is_broken = errors.contains(&Some(document.index));
            let mut findings = Vec::new();
            (alone.candidate(document, is_broken, &mut findings), findings)
        };
        let (documents, mut findings): (Vec<_>, Vec<Vec<Finding>>) =
            parsed.documents.into_par_iter().map(candidate).unzip();
        self.documents = documents;
        findings.push(parsed.findings);
        (self, findings.concat())
    }
}

/// Why an entry of `raw/` whose name is not that of YAML is passed over.
fn other(path: &TreePath, entry: &Entry) -> Pass {
    match path.file_name() {
        _ if !entry.is_file() => Pass::NotAFile,
        b".gitkeep" => Pass::Gitkeep,
        _ => Pass::NotYaml,
    }
}
