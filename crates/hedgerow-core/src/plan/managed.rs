//! What is under `managed/` now: every object in it, whatever its path, and what is wrong with the files.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

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

impl<'a> Managed<'a> {
    /// Looks at every YAML file under `managed/`.
    pub(super) fn survey(tree: &'a FabricTree, context: &Context<'_>) -> Self {
        let mut managed = Self::default();
        let files = tree.entries.iter().filter(|(path, _)| tree.dir.zone(path) == Some(Zone::Managed));
        for (path, entry) in files {
            managed.file(path, entry, tree, context);
        }
        managed.report_places();
        managed
    }

    fn file(&mut self, path: &TreePath, entry: &'a Entry, tree: &FabricTree, context: &Context<'_>) {
        let Some(bytes) = entry.text_bytes() else {
            let message = format!("the managed entry is {} that cannot be read", entry.mode);
            return self.unreadable(path, message);
        };
        let parsed = document::parse(path, bytes);
        let is_broken = parsed.findings.iter().any(|finding| finding.severity == Severity::Error);
        if is_broken {
            self.unreadable(path, "the managed file cannot be taken apart".to_owned());
        }
        let company = match parsed.documents.len() {
            _ if is_broken => Company::Unreadable,
            0 | 1 => Company::Alone,
            _ => Company::Several,
        };
        for document in &parsed.documents {
            if let Some(living) = self.living(document, company, tree, context) {
                self.findings.extend(alone(&parsed, document, context));
                self.by_identity.entry(living.named.identity.clone()).or_default().push(self.objects.len());
                self.objects.push(living);
            }
        }
        self.findings.extend(parsed.findings.iter().cloned());
        self.files.push(parsed);
    }

    fn unreadable(&mut self, path: &TreePath, message: String) {
        let finding = Finding::error(codes::MANAGED_UNREADABLE, Place::file(path.clone()), message);
        self.findings.push(finding.hint("mend it by hand: its objects count as unreadable, not as deleted"));
        self.unreadable.push(path.clone());
    }

    /// The object that a document is, if it is one of Hedgehog's.
    fn living(
        &self,
        document: &Document<'_>,
        company: Company,
        tree: &FabricTree,
        context: &Context<'_>,
    ) -> Option<Living> {
        let node = document.value.as_ref()?;
        let named = Named::read(node)?;
        let Identity { group, kind, .. } = &named.identity;
        let (family, kind) = (context.catalogue.family(group), context.catalogue.kind(group, kind));
        matches!(family, Family::Known | Family::Unknown(_)).then(|| Living {
            file: self.files.len(),
            document: document.index,
            company,
            home: kind.map(|kind| named.identity.home(&tree.dir, &kind.plural)),
            named,
        })
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
