//! Commits that claim to be ours and are not what they claim: each lie is a breach.

use hedgerow_core::digest::sha256;
use hedgerow_core::ledger::{Breach, Ledger, Operation, Outcome, Trailers, balance, conservation, derive};
use hedgerow_core::path::TreePath;
use hedgerow_core::plan::apply;
use hedgerow_core::tree::{FabricTree, Mode};

use crate::fabric::{Done, How, at, config_map, done_with, entry, fabric, file, server, trailers};

/// An honest commit with every outcome but `undone`.
fn honest() -> Done {
    let texts = [server("a", "one"), server("b", "two"), server("c", "new"), server("d", "same")];
    let [a, b, c, d] = &texts;
    let bundle = format!("# first\n{a}\n# second\n---\n{b}");
    let mixed = format!("{}---\nbroken: [\n---\nkind: VPC\n", server("e", "five"));
    let old = server("c", "old");
    let tree = fabric([
        ("raw/bundle.yaml", &*bundle),
        ("raw/c.yaml", c),
        ("raw/d.yaml", d),
        ("raw/d2.yaml", d),
        ("raw/cm.yaml", &config_map("cm")),
        ("raw/mixed.yaml", &mixed),
        ("managed/servers/c.yaml", &old),
        ("managed/servers/d.yaml", d),
        ("managed/readme.txt", "people's"),
        ("stray.yaml", "a: 1\n"),
        (".hedgerow/policy.toml", "mixed = \"split\""),
    ]);
    let done = done_with(&tree, &How::policy("mixed = \"split\""));
    assert_eq!(
        done.plan.counts().to_string(),
        "created=3 replaced=1 unchanged=1 duplicate=1 foreign=1 held=1 undone=0"
    );
    done
}

fn breaches(done: &Done, after: &FabricTree) -> Vec<Breach> {
    conservation(&done.before, after, &trailers(&done.plan, false), None)
}

fn edited(done: &Done, edit: impl FnOnce(&mut FabricTree)) -> Vec<Breach> {
    let mut after = done.after.clone();
    edit(&mut after);
    let found = breaches(done, &after);
    assert!(!found.is_empty(), "the lie went unseen");
    found
}

fn rewrite(tree: &mut FabricTree, path: &str, edit: impl FnOnce(&str) -> String) {
    let text = String::from_utf8(tree.get(&at(path)).unwrap().bytes().unwrap().to_vec()).unwrap();
    tree.entries.insert(at(path), file(edit(&text).as_bytes()));
}

#[test]
fn an_honest_commit_has_no_breach() {
    let done = honest();
    assert_eq!(breaches(&done, &done.after), []);
}

#[test]
fn a_changed_byte_of_any_file_is_a_breach() {
    let done = honest();
    for (path, entry) in &done.after.entries {
        let Some(bytes) = entry.bytes().filter(|bytes| !bytes.is_empty()) else { continue };
        for at in [0, bytes.len() / 2, bytes.len() - 1] {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1;
            edited(&done, |after| {
                after.entries.insert(path.clone(), file(&bytes));
            });
        }
    }
}

#[test]
fn a_changed_mode_is_a_breach() {
    let done = honest();
    for (path, changed) in &done.after.entries {
        for mode in [Mode::Executable, Mode::Symlink] {
            edited(&done, |after| {
                after.entries.insert(path.clone(), entry(mode, changed.bytes().unwrap()));
            });
        }
    }
}

#[test]
fn a_dropped_document_is_named() {
    let found = edited(&honest(), |after| {
        after.entries.remove(&at("managed/servers/b.yaml"));
    });
    assert!(matches!(&found[..], [Breach::Lost { file, index: 1, .. }] if *file == at("raw/bundle.yaml")), "{found:?}");
}

