//! `hedgerow fabric`

use anyhow::Result;
use serde_json::{Value, json};

use super::asking::{agreed, all, ask, list as print_list, verdict};
use super::{tables, waiting};
use crate::api::Ask;
use crate::args::fabric::{FabricSyncArgs, LinkArgs, ResumeArgs, SuspendArgs, UnlinkArgs};
use crate::args::service::{Listed, Named};
use crate::commands::Exit;
use crate::commands::check::render as conditions;
use crate::output::{self, Color, Style};
use crate::session::Session;

const FABRICS: &str = "fabrics";

pub(crate) fn link(session: &Session, args: &LinkArgs) -> Result<Exit> {
    let door = session.door(&args.named.way)?;
    let body = wanted(args);
    let on_step = |step: &str| session.progress.word(step);
    if !args.yes {
        let plan = Ask::post(&[FABRICS, &args.named.name, "plan"], body.clone());
        let plan = session.wait(door.ask_watching(&plan, &on_step))?;
        anstream::eprint!("{}", preview(&plan.body, session.style));
        if !agreed(&format!("Link {}, and do this now?", args.named.name), false)? {
            anstream::eprintln!("not linked");
            return Ok(Exit::Attention);
        }
    }
    let linked = session.wait(door.ask_watching(&Ask::post(&[FABRICS], body), &on_step))?;
    waiting::answer(session, &door, &linked, args.waiting)
}

/// What is asked for; what was not said is left out, and the API knows what one means.
fn wanted(args: &LinkArgs) -> Value {
    let mut body = json!({"name": args.named.name, "repository": args.repo});
    let interval = args.interval.map(|period| i64::try_from(period.as_millis()).unwrap_or(i64::MAX));
    let adopt = if args.adopt { Some(true) } else { args.no_adopt.then_some(false) };
    let said = [
        ("branch", args.branch.as_ref().map(|branch| json!(branch))),
        ("directory", args.path.as_ref().map(|path| json!(path))),
        ("adopt", adopt.map(Value::from)),
        ("interval_ms", interval.map(Value::from)),
        ("push_to", args.push_to.as_ref().map(|branch| json!(branch))),
    ];
    for (key, value) in said {
        if let Some(value) = value {
            body[key] = value;
        }
    }
    body
}

/// The plan, and what whoever links must have seen.
fn preview(plan: &Value, style: Style) -> String {
    let mut out = output::report::render(plan, style);
    for deployment in tables::items(&plan["deployments"]) {
        let count = |key: &str| tables::items(&deployment[key]).len();
        let line = format!(
            "{} {} ({}): {} of its objects vanish, {} appear, {} are there twice\n",
            tables::cell(deployment, "kind"),
            tables::cell(deployment, "name"),
            tables::cell(deployment, "file"),
            count("vanish"),
            count("appear"),
            count("double"),
        );
        out += &output::plain(&line);
    }
    for warning in tables::items(&plan["warnings"]).iter().filter_map(Value::as_str) {
        out += &format!("{} {}\n", style.paint(Color::Red, "WARNING"), output::plain(warning));
    }
    out
}

pub(crate) fn list(session: &Session, args: &Listed) -> Result<Exit> {
    let door = session.door(&args.way)?;
    let found = all(session, &door, &Ask::get(&[FABRICS]), usize::MAX)?;
    print_list(
        session,
        &found,
        &["name", "ready", "repository", "branch", "directory", "last_verified", "next_due", "held"],
    )
}

pub(crate) fn show(session: &Session, args: &Named) -> Result<Exit> {
    let answer = ask(session, &args.way, &Ask::get(&[FABRICS, &args.name]))?;
    session.print(&answer.body, page)?;
    Ok(Exit::Done)
}

fn page(value: &Value, style: Style) -> String {
    let keys = [
        "name",
        "repository",
        "branch",
        "directory",
        "adopt",
        "push_to",
        "owner",
        "linked",
        "suspension.by",
        "suspension.reason",
        "last_attempted",
        "last_verified",
        "last_verified_commit",
        "next_due",
        "inbox.files",
        "inbox.oldest",
        "inbox.since",
        "held",
        "pending_deletions",
        "hold.message",
        "hold.commit",
        "step",
    ];
    let mut out = tables::page(value, &keys);
    for condition in tables::items(&value["conditions"]) {
        let word = |key: &str| output::plain(condition[key].as_str().unwrap_or_default()).replace('\n', " ");
        let color = match (condition["type"].as_str(), condition["status"].as_str()) {
            (_, Some("unknown")) => Color::Yellow,
            (Some("Stalled" | "Overdue"), Some("true")) => Color::Red,
            (Some("Ready" | "Witnessed" | "Conserved"), Some("false")) => Color::Red,
            _ => Color::Green,
        };
        let line = format!("{:<12} {:<8} {:<20}", word("type"), word("status"), word("reason"));
        out += &format!(
            "{} {} (since {})\n",
            style.paint(color, &line),
            word("message"),
            tables::cell(condition, "last_transition")
        );
    }
    out
}

pub(crate) fn check(session: &Session, args: &Named) -> Result<Exit> {
    let answer = ask(session, &args.way, &Ask::post(&[FABRICS, &args.name, "check"], json!({})))?;
    session.print(&answer.body, conditions)?;
    Ok(verdict(&answer.body))
}

pub(crate) fn suspend(session: &Session, args: &SuspendArgs) -> Result<Exit> {
    let post = Ask::post(&[FABRICS, &args.named.name, "suspend"], json!({"reason": args.reason}));
    let answer = ask(session, &args.named.way, &post)?;
    session.print(&answer.body, page)?;
    Ok(Exit::Done)
}

pub(crate) fn resume(session: &Session, args: &ResumeArgs) -> Result<Exit> {
    let body = args.accept.as_ref().map_or(json!({}), |commit| json!({"accept": commit}));
    let post = Ask::post(&[FABRICS, &args.named.name, "resume"], body);
    let answer = ask(session, &args.named.way, &post)?;
    session.print(&answer.body, page)?;
    Ok(Exit::Done)
}

pub(crate) fn unlink(session: &Session, args: &UnlinkArgs) -> Result<Exit> {
    let name = &args.named.name;
    // Whether there is one is said before anybody is asked.
    let fabric = ask(session, &args.named.way, &Ask::get(&[FABRICS, name]))?.body;
    let place = format!("{} of {}", tables::cell(&fabric, "directory"), tables::cell(&fabric, "repository"));
    if !agreed(&format!("Unlink {name} ({place})? Its files stay, its record is kept."), args.yes)? {
        return Ok(Exit::Attention);
    }
    ask(session, &args.named.way, &Ask::delete(&[FABRICS, name]))?;
    Ok(Exit::Done)
}

pub(crate) fn sync(session: &Session, args: &FabricSyncArgs) -> Result<Exit> {
    let door = session.door(&args.named.way)?;
    let ring = Ask::post(&[FABRICS, &args.named.name, "sync"], json!({}));
    let rung = session.wait(door.ask_watching(&ring, &|step| session.progress.word(step)))?;
    waiting::answer(session, &door, &rung, args.waiting)
}
