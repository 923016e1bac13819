//! docs/reference/limits.md, compared with the code: every named limit is there with its value, and no other.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::scene::workspace;

/// A constant: its crate, its file, its name, and what it is equal to, as the source spells it.
type Constants = BTreeMap<(String, String, String), String>;

/// What is limited elsewhere: by the fabric's own rules, which are findings.
const OF_THE_FABRIC: [&str; 2] = ["rules/", "schema/"];
/// Files of which every constant is a limit. In others those are that say so by their names.
const OF_LIMITS: [&str; 2] = ["limits.rs", "service/settings.rs"];

fn constants() -> Constants {
    let mut all = Constants::new();
    for entry in std::fs::read_dir(workspace().join("crates")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let source = entry.path().join("src");
        if name != "hedgerow-testkit" && source.is_dir() {
            collect(&source, &source, &name, &mut all);
        }
    }
    all
}

fn collect(source: &Path, directory: &Path, of: &str, into: &mut Constants) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(source, &path, of, into);
            continue;
        }
        let file = path.strip_prefix(source).unwrap().to_str().unwrap().to_owned();
        if !file.ends_with(".rs")
            || file.ends_with("tests.rs")
            || OF_THE_FABRIC.iter().any(|part| file.starts_with(part))
        {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for (name, value) in text.lines().filter_map(constant) {
            if OF_LIMITS.contains(&file.as_str()) || name.starts_with("MAX_") || name.starts_with("MIN_") {
                into.insert((of.to_owned(), file.clone(), name.to_owned()), value.to_owned());
            }
        }
    }
}

/// The name and the value of `pub const NAME: Type = value;`.
fn constant(line: &str) -> Option<(&str, &str)> {
    let line = line.trim().trim_start_matches("pub").trim_start();
    let line = if line.starts_with('(') { line.split_once(") ")?.1 } else { line };
    let (name, rest) = line.strip_prefix("const ")?.split_once(": ")?;
    let value = rest.split_once(" = ")?.1.strip_suffix(';')?;
    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_').then_some((name, value))
}

/// What a sum of products of numbers and constants comes to.
fn number(all: &Constants, of: &str, text: &str) -> u64 {
    let factor = |word: &str| match word.trim().replace('_', "").parse() {
        Ok(number) => number,
        Err(_) => {
            let (path, name) = word.trim().rsplit_once("::").unwrap_or(("", word.trim()));
            let of = path
                .split("::")
                .next()
                .filter(|part| !part.is_empty())
                .map_or(of.to_owned(), |part| part.replace('_', "-"));
            let found = all.iter().find(|((by, _, known), _)| *by == of && known == name);
            number(all, &of, found.unwrap_or_else(|| panic!("{of}: {text}")).1)
        }
    };
    text.split('+').map(|product| product.split('*').map(factor).product::<u64>()).sum()
}

/// As the page has it.
fn shown(all: &Constants, (of, _, name): &(String, String, String), text: &str) -> String {
    let by = |number: u64, units: &[(u64, &str)], otherwise: &str| {
        let unit = units.iter().find(|(size, _)| number.is_multiple_of(*size));
        unit.map_or_else(
            || format!("{}{otherwise}", grouped(number)),
            |(size, unit)| format!("{} {unit}", number / size),
        )
    };
    if let Some((unit, value)) = text.strip_prefix("Duration::from_").and_then(|rest| rest.split_once('(')) {
        let ms = number(all, of, value.trim_end_matches(')')) * if unit == "secs" { 1_000 } else { 1 };
        return by(ms, &[(86_400_000, "d"), (3_600_000, "h"), (60_000, "min"), (1_000, "s")], " ms");
    }
    match text.contains('.') {
        true => text.to_owned(),
        false if name.contains("BYTES") => {
            by(number(all, of, text), &[(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")], " bytes")
        }
        false => grouped(number(all, of, text)),
    }
}

/// `65536` as `65,536`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let comma = |at: usize| at > 0 && (digits.len() - at).is_multiple_of(3);
    digits.chars().enumerate().flat_map(|(at, c)| comma(at).then_some(',').into_iter().chain([c])).collect()
}

#[test]
fn every_named_limit_is_on_the_page_with_its_value_and_no_other() {
    let page = std::fs::read_to_string(workspace().join("docs/reference/limits.md")).unwrap();
    let (mut of, mut told) = ("", Constants::new());
    for line in page.lines() {
        of = line.strip_prefix("In `crates/").and_then(|rest| rest.strip_suffix("/src`.")).unwrap_or(of);
        if let (false, Some(row)) = (of.is_empty(), line.strip_prefix("| `")) {
            let cells: Vec<_> = row.split(" | ").collect();
            let bare = |at: usize| cells[at].trim_matches('`').to_owned();
            assert!(cells.len() == 4 && cells[3].len() > 10, "{line}");
            told.insert((of.to_owned(), bare(1), bare(0)), cells[2].to_owned());
        }
    }
    let all = constants();
    let known: Constants = all.iter().map(|(key, value)| (key.clone(), shown(&all, key, value))).collect();
    assert!(known.len() > 150, "{}", known.len());
    for (key, value) in &known {
        assert_eq!(told.get(key), Some(value), "{key:?}");
    }
    let gone: Vec<_> = told.keys().filter(|key| !known.contains_key(*key)).collect();
    assert!(gone.is_empty(), "the page has limits that the code has not: {gone:?}");
}
