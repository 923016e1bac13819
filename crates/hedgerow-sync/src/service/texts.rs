//! Texts that people bring to the service: judged against what the local copy has, or filed at the remote.

use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_core::path::FabricDir;
use hedgerow_core::tree::Entry;
use hedgerow_git::{Archive, Cancel, CommitId, TreeLook};

use super::{Place, Service, blocking, rights};
use crate::failure::Failure;
use crate::filing::{self, Filed, Filing, InboxPath};
use crate::request::{Judging, Target};
use crate::vet::{Vetted, vet_alone, vet_in};

/// How many texts are judged at once; the others wait.
pub(super) const JUDGED_AT_ONCE: usize = 2;
/// How long filing may take, the wait for a run of the same repository included: a person waits for it.
const FILE_WITHIN: Duration = Duration::from_secs(60);

/// A text to judge.
#[derive(Clone, Debug)]
pub struct Text {
    /// Its name, as a file of an inbox.
    pub path: InboxPath,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Whether to refuse also what the fabric's controller lets pass by mistake.
    pub strict: bool,
}

/// A judgement against a fabric.
#[derive(Debug)]
pub struct Beside {
    /// What concerns the text.
    pub vetted: Vetted,
    /// How many findings are about everything else.
    pub elsewhere: usize,
    /// What the fabric has at the text's path.
    pub there: Option<Vec<u8>>,
}

impl Service {
    /// Judges a text alone.
    pub async fn vet(&self, text: Text) -> Result<Vetted, Failure> {
        let catalogue = Arc::clone(&self.0.parts.catalogue);
        let turn = Arc::clone(&self.0.judging).acquire_owned().await;
        blocking(move || {
            let _turn = turn;
            vet_alone(&text.path, &text.bytes, &catalogue, text.strict)
        })
        .await
    }

    /// Judges a text as a file of the fabric at `place`, as the local copy has that at `commit`: the remote is not asked.
    /// `None`: nothing was fetched yet.
    pub async fn vet_in(
        &self,
        place: &Place,
        dir: FabricDir,
        commit: CommitId,
        text: Text,
    ) -> Result<Option<Beside>, Failure> {
        let (world, target) = self.0.look_at(place, Cancel::new()).await?;
        let judging = Judging { adopt: place.adopt, ..Judging::default() };
        let turn = Arc::clone(&self.0.judging).acquire_owned().await;
        blocking(move || {
            let _turn = turn;
            let Some(archive) = Archive::open(&world.cache, &target.remote)? else { return Ok(None) };
            let tree = match archive.fabric_tree(&commit, &dir)? {
                TreeLook::Tree(snapshot) => snapshot.tree,
                TreeLook::NotATree { path } => return Err(Failure::NotATree(path)),
                TreeLook::Absent => return Ok(None),
            };
            let there = tree.get(&text.path.in_dir(&dir)).and_then(Entry::bytes).map(<[u8]>::to_vec);
            let (vetted, elsewhere) = vet_in(&tree, &text.path, &text.bytes, &world.catalogue, judging, text.strict)?;
            Ok(Some(Beside { vetted, elsewhere, there }))
        })
        .await
    }

    /// Files a text in the inbox of the fabric at `place`, by the credential that writes; see [`filing::file`].
    pub async fn file_text(&self, place: &Place, dir: FabricDir, filing: Filing) -> Result<Filed, Failure> {
        let inner = &self.0;
        let store = &inner.parts.store;
        let repository = store.repository_by_id(place.repository).await?;
        let repository = repository.ok_or_else(|| Failure::Credential("the repository is not there".to_owned()))?;
        let credentials = store.credentials(place.repository).await?;
        let remotes = rights::remotes(&inner.parts.credentials, &repository, &credentials, inner.now_ms()).await?;
        let mut world = inner.world(Cancel::new());
        world.git = inner.parts.git.within(FILE_WITHIN, world.cancel.clone());
        world.deadline = Instant::now() + FILE_WITHIN;
        let target = Target { remote: remotes.writer, branch: place.branch.clone(), dir: Some(dir.clone()) };
        let filed = blocking(move || filing::file(&world, &target, &dir, remotes.reader.as_ref(), &filing)).await?;
        if let Filed::Pushed(_) = &filed {
            // The limit of pushes is for the server's sake, and the server sees who pushes by the credential.
            store.note_push(place.repository, inner.now_ms()).await?;
        }
        Ok(filed)
    }
}
