//! Entries of the inbox that are not what they should be, strays, and what is passed over.

use hedgerow_core::codes::{placement, repository};
use hedgerow_core::digest::sha256;
use hedgerow_core::plan::{Gate, Pass, PlanError, init};
use hedgerow_core::tree::{Content, Entry, Mode};

use crate::fabric::{How, at, config_map, done, done_with, entry, fabric, server};

#[test]
fn links_and_submodules_in_the_inbox_are_held_and_never_followed() {
    let mut tree = fabric([]);
    tree.entries.insert(at("raw/link.yaml"), entry(Mode::Symlink, b"../../secret.yaml"));
    let commit = "c".repeat(40);
    let submodule = Entry { mode: Mode::Submodule, id: commit.clone(), content: Content::Unread };
    tree.entries.insert(at("raw/module.yaml"), submodule);
    tree.entries.insert(at("raw/other"), entry(Mode::Symlink, b"/etc"));
    let done = done(&tree);
    done.is_held();
    assert_eq!(done.errors(), vec![repository::NOT_A_FILE.to_string(); 2]);
    let hashes: Vec<_> = done.plan.ledger.lines().iter().map(|line| line.sha256.clone()).collect();
    assert!(hashes.contains(&sha256(b"../../secret.yaml")) && hashes.contains(&sha256(commit.as_bytes())));
    assert_eq!(done.plan.passed_over[0].reason, Pass::NotAFile);
    assert!(done.plan.passages.iter().all(|passage| passage.stopped == Some(Gate::Read)));
}

#[test]
fn a_zone_that_is_no_directory_is_an_error() {
    for zone in ["raw", "managed", "unmanaged"] {
        let mut tree = fabric([]);
        tree.entries.insert(at(zone), entry(Mode::Symlink, b"elsewhere"));
        let error = How::default().plan(&tree).unwrap_err();
        assert_eq!(error, PlanError::NotADirectory { path: at(zone), mode: Mode::Symlink });
    }
    assert!(matches!(How::default().plan(&fabric([])), Err(PlanError::Missing(_))));
}

#[test]
fn a_file_too_large_to_read_is_held() {
    let mut tree = fabric([]);
    let content = Content::TooLarge { size: 100 << 20, sha256: sha256(b"large") };
    tree.entries.insert(at("raw/large.yaml"), Entry { mode: Mode::File, id: "d".repeat(40), content });
    let done = done_with(&tree, &How::policy("invalid = \"unmanaged\""));
    done.is_held();
    assert_eq!(done.plan.ledger.lines()[0].sha256, sha256(b"large"));
    assert_eq!(done.errors(), [repository::TOO_LARGE.to_string()]);
}

#[test]
fn what_no_file_should_hold_is_held_without_a_crash() {
    let deep = format!("a: {}1{}\n", "[".repeat(10_000), "]".repeat(10_000));
    let laughs: String =
        (1..12).map(|n| format!("l{n}: &l{n} [{}]\n", vec![format!("*l{}", n - 1); 9].join(", "))).collect();
    let laughs = format!("l0: &l0 lol\n{laughs}");
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n";
    for text in [
        deep.as_str(),
        &laughs,
        pointer,
        "\0\n",
        "a: b\rc: d\n",
        "a: \u{85}b\n",
        "\u{feff}\u{feff}a: 1\n",
        "a\tb:\n\t- c\n",
    ] {
        let done = done(&fabric([("raw/x.yaml", text)]));
        done.is_held();
        assert!(!done.errors().is_empty(), "{:.40}", text);
    }
}

#[test]
fn files_without_a_document_are_passed_over() {
    let tree = fabric([
        ("raw/empty.yaml", ""),
        ("raw/comments.yaml", "# nothing\n---\n\n# here\n"),
        ("raw/readme.md", "text"),
        ("raw/sub/.gitkeep", ""),
    ]);
    let done = done(&tree);
    let reasons: Vec<_> = done.plan.passed_over.iter().map(|passed| passed.reason).collect();
    assert_eq!(reasons, [Pass::NoDocument, Pass::NoDocument, Pass::NotYaml, Pass::Gitkeep]);
    assert!(done.plan.changes.is_empty() && done.outcomes().is_empty());
}

#[test]
fn strays_stay_unless_they_are_adopted() {
    let (own, other) = (server("s-1", "one"), config_map("cm"));
    let files = [("a.yaml", own.as_str()), ("b.yaml", other.as_str()), ("c.yaml", own.as_str())];
    let tree = fabric(files);
    let left = done(&tree);
    assert!(left.plan.changes.is_empty() && left.outcomes().is_empty());
    let codes: Vec<_> = left.plan.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [repository::STRAY, repository::STRAY, repository::STRAY, repository::NO_INBOX]);
    let adopted = done_with(&tree, &How::adopting());
    assert_eq!(
        adopted.ledger(),
        ["created a.yaml#0 managed/servers/s-1.yaml", "duplicate c.yaml#0 managed/servers/s-1.yaml"]
    );
    assert_eq!(adopted.paths(), ["b.yaml", "managed/servers/s-1.yaml"], "nothing but what is needed is created");
}

