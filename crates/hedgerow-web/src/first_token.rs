//! The first administrator's token: without it nobody could make another.

use hedgerow_store::{Actor, Name, NewToken, Owner, Role, SealError, Store, StoreError, TokenHash};
use secrecy::SecretString;

/// Its name.
const FIRST: &str = "first-admin";

/// Why there is no first token.
#[derive(Debug, thiserror::Error)]
pub enum FirstTokenError {
    /// The store's affair.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The system gives no random bytes.
    #[error(transparent)]
    Random(#[from] SealError),
}

/// An administrator's token, if the store has never had one: to be printed once. `None`: it has had one.
pub async fn first_token(store: &Store, now_ms: i64) -> Result<Option<SecretString>, FirstTokenError> {
    let (text, hash) = TokenHash::generate()?;
    let name = Name::parse(FIRST).expect("it is a name");
    let new = NewToken { name, hash, role: Role::Admin, fabrics: None, expires_ms: None };
    let by = Actor { name: "first start".to_owned(), through: Owner::Api, at_ms: now_ms };
    Ok(store.create_first_token(&new, &by).await?.map(|_| text))
}
