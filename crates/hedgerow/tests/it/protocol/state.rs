//! What there is: the remote, the store, and two workers.

/// Two documents, a bit each.
pub(super) const DOCUMENTS: u8 = 2;

/// A commit: its tree is which documents wait and which are managed.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Commit {
    pub(super) parent: Option<u8>,
    pub(super) inbox: u8,
    pub(super) managed: u8,
    pub(super) ours: bool,
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
    /// Nothing of it is in the branch.
    NeverArrived,
    /// Pushed, they said, and the second look does not find it; or somebody reverted; or the lease was lost.
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
    /// Documents that people have yet to push.
    pub(super) unborn: u8,
    pub(super) rows: Vec<Row>,
    /// The token in force, and who holds it.
    pub(super) token: u8,
    pub(super) holder: Option<u8>,
    /// Managed documents as the store has them, and the head at which that was recorded: the short cut's.
    pub(super) objects: u8,
    pub(super) recorded: Option<u8>,
    pub(super) workers: [At; 2],
    /// Faults that may still happen.
    pub(super) faults: u8,
    /// What was done that must not be.
    pub(super) sin: Option<&'static str>,
}

impl State {
    /// An empty fabric, and nobody at work.
    pub(super) fn first(faults: u8) -> Self {
        let first = Commit { parent: None, inbox: 0, managed: 0, ours: false, reverts: None };
        Self {
            commits: vec![first],
            head: 0,
            been: 1,
            alive: 0,
            unborn: (1 << DOCUMENTS) - 1,
            rows: Vec::new(),
            token: 0,
            holder: None,
            objects: 0,
            recorded: None,
            workers: [At::Idle, At::Idle],
            faults,
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
            if id == commit {
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
            at = self.commit(id).parent;
        }
    }

    /// The newest commit of ours in the history of `head`, when a person has taken it back since.
    pub(super) fn is_reverted(&self, head: u8) -> bool {
        let mut at = Some(head);
        while let Some(id) = at {
            let commit = self.commit(id);
            if commit.ours {
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
        Self { faults: 0, unborn: 0, ..self.clone() }
    }

    /// Nobody is at work, and everything is as it should be.
    pub(super) fn is_done(&self) -> bool {
        let head = self.commit(self.head);
        let drained = head.inbox == 0 || self.is_reverted(self.head);
        let recorded = self.objects == head.managed || self.is_reverted(self.head);
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
            (Some(sin), _) => Err(format!("{sin}: {self:?}")),
            (None, Some(_)) => Err(format!("success without the remote: {self:?}")),
            (None, None) => Ok(()),
        }
    }
}
