//! What a batch of deliveries may be about: a few repositories of perhaps thousands, and what is linked in them.

use std::collections::BTreeSet;

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Error, Row};

use crate::error::{StoreError, failed};
use crate::limits::BATCH_ROWS;
use crate::linkage::RepositoryId;
use crate::store::Store;

/// A repository with a name, and what is linked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doorway {
    /// Its row.
    pub id: RepositoryId,
    /// Its name.
    pub name: String,
    /// Its canonical URL.
    pub url: String,
    /// The names and branches of its fabrics, by name.
    pub fabrics: Vec<(String, String)>,
}

const SELECT: &str = "SELECT r.id, r.name, r.url, f.name AS fabric, f.branch FROM repositories r \
     LEFT JOIN fabrics f ON f.repository_id = r.id AND f.name IS NOT NULL WHERE r.name IS NOT NULL";

impl Store {
    /// The repositories that are among `ids` or at one of `urls` (canonical), in the order of their ids.
    pub async fn doorways(
        &self,
        ids: &BTreeSet<RepositoryId>,
        urls: &BTreeSet<String>,
    ) -> Result<Vec<Doorway>, StoreError> {
        let attempted = "see whose doors these are";
        let mut doors: Vec<Doorway> = Vec::new();
        let ids: Vec<_> = ids.iter().collect();
        for chunk in ids.chunks(BATCH_ROWS) {
            let mut query = sqlx::query(AssertSqlSafe(self.among("r.id", chunk.len())));
            for id in chunk {
                query = query.bind(id.0);
            }
            let rows = query.fetch_all(&self.pool).await.map_err(failed(attempted))?;
            add(&mut doors, &rows).map_err(failed(attempted))?;
        }
        let known: BTreeSet<_> = doors.iter().map(|door| door.id).collect();
        let urls: Vec<_> = urls.iter().filter(|url| !doors.iter().any(|door| door.url == **url)).collect();
        let mut more = Vec::new();
        for chunk in urls.chunks(BATCH_ROWS) {
            let mut query = sqlx::query(AssertSqlSafe(self.among("r.url", chunk.len())));
            for url in chunk {
                query = query.bind((*url).clone());
            }
            let rows = query.fetch_all(&self.pool).await.map_err(failed(attempted))?;
            add(&mut more, &rows).map_err(failed(attempted))?;
        }
        doors.extend(more.into_iter().filter(|door| !known.contains(&door.id)));
        doors.sort_by_key(|door| door.id);
        Ok(doors)
    }

    fn among(&self, column: &str, count: usize) -> String {
        let places: Vec<_> = (1..=count).map(|n| self.dialect.parameter(n)).collect();
        format!("{SELECT} AND {column} IN ({}) ORDER BY r.id, f.name", places.join(", "))
    }
}

fn add(doors: &mut Vec<Doorway>, rows: &[AnyRow]) -> Result<(), Error> {
    for row in rows {
        let id = RepositoryId(row.try_get("id")?);
        if doors.last().is_none_or(|door| door.id != id) {
            doors.push(Doorway { id, name: row.try_get("name")?, url: row.try_get("url")?, fabrics: Vec::new() });
        }
        let fabric: Option<String> = row.try_get("fabric")?;
        if let (Some(fabric), Some(door)) = (fabric, doors.last_mut()) {
            door.fabrics.push((fabric, row.try_get("branch")?));
        }
    }
    Ok(())
}
