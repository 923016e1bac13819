//! What tables there are, and what is in them.

use hedgerow_core::digest::sha256;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, AssertSqlSafe, Error, Row};

use crate::dialect::Dialect;

/// The table that says which migrations were applied. It is the database's own, and never copied.
const SCHEMA: &str = "hedgerow_schema";

/// A table of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// A column of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: Kind,
    /// The database counts it up by itself.
    pub(super) counted: bool,
}

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Integer,
    Text,
}

/// A value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Cell {
    Integer(Option<i64>),
    Text(Option<String>),
}

/// All tables but the schema's own, those first that others refer to: in the order in which they were made.
pub(super) async fn all(connection: &mut AnyConnection, dialect: Dialect) -> Result<Vec<Table>, Error> {
    let names: Vec<String> =
        sqlx::query_scalar(dialect.tables()).fetch_all(&mut *connection).await?.into_iter().collect();
    let mut tables = Vec::new();
    for name in names.into_iter().filter(|name| name != SCHEMA) {
        let rows = sqlx::query(dialect.columns()).bind(&name).fetch_all(&mut *connection).await?;
        let columns = rows.iter().map(column).collect::<Result<_, _>>()?;
        tables.push(Table { name, columns });
    }
    Ok(tables)
}

fn column(row: &AnyRow) -> Result<Column, Error> {
    let (name, kind, counted): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let kind = match kind.to_lowercase().as_str() {
        "bigint" | "integer" => Kind::Integer,
        "text" => Kind::Text,
        other => return Err(Error::Decode(format!("column {name} is of the type {other}").into())),
    };
    Ok(Column { name, kind, counted: counted != 0 })
}

impl Table {
    /// Its columns' names, with commas between.
    pub(super) fn names(&self) -> String {
        self.columns.iter().map(|column| column.name.as_str()).collect::<Vec<_>>().join(", ")
    }

    /// How many rows it has.
    pub(super) async fn rows(&self, connection: &mut AnyConnection) -> Result<i64, Error> {
        let count = format!("SELECT count(*) FROM {}", self.name);
        sqlx::query_scalar(AssertSqlSafe(count)).fetch_one(connection).await
    }

    /// A row of `SELECT` [`Self::names`].
    pub(super) fn cells(&self, row: &AnyRow) -> Result<Vec<Cell>, Error> {
        let cell = |(at, column): (usize, &Column)| match column.kind {
            Kind::Integer => row.try_get(at).map(Cell::Integer),
            Kind::Text => row.try_get(at).map(Cell::Text),
        };
        self.columns.iter().enumerate().map(cell).collect()
    }
}

/// A sum over rows in which their order does not count, since the databases do not order alike.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Sum {
    pub(super) rows: u64,
    digests: u128,
}

impl Sum {
    /// Adds a row.
    pub(super) fn add(&mut self, cells: &[Cell]) {
        let mut row = Vec::new();
        for cell in cells {
            // Each value under its kind and length, so that no two rows are written alike.
            match cell {
                Cell::Integer(None) | Cell::Text(None) => row.push(0),
                Cell::Integer(Some(number)) => {
                    row.push(1);
                    row.extend(number.to_be_bytes());
                }
                Cell::Text(Some(text)) => {
                    row.push(2);
                    row.extend((text.len() as u64).to_be_bytes());
                    row.extend(text.bytes());
                }
            }
        }
        let digest = sha256(&row);
        let half = u128::from_str_radix(&digest[..32], 16).expect("a digest is 64 hexadecimal digits");
        self.rows += 1;
        self.digests = self.digests.wrapping_add(half);
    }
}
