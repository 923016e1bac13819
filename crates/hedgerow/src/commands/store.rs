//! `hedgerow store`: the memory itself, copied, looked over, backed up.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use hedgerow_store::{Copied, CopyError, Source, Store, StoreUrl};
use serde_json::{Value, json};

use super::Exit;
use crate::args::{BackupArgs, CopyArgs, StoreCommand};
use crate::output::Style;
use crate::output::columns::Columns;
use crate::session::Session;

pub(crate) fn store(session: &Session, command: &StoreCommand) -> Result<Exit> {
    match command {
        StoreCommand::Copy(args) => copy(session, args),
        StoreCommand::Check => check(session),
        StoreCommand::Backup(args) => backup(session, args),
    }
}

fn copy(session: &Session, args: &CopyArgs) -> Result<Exit> {
    let (from, to) = (place(&args.from).context("FROM")?, place(&args.to).context("TO")?);
    if let Place::File(path) = &from
        && !path.exists()
    {
        bail!("FROM: there is no file {}", path.display());
    }
    let (from, to) = (from.url()?, to.url()?);
    let source = session.wait(Store::open(&from))?;
    let target = session.wait(Store::open(&to))?;
    let copied = copied(session, &source, &target, Source::AtRest)?;
    let answer = json!({"from": from.to_string(), "to": to.to_string(), "tables": copied});
    session.print(&answer, |answer, _| page(answer))?;
    Ok(Exit::Done)
}

fn backup(session: &Session, args: &BackupArgs) -> Result<Exit> {
    let file = &args.file;
    if file.exists() {
        bail!("{} is there already\nhint: a backup is written into a new file", file.display());
    }
    let source = session.store()?;
    // Under another name until it is whole: a backup that is half there must not look like one.
    let part = file.with_added_extension("part");
    let written = written(session, &source, &part);
    if written.is_err() {
        let _ = fs::remove_file(&part);
    }
    let tables = written?;
    fs::rename(&part, file).with_context(|| format!("renaming {} to {}", part.display(), file.display()))?;
    let answer = json!({"to": StoreUrl::file(file).to_string(), "tables": tables});
    session.print(&answer, |answer, _| page(answer))?;
    Ok(Exit::Done)
}

fn written(session: &Session, source: &Store, part: &Path) -> Result<Value> {
    if part.exists() {
        bail!("{} is left of a backup that did not end, or of one under way\nhint: remove it", part.display());
    }
    let target = session.wait(Store::open(&StoreUrl::file(part)))?;
    let tables = copied(session, source, &target, Source::InUse);
    // The last connection tidies the file up: nothing is left beside it.
    session.wait(target.close());
    tables
}

fn copied(session: &Session, from: &Store, to: &Store, source: Source) -> Result<Value> {
    let tables = session.wait(from.copy_to(to, source)).map_err(|error| match error {
        CopyError::Writing { .. } => {
            anyhow::anyhow!("{error}\nhint: stop the services first, or wait for the run to end")
        }
        CopyError::NotEmpty { .. } => anyhow::anyhow!("{error}\nhint: name a new file or a new, empty database"),
        other => other.into(),
    })?;
    let row = |copied: &Copied| json!({"table": copied.table, "rows": copied.rows});
    Ok(Value::Array(tables.iter().map(row).collect()))
}

fn page(answer: &Value) -> String {
    let mut out = rows(&answer["tables"]);
    let _ = writeln!(out, "\ncopied to {}, and read back equal", answer["to"].as_str().unwrap_or_default());
    out
}

fn rows(tables: &Value) -> String {
    let mut columns = Columns::new(&["table", "rows"]);
    for table in tables.as_array().into_iter().flatten() {
        columns.row([table["table"].as_str().unwrap_or_default().to_owned(), table["rows"].to_string()]);
    }
    columns.render()
}

fn check(session: &Session) -> Result<Exit> {
    let look = session.wait(session.store()?.look_over())?;
    let tables: Vec<Value> = look.tables.iter().map(|table| json!({"table": table.name, "rows": table.rows})).collect();
    let answer = json!({
        "database": look.database,
        "schema": look.schema,
        "applied_by": look.applied_by,
        "bytes": look.bytes,
        "tables": tables,
        "writers": look.writers,
        "open_runs": look.open_runs,
        "damage": look.damage,
    });
    session.print(&answer, looked)?;
    Ok(if look.damage.is_empty() { Exit::Done } else { Exit::Attention })
}

fn looked(answer: &Value, _: Style) -> String {
    let mut out = rows(&answer["tables"]);
    let words = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
    let _ = writeln!(out, "\ndatabase   {}, {} bytes", words(&answer["database"]), answer["bytes"]);
    let _ = writeln!(out, "schema     {}, by Hedgerow {}", answer["schema"], words(&answer["applied_by"]));
    let _ = writeln!(out, "open runs  {}", answer["open_runs"]);
    for writer in answer["writers"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "writing    {}", words(writer));
    }
    for damage in answer["damage"].as_array().into_iter().flatten() {
        let _ = writeln!(out, "damage     {}", words(damage));
    }
    if answer["damage"].as_array().is_some_and(Vec::is_empty) {
        out.push_str("sound\n");
    }
    out
}

/// A store as one names it here: a URL, or simply a file.
enum Place<'a> {
    Url(&'a str),
    File(&'a Path),
}

fn place(text: &str) -> Result<Place<'_>> {
    match text.strip_prefix("sqlite:") {
        Some(path) => Ok(Place::File(Path::new(path.strip_prefix("//").unwrap_or(path)))),
        None if text.contains("://") => Ok(Place::Url(text)),
        None if text.is_empty() => bail!("an empty name"),
        None => Ok(Place::File(Path::new(text))),
    }
}

impl Place<'_> {
    fn url(&self) -> Result<StoreUrl> {
        match self {
            Self::Url(text) => Ok(StoreUrl::parse(text)?),
            Self::File(path) => Ok(StoreUrl::file(path)),
        }
    }
}
