//! A flag by which anybody stops what this crate is doing.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// All clones are one flag. Once set it stays set: running children are killed with all that they started, and
/// no other is started.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A flag that nobody has set.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets it.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether it was set.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}