#[test]
fn an_invented_document_is_named() {
    for path in [
        "managed/servers/z.yaml",
        "unmanaged/z.yaml",
        "raw/z.yaml",
        "z.yaml",
        "raw/sub/.gitkeep",
        "unmanaged/x.findings.txt",
    ] {
        let found = edited(&honest(), |after| {
            after.entries.insert(at(path), file(server("z", "z").as_bytes()));
        });
        assert_eq!(found, [Breach::Unexplained(at(path))], "{path}");
    }
}

#[test]
fn two_swapped_documents_are_a_breach() {
    let found = edited(&honest(), |after| {
        let (a, b) = (at("managed/servers/a.yaml"), at("managed/servers/b.yaml"));
        let (one, two) = (after.entries[&a].clone(), after.entries[&b].clone());
        after.entries.insert(a, two);
        after.entries.insert(b, one);
    });
    assert!(matches!(found[0], Breach::Misplaced { .. }), "{found:?}");
}

#[test]
fn a_file_elsewhere_in_the_directory_is_a_breach() {
    for path in ["managed/readme.txt", "stray.yaml", ".hedgerow/policy.toml"] {
        let removed = edited(&honest(), |after| {
            after.entries.remove(&at(path));
        });
        assert_eq!(removed, [Breach::Unexplained(at(path))]);
    }
}

#[test]
fn a_lost_comment_is_a_breach() {
    edited(&honest(), |after| rewrite(after, "managed/servers/a.yaml", |text| text.replace("# first\n", "")));
    edited(&honest(), |after| rewrite(after, "managed/servers/b.yaml", |text| text.replace("# second\n", "")));
}

#[test]
fn a_lost_blank_line_is_a_breach() {
    let found =
        edited(&honest(), |after| rewrite(after, "managed/servers/a.yaml", |text| text.trim_end().to_owned() + "\n"));
    assert!(matches!(&found[..], [Breach::Lines { index: 0, .. }]), "{found:?}");
}

#[test]
fn a_document_dropped_from_a_remainder_is_a_breach() {
    edited(&honest(), |after| rewrite(after, "raw/mixed.yaml", |text| text.replace("kind: VPC\n", "")));
    edited(&honest(), |after| rewrite(after, "raw/mixed.yaml", |text| text.replace("kind: VPC\n", "kind: VPC\n\n")));
    edited(&honest(), |after| {
        after.entries.remove(&at("raw/mixed.yaml"));
    });
}

/// What a copy is judged by: no digest and no counts.
fn unbalanced(done: &Done, edit: impl FnOnce(&mut FabricTree)) -> Vec<Breach> {
    let mut after = done.after.clone();
    edit(&mut after);
    balance(&done.before, &after, &Operation::Sync, false, None).expect_err("the lie went unseen")
}

#[test]
fn a_remainder_keeps_every_line_even_in_a_copy() {
    let remainder = Breach::Remainder { file: at("raw/mixed.yaml"), at: at("raw/mixed.yaml") };
    let more_blanks = |text: &str| text.replace("kind: VPC\n", "kind: VPC\n\n");
    assert_eq!(unbalanced(&honest(), |after| rewrite(after, "raw/mixed.yaml", more_blanks)), [remainder]);
}

#[test]
fn a_remainder_without_a_document_is_a_breach() {
    let text = server("a", "one");
    let before = fabric([("raw/x.yaml", text.as_str())]);
    let after = fabric([("raw/x.yaml", "# nothing\n"), ("managed/servers/a.yaml", text.as_str())]);
    let found = derive(&before, &after, false).unwrap_err();
    assert_eq!(found, [Breach::Remainder { file: at("raw/x.yaml"), at: at("raw/x.yaml") }]);
}

#[test]
fn a_text_that_stands_twice_under_managed_went_where_it_is_new() {
    let text = server("a", "one");
    let before = fabric([("raw/x.yaml", &*text), ("managed/a.yaml", &*text)]);
    let after = fabric([("managed/servers/a.yaml", &*text), ("managed/a.yaml", &*text)]);
    let ledger = derive(&before, &after, false).unwrap();
    let lines: Vec<_> = ledger.lines().iter().map(|line| (line.outcome, line.to.clone())).collect();
    assert_eq!(lines, [(Outcome::Created, at("managed/servers/a.yaml"))]);
}

