//! The store as a whole: copied and looked over.

use hedgerow_store::{CopyError, Source, Store};
use sqlx::{AnyConnection, Connection};

use crate::databases::{Database, on_both, run};
use crate::fixtures::{id, lease, record, switches, tree};

on_both! {
    a_copy_answers_as_the_original_does,
    a_copy_counts_on_where_the_original_ended,
    a_target_with_something_in_it_is_refused_and_left_alone,
    a_source_that_is_written_to_is_refused_unless_a_moment_of_it_will_do,
    a_look_counts_rows_and_names_writers_and_open_runs,
    every_column_holds_a_number_or_a_text,
}

/// An empty database of either kind.
async fn targets() -> Vec<Database> {
    let mut targets = vec![Database::sqlite()];
    targets.extend(Database::postgres().await);
    targets
}

/// A store with two runs of a fabric of `count` switches, nobody writing.
async fn filled(database: &Database, count: usize) -> Store {
    let store = database.open().await;
    let lease = lease(&store).await;
    record(&store, &lease, "r1", tree(&switches(count, 0))).await.unwrap();
    record(&store, &lease, "r2", tree(&switches(count, 1))).await.unwrap();
    lease.release().await.unwrap();
    store
}

async fn a_copy_answers_as_the_original_does(database: Database) {
    // More rows than one statement takes.
    let store = filled(&database, 1_300).await;
    let expected = store.look_over().await.unwrap();
    for target in targets().await {
        let copy = target.open().await;
        let copied = store.copy_to(&copy, Source::AtRest).await.unwrap();
        let found = copy.look_over().await.unwrap();
        assert_eq!(found.tables, expected.tables);
        assert!(found.damage.is_empty(), "{:?}", found.damage);
        let rows = |name: &str| copied.iter().find(|table| table.table == name).unwrap().rows;
        assert_eq!((rows("objects"), rows("object_versions"), rows("runs")), (1_300, 2_600, 2));
        let of = |store: Store| async move { store.objects(&Default::default(), 1_000, None).await.unwrap() };
        assert_eq!(format!("{:?}", of(copy.clone()).await.items), format!("{:?}", of(store.clone()).await.items));
        let texts = |store: Store| async move { store.texts(&id("r2")).await.unwrap() };
        assert_eq!(format!("{:?}", texts(copy).await), format!("{:?}", texts(store.clone()).await));
    }
}

async fn a_copy_counts_on_where_the_original_ended(database: Database) {
    let store = filled(&database, 3).await;
    for target in targets().await {
        let copy = target.open().await;
        store.copy_to(&copy, Source::AtRest).await.unwrap();
        let after = lease(&copy).await;
        assert_eq!(after.token(), 2, "tokens only grow, in a copy too");
        record(&copy, &after, "r3", tree(&switches(5, 2))).await.unwrap();
        assert_eq!(copy.objects(&Default::default(), 10, None).await.unwrap().items.len(), 5);
    }
}

async fn a_target_with_something_in_it_is_refused_and_left_alone(database: Database) {
    let store = filled(&database, 3).await;
    for target in targets().await {
        let other = filled(&target, 7).await;
        let before = other.look_over().await.unwrap();
        let error = store.copy_to(&other, Source::AtRest).await.unwrap_err();
        assert!(matches!(&error, CopyError::NotEmpty { .. }), "{error:?}");
        // Not how large it is: PostgreSQL tidies up meanwhile.
        assert_eq!(other.look_over().await.unwrap().tables, before.tables);
    }
}

async fn a_source_that_is_written_to_is_refused_unless_a_moment_of_it_will_do(database: Database) {
    let store = filled(&database, 3).await;
    let held = lease(&store).await;
    let target = Database::sqlite();
    let copy = target.open().await;
    let error = store.copy_to(&copy, Source::AtRest).await.unwrap_err();
    assert!(matches!(&error, CopyError::Writing { holder } if holder == "the test"), "{error:?}");
    assert!(copy.look_over().await.unwrap().tables.iter().all(|table| table.rows == 0));
    store.copy_to(&copy, Source::InUse).await.unwrap();
    assert_eq!(copy.objects(&Default::default(), 10, None).await.unwrap().items.len(), 3);
    held.release().await.unwrap();
}

async fn a_look_counts_rows_and_names_writers_and_open_runs(database: Database) {
    let store = filled(&database, 3).await;
    let held = lease(&store).await;
    let fabric = crate::fixtures::fabric(&store).await;
    store.open_run(&held, &crate::fixtures::new_run(&id("open"), &fabric)).await.unwrap();
    let look = store.look_over().await.unwrap();
    let rows = |name: &str| look.tables.iter().find(|table| table.name == name).unwrap().rows;
    assert_eq!((rows("objects"), rows("runs"), look.open_runs), (3, 3, 1));
    assert_eq!(look.writers, ["the test"]);
    assert!(look.bytes > 0 && look.schema > 0 && look.damage.is_empty(), "{look:?}");
}

/// What a copy rests on: it says so itself where a migration breaks it.
async fn every_column_holds_a_number_or_a_text(database: Database) {
    let look = database.open().await.look_over().await;
    assert!(look.is_ok(), "{look:?}");
}

#[test]
fn a_damaged_file_is_said_to_be_damaged() {
    run(async {
        let database = Database::sqlite();
        let store = filled(&database, 3).await;
        let mut raw = AnyConnection::connect(&database.text).await.unwrap();
        sqlx::raw_sql("PRAGMA foreign_keys = OFF; UPDATE runs SET fabric_id = 77").execute(&mut raw).await.unwrap();
        let look = store.look_over().await.unwrap();
        assert_eq!(look.damage.len(), 2, "{look:?}");
        assert!(look.damage[0].contains("fabrics"), "{look:?}");
    });
}
