//! Findings as SARIF 2.1.0 (OASIS), which forges and editors read.

use hedgerow_core::codes;
use hedgerow_core::finding::Severity;
use serde_json::{Value, json};

/// The log of one run of `vet`.
pub(crate) fn render(vetted: &Value) -> Value {
    let findings = vetted["findings"].as_array().map_or(&[][..], Vec::as_slice);
    let rules: Vec<Value> = codes::all()
        .filter(|entry| findings.iter().any(|finding| finding["code"] == entry.code.to_string()))
        .map(|entry| {
            json!({
                "id": entry.code.to_string(),
                "shortDescription": {"text": entry.title},
                "fullDescription": {"text": entry.meaning},
                "help": {"text": entry.fix},
                "defaultConfiguration": {"level": level(entry.severity)},
            })
        })
        .collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {"name": "hedgerow", "version": crate::VERSION, "rules": rules}},
            // What is counted: without this word, a reader takes columns for units of UTF-16.
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(result).collect::<Vec<_>>(),
        }],
    })
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(finding: &Value) -> Value {
    let level = match finding["severity"].as_str() {
        Some("error") => level(Severity::Error),
        Some("warning") => level(Severity::Warning),
        _ => level(Severity::Info),
    };
    let related = finding["related"].as_array().map_or(&[][..], Vec::as_slice);
    let hint = finding["hint"].as_str().map(|hint| format!("\n{hint}")).unwrap_or_default();
    json!({
        "ruleId": finding["code"],
        "level": level,
        "message": {"text": format!("{}{hint}", finding["message"].as_str().unwrap_or_default())},
        "locations": [location(finding)],
        "relatedLocations": related.iter().map(|other| {
            let mut at = location(other);
            at["message"] = json!({"text": other["message"]});
            at
        }).collect::<Vec<_>>(),
    })
}

fn location(place: &Value) -> Value {
    let mut physical = json!({"artifactLocation": {"uri": uri(place["file"].as_str().unwrap_or_default())}});
    if let Some(line) = place["line"].as_u64() {
        let column = place["column"].as_u64().unwrap_or(1);
        physical["region"] = json!({"startLine": line, "startColumn": column});
        if let Some(length) = place["excerpt"]["length"].as_u64() {
            physical["region"]["endColumn"] = json!(column + length);
        }
    }
    json!({"physicalLocation": physical})
}

/// A relative URI reference: what RFC 3986 reserves is escaped.
fn uri(path: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/._~-".contains(&b);
    path.bytes().map(|b| if plain(b) { (b as char).to_string() } else { format!("%{b:02X}") }).collect()
}
