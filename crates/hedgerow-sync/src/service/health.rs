//! Whether work can be done. Nothing is assumed: database, sealing key, git and loops are each tried, and each says what was tried.

use std::sync::atomic::{AtomicI64, Ordering};

use serde::Serialize;

use super::Inner;
use super::conditions::milliseconds;
use super::settings::{LOOP_TTL, TRIAL};
use crate::failure::Failure;

/// Whether work can be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Health {
    /// Whether nothing failed.
    pub ready: bool,
    /// What was tried.
    pub trials: Vec<Trial>,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trial {
    /// What.
    pub name: &'static str,
    /// Whether it went well.
    pub ok: bool,
    /// What was seen.
    pub message: String,
}

pub(super) async fn of(inner: &Inner) -> Health {
    let trials = vec![
        database(inner).await,
        sealing_key(inner).await,
        git(inner).await,
        heard(inner, "workers", "the loop that starts runs", &inner.scheduler_ms),
        heard(inner, "watchdog", "the watchdog", &inner.watchdog_ms),
    ];
    Health { ready: trials.iter().all(|trial| trial.ok), trials }
}

async fn database(inner: &Inner) -> Trial {
    let name = "database";
    match tokio::time::timeout(TRIAL, inner.parts.store.try_write(inner.now_ms())).await {
        Ok(Ok(())) => Trial { name, ok: true, message: "a row was written and read".to_owned() },
        Ok(Err(error)) => Trial { name, ok: false, message: error.to_string() },
        Err(_) => Trial { name, ok: false, message: format!("no answer within {} s", TRIAL.as_secs()) },
    }
}

/// Another service on this store may have sealed a secret with a key that this one was not given: it could not work for it.
async fn sealing_key(inner: &Inner) -> Trial {
    let name = "sealing key";
    let failed = |message: String| Trial { name, ok: false, message };
    match tokio::time::timeout(TRIAL, inner.parts.store.sealing_keys_in_use()).await {
        Ok(Ok(in_use)) => match inner.parts.credentials.lacks(in_use) {
            lacking if lacking.is_empty() => {
                Trial { name, ok: true, message: "whatever is sealed in the store can be opened".to_owned() }
            }
            lacking => failed(format!(
                "secrets of the store are sealed with the key {}, which is not at hand: give all services the same key",
                lacking.join(" and ")
            )),
        },
        Ok(Err(error)) => failed(format!("nobody could look which keys are in use: {error}")),
        Err(_) => failed(format!("no answer within {} s", TRIAL.as_secs())),
    }
}

async fn git(inner: &Inner) -> Trial {
    let name = "git";
    let git = inner.parts.git.within(TRIAL, hedgerow_git::Cancel::new());
    match super::blocking(move || git.answers().map_err(Failure::Git)).await {
        Ok(()) => Trial { name, ok: true, message: format!("git {} answers", inner.parts.git.version()) },
        Err(failure) => Trial { name, ok: false, message: failure.to_string() },
    }
}

fn heard(inner: &Inner, name: &'static str, what: &str, beat: &AtomicI64) -> Trial {
    let last_ms = beat.load(Ordering::Relaxed);
    let ago = inner.now_ms() - last_ms;
    let running = inner.visits.lock().expect("the list of visits").len();
    if last_ms == 0 {
        return Trial { name, ok: false, message: format!("{what} does not run") };
    }
    let ok = ago <= milliseconds(LOOP_TTL);
    Trial { name, ok, message: format!("{what} was heard of {ago} ms ago; {running} visits are under way") }
}
