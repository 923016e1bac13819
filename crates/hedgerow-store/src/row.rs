//! From rows to values.

use std::str::FromStr;

use hedgerow_core::path::TreePath;
use sqlx::any::AnyRow;
use sqlx::{Error, Row};

use crate::run::RunId;

/// A column that holds an enum's word.
pub(crate) fn word<T: FromStr>(row: &AnyRow, column: &str) -> Result<T, Error> {
    let text: String = row.try_get(column)?;
    text.parse().map_err(|_| unknown(column, &text))
}

/// A column that holds a quoted path.
pub(crate) fn path(row: &AnyRow, column: &str) -> Result<TreePath, Error> {
    let text: String = row.try_get(column)?;
    TreePath::from_quoted(&text).ok_or_else(|| unknown(column, &text))
}

/// A column that holds a run's id.
pub(crate) fn run_id(row: &AnyRow, column: &str) -> Result<RunId, Error> {
    row.try_get(column).map(RunId::stored)
}

fn unknown(column: &str, text: &str) -> Error {
    let source = format!("{text:?} is nothing that this Hedgerow writes there").into();
    Error::ColumnDecode { index: column.to_owned(), source }
}

/// A column's text as JSON.
pub(crate) fn parse_json(column: &str, text: &str) -> Result<serde_json::Value, Error> {
    serde_json::from_str(text).map_err(|_| unknown(column, text))
}
