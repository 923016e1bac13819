//! What the fabric's people decided.

use hedgerow_core::codes::placement as codes;
use hedgerow_core::policy::{Flags, Invalid, Mixed, Policy, PolicyError, Replace, read};

use crate::fabric::{How, at, config_map, done_with, fabric, server};

fn nine() -> String {
    (0..9).map(|n| server(&format!("s-{n}"), "x") + "---\n").collect()
}

#[test]
fn replace_hold_keeps_the_managed_text() {
    let (old, new) = (server("s-1", "old"), server("s-1", "new"));
    let tree = fabric([("managed/servers/s-1.yaml", old.as_str()), ("raw/x.yaml", new.as_str())]);
    let done = done_with(&tree, &How::policy("replace = \"hold\""));
    done.is_held();
    assert_eq!(done.errors(), [codes::REPLACE_HELD.to_string()]);
}

#[test]
fn split_takes_the_good_documents_and_leaves_the_others() {
    let text = format!("{}# look here\na: [\n---\n{}", nine(), server("s-9", "x"));
    let done = done_with(&fabric([("raw/x.yaml", text.as_str())]), &How::policy("mixed = \"split\""));
    assert_eq!(done.plan.counts().created, 10);
    assert_eq!(done.plan.counts().held, 1);
    assert_eq!(done.text("raw/x.yaml"), "---\n# look here\na: [\n");
}

#[test]
fn split_sets_the_rest_aside_when_all_of_it_is_foreign() {
    let text = format!("{}# keep me\n{}", nine(), config_map("cm"));
    let tree = fabric([("raw/x.yaml", text.as_str())]);
    let done = done_with(&tree, &How::policy("mixed = \"split\""));
    assert_eq!((done.plan.counts().created, done.plan.counts().foreign), (9, 1));
    assert!(done.text("unmanaged/x.yaml").ends_with(&format!("# keep me\n{}", config_map("cm"))));
    let taken = fabric([("raw/x.yaml", text.as_str()), ("unmanaged/x.yaml", "other: 1\n")]);
    let held = done_with(&taken, &How::policy("mixed = \"split\""));
    held.is_held();
    assert_eq!(held.errors(), [codes::UNMANAGED_TAKEN.to_string()]);
}

#[test]
fn a_file_that_cannot_be_split_is_held_whole() {
    let text = format!("{}...\n{}...\na: [\n", server("s-1", "x"), config_map("cm"));
    let done = done_with(&fabric([("raw/x.yaml", text.as_str())]), &How::policy("mixed = \"split\""));
    let count = done.plan.counts();
    assert!(count.created == 1 || done.errors().contains(&codes::CANNOT_SPLIT.to_string()), "{:?}", done.ledger());
}

#[test]
fn invalid_files_go_to_unmanaged_with_their_findings() {
    let tree = fabric([("raw/sub/x.yaml", "kind: VPC\n")]);
    let done = done_with(&tree, &How::policy("invalid = \"unmanaged\""));
    assert_eq!(done.ledger(), ["held raw/sub/x.yaml#- unmanaged/sub/x.yaml"]);
    assert_eq!(done.paths(), ["raw/.gitkeep", "unmanaged/sub/x.yaml", "unmanaged/sub/x.yaml.findings.txt"]);
    let findings = done.text("unmanaged/sub/x.yaml.findings.txt");
    assert!(findings.contains("error HR5001: the document has no `apiVersion`"), "{findings}");
}

#[test]
fn invalid_files_stay_where_one_of_them_has_no_place() {
    let files = [("raw/x.yaml", "kind: VPC\n"), ("raw/y.yaml", "kind: VPC\n"), ("unmanaged/y.yaml", "other\n")];
    done_with(&fabric(files), &How::policy("invalid = \"unmanaged\"")).is_held();
}

#[test]
fn a_policy_that_cannot_be_read_names_file_and_line() {
    let read_text = |text: &str| read(&fabric([(".hedgerow/policy.toml", text)]));
    assert_eq!(read_text("").unwrap(), Policy::default());
    assert_eq!(read(&fabric([])).unwrap(), Policy::default());
    for text in
        ["mixed = \"hold\"\n\nreplce = \"hold\"\n", "mixed = \"hold\"\n\nreplace = 1\n", "mixed = \"hold\"\n\n=\n"]
    {
        let Err(PolicyError::Illegible { file, line, message }) = read_text(text) else { panic!("{text}") };
        assert_eq!((file, line), (at(".hedgerow/policy.toml"), 3), "{message}");
    }
}

#[test]
fn no_text_of_the_policy_can_forge_a_line_of_a_commit() {
    let forged = [
        "subject_suffix = \"x\\n\\nHedgerow-Run: forged\"",
        "suspended = \"x\\u001b[2J\"",
        "[committer]\nname = \"A <a@b>\"",
        "[committer]\nemail = \"a@b\\n\"",
        "[committer]\nemail = \" \"",
    ];
    for text in forged {
        let error = read(&fabric([(".hedgerow/policy.toml", text)])).unwrap_err();
        assert!(matches!(error, PolicyError::Illegible { .. }), "{text}: {error}");
    }
    let honest = "subject_suffix = \"[skip ci]\"\n[committer]\nname = \"Bot\"\nemail = \"bot@example.com\"";
    assert_eq!(read(&fabric([(".hedgerow/policy.toml", honest)])).unwrap().committer.name, "Bot");
}

#[test]
fn flags_only_tighten_and_their_text_says_what_they_changed() {
    let loose = Policy { mixed: Mixed::Split, invalid: Invalid::Unmanaged, ..Policy::default() };
    let all = Flags { replace: Some(Replace::Hold), mixed: Some(Mixed::Hold), invalid: Some(Invalid::Hold) };
    let (tight, text) = loose.clone().tighten(all).unwrap();
    assert_eq!(text.as_deref(), Some("replace=hold mixed=hold invalid=hold"));
    assert_ne!(tight.digest(), loose.digest());
    assert_eq!(tight.clone().tighten(all).unwrap(), (tight.clone(), None), "what changes nothing is not told");
    let looser = Flags { mixed: Some(Mixed::Split), ..Flags::default() };
    assert!(matches!(
        tight.tighten(looser),
        Err(PolicyError::Loosened { flag: "mixed", asked: "split", decided: "hold" })
    ));
}
