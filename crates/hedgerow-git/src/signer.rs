//! An SSH signature on a commit, which `git verify-commit` accepts.

use std::fmt;
use std::path::{Path, PathBuf};

use ssh_key::{HashAlg, LineEnding, PrivateKey};

/// The namespace that git signs and verifies in.
const NAMESPACE: &str = "git";

/// A key that signs commits. `Debug` shows its public part.
#[derive(Clone)]
pub struct Signer {
    key: PrivateKey,
}

/// Why there is no signer.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The file cannot be read, or is no private key in OpenSSH's format.
    #[error("no private key in OpenSSH's format: {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ssh_key::Error,
    },
    /// It needs a passphrase, and nobody is asked for one.
    #[error("the key {0} has a passphrase: a signing key of ours has none")]
    Encrypted(PathBuf),
    /// The key cannot sign.
    #[error("the key cannot sign: {0}")]
    Sign(ssh_key::Error),
}

impl Signer {
    /// The key in the file at `path`: ed25519, ECDSA (P-256) or RSA, in OpenSSH's format.
    pub fn from_file(path: &Path) -> Result<Self, SignerError> {
        let unreadable = |source| SignerError::Unreadable { path: path.to_owned(), source };
        let key = PrivateKey::read_openssh_file(path).map_err(unreadable)?;
        if key.is_encrypted() { Err(SignerError::Encrypted(path.to_owned())) } else { Ok(Self { key }) }
    }

    /// The public key's fingerprint, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        self.key.fingerprint(HashAlg::Sha256).to_string()
    }

    /// The armoured signature of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String, SignerError> {
        let signature = self.key.sign(NAMESPACE, HashAlg::Sha512, message).map_err(SignerError::Sign)?;
        signature.to_pem(LineEnding::LF).map_err(SignerError::Sign)
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.fingerprint())
    }
}
