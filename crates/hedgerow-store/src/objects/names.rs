//! Which names and labels an object's value holds, kept beside it, so that who refers to an object, and what has a label, is one
//! look into an index.

use hedgerow_core::object::Identity;
use sqlx::{AnyConnection, AssertSqlSafe, Error};

use super::listing::identity;
use super::upsert::Stamp;
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::limits::MAX_PAGE_ROWS;
use crate::store::Store;

/// Notes the names and the labels in all objects that this run wrote.
pub(super) async fn note_names(connection: &mut AnyConnection, stamp: &Stamp<'_>) -> Result<(), Error> {
    let names = ("object_names", "object_id, fabric_id, name", stamp.dialect.names());
    let labels = ("object_labels", "object_id, label, value", stamp.dialect.labels());
    for (table, columns, found) in [names, labels] {
        let own = "SELECT id FROM objects WHERE fabric_id = $1 AND last_changed_run = $2";
        let forget = format!("DELETE FROM {table} WHERE object_id IN ({own})");
        let note = format!(
            "INSERT INTO {table} ({columns}) {found} AND o.fabric_id = $1 AND o.last_changed_run = $2 ON CONFLICT DO NOTHING"
        );
        for sql in [forget, note] {
            let query = sqlx::query(AssertSqlSafe(sql)).bind(stamp.fabric.0).bind(stamp.run.as_str());
            query.execute(&mut *connection).await?;
        }
    }
    Ok(())
}

impl Store {
    /// Living objects of the fabric whose value has `name` as a text, or before the first slash of one: the `limit` that were
    /// recorded first, by identity. A name may be in all objects that there are; they are not sorted to show some.
    pub async fn objects_naming(&self, fabric: FabricId, name: &str, limit: u32) -> Result<Vec<Identity>, StoreError> {
        let attempted = "look for objects that name another";
        let rows = sqlx::query(
            "SELECT api_group, kind, namespace, name FROM objects WHERE id IN \
             (SELECT n.object_id FROM object_names n JOIN objects o ON o.id = n.object_id \
             WHERE n.fabric_id = $1 AND n.name = $2 AND o.state <> 'deleted' ORDER BY n.object_id LIMIT $3) \
             ORDER BY api_group, kind, namespace, name",
        )
        .bind(fabric.0)
        .bind(name.to_owned())
        .bind(i64::from(limit.min(MAX_PAGE_ROWS)))
        .fetch_all(&self.pool)
        .await
        .map_err(failed(attempted))?;
        rows.iter().map(identity).collect::<Result<_, _>>().map_err(failed(attempted))
    }
}
