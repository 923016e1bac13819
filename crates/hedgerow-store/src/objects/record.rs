//! Making the record of a fabric's objects agree with a tree.

use std::collections::{HashMap, HashSet};

use hedgerow_core::object::Identity;
use hedgerow_core::plan::PlannedObject;
use sqlx::{AnyConnection, AssertSqlSafe};

use super::names::note_names;
use super::upsert::{Stamp, forget_missing, mark, note_missing, note_versions, upsert};
use super::{Marking, ObjectState, ObjectsChange};
use crate::dialect::Dialect;
use crate::error::{StoreError, failed};
use crate::fabric::FabricId;
use crate::limits::MAX_NAME_BYTES;
use crate::run::{Closed, RunId};

const RECORD: &str = "record the objects";

/// What the record has of an object, as far as it decides what to write.
struct Known {
    id: i64,
    version: String,
    path: String,
    digest: String,
    state: ObjectState,
}

/// Records `change`: writes what differs, marks what is gone, and keeps every row.
pub(crate) async fn record(
    connection: &mut AnyConnection,
    dialect: Dialect,
    fabric: FabricId,
    run: &RunId,
    change: &ObjectsChange<'_>,
) -> Result<Closed, StoreError> {
    let stamp = Stamp { dialect, fabric, run, change };
    let mut known = read(connection, dialect, fabric).await?;
    let living = known.values().filter(|object| object.state != ObjectState::Deleted).count();
    let possible = change.objects.iter().filter(|object| is_possible(object));
    let differing: Vec<&PlannedObject> =
        possible.filter(|object| differs(object, known.remove(&object.identity), change)).collect();
    let (unreadable, gone) = absent(known, change);
    let marking = judge(gone.len(), living);

    forget_missing(connection, &stamp).await.map_err(failed(RECORD))?;
    upsert(connection, &stamp, &differing).await.map_err(failed(RECORD))?;
    mark(connection, &stamp, ObjectState::Unreadable, &unreadable).await.map_err(failed(RECORD))?;
    let mut written = differing.len() + unreadable.len();
    match marking {
        Marking::Marked { count } => {
            mark(connection, &stamp, ObjectState::Deleted, &gone).await.map_err(failed(RECORD))?;
            written += count;
        }
        Marking::Waits { .. } => note_missing(connection, &stamp, &gone).await.map_err(failed(RECORD))?,
    }
    if written > 0 {
        note_versions(connection, &stamp).await.map_err(failed(RECORD))?;
        note_names(connection, &stamp).await.map_err(failed(RECORD))?;
    }
    Ok(Closed { written, marking })
}

/// A known object's columns: id, group, kind, namespace, name, version, path, digest, state.
type Row = (i64, String, String, String, String, String, String, String, String);

/// All of the fabric's objects, by identity. They come as one JSON text: row by row the driver would take four times as
/// long, and ten thousand are common.
async fn read(
    connection: &mut AnyConnection,
    dialect: Dialect,
    fabric: FabricId,
) -> Result<HashMap<Identity, Known>, StoreError> {
    let rows = dialect.gather("id, api_group, kind, namespace, name, version, path, digest, state");
    let json: Option<String> =
        sqlx::query_scalar(AssertSqlSafe(format!("SELECT {rows} FROM objects WHERE fabric_id = $1")))
            .bind(fabric.0)
            .fetch_one(connection)
            .await
            .map_err(failed(RECORD))?;
    let rows: Vec<Row> = serde_json::from_str(json.as_deref().unwrap_or("[]"))
        .map_err(|error| StoreError::unexpected(RECORD, error.to_string()))?;
    rows.into_iter().map(known).collect()
}

fn known(row: Row) -> Result<(Identity, Known), StoreError> {
    let (id, group, kind, namespace, name, version, path, digest, state) = row;
    let state = state.parse().map_err(|why: String| StoreError::unexpected(RECORD, why))?;
    Ok((Identity { group, kind, namespace, name }, Known { id, version, path, digest, state }))
}

/// Whether an API server could have such an object, by its names' lengths and without NUL. People may write others under
/// `managed/`, where they are findings; PostgreSQL can neither hold a NUL nor index a long name, and one such file must
/// not keep all others from the record.
fn is_possible(object: &PlannedObject) -> bool {
    let Identity { group, kind, namespace, name } = &object.identity;
    let names = [group, kind, namespace, name, &object.version];
    names.into_iter().all(|text| text.len() <= MAX_NAME_BYTES && !text.contains('\0'))
}

/// Whether the row must be written. An object that came through the inbox with this very commit always is: its value
/// may be the same where only comments changed, but its text and where that came from are new. So is one whose origin is told.
fn differs(object: &PlannedObject, known: Option<Known>, change: &ObjectsChange<'_>) -> bool {
    let Some(known) = known else { return true };
    object.from.is_some()
        || change.origins.contains_key(&object.path)
        || known.state != ObjectState::Present
        || known.digest != object.digest
        || known.version != object.version
        || known.path != object.path.quoted()
}

/// Of the objects that the tree does not show: those in unreadable files that were readable, and those that are gone.
fn absent(known: HashMap<Identity, Known>, change: &ObjectsChange<'_>) -> (Vec<i64>, Vec<i64>) {
    let unreadable: HashSet<String> = change.unreadable.iter().map(|path| path.quoted()).collect();
    let (hidden, gone): (Vec<Known>, Vec<Known>) = known
        .into_values()
        .filter(|object| object.state != ObjectState::Deleted)
        .partition(|object| unreadable.contains(&object.path));
    let newly = hidden.iter().filter(|object| object.state == ObjectState::Present);
    (newly.map(|object| object.id).collect(), gone.iter().map(|object| object.id).collect())
}

/// More than a tenth, and at least five, at once: that is rather a wrong directory than so many decisions.
fn judge(gone: usize, living: usize) -> Marking {
    if gone >= 5 && gone * 10 > living {
        Marking::Waits { count: gone, of: living }
    } else {
        Marking::Marked { count: gone }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_deletions_at_once_wait() {
        assert_eq!(judge(4, 4), Marking::Marked { count: 4 });
        assert_eq!(judge(5, 50), Marking::Marked { count: 5 });
        assert_eq!(judge(5, 49), Marking::Waits { count: 5, of: 49 });
        assert_eq!(judge(101, 1000), Marking::Waits { count: 101, of: 1000 });
        assert_eq!(judge(100, 1000), Marking::Marked { count: 100 });
    }
}
