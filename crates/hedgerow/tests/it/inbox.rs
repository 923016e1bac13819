//! What people put into an inbox, and what becomes of it: nothing is lost, nothing crashes, whatever it is.

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::oracle::{self, entries_of, findings_about};
use crate::support::yaml::{config_map, file, server, vpc};

/// Syncs, checks that the commit (if any) is honest and that both verifiers agree, and returns the report.
#[track_caller]
pub(crate) fn settle(fabric: &Fabric, code: i32) -> Value {
    let before = fabric.remote.head();
    let report = fabric.sync(&[]).expect(code).json();
    let after = fabric.remote.head();
    if before == after {
        assert_eq!(report["commit"], Value::Null, "a commit that the branch does not have");
    } else {
        oracle::one_honest_commit(fabric, &report, &before, &after);
        fabric.verify(&[], 0);
    }
    assert_eq!(fabric.sync(&[]).expect(code).json()["commit"], Value::Null, "a second run makes no commit");
    report
}

/// A file alone in the inbox, which is held: the branch stays, and the file is named with an error.
#[track_caller]
fn held_alone(name: &str, bytes: impl AsRef<[u8]>) -> Value {
    let fabric = Fabric::of(&[(name, bytes)]);
    let head = fabric.remote.head();
    let report = settle(&fabric, 1);
    assert_eq!(fabric.remote.head(), head);
    assert_eq!(report["outcome"], "partial");
    oracle::counts(&report, &[("held", 1)]);
    let findings = findings_about(&report, &fabric.path(name));
    assert!(findings.iter().any(|f| f["severity"] == "error"), "{findings:#?}");
    report
}

fn code_of(report: &Value) -> Vec<&str> {
    report["findings"].as_array().unwrap().iter().map(|f| f["code"].as_str().unwrap()).collect()
}

#[test]
fn two_texts_of_one_object_are_both_held() {
    let other = vpc("twice", 1).replace("vlan: 1001", "vlan: 1009");
    let fabric =
        Fabric::of(&[("raw/a.yaml", vpc("twice", 1)), ("raw/b.yaml", other), ("raw/good.yaml", vpc("good", 3))]);
    let report = settle(&fabric, 1);
    assert_eq!(report["outcome"], "partial");
    oracle::counts(&report, &[("created", 1), ("held", 2)]);
    findings_about(&report, &fabric.path("raw/a.yaml"));
    findings_about(&report, &fabric.path("raw/b.yaml"));
}

#[test]
fn a_config_map_moves_to_unmanaged_with_a_warning() {
    let fabric = Fabric::of(&[("raw/sub/cm.yaml", config_map("cm"))]);
    let before = fabric.remote.head();
    let report = settle(&fabric, 0);
    oracle::counts(&report, &[("foreign", 1)]);
    let findings = findings_about(&report, &fabric.path("raw/sub/cm.yaml"));
    assert!(
        findings.iter().any(|f| f["severity"] == "warning" && f["message"].as_str().unwrap().contains("unmanaged")),
        "{findings:#?}"
    );
    let diff = fabric.remote.git(&["diff", "-M", "--name-status", &before, "main"]);
    let rename = format!("R100\t{}\t{}", fabric.path("raw/sub/cm.yaml"), fabric.path("unmanaged/sub/cm.yaml"));
    assert!(diff.contains(&rename), "{diff}");
}

#[test]
fn the_same_foreign_file_again_is_a_duplicate_and_other_bytes_are_held() {
    let fabric = Fabric::of(&[("raw/cm.yaml", config_map("cm"))]);
    settle(&fabric, 0);
    fabric.remote.commit("Again").write(&fabric.path("raw/cm.yaml"), config_map("cm")).push();
    oracle::counts(&settle(&fabric, 0), &[("duplicate", 1)]);
    fabric.remote.commit("Other").write(&fabric.path("raw/cm.yaml"), config_map("other")).push();
    oracle::counts(&settle(&fabric, 1), &[("held", 1)]);
}

#[test]
fn a_config_map_beside_nine_vpcs_holds_the_file() {
    let mut documents: Vec<String> = (1..10).map(|n| vpc(&format!("v{n}"), n)).collect();
    documents.insert(4, config_map("cm"));
    held_alone("raw/mixed.yaml", file(&documents));
}

#[test]
fn a_misspelt_kind_is_held_and_the_right_one_is_named() {
    let report = held_alone("raw/typo.yaml", vpc("one", 1).replace("kind: VPC", "kind: VCP"));
    let finding = &report["findings"][0];
    let said = format!("{} {}", finding["message"], finding["hint"]);
    assert!(said.contains("VPC"), "{finding:#}");
    assert_eq!(finding["line"], 2);
}

