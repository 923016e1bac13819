//! An SSH signature on a commit, which `git verify-commit` accepts: by a key in a file, or by an agent that has it.

mod agent;

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::SecretString;
use ssh_key::{Algorithm, HashAlg, LineEnding, PrivateKey, PublicKey, Signature, SshSig};

use crate::key::HeldKey;

/// The namespace that git signs and verifies in.
const NAMESPACE: &str = "git";
/// What a key that is given in place of a file begins with, as in git's `user.signingKey`.
const LITERAL: &str = "key::";

/// A key that signs commits. `Debug` shows its public part.
#[derive(Clone)]
pub struct Signer {
    public: PublicKey,
    hand: Hand,
}

/// Who holds the private key.
#[derive(Clone)]
enum Hand {
    Ours(HeldKey),
    Agent { socket: PathBuf },
}

/// Why there is no signer.
#[derive(Debug, thiserror::Error)]
pub enum SignerError {
    /// The file cannot be read, or is no key in OpenSSH's format.
    #[error("no key in OpenSSH's format: {path}: {source}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: ssh_key::Error,
    },
    /// The key that was given in place of a file is none.
    #[error("no public key in OpenSSH's format: {0}")]
    Illegible(ssh_key::Error),
    /// It needs a passphrase, and nobody is asked for one.
    #[error("the key {0} has a passphrase, and no agent has it: take a key without one, or load it into an agent")]
    Encrypted(PathBuf),
    /// Only the public part is there, and nobody to sign with it.
    #[error("only the public key is here, and no agent is known: SSH_AUTH_SOCK names none")]
    NoAgent,
    /// The agent does not have the key.
    #[error("the agent at {socket} does not have the key {fingerprint}: ssh-add")]
    NotInAgent {
        /// The agent's socket.
        socket: PathBuf,
        /// The key's fingerprint.
        fingerprint: String,
    },
    /// The agent does not answer, or not as one does.
    #[error("the agent at {socket}: {source}")]
    Agent {
        /// The agent's socket.
        socket: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A kind of key that cannot sign here.
    #[error("the key {0} cannot sign here: use ed25519, ECDSA P-256 or RSA")]
    Kind(PathBuf),
    /// The key cannot sign.
    #[error("the key cannot sign: {0}")]
    Sign(ssh_key::Error),
}

impl Signer {
    /// The key that `named` means: a file with a private key (ed25519, ECDSA P-256 or RSA, in OpenSSH's format), or, where an
    /// agent has the key, a file with the public key, a private key with a passphrase, or `key::` and the public key itself.
    /// `agent` is the agent's socket.
    pub fn find(named: &Path, agent: Option<&Path>) -> Result<Self, SignerError> {
        if let Some(text) = named.to_str().and_then(|text| text.strip_prefix(LITERAL)) {
            return Self::of_agent(PublicKey::from_openssh(text).map_err(SignerError::Illegible)?, agent);
        }
        let Ok(key) = PrivateKey::read_openssh_file(named) else { return Self::of_agent(public_key(named)?, agent) };
        if !key.is_encrypted() {
            let text = std::fs::read_to_string(named).map_err(|_| SignerError::Kind(named.to_owned()))?;
            let held = HeldKey::parse(&SecretString::from(text)).map_err(|_| SignerError::Kind(named.to_owned()))?;
            return Ok(Self { public: key.public_key().clone(), hand: Hand::Ours(held) });
        }
        let known = Self::of_agent(key.public_key().clone(), agent);
        known.map_err(|_| SignerError::Encrypted(named.to_owned()))
    }

    /// The private key in the file at `path`, without any agent.
    pub fn from_file(path: &Path) -> Result<Self, SignerError> {
        Self::find(path, None)
    }

    fn of_agent(public: PublicKey, agent: Option<&Path>) -> Result<Self, SignerError> {
        let socket = agent.ok_or(SignerError::NoAgent)?.to_owned();
        match agent::has(&socket, &public) {
            Ok(true) => Ok(Self { public, hand: Hand::Agent { socket } }),
            Ok(false) => Err(SignerError::NotInAgent { socket, fingerprint: fingerprint(&public) }),
            Err(source) => Err(SignerError::Agent { socket, source }),
        }
    }

    /// The public key's fingerprint, as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.public)
    }

    /// The armoured signature of `message`.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<String, SignerError> {
        let data = SshSig::signed_data(NAMESPACE, HashAlg::Sha512, message).map_err(SignerError::Sign)?;
        let signature = match &self.hand {
            Hand::Ours(key) => ours(key, &data).map_err(SignerError::Sign)?,
            Hand::Agent { socket } => {
                let failed = |source| SignerError::Agent { socket: socket.clone(), source };
                agent::sign(socket, &self.public, &data).map_err(failed)?
            }
        };
        let key = self.public.key_data().clone();
        let signed = SshSig::new(key, NAMESPACE, HashAlg::Sha512, signature).map_err(SignerError::Sign)?;
        signed.to_pem(LineEnding::LF).map_err(SignerError::Sign)
    }
}

fn ours(key: &HeldKey, data: &[u8]) -> Result<Signature, ssh_key::Error> {
    let signed = key.sign(data, HashAlg::Sha512).ok_or(ssh_key::Error::Crypto)?;
    Signature::new(Algorithm::new(&signed.algorithm)?, signed.bytes)
}

/// The public key of a file, of either half; nothing of a private one is asked for.
fn public_key(path: &Path) -> Result<PublicKey, SignerError> {
    match PrivateKey::read_openssh_file(path) {
        Ok(key) => Ok(key.public_key().clone()),
        Err(source) => {
            PublicKey::read_openssh_file(path).map_err(|_| SignerError::Unreadable { path: path.to_owned(), source })
        }
    }
}

/// A line of a file of allowed signers (`ssh-keygen(1)`, ALLOWED SIGNERS), as git's `gpg.ssh.allowedSignersFile` reads them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedSigner {
    /// Who signs: the committer's e-mail.
    pub principal: String,
    /// From when on, as `YYYYMMDDHHMMSSZ`.
    pub valid_after: Option<String>,
    /// Until when.
    pub valid_before: Option<String>,
    /// The public key in OpenSSH's one line.
    pub key: String,
    /// Its fingerprint.
    pub fingerprint: String,
}

impl AllowedSigner {
    /// The line for the key in the file `key`, or for `key::` and the public key itself.
    pub fn of(key: &Path, principal: &str) -> Result<Self, SignerError> {
        let public = match key.to_str().and_then(|text| text.strip_prefix(LITERAL)) {
            Some(text) => PublicKey::from_openssh(text).map_err(SignerError::Illegible)?,
            None => public_key(key)?,
        };
        Ok(Self {
            principal: principal.to_owned(),
            valid_after: None,
            valid_before: None,
            key: public.to_openssh().map_err(SignerError::Sign)?,
            fingerprint: fingerprint(&public),
        })
    }
}

/// The line, without its LF.
impl fmt::Display for AllowedSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} namespaces=\"{NAMESPACE}\"", self.principal)?;
        for (name, moment) in [("valid-after", &self.valid_after), ("valid-before", &self.valid_before)] {
            if let Some(moment) = moment {
                write!(f, ",{name}=\"{moment}\"")?;
            }
        }
        write!(f, " {}", self.key)
    }
}

fn fingerprint(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.fingerprint())
    }
}
