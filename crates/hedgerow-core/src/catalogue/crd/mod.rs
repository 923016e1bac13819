//! Kinds from real CRDs: `--crds DIR`, or `.hedgerow/crds/*.yaml` in a fabric's own tree.
//!
//! A CRD replaces the kind of its group and name, or adds one. What a CRD cannot say (what the webhooks fill in, what
//! the controller reads a number into, what was there once) is kept from the kind that it replaces.

use crate::codes::schema as codes;
use crate::document;
use crate::finding::{Code, Finding, Place, Severity, Span};
use crate::path::TreePath;
use crate::yaml::Node;

use super::{Catalogue, CatalogueError, Kind};

mod definition;
mod inherit;
mod structure;

impl Catalogue {
    /// This catalogue with the kinds of CRD files, which replace those of the same group and kind.
    ///
    /// # Errors
    /// What is wrong with the files, with its place: then no catalogue results, as half of one would judge wrongly.
    pub fn extend_with_crds(&self, files: &[(TreePath, &[u8])]) -> Result<Self, Vec<Finding>> {
        let mut findings = Vec::new();
        let mut kinds: Vec<Kind> = self.kinds().cloned().collect();
        for (path, bytes) in files {
            kinds.extend(self.read_file(path, bytes, &mut findings));
        }
        if !findings.is_empty() {
            findings.sort();
            return Err(findings);
        }
        Self::new(kinds, self.0.former.clone()).map_err(|clash| vec![place_clash(&clash, files)])
    }

    fn read_file(&self, path: &TreePath, bytes: &[u8], findings: &mut Vec<Finding>) -> Vec<Kind> {
        let file = document::parse(path, bytes);
        findings.extend(file.findings.into_iter().filter(|finding| finding.severity == Severity::Error));
        let mut kinds = Vec::new();
        for document in &file.documents {
            let Some(value) = &document.value else { continue };
            let mut crd = Crd { path, bytes, document: document.index, findings };
            kinds.extend(definition::read(self, &mut crd, value));
        }
        kinds
    }
}

/// The CRD being read, and what is wrong with it.
struct Crd<'c> {
    path: &'c TreePath,
    bytes: &'c [u8],
    document: usize,
    findings: &'c mut Vec<Finding>,
}

impl Crd<'_> {
    fn fault(&mut self, code: Code, span: Span, message: impl Into<String>) {
        let place = Place::of_span(self.path.clone(), Some(self.document), self.bytes, span);
        self.findings.push(Finding::error(code, place, message));
    }

    /// The node at a dotted path of `node`; a fault when there is none.
    fn need<'n, 'a>(&mut self, node: &'n Node<'a>, path: &str) -> Option<&'n Node<'a>> {
        let found = node.at(path);
        if found.is_none() {
            let head = Span { start: node.span.start, end: node.span.end.min(node.span.start + 1) };
            self.fault(codes::CRD_UNREADABLE, head, format!("a CRD needs `{path}`"));
        }
        found
    }

    /// The text at a dotted path of `node`; a fault when there is none.
    fn need_text<'n>(&mut self, node: &'n Node<'_>, path: &str) -> Option<&'n str> {
        let found = self.need(node, path)?;
        let text = found.as_str();
        if text.is_none() {
            self.fault(codes::CRD_UNREADABLE, found.span, format!("`{path}` must be a string"));
        }
        text
    }
}

/// The clash, told at the last file: nobody knows which of the two is wanted.
fn place_clash(clash: &CatalogueError, files: &[(TreePath, &[u8])]) -> Finding {
    let path = files.last().map_or_else(|| TreePath::from(""), |(path, _)| path.clone());
    Finding::error(codes::CRD_PLURAL, Place::file(path), clash.to_string())
}

#[cfg(test)]
mod tests;
