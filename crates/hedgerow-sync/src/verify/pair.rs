//! The directory before and after one commit, as far as its ledger and its conservation can depend on it.
//!
//! A commit changes a few files of many. What decides about it is what differs, the inbox of its parent, what stands in
//! `unmanaged/` where a file of that inbox would go, and for a text that left and stands in no file that differs, the least
//! managed file that has it. Two trees of just these entries give the same ledger and the same breaches as the whole ones,
//! since no other entry is asked for; a test compares the two on thousands of commits.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use hedgerow_core::ledger::text_hashes;
use hedgerow_core::path::{FabricDir, TreePath, Zone, is_yaml};
use hedgerow_core::tree::{Content, Entry, FabricTree};
use hedgerow_git::limits::MAX_FABRIC_BYTES;
use hedgerow_git::{CommitRead, Difference, Leaf, Mirror, ObjectError, Standing, TreeId};

use super::texts::ManagedTexts;

/// Reads pairs, and remembers what one commit's reading saves the next.
pub(super) struct Reader<'m> {
    pub(super) mirror: &'m Mirror,
    pub(super) dir: FabricDir,
    texts: ManagedTexts,
    /// The inbox of the last pair: what is held stays for many commits.
    inbox: HashMap<Leaf, Entry>,
}

/// The directory before and after a commit, in part.
pub(super) struct Pair {
    pub(super) before: FabricTree,
    pub(super) after: FabricTree,
}

impl<'m> Reader<'m> {
    pub(super) fn new(mirror: &'m Mirror, dir: &FabricDir) -> Self {
        Self { mirror, dir: dir.clone(), texts: ManagedTexts::default(), inbox: HashMap::new() }
    }

    /// What a commit whose tree is `after` made of `before` (`None`: of nothing). `inside` is what differs in the directory.
    pub(super) fn pair(
        &mut self,
        before: Option<&TreeId>,
        after: &TreeId,
        inside: &[Difference],
        adopt: bool,
    ) -> Result<Pair, ObjectError> {
        let mut reading = Reading::new(self.mirror, &self.dir);
        for difference in inside {
            reading.differs(difference)?;
        }
        let inbox = self.inbox_of(before, adopt)?;
        let mut remembered = HashMap::new();
        for (path, leaf) in &inbox {
            if !reading.knows(path) {
                let entry = match self.inbox.get(leaf) {
                    Some(entry) => entry.clone(),
                    None => reading.read(path, leaf)?,
                };
                remembered.insert(leaf.clone(), entry.clone());
                reading.same(path.clone(), entry);
            }
        }
        self.inbox = remembered;
        let left: Vec<TreePath> =
            inbox.into_iter().map(|(path, _)| path).filter(|path| reading.has_left(path)).collect();
        for path in &left {
            reading.unless_known(after, &self.dir.unmanaged_home(path))?;
        }
        let texts = reading.texts_elsewhere(&left);
        if !texts.is_empty() {
            self.texts.go_to(self.mirror, &self.dir, self.managed(after)?)?;
            for text in texts {
                if let Some((path, leaf)) = self.texts.least(&text, |path| !reading.knows(path)) {
                    let entry = reading.read(path, leaf)?;
                    reading.same(path.clone(), entry);
                }
            }
        }
        Ok(reading.pair)
    }

    /// The two trees of the commit that an undo takes back, at the managed paths that differ.
    pub(super) fn taken_back(
        &self,
        done: &CommitRead,
        base: &TreeId,
        inside: &[Difference],
    ) -> Result<(FabricTree, FabricTree), ObjectError> {
        let mut reading = Reading::new(self.mirror, &self.dir);
        for path in inside.iter().map(|difference| &difference.path) {
            if self.dir.zone(path) == Some(Zone::Managed) {
                let old = leaf(self.mirror.find(base, path)?);
                let new = leaf(self.mirror.find(&done.tree, path)?);
                reading.differs(&Difference { path: path.clone(), old, new })?;
            }
        }
        Ok((reading.pair.after, reading.pair.before))
    }

    /// The directory of `tree` with one file of it alone, when it is there.
    pub(super) fn with_file(&self, tree: &TreeId, path: &TreePath) -> Result<FabricTree, ObjectError> {
        let mut reading = Reading::new(self.mirror, &self.dir);
        reading.unless_known(tree, path)?;
        Ok(reading.pair.after)
    }

