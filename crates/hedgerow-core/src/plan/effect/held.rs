//! What is held stays in the inbox, or goes to `unmanaged/` with its findings where the policy says so.

use std::collections::HashMap;
use std::sync::Arc;

use crate::digest::sha256;
use crate::finding::Finding;
use crate::ledger::{Outcome, whole_hash};
use crate::path::TreePath;
use crate::policy::Invalid;

use super::Effect;
use crate::plan::aside::{Aside, no_room};
use crate::plan::inbox::{Inbox, InboxFile};
use crate::plan::{Change, report};

/// A file of which nothing was placed, or what is left of one.
#[derive(Debug)]
pub(super) struct Remains<'a> {
    pub(super) file: &'a InboxFile<'a>,
    /// What is left, where some documents were placed.
    rest: Option<Arc<[u8]>>,
    /// The hash of the bytes that stay.
    pub(super) sha256: String,
}

impl<'a> Remains<'a> {
    pub(super) fn whole(file: &'a InboxFile<'a>) -> Self {
        Self { file, rest: None, sha256: whole_hash(file.entry) }
    }

    pub(super) fn rest(file: &'a InboxFile<'a>, rest: Vec<u8>) -> Self {
        Self { file, sha256: sha256(&rest), rest: Some(rest.into()) }
    }

    /// What puts it elsewhere.
    pub(super) fn moved(&self) -> Change {
        match &self.rest {
            Some(rest) => Change::Write(rest.clone()),
            None => Change::Move { from: self.file.path.clone() },
        }
    }
}

/// The findings about each file.
fn by_file<'f>(findings: impl Iterator<Item = &'f Finding>) -> HashMap<&'f TreePath, Vec<&'f Finding>> {
    let mut by_file: HashMap<_, Vec<_>> = HashMap::new();
    findings.for_each(|finding| by_file.entry(&finding.place.file).or_default().push(finding));
    by_file
}

impl<'a> Effect<'a> {
    /// Decides where everything held stands.
    pub(super) fn settle_held(&mut self, inbox: &Inbox<'_>, aside: &mut Aside<'_>, invalid: Invalid) {
        let held = std::mem::take(&mut self.held);
        let (readable, unread): (Vec<_>, Vec<_>) = held.into_iter().partition(|r| r.file.entry.text_bytes().is_some());
        unread.iter().for_each(|remains| self.keep(remains));
        if invalid == Invalid::Hold || !self.has_room_for_all(&readable, aside) {
            readable.iter().for_each(|remains| self.keep(remains));
        } else {
            let findings = by_file(inbox.findings.iter().chain(&self.findings));
            let reports: Vec<_> =
                readable.iter().map(|r| report::text(r.file.path, findings.get(r.file.path))).collect();
            readable.iter().zip(reports).for_each(|(remains, report)| self.set_held_aside(remains, report, aside));
        }
    }

    /// Whether each of them has a place. Were only some set aside, a kind could seem to have no object the next time,
    /// and those that stayed would be judged otherwise.
    fn has_room_for_all(&mut self, held: &[Remains<'a>], aside: &mut Aside<'_>) -> bool {
        let before = self.findings.len();
        for remains in held {
            let home = aside.home(remains.file.path);
            if aside.is_free(&home) && aside.is_free(&home.findings()) {
                aside.claim(&home, &remains.sha256);
                aside.claim(&home.findings(), "");
            } else {
                self.findings.push(no_room(remains.file.path, &home));
            }
        }
        self.findings.len() == before
    }

    /// It stays where it is.
    pub(super) fn keep(&mut self, remains: &Remains<'a>) {
        let path = remains.file.path;
        if let Some(rest) = &remains.rest {
            self.changes.insert(path.clone(), Change::Write(rest.clone()));
        }
        self.whole(remains, Outcome::Held, path.clone());
    }

    fn set_held_aside(&mut self, remains: &Remains<'a>, report: String, aside: &Aside<'_>) {
        let home = aside.home(remains.file.path);
        self.changes.insert(remains.file.path.clone(), Change::Remove);
        self.changes.insert(home.clone(), remains.moved());
        self.changes.insert(home.findings(), Change::Write(report.into_bytes().into()));
        self.whole(remains, Outcome::Held, home);
    }
}
