//! A file is taken or held as a whole, unless the policy lets it be split.

use crate::codes::placement as codes;
use crate::finding::{Finding, Place, Severity};
use crate::lines;
use crate::path::Zone;
use crate::policy::Mixed;
use crate::tree::FabricTree;

use super::Gate;
use super::aside::{Aside, no_room};
use super::inbox::{Inbox, InboxFile, Standing};

/// Holds what may not be taken because of the rest of its file, in files that go whole.
pub(super) fn hold_whole_files(inbox: &mut Inbox<'_>, mixed: Mixed) {
    hold(inbox, |file| if goes_whole(file, mixed) { company(file) } else { None });
}

/// The same in all files: also in those that could not be split as their documents stand.
pub(super) fn hold_companions(inbox: &mut Inbox<'_>, mixed: Mixed, tree: &FabricTree) {
    let mut aside = Aside::new(tree);
    let foreign_strays = inbox.files.iter().filter(|file| file.zone == Zone::Stray && is_foreign(file));
    foreign_strays.for_each(|stray| aside.claim(&aside.home(stray.path), ""));
    hold(inbox, |file| if goes_whole(file, mixed) { company(file) } else { inseparable(file, &aside) });
}

/// Holds the documents that would be placed from files that there is a reason against. Doing it again changes nothing.
fn hold(inbox: &mut Inbox<'_>, reason: impl Fn(&InboxFile<'_>) -> Option<Finding>) {
    for file in &mut inbox.files {
        if let Some(finding) = reason(file) {
            let placed = file.documents.iter_mut().filter(|c| matches!(c.standing, Standing::Placed(_)));
            placed.for_each(|candidate| candidate.standing = Standing::Held(Gate::Plan));
            inbox.findings.push(finding);
        }
    }
}

/// Whether the whole file will be set aside.
pub(super) fn is_foreign(file: &InboxFile<'_>) -> bool {
    file.fault.is_none() && file.documents.iter().all(|candidate| matches!(candidate.standing, Standing::Foreign))
}

/// Whether the policy has the file taken or held whole. A stray is never split: what would be left of it need not name
/// Hedgehog any more, and nobody would look at it again.
fn goes_whole(file: &InboxFile<'_>, mixed: Mixed) -> bool {
    mixed == Mixed::Hold || file.fault.is_some() || file.zone == Zone::Stray
}

/// Why the documents of a file that goes whole wait, if they do.
fn company(file: &InboxFile<'_>) -> Option<Finding> {
    let share = Share::of(file);
    if share.placed == 0 || (file.fault.is_none() && share.placed == file.documents.len()) {
        return None;
    }
    let place = Place::file(file.path.clone());
    if file.fault.is_none() && share.held == 0 {
        let message =
            format!("{} documents for the fabric and {} of other groups in one file", share.placed, share.foreign);
        let hint = "put the others into a file of their own";
        return Some(Finding::error(codes::MIXED_FILE, place, message).hint(hint));
    }
    let message = format!("{} documents wait for the others of their file", share.placed);
    let finding = Finding::error(codes::HELD_TOGETHER, place, message);
    let hint = "mend what is held, or move it into a file of its own";
    Some(Finding { severity: Severity::Info, ..finding }.hint(hint))
}

/// Why a file cannot be split as its documents stand, if it would have to be: its lines forbid it, or there is no room
/// for the foreign documents that would be all that is left.
fn inseparable(file: &InboxFile<'_>, aside: &Aside<'_>) -> Option<Finding> {
    let share = Share::of(file);
    if share.placed == 0 || share.placed == file.documents.len() {
        return None;
    }
    let home = aside.home(file.path);
    if share.held == 0 && !aside.is_free(&home) {
        return Some(no_room(file.path, &home));
    }
    let error = lines::remainder(file.entry.text_bytes()?, &share.indices).err()?;
    let hint = "put the documents that are held into a file of their own";
    Some(Finding::error(codes::CANNOT_SPLIT, Place::file(file.path.clone()), error.to_string()).hint(hint))
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
