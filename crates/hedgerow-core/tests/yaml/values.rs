//! Golden tables: what Kubernetes reads, and what is said about it.

use hedgerow_core::digest::{canonical_json, digest};

use super::{parse, told};

/// The JSON of the only document.
#[track_caller]
fn json(yaml: &str) -> String {
    let parsed = parse(yaml.as_bytes());
    assert_eq!(parsed.documents.len(), 1, "{yaml:?}");
    canonical_json(parsed.documents[0].value.as_ref().unwrap())
}

#[test]
fn values_are_what_kubernetes_reads() {
    let table = [
        ("a: on\nb: 'on'\nc: \"on\"\nd: y\n", r#"{"a":true,"b":"on","c":"on","d":true}"#),
        ("a: 010\nb: 0o10\nc: 0x10\nd: 0b10\ne: 1_0\n", r#"{"a":8,"b":8,"c":16,"d":2,"e":10}"#),
        ("a: 1:30\nb: 50000:1\nc: 00:11:22:33:44:55\n", r#"{"a":"1:30","b":"50000:1","c":"00:11:22:33:44:55"}"#),
        ("a: 2001-12-14\nb: !!timestamp 2001-12-14\n", r#"{"a":"2001-12-14","b":"2001-12-14"}"#),
        ("a: ~\nb:\nc: null\nd: ''\n", r#"{"a":null,"b":null,"c":null,"d":""}"#),
        ("a: 1e3\nb: 1.0\nc: 1.5\nd: 1e21\n", r#"{"a":1000,"b":1,"c":1.5,"d":1e+21}"#),
        (
            "a: !!str 12\nb: !!int '12'\nc: !!float 12\nd: !!bool 'yes'\ne: !!null ''\n",
            r#"{"a":"12","b":12,"c":12,"d":true,"e":null}"#,
        ),
        ("a: !!binary aGVsbG8=\nb: ! 12\nc: !Ref x\n", r#"{"a":"hello","b":"12","c":"x"}"#),
        (
            "1: a\n1.5: b\non: c\n~x: d\n0x10: e\n1e6: f\n",
            r#"{"1":"a","1.5":"b","16":"e","1e+06":"f","true":"c","~x":"d"}"#,
        ),
        ("a: &x [1, {b: 2}]\nc: *x\n", r#"{"a":[1,{"b":2}],"c":[1,{"b":2}]}"#),
        ("? a\n: b\n? c\n", r#"{"a":"b","c":null}"#),
        ("a: |\n  x\n\nb: >-\n  y\n  z\n", r#"{"a":"x\n","b":"y z"}"#),
        ("a: |\n  x", r#"{"a":"x"}"#),
        ("a:\tb\t# c\n", r#"{"a":"b"}"#),
        ("a: \"\\u00e9\\x41\\n\"\n", r#"{"a":"éA\n"}"#),
        ("{a: [], b: {}}\n", r#"{"a":[],"b":{}}"#),
        ("18446744073709551615\n", "18446744073709551615"),
        ("- <<\n- =\n", r#"["<<","="]"#),
    ];
    for (yaml, expected) in table {
        assert_eq!(json(yaml), expected, "{yaml}");
    }
}

#[test]
fn files_without_documents_have_no_findings() {
    for file in [
        &b""[..],
        b"\n",
        b"# c\n",
        b"---\n",
        b"---\n---\n# c\n...\n",
        b"\xef\xbb\xbf",
        b"--- # c\n",
        b"%YAML 1.2\n---\n",
    ] {
        let parsed = parse(file);
        assert!(parsed.documents.is_empty() && parsed.findings.is_empty(), "{file:?}: {:?}", parsed.findings);
    }
}

#[test]
fn documents_and_values_know_their_places() {
    let file = b"# c\n---\na: 1\n---\n\nb:\n- x\n- {c: 2}\n\n# d\n";
    let documents = parse(file).documents;
    assert_eq!(documents.iter().map(|d| (d.index, d.line)).collect::<Vec<_>>(), [(0, 3), (1, 6)]);
    let at = |node: &hedgerow_core::yaml::Node<'_>| String::from_utf8(file[node.span.range()].to_vec()).unwrap();
    let value = documents[1].value.as_ref().unwrap();
    assert_eq!(at(value), "b:\n- x\n- {c: 2}");
    let items = value.get("b").unwrap().items();
    assert_eq!(
        (at(&items[0]), at(&items[1]), at(items[1].get("c").unwrap())),
        ("x".into(), "{c: 2}".into(), "2".into())
    );
    assert_eq!(&file[documents[1].span.range()], b"b:\n- x\n- {c: 2}\n");
}

#[test]
fn merges_go_from_top_to_bottom() {
    let table = [
        ("b: &b {x: 1, z: 2}\na: {<<: *b, x: 3}\n", r#"{"x":3,"z":2}"#),
        ("b: &b {x: 1, z: 2}\na: {x: 3, <<: *b}\n", r#"{"x":1,"z":2}"#),
        ("a: {<<: [{x: 1}, {x: 2, z: 3}]}\n", r#"{"x":1,"z":3}"#),
        ("a: {<<: {x: 1}, <<: {x: 2}}\n", r#"{"x":2}"#),
        ("a: {'<<': {x: 1}}\n", r#"{"<<":{"x":1}}"#),
        ("a: {<<: {x: 1, <<: {z: 4}}}\n", r#"{"x":1,"z":4}"#),
        ("a: {<<: [], x: 1}\n", r#"{"x":1}"#),
    ];
    for (yaml, expected) in table {
        let parsed = parse(yaml.as_bytes());
        let a = parsed.documents[0].value.as_ref().unwrap().get("a").unwrap();
        assert_eq!(canonical_json(a), expected, "{yaml}");
    }
    assert_eq!(told(b"b: &b {x: 1}\na: {x: 3, <<: *b}\n"), ["HR1020 2:5"]);
    assert_eq!(told(b"b: &b {x: 1}\na: {<<: *b, x: 3}\n"), [""; 0]);
}

#[test]
fn findings_have_exact_places() {
    let table: &[(&str, &[&str])] = &[
        ("a: 1\nb:\n  c: 1\n  c: 2\n", &["HR1005 4:3"]),
        ("é: {ü: 1, ü: 2}\n", &["HR1005 1:11"]),
        ("on: 1\ntrue: 2\n", &["HR1026 1:1", "HR1005 2:1"]),
        ("a: on\n", &["HR1024 1:4"]),
        ("a: 1\n---\nb: [1, 010]\n", &["HR1025 3:8"]),
        ("y: 1\n", &["HR1026 1:1"]),
        ("a: .inf\nb: .nan\n", &["HR1023 1:4", "HR1023 2:4"]),
        ("a: *b\n", &["HR1015 1:4"]),
        ("a: &a\n  b: *a\n", &["HR1016 2:6"]),
        ("? [a]\n: b\n", &["HR1017 1:3"]),
        ("~: b\n", &["HR1018 1:1"]),
        ("<<: b\n", &["HR1019 1:5"]),
        ("a: !!int b\n", &["HR1021 1:10"]),
        ("a: !!binary b\n", &["HR1021 1:13"]),
        ("a: !Ref b\nc: !x [1]\nd: !!map {}\n", &["HR1022 1:9", "HR1022 2:7"]),
        ("a: [1\n", &["HR1008 1:4"]),
        ("a:\n\tb: 1\n", &["HR1030 2:1"]),
        ("a: 1\n---\nb: c\n\t\nd: 1\n", &["HR1030 4:1"]),
        ("a:\tb\t# c\n", &[]),
        ("# b\n\t# c\n---\na: 1\n", &["HR1030 2:1"]),
        ("%YAML 1.1\n---\na: 1\n", &["HR1031 1:1"]),
        ("a: 1\n...\n%YAML 1.2\n---\nb: 1\n", &["HR1031 3:1"]),
        ("...\na: 1\n", &["HR1008 1:1"]),
        ("a: 1\n...\n...\n---\nb: 1\n", &["HR1008 3:1"]),
        ("a: 1\n...\nb: 1\n", &[]),
        ("--- |\n text\n", &[]),
        ("--- |\ntext\n", &["HR1008 2:1"]),
        ("a: b: c\n", &["HR1008 1:5"]),
        ("a: \"x\n---\nb: 1\n", &["HR1008 1:4"]),
        ("name: {{ .Values.x }}\n", &["HR1009 1:8"]),
        ("name: x\n{{- if .y }}\nz: 1\n{{- end }}\n", &["HR1009 2:3"]),
    ];
    for (yaml, expected) in table {
        assert_eq!(told(yaml.as_bytes()), *expected, "{yaml}");
    }
}

#[test]
fn an_error_in_one_document_hides_nothing_in_the_next() {
    let file = b"a: [1\n---\nb: 1\nb: 2\n---\nc: 3\n--- x: y: z\n---\nd: on\n";
    let parsed = parse(file);
    let values: Vec<bool> = parsed.documents.iter().map(|d| d.value.is_some()).collect();
    assert_eq!(values, [false, true, true, false, true]);
    let documents: Vec<_> = parsed.findings.iter().map(|f| (f.code.0, f.place.document)).collect();
    assert_eq!(documents, [(1008, Some(0)), (1005, Some(1)), (1008, Some(3)), (1024, Some(4))]);
}

#[test]
fn files_that_cannot_be_cut_are_held_whole() {
    let table: &[(&[u8], u16)] = &[
        (b"\xff\xfea\0:\0", 1001),
        (b"a: \xff\n", 1001),
        (b"a: \0\n", 1002),
        (b"a: 1\rb: 2\n", 1003),
        ("a: x\u{85}b: y\n".as_bytes(), 1004),
        ("# x\u{2028}y\na: 1\n".as_bytes(), 1004),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", 1006),
        (b"# \x1b[31m\na: 1\n", 1007),
        ("a: \u{9b}\n".as_bytes(), 1007),
    ];
    for (file, code) in table {
        let about_the_file: Vec<_> =
            parse(file).findings.iter().filter(|f| f.place.document.is_none()).map(|f| f.code.0).collect();
        assert_eq!(about_the_file, [*code], "{:?}", String::from_utf8_lossy(file));
    }
    for file in ["a: \"x\u{2028}y\"\n", "a: 'x\u{85}y'\nb: é\n", "a: 1\r\nb: 2\r\n", "\u{feff}a: 1\n"] {
        assert_eq!(told(file.as_bytes()), [""; 0], "{file:?}");
    }
}

#[test]
fn a_document_that_would_change_on_its_own_is_an_error() {
    let table: &[(&str, &[&str])] = &[
        ("--- |\ntext\n\n# text too\n---\na: 1\n", &["HR1027 1:1", "HR1008 2:1"]),
        ("--- x\n---\nk: |+\n---\n # i\n", &["HR1027 3:1"]),
        ("a: 1\n---\nk: |+\n  x\n---\n\n", &["HR1027 3:1"]),
        ("a: 1\n---\nk: |\n  x\n---\n\n# c\n", &[]),
        ("a: 1\n\n# c\n---\nb: 2\n", &[]),
        ("a: |+\n  x\n\n\n# c\n---\nb: 2\n", &[]),
    ];
    for (yaml, expected) in table {
        assert_eq!(told(yaml.as_bytes()), *expected, "{yaml}");
    }
}

#[test]
fn a_digest_knows_values_not_spellings() {
    let of = |yaml: &'static str| {
        let parsed = parse(yaml.as_bytes());
        digest(parsed.documents[0].value.as_ref().unwrap())
    };
    assert_eq!(of("a: 1\nb: [x]\n"), of("# c\n{\"b\": ['x'], a: 0x1}\n"));
    assert_eq!(of("a: 1.0\n"), of("a: 1\n"));
    assert_ne!(of("a: 1\n"), of("a: '1'\n"));
    assert_ne!(of("a: null\n"), of("{}\n"));
    assert_eq!(of("{}\n"), "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a", "sha256sum of {{}}");
}

#[test]
fn canonical_json_is_json() {
    let yaml = "a: \"\\0\\a\\b\\t\\n\\f\\r\\e\\\"\\\\/é\\u2028\\U0001F600\"\nB: -0.5\n\"\": [1e-7, 123456789012345678901234567890]\n";
    let text = json(yaml);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["a"], "\0\x07\x08\t\n\x0c\r\x1b\"\\/é\u{2028}😀");
    assert_eq!(value["B"], -0.5);
    assert_eq!(value[""][1], 123_456_789_012_345_678_901_234_567_890_f64);
    assert!(text.starts_with(r#"{"":[1e-7,1.2345678901234568e+29],"B":-0.5,"a":"\u0000\u0007\b"#), "{text}");
}

#[test]
fn every_code_is_given_to_somebody_and_explained() {
    let laughs = format!("a: &a [{}]\nb: [{}]\n", vec!["x"; 1000].join(","), vec!["*a"; 101].join(","));
    let table: Vec<(u16, Vec<u8>)> = vec![
        (1001, b"\xff".to_vec()),
        (1002, b"\0".to_vec()),
        (1003, b"a\rb".to_vec()),
        (1004, "a\u{2029}b".into()),
        (1005, b"{a: 1, a: 2}".to_vec()),
        (1006, b"version https://git-lfs.github.com/spec/v1\n".to_vec()),
        (1007, b"a: \x07".to_vec()),
        (1008, b"]".to_vec()),
        (1009, b"{{ a }}".to_vec()),
        (1010, "[".repeat(200).into()),
        (1011, "- a\n".repeat(1_000_001).into()),
        (1012, laughs.into()),
        (1013, "a\n---\n".repeat(50_001).into()),
        (1014, vec![b'\n'; 16 * 1024 * 1024 + 1]),
        (1015, b"*a".to_vec()),
        (1016, b"&a [*a]".to_vec()),
        (1017, b"[a]: b".to_vec()),
        (1018, b"null: b".to_vec()),
        (1019, b"<<: b".to_vec()),
        (1020, b"{a: 1, <<: {a: 2}}".to_vec()),
        (1021, b"!!bool b".to_vec()),
        (1022, b"!b c".to_vec()),
        (1023, b".inf".to_vec()),
        (1024, b"yes".to_vec()),
        (1025, b"017".to_vec()),
        (1026, b"yes: b".to_vec()),
        (1027, b"a: 1\n---\nb: |+\n  c\n---\n\n".to_vec()),
        (1028, "a: 1\n...\n\u{feff}\n---\nb: 2\n".into()),
        (1029, "- on\n".repeat(2000).into()),
        (1030, b"-\ta".to_vec()),
        (1031, b"%YAML 1.1\n---\na".to_vec()),
    ];
    let explained: Vec<u16> = hedgerow_core::codes::yaml::ENTRIES.iter().map(|entry| entry.code.0).collect();
    assert_eq!(table.iter().map(|(code, _)| *code).collect::<Vec<_>>(), explained);
    for ((code, file), entry) in table.iter().zip(hedgerow_core::codes::yaml::ENTRIES) {
        let findings = parse(file).findings;
        let given = findings.iter().find(|finding| finding.code.0 == *code);
        let given = given.unwrap_or_else(|| panic!("{}: {findings:?}", entry.code));
        assert_eq!(given.severity, entry.severity, "{}", entry.code);
    }
}
