//! A file is taken or held as a whole, unless the policy lets it be split.

use crate::codes::placement as codes;
use crate::finding::{Finding, Place};
use crate::lines;
use crate::policy::Mixed;

use super::Gate;
use super::inbox::{Inbox, InboxFile, Standing};

/// Holds what may not be taken because of the rest of its file. Doing it again changes nothing.
pub(super) fn hold_companions(inbox: &mut Inbox<'_>, mixed: Mixed) {
    for file in &mut inbox.files {
        if let Some(finding) = reason(file, mixed) {
            let placed = file.documents.iter_mut().filter(|c| matches!(c.standing, Standing::Placed(_)));
            placed.for_each(|candidate| candidate.standing = Standing::Held(Gate::Plan));
            inbox.findings.push(finding);
        }
    }
}

/// Why the documents of a file that would be placed may not be, if so.
fn reason(file: &InboxFile<'_>, mixed: Mixed) -> Option<Finding> {
    let share = Share::of(file);
    if share.placed == 0 || (file.fault.is_none() && share.placed == file.documents.len()) {
        return None;
    }
    let place = Place::file(file.path.clone());
    if file.fault.is_none() && mixed == Mixed::Split {
        let error = lines::remainder(file.entry.text_bytes()?, &share.indices).err()?;
        let hint = "put the documents that are held into a file of their own";
        return Some(Finding::error(codes::CANNOT_SPLIT, place, error.to_string()).hint(hint));
    }
    Some(if file.fault.is_none() && share.held == 0 {
        let message =
            format!("{} documents for the fabric and {} of other groups in one file", share.placed, share.foreign);
        let hint = "put the others into a file of their own";
        Finding::error(codes::MIXED_FILE, place, message).hint(hint)
    } else {
        let message = format!("{} documents wait for the others of their file", share.placed);
        let hint = "mend what is held, or move it into a file of its own";
        Finding { severity: crate::finding::Severity::Info, ..Finding::error(codes::HELD_TOGETHER, place, message) }
            .hint(hint)
    })
}

/// How a file's documents stand.
#[derive(Debug, Default)]
pub(super) struct Share {
    pub(super) placed: usize,
    pub(super) foreign: usize,
    pub(super) held: usize,
    /// The indices of those that are placed.
    pub(super) indices: Vec<usize>,
}

impl Share {
    pub(super) fn of(file: &InboxFile<'_>) -> Self {
        let mut share = Self::default();
        for candidate in &file.documents {
            match &candidate.standing {
                Standing::Placed(_) => {
                    share.placed += 1;
                    share.indices.push(candidate.document.index);
                }
                Standing::Foreign => share.foreign += 1,
                Standing::Held(_) => share.held += 1,
            }
        }
        share
    }
}
