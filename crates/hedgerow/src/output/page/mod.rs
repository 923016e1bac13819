//! A report as one page of HTML. Nothing in it comes from elsewhere and nothing in it runs: no link to an asset, no script, and a
//! policy that forbids both. All text goes through [`html::text`], since names and messages may come from a repository.

mod html;
mod part;

use std::fmt::Write;

use serde_json::Value;

use html::{attributes, text};

const STYLE: &str = include_str!("style.css");

/// The whole page of a report, of a run or of a range.
pub(crate) fn render(report: &Value) -> String {
    let is_range = report["range"].is_string();
    let name = if is_range { report["directory"].as_str() } else { report["fabric"].as_str() };
    let name = name.unwrap_or_default();
    let title = if is_range {
        format!("{name}: {}", plain(&report["range"]))
    } else {
        format!("{name}: {}", plain(&report["run"]))
    };
    let mut body = String::new();
    if is_range {
        range(&mut body, report);
    } else {
        part::heading(&mut body, name, report);
        part::run(&mut body, report);
    }
    part::commands(&mut body, &report["check_yourself"]);
    let version = report["version"].as_str().unwrap_or_default();
    let _ = write!(
        body,
        "<footer>Hedgerow {}. Nothing here need be believed: the commands above check it.</footer>",
        text(version)
    );
    document(&title, &body)
}

fn document(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n",
        text(title)
    )
}

fn range(out: &mut String, report: &Value) {
    let (word, class) = match report["verdict"].as_str() {
        Some("verified") => ("verified", "good"),
        Some("does_not_hold") => ("does not hold", "bad"),
        _ => ("could not tell", "warn"),
    };
    let directory = text(&plain(&report["directory"]));
    let _ = write!(out, "<h1>{directory}</h1><p>{} {}</p>", html::badge(word, class), text(&plain(&report["reason"])));
    let facts = [("range", "range"), ("repository", "url"), ("branch", "ref"), ("head", "head")];
    attributes(out, facts.map(|(name, key)| (name, plain(&report[key]))));
    let commits: Vec<&Value> = report["commits"].as_array().into_iter().flatten().collect();
    out.push_str(
        "<h2>Commits</h2><table><thead><tr><th>commit</th><th>when</th><th>what</th><th></th></tr></thead><tbody>",
    );
    for commit in &commits {
        part::commit_row(out, commit);
    }
    out.push_str("</tbody></table>");
    part::waiting(out, &report["inbox"]);
    for commit in commits.iter().filter(|commit| commit["kind"] != "people") {
        part::commit(out, commit);
    }
}

/// A text of the report; nothing where there is none.
fn plain(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
