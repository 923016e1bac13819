//! `hedgerow token`

use anyhow::Result;
use serde_json::json;

use super::asking::{all, ask, list as print_list};
use super::tables;
use crate::api::Ask;
use crate::args::service::{Listed, Named, TokenCreateArgs};
use crate::commands::Exit;
use crate::session::Session;

const TOKENS: &str = "tokens";

pub(crate) fn create(session: &Session, args: &TokenCreateArgs) -> Result<Exit> {
    let fabrics = (!args.fabrics.is_empty()).then_some(&args.fabrics);
    let body = json!({
        "name": args.named.name,
        "role": args.role.word(),
        "fabrics": fabrics,
        "days": args.days,
    });
    let answer = ask(session, &args.named.way, &Ask::post(&[TOKENS], body))?;
    session.print(&answer.body, |value, _| tables::page(value, &["token", "name", "role", "fabrics", "expires"]))?;
    Ok(Exit::Done)
}

pub(crate) fn list(session: &Session, args: &Listed) -> Result<Exit> {
    let door = session.door(&args.way)?;
    let found = all(session, &door, &Ask::get(&[TOKENS]), usize::MAX)?;
    print_list(session, &found, &["name", "role", "fabrics", "created_by", "created", "expires", "used", "revoked"])
}

pub(crate) fn revoke(session: &Session, args: &Named) -> Result<Exit> {
    ask(session, &args.way, &Ask::delete(&[TOKENS, &args.name]))?;
    Ok(Exit::Done)
}