#[test]
fn a_near_miss_of_a_group_is_held() {
    held_alone("raw/typo.yaml", vpc("one", 1).replace("vpc.githedgehog.com", "vpc.githedgehog.con"));
    held_alone("raw/typo.yaml", vpc("one", 1).replace("vpc.githedgehog.com", "vcp.githedgehog.com"));
}

#[test]
fn a_version_that_is_not_served_is_held() {
    held_alone("raw/old.yaml", vpc("one", 1).replace("v1beta1", "v1alpha2"));
}

#[test]
fn a_kind_that_controllers_own_is_held() {
    held_alone(
        "raw/agent.yaml",
        "apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\nmetadata:\n  name: leaf-01\nspec: {}\n",
    );
}

#[test]
fn a_list_is_held() {
    held_alone("raw/list.yaml", "apiVersion: v1\nkind: List\nitems: []\n");
}

#[test]
fn a_file_of_ten_with_one_broken_is_held_whole() {
    let mut documents: Vec<String> = (1..10).map(|n| vpc(&format!("v{n}"), n)).collect();
    documents.insert(6, "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata: {name: broken\n".to_owned());
    let report = held_alone("raw/ten.yaml", file(&documents));
    assert!(code_of(&report).iter().any(|code| code.starts_with("HR1")), "{report:#}");
}

#[test]
fn a_broken_file_does_not_stop_the_good_one_beside_it() {
    let fabric = Fabric::of(&[("raw/bad.yaml", "kind: [\n".to_owned()), ("raw/good.yaml", vpc("good", 1))]);
    let before = fabric.remote.head();
    let report = settle(&fabric, 1);
    oracle::counts(&report, &[("created", 1), ("held", 1)]);
    let tree = fabric.remote.tree("main");
    assert_eq!(
        tree[&fabric.path("raw/bad.yaml")],
        fabric.remote.tree(&before)[&fabric.path("raw/bad.yaml")],
        "the held file is untouched"
    );
}

#[test]
fn an_object_managed_at_another_path_is_held_with_the_command_that_moves_it() {
    let fabric = Fabric::of(&[("managed/elsewhere/web.yaml", vpc("web", 1)), ("raw/web.yaml", vpc("web", 2))]);
    let report = settle(&fabric, 1);
    oracle::counts(&report, &[("held", 1)]);
    let findings = findings_about(&report, &fabric.path("raw/web.yaml"));
    let command =
        format!("git mv {} {}", fabric.path("managed/elsewhere/web.yaml"), fabric.path("managed/vpcs/web.yaml"));
    assert!(findings.iter().any(|f| f["hint"].as_str().is_some_and(|hint| hint.contains(&command))), "{findings:#?}");

    fabric
        .remote
        .commit("As told")
        .rename(&fabric.path("managed/elsewhere/web.yaml"), &fabric.path("managed/vpcs/web.yaml"))
        .push();
    oracle::counts(&settle(&fabric, 0), &[("replaced", 1)]);
}

#[test]
fn names_that_are_paths_are_held() {
    for name in ["../../x", "a/b", "..", ".", "a\\\\b", "%2e%2e", "Upper", "x\\0y", ""] {
        let fabric = Fabric::of(&[("raw/name.yaml", vpc("NAME", 1).replace("NAME", &format!("\"{name}\"")))]);
        let head = fabric.remote.head();
        let report = settle(&fabric, 1);
        assert_eq!(fabric.remote.head(), head, "{name}");
        oracle::counts(&report, &[("held", 1)]);
    }
}

#[test]
fn a_name_too_long_for_a_file_is_held_and_the_longest_is_taken() {
    let fabric = Fabric::of(&[("raw/long.yaml", server(&"a".repeat(250)))]);
    oracle::counts(&settle(&fabric, 0), &[("created", 1)]);
    held_alone("raw/longer.yaml", server(&"a".repeat(251)));
}

#[test]
fn a_symlink_and_a_submodule_in_the_inbox_are_held_and_never_followed() {
    let fabric = Fabric::of(&[("raw/good.yaml", vpc("good", 1))]);
    let odd = fabric.remote.commit("Odd entries").symlink(&fabric.path("raw/link.yaml"), "/etc/passwd");
    odd.symlink(&fabric.path("raw/good2.yaml"), "good.yaml")
        .submodule(&fabric.path("raw/sub.yaml"), &"1".repeat(40))
        .push();
    let report = settle(&fabric, 1);
    oracle::counts(&report, &[("created", 1), ("held", 3)]);
    assert!(!report.to_string().contains("root:"), "something of /etc/passwd is in the report");
}

