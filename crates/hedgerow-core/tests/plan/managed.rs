//! Managed files belong to people too.

use hedgerow_core::codes::{placement, repository};

use crate::fabric::{at, done, entry, fabric, file, server};
use hedgerow_core::tree::Mode;

#[test]
fn an_object_managed_at_another_path_holds_its_inbox_document_and_says_git_mv() {
    let (old, new) = (server("s-1", "old"), server("s-1", "new"));
    for inbox in [&old, &new] {
        let done = done(&fabric([("managed/old place/x.yaml", old.as_str()), ("raw/x.yaml", inbox.as_str())]));
        done.is_held();
        let hint = "git mv 'gitops/fabric-1/managed/old place/x.yaml' gitops/fabric-1/managed/servers/s-1.yaml";
        assert_eq!(done.finding(placement::MANAGED_ELSEWHERE).hint.as_deref(), Some(hint));
        assert_eq!(done.finding(repository::MANAGED_MISPLACED).hint.as_deref(), Some(hint));
        assert_eq!(done.plan.objects[0].path, at("managed/old place/x.yaml"), "it lives where it stands");
    }
}

#[test]
fn a_managed_file_of_several_documents_holds_the_inbox_documents_of_its_objects() {
    let both = format!("{}---\n{}", server("a", "one"), server("b", "two"));
    let new = server("b", "new");
    let free = server("c", "free");
    let done = done(&fabric([("managed/all.yaml", &*both), ("raw/b.yaml", &*new), ("raw/c.yaml", &*free)]));
    assert_eq!(done.ledger(), ["created raw/c.yaml#0 managed/servers/c.yaml", "held raw/b.yaml#- raw/b.yaml"]);
    assert_eq!(done.plan.objects.len(), 3);
    let several = done.plan.findings.iter().filter(|finding| finding.code == repository::MANAGED_SEVERAL);
    assert_eq!(several.count(), 2, "one for each object");
}

#[test]
fn an_object_at_its_own_path_in_company_is_not_replaced() {
    let both = format!("{}---\n{}", server("a", "one"), server("b", "two"));
    let new = server("a", "new");
    let done = done(&fabric([("managed/servers/a.yaml", &*both), ("raw/a.yaml", &*new)]));
    done.is_held();
    assert_eq!(done.errors(), [placement::MANAGED_ELSEWHERE.to_string()]);
}

#[test]
fn objects_beside_a_broken_document_hold_their_texts_and_count_as_unreadable() {
    let both = format!("{}---\na: [\n", server("a", "one"));
    let new = server("a", "new");
    let done = done(&fabric([("managed/servers/a.yaml", &*both), ("raw/a.yaml", &*new)]));
    done.is_held();
    assert_eq!(done.plan.unreadable, [at("managed/servers/a.yaml")]);
    assert!(done.plan.objects.is_empty());
}

#[test]
fn a_managed_file_that_cannot_be_read_is_reported_and_its_objects_are_not_lost() {
    let broken = server("s-1", "[");
    let new = server("s-1", "new");
    let done = done(&fabric([("managed/servers/s-1.yaml", &*broken), ("raw/x.yaml", &*new)]));
    done.is_held();
    assert_eq!(done.plan.unreadable, [at("managed/servers/s-1.yaml")]);
    assert_eq!(done.finding(repository::MANAGED_UNREADABLE).place.file, at("managed/servers/s-1.yaml"));
    assert!(done.plan.objects.is_empty());
    let mut linked = fabric([("raw/x.yaml", new.as_str())]);
    linked.entries.insert(at("managed/servers/s-1.yaml"), entry(Mode::Symlink, b"x"));
    let linked = crate::fabric::done(&linked);
    linked.is_held();
    assert_eq!(linked.plan.unreadable, [at("managed/servers/s-1.yaml")]);
}

#[test]
fn whatever_stands_at_an_objects_path_is_not_overwritten() {
    let (new, other) = (server("s-1", "new"), server("s-2", "other"));
    let in_the_way = [
        ("managed/servers/s-1.yaml", other.as_str()),
        ("managed/servers/s-1.yaml", ""),
        ("managed/servers/s-1.yaml", "# only a comment\n"),
        ("managed/servers/s-1.yaml", "data: 1\n"),
        ("managed/servers/s-1.yaml/x", ""),
        ("managed/servers", ""),
    ];
    for there in in_the_way {
        let done = done(&fabric([("raw/x.yaml", new.as_str()), there]));
        done.is_held();
        assert!(done.errors().contains(&placement::PATH_TAKEN.to_string()), "{:?}", done.errors());
    }
}

#[test]
fn a_path_that_differs_only_in_case_is_held() {
    let (new, other) = (server("s-1", "new"), server("s-2", "other"));
    let done = done(&fabric([("raw/x.yaml", new.as_str()), ("managed/servers/S-1.yaml", other.as_str())]));
    done.is_held();
    assert_eq!(done.errors(), [placement::PATH_DIFFERS_IN_CASE.to_string()]);
}

#[test]
fn an_object_managed_twice_is_an_error_and_lives_once() {
    let text = server("s-1", "one");
    let done = done(&fabric([("managed/a.yaml", text.as_str()), ("managed/servers/s-1.yaml", text.as_str())]));
    assert_eq!(done.errors(), [repository::MANAGED_TWICE.to_string()]);
    assert_eq!(done.plan.objects.len(), 1);
    assert_eq!(done.plan.objects[0].path, at("managed/servers/s-1.yaml"));
}

#[test]
fn what_is_not_hedgehogs_under_managed_is_left_in_peace() {
    let tree = fabric([
        ("managed/kustomization.yaml", "resources: []\n"),
        ("managed/cm.yaml", "apiVersion: v1\nkind: ConfigMap\n"),
    ]);
    let mut tree = tree;
    tree.entries.insert(at("raw/.gitkeep"), file(b""));
    let done = done(&tree);
    assert!(done.plan.findings.is_empty(), "{:?}", done.plan.findings);
    assert!(done.plan.objects.is_empty());
}

#[test]
fn the_digest_of_an_object_is_that_of_its_value() {
    let one = server("s-1", "one");
    let other = format!("# comment\n{}", one.replace("description: one", "description: 'one'"));
    let digest = |text: &str| done(&fabric([("raw/x.yaml", text)])).plan.objects[0].digest.clone();
    assert_eq!(digest(&one), digest(&other));
    assert_ne!(digest(&one), digest(&server("s-1", "two")));
}
