//! A store copied to another database: from a file to PostgreSQL when it is outgrown, back, or into a file as a backup.

use futures_util::TryStreamExt;
use sqlx::{Any, AnyConnection, AssertSqlSafe, Row, Transaction};

use super::table::{self, Cell, Sum, Table};
use crate::error::{StoreError, failed};
use crate::limits::COPY_PARAMETERS;
use crate::store::Store;

/// Why a store was not copied. Whatever the reason, the target is as it was.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// A database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is something in the target: name an empty one.
    #[error("the target is not empty: {table} has {rows} rows")]
    NotEmpty {
        /// The first table that has rows.
        table: String,
        /// How many.
        rows: i64,
    },
    /// Somebody is writing to the source, and the copy would not have what they write: stop them, or wait.
    #[error("{holder} is writing to the source")]
    Writing {
        /// Who holds a lease.
        holder: String,
    },
    /// What was read back from the target is not what was read from the source: a bug, or a database that lies.
    #[error("the copy of {table} is not what was copied")]
    Differs {
        /// The table.
        table: String,
    },
}

/// What may go on at the source meanwhile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// Nothing: the target takes its place.
    AtRest,
    /// Anything: the copy is the source as it was at one moment.
    InUse,
}

/// What was copied of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Copied {
    /// The table.
    pub table: String,
    /// Its rows, each of them read back and found equal.
    pub rows: u64,
}

const READ: &str = "read the source";
const WRITE: &str = "write the target";

impl Store {
    /// Copies everything into `target`, which must be empty, in one transaction: all of it or nothing. The rows are read
    /// back before it is committed. Sealed secrets stay sealed: the same key opens them.
    ///
    /// # Errors
    /// See [`CopyError`].
    pub async fn copy_to(&self, target: &Self, source: Source) -> Result<Vec<Copied>, CopyError> {
        let mut from = self.pool.begin_with(self.dialect.begin_snapshot()).await.map_err(failed(READ))?;
        if source == Source::AtRest {
            self.refuse_writers(&mut from).await?;
        }
        self.take_time(&mut from).await.map_err(failed(READ))?;
        let tables = table::all(&mut from, self.dialect).await.map_err(failed(READ))?;
        let mut to = target.begin(WRITE).await?;
        target.take_time(&mut to).await.map_err(failed(WRITE))?;
        target.refuse_rows(&mut to).await?;
        let mut copied = Vec::new();
        for table in &tables {
            let there = target.take_over(&mut from, &mut to, table).await?;
            let back = sum(&mut to, table).await.map_err(failed(WRITE))?;
            if there != back {
                return Err(CopyError::Differs { table: table.name.clone() });
            }
            copied.push(Copied { table: table.name.clone(), rows: there.rows });
        }
        to.commit().await.map_err(failed(WRITE))?;
        Ok(copied)
    }

    /// Whoever holds a lease writes, now or in a moment.
    async fn refuse_writers(&self, from: &mut AnyConnection) -> Result<(), CopyError> {
        let sql = format!("SELECT holder FROM leases WHERE expires_ms > {} ORDER BY holder", self.dialect.now_ms());
        let row = sqlx::query(AssertSqlSafe(sql)).fetch_optional(from).await.map_err(failed(READ))?;
        match row {
            None => Ok(()),
            Some(row) => Err(CopyError::Writing { holder: row.try_get(0).map_err(failed(READ))? }),
        }
    }

    async fn refuse_rows(&self, to: &mut AnyConnection) -> Result<(), CopyError> {
        for table in table::all(&mut *to, self.dialect).await.map_err(failed(WRITE))? {
            let rows = table.rows(&mut *to).await.map_err(failed(WRITE))?;
            if rows > 0 {
                return Err(CopyError::NotEmpty { table: table.name, rows });
            }
        }
        Ok(())
    }

    /// Takes over a table's rows, and says what they were.
    async fn take_over(
        &self,
        from: &mut AnyConnection,
        to: &mut Transaction<'static, Any>,
        table: &Table,
    ) -> Result<Sum, StoreError> {
        let mut seen = Sum::default();
        let batch = (COPY_PARAMETERS / table.columns.len().max(1)).max(1);
        let mut waiting: Vec<Vec<Cell>> = Vec::new();
        let select = format!("SELECT {} FROM {}", table.names(), table.name);
        let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(from);
        while let Some(row) = rows.try_next().await.map_err(failed(READ))? {
            let cells = table.cells(&row).map_err(failed(READ))?;
            seen.add(&cells);
            waiting.push(cells);
            if waiting.len() == batch {
                self.insert(to, table, std::mem::take(&mut waiting)).await.map_err(failed(WRITE))?;
            }
        }
        self.insert(to, table, waiting).await.map_err(failed(WRITE))?;
        for column in table.columns.iter().filter(|column| column.counted) {
            if let Some(sql) = self.dialect.count_on(&table.name, &column.name) {
                sqlx::query(AssertSqlSafe(sql)).fetch_optional(&mut **to).await.map_err(failed(WRITE))?;
            }
        }
        Ok(seen)
    }

    async fn insert(&self, to: &mut AnyConnection, table: &Table, rows: Vec<Vec<Cell>>) -> Result<(), sqlx::Error> {
        if rows.is_empty() {
            return Ok(());
        }
        let width = table.columns.len();
        let values = |row: usize| {
            let parameters: Vec<_> = (1..=width).map(|n| self.dialect.parameter(row * width + n)).collect();
            format!("({})", parameters.join(", "))
        };
        let values: Vec<_> = (0..rows.len()).map(values).collect();
        let sql = format!(
            "INSERT INTO {} ({}) {} VALUES {}",
            table.name,
            table.names(),
            self.dialect.overriding(),
            values.join(", ")
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        for cell in rows.into_iter().flatten() {
            query = match cell {
                Cell::Integer(number) => query.bind(number),
                Cell::Text(text) => query.bind(text),
            };
        }
        query.execute(to).await.map(drop)
    }
}

/// What is in a table.
async fn sum(connection: &mut AnyConnection, table: &Table) -> Result<Sum, sqlx::Error> {
    let mut sum = Sum::default();
    let select = format!("SELECT {} FROM {}", table.names(), table.name);
    let mut rows = sqlx::query(AssertSqlSafe(select)).fetch(connection);
    while let Some(row) = rows.try_next().await? {
        sum.add(&table.cells(&row)?);
    }
    Ok(sum)
}
