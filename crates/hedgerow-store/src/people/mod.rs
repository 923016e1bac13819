//! People who sign in to the pages: users, their sessions, and the sign-ins that failed.
//!
//! As with what people link, every change is made as somebody and is in the audit record in the same transaction.

mod failures;
mod sessions;
mod users;

pub use sessions::{Session, SessionHash};
pub use users::{NewUser, PasswordHash, User, UserChange, UserId};