    /// The inbox files of a whole tree, with strays where they may be adopted.
    fn inbox_of(&self, tree: Option<&TreeId>, adopt: bool) -> Result<Vec<(TreePath, Leaf)>, ObjectError> {
        let Some(tree) = tree else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        if let Some(Standing::Tree(raw)) = self.mirror.find(tree, &self.dir.raw())? {
            let listed = self.mirror.compare(None, Some(&raw), &self.dir.raw())?;
            found.extend(listed.into_iter().filter_map(|difference| Some((difference.path, difference.new?))));
        }
        if adopt && let Some(Standing::Tree(dir)) = self.mirror.find(tree, self.dir.path())? {
            let leaves = self.mirror.leaves(&dir)?;
            found.extend(leaves.into_iter().map(|(name, leaf)| (self.dir.path().join(name), leaf)));
        }
        found.retain(|(path, _)| matches!(self.dir.zone(path), Some(Zone::Inbox | Zone::Stray)));
        Ok(found)
    }

    fn managed(&self, tree: &TreeId) -> Result<Option<TreeId>, ObjectError> {
        match self.mirror.find(tree, &self.dir.managed())? {
            Some(Standing::Tree(managed)) => Ok(Some(managed)),
            _ => Ok(None),
        }
    }
}

fn leaf(found: Option<Standing>) -> Option<Leaf> {
    match found {
        Some(Standing::Leaf(leaf)) => Some(leaf),
        _ => None,
    }
}

/// One pair in the making.
struct Reading<'m> {
    mirror: &'m Mirror,
    pair: Pair,
    bytes: u64,
}

impl<'m> Reading<'m> {
    fn new(mirror: &'m Mirror, dir: &FabricDir) -> Self {
        let empty = || FabricTree { dir: dir.clone(), entries: BTreeMap::new() };
        Self { mirror, pair: Pair { before: empty(), after: empty() }, bytes: 0 }
    }

    fn read(&mut self, path: &TreePath, leaf: &Leaf) -> Result<Entry, ObjectError> {
        let dir = &self.pair.after.dir;
        // As a reading of the whole directory has it: what nothing depends on is compared by its id alone.
        let is_wanted = is_yaml(path.as_bytes())
            || path.file_name() == b".gitkeep"
            || matches!(dir.zone(path), Some(Zone::Unmanaged | Zone::Settings));
        if !is_wanted {
            return Ok(Entry { mode: leaf.mode, id: leaf.id.clone(), content: Content::Unread });
        }
        let entry = self.mirror.entry(leaf)?;
        self.bytes += entry.bytes().map_or(0, |bytes| bytes.len() as u64);
        if self.bytes > MAX_FABRIC_BYTES {
            return Err(ObjectError::TooLarge { what: "what one commit changes".into(), limit: MAX_FABRIC_BYTES });
        }
        Ok(entry)
    }

    fn differs(&mut self, difference: &Difference) -> Result<(), ObjectError> {
        let path = &difference.path;
        if let Some(old) = &difference.old {
            let entry = self.read(path, old)?;
            self.pair.before.entries.insert(path.clone(), entry);
        }
        if let Some(new) = &difference.new {
            let entry = self.read(path, new)?;
            self.pair.after.entries.insert(path.clone(), entry);
        }
        Ok(())
    }

    /// An entry that does not differ.
    fn same(&mut self, path: TreePath, entry: Entry) {
        self.pair.before.entries.insert(path.clone(), entry.clone());
        self.pair.after.entries.insert(path, entry);
    }

    fn knows(&self, path: &TreePath) -> bool {
        self.pair.before.get(path).is_some() || self.pair.after.get(path).is_some()
    }

    /// What stands at a path that does not differ, in either tree.
    fn unless_known(&mut self, tree: &TreeId, path: &TreePath) -> Result<(), ObjectError> {
        if self.knows(path) {
            return Ok(());
        }
        if let Some(leaf) = leaf(self.mirror.find(tree, path)?) {
            let entry = self.read(path, &leaf)?;
            self.same(path.clone(), entry);
        }
        Ok(())
    }

    /// Whether something of the inbox file is no longer where it was.
    fn has_left(&self, path: &TreePath) -> bool {
        match (self.pair.before.get(path), self.pair.after.get(path)) {
            (Some(before), Some(after)) => !before.is_same(after),
            (before, _) => before.is_some(),
        }
    }

    /// The texts of these inbox files that stand in no managed file that differs.
    fn texts_elsewhere(&self, left: &[TreePath]) -> BTreeSet<String> {
        let Pair { before, after } = &self.pair;
        let is_managed = |path: &TreePath| after.dir.zone(path) == Some(Zone::Managed);
        let placed = after.entries.iter().filter(|(path, _)| is_managed(path)).map(|(_, entry)| text_hashes(entry));
        let placed: BTreeSet<String> = placed.filter(|texts| texts.len() == 1).flatten().collect();
        let texts = left.iter().filter_map(|path| before.get(path)).flat_map(text_hashes);
        texts.filter(|text| !placed.contains(text)).collect()
    }
}