#[test]
fn an_adopted_foreign_stray_and_its_twin_in_the_inbox_share_one_place() {
    let text =
        format!("# apiVersion\n{}data:\n  x: |\n    apiVersion: vpc.githedgehog.com/v1beta1\n", config_map("cm"));
    let done = done_with(&fabric([("x.yaml", text.as_str()), ("raw/x.yaml", text.as_str())]), &How::adopting());
    assert_eq!(done.ledger(), ["duplicate x.yaml#- unmanaged/x.yaml", "foreign raw/x.yaml#- unmanaged/x.yaml"]);
}

#[test]
fn names_that_lead_elsewhere_never_reach_a_path() {
    for name in
        ["../../x", "a/b", "a\\\\b", "a\\0", "%2e", "GPU-NIC-1", "", "a_b", "-a", &"a".repeat(251), &"a.".repeat(130)]
    {
        let text = server(&format!("\"{name}\""), "one");
        let done = done(&fabric([("raw/x.yaml", text.as_str())]));
        done.is_held();
        assert!(done.errors()[0].starts_with("HR50"), "{name}: {:?}", done.errors());
        assert_eq!(done.plan.passages[0].stopped, Some(Gate::Place));
    }
    let longest = server(&"a".repeat(250), "one");
    assert_eq!(done(&fabric([("raw/x.yaml", longest.as_str())])).plan.counts().created, 1);
}

#[test]
fn init_adds_what_is_missing_and_only_that() {
    let dir = hedgerow_core::path::FabricDir::parse(crate::fabric::DIR).unwrap();
    let all = init(None, &dir).unwrap();
    let paths: Vec<_> = all.changes.keys().cloned().collect();
    assert_eq!(paths, [at("managed/.gitkeep"), at("raw/.gitkeep"), at("unmanaged/.gitkeep")]);
    assert_eq!(all.subject, "hedgerow: fabric-1: directory structure");
    let tree = fabric([("raw/x.yaml", "a: 1\n"), ("managed/servers/a.yaml", "")]);
    let some = init(Some(&tree), &dir).unwrap();
    assert_eq!(some.changes.keys().cloned().collect::<Vec<_>>(), [at("unmanaged/.gitkeep")]);
    let complete = hedgerow_core::plan::apply(&some, &tree);
    assert!(init(Some(&complete), &dir).is_none());
}

#[test]
fn every_refusal_of_a_kind_says_why() {
    let table = [
        ("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Swich\n", placement::UNKNOWN_KIND, "did you mean Switch"),
        ("apiVersion: wiring.githedgehog.com/v9\nkind: Switch\n", placement::UNKNOWN_VERSION, "served: v1beta1"),
        ("apiVersion: wiring.githedgehog.com/v1alpha2\nkind: Switch\n", placement::FORMER_KIND, "use "),
        (
            "apiVersion: wirng.githedgehog.com/v1beta1\nkind: Switch\n",
            placement::UNKNOWN_KIND,
            "did you mean Switch of wiring.",
        ),
        (
            "apiVersion: wiring.githedgehg.com/v1beta1\nkind: Switch\n",
            placement::NEAR_GROUP,
            "did you mean wiring.githedgehog.com",
        ),
        ("apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\n", placement::NOT_FOR_PEOPLE, "remove"),
        ("apiVersion: fabricator.githedgehog.com/v1beta1\nkind: FabNode\n", placement::NOT_FOR_PEOPLE, "remove"),
        ("apiVersion: v1\nkind: List\nitems: []\n", placement::LIST, "hedgerow fmt"),
        ("kind: Switch\n", placement::NOT_AN_OBJECT, "apiVersion"),
        ("apiVersion: 1\nkind: Switch\n", placement::NOT_AN_OBJECT, "string"),
        ("- a\n", placement::NOT_AN_OBJECT, "apiVersion"),
        ("apiVersion: v1\n", placement::NOT_AN_OBJECT, "apiVersion"),
    ];
    for (text, code, hint) in table {
        let text = if text.starts_with('-') { text.to_owned() } else { format!("{text}metadata:\n  name: x\n") };
        let done = done(&fabric([("raw/x.yaml", text.as_str())]));
        done.is_held();
        let finding = done.finding(code);
        assert!(finding.hint.as_ref().unwrap().contains(hint), "{finding:?}");
        assert!(finding.place.line.is_some() && finding.place.column.is_some());
        assert_eq!(done.plan.passages[0].stopped, Some(Gate::Place));
    }
}

#[test]
fn a_generated_name_is_no_name() {
    let text = server("x", "one").replace("name: x", "generateName: x-");
    let done = done(&fabric([("raw/x.yaml", text.as_str())]));
    assert!(done.finding(placement::NO_NAME).hint.as_ref().unwrap().contains("generateName"));
}

#[test]
fn a_finding_names_line_and_column_whatever_stands_before() {
    let text = format!(
        "# head\n{}---\n# note\n\n---\nkind: Swich\napiVersion: wiring.githedgehog.com/v1beta1\n",
        server("a", "é")
    );
    let done = done(&fabric([("raw/x.yaml", text.as_str())]));
    let finding = done.finding(placement::UNKNOWN_KIND);
    let span = finding.place.span.unwrap();
    assert_eq!(&text[span.range()], "Swich");
    let counted = hedgerow_core::finding::Place::of_span(at("raw/x.yaml"), Some(1), text.as_bytes(), span);
    assert_eq!(finding.place, counted);
    assert_eq!((counted.line, counted.column), (Some(12), Some(7)));
}
