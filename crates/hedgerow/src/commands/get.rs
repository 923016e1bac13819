//! `hedgerow get`: what the store knows.

use anyhow::{Context, Result, bail};
use hedgerow_core::path::FabricDir;
use hedgerow_core::plan::Counts;
use hedgerow_store::{FabricId, ObjectFilter, ObjectRecord, RunFilter, RunMatch, RunRecord, Store};
use serde_json::{Value, json};

use super::Exit;
use crate::args::{Format, ObjectsArgs, RunArgs, RunsArgs};
use crate::output::columns::Columns;
use crate::output::report::{self, short};
use crate::output::{self, moment};
use crate::session::Session;

/// Rows that are asked for at once.
const PAGE: u32 = 1000;

pub(crate) fn objects(session: &Session, args: &ObjectsArgs) -> Result<Exit> {
    let store = session.store()?;
    let state = args.state.as_deref().map(str::parse).transpose().map_err(anyhow::Error::msg).context("--state")?;
    let mut found: Vec<ObjectRecord> = Vec::new();
    for fabric in fabrics(session, &store, args.path.as_deref())? {
        let filter =
            ObjectFilter { fabric, kind: args.kind.clone(), name: args.name.clone(), state, ..Default::default() };
        let mut cursor = None;
        loop {
            let page = session.wait(store.objects(&filter, PAGE, cursor))?;
            found.extend(page.items);
            cursor = page.next;
            if cursor.is_none() {
                break;
            }
        }
    }
    let value = Value::Array(found.iter().map(object).collect());
    match session.format {
        Format::Csv => output::write(&object_columns(&value, &CSV).csv())?,
        Format::Name => output::write(&names(&found))?,
        _ => session.print(&value, |value, _| object_columns(value, &TABLE).render())?,
    }
    Ok(Exit::Done)
}

/// Every fabric in the directory that `--path` names; `[None]` for all fabrics.
fn fabrics(session: &Session, store: &Store, path: Option<&str>) -> Result<Vec<Option<FabricId>>> {
    let Some(path) = path else { return Ok(vec![None]) };
    let dir = FabricDir::parse(path).context("--path")?.path().quoted();
    let known = session.wait(store.fabrics())?;
    let ids: Vec<_> = known.iter().filter(|f| f.fabric.key.directory == dir).map(|f| Some(f.fabric.id)).collect();
    if ids.is_empty() {
        bail!("no run was ever on {dir}\nhint: hedgerow get runs lists the fabrics that are known");
    }
    Ok(ids)
}

fn object(record: &ObjectRecord) -> Value {
    json!({
        "fabric": record.fabric.key.directory,
        "repository": record.fabric.key.repository,
        "branch": record.fabric.key.branch,
        "group": record.identity.group,
        "version": record.version,
        "kind": record.identity.kind,
        "namespace": record.identity.namespace,
        "name": record.identity.name,
        "path": record.path,
        "digest": format!("sha256:{}", record.digest),
        "commit": record.commit,
        "state": record.state,
        "from": record.provenance,
    })
}

const TABLE: [&str; 6] = ["kind", "namespace", "name", "state", "path", "commit"];
const CSV: [&str; 10] =
    ["fabric", "group", "version", "kind", "namespace", "name", "path", "digest", "commit", "state"];

fn object_columns(objects: &Value, heading: &[&'static str]) -> Columns {
    let mut table = Columns::new(heading);
    for object in objects.as_array().into_iter().flatten() {
        table.row(heading.iter().map(|key| {
            let cell = object[*key].as_str().unwrap_or_default();
            if *key == "commit" && heading.len() == TABLE.len() { short(cell) } else { cell }
        }));
    }
    table
}

fn names(found: &[ObjectRecord]) -> String {
    found.iter().map(|record| format!("{}\n", record.identity)).collect()
}

pub(crate) fn runs(session: &Session, args: &RunsArgs) -> Result<Exit> {
    let store = session.store()?;
    let mut found: Vec<RunRecord> = Vec::new();
    for fabric in fabrics(session, &store, args.path.as_deref())? {
        let filter = RunFilter { fabric, ..RunFilter::default() };
        found.extend(session.wait(store.runs(&filter, args.limit, None))?.items);
    }
    let value = Value::Array(found.iter().map(run_line).collect());
    match session.format {
        Format::Csv => output::write(&run_columns(&value).csv())?,
        Format::Name => output::write(&found.iter().map(|run| format!("{}\n", run.id)).collect::<String>())?,
        _ => session.print(&value, |value, _| run_columns(value).render())?,
    }
    Ok(Exit::Done)
}

fn run_line(run: &RunRecord) -> Value {
    let ending = run.ending.as_ref();
    json!({
        "run": run.id,
        "fabric": run.fabric.key.directory,
        "repository": run.fabric.key.repository,
        "branch": run.fabric.key.branch,
        "trigger": run.trigger,
        "started": moment(run.started_ms),
        "finished": ending.and_then(|e| moment(e.finished_ms)),
        "outcome": ending.map(|e| e.outcome),
        "reason": ending.and_then(|e| e.reason.as_ref()).map(|r| &r.code),
        "verification": ending.map(|e| e.verification),
        "commit": ending.and_then(|e| e.commit.as_ref()),
        "counts": ending.and_then(|e| Counts::parse(&e.counts)),
    })
}

fn run_columns(runs: &Value) -> Columns {
    let heading = ["run", "started", "fabric", "trigger", "outcome", "verification", "commit", "reason"];
    let mut table = Columns::new(&heading);
    for run in runs.as_array().into_iter().flatten() {
        table.row(heading.iter().map(|key| match (*key, run[*key].as_str()) {
            ("outcome", None) => "open",
            ("commit", Some(commit)) => short(commit),
            (_, text) => text.unwrap_or_default(),
        }));
    }
    table
}

pub(crate) fn run(session: &Session, args: &RunArgs) -> Result<Exit> {
    let value = stored(session, &args.id)?;
    session.print(&value, report::render)?;
    Ok(Exit::Done)
}

/// The report of the run that `id` names, as it was recorded.
pub(crate) fn stored(session: &Session, id: &str) -> Result<Value> {
    let store = session.store()?;
    let run = match session.wait(store.run(id))? {
        RunMatch::One(run) => run,
        RunMatch::None => bail!("no run is called {id}\nhint: hedgerow get runs"),
        RunMatch::Several(ids) => {
            let ids: Vec<&str> = ids.iter().map(|id| id.as_str()).collect();
            bail!("several runs begin with {id}: {}", ids.join(", "));
        }
    };
    match session.wait(store.texts(&run.id))? {
        Some(texts) => serde_json::from_str(&texts.report).context("reading the run's report"),
        None => Ok(run_line(&run)),
    }
}
