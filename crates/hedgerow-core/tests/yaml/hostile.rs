//! Inputs that must not hurt. Each bound is many times what is needed, so that a slow machine does not fail.

use std::time::{Duration, Instant};

use hedgerow_core::finding::Severity;
use hedgerow_core::limits::{MAX_FILE_BYTES, MAX_FINDINGS_PER_FILE};

use super::{is_clean, parse};

/// No errors.
const NONE: [u16; 0] = [];

/// Parses within the bound, and gives the codes of errors.
#[track_caller]
fn errors(file: &[u8]) -> Vec<u16> {
    let started = Instant::now();
    let parsed = parse(file);
    let codes = parsed.findings.iter().filter(|f| f.severity == Severity::Error).map(|f| f.code.0).collect();
    drop(parsed);
    assert!(started.elapsed() < Duration::from_secs(20), "took {:?}", started.elapsed());
    codes
}

#[test]
fn a_billion_laughs_are_not_laughed() {
    let mut file = "a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]\n".to_owned();
    for level in 1..10 {
        let below = vec![format!("*a{}", level - 1); 10].join(", ");
        file.push_str(&format!("a{level}: &a{level} [{below}]\n"));
    }
    assert_eq!(errors(file.as_bytes()), [1012]);
}

#[test]
fn aliases_of_one_anchor_count_across_documents() {
    let document = format!("a: &a [{}]\nb: [{}]\n---\n", vec!["x"; 1000].join(","), vec!["*a"; 30].join(","));
    assert_eq!(errors(document.repeat(3).as_bytes()), NONE);
    let codes = errors(document.repeat(10).as_bytes());
    assert!(!codes.is_empty() && codes.iter().all(|code| *code == 1012), "{codes:?}");
}

#[test]
fn anchors_within_anchors_do_not_multiply() {
    let file = format!("{}{}{}", "&x [".repeat(90), vec!["x"; 100_000].join(","), "]".repeat(90));
    let numbered: String = file
        .split("&x")
        .enumerate()
        .map(|(n, part)| if n == 0 { part.to_owned() } else { format!("&x{n}{part}") })
        .collect();
    assert_eq!(errors(numbered.as_bytes()), [1012]);
}

#[test]
fn ten_thousand_levels_are_refused_at_once() {
    for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", ""), ("a:\n", "")] {
        let mut file = String::new();
        for level in 0..10_000 {
            let indent = if open == "a:\n" { " ".repeat(level.min(300)) } else { String::new() };
            file.push_str(&indent);
            file.push_str(open);
        }
        file.push('x');
        file.push_str(&close.repeat(10_000));
        file.push_str("\n---\nb: 1\n");
        let parsed = parse(file.as_bytes());
        assert!(!is_clean(&parsed), "{open:?}");
        assert_eq!(parsed.documents.len(), 2);
        assert!(parsed.documents[1].value.is_some(), "{open:?} hides the next document");
    }
    assert_eq!(errors(format!("{}{}\n", "[".repeat(10_000), "]".repeat(10_000)).as_bytes()), [1010]);
    assert_eq!(errors(format!("{}x\n", "- ".repeat(10_000)).as_bytes()), [1010]);
}

#[test]
fn a_hundred_levels_are_read_and_aliases_do_not_add_to_them() {
    let nested = |levels: usize| format!("{}x{}", "[".repeat(levels), "]".repeat(levels));
    assert_eq!(errors(nested(100).as_bytes()), NONE);
    assert_eq!(errors(nested(101).as_bytes()), [1010]);
    assert_eq!(errors(format!("a: &a {}\nb: {}\n", nested(60), nested(30)).as_bytes()), NONE);
    assert_eq!(errors(format!("a: &a {}\nb: {}*a{}\n", nested(60), "[".repeat(39), "]".repeat(39)).as_bytes()), NONE);
    assert_eq!(errors(format!("a: &a {}\nb: {}*a{}\n", nested(60), "[".repeat(40), "]".repeat(40)).as_bytes()), [1010]);
}

