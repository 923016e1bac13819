//! `hedgerow explain`: the catalogue and the finding codes.

use std::fmt::Write;

use anyhow::{Context, Result, bail};
use hedgerow_core::catalogue::{Catalogue, ExplainError, Facts, Former, Writer};
use hedgerow_core::codes::{self, Entry};
use hedgerow_core::finding::Code;
use serde_json::{Value, json};

use super::Exit;
use crate::args::ExplainArgs;
use crate::output::columns::Columns;
use crate::output::{Color, Style};
use crate::session::Session;

pub(crate) fn explain(session: &Session, args: &ExplainArgs) -> Result<Exit> {
    match &args.what {
        None => kinds(session)?,
        Some(what) => match code(what) {
            Some(number) => explain_code(session, Code(number))?,
            None => field(session, what)?,
        },
    }
    Ok(Exit::Done)
}

/// `HR3104`, `hr3104` or `3104`.
fn code(text: &str) -> Option<u16> {
    let digits = text.strip_prefix("HR").or_else(|| text.strip_prefix("hr")).unwrap_or(text);
    (digits.len() == 4).then(|| digits.parse().ok())?
}

fn explain_code(session: &Session, code: Code) -> Result<()> {
    let Some(entry) = codes::entry(code) else { bail!("no finding has the code {code}") };
    let value = json!({
        "code": entry.code, "severity": entry.severity, "title": entry.title, "meaning": entry.meaning,
        "example": entry.example, "fix": entry.fix, "source": entry.source,
        "raised_by_strict": codes::raised_by_strict(code),
    });
    session.print(&value, |value, style| code_page(value, entry, style))
}

fn code_page(value: &Value, entry: &Entry, style: Style) -> String {
    let severity = value["severity"].as_str().unwrap_or_default();
    let strict = if value["raised_by_strict"] == true { ", an error with --strict" } else { "" };
    let head = style.paint(Color::Bold, &format!("{} {}", entry.code, entry.title));
    let example: String = entry.example.lines().map(|line| format!("    {line}\n")).collect();
    format!(
        "{head} ({severity}{strict})\n\n{}\n\nFor example:\n{example}\nWhat to do: {}\nSource: {}\n",
        entry.meaning, entry.fix, entry.source
    )
}

fn kinds(session: &Session) -> Result<()> {
    let catalogue = Catalogue::builtin();
    let kind = |kind: &hedgerow_core::catalogue::Kind| {
        json!({
            "kind": kind.kind, "group": kind.group, "versions": kind.versions, "plural": kind.plural,
            "short_names": kind.short_names, "writer": kind.writer,
        })
    };
    let value = Value::Array(catalogue.kinds().map(kind).collect());
    session.print(&value, |value, _| {
        let mut table = Columns::new(&["kind", "group", "versions", "plural", "short", "written by"]);
        for kind in value.as_array().into_iter().flatten() {
            let text = |key: &str| kind[key].as_str().unwrap_or_default().to_owned();
            let list = |key: &str| {
                let items = kind[key].as_array().into_iter().flatten().filter_map(Value::as_str);
                items.collect::<Vec<_>>().join(",")
            };
            table.row([
                text("kind"),
                text("group"),
                list("versions"),
                text("plural"),
                list("short_names"),
                text("writer"),
            ]);
        }
        table.render()
    })
}

fn field(session: &Session, path: &str) -> Result<()> {
    let catalogue = Catalogue::builtin();
    let explained = catalogue.explain(path);
    if let Err(ExplainError::Former(former)) = &explained {
        let value = serde_json::to_value(former).context("writing what is known of a former kind")?;
        return session.print(&value, |_, style| former_kinds(former, style));
    }
    let explanation = explained.map_err(|error| {
        let near = match &error {
            ExplainError::Kind { near, .. } | ExplainError::Field { near, .. } => near.clone(),
            ExplainError::Undescribed { .. } | ExplainError::Former(_) => None,
        };
        let hint = near.map_or("hedgerow explain lists the kinds".to_owned(), |near| format!("did you mean {near}?"));
        anyhow::anyhow!("{error}\nhint: {hint}")
    })?;
    let value = serde_json::to_value(&explanation).context("writing the explanation")?;
    session.print(&value, |_, style| {
        let mut out = String::new();
        let path = if explanation.path.is_empty() { String::new() } else { format!(".{}", explanation.path) };
        let _ = writeln!(
            out,
            "{}  ({})",
            style.paint(Color::Bold, &format!("{}{path}", explanation.kind)),
            explanation.api_version
        );
        let _ = writeln!(out, "{}", explanation.about);
        if let Some(names) = &explanation.names {
            let _ = writeln!(out, "written by {}; files under managed/{}/", writer(names.writer), names.plural);
        }
        if let Some(facts) = &explanation.facts {
            let _ = writeln!(out, "{}", line(facts));
        }
        fields(&mut out, &explanation.fields, style);
        for gone in &explanation.gone {
            let _ = writeln!(out, "no longer there: {gone}");
        }
        let _ = writeln!(out, "\nas of {}", explanation.describes);
        out
    })
}

/// What became of kinds of this name.
fn former_kinds(former: &[Former], style: Style) -> String {
    let line = |former: &Former| {
        let version = former.version.as_ref().map_or_else(String::new, |version| format!("/{version}"));
        let kind = style.paint(Color::Bold, former.kind.as_deref().unwrap_or_default());
        format!("{kind}  ({}{version})\n{}\n", former.group, former.message())
    };
    former.iter().map(line).collect()
}

fn writer(writer: Writer) -> &'static str {
    match writer {
        Writer::User => "people",
        Writer::Controller => "the fabric's controllers",
        Writer::Installer => "the installer",
        Writer::Nobody => "nobody",
    }
}

fn fields(out: &mut String, fields: &[Facts], style: Style) {
    if !fields.is_empty() {
        let _ = writeln!(out, "\nfields:");
    }
    for facts in fields {
        let _ = writeln!(out, "  {}  {}", style.paint(Color::Cyan, &facts.name), line(facts));
        if let Some(about) = &facts.about {
            let _ = writeln!(out, "      {about}");
        }
    }
}

/// What is known of a field, in a line.
fn line(facts: &Facts) -> String {
    let mut parts = vec![facts.shape.clone()];
    if facts.required {
        parts.push("required".to_owned());
    }
    let mut say = |name: &str, text: Option<String>| parts.extend(text.map(|text| format!("{name} {text}")));
    say("one of", (!facts.values.is_empty()).then(|| facts.values.join("|")));
    say("default", facts.default.as_ref().map(Value::to_string));
    say("becomes", facts.becomes.clone());
    say("matches", facts.pattern.clone());
    say("of", facts.limits.clone());
    say("rule:", facts.rule.clone());
    say("since", facts.since.clone());
    say("deprecated:", facts.deprecated.clone());
    say("unlike the CRD:", facts.differs.clone());
    parts.join("; ")
}
