//! Whether a commit of ours holds, as far as the fabric's directory goes: `docs/reference/format.md`, "Conservation".

use std::collections::BTreeSet;

use super::canonical::misplaced;
use super::derive::derive_with;
use super::texts::{Text, texts, without_separators};
use super::{Breach, Counts, Ledger, Line, Operation, Outcome, Trailers, Undo};
use crate::path::TreePath;
use crate::tree::{Entry, FabricTree, Mode};

/// Every clause of conservation that does not hold between the two trees; none: the commit holds.
///
/// `undo` has the trees of the commit that the trailers take back, where they do. Whether the trailer's parent is the
/// commit's, and what differs outside the directory, is for whoever has the whole trees.
pub fn conservation(
    parent: &FabricTree,
    child: &FabricTree,
    trailers: &Trailers,
    undo: Option<Undo<'_>>,
) -> Vec<Breach> {
    let mut breaches = Vec::new();
    if trailers.directory != child.dir {
        let (claimed, found) = (trailers.directory.path().quoted(), child.dir.path().quoted());
        breaches.push(Breach::Directory { claimed, found });
    }
    match balance(parent, child, &trailers.operation, trailers.adopt, undo) {
        Ok(ledger) => breaches.extend(claims(&ledger, trailers)),
        Err(found) => breaches.extend(found),
    }
    breaches
}

/// The ledger between the two trees, when they balance: for a copy (squash, cherry-pick), whose digest and counts need not agree.
///
/// # Errors
/// Every clause that does not hold; for an undo without its `undo`, that it takes nothing of ours back.
pub fn balance(
    parent: &FabricTree,
    child: &FabricTree,
    operation: &Operation,
    adopt: bool,
    undo: Option<Undo<'_>>,
) -> Result<Ledger, Vec<Breach>> {
    let ledger = match (operation, undo) {
        (Operation::Sync, _) => derive_with(parent, child, adopt, None)?,
        (Operation::Init, _) => Ledger::default(),
        (Operation::Undo(_), Some(undo)) => derive_with(parent, child, adopt, Some(undo))?,
        (Operation::Undo(commit), None) => return Err(vec![Breach::NothingToUndo(commit.clone())]),
    };
    let mut breaches = unexplained(parent, child, &ledger, operation);
    breaches.extend(not_their_lines(parent, child, &ledger));
    breaches.extend(misplaced(child, &ledger));
    if breaches.is_empty() { Ok(ledger) } else { Err(breaches) }
}

/// Where digest and counts are not what the trailers claim.
pub fn claims(ledger: &Ledger, trailers: &Trailers) -> Vec<Breach> {
    let (counts, digest) = (Counts::of(ledger), ledger.digest());
    let mut breaches = Vec::new();
    if counts != trailers.counts {
        breaches.push(Breach::Counts { claimed: trailers.counts, found: counts });
    }
    if digest != trailers.ledger {
        breaches.push(Breach::Digest { claimed: trailers.ledger.clone(), found: digest });
    }
    breaches
}

/// The paths that differ and that nothing explains, or that became anything but plain files.
fn unexplained(parent: &FabricTree, child: &FabricTree, ledger: &Ledger, operation: &Operation) -> Vec<Breach> {
    let explained = explained(ledger);
    let undone: BTreeSet<_> =
        ledger.lines().iter().filter(|line| line.outcome == Outcome::Undone).map(|line| &line.to).collect();
    let differs = |path: &&TreePath| match (parent.get(path), child.get(path)) {
        (Some(before), Some(after)) => !before.is_same(after),
        _ => true,
    };
    let paths: BTreeSet<_> = parent.entries.keys().chain(child.entries.keys()).collect();
    let breach = |path: &TreePath| {
        let is_new = parent.get(path).is_none();
        let is_explained = explained.contains(path) || (is_new && is_structure(child, path, operation));
        if !is_explained {
            return Some(Breach::Unexplained(path.clone()));
        }
        // An undo puts back what there was, executable files too.
        let is_plain = undone.contains(path) || child.get(path).is_none_or(|entry| entry.mode == Mode::File);
        (!is_plain).then(|| Breach::Mode(path.clone()))
    };
    paths.into_iter().filter(differs).filter_map(breach).collect()
}

