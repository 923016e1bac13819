//! The set that would result, as the rules look at it.

use std::collections::{HashMap, HashSet};

use crate::object::{Identity, Named};
use crate::rules::{Subject, Verdict};

use super::inbox::{Candidate, Inbox};
use super::managed::{Living, Managed};

/// Where a subject comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Managed,
    Inbox,
}

/// The objects as they would stand: managed ones, overlaid by those of the inbox that nothing holds.
pub(super) struct Set<'x> {
    pub(super) subjects: Vec<Subject<'x>>,
    origins: Vec<Origin>,
}

impl<'x> Set<'x> {
    /// The set that would result; of an object that the inbox has several times its first document stands for all.
    pub(super) fn of(inbox: &'x Inbox<'_>, managed: &'x Managed<'_>, living: &[&'x Living]) -> Self {
        Self::with(inbox, managed, living, inbox.placed().map(|(at, _)| at))
    }

    /// The set of the managed objects and of those documents of the inbox, by their positions, that say which object they are.
    pub(super) fn with(
        inbox: &'x Inbox<'_>,
        managed: &'x Managed<'_>,
        living: &[&'x Living],
        documents: impl Iterator<Item = (usize, usize)>,
    ) -> Self {
        let most = inbox.documents() + living.len();
        let mut set = Self { subjects: Vec::with_capacity(most), origins: Vec::with_capacity(most) };
        let mut overlaid: HashSet<&Identity> = HashSet::new();
        let before: HashMap<&Identity, &'x Living> =
            living.iter().map(|living| (&living.named.identity, *living)).collect();
        for (file, document) in documents {
            let file = &inbox.files[file];
            let Candidate { document, named, .. } = &file.documents[document];
            let Some(Named { identity, version }) = named.as_deref() else { continue };
            let Some(node) = document.value.as_ref().filter(|_| overlaid.insert(identity)) else { continue };
            set.origins.push(Origin::Inbox);
            set.subjects.push(Subject {
                identity,
                version,
                node,
                file: file.path,
                bytes: file.entry.text_bytes().unwrap_or_default(),
                document: document.index,
                before: before.get(identity).and_then(|living| managed.document_of(living).value.as_ref()),
            });
        }
        let rest = living.iter().filter(|living| !overlaid.contains(&living.named.identity));
        for living in rest {
            let (file, document) = (managed.file_of(living), managed.document_of(living));
            let Some(node) = &document.value else { continue };
            let Named { identity, version } = &living.named;
            set.origins.push(Origin::Managed);
            let index = document.index;
            set.subjects.push(Subject {
                identity,
                version,
                node,
                file: &file.path,
                bytes: file.bytes,
                document: index,
                before: None,
            });
        }
        set
    }

    /// Those of the inbox that take part in an error.
    pub(super) fn guilty<'s>(&'s self, verdict: &'s Verdict) -> impl Iterator<Item = &'x Identity> + 's {
        let participants = verdict.participants.iter().filter(|_| verdict.is_error());
        let of_inbox = participants.filter(|at| self.origins[**at] == Origin::Inbox);
        of_inbox.map(|at| self.subjects[*at].identity)
    }
}
