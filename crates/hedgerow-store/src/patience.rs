//! Nobody waits for ever for a database that says nothing. A line that froze, behind a proxy that hangs, say, is no error of the
//! system's for a quarter of an hour, or never: so whoever asks has a limit, and the line is not asked again.

use std::future::Future;
use std::time::Duration;

use sqlx::pool::PoolConnectionMetadata;
use sqlx::{AnyConnection, Connection, Error};

use crate::error::StoreError;
use crate::limits::{FRESH, PROBE_WAIT};

/// What `question` comes to, or [`StoreError::Unreachable`] where it has no answer within `limit`. What it had begun is not
/// committed, and its connection is closed unless the database answers on it after all.
pub async fn in_time<T, E: From<StoreError>>(
    limit: Duration,
    question: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    match tokio::time::timeout(limit, question).await {
        Ok(answer) => answer,
        Err(_) => {
            let why = format!("no answer within {} s", limit.as_secs());
            Err(StoreError::unreachable("hear from the store", &why).into())
        }
    }
}

/// Whether a connection that lay idle is still one. One that was in use a moment ago is taken for one.
pub(crate) async fn taken(connection: &mut AnyConnection, idle: PoolConnectionMetadata) -> Result<bool, Error> {
    if idle.idle_for < FRESH { Ok(true) } else { answers(connection).await }
}

/// Whether a connection is fit for the next one, whatever became of who had it. Unless the database answers on it, it is closed,
/// and its place is free.
pub(crate) async fn given_back(connection: &mut AnyConnection) -> Result<bool, Error> {
    answers(connection).await
}

async fn answers(connection: &mut AnyConnection) -> Result<bool, Error> {
    match tokio::time::timeout(PROBE_WAIT, connection.ping()).await {
        Ok(answer) => answer.map(|()| true),
        Err(_) => Err(Error::Io(std::io::ErrorKind::TimedOut.into())),
    }
}