/// Every path that a ledger lets differ.
fn explained(ledger: &Ledger) -> BTreeSet<TreePath> {
    let of = |line: &Line| {
        let findings = (line.outcome == Outcome::Held && line.to != line.from.file).then(|| line.to.findings());
        let changes_nothing = matches!(line.outcome, Outcome::Unchanged | Outcome::Duplicate);
        let to = (!changes_nothing).then(|| line.to.clone());
        [Some(line.from.file.clone()), to, findings].into_iter().flatten()
    };
    ledger.lines().iter().flat_map(of).collect()
}

/// Whether a new entry is the empty `.gitkeep` that a commit may add.
fn is_structure(child: &FabricTree, path: &TreePath, operation: &Operation) -> bool {
    let dir = &child.dir;
    let zones = match operation {
        Operation::Init => vec![dir.raw(), dir.managed(), dir.unmanaged()],
        _ => vec![dir.raw()],
    };
    let is_empty = |entry: &Entry| entry.mode == Mode::File && entry.bytes() == Some(b"");
    zones.iter().any(|zone| zone.join(".gitkeep") == *path) && child.get(path).is_some_and(is_empty)
}

/// The placed files that are not the lines of their documents, and the remainders that are not the lines that stayed.
fn not_their_lines(parent: &FabricTree, child: &FabricTree, ledger: &Ledger) -> Vec<Breach> {
    let mut lines: Vec<&Line> = ledger.lines().iter().collect();
    lines.sort_by(|a, b| a.from.cmp(&b.from));
    let files = lines.chunk_by(|a, b| a.from.file == b.from.file);
    files.flat_map(|lines| not_the_files_lines(parent, child, lines)).collect()
}

/// The same for the ledger's lines of one inbox file, in order: the whole-file line, if there is one, comes first.
fn not_the_files_lines(parent: &FabricTree, child: &FabricTree, lines: &[&Line]) -> Vec<Breach> {
    let file = &lines[0].from.file;
    let Some(bytes) = parent.get(file).and_then(Entry::text_bytes) else { return Vec::new() };
    if lines.iter().all(|line| line.from.index.is_none()) {
        return Vec::new();
    }
    let pieces = texts(bytes);
    let mut breaches: Vec<_> = lines.iter().filter_map(|line| not_the_piece(child, line, &pieces)).collect();
    if lines[0].from.index.is_none() && !is_remainder(child.get(&lines[0].to), &pieces, lines) {
        breaches.push(Breach::Remainder { file: file.clone(), at: lines[0].to.clone() });
    }
    breaches
}

/// The breach of a `created` or `replaced` line whose file is not the document's piece.
fn not_the_piece(child: &FabricTree, line: &Line, pieces: &[Text<'_>]) -> Option<Breach> {
    let index = line.from.index.filter(|_| matches!(line.outcome, Outcome::Created | Outcome::Replaced))?;
    let piece = &pieces.get(index)?.piece;
    (child.get(&line.to).and_then(Entry::text_bytes) != Some(piece)).then(|| Breach::Lines {
        to: line.to.clone(),
        from: line.from.file.clone(),
        index,
        sha256: line.sha256.clone(),
    })
}

/// Whether `entry`, without separators, is the pieces that no line took, joined, without separators.
fn is_remainder(entry: Option<&Entry>, pieces: &[Text<'_>], lines: &[&Line]) -> bool {
    let left: BTreeSet<usize> = lines.iter().filter_map(|line| line.from.index).collect();
    let stayed = pieces.iter().filter(|text| !left.contains(&text.index)).map(|text| &*text.piece);
    let stayed = stayed.collect::<Vec<_>>().concat();
    let bytes = entry.and_then(Entry::text_bytes);
    bytes.is_some_and(|bytes| without_separators(bytes) == without_separators(&stayed))
}
