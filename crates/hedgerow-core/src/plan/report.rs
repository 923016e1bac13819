//! The `.findings.txt` beside a file that the policy moved to `unmanaged/`.

use std::fmt::Write;

use crate::finding::{Finding, Severity};
use crate::path::TreePath;

/// What is wrong with `file`, for people: the same for the same findings, without a clock.
pub(super) fn text(file: &TreePath, findings: Option<&Vec<&Finding>>) -> String {
    let mut findings = findings.cloned().unwrap_or_default();
    findings.sort();
    findings.dedup();
    let mut out = format!("Held from {file}\n");
    for finding in findings {
        // Writing to a string cannot fail.
        let _ = write_finding(&mut out, finding);
    }
    out
}

fn write_finding(out: &mut String, finding: &Finding) -> std::fmt::Result {
    let place = &finding.place;
    writeln!(out)?;
    if let (Some(line), Some(column)) = (place.line, place.column) {
        write!(out, "{line}:{column}: ")?;
    }
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    };
    writeln!(out, "{severity} {}: {}", finding.code, one_line(&finding.message))?;
    if let Some(hint) = &finding.hint {
        writeln!(out, "  hint: {}", one_line(hint))?;
    }
    for related in &finding.related {
        let line = related.place.line.map_or(String::new(), |line| format!(":{line}"));
        writeln!(out, "  {}{line}: {}", related.place.file, one_line(&related.message))?;
    }
    Ok(())
}

/// Text that came from a file cannot forge a line here.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