#[test]
fn a_kind_has_one_plural_and_a_plural_one_kind() {
    let (a, b) = (server("a", "one"), server("b", "two"));
    let group = server("b", "two").replace("kind: Server", "kind: SwitchGroup");
    for (second, path) in [(&b, "managed/machines/b.yaml"), (&group, "managed/servers/b.yaml")] {
        let before = fabric([("raw/a.yaml", &*a), ("raw/b.yaml", &**second)]);
        let after = fabric([("managed/servers/a.yaml", &*a), (path, &**second)]);
        let found = balance(&before, &after, &Operation::Sync, false, None).unwrap_err();
        assert!(matches!(&found[..], [Breach::Misplaced { .. }]), "{path}: {found:?}");
    }
}

#[test]
fn a_document_at_a_path_that_is_not_its_own_is_a_breach() {
    for to in [
        "managed/servers/x.yaml",
        "managed/vpcs/a.yaml",
        "managed/servers/default/a.yaml",
        "managed/a.yaml",
        "managed/servers/a.yml",
    ] {
        edited(&honest(), |after| {
            let entry = after.entries.remove(&at("managed/servers/a.yaml")).unwrap();
            after.entries.insert(at(to), entry);
        });
    }
}

#[test]
fn wrong_counts_digest_and_directory_are_breaches() {
    let done = honest();
    let honest = trailers(&done.plan, false);
    let judge = |trailers: &Trailers| conservation(&done.before, &done.after, trailers, None);
    let mut counts = honest.clone();
    counts.counts.created += 1;
    assert!(matches!(judge(&counts)[..], [Breach::Counts { .. }]));
    let digest = Trailers { ledger: sha256(b"forged"), ..honest.clone() };
    assert!(matches!(judge(&digest)[..], [Breach::Digest { .. }]));
    let mut lines: Vec<_> = done.plan.ledger.text().lines().map(str::to_owned).collect();
    lines.reverse();
    let reordered = Trailers { ledger: sha256((lines.join("\n") + "\n").as_bytes()), ..honest.clone() };
    assert!(matches!(judge(&reordered)[..], [Breach::Digest { .. }]));
    assert!(Ledger::parse(&(lines.join("\n") + "\n")).is_err());
    let dir = hedgerow_core::path::FabricDir::parse("gitops/fabric-2").unwrap();
    assert!(matches!(judge(&Trailers { directory: dir, ..honest })[..], [Breach::Directory { .. }]));
}

#[test]
fn an_init_may_only_add_structure() {
    let before = fabric([("raw/x.yaml", server("a", "one").as_str())]);
    let plan = hedgerow_core::plan::init(Some(&before), &before.dir).unwrap();
    let honest = Trailers { operation: Operation::Init, ..trailers(&plan, false) };
    let after = apply(&plan, &before);
    assert_eq!(conservation(&before, &after, &honest, None), []);
    let mut forged = after.clone();
    forged.entries.remove(&at("raw/x.yaml"));
    assert_eq!(conservation(&before, &forged, &honest, None), [Breach::Unexplained(at("raw/x.yaml"))]);
    let mut filled = after;
    filled.entries.insert(at("managed/.gitkeep"), file(b"x"));
    assert_eq!(conservation(&before, &filled, &honest, None), [Breach::Unexplained(at("managed/.gitkeep"))]);
}

#[test]
fn a_breach_names_its_path_and_hash() {
    let breach = Breach::Lost { file: TreePath::from("d/raw/x y.yaml"), index: 3, sha256: "ab".to_owned() };
    assert_eq!(
        breach.to_string(),
        "the document d/raw/x%20y.yaml#3 (text ab) left the inbox and stands nowhere under managed/"
    );
}
