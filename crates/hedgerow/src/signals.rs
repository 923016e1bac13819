//! Ctrl-C and SIGTERM stop between steps; a second one stops at once.

use anyhow::{Context, Result};
use hedgerow_git::Cancel;
use tokio::signal::unix::{SignalKind, signal};

/// Sets `cancel` at the first signal. At the second the process ends as a signal would end it.
pub(crate) fn listen(runtime: &tokio::runtime::Runtime, cancel: Cancel) -> Result<()> {
    let _inside = runtime.enter();
    let mut interrupt = signal(SignalKind::interrupt()).context("listening for SIGINT")?;
    let mut terminate = signal(SignalKind::terminate()).context("listening for SIGTERM")?;
    runtime.spawn(async move {
        loop {
            let number = tokio::select! {
                _ = interrupt.recv() => 2,
                _ = terminate.recv() => 15,
            };
            if cancel.is_cancelled() {
                std::process::exit(128 + number);
            }
            cancel.cancel();
        }
    });
    Ok(())
}
