//! How an answer is printed. There is one shape, JSON; everything for people is drawn from it.

pub(crate) mod columns;
pub(crate) mod findings;
pub(crate) mod github;
pub(crate) mod junit;
pub(crate) mod page;
pub(crate) mod report;
pub(crate) mod sarif;
pub(crate) mod yaml;

use std::io::Write;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::args::Format;

/// Whether, and how, standard output is for people.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    /// With colour.
    pub(crate) color: bool,
}

impl Style {
    /// `text` in a colour of ANSI, where colour is on.
    pub(crate) fn paint(self, color: Color, text: &str) -> String {
        if self.color { format!("\u{1b}[{}m{text}\u{1b}[0m", color as u8) } else { text.to_owned() }
    }
}

/// The colours that are used, by their ANSI number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Color {
    Bold = 1,
    Dim = 2,
    Red = 31,
    Green = 32,
    Yellow = 33,
    Cyan = 36,
}

/// Prints `value` for machines, or what `table` draws of it for people.
pub(crate) fn print(format: Format, value: &Value, table: impl FnOnce(&Value) -> String) -> Result<()> {
    let text = match format {
        Format::Json => serde_json::to_string_pretty(value).context("writing JSON")? + "\n",
        Format::Yaml => yaml::render(value),
        Format::Table => table(value),
        Format::Csv | Format::Name => bail!("-o csv and -o name are for lists\nhint: use -o table, json or yaml"),
        Format::Sarif | Format::Junit | Format::Github => {
            bail!("-o sarif, junit and github are for `hedgerow vet`\nhint: use -o table, json or yaml")
        }
    };
    write(&text)
}

/// Writes to standard output. A reader that went away (`| head`) is not our failure.
pub(crate) fn write(text: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("writing to standard output"),
    }
}

/// A time of the store's, for people: RFC 3339, in UTC, to the second.
pub(crate) fn moment(ms: i64) -> Option<String> {
    let moment = time::OffsetDateTime::from_unix_timestamp(ms.div_euclid(1000)).ok()?;
    moment.format(&time::format_description::well_known::Rfc3339).ok()
}

/// `1 file`, `2 files`.
pub(crate) fn several(n: u64, thing: &str) -> String {
    format!("{n} {thing}{}", if n == 1 { "" } else { "s" })
}

/// `text` without what would drive a terminal: names and messages may come from a repository.
pub(crate) fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}