#[test]
fn an_inbox_that_is_a_symlink_fails_and_names_it() {
    for entry in ["raw", "managed"] {
        let fabric = Fabric::of(&[("elsewhere/good.yaml", vpc("good", 1))]);
        fabric.remote.commit("Clever").symlink(&fabric.path(entry), "elsewhere").push();
        let head = fabric.remote.head();
        let report = fabric.sync(&[]).expect(2).json();
        assert_eq!(report["outcome"], "failed");
        assert!(report["reason"]["message"].as_str().unwrap().contains(&fabric.path(entry)), "{:#}", report["reason"]);
        assert_eq!(fabric.remote.head(), head);
    }
}

#[test]
fn an_lfs_pointer_is_held() {
    let pointer = format!("version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize 12345\n", "4d".repeat(32));
    held_alone("raw/big.yaml", pointer);
}

#[test]
fn files_without_a_document_stay_and_are_passed_over() {
    let files = [
        ("raw/zero.yaml", ""),
        ("raw/comments.yaml", "# nothing yet\n\n---\n# still nothing\n"),
        ("raw/notes.txt", "hello\n"),
    ];
    let fabric = Fabric::of(&files);
    let head = fabric.remote.head();
    let report = settle(&fabric, 0);
    assert_eq!(fabric.remote.head(), head);
    oracle::counts(&report, &[]);
    assert_eq!(oracle::entries(&report).len(), 0);
    let passed: Vec<_> =
        report["passed_over"].as_array().unwrap().iter().map(|p| p["file"].as_str().unwrap()).collect();
    for (name, _) in files {
        assert!(passed.contains(&fabric.path(name).as_str()), "{name} in {passed:?}");
    }
}

#[test]
fn a_file_without_kind_or_api_version_is_held() {
    held_alone("raw/values.yaml", "replicas: 3\nimage: nginx\n");
    held_alone("raw/nokind.yaml", "apiVersion: v1\nmetadata:\n  name: x\n");
    held_alone("raw/scalar.yaml", "just a sentence\n");
    held_alone("raw/sequence.yaml", "- apiVersion: v1\n");
}

#[test]
fn a_duplicate_key_is_held() {
    held_alone("raw/twice.yaml", vpc("one", 1) + "spec: {}\n");
}

#[test]
fn bytes_that_cannot_be_cut_are_held() {
    held_alone("raw/nul.yaml", vpc("one", 1) + "# \0\n");
    held_alone("raw/cr.yaml", vpc("one", 1).replace('\n', "\r"));
    held_alone("raw/utf16.yaml", vpc("one", 1).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>());
    held_alone("raw/latin1.yaml", [vpc("one", 1).as_bytes(), b"# caf\xe9\n"].concat());
}

#[test]
fn crlf_and_a_byte_order_mark_come_through_byte_for_byte() {
    let text = format!("\u{feff}{}---\r\n{}", vpc("one", 1).replace('\n', "\r\n"), vpc("two", 2).replace('\n', "\r\n"));
    let fabric = Fabric::of(&[("raw/windows.yaml", text)]);
    let report = settle(&fabric, 0);
    oracle::counts(&report, &[("created", 2)]);
    assert!(fabric.remote.show("main", &fabric.path("managed/vpcs/two.yaml")).ends_with(b"\r\n"));
}

#[test]
fn the_same_text_again_is_unchanged_and_another_text_replaces() {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    settle(&fabric, 0);
    let placed = fabric.remote.tree("main")[&fabric.path("managed/vpcs/one.yaml")].clone();

    fabric.remote.commit("Again").write(&fabric.path("raw/again.yaml"), format!("---\n{}\n", vpc("one", 1))).push();
    let report = settle(&fabric, 0);
    oracle::counts(&report, &[("unchanged", 1)]);
    assert_eq!(fabric.remote.tree("main")[&fabric.path("managed/vpcs/one.yaml")], placed);

    fabric.remote.commit("Another").write(&fabric.path("raw/one.yaml"), vpc("one", 5)).push();
    let before = fabric.remote.head();
    let report = settle(&fabric, 0);
    oracle::counts(&report, &[("replaced", 1)]);
    let entry = entries_of(&report, &fabric.path("raw/one.yaml"))[0];
    let was = fabric.remote.show(&before, &fabric.path("managed/vpcs/one.yaml"));
    assert_eq!(entry["was"].as_str().unwrap(), sha256(&fabric, &was));
}

