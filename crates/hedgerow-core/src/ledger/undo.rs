//! What an undo put back: `docs/reference/format.md`, "Ledger", the outcome `undone`.

use std::collections::BTreeSet;

use super::texts::texts;
use super::{Breach, From, Line, Outcome};
use crate::path::{TreePath, Zone};
use crate::tree::{Entry, FabricTree};

/// The commit that an undo takes back, as its two trees.
#[derive(Clone, Copy, Debug)]
pub struct Undo<'a> {
    /// The directory as that commit has it.
    pub done: &'a FabricTree,
    /// The directory as that commit's parent has it.
    pub base: &'a FabricTree,
}

impl Undo<'_> {
    /// Adds a line for every managed file that differs between `parent` and `child` and that no line placed yet, or the
    /// breach of it.
    pub(super) fn derive(
        &self,
        parent: &FabricTree,
        child: &FabricTree,
        lines: &mut Vec<Line>,
        breaches: &mut Vec<Breach>,
    ) {
        let placed: BTreeSet<_> = lines.iter().map(|line| line.to.clone()).collect();
        let paths: BTreeSet<_> = parent.entries.keys().chain(child.entries.keys()).collect();
        for path in paths {
            let is_managed = child.dir.zone(path) == Some(Zone::Managed);
            if is_managed && !is_same(parent.get(path), child.get(path)) && !placed.contains(path) {
                match self.line(path, parent.get(path), child.get(path)) {
                    Ok(line) => lines.push(line),
                    Err(breach) => breaches.push(breach),
                }
            }
        }
    }

    fn line(&self, path: &TreePath, before: Option<&Entry>, now: Option<&Entry>) -> Result<Line, Breach> {
        let outcome = |what| Breach::Outcome { path: path.clone(), outcome: Outcome::Undone, what };
        if !is_same(before, self.done.get(path)) {
            return Err(outcome("what stood there is not what the undone commit had put there"));
        }
        if !is_same(now, self.base.get(path)) {
            return Err(outcome("what stands there is not what the undone commit had found there"));
        }
        let was = only_text(before).map_err(|()| outcome("what stood there is not one document"))?;
        let sha256 = only_text(now).map_err(|()| outcome("what stands there is not one document"))?;
        Ok(Line {
            sha256: sha256.unwrap_or_else(|| "-".to_owned()),
            was,
            outcome: Outcome::Undone,
            from: From { file: path.clone(), index: None },
            to: path.clone(),
        })
    }
}

/// Whether there is the same at both places, or nothing.
pub(super) fn is_same(one: Option<&Entry>, other: Option<&Entry>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.is_same(other),
        (one, other) => one.is_none() && other.is_none(),
    }
}

/// The hash of an entry's one document; `None` where there is no entry.
fn only_text(entry: Option<&Entry>) -> Result<Option<String>, ()> {
    let Some(entry) = entry else { return Ok(None) };
    match entry.text_bytes().map(texts).as_deref() {
        Some([only]) => Ok(Some(only.sha256.clone())),
        _ => Err(()),
    }
}
