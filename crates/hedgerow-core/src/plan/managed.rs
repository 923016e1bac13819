//! What is under `managed/` now: every object in it, whatever its path, and what is wrong with the files.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use rayon::prelude::*;

use crate::catalogue::Family;
use crate::codes::repository as codes;
use crate::digest::sha256;
use crate::document::{self, Document, ParsedFile};
use crate::finding::{Finding, Place, Severity};
use crate::object::{Identity, Named};
use crate::path::{TreePath, Zone};
use crate::schema;
use crate::tree::{Entry, FabricTree};

use super::fault::{Fault, place};
use super::place::sort;
use super::{Context, name};

/// Everything under `managed/`.
#[derive(Debug, Default)]
pub(super) struct Managed<'a> {
    files: Vec<ParsedFile<'a>>,
    /// All objects of Hedgehog's, ordered by path and index.
    pub(super) objects: Vec<Living>,
    by_identity: HashMap<Identity, Vec<usize>>,
    /// The hashes of texts that stand alone in a file, Hedgehog's or not. Few runs ask for them.
    texts: OnceCell<HashSet<String>>,
    /// What could not be read.
    pub(super) unreadable: Vec<TreePath>,
    pub(super) findings: Vec<Finding>,
}

/// An object under `managed/`.
#[derive(Debug)]
pub(super) struct Living {
    file: usize,
    document: usize,
    pub(super) named: Named,
    pub(super) company: Company,
    /// Where it belongs, when its kind is known.
    home: Option<TreePath>,
}

/// What else is in an object's file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Company {
    /// Nothing.
    Alone,
    /// Other documents.
    Several,
    /// Something that cannot be read.
    Unreadable,
}

/// A YAML file under `managed/`, taken apart where it could be read, and not judged yet.
#[derive(Debug)]
pub(super) struct Opened<'a> {
    path: &'a TreePath,
    entry: &'a Entry,
    parsed: Option<ParsedFile<'a>>,
}

impl<'a> Opened<'a> {
    /// Takes every YAML file under `managed/` apart.
    pub(super) fn open(tree: &'a FabricTree) -> Vec<Self> {
        let entries: Vec<_> =
            tree.entries.iter().filter(|(path, _)| tree.dir.zone(path) == Some(Zone::Managed)).collect();
        let parse = |&(path, entry): &(&'a TreePath, &'a Entry)| {
            let parsed = entry.text_bytes().map(|bytes| document::parse(path, bytes));
            Self { path, entry, parsed }
        };
        entries.par_iter().map(parse).collect()
    }
}

impl<'a> Managed<'a> {
    /// Judges each object alone, and where it stands.
    pub(super) fn survey(opened: Vec<Opened<'a>>, tree: &FabricTree, context: &Context<'_>) -> Self {
        // No file's look depends on another's: they share the cores, and come back in order.
        let files: Vec<_> = opened.into_par_iter().map(|file| File::look(file, tree, context)).collect();
        let mut managed = Self::default();
        files.into_iter().for_each(|file| managed.add(file));
        managed.report_places();
        managed
    }

    fn add(&mut self, file: File<'a>) {
        for (document, named, home) in file.objects {
            self.by_identity.entry(named.identity.clone()).or_default().push(self.objects.len());
            self.objects.push(Living { file: self.files.len(), document, named, company: file.company, home });
        }
        self.unreadable.extend(file.unreadable);
        self.findings.extend(file.findings);
        self.files.extend(file.parsed);
    }

    /// The objects of this identity: more than one where people put it twice.
    pub(super) fn of(&self, identity: &Identity) -> impl Iterator<Item = &Living> {
        self.by_identity.get(identity).into_iter().flatten().map(|at| &self.objects[*at])
    }

    /// Whether a text stands alone in a managed file.
    pub(super) fn holds_text(&self, sha256: &str) -> bool {
        self.texts.get_or_init(|| self.files.iter().filter_map(text_alone).collect()).contains(sha256)
    }

    /// The file of an object.
    pub(super) fn file_of(&self, living: &Living) -> &ParsedFile<'a> {
        &self.files[living.file]
    }

    /// The path of an object's file.
    pub(super) fn path_of(&self, living: &Living) -> &TreePath {
        &self.files[living.file].path
    }

    /// The document of an object.
    pub(super) fn document_of(&self, living: &Living) -> &Document<'a> {
        &self.files[living.file].documents[living.document]
    }

    /// The objects, each identity once: of several, the one at its own path, else the one at the least path.
    pub(super) fn distinct(&self) -> Vec<&Living> {
        let is_home = |at: &usize| self.objects[*at].home.as_ref() == Some(self.path_of(&self.objects[*at]));
        let chosen = |all: &Vec<usize>| all.iter().copied().find(is_home).or_else(|| all.first().copied());
        let mut chosen: Vec<usize> = self.by_identity.values().filter_map(chosen).collect();
        chosen.sort_unstable();
        chosen.into_iter().map(|at| &self.objects[at]).collect()
    }

    /// Says which objects are not alone at their own path.
    fn report_places(&mut self) {
        let mut findings = Vec::new();
        for living in &self.objects {
            findings.extend(self.misplaced(living));
            findings.extend(self.doubled(living));
        }
        self.findings.extend(findings);
    }

    fn misplaced(&self, living: &Living) -> Option<Finding> {
        let path = self.path_of(living);
        let home = living.home.as_ref()?;
        let identity = &living.named.identity;
        match living.company {
            Company::Several => {
                let message = format!("{identity} shares its file with other documents");
                let hint = format!("move it into a file of its own, {home}");
                Some(Finding::warning(codes::MANAGED_SEVERAL, self.place_of(living), message).hint(hint))
            }
            Company::Alone if path != home => {
                let message = format!("{identity} belongs at {home}");
                let hint = git_mv(path, home);
                Some(Finding::warning(codes::MANAGED_MISPLACED, self.place_of(living), message).hint(hint))
            }
            _ => None,
        }
    }

    fn doubled(&self, living: &Living) -> Option<Finding> {
        let first = self.of(&living.named.identity).next().filter(|first| !std::ptr::eq(*first, living))?;
        let message = format!("{} is managed twice", living.named.identity);
        let finding = Finding::error(codes::MANAGED_TWICE, self.place_of(living), message);
        Some(finding.hint("delete one of them").related(self.place_of(first), "also here"))
    }

    /// The place of an object's first line.
    pub(super) fn place_of(&self, living: &Living) -> Place {
        let (file, document) = (self.file_of(living), self.document_of(living));
        place(&file.path, file.bytes, document, document.span)
    }
}

