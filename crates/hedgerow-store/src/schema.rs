//! The schema's history: numbered migrations, applied in order, once, by whoever comes first.

use sqlx::AnyConnection;
use sqlx::{AssertSqlSafe, Connection, Row};

use crate::dialect::Dialect;
use crate::error::{StoreError, failed};

/// All migrations, oldest first: migration `n` (from 1) makes schema `n` of schema `n - 1`. One that was released is never edited.
pub(crate) const MIGRATIONS: &[&str] = &[
    include_str!("../migrations/0001_memory.sql"),
    include_str!("../migrations/0002_declarations.sql"),
    include_str!("../migrations/0003_linkage.sql"),
    include_str!("../migrations/0004_people.sql"),
    include_str!("../migrations/0005_liveness.sql"),
    include_str!("../migrations/0006_doors.sql"),
    include_str!("../migrations/0007_surveys.sql"),
    include_str!("../migrations/0008_names.sql"),
    include_str!("../migrations/0009_hook_owners.sql"),
    include_str!("../migrations/0010_listings.sql"),
    include_str!("../migrations/0011_lists.sql"),
];

const MIGRATE: &str = "bring the store's schema up to date";

/// How a store's schema stands to the newest that this program knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// It is that one.
    Newest,
    /// It is older, or there is none yet.
    Older,
}

/// How the schema stands. Fails on a newer one.
pub(crate) async fn standing(connection: &mut AnyConnection, dialect: Dialect) -> Result<Standing, StoreError> {
    match applied(connection, dialect).await? == MIGRATIONS.len() {
        true => Ok(Standing::Newest),
        false => Ok(Standing::Older),
    }
}

/// Makes the schema the newest that this program knows. Fails on a newer one, and touches nothing then.
pub(crate) async fn migrate(connection: &mut AnyConnection, dialect: Dialect) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with(dialect.begin()).await.map_err(failed(MIGRATE))?;
    for words in [dialect.take_time(), dialect.lock_schema()].into_iter().flatten() {
        sqlx::raw_sql(words).execute(&mut *transaction).await.map_err(failed(MIGRATE))?;
    }
    // Another may have been faster.
    let from = applied(&mut transaction, dialect).await?;
    for (number, text) in MIGRATIONS.iter().enumerate().skip(from) {
        apply(&mut transaction, dialect, number + 1, text).await?;
    }
    transaction.commit().await.map_err(failed(MIGRATE))
}

/// How many migrations are applied.
async fn applied(connection: &mut AnyConnection, dialect: Dialect) -> Result<usize, StoreError> {
    let tables: i64 = sqlx::query_scalar(dialect.count_schema_tables())
        .fetch_one(&mut *connection)
        .await
        .map_err(failed("read the store's schema"))?;
    if tables == 0 {
        return Ok(0);
    }
    let newest = sqlx::query("SELECT number, applied_by FROM hedgerow_schema ORDER BY number DESC LIMIT 1")
        .fetch_optional(connection)
        .await
        .map_err(failed("read the store's schema"))?;
    let Some(row) = newest else { return Ok(0) };
    let found: i64 = row.try_get(0).map_err(failed("read the store's schema"))?;
    match usize::try_from(found) {
        Ok(applied) if applied <= MIGRATIONS.len() => Ok(applied),
        _ => {
            let by = row.try_get(1).map_err(failed("read the store's schema"))?;
            Err(StoreError::Newer { found, by, known: MIGRATIONS.len() as i64 })
        }
    }
}

async fn apply(connection: &mut AnyConnection, dialect: Dialect, number: usize, text: &str) -> Result<(), StoreError> {
    if number == 1 {
        let history =
            dialect.spell("CREATE TABLE hedgerow_schema (number BIGINT PRIMARY KEY, applied_by {text} NOT NULL)");
        sqlx::raw_sql(AssertSqlSafe(history)).execute(&mut *connection).await.map_err(failed(MIGRATE))?;
    }
    sqlx::raw_sql(AssertSqlSafe(dialect.spell(text))).execute(&mut *connection).await.map_err(failed(MIGRATE))?;
    sqlx::query("INSERT INTO hedgerow_schema (number, applied_by) VALUES ($1, $2)")
        .bind(number as i64)
        .bind(env!("CARGO_PKG_VERSION"))
        .execute(connection)
        .await
        .map_err(failed(MIGRATE))?;
    Ok(())
}
