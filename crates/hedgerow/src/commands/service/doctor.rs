//! `hedgerow doctor`: what somebody who helps has to see, and nothing that they must not.
//!
//! Everything in it was made to be shown already: the API's answers, the configuration (which holds no secret), numbers.
//! What cannot be had is in it too, as an error with its reason.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::asking::all;
use crate::api::{Ask, Door};
use crate::args::service::DoctorArgs;
use crate::commands::Exit;
use crate::output;
use crate::session::Session;

/// Rows of each list.
const ROWS: usize = 100;

/// What is asked of the API, by its name in the bundle.
const LISTS: &[&str] = &["repositories", "fabrics", "hooks", "runs", "events", "deliveries"];

pub(crate) fn doctor(session: &Session, args: &DoctorArgs) -> Result<Exit> {
    let mut bundle = json!({
        "hedgerow": crate::VERSION,
        "made": output::moment(crate::serve::now_ms()),
        "way": if args.way.server.is_some() { "a service" } else { "the store" },
        "this_machine": this_machine(session),
    });
    if args.way.server.is_none() {
        bundle["configuration"] = shown(session.setup(&args.way).map(|setup| setup.config));
        bundle["store"] = shown(session.setup(&args.way).and_then(|setup| census(session, &setup)));
    }
    match session.door(&args.way) {
        Ok(door) => of_the_api(session, &door, &mut bundle),
        Err(error) => bundle["api"] = trouble(&error),
    }
    let text = serde_json::to_string_pretty(&bundle).context("writing the bundle")? + "\n";
    match &args.out {
        None => output::write(&text)?,
        Some(file) => {
            let open = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(file);
            let written = open.and_then(|mut out| out.write_all(text.as_bytes()));
            written.with_context(|| format!("--out: writing {}", file.display()))?;
        }
    }
    Ok(Exit::Done)
}

fn of_the_api(session: &Session, door: &Door, bundle: &mut Value) {
    for list in LISTS {
        bundle[*list] = shown(all(session, door, &Ask::get(&[list]), ROWS));
    }
    bundle["readiness"] = shown(session.wait(door.ask(&Ask::at("/readyz"))).map(|answer| answer.body));
}

fn shown<T: serde::Serialize>(found: Result<T>) -> Value {
    match found {
        Ok(found) => serde_json::to_value(found).unwrap_or(Value::Null),
        Err(error) => trouble(&error),
    }
}

fn trouble(error: &anyhow::Error) -> Value {
    json!({"error": output::plain(&format!("{error:#}"))})
}

fn this_machine(session: &Session) -> Value {
    let git = session.git().map(|git| git.version().to_string());
    json!({"git": shown(git), "os": std::env::consts::OS, "architecture": std::env::consts::ARCH})
}

fn census(session: &Session, setup: &crate::serve::Setup) -> Result<hedgerow_store::Census> {
    let store = session.wait(hedgerow_store::Store::open(&setup.store))?;
    Ok(session.wait(store.census())?)
}
