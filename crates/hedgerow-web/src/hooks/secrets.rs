//! The secrets of hooks, opened, for a moment: a thousand deliveries a second are not a thousand questions to the store.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hedgerow_forge::webhook::Provider;
use hedgerow_store::{Hook, SecretPlace};
use secrecy::SecretString;

use crate::limits::{HOOK_SECRET_AGE, MAX_OPEN_HOOKS};
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// A hook, and its secret. `Debug` shows none.
#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) hook: Arc<Hook>,
    pub(crate) provider: Provider,
    pub(crate) secret: SecretString,
}

/// The hooks that were asked for within [`HOOK_SECRET_AGE`]: so long a change in another process may go unnoticed.
#[derive(Debug, Default)]
pub(crate) struct Secrets(Mutex<HashMap<String, (Instant, Arc<Known>)>>);

impl Secrets {
    /// The hook at this address.
    pub(crate) async fn find(&self, state: &AppState, id: &str) -> Result<Option<Arc<Known>>, Problem> {
        let now = Instant::now();
        let kept = self.lock().get(id).filter(|(until, _)| now < *until).map(|(_, known)| Arc::clone(known));
        if kept.is_some() {
            return Ok(kept);
        }
        let Some((hook, sealed)) = state.store.hook_with_secret(id).await? else { return Ok(None) };
        let keys = state.keys.as_ref().ok_or_else(|| not_open("the service has no sealing key"))?;
        let secret = keys.open(&SecretPlace::hook(&hook.id), &sealed).map_err(|error| not_open(&error.to_string()))?;
        let provider = hook.provider.parse().map_err(|_| not_open("it is of a provider that is not known"))?;
        let known = Arc::new(Known { hook: Arc::new(hook), provider, secret });
        let mut open = self.lock();
        if open.len() >= MAX_OPEN_HOOKS {
            open.clear();
        }
        open.insert(id.to_owned(), (now + HOOK_SECRET_AGE, Arc::clone(&known)));
        Ok(Some(known))
    }

    /// Forgets them: one was changed here.
    pub(crate) fn forget(&self) {
        self.lock().clear();
    }

    /// A panic while a map is changed leaves a map.
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, (Instant, Arc<Known>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn not_open(why: &str) -> Problem {
    tracing::error!("a hook's secret cannot be opened: {why}");
    Problem::new(Kind::Unavailable, "the hook's secret cannot be opened; the log says why")
}