#[test]
fn alias_cycles_end() {
    assert_eq!(errors(b"a: &a [*a]\n"), [1016]);
    assert_eq!(errors(b"a: &a\n  b: &b\n    c: *a\n    d: *b\n"), [1016, 1016]);
    assert_eq!(errors(b"&a {<<: *a}\n"), [1016, 1019]);
}

#[test]
fn a_million_documents_are_one_finding() {
    assert_eq!(errors("a: 1\n---\n".repeat(1_000_000).as_bytes()), [1013]);
    assert_eq!(errors("---\n".repeat(200_000).as_bytes()), NONE, "empty documents do not count");
    assert_eq!(errors("a: 1\n---\n".repeat(50_000).as_bytes()), NONE);
}

#[test]
fn a_scalar_of_sixteen_megabytes_is_read() {
    let room = MAX_FILE_BYTES as usize - 100;
    for file in [
        format!("a: {}\n", "x".repeat(room)),
        format!("a: \"{}\"\n", "x".repeat(room)),
        format!("a: |\n  {}\n", "x".repeat(room)),
        format!("a: |\n{}", "  x\n".repeat(room / 40)),
        format!("# {}\na: 1\n", "x".repeat(room)),
        format!("a: 1{}\n", "\n".repeat(room / 10)),
    ] {
        assert_eq!(errors(file.as_bytes()), NONE, "{}", &file[..10]);
    }
    assert_eq!(errors(&vec![b'x'; MAX_FILE_BYTES as usize + 1]), [1014]);
}

#[test]
fn too_many_values_are_refused() {
    assert_eq!(errors("- a\n".repeat(1_000_001).as_bytes()), [1011]);
    assert_eq!(errors("- a\n".repeat(100_000).as_bytes()), NONE);
}

#[test]
fn a_mapping_of_many_keys_takes_no_quadratic_time() {
    let file: String = (0..100_000).map(|n| format!("k{n}: 1\n")).collect();
    assert_eq!(errors(file.as_bytes()), NONE);
    let merged: String = (0..20_000).map(|n| format!("k{n}: 1\n")).collect();
    assert_eq!(errors(format!("<<: {{a: 1}}\n{merged}").as_bytes()), NONE);
    let merges = "<<: {a: 1}\n".repeat(40_000);
    assert_eq!(errors(merges.as_bytes()), NONE);
}

#[test]
fn findings_are_bounded_and_every_document_keeps_its_first_error() {
    let file = "a: on\nb: on\n".repeat(100_000);
    let parsed = parse(file.as_bytes());
    assert!(parsed.findings.len() <= MAX_FINDINGS_PER_FILE + 1);
    assert_eq!(parsed.findings.last().unwrap().code.0, 1029);

    let file = "a: on\na: on\n---\n".repeat(20_000);
    let parsed = parse(file.as_bytes());
    let with_error = parsed.findings.iter().filter(|f| f.severity == Severity::Error).count();
    assert_eq!(with_error, 20_000);
}

#[test]
fn errors_in_every_document_take_no_quadratic_time() {
    let codes = errors("a: [\n---\n".repeat(50_000).as_bytes());
    assert_eq!(codes.len(), 50_000);
    let codes = errors("a: \"\n---\n".repeat(50_000).as_bytes());
    assert_eq!(codes.len(), 50_000);
    let codes = errors("--- |\nx\n\n# c\n".repeat(50_000).as_bytes());
    assert_eq!(
        codes.iter().filter(|code| **code == 1027).count(),
        49_999,
        "all but the last would change on their own"
    );
    assert_eq!(errors(format!("{}---\na: 1\n", "%YAML 1.1\n".repeat(200_000)).as_bytes()), [1008]);
}

#[test]
fn hostile_characters_are_refused_and_survived() {
    for file in
        [&b"a: 1\n--- \xef\xbb\xbfa: 1\n"[..], b"a: \xed\xa0\x80\n", b"\xff\xfe\0\0", b"a: \x7f\n", b"a: 'x\ry'\n"]
    {
        assert!(!errors(file).is_empty(), "{:?}", String::from_utf8_lossy(file));
    }
    assert_eq!(errors(b"name: ../../x\nlink: javascript:alert(1)\n"), NONE);
    assert_eq!(errors(b"a: $(x)\nb: '{{ y }}'\n"), NONE);
}
