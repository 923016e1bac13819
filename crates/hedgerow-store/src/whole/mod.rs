//! The store as a whole: copied to another database, and looked over.
//!
//! Both are told by the tables that are there, not by a list of them in code: a table that a later migration adds is
//! copied and counted without a line here. They rest on two rules that every migration keeps: columns hold 64-bit integers
//! or text (a test reads them), and a table refers only to tables that were made before it.

mod copy;
mod look;
mod table;

pub use copy::{Copied, CopyError, Source};
pub use look::{Look, TableLook};

use sqlx::AnyConnection;

use crate::store::Store;

impl Store {
    /// Lets each statement of the transaction that `connection` is in take as long as it takes.
    async fn take_time(&self, connection: &mut AnyConnection) -> Result<(), sqlx::Error> {
        match self.dialect.take_time() {
            Some(words) => sqlx::query(words).execute(connection).await.map(drop),
            None => Ok(()),
        }
    }
}
