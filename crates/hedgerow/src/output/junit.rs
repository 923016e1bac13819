//! Findings as JUnit's XML, which CI servers show: a test suite a file, a failure an error.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde_json::Value;

/// The report of one run of `vet`.
pub(crate) fn render(vetted: &Value) -> String {
    let mut files: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for finding in vetted["findings"].as_array().into_iter().flatten() {
        files.entry(finding["file"].as_str().unwrap_or_default()).or_default().push(finding);
    }
    let errors = vetted["counts"]["errors"].as_u64().unwrap_or(0);
    let tests = vetted["findings"].as_array().map_or(0, Vec::len).max(1);
    let mut out =
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"{tests}\" failures=\"{errors}\">\n");
    if files.is_empty() {
        out.push_str(
            "  <testsuite name=\"hedgerow vet\" tests=\"1\" failures=\"0\"><testcase name=\"vet\"/></testsuite>\n",
        );
    }
    for (file, findings) in files {
        suite(&mut out, file, &findings);
    }
    out.push_str("</testsuites>\n");
    out
}

fn suite(out: &mut String, file: &str, findings: &[&Value]) {
    let is_error = |finding: &&&Value| finding["severity"] == "error";
    let failures = findings.iter().filter(is_error).count();
    let _ =
        writeln!(out, "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{failures}\">", escaped(file), findings.len());
    for finding in findings {
        case(out, file, finding);
    }
    out.push_str("  </testsuite>\n");
}

/// A case a finding: its name is its code and place, so that no two are one.
fn case(out: &mut String, file: &str, finding: &Value) {
    let code = finding["code"].as_str().unwrap_or_default();
    let number = |key: &str| finding[key].as_u64();
    let at: String = ["line", "column"].into_iter().filter_map(number).map(|n| format!(":{n}")).collect();
    let file = escaped(file);
    let line = number("line").map(|line| format!(" line=\"{line}\"")).unwrap_or_default();
    let message = escaped(finding["message"].as_str().unwrap_or_default());
    let hint = finding["hint"].as_str().map(|hint| format!("\nhint: {}", escaped(hint))).unwrap_or_default();
    let body = match finding["severity"].as_str() {
        Some("error") => {
            format!("<failure type=\"{code}\" message=\"{message}\">{file}{at}: {message}{hint}</failure>")
        }
        _ => format!("<system-out>{file}{at}: {message}{hint}</system-out>"),
    };
    let _ = writeln!(
        out,
        "    <testcase classname=\"{file}\" name=\"{code} {file}{at}\" file=\"{file}\"{line}>{body}</testcase>"
    );
}

/// For XML 1.0, which has no control characters but three.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push(' '),
            c => out.push(c),
        }
        out
    })
}
