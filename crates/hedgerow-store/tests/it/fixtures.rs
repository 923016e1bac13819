//! Runs and objects to record.

use std::collections::BTreeMap;
use std::time::Duration;

use hedgerow_core::ledger;
use hedgerow_core::object::Identity;
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::PlannedObject;
use hedgerow_store::{
    Closed, Closing, Fabric, FabricKey, Inputs, Lease, NewRun, ObjectsChange, Origin, Reason, RunId, RunOutcome, Store,
    StoreError, Trigger, Verification,
};

pub(crate) const REPOSITORY: &str = "https://git.example/fabrics.git";
pub(crate) const PARENT: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
pub(crate) const COMMIT: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
/// Longer than any test, so that nothing depends on how fast one is.
pub(crate) const TTL: Duration = Duration::from_secs(600);

pub(crate) fn key(directory: &str) -> FabricKey {
    FabricKey { repository: REPOSITORY.to_owned(), branch: "main".to_owned(), directory: directory.to_owned() }
}

pub(crate) async fn fabric(store: &Store) -> Fabric {
    store.fabric(&key("fabric-1")).await.unwrap()
}

pub(crate) async fn lease(store: &Store) -> Lease {
    store.acquire(REPOSITORY, "the test", TTL, Duration::ZERO).await.unwrap().expect("the lease is free")
}

pub(crate) fn id(text: &str) -> RunId {
    RunId::parse(text).unwrap()
}

pub(crate) fn new_run(run: &RunId, fabric: &Fabric) -> NewRun {
    NewRun { id: run.clone(), fabric: fabric.id, trigger: Trigger::Cli, started_ms: 1_000 }
}

/// A run that changed something, and was verified.
pub(crate) fn changed<'a>(run: &'a RunId, objects: Option<ObjectsChange<'a>>) -> Closing<'a> {
    Closing {
        run,
        finished_ms: 2_000,
        outcome: RunOutcome::Changed,
        reason: None,
        verification: Verification::Verified,
        commit: Some(COMMIT),
        head: Some(COMMIT),
        inputs: Some(inputs()),
        counts: "created=1",
        report: "{}",
        ledger: "",
        findings: "[]",
        objects,
    }
}

/// A run that failed.
pub(crate) fn failed(run: &RunId) -> Closing<'_> {
    Closing {
        outcome: RunOutcome::Failed,
        reason: Some(Reason { code: "unreachable".to_owned(), text: "no route to host".to_owned() }),
        verification: Verification::None,
        commit: None,
        head: None,
        inputs: None,
        ..changed(run, None)
    }
}

pub(crate) fn inputs() -> Inputs {
    let digest = |c: &str| c.repeat(64);
    Inputs { policy: digest("1"), settings: digest("2"), catalogue: digest("3"), version: "0.1.0".to_owned() }
}

/// No history.
static UNKNOWN: BTreeMap<TreePath, Origin> = BTreeMap::new();

/// The objects of a tree at [`COMMIT`], all of them readable.
pub(crate) fn tree(objects: &[PlannedObject]) -> ObjectsChange<'_> {
    ObjectsChange { commit: COMMIT, inbox: PARENT, objects, origins: &UNKNOWN, unreadable: &[] }
}

/// Opens a run and closes it with these objects.
pub(crate) async fn record(
    store: &Store,
    lease: &Lease,
    run: &str,
    change: ObjectsChange<'_>,
) -> Result<Closed, StoreError> {
    let run = id(run);
    store.open_run(lease, &new_run(&run, &fabric(store).await)).await?;
    store.close_run(lease, &changed(&run, Some(change))).await
}

pub(crate) fn switch(name: &str, generation: usize) -> PlannedObject {
    let identity = Identity {
        group: "wiring.githedgehog.com".to_owned(),
        kind: "Switch".to_owned(),
        namespace: "default".to_owned(),
        name: name.to_owned(),
    };
    let json = format!(r#"{{"kind":"Switch","metadata":{{"name":"{name}"}},"spec":{{"asn":{generation}}}}}"#);
    PlannedObject {
        identity,
        version: "v1beta1".to_owned(),
        path: TreePath::from(format!("fabric-1/managed/switches/{name}.yaml").as_str()),
        digest: hedgerow_core::digest::sha256(json.as_bytes()),
        json,
        from: None,
    }
}

/// So many switches, `s000`, `s001`, ….
pub(crate) fn switches(count: usize, generation: usize) -> Vec<PlannedObject> {
    (0..count).map(|n| switch(&format!("s{n:03}"), generation)).collect()
}

/// The object, as taken from the inbox.
pub(crate) fn taken(mut object: PlannedObject, file: &str, index: usize) -> PlannedObject {
    object.from = Some(ledger::From { file: TreePath::from(file), index: Some(index) });
    object
}
