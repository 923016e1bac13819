//! `hedgerow repo`

use anyhow::{Result, bail};
use serde_json::json;

use super::asking::{all, ask, list as print_list};
use super::{secret, tables};
use crate::api::Ask;
use crate::args::service::{Listed, Named, RepoAddArgs, RotateArgs};
use crate::commands::Exit;
use crate::commands::check::render as conditions;
use crate::session::Session;

const REPOSITORIES: &str = "repositories";
const PAGE: [&str; 6] = ["name", "url", "owner", "fabrics", "created", "revision"];

pub(crate) fn add(session: &Session, args: &RepoAddArgs) -> Result<Exit> {
    let credential = secret::body(&args.credential)?;
    let mut body = json!({"name": args.named.name, "url": args.url});
    if let Some(credential) = credential {
        body["credential"] = credential;
    }
    let answer = ask(session, &args.named.way, &Ask::post(&[REPOSITORIES], body))?;
    session.print(&answer.body, |value, _| tables::page(value, &PAGE))?;
    Ok(Exit::Done)
}

pub(crate) fn list(session: &Session, args: &Listed) -> Result<Exit> {
    let door = session.door(&args.way)?;
    let found = all(session, &door, &Ask::get(&[REPOSITORIES]), usize::MAX)?;
    print_list(session, &found, &["name", "url", "owner", "created"])
}

pub(crate) fn show(session: &Session, args: &Named) -> Result<Exit> {
    let answer = ask(session, &args.way, &Ask::get(&[REPOSITORIES, &args.name]))?;
    session.print(&answer.body, |value, _| {
        let credentials = tables::items(&value["credentials"]).iter();
        let credentials = credentials.map(|credential| {
            "\n".to_owned() + &tables::page(credential, &["use", "kind", "public", "rotated", "expires"])
        });
        tables::page(value, &PAGE) + &credentials.collect::<String>()
    })?;
    Ok(Exit::Done)
}

pub(crate) fn check(session: &Session, args: &Named) -> Result<Exit> {
    let answer = ask(session, &args.way, &Ask::post(&[REPOSITORIES, &args.name, "check"], json!({})))?;
    session.print(&answer.body, conditions)?;
    Ok(super::asking::verdict(&answer.body))
}

pub(crate) fn rotate(session: &Session, args: &RotateArgs) -> Result<Exit> {
    let Some(body) = secret::body(&args.credential)? else {
        bail!("no credential is named\nhint: --token-file, --token-env, --ssh-key or --github-app")
    };
    let put = Ask::put(&[REPOSITORIES, &args.named.name, "credentials", args.used_to.word()], body);
    let answer = ask(session, &args.named.way, &put)?;
    session.print(&answer.body, |value, _| tables::page(value, &["use", "kind", "rotated", "expires"]))?;
    Ok(Exit::Done)
}

pub(crate) fn remove(session: &Session, args: &Named) -> Result<Exit> {
    ask(session, &args.way, &Ask::delete(&[REPOSITORIES, &args.name]))?;
    Ok(Exit::Done)
}
