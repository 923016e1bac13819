//! One document of the inbox, judged alone: what it is, its names, its schema.

use std::sync::Arc;

use crate::document::Document;
use crate::finding::{Finding, Severity};
use crate::object::Named;
use crate::path::TreePath;
use crate::schema;
use crate::tree::FabricTree;

use super::inbox::{Candidate, Fate, Placement, Standing};
use super::place::{Sort, sort};
use super::{Context, Gate, name};

/// Judges the documents of one file, each alone.
pub(super) struct Alone<'x> {
    pub(super) tree: &'x FabricTree,
    pub(super) path: &'x TreePath,
    pub(super) bytes: &'x [u8],
    pub(super) context: &'x Context<'x>,
}

impl Alone<'_> {
    /// Where the document stands as far as it alone can say. A broken one is held whatever else it is.
    pub(super) fn candidate<'a>(
        &self,
        document: Document<'a>,
        is_broken: bool,
        findings: &mut Vec<Finding>,
    ) -> Candidate<'a> {
        let named = document.value.as_ref().and_then(Named::read).map(Arc::new);
        let mut standing = self.standing(&document, named.as_ref(), findings);
        if is_broken {
            standing = Standing::Held(Gate::Parse);
        }
        Candidate { document, named, standing }
    }

    fn standing(&self, document: &Document<'_>, named: Option<&Arc<Named>>, findings: &mut Vec<Finding>) -> Standing {
        let Some(node) = &document.value else { return Standing::Held(Gate::Parse) };
        let kind = match sort(node, self.context) {
            Ok(Sort::Object(kind)) => kind,
            Ok(Sort::Foreign) => return Standing::Foreign,
            Err(fault) => {
                findings.push(fault.finding(self.path, self.bytes, document));
                return Standing::Held(Gate::Place);
            }
        };
        let before = findings.len();
        findings.extend(name::faults(node).map(|fault| fault.finding(self.path, self.bytes, document)));
        let named = named.filter(|_| findings.len() == before);
        let found = schema::check(self.context.catalogue, kind, self.path, self.bytes, document);
        let refused = found.iter().any(|finding| finding.severity == Severity::Error);
        findings.extend(found);
        match named {
            None => Standing::Held(Gate::Place),
            Some(_) if refused => Standing::Held(Gate::Schema),
            Some(named) => Standing::Placed(Box::new(Placement {
                to: named.identity.home(&self.tree.dir, &kind.plural),
                named: named.clone(),
                fate: Fate::Created,
            })),
        }
    }
}