/// What one file alone has to tell.
struct File<'a> {
    /// Absent where there are no bytes to read.
    parsed: Option<ParsedFile<'a>>,
    company: Company,
    /// Which document is an object of Hedgehog's, what it is, and where it belongs when its kind is known.
    objects: Vec<(usize, Named, Option<TreePath>)>,
    /// The path, where it could not be read.
    unreadable: Option<TreePath>,
    findings: Vec<Finding>,
}

impl<'a> File<'a> {
    fn look(Opened { path, entry, parsed }: Opened<'a>, tree: &FabricTree, context: &Context<'_>) -> Self {
        let mut file =
            Self { parsed: None, company: Company::Alone, objects: Vec::new(), unreadable: None, findings: Vec::new() };
        let Some(parsed) = parsed else {
            file.unreadable(path, format!("the managed entry is {} that cannot be read", entry.mode));
            return file;
        };
        let is_broken = parsed.findings.iter().any(|finding| finding.severity == Severity::Error);
        if is_broken {
            file.unreadable(path, "the managed file cannot be taken apart".to_owned());
        }
        file.company = match parsed.documents.len() {
            _ if is_broken => Company::Unreadable,
            0 | 1 => Company::Alone,
            _ => Company::Several,
        };
        for document in &parsed.documents {
            if let Some((named, home)) = object(document, tree, context) {
                file.findings.extend(alone(&parsed, document, context));
                file.objects.push((document.index, named, home));
            }
        }
        file.findings.extend(parsed.findings.iter().cloned());
        file.parsed = Some(parsed);
        file
    }

    fn unreadable(&mut self, path: &TreePath, message: String) {
        let finding = Finding::error(codes::MANAGED_UNREADABLE, Place::file(path.clone()), message);
        self.findings.push(finding.hint("mend it by hand: its objects count as unreadable, not as deleted"));
        self.unreadable = Some(path.clone());
    }
}

/// The object that a document is, if it is one of Hedgehog's, and where it belongs when its kind is known.
fn object(document: &Document<'_>, tree: &FabricTree, context: &Context<'_>) -> Option<(Named, Option<TreePath>)> {
    let named = Named::read(document.value.as_ref()?)?;
    let Identity { group, kind, .. } = &named.identity;
    let (family, kind) = (context.catalogue.family(group), context.catalogue.kind(group, kind));
    matches!(family, Family::Known | Family::Unknown(_)).then(|| {
        let home = kind.map(|kind| named.identity.home(&tree.dir, &kind.plural));
        (named, home)
    })
}

/// The hash of the only text of a file that can be read.
fn text_alone(file: &ParsedFile<'_>) -> Option<String> {
    let is_broken = file.findings.iter().any(|finding| finding.severity == Severity::Error);
    match file.documents.as_slice() {
        [only] if !is_broken => Some(sha256(&only.text())),
        _ => None,
    }
}

/// What is wrong with a managed document alone: reported, and holds nothing.
fn alone(file: &ParsedFile<'_>, document: &Document<'_>, context: &Context<'_>) -> Vec<Finding> {
    let Some(node) = &document.value else { return Vec::new() };
    let finding = |fault: Fault| fault.finding(&file.path, file.bytes, document);
    match sort(node, context) {
        Err(fault) => vec![finding(fault)],
        Ok(super::place::Sort::Foreign) => Vec::new(),
        Ok(super::place::Sort::Object(kind)) => {
            let mut findings: Vec<_> = name::faults(node).map(finding).collect();
            findings.extend(schema::check(context.catalogue, kind, &file.path, file.bytes, document));
            findings
        }
    }
}

/// The command that puts a managed file where it belongs.
pub(super) fn git_mv(from: &TreePath, to: &TreePath) -> String {
    format!("git mv {} {}", shell(from), shell(to))
}

/// A path as a shell takes it: quoted where it is not plain.
fn shell(path: &TreePath) -> String {
    let text = path.to_string();
    let is_plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._/-+@:,=".contains(&b));
    if is_plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
