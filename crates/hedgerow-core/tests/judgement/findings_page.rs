//! The manual's table of rules is made from the codes, and is current.

use std::fmt::Write;
use std::path::Path;

use hedgerow_core::codes;
use hedgerow_core::finding::Severity;

/// The groups of codes by their first digit.
const GROUPS: &[(u16, &str)] = &[
    (1, "YAML"),
    (2, "Schema: what the API server refuses"),
    (3, "References between objects"),
    (4, "The fabric's own rules"),
    (5, "Where a document goes"),
    (6, "The repository and its policy"),
];

const HEAD: &str = "\
# Every finding

The table is made from the codes that the program gives (`HEDGEROW_UPDATE=1 cargo test -p hedgerow-core --test judgement findings_page` writes it anew), so
it is complete. `hedgerow explain HR3001` says what a finding means, with an example and the fix.

An error holds the file; a warning and an info do not. What `--strict` of `hedgerow vet` makes an error of is known to be let pass by the fabric's controller.
A source such as `fabric api/vpc/v1beta1/vpc_types.go` is a file of githedgehog/fabric, where the rule is read from.
";

fn page() -> String {
    let mut page = HEAD.to_owned();
    for (digit, title) in GROUPS {
        let _ = write!(page, "\n## {title}\n\n| code | rule | severity | source |\n|---|---|---|---|\n");
        for entry in codes::all().filter(|entry| entry.code.0 / 1000 == *digit) {
            let severity = match entry.severity {
                Severity::Error => "error",
                Severity::Warning if codes::raised_by_strict(entry.code) => "warning; error with `--strict`",
                Severity::Warning => "warning",
                Severity::Info => "info",
            };
            let [title, source] = [entry.title, entry.source].map(|text| text.replace('|', "\\|"));
            let _ = writeln!(page, "| {} | {title} | {severity} | {source} |", entry.code);
        }
    }
    page
}

#[test]
fn the_page_of_findings_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reference/findings.md");
    let page = page();
    if std::env::var_os("HEDGEROW_UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(page.lines()).find(|(written, made)| written != made);
    assert!(written == page, "docs/reference/findings.md is stale (HEDGEROW_UPDATE=1 writes it): {differs:?}");
    assert_eq!(page.matches("| HR").count(), codes::all().count(), "a code in no group");
}
