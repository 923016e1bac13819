//! Lists, a page at a time.

use axum::Json;
use hedgerow_store::{Cursor, Page};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::limits::{DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS};
use crate::problem::{Kind, Problem};

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Listing<T> {
    /// The rows.
    pub(crate) items: Vec<T>,
    /// Ask with this `cursor` for the next page; null: there is none.
    pub(crate) next: Option<String>,
}

/// Which page.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct PageQuery {
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    limit: Option<u32>,
    /// What the page before gave as `next`.
    #[param(max_length = 255)]
    cursor: Option<String>,
}

impl PageQuery {
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        match self.limit {
            None => Ok(DEFAULT_PAGE_ROWS),
            Some(limit) if (1..=MAX_PAGE_ROWS).contains(&limit) => Ok(limit),
            Some(_) => Err(Problem::new(Kind::Malformed, format!("limit is not within 1 and {MAX_PAGE_ROWS}"))),
        }
    }

    /// The store's cursor.
    pub(crate) fn cursor(&self) -> Result<Option<Cursor>, Problem> {
        let parsed = self.cursor.as_deref().map(str::parse::<Cursor>).transpose();
        parsed.map_err(|_| Problem::new(Kind::Malformed, "the cursor is none that a page gave"))
    }

    /// A page of `all`, which is in memory, in the order of its names.
    pub(crate) fn of_named<T>(&self, all: Vec<T>, name: impl Fn(&T) -> &str) -> Result<Listing<T>, Problem> {
        let limit = self.limit()? as usize;
        let after = |item: &T| self.cursor.as_deref().is_none_or(|cursor| name(item) > cursor);
        let mut items: Vec<T> = all.into_iter().filter(after).collect();
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|item| name(item).to_owned());
        Ok(Listing { items, next })
    }
}

/// The store's page, each row as answers show it.
pub(crate) fn listing<R, T>(page: Page<R>, view: impl FnMut(R) -> T) -> Json<Listing<T>> {
    let next = page.next.map(|cursor| cursor.to_string());
    Json(Listing { items: page.items.into_iter().map(view).collect(), next })
}
