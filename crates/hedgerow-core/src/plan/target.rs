//! Whether the path that an object belongs at is free for it, and what placing it would do there.

use std::collections::HashMap;

use crate::codes::placement as codes;
use crate::digest::{canonical_json, sha256};
use crate::document::Document;
use crate::finding::{Code, Finding};
use crate::path::TreePath;
use crate::policy::Replace;
use crate::tree::FabricTree;

use super::fault::place;
use super::inbox::{Fate, Inbox, Placement, Standing};
use super::managed::{Company, Living, Managed, git_mv};
use super::{Context, Gate};

/// What stands against placing an object: code, message, hint.
struct Obstacle(Code, String, String);

/// Decides the fate of every document that is to be placed, and holds those that something stands against.
pub(super) fn settle(inbox: &mut Inbox<'_>, managed: &Managed<'_>, tree: &FabricTree, context: &Context<'_>) {
    let targets = Targets { managed, tree, replace: context.policy.replace, folded: folded(tree) };
    for file in &mut inbox.files {
        for candidate in &mut file.documents {
            let Standing::Placed(placement) = &mut candidate.standing else { continue };
            match targets.fate(placement, &candidate.document) {
                Ok(fate) => placement.fate = fate,
                Err(Obstacle(code, message, hint)) => {
                    let bytes = file.entry.text_bytes().unwrap_or_default();
                    let document = &candidate.document;
                    let place = place(file.path, bytes, document, document.span);
                    inbox.findings.push(Finding::error(code, place, message).hint(hint));
                    candidate.standing = Standing::Held(Gate::Plan);
                }
            }
        }
    }
}

/// The managed paths that have upper case in them, by their lower case.
fn folded(tree: &FabricTree) -> HashMap<Vec<u8>, &TreePath> {
    let managed = tree.dir.managed();
    let below = tree.entries.keys().filter_map(|path| Some((path.below(&managed)?, path)));
    let upper = below.filter(|(below, _)| below.iter().any(u8::is_ascii_uppercase));
    upper.map(|(below, path)| (below.to_ascii_lowercase(), path)).collect()
}

struct Targets<'x, 'a> {
    managed: &'x Managed<'a>,
    tree: &'x FabricTree,
    replace: Replace,
    folded: HashMap<Vec<u8>, &'x TreePath>,
}

impl Targets<'_, '_> {
    fn fate(&self, placement: &Placement, document: &Document<'_>) -> Result<Fate, Obstacle> {
        let homes: Vec<&Living> = self.managed.of(&placement.named.identity).collect();
        match homes.as_slice() {
            [] => self.free(placement),
            [home] if self.is_at_home(home, placement) => self.over(home, placement, document),
            homes => Err(self.elsewhere(homes, placement)),
        }
    }

    fn is_at_home(&self, home: &Living, placement: &Placement) -> bool {
        home.company == Company::Alone && *self.managed.path_of(home) == placement.to
    }

    /// Nobody has the object: its path must be free.
    fn free(&self, placement: &Placement) -> Result<Fate, Obstacle> {
        let (identity, to) = (&placement.named.identity, &placement.to);
        if let Some(other) = self.tree.in_the_way(to) {
            let message = format!("{identity} belongs at {to}, where {other} is something else");
            return Err(Obstacle(codes::PATH_TAKEN, message, format!("look at {other}, and move or remove it")));
        }
        let below = to.below(&self.tree.dir.managed()).unwrap_or_default();
        match self.folded.get(below) {
            Some(other) => {
                let message = format!("{to}, where {identity} belongs, differs from {other} only in case");
                Err(Obstacle(codes::PATH_DIFFERS_IN_CASE, message, format!("rename {other}")))
            }
            None => Ok(Fate::Created),
        }
    }

    /// The object is managed, alone at its own path.
    fn over(&self, home: &Living, placement: &Placement, document: &Document<'_>) -> Result<Fate, Obstacle> {
        let identity = &placement.named.identity;
        let living = self.managed.document_of(home);
        let json = |document: &Document<'_>| document.value.as_ref().map(canonical_json);
        let same_text = living.text() == document.text();
        match (same_text, same_text && json(living) == json(document)) {
            (true, true) => Ok(Fate::Unchanged),
            (true, false) => {
                let message = format!("{identity} is managed with the same text and another value");
                let hint = "they differ in blank lines at the end, which `|+` keeps: use `|` or `>-`";
                Err(Obstacle(codes::SAME_TEXT_OTHER_VALUE, message, hint.to_owned()))
            }
            (false, _) if self.replace == Replace::Hold => {
                let message = format!("{identity} is managed with another text, and the policy holds replacements");
                let hint = format!("change {} yourself, or set `replace = \"take\"`", placement.to);
                Err(Obstacle(codes::REPLACE_HELD, message, hint))
            }
            (false, _) => Ok(Fate::Replaced(sha256(&living.text()))),
        }
    }

    /// The object is managed at another path, in company, or twice.
    fn elsewhere(&self, homes: &[&Living], placement: &Placement) -> Obstacle {
        let identity = &placement.named.identity;
        let strange = homes.iter().find(|home| !self.is_at_home(home, placement)).unwrap_or(&homes[0]);
        let path = self.managed.path_of(strange);
        let (what, hint) = match strange.company {
            Company::Alone if homes.len() > 1 => ("twice, once in", format!("delete one of them, such as {path}")),
            Company::Alone => ("at another path than its own,", git_mv(path, &placement.to)),
            Company::Several => {
                ("with other documents, in", format!("move it into a file of its own, {}", placement.to))
            }
            Company::Unreadable => ("in a file that cannot be read,", format!("mend {path}")),
        };
        Obstacle(codes::MANAGED_ELSEWHERE, format!("{identity} is managed {what} {path}"), hint)
    }
}
