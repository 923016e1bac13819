//! Secrets at rest: AES-256-GCM, each bound to its place, so that a row that was copied elsewhere does not open there.
//!
//! A key is 32 random bytes that the database never sees. Its id, the first 8 hex digits of its SHA-256, stands beside
//! all that it sealed: after a change of keys the old one still opens until all is sealed again
//! ([`crate::Store::reseal`]).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use secrecy::{ExposeSecret, SecretBox, SecretString};

use crate::linkage::SecretPlace;

/// The bytes of a key.
const KEY_BYTES: usize = 32;

/// Why something could not be sealed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The key is no 32 bytes in base64.
    #[error("a sealing key is 32 bytes in base64, as `head -c 32 /dev/urandom | base64` gives them")]
    BadKey,
    /// It was sealed with a key that is not at hand: give that one too.
    #[error("it was sealed with the key {key_id}, which was not given")]
    UnknownKey {
        /// The key's id.
        key_id: String,
    },
    /// The key is right, and what was sealed is not: it was altered, or moved from another place.
    #[error("what was sealed with the key {key_id} was altered or moved")]
    Altered {
        /// The key's id.
        key_id: String,
    },
    /// The system gives no random bytes.
    #[error("the system gives no random bytes")]
    NoRandomness,
}

/// A secret as the database holds it.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    /// The key that it was sealed with.
    pub key_id: String,
    /// Nonce and ciphertext, in base64.
    pub(crate) text: String,
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sealed(with {})", self.key_id)
    }
}

/// A key that seals and opens. `Debug` shows its id alone.
pub struct SealingKey {
    id: String,
    bytes: SecretBox<[u8; KEY_BYTES]>,
}

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealingKey({})", self.id)
    }
}

impl SealingKey {
    /// The key that `text` (base64, outer whitespace ignored) is.
    pub fn parse(text: &SecretString) -> Result<Self, SealError> {
        let bytes = STANDARD.decode(text.expose_secret().trim()).map_err(|_| SealError::BadKey)?;
        let bytes: [u8; KEY_BYTES] = bytes.try_into().map_err(|_| SealError::BadKey)?;
        let id = hedgerow_core::digest::sha256(&bytes)[..8].to_owned();
        Ok(Self { id, bytes: SecretBox::new(Box::new(bytes)) })
    }

    /// A new key, as it is written into a file.
    pub fn generate() -> Result<SecretString, SealError> {
        Ok(STANDARD.encode(random::<KEY_BYTES>()?).into())
    }

    /// The first 8 hex digits of its SHA-256.
    pub fn id(&self) -> &str {
        &self.id
    }

    fn cipher(&self) -> LessSafeKey {
        let key = UnboundKey::new(&AES_256_GCM, self.bytes.expose_secret()).expect("a key of AES-256 has 32 bytes");
        LessSafeKey::new(key)
    }
}

/// The key that seals, and older ones that still open.
#[derive(Debug)]
pub struct SealingKeys {
    current: SealingKey,
    older: Vec<SealingKey>,
}

impl SealingKeys {
    /// `current` seals; `older` ones only open.
    pub fn new(current: SealingKey, older: Vec<SealingKey>) -> Self {
        Self { current, older }
    }

    /// The id of the key that seals.
    pub fn current_id(&self) -> &str {
        &self.current.id
    }

    /// Whether what was sealed with the key of this id can be opened.
    pub fn knows(&self, key_id: &str) -> bool {
        self.key(key_id).is_some()
    }

    fn key(&self, id: &str) -> Option<&SealingKey> {
        std::iter::once(&self.current).chain(&self.older).find(|key| key.id == id)
    }

    /// Seals `secret` for `place`: elsewhere it does not open.
    pub fn seal(&self, place: &SecretPlace, secret: &SecretString) -> Result<Sealed, SealError> {
        let nonce = random::<NONCE_LEN>()?;
        let mut sealed = secret.expose_secret().as_bytes().to_vec();
        self.current
            .cipher()
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place.as_str().as_bytes()),
                &mut sealed,
            )
            .expect("a secret is far below the 64 GiB that one nonce may seal");
        let text = STANDARD.encode([nonce.as_slice(), &sealed].concat());
        Ok(Sealed { key_id: self.current.id.clone(), text })
    }

    /// Opens what was sealed for `place`.
    pub fn open(&self, place: &SecretPlace, sealed: &Sealed) -> Result<SecretString, SealError> {
        let unknown = || SealError::UnknownKey { key_id: sealed.key_id.clone() };
        let altered = || SealError::Altered { key_id: sealed.key_id.clone() };
        let key = self.key(&sealed.key_id).ok_or_else(unknown)?;
        let mut bytes = STANDARD.decode(&sealed.text).map_err(|_| altered())?;
        let (nonce, text) = bytes.split_at_mut_checked(NONCE_LEN).ok_or_else(altered)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| altered())?;
        let opened =
            key.cipher().open_in_place(nonce, Aad::from(place.as_str().as_bytes()), text).map_err(|_| altered())?;
        let secret = std::str::from_utf8(opened).map_err(|_| altered())?.to_owned();
        Ok(secret.into())
    }
}

/// Random bytes of the system's.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> SealingKey {
        SealingKey::parse(&SealingKey::generate().unwrap()).unwrap()
    }

    fn place(name: &str) -> SecretPlace {
        SecretPlace::hook(name)
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_and_nowhere_else() {
        let keys = SealingKeys::new(key(), Vec::new());
        let sealed = keys.seal(&place("a"), &"s3cret".into()).unwrap();
        assert_eq!(keys.open(&place("a"), &sealed).unwrap().expose_secret(), "s3cret");
        assert!(matches!(keys.open(&place("b"), &sealed), Err(SealError::Altered { .. })));
        assert!(!format!("{sealed:?} {keys:?}").contains("s3cret"));
    }

    #[test]
    fn an_older_key_still_opens_and_a_strange_one_is_named() {
        let old_text = SealingKey::generate().unwrap();
        let old = SealingKey::parse(&old_text).unwrap();
        let sealed = SealingKeys::new(old, Vec::new()).seal(&place("a"), &"s".into()).unwrap();
        let both = SealingKeys::new(key(), vec![SealingKey::parse(&old_text).unwrap()]);
        assert_eq!(both.open(&place("a"), &sealed).unwrap().expose_secret(), "s");
        let other = SealingKeys::new(key(), Vec::new());
        let expected = SealError::UnknownKey { key_id: sealed.key_id.clone() };
        assert_eq!(other.open(&place("a"), &sealed).unwrap_err(), expected);
    }

    #[test]
    fn a_flipped_bit_is_seen() {
        let keys = SealingKeys::new(key(), Vec::new());
        let sealed = keys.seal(&place("a"), &"s3cret".into()).unwrap();
        let bytes = STANDARD.decode(&sealed.text).unwrap();
        for at in 0..bytes.len() {
            let mut altered = bytes.clone();
            altered[at] ^= 1;
            let altered = Sealed { text: STANDARD.encode(altered), ..sealed.clone() };
            assert!(keys.open(&place("a"), &altered).is_err(), "byte {at}");
        }
    }

    #[test]
    fn a_key_has_32_bytes() {
        for text in ["", "c2hvcnQ=", "not base64 at all"] {
            assert_eq!(SealingKey::parse(&text.into()).unwrap_err(), SealError::BadKey);
        }
    }
}
