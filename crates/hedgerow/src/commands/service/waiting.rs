//! After a ring: waiting for what comes of it, step by step.

use std::io::IsTerminal;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::Value;

use super::tables;
use crate::api::{Answer, Ask, Door};
use crate::args::fabric::Waiting;
use crate::commands::Exit;
use crate::output::report;
use crate::session::Session;

/// Between two looks at a ring that nobody has answered yet.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// Prints what `rung` was answered; or waits for the run, and ends as it did.
pub(crate) fn answer(session: &Session, door: &Door, rung: &Answer, waiting: Waiting) -> Result<Exit> {
    let waits = !waiting.no_wait && (waiting.wait || std::io::stdout().is_terminal());
    let ring = rung.location.as_deref().or(rung.body["ring"].as_str()).filter(|_| waits);
    let Some(ring) = ring else {
        session.print(&rung.body, |value, _| tables::page(value, &["fabric", "name", "repository", "ring"]))?;
        return Ok(Exit::Done);
    };
    let ring = Ask::at(ring);
    let told = session.wait(async {
        let told = wait(session, door, &ring);
        tokio::time::timeout(session.timeout(), told).await.context("nobody answered the ring within --timeout")?
    })?;
    if told["run"].is_null() {
        let keys = ["repository", "state", "visit.outcome", "visit.reason.message"];
        session.print(&told, |value, _| tables::page(value, &keys))?;
        return Ok(Exit::Failed);
    }
    session.print(&told, report::render)?;
    Ok(exit(&told))
}

/// The run that answered the ring; without one, what became of the ring.
async fn wait(session: &Session, door: &Door, ring: &Ask) -> Result<Value> {
    loop {
        let state = door.ask(ring).await?.body;
        let run = state["run"].as_str();
        if state["answered"] == true {
            if state["visit"]["outcome"] == "quiet" {
                session.progress.clear();
                anstream::eprintln!("note: nothing has moved since this run");
            }
            return match run {
                Some(run) => Ok(door.ask(&Ask::get(&["runs", run])).await?.body),
                None => Ok(state),
            };
        }
        session.progress.word(state["step"].as_str().unwrap_or("waiting for a worker"));
        if let Some(run) = run {
            watch(session, door, run).await?;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Shows the steps of a run as they pass.
async fn watch(session: &Session, door: &Door, run: &str) -> Result<()> {
    let mut events = door.events(&Ask::get(&["runs", run, "events"])).await?;
    while let Some(event) = events.next().await? {
        let progress: Value = serde_json::from_str(&event.data).context("reading the run's progress")?;
        if let Some(step) = progress["step"].as_str() {
            session.progress.word(step);
        }
    }
    Ok(())
}

/// As a one-shot run's: the words are the report's.
fn exit(run: &Value) -> Exit {
    let outcome = run["outcome"].as_str().and_then(|word| word.parse().ok());
    let verification = run["verification"].as_str().and_then(|word| word.parse().ok());
    match (outcome, verification) {
        (Some(outcome), Some(verification)) => Exit::of_run(outcome, verification),
        _ => Exit::Failed,
    }
}
