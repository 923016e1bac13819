//! Passwords: hashed with argon2id. Hashing is slow on purpose, so that only so many are hashed at once.

use argon2::password_hash::{PasswordHash as Parsed, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use hedgerow_store::PasswordHash;
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretString};

use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// So many passwords are hashed at once; others wait.
pub(crate) const AT_ONCE: usize = 2;
/// The fewest characters of a new password.
pub(crate) const LEAST_CHARS: usize = 12;
/// The most bytes of a password that are looked at.
const MOST_BYTES: usize = 1024;
/// 19 MiB, two passes, one lane: the least that OWASP recommends for argon2id.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;

/// What a password of somebody who is not there is compared with, so that an answer takes as long as for one who is.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9i$2uA8Y5wQ0iJ3Cq0kYxVZqN6r0mWv3b8v3vB0yC1kq2k";

fn argon2() -> Argon2<'static> {
    let params = Params::new(MEMORY_KIB, PASSES, 1, None).expect("the parameters are constant");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// Hashes a new password.
///
/// # Errors
/// When it is too short or too long, and says so.
pub(crate) async fn hash(state: &AppState, password: SecretString) -> Result<PasswordHash, Problem> {
    let chars = password.expose_secret().chars().count();
    if chars < LEAST_CHARS || password.expose_secret().len() > MOST_BYTES {
        let words = format!("a password has at least {LEAST_CHARS} characters, and at most {MOST_BYTES} bytes");
        return Err(Problem::new(Kind::Invalid, words));
    }
    let failed = |_| Problem::new(Kind::Internal, "the password could not be hashed");
    let mut salt = [0; 16];
    SystemRandom::new().fill(&mut salt).map_err(failed)?;
    let hashed = apart(state, move || {
        let salt = SaltString::encode_b64(&salt).ok()?;
        argon2().hash_password(password.expose_secret().as_bytes(), &salt).ok().map(|hash| hash.to_string())
    });
    hashed.await.map(PasswordHash::new).ok_or_else(|| failed(ring::error::Unspecified))
}

/// Whether `password` is what `hash` was made of. Without a hash it is not, and takes as long.
pub(crate) async fn is_right(state: &AppState, password: SecretString, hash: Option<PasswordHash>) -> bool {
    if password.expose_secret().len() > MOST_BYTES {
        return false;
    }
    let is_somebody = hash.is_some();
    let right = apart(state, move || {
        let text = hash.as_ref().map_or(NOBODY, PasswordHash::as_str);
        let parsed = Parsed::new(text).ok()?;
        argon2().verify_password(password.expose_secret().as_bytes(), &parsed).ok()
    });
    right.await.is_some() && is_somebody
}

/// Does slow work where it holds nobody up, and not too much of it at once.
async fn apart<T: Send + 'static>(state: &AppState, work: impl FnOnce() -> Option<T> + Send + 'static) -> Option<T> {
    let _turn = state.hashing().acquire().await.ok()?;
    tokio::task::spawn_blocking(work).await.ok().flatten()
}
