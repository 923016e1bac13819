//! A new commit: its blobs, the trees on changed paths, and itself, in one pack.

use std::collections::{BTreeMap, HashMap};

use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use gix::objs::Kind;
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Change;

use super::fabric::Found;
use super::pack::Pack;
use super::rewrite::{Entries, Rewrite};
use super::{CommitText, CommitTime, Objects, Person, commit_id};
use crate::error::ObjectError;
use crate::id::CommitId;
use crate::signer::Signer;

impl Objects {
    /// See [`crate::Mirror::write_commit`].
    pub(crate) fn write_commit(
        &self,
        parent: Option<&CommitId>,
        changes: &BTreeMap<TreePath, Change>,
        text: &CommitText,
        signer: Option<&Signer>,
    ) -> Result<CommitId, ObjectError> {
        let base = match parent {
            Some(parent) => self.commit_tree(parent)?,
            None => ObjectId::empty_tree(self.kind()),
        };
        let mut pack = Pack::new(self.kind());
        let tree = self.changed_tree(&base, changes, &mut pack)?;
        if tree == base {
            return Err(ObjectError::NothingToCommit);
        }
        let commit = pack.add_owned(Kind::Commit, commit_bytes(&tree, parent, text, signer)?)?;
        pack.write(&self.repo.path().join("objects/pack"))?;
        Ok(commit_id(&commit))
    }

    fn changed_tree<'c>(
        &self,
        base: &ObjectId,
        changes: &'c BTreeMap<TreePath, Change>,
        pack: &mut Pack<'c>,
    ) -> Result<ObjectId, ObjectError> {
        let mut sources = Sources { objects: self, base: *base, directories: HashMap::new() };
        let mut leaves = Vec::with_capacity(changes.len());
        for (path, change) in changes {
            let blob = match change {
                Change::Write(bytes) => Some(pack.add(Kind::Blob, bytes)?),
                Change::Move { from } => Some(sources.blob(from)?),
                Change::Remove => None,
            };
            if blob.is_some() {
                check_names(path)?;
            }
            leaves.push((path, blob));
        }
        let tree = Rewrite { objects: self, pack }.tree(Some(*base), &leaves, 0)?;
        match tree {
            Some(tree) => Ok(tree),
            None => pack.add_owned(Kind::Tree, Vec::new()),
        }
    }
}

/// Where moved blobs come from: each directory of the parent is read once.
struct Sources<'o> {
    objects: &'o Objects,
    base: ObjectId,
    directories: HashMap<TreePath, Entries>,
}

impl Sources<'_> {
    /// The blob of the regular file at `path`.
    fn blob(&mut self, path: &TreePath) -> Result<ObjectId, ObjectError> {
        let bytes = path.as_bytes();
        let (directory, name) = bytes.rfind_byte(b'/').map_or((&b""[..], bytes), |at| (&bytes[..at], &bytes[at + 1..]));
        let directory = TreePath::new(directory);
        if !self.directories.contains_key(&directory) {
            let entries = self.read(&directory)?;
            self.directories.insert(directory.clone(), entries);
        }
        match self.directories.get(&directory).and_then(|entries| entries.get(name)) {
            Some((mode, id)) if mode.is_blob() => Ok(*id),
            _ => Err(ObjectError::NothingAt(path.to_string())),
        }
    }

    fn read(&self, directory: &TreePath) -> Result<Entries, ObjectError> {
        let tree = match directory.as_bytes() {
            b"" => Some(self.base),
            _ => match self.objects.directory(&self.base, directory)? {
                Found::Tree(id) => Some(id),
                _ => None,
            },
        };
        self.objects.entries(tree)
    }
}

/// No name is one that git would refuse to check out.
fn check_names(path: &TreePath) -> Result<(), ObjectError> {
    for component in path.as_bytes().split(|byte| *byte == b'/') {
        let options = gix::validate::path::component::Options::default();
        let component: &BStr = component.as_bstr();
        gix::validate::path::component(component, None, options).map_err(|_| ObjectError::BadPath(path.to_string()))?;
    }
    Ok(())
}

/// The commit as git stores it; a signature covers everything but itself.
fn commit_bytes(
    tree: &ObjectId,
    parent: Option<&CommitId>,
    text: &CommitText,
    signer: Option<&Signer>,
) -> Result<Vec<u8>, ObjectError> {
    let mut head = format!("tree {tree}\n");
    if let Some(parent) = parent {
        head.push_str(&format!("parent {parent}\n"));
    }
    head.push_str(&format!("author {}\n", signature(&text.author, text.time)));
    head.push_str(&format!("committer {}\n", signature(&text.committer, text.time)));
    let newline = if text.message.ends_with('\n') { "" } else { "\n" };
    let body = format!("\n{}{newline}", text.message.replace('\0', ""));
    let Some(signer) = signer else { return Ok(format!("{head}{body}").into_bytes()) };
    let signed =
        signer.sign(format!("{head}{body}").as_bytes()).map_err(|error| ObjectError::Sign(error.to_string()))?;
    let field = gix::objs::commit::signature_field_name(tree.kind());
    let lines = signed.trim_end().replace('\n', "\n ");
    Ok(format!("{head}{field} {lines}\n{body}").into_bytes())
}

/// `name <e-mail> seconds +hhmm`
fn signature(person: &Person, time: CommitTime) -> String {
    let clean = |text: &str| {
        text.chars().filter(|c| !"<>".contains(*c) && !c.is_control()).collect::<String>().trim().to_owned()
    };
    let minutes = time.offset_seconds.abs() / 60;
    let sign = if time.offset_seconds < 0 { '-' } else { '+' };
    let (name, email) = (clean(&person.name), clean(&person.email));
    format!("{name} <{email}> {} {sign}{:02}{:02}", time.seconds, minutes / 60, minutes % 60)
}
