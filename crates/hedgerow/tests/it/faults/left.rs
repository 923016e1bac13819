//! What a run that was killed alone leaves behind: its git goes on by itself for a while, and writes and removes files of
//! the cache. The next run waits for it, by a lock; a person who copies, damages or deletes files there looks first.

use std::path::Path;
use std::time::{Duration, Instant};

use super::arena::Arena;
use crate::support::scene::Scene;

/// Longer than any git of a campaign works.
const PATIENCE: Duration = Duration::from_secs(90);
/// Between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(5);

impl Arena {
    /// Waits until no git of an earlier run is at work any more.
    pub(super) fn alone(&self) {
        let deadline = Instant::now() + PATIENCE;
        while is_git_at_work(&self.scene) {
            assert!(Instant::now() < deadline, "a git that was left behind never ends");
            std::thread::park_timeout(LOOK_EVERY);
        }
    }
}

/// Whether a git that was started in the scene is at work: it is known by the environment that it was given.
pub(super) fn is_git_at_work(scene: &Scene) -> bool {
    let known = format!("TMPDIR={}\0", scene.path("tmp").display());
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.map(|entry| entry.path()).any(|process| is_git(&process) && was_given(&process, known.as_bytes()))
}

fn is_git(process: &Path) -> bool {
    std::fs::read(process.join("comm")).is_ok_and(|name| name.starts_with(b"git"))
}

fn was_given(process: &Path, known: &[u8]) -> bool {
    std::fs::read(process.join("environ")).is_ok_and(|given| given.windows(known.len()).any(|part| part == known))
}
