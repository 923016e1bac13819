//! What there is: the remote, the store, and two workers.

/// What may happen in one history, at most.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Documents that people push, a bit each.
    pub(super) documents: u8,
    /// Managed documents that people edit.
    pub(super) edits: u8,
    pub(super) faults: u8,
    /// Questions to which the remote gives no answer.
    pub(super) silences: u8,
    /// Whether commits go to a branch aside, for people to merge.
    pub(super) proposing: bool,
}

/// A commit: its tree is which documents wait, which are managed, and which of these a person has edited.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commit {
    pub(super) parent: Option<u8>,
    pub(super) inbox: u8,
    pub(super) managed: u8,
    pub(super) edited: u8,
    pub(super) ours: bool,
    /// The commit of ours that people merged here.
    pub(super) merges: Option<u8>,
    /// The commit of ours that this one takes back.
    pub(super) reverts: Option<u8>,
}

/// A run's row in the store.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Row {
    pub(super) intent: Option<u8>,
    pub(super) end: Option<End>,
}

/// How a run was closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum End {
    /// This commit is in the branch.
    Verified(u8),
    /// Nothing was to be done, at this head.
    Unchanged(u8),
    /// This commit was pushed, here or to a branch aside, and is not seen in the branch yet.
    NotYet(u8),
    /// Nothing of it is in the branch.
    NeverArrived,
    /// Pushed, they said, and the second look does not find it; or somebody reverted; or the lease was lost; or nobody knows.
    Failed,
}

/// Where a worker stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum At {
    Idle,
    Leased { token: u8 },
    Fetched { token: u8, row: u8, head: u8 },
    Committed { token: u8, row: u8, commit: u8 },
    Intended { token: u8, row: u8, commit: u8 },
    Cut { token: u8, row: u8, commit: u8 },
    Pushed { token: u8, row: u8, commit: u8 },
    Ending { token: u8, row: u8, end: End, head: u8 },
}

/// The whole world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct State {
    /// Every commit that was ever made, pushed or not.
    pub(super) commits: Vec<Commit>,
    pub(super) head: u8,
    /// Commits that were in the branch at some time, a bit each.
    pub(super) been: u32,
    /// Documents that people pushed and did not take away.
    pub(super) alive: u8,
    /// Edits that people made and did not take away.
    pub(super) edits: u8,
    /// Documents that people have yet to push, and to edit.
    pub(super) unborn: u8,
    pub(super) unedited: u8,
    /// Commits of ours on branches aside, a bit each.
    pub(super) offers: u32,
    pub(super) proposing: bool,
    pub(super) rows: Vec<Row>,
    /// The token in force, and who holds it.
    pub(super) token: u8,
    pub(super) holder: Option<u8>,
    /// Managed documents as the store has them, and the head at which that was recorded: the short cut's.
    pub(super) objects: u8,
    pub(super) known_edits: u8,
    pub(super) recorded: Option<u8>,
    pub(super) workers: [At; 2],
    /// Faults and silences that may still happen.
    pub(super) faults: u8,
    pub(super) silences: u8,
    /// What was done that must not be.
    pub(super) sin: Option<&'static str>,
}

impl State {
    /// An empty fabric, and nobody at work.
    pub(super) fn first(bounds: Bounds) -> Self {
        let first = Commit { parent: None, inbox: 0, managed: 0, edited: 0, ours: false, merges: None, reverts: None };
        Self {
            commits: vec![first],
            head: 0,
            been: 1,
            alive: 0,
            edits: 0,
            unborn: (1 << bounds.documents) - 1,
            unedited: (1 << bounds.edits) - 1,
            offers: 0,
            proposing: bounds.proposing,
            rows: Vec::new(),
            token: 0,
            holder: None,
            objects: 0,
            known_edits: 0,
            recorded: None,
            workers: [At::Idle, At::Idle],
            faults: bounds.faults,
            silences: bounds.silences,
            sin: None,
        }
    }

    pub(super) fn commit(&self, id: u8) -> &Commit {
        &self.commits[usize::from(id)]
    }

    /// Whether `head` has `commit` in its history.
    pub(super) fn has(&self, head: u8, commit: u8) -> bool {
        let mut at = Some(head);
        while let Some(id) = at {
            let merged = self.commit(id).merges;
            if id == commit || merged.is_some_and(|merged| self.has(merged, commit)) {
                return true;
            }
            at = self.commit(id).parent;
        }
        false
    }

    /// The branch moves, whoever moves it.
    pub(super) fn move_to(&mut self, head: u8) {
        self.head = head;
        let mut at = Some(head);
        while let Some(id) = at {
            self.been |= 1 << id;
            if let Some(merged) = self.commit(id).merges {
                self.been |= 1 << merged;
            }
            at = self.commit(id).parent;
        }
    }

    /// Whether a commit of ours on this one waits on a branch aside.
    pub(super) fn is_offered(&self, parent: u8) -> bool {
        (0..self.commits.len()).any(|id| self.offers & (1 << id) != 0 && self.commits[id].parent == Some(parent))
    }

    /// The newest commit of ours in the history of `head`, when a person has taken it back since.
    pub(super) fn is_reverted(&self, head: u8) -> bool {
        let mut at = Some(head);
        while let Some(id) = at {
            let commit = self.commit(id);
            if commit.ours || commit.merges.is_some() {
                return false;
            }
            if commit.reverts.is_some() {
                return true;
            }
            at = commit.parent;
        }
        false
    }

    /// No fault happens any more, and people are silent.
    pub(super) fn calm(&self) -> Self {
        Self { faults: 0, silences: 0, unborn: 0, unedited: 0, ..self.clone() }
    }

    /// Nobody is at work, and everything is as it should be.
    pub(super) fn is_done(&self) -> bool {
        let head = self.commit(self.head);
        let waits = self.is_reverted(self.head) || self.is_offered(self.head);
        let drained = head.inbox == 0 || waits;
        let known = (self.objects, self.known_edits) == (head.managed, head.edited);
        let recorded = known || waits;
        let closed = self.rows.iter().all(|row| row.end.is_some());
        self.workers == [At::Idle, At::Idle] && drained && recorded && closed
    }

    /// What holds in every state.
    pub(super) fn must_hold(&self) -> Result<(), String> {
        let head = self.commit(self.head);
        let found = head.inbox | head.managed;
        let claimed = self.rows.iter().find_map(|row| match row.end {
            Some(End::Verified(commit)) if self.been & (1 << commit) == 0 => Some(commit),
            _ => None,
        });
        match (self.sin, claimed) {
            _ if found & self.alive != self.alive => Err(format!("a document is lost: {self:?}")),
            _ if head.edited & self.edits != self.edits => Err(format!("a person's edit is lost: {self:?}")),
            (Some(sin), _) => Err(format!("{sin}: {self:?}")),
            (None, Some(_)) => Err(format!("success without the remote: {self:?}")),
            (None, None) => Ok(()),
        }
    }
}