fn sha256(fabric: &Fabric, bytes: &[u8]) -> String {
    let path = fabric.scene.file("hashed", bytes);
    let mut command = fabric.scene.command(std::path::Path::new("sha256sum"));
    crate::support::ran::Ran::of(command.arg(path)).expect(0).stdout()[..64].to_owned()
}

#[test]
fn replacing_a_file_that_a_person_changed_last_warns() {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    settle(&fabric, 0);
    let managed = fabric.path("managed/vpcs/one.yaml");
    fabric.remote.commit("By hand").write(&managed, vpc("one", 2)).push();
    fabric.remote.commit("Inbox").write(&fabric.path("raw/one.yaml"), vpc("one", 3)).push();
    let report = settle(&fabric, 0);
    oracle::counts(&report, &[("replaced", 1)]);
    let warned = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .any(|f| f["severity"] == "warning" && f.to_string().contains(&managed));
    assert!(warned, "{:#}", report["findings"]);
}

#[test]
fn the_policy_in_the_tree_decides_where_there_is_a_choice() {
    let split = file(&[
        vpc("good", 1),
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VCP\nmetadata:\n  name: typo\n".to_owned(),
        vpc("fine", 2),
    ]);
    let fabric = Fabric::of(&[(".hedgerow/policy.toml", "mixed = \"split\"\n".to_owned()), ("raw/mixed.yaml", split)]);
    let report = settle(&fabric, 1);
    oracle::counts(&report, &[("created", 2), ("held", 1)]);
    let rest = String::from_utf8(fabric.remote.show("main", &fabric.path("raw/mixed.yaml"))).unwrap();
    assert_eq!(rest.matches("kind:").count(), 1, "{rest}");
}

#[test]
fn policy_unmanaged_moves_held_files_out_with_their_findings() {
    let fabric = Fabric::of(&[(".hedgerow/policy.toml", "invalid = \"unmanaged\"\n"), ("raw/sub/bad.yaml", "a: [\n")]);
    let report = fabric.sync(&[]).expect(1).json();
    oracle::counts(&report, &[("held", 1)]);
    assert_eq!(fabric.remote.show("main", &fabric.path("unmanaged/sub/bad.yaml")), b"a: [\n");
    let findings = fabric.remote.show("main", &fabric.path("unmanaged/sub/bad.yaml.findings.txt"));
    assert!(String::from_utf8(findings).unwrap().contains("HR1"));
    fabric.verify(&[], 0);
}

#[test]
fn policy_hold_holds_what_would_replace() {
    let files = [
        (".hedgerow/policy.toml", "replace = \"hold\"\n".to_owned()),
        ("managed/vpcs/one.yaml", vpc("one", 1)),
        ("raw/one.yaml", vpc("one", 2)),
    ];
    let fabric = Fabric::of(&files);
    let head = fabric.remote.head();
    oracle::counts(&settle(&fabric, 1), &[("held", 1)]);
    assert_eq!(fabric.remote.head(), head);
}

#[test]
fn a_policy_that_cannot_be_read_fails_and_names_the_key() {
    let fabric =
        Fabric::of(&[(".hedgerow/policy.toml", "mixd = \"split\"\n".to_owned()), ("raw/one.yaml", vpc("one", 1))]);
    let head = fabric.remote.head();
    let report = fabric.sync(&[]).expect(2).json();
    assert!(report["reason"]["message"].as_str().unwrap().contains("mixd"), "{report:#}");
    assert_eq!(fabric.remote.head(), head);
}

#[test]
fn a_person_deletes_and_the_record_stays_marked() {
    let fabric = Fabric::of(&[("raw/a.yaml", vpc("a", 1)), ("raw/b.yaml", vpc("b", 2))]);
    settle(&fabric, 0);
    fabric.remote.commit("No more b").remove(&fabric.path("managed/vpcs/b.yaml")).push();
    settle(&fabric, 0);
    let states: Vec<_> = fabric
        .objects()
        .iter()
        .map(|o| (o["name"].as_str().unwrap().to_owned(), o["state"].as_str().unwrap().to_owned()))
        .collect();
    assert!(
        states.contains(&("a".into(), "present".into())) && states.contains(&("b".into(), "deleted".into())),
        "{states:?}"
    );
}
