//! `hedgerow export`: what is managed, in one folder.

mod folder;

use anyhow::{Result, bail};
use hedgerow_core::export::{Export, Shape, Unreadable};
use hedgerow_sync::Failure;
use serde_json::{Value, json};

use super::Exit;
use super::plan::lying;
use crate::args::ExportArgs;
use crate::output::{Color, Style, plain, several};
use crate::session::Session;
use crate::target;
use folder::{Folder, Force, Written};

pub(crate) fn export(session: &Session, args: &ExportArgs) -> Result<Exit> {
    let force = if args.force { Force::Yes } else { Force::No };
    // Before the network is asked: a directory that cannot be used is known at once.
    let folder = Folder::open(&args.to, force)?;
    let export = match exported(session, args)? {
        Ok(Ok(export)) => export,
        Ok(Err(Unreadable(findings))) => {
            let first = findings.first().map(|found| format!("{}: {}", found.place.file, found.message));
            bail!("a managed file cannot be read: {}\nhint: hedgerow plan tells more", first.unwrap_or_default());
        }
        Err(failure) => {
            let reason = failure.reason();
            bail!("{}{}", reason.message, reason.hint.map(|hint| format!("\nhint: {hint}")).unwrap_or_default());
        }
    };
    let written = folder.write(&export.files, force)?;
    session.print(&answer(args, &export, &written), render)?;
    Ok(if export.left_out.is_empty() { Exit::Done } else { Exit::Attention })
}

fn exported(session: &Session, args: &ExportArgs) -> Result<Result<Result<Export, Unreadable>, Failure>> {
    let shape = if args.single { Shape::Single } else { Shape::Flat };
    let world = session.world()?;
    if args.worktree {
        let tree = lying(session, &args.target)?;
        return Ok(tree.and_then(|tree| hedgerow_sync::export_worktree(&world, &tree, shape)));
    }
    let meant = target::meant(session, &args.target)?;
    Ok(hedgerow_sync::export(&world, &meant.target, shape, &|step| session.progress.step(step)))
}

fn answer(args: &ExportArgs, export: &Export, written: &Written) -> Value {
    json!({
        "directory": args.to.display().to_string(),
        "objects": export.objects,
        "files": export.files.keys().collect::<Vec<_>>(),
        "written": written.written,
        "removed": written.removed,
        "others": written.others,
        "left_out": export.left_out,
        "waiting": export.waiting,
    })
}

fn render(value: &Value, style: Style) -> String {
    let number = |key: &str| value[key].as_u64().unwrap_or(0);
    let list = |key: &str| value[key].as_array().map_or(&[][..], Vec::as_slice);
    let mut out = format!(
        "{} in {} at {}: {} written, {} removed\n",
        several(number("objects"), "object"),
        several(list("files").len() as u64, "file"),
        plain(value["directory"].as_str().unwrap_or_default()),
        number("written"),
        number("removed")
    );
    let mut warn =
        |text: String| out.push_str(&format!("{} {}\n", style.paint(Color::Yellow, "warning:"), plain(&text)));
    for left in list("left_out") {
        let text = |key: &str| left[key].as_str().unwrap_or_default();
        warn(format!("left out: {}:{}: {}", text("file"), left["line"], text("reason")));
    }
    for other in list("others") {
        warn(format!("{} is not of this export, and hhfab reads it too", other.as_str().unwrap_or_default()));
    }
    match number("waiting") {
        0 => {}
        n => warn(format!("{} in the inbox: not in the export until a sync takes them", several(n, "file"))),
    }
    out
}
