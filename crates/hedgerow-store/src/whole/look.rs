//! A store looked over: what is in it, how large it is, and whether it holds together.

use sqlx::{AssertSqlSafe, Row};

use super::table;
use crate::error::{StoreError, failed};
use crate::store::Store;

/// What a look at the whole store found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// The number of its schema.
    pub schema: i64,
    /// The version of the Hedgerow that brought it there.
    pub applied_by: String,
    /// What it takes, in bytes.
    pub bytes: i64,
    /// Its tables, in the order in which they were made.
    pub tables: Vec<TableLook>,
    /// Who holds a lease now.
    pub writers: Vec<String>,
    /// Runs that were begun and not ended: under way, or left open by a crash, for the next run to settle.
    pub open_runs: i64,
    /// What does not hold together, in the database's words; empty for a sound store.
    pub damage: Vec<String>,
}

/// What a look found of one table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableLook {
    /// Its name.
    pub name: String,
    /// How many rows it has.
    pub rows: i64,
}

impl Store {
    /// Looks it over. Reads all of it, so it takes time in proportion.
    pub async fn look_over(&self) -> Result<Look, StoreError> {
        let attempted = "look the store over";
        let failed = || failed(attempted);
        let mut all = self.pool.begin_with(self.dialect.begin_snapshot()).await.map_err(failed())?;
        self.take_time(&mut all).await.map_err(failed())?;
        let newest = sqlx::query("SELECT number, applied_by FROM hedgerow_schema ORDER BY number DESC LIMIT 1")
            .fetch_one(&mut *all)
            .await
            .map_err(failed())?;
        let mut tables = Vec::new();
        for table in table::all(&mut all, self.dialect).await.map_err(failed())? {
            let rows = table.rows(&mut all).await.map_err(failed())?;
            tables.push(TableLook { name: table.name, rows });
        }
        let writers = format!("SELECT holder FROM leases WHERE expires_ms > {} ORDER BY holder", self.dialect.now_ms());
        let mut damage: Vec<String> = Vec::new();
        for question in [self.dialect.soundness(), self.dialect.dangling()].into_iter().flatten() {
            let answer: Vec<String> = sqlx::query_scalar(question).fetch_all(&mut *all).await.map_err(failed())?;
            damage.extend(answer.into_iter().filter(|line| line != "ok"));
        }
        Ok(Look {
            database: self.dialect.name(),
            schema: newest.try_get(0).map_err(failed())?,
            applied_by: newest.try_get(1).map_err(failed())?,
            bytes: sqlx::query_scalar(self.dialect.size()).fetch_one(&mut *all).await.map_err(failed())?,
            tables,
            writers: sqlx::query_scalar(AssertSqlSafe(writers)).fetch_all(&mut *all).await.map_err(failed())?,
            open_runs: sqlx::query_scalar("SELECT count(*) FROM runs WHERE finished_ms IS NULL")
                .fetch_one(&mut *all)
                .await
                .map_err(failed())?,
            damage,
        })
    }
}
