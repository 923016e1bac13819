//! What people linked: repositories and fabrics with names, credentials, tokens; and who changed what.
//!
//! Every change is made as somebody ([`Actor`]) and is in the audit record in the same transaction: there is no way to
//! change something here without a line about it. What the service's configuration file owns only the file changes
//! ([`crate::StoreError::ReadOnly`]).

mod actor;
mod audit;
mod credentials;
mod fabric_rows;
mod fabrics;
mod idempotency;
mod name;
mod repositories;
pub(crate) mod secrets;
mod suspension;
mod tokens;

pub use actor::{Actor, Owner};
pub use audit::{AuditEntry, AuditFilter, Change};
pub use credentials::{CredentialKind, CredentialRow, CredentialUse, NewCredential};
pub use fabrics::{FabricChange, LinkPlace, LinkedFabric, NewLink, Suspension};
pub use idempotency::{Idempotent, Remembered};
pub use name::{Name, NameError};
pub use repositories::{NewRepository, Repository, RepositoryChange, RepositoryId};
pub use secrets::{ResealError, SecretPlace};
pub use tokens::{NewToken, Role, Token, TokenHash, TokenId};

pub(crate) use audit::{record, shown};
