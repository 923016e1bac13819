//! A private key for ssh that is in no file, and the host keys that are pinned beside it.

mod short;

use std::fmt;
use std::sync::Arc;

use rsa::RsaPrivateKey;
use secrecy::{ExposeSecret, SecretString};
use ssh_key::private::{KeypairData, RsaKeypair};
use ssh_key::{HashAlg, PrivateKey, PublicKey};

use crate::limits::MAX_HOST_KEY_BYTES;

/// A private key, held in memory. `Debug` shows its fingerprint.
#[derive(Clone)]
pub struct HeldKey(Arc<Held>);

struct Held {
    key: PrivateKey,
    /// The same, where it is one of RSA's: `ssh-key` 0.6 makes it anew from one of its primes twice, and cannot sign.
    rsa: Option<RsaPrivateKey>,
}

/// A signature, and the name of its algorithm.
pub(crate) struct Signed {
    pub(crate) algorithm: String,
    pub(crate) bytes: Vec<u8>,
}

/// The keys by which a host is known: nothing secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostKeys(Vec<String>);

/// Why a text is no key, or no host key. It shows nothing of the text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Another format, or a damaged one.
    #[error("no private key in OpenSSH's format (ssh-keygen -t ed25519)")]
    Format,
    /// Nobody is there to type it.
    #[error("the key has a passphrase: a key of the service's has none (ssh-keygen -p)")]
    Encrypted,
    /// DSA, or a curve or a security key that is not known.
    #[error("keys of this kind cannot sign here: use ed25519, ECDSA P-256 or RSA")]
    Kind,
    /// The lines are counted from 1.
    #[error("line {0} is no host key (as ssh-keyscan prints it, or in known_hosts)")]
    HostKey(usize),
    /// Nothing is pinned.
    #[error("there is no host key: an unknown host is not spoken to")]
    NoHostKey,
}

impl HeldKey {
    /// The key in `text`: ed25519, ECDSA (P-256) or RSA, in OpenSSH's format, without a passphrase.
    pub fn parse(text: &SecretString) -> Result<Self, KeyError> {
        let text = text.expose_secret();
        let key = PrivateKey::from_openssh(text).ok().or_else(|| short::parse(text)).ok_or(KeyError::Format)?;
        if key.is_encrypted() {
            return Err(KeyError::Encrypted);
        }
        let rsa = match key.key_data() {
            KeypairData::Rsa(pair) => Some(rsa_key(pair).ok_or(KeyError::Kind)?),
            _ => None,
        };
        let held = Self(Arc::new(Held { key, rsa }));
        // Not every kind that can be read can sign here.
        held.sign(b"", HashAlg::Sha512).map(|_| held).ok_or(KeyError::Kind)
    }

    /// The public key's fingerprint, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        self.0.key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The public key's line, as a forge wants it.
    pub fn public(&self) -> String {
        self.0.key.public_key().to_openssh().expect("a key that was read can be written")
    }

    /// The public key as ssh's protocols carry it.
    pub(crate) fn blob(&self) -> Option<Vec<u8>> {
        self.0.key.public_key().to_bytes().ok()
    }

    /// Signs; `hash` is for RSA alone, the others have their own.
    pub(crate) fn sign(&self, data: &[u8], hash: HashAlg) -> Option<Signed> {
        if let Some(key) = &self.0.rsa {
            return sign_rsa(key, data, hash);
        }
        let signature = signature::Signer::try_sign(&self.0.key, data).ok()?;
        Some(Signed { algorithm: signature.algorithm().as_str().to_owned(), bytes: signature.as_bytes().to_vec() })
    }
}

fn rsa_key(pair: &RsaKeypair) -> Option<RsaPrivateKey> {
    let number = |mpint: &ssh_key::Mpint| mpint.as_positive_bytes().map(rsa::BigUint::from_bytes_be);
    let primes = vec![number(&pair.private.p)?, number(&pair.private.q)?];
    RsaPrivateKey::from_components(number(&pair.public.n)?, number(&pair.public.e)?, number(&pair.private.d)?, primes)
        .ok()
}

/// RFC 8332. The random numbers blind the key against those who measure time.
fn sign_rsa(key: &RsaPrivateKey, data: &[u8], hash: HashAlg) -> Option<Signed> {
    use rsa::pkcs1v15::SigningKey;
    use rsa::sha2::{Sha256, Sha512};
    use rsa::signature::{RandomizedSigner, SignatureEncoding};
    let random = &mut rsa::rand_core::OsRng;
    let (algorithm, signature) = match hash {
        HashAlg::Sha256 => {
            ("rsa-sha2-256", SigningKey::<Sha256>::new(key.clone()).try_sign_with_rng(random, data).ok()?)
        }
        _ => ("rsa-sha2-512", SigningKey::<Sha512>::new(key.clone()).try_sign_with_rng(random, data).ok()?),
    };
    Some(Signed { algorithm: algorithm.to_owned(), bytes: signature.to_vec() })
}

impl fmt::Debug for HeldKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeldKey({})", self.fingerprint())
    }
}

impl HostKeys {
    /// The host keys in `text`: lines of `known_hosts`, or bare keys, which then are the keys of whatever host is asked.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut lines = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if !is_host_key(line) {
                return Err(KeyError::HostKey(at + 1));
            }
            lines.push(line.to_owned());
        }
        if lines.is_empty() { Err(KeyError::NoHostKey) } else { Ok(Self(lines)) }
    }

    /// The text of a `known_hosts` for a host that ssh knows by `alias`.
    pub(crate) fn known_hosts(&self, alias: &str) -> String {
        let line = |line: &String| match PublicKey::from_openssh(line) {
            Ok(_) => format!("{alias} {line}\n"),
            Err(_) => format!("{line}\n"),
        };
        self.0.iter().map(line).collect()
    }
}

/// A bare key, or hosts and a key. Marked lines (`@cert-authority`) are hosts' too.
fn is_host_key(line: &str) -> bool {
    let bare = |text: &str| PublicKey::from_openssh(text).is_ok();
    let plain = line.len() <= MAX_HOST_KEY_BYTES && !line.chars().any(|c| c.is_control() && c != '\t');
    let unmarked = match line.strip_prefix('@') {
        Some(marked) => marked.split_once([' ', '\t']).map_or("", |(_, rest)| rest.trim_start()),
        None => line,
    };
    let after_hosts = unmarked.split_once([' ', '\t']).map_or("", |(_, key)| key.trim_start());
    plain && (bare(line) || bare(after_hosts))
}
