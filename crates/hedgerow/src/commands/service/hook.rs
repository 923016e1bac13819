//! `hedgerow hook`

use anyhow::Result;
use serde_json::{Value, json};

use super::asking::{all, ask, list as print_list};
use super::tables;
use crate::api::Ask;
use crate::args::service::{HookAddArgs, Listed, Named};
use crate::commands::Exit;
use crate::session::Session;

const HOOKS: &str = "hooks";
const PAGE: [&str; 9] = ["name", "provider", "repository", "owner", "url", "secret", "created", "rotated", "fired"];

pub(crate) fn add(session: &Session, args: &HookAddArgs) -> Result<Exit> {
    let mut body = json!({"name": args.named.name, "provider": args.provider});
    if let Some(repository) = &args.repo {
        body["repository"] = Value::from(repository.as_str());
    }
    one(session, &args.named, &Ask::post(&[HOOKS], body))
}

pub(crate) fn list(session: &Session, args: &Listed) -> Result<Exit> {
    let door = session.door(&args.way)?;
    let found = all(session, &door, &Ask::get(&[HOOKS]), usize::MAX)?;
    print_list(session, &found, &["name", "provider", "repository", "owner", "url", "created", "fired"])
}

pub(crate) fn show(session: &Session, args: &Named) -> Result<Exit> {
    one(session, args, &Ask::get(&[HOOKS, &args.name]))
}

pub(crate) fn rotate(session: &Session, args: &Named) -> Result<Exit> {
    one(session, args, &Ask::post(&[HOOKS, &args.name, "rotate"], json!({})))
}

pub(crate) fn remove(session: &Session, args: &Named) -> Result<Exit> {
    ask(session, &args.way, &Ask::delete(&[HOOKS, &args.name]))?;
    Ok(Exit::Done)
}

/// Tries every hook of a fabric.
pub(crate) fn trigger_receiver(session: &Session, args: &Named) -> Result<Exit> {
    let answer = ask(session, &args.way, &Ask::post(&["fabrics", &args.name, "trigger-receiver"], json!({})))?;
    let trials = &answer.body["trials"];
    session.print(&answer.body, |value, _| {
        let keys = ["hook", "status", "took_ms", "answer.result", "answer.fabrics", "answer.detail", "error", "url"];
        tables::items(&value["trials"]).iter().map(|trial| tables::page(trial, &keys)).collect()
    })?;
    let alive = tables::items(trials).iter().all(|trial| trial["status"] == 202);
    Ok(if alive { Exit::Done } else { Exit::Failed })
}

fn one(session: &Session, named: &Named, request: &Ask) -> Result<Exit> {
    let answer = ask(session, &named.way, request)?;
    session.print(&answer.body, |value, _| tables::page(value, &PAGE))?;
    Ok(Exit::Done)
}
