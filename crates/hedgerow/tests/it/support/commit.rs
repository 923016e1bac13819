//! Commits made by people (or by a forger), without a work tree: one `git fast-import` each.

use super::git::{BRANCH, Remote};

/// Changes to a tree, and the commit to make of them.
pub(crate) struct CommitBuilder<'a> {
    remote: &'a Remote,
    message: String,
    branch: String,
    parent: Option<String>,
    tree: Option<String>,
    author: String,
    committer: String,
    changes: Vec<u8>,
}

impl<'a> CommitBuilder<'a> {
    pub(crate) fn new(remote: &'a Remote, message: &str) -> Self {
        let person = "Pat Person <pat@example.com> 1767225600 +0000".to_owned();
        let head = remote.git(&["for-each-ref", "--format=%(objectname)", &format!("refs/heads/{BRANCH}")]);
        Self {
            remote,
            message: message.to_owned(),
            branch: BRANCH.to_owned(),
            parent: Some(head).filter(|head| !head.is_empty()),
            tree: None,
            author: person.clone(),
            committer: person,
            changes: Vec::new(),
        }
    }

    /// On another branch; it is created or moved.
    pub(crate) fn branch(mut self, branch: &str) -> Self {
        self.branch = branch.to_owned();
        self
    }

    /// On top of another commit than the branch's head.
    pub(crate) fn parent(mut self, rev: &str) -> Self {
        self.parent = Some(self.remote.rev(rev));
        self
    }

    /// With the tree of `rev` instead of the parent's, before the changes.
    pub(crate) fn tree(mut self, rev: &str) -> Self {
        self.tree = Some(self.remote.rev(&format!("{rev}^{{tree}}")));
        self
    }

    /// The forger: `rev` again (parent, tree, message, people), for the changes to be laid over.
    pub(crate) fn forge(mut self, rev: &str) -> Self {
        self.message = self.remote.message(rev);
        let people = self.remote.git(&["log", "-1", "--date=raw", "--format=%an <%ae> %ad%n%cn <%ce> %cd", rev]);
        let (author, committer) = people.split_once('\n').unwrap();
        (self.author, self.committer) = (author.to_owned(), committer.to_owned());
        self.parent(&format!("{rev}^")).tree(rev)
    }

    /// By the given person, such as `Name <mail@example.com>`.
    pub(crate) fn by(mut self, person: &str) -> Self {
        self.author = format!("{person} 1767225600 +0000");
        self.committer = self.author.clone();
        self
    }

    /// The author alone, as in a squash that a forge makes.
    pub(crate) fn author(mut self, person: &str) -> Self {
        self.author = format!("{person} 1767225600 +0000");
        self
    }

    /// The committer alone, as in a cherry-pick.
    pub(crate) fn committer(mut self, person: &str) -> Self {
        self.committer = format!("{person} 1767225600 +0000");
        self
    }

    pub(crate) fn message(mut self, message: &str) -> Self {
        self.message = message.to_owned();
        self
    }

    pub(crate) fn write(self, path: &str, bytes: impl AsRef<[u8]>) -> Self {
        self.entry("100644", path, bytes.as_ref())
    }

    pub(crate) fn symlink(self, path: &str, target: &str) -> Self {
        self.entry("120000", path, target.as_bytes())
    }

    /// A submodule's entry; the commit need not exist.
    pub(crate) fn submodule(mut self, path: &str, commit: &str) -> Self {
        self.changes.extend(format!("M 160000 {commit} {}\n", quoted(path)).bytes());
        self
    }

    pub(crate) fn remove(mut self, path: &str) -> Self {
        self.changes.extend(format!("D {}\n", quoted(path)).bytes());
        self
    }

    pub(crate) fn rename(mut self, from: &str, to: &str) -> Self {
        self.changes.extend(format!("R {} {}\n", quoted(from), quoted(to)).bytes());
        self
    }

    fn entry(mut self, mode: &str, path: &str, bytes: &[u8]) -> Self {
        self.changes.extend(format!("M {mode} inline {}\ndata {}\n", quoted(path), bytes.len()).bytes());
        self.changes.extend(bytes);
        self.changes.push(b'\n');
        self
    }

    /// Makes the commit and moves the branch there, whatever it was. Returns the commit's id.
    pub(crate) fn push(self) -> String {
        let reference = format!("refs/heads/{}", self.branch);
        let mut stream = Vec::new();
        stream.extend(format!("reset {reference}\n\ncommit {reference}\n").bytes());
        stream.extend(format!("author {}\ncommitter {}\n", self.author, self.committer).bytes());
        stream.extend(format!("data {}\n{}\n", self.message.len(), self.message).bytes());
        if let Some(parent) = &self.parent {
            stream.extend(format!("from {parent}\n").bytes());
        }
        if let Some(tree) = &self.tree {
            stream.extend(format!("M 040000 {tree} \"\"\n").bytes());
        }
        stream.extend(&self.changes);
        stream.extend(b"\ndone\n");
        self.remote.git_with_input(&["fast-import", "--quiet", "--force", "--done"], &stream);
        self.remote.rev(&reference)
    }
}

/// A path as fast-import reads it.
fn quoted(path: &str) -> String {
    let mut out = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c => out.push(c),
        }
    }
    out + "\""
}
