//! How often somebody may try a password: a few times freely, then with waits that grow, by name and by address.
//!
//! A lock is by name *and* address, so that nobody can lock another out from elsewhere; an address that tries many
//! names waits too.

use super::site::Site;
use crate::problem::Problem;

/// So many wrong passwords in a row from one address for one name cost nothing.
const FREE: u32 = 4;
/// So many wrong passwords from one address, for whatever names.
const FREE_OF_ADDRESS: u32 = 20;
/// The first wait, in ms; each further failure doubles it.
const FIRST_WAIT_MS: i64 = 30_000;
/// The longest wait, in ms.
const LONGEST_WAIT_MS: i64 = 15 * 60_000;
/// Failures that are older are forgotten, in ms.
const FORGOTTEN_MS: i64 = 24 * 60 * 60_000;

/// Who tries.
pub(crate) struct Attempt {
    of_name: String,
    of_address: String,
}

impl Attempt {
    pub(crate) fn of(name: &str, peer: &str) -> Self {
        Self { of_name: format!("{name}@{peer}"), of_address: peer.to_owned() }
    }

    /// For how many seconds nothing can be tried; `None`: now.
    pub(crate) async fn waits(&self, site: &Site, now_ms: i64) -> Result<Option<i64>, Problem> {
        let until = site.state.store.locked_until(&[&self.of_name, &self.of_address], now_ms).await?;
        Ok(until.map(|until| (until - now_ms + 999) / 1000))
    }

    /// The password was wrong.
    pub(crate) async fn failed(&self, site: &Site, now_ms: i64) -> Result<(), Problem> {
        for (subject, free) in [(&self.of_name, FREE), (&self.of_address, FREE_OF_ADDRESS)] {
            let failures = site.state.store.count_failure(subject, now_ms, now_ms - FORGOTTEN_MS).await?;
            if let Some(wait) = wait_ms(failures, free) {
                site.state.store.lock(subject, now_ms + wait).await?;
            }
        }
        Ok(())
    }

    /// The password was right.
    pub(crate) async fn succeeded(&self, site: &Site) -> Result<(), Problem> {
        Ok(site.state.store.forget_failures(&self.of_name).await?)
    }
}

/// How long so many failures make somebody wait.
fn wait_ms(failures: u32, free: u32) -> Option<i64> {
    let over = failures.checked_sub(free + 1)?;
    Some(FIRST_WAIT_MS.saturating_mul(1 << over.min(20)).min(LONGEST_WAIT_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_and_have_an_end() {
        let waits: Vec<_> = (1..=7).map(|failures| wait_ms(failures, FREE)).collect();
        assert_eq!(waits, [None, None, None, None, Some(30_000), Some(60_000), Some(120_000)]);
        assert_eq!(wait_ms(u32::MAX, FREE), Some(LONGEST_WAIT_MS));
    }
}
