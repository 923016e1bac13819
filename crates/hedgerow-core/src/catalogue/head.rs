//! The head of a data file: what a kind is, without its fields.

use serde::Deserialize;

use super::schema::{Schema, Source};
use super::{Kind, Scope, Writer};

/// The keys before the first table of `catalogue/<group>/<kind>.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    group: String,
    kind: String,
    plural: String,
    short_names: Vec<String>,
    scope: Scope,
    versions: Vec<String>,
    writer: Writer,
    since: Option<String>,
    describes: String,
    about: String,
}

/// Reads the head of a data file; the fields below it wait until they are needed.
pub(super) fn read(text: &'static str) -> Result<Kind, toml::de::Error> {
    let (head, body) = split(text);
    let head: Head = toml::from_str(head)?;
    Ok(Kind {
        group: head.group,
        kind: head.kind,
        plural: head.plural,
        short_names: head.short_names,
        scope: head.scope,
        versions: head.versions,
        writer: head.writer,
        since: head.since,
        describes: head.describes,
        about: head.about,
        source: Source::Builtin(text),
        schema: Schema::builtin(body),
    })
}

/// The keys before the first table, and the rest. Tables start at column 0.
fn split(text: &str) -> (&str, &str) {
    text.find("\n[").map_or((text, ""), |at| text.split_at(at + 1))
}
