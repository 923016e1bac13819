//! A new commit: its blobs, the trees on changed paths, and itself, in one pack.

use std::collections::{BTreeMap, BTreeSet};

use gix::ObjectId;
use gix::bstr::{BStr, ByteSlice};
use gix::objs::tree::EntryKind;
use gix::objs::{Kind, Tree, WriteTo};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::Change;

use super::fabric::Found;
use super::pack::Pack;
use super::{CommitText, CommitTime, Objects, Person, commit_id, damaged};
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
        self.check(base, changes)?;
        let root = self.owned_tree(base)?;
        let mut editor = gix::objs::tree::Editor::new(root, &self.repo.objects, self.kind());
        for (path, change) in changes {
            let components = path.as_bytes().split(|byte| *byte == b'/').map(ByteSlice::as_bstr);
            let edited = match change {
                Change::Write(bytes) => editor.upsert(components, EntryKind::Blob, pack.add(Kind::Blob, bytes)?),
                Change::Move { from } => editor.upsert(components, EntryKind::Blob, self.blob_at(base, from)?),
                Change::Remove => editor.remove_leaf(components),
            };
            edited.map_err(damaged)?;
        }
        editor.write(|tree| pack.add_owned(Kind::Tree, tree_bytes(tree)?))
    }

    /// Every directory on the way to what is written is one in the parent too, or is nothing yet; no name is one that
    /// git would refuse to check out.
    fn check(&self, base: &ObjectId, changes: &BTreeMap<TreePath, Change>) -> Result<(), ObjectError> {
        let mut directories = BTreeSet::new();
        for (path, _) in changes.iter().filter(|(_, change)| **change != Change::Remove) {
            check_names(path)?;
            if let Some(at) = path.as_bytes().rfind_byte(b'/') {
                directories.insert(TreePath::new(&path.as_bytes()[..at]));
            }
            if let Found::Tree(_) = self.directory(base, path)? {
                return Err(ObjectError::InTheWay(path.to_string()));
            }
        }
        for directory in &directories {
            if let Found::Other { path } = self.directory(base, directory)? {
                return Err(ObjectError::InTheWay(path.to_string()));
            }
        }
        Ok(())
    }

    /// The blob of the regular file at `path`.
    fn blob_at(&self, base: &ObjectId, path: &TreePath) -> Result<ObjectId, ObjectError> {
        let nothing = || ObjectError::NothingAt(path.to_string());
        let bytes = path.as_bytes();
        let (directory, name) = bytes.rfind_byte(b'/').map_or((&b""[..], bytes), |at| (&bytes[..at], &bytes[at + 1..]));
        let tree = match directory {
            b"" => *base,
            directory => match self.directory(base, &TreePath::new(directory))? {
                Found::Tree(id) => id,
                _ => return Err(nothing()),
            },
        };
        let mut buffer = Vec::new();
        let mut entries = self.tree(&tree, &mut buffer)?.filter_map(Result::ok);
        let entry = entries.find(|entry| entry.filename == name && entry.mode.is_blob()).ok_or_else(nothing)?;
        Ok(entry.oid.to_owned())
    }

    fn owned_tree(&self, id: &ObjectId) -> Result<Tree, ObjectError> {
        let mut buffer = Vec::new();
        let entries = self.tree(id, &mut buffer)?.map(|entry| entry.map(Into::into));
        Ok(Tree { entries: entries.collect::<Result<_, _>>().map_err(damaged)? })
    }
}

fn check_names(path: &TreePath) -> Result<(), ObjectError> {
    for component in path.as_bytes().split(|byte| *byte == b'/') {
        let options = gix::validate::path::component::Options::default();
        let component: &BStr = component.as_bstr();
        gix::validate::path::component(component, None, options).map_err(|_| ObjectError::BadPath(path.to_string()))?;
    }
    Ok(())
}

fn tree_bytes(tree: &Tree) -> Result<Vec<u8>, ObjectError> {
    let mut bytes = Vec::new();
    tree.write_to(&mut bytes).map_err(damaged)?;
    Ok(bytes)
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
