//! What is not Hedgehog's goes to `unmanaged/`, where there is room.

use crate::codes::placement as codes;
use crate::digest::sha256;
use crate::finding::{Finding, Place};
use crate::ledger::Outcome;
use crate::path::TreePath;

use super::Effect;
use super::held::Remains;
use crate::plan::Change;
use crate::plan::aside::{Aside, Room, no_room};
use crate::plan::inbox::InboxFile;
use crate::plan::managed::Managed;

impl<'a> Effect<'a> {
    /// No document of the file is Hedgehog's.
    pub(super) fn foreign(&mut self, file: &'a InboxFile<'a>, managed: &Managed<'_>, aside: &mut Aside<'_>) {
        let remains = Remains::whole(file);
        let home = aside.home(file.path);
        match aside.room(&home, file.entry.text_bytes().unwrap_or_default(), &remains.sha256) {
            Room::Free => self.set_foreign_aside(&remains, home, aside),
            // What stands under managed/ too could be told neither from a duplicate nor from what is managed already.
            Room::Same if !stands_managed(file, managed) => {
                self.changes.insert(file.path.clone(), Change::Remove);
                self.whole(&remains, Outcome::Duplicate, home);
            }
            _ => {
                self.findings.push(no_room(file.path, &home));
                self.keep(&remains);
            }
        }
    }

    /// The remains move to `home`, where there is room for them.
    pub(super) fn set_foreign_aside(&mut self, remains: &Remains<'a>, home: TreePath, aside: &mut Aside<'_>) {
        aside.claim(&home, &remains.sha256);
        self.findings.push(set_aside(remains.file.path, &home));
        self.changes.insert(remains.file.path.clone(), Change::Remove);
        self.changes.insert(home.clone(), remains.moved());
        self.whole(remains, Outcome::Foreign, home);
    }
}

/// Whether every text of a file stands alone somewhere under `managed/`.
fn stands_managed(file: &InboxFile<'_>, managed: &Managed<'_>) -> bool {
    file.documents.iter().all(|candidate| managed.holds_text(&sha256(&candidate.document.text())))
}

fn set_aside(path: &TreePath, home: &TreePath) -> Finding {
    let message = format!("nothing here is Hedgehog's: moved to {home}");
    let hint = "nothing there is deployed; take it to where it belongs";
    Finding::warning(codes::FOREIGN, Place::file(path.clone()), message).hint(hint)
}
