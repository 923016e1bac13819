//! Findings as GitHub's workflow commands, which annotate the lines of a pull request.

use std::fmt::Write;

use serde_json::Value;

/// A command a finding.
pub(crate) fn render(vetted: &Value) -> String {
    let mut out = String::new();
    for finding in vetted["findings"].as_array().into_iter().flatten() {
        let command = match finding["severity"].as_str() {
            Some("error") => "error",
            Some("warning") => "warning",
            _ => "notice",
        };
        let mut at = format!("file={}", property(finding["file"].as_str().unwrap_or_default()));
        for (key, name) in [("line", "line"), ("column", "col")] {
            if let Some(number) = finding[key].as_u64() {
                let _ = write!(at, ",{name}={number}");
            }
        }
        let hint = finding["hint"].as_str().map(|hint| format!("\n{hint}")).unwrap_or_default();
        let message = data(&format!("{}{hint}", finding["message"].as_str().unwrap_or_default()));
        let _ = writeln!(out, "::{command} {at},title={}::{message}", finding["code"].as_str().unwrap_or_default());
    }
    out
}

/// What the runner takes for the end of a command is escaped: a message must not become another command.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
