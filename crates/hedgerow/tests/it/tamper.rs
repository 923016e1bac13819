//! Commits that claim to be ours: both verifiers see what does not hold, name it, and never pass by default.

use crate::support::commit::CommitBuilder;
use crate::support::fabric::Fabric;
use crate::support::yaml::vpc;

const OURS: &str = "Hedgerow <hedgerow@hedgerow.invalid>";
const PERSON: &str = "Pat Person <pat@example.com>";

/// Forges our commit with `change`, and checks that both verifiers fail on it and name `names`.
#[track_caller]
fn forged(change: impl for<'a> FnOnce(&Fabric, CommitBuilder<'a>) -> CommitBuilder<'a>, names: &str) {
    let fabric = Fabric::drained();
    let forgery = fabric.remote.commit("").forge("main");
    change(&fabric, forgery).push();
    for said in fabric.verify(&[], 1) {
        said.says(names);
    }
}

fn text(fabric: &Fabric, name: &str) -> String {
    String::from_utf8(fabric.remote.show("main", &fabric.path(name))).unwrap()
}

#[test]
fn an_untouched_copy_of_our_commit_holds() {
    let fabric = Fabric::drained();
    fabric.remote.commit("").forge("main").push();
    fabric.verify(&[], 0);
}

#[test]
fn a_changed_byte_is_seen() {
    forged(
        |fabric, forgery| {
            let file = "managed/vpcs/web.yaml";
            forgery.write(&fabric.path(file), text(fabric, file).replace("vlan: 1001", "vlan: 1007"))
        },
        "raw/vpcs/tenants.yaml",
    );
}

#[test]
fn a_lost_comment_is_seen() {
    forged(
        |fabric, forgery| {
            let file = "managed/connections/leaf-04--external.yaml";
            let kept: String = text(fabric, file).split_inclusive('\n').filter(|line| !line.starts_with('#')).collect();
            forgery.write(&fabric.path(file), kept)
        },
        "raw/wiring.yaml",
    );
}

#[test]
fn a_dropped_document_is_seen() {
    forged(|fabric, forgery| forgery.remove(&fabric.path("managed/vpcs/db.yaml")), "raw/vpcs/tenants.yaml");
}

#[test]
fn an_invented_document_is_seen() {
    forged(
        |fabric, forgery| forgery.write(&fabric.path("managed/vpcs/invented.yaml"), vpc("invented", 99)),
        "managed/vpcs/invented.yaml",
    );
}

#[test]
fn two_swapped_documents_are_seen() {
    forged(
        |fabric, forgery| {
            let (one, other) = ("managed/servers/server-01.yaml", "managed/servers/server-02.yaml");
            forgery.write(&fabric.path(one), text(fabric, other)).write(&fabric.path(other), text(fabric, one))
        },
        "managed/servers/server-0",
    );
}

#[test]
fn a_touched_file_elsewhere_is_seen() {
    forged(|_, forgery| forgery.write("README.md", "# Pwned\n"), "README.md");
}

#[test]
fn a_changed_mode_is_seen() {
    forged(
        |fabric, forgery| {
            let file = fabric.path("managed/vpcs/web.yaml");
            forgery.remove(&file).symlink(&file, "app.yaml")
        },
        "tenants.yaml",
    );
}

/// Rewrites one trailer of our commit.
fn with_trailer(fabric: &Fabric, key: &str, value: &str) {
    let message = fabric.remote.message("main");
    let lines: Vec<String> = message
        .lines()
        .map(|l| if l.starts_with(&format!("{key}:")) { format!("{key}: {value}") } else { l.to_owned() })
        .collect();
    fabric.remote.commit("").forge("main").message(&lines.join("\n")).push();
}

#[test]
fn a_changed_ledger_digest_is_seen() {
    let fabric = Fabric::drained();
    with_trailer(&fabric, "Hedgerow-Ledger", &format!("sha256:{}", "0".repeat(64)));
    for said in fabric.verify(&[], 1) {
        said.says(&"0".repeat(64));
    }
}

#[test]
fn changed_counts_are_seen() {
    let fabric = Fabric::drained();
    with_trailer(&fabric, "Hedgerow-Counts", "created=47 replaced=0 unchanged=0 duplicate=1 foreign=0 held=0 undone=0");
    for said in fabric.verify(&[], 1) {
        said.says("created=47");
    }
}

#[test]
fn our_committer_without_trailers_is_seen() {
    let fabric = Fabric::drained();
    fabric.remote.commit("I am the bot").by(OURS).write(&fabric.path("managed/vpcs/db.yaml"), vpc("db", 3)).push();
    fabric.verify(&[], 1);
}

#[test]
fn a_squash_without_our_trailers_is_a_copy_when_its_trees_balance() {
    let fabric = Fabric::example();
    let before = fabric.remote.head();
    fabric.sync(&[]).expect(0);
    fabric.remote.commit("Inbox (#7)").parent(&before).tree("main").author(OURS).push();
    for said in fabric.verify(&[], 0) {
        said.says("copy");
    }
}

/// Our commit taken over by a person onto a branch that has moved meanwhile.
fn cherry_picked(fabric: &Fabric) -> CommitBuilder<'_> {
    let ours = fabric.remote.head();
    let moved = fabric.remote.commit("Meanwhile").parent(&format!("{ours}^")).write("elsewhere.txt", "hello\n").push();
    fabric.remote.commit("").forge(&ours).parent(&moved).committer(PERSON).write("elsewhere.txt", "hello\n")
}

#[test]
fn a_cherry_pick_of_our_commit_is_judged_by_its_trees_and_said_to_be_a_copy() {
    let fabric = Fabric::drained();
    cherry_picked(&fabric).push();
    for said in fabric.verify(&[], 0) {
        said.says("copy");
    }
}

#[test]
fn a_tampered_copy_does_not_hold() {
    let fabric = Fabric::drained();
    cherry_picked(&fabric).remove(&fabric.path("managed/vpcs/db.yaml")).push();
    fabric.verify(&[], 1);
}

#[test]
fn a_copy_by_our_own_committer_does_not_hold() {
    let fabric = Fabric::drained();
    cherry_picked(&fabric).committer(OURS).push();
    fabric.verify(&[], 1);
}

#[test]
fn a_persons_edit_is_listed_without_blame_and_blamed_when_strict() {
    let fabric = Fabric::drained();
    let file = "managed/vpcs/db.yaml";
    let id = fabric
        .remote
        .commit("Isolate no more")
        .write(&fabric.path(file), text(&fabric, file).replace("isolated: true", "isolated: false"))
        .push();
    for said in fabric.verify(&[], 0) {
        said.says(&id[..7]);
    }
    for said in fabric.verify(&["--strict"], 1) {
        said.says(&id[..7]);
    }
}

#[test]
fn a_persons_edit_elsewhere_is_nobodys_business() {
    let fabric = Fabric::drained();
    fabric.remote.commit("Read me").write("README.md", "# More\n").push();
    fabric.verify(&["--strict"], 0);
}

#[test]
fn one_commit_or_a_range_can_be_verified() {
    let fabric = Fabric::drained();
    let ours = fabric.remote.head();
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 77)).push();
    fabric.sync(&[]).expect(0);
    fabric.verify(&["--commit", &ours], 0);
    fabric.verify(&["--range", &format!("{ours}..main")], 0);
    let tampered = fabric.remote.commit("").forge("main").remove(&fabric.path("managed/vpcs/more.yaml")).push();
    fabric.verify(&["--commit", &tampered], 1);
    fabric.verify(&["--commit", &ours], 0);
    fabric.verify(&[], 1);
}

#[test]
fn a_repository_without_a_commit_of_ours_cannot_be_decided() {
    let fabric = Fabric::example();
    fabric.verify(&[], 2);
    fabric.verify(&["--allow-none"], 0);
}

#[test]
fn a_clone_too_shallow_to_tell_cannot_be_decided() {
    let fabric = Fabric::drained();
    let shallow = fabric.remote.clone_to(fabric.scene.path("shallow"), &["--bare", "--depth", "1"]);
    let fabric = Fabric { remote: shallow, ..fabric };
    fabric.verify(&[], 2);
}

#[test]
fn a_wrong_branch_directory_or_commit_cannot_be_decided() {
    let fabric = Fabric::drained();
    let args = |branch: &'static str, path: &'static str| {
        ["--repo", fabric.remote.url(), "--branch", branch, "--path", path].map(str::to_owned).to_vec()
    };
    for args in [args("no-such-branch", "fabrics/fabric-1"), args("main", "fabrics/other")] {
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        fabric.scene.run(&[&["verify"], args.as_slice()].concat()).expect(2);
        fabric.scene.second_verifier(&args).expect(2);
    }
    fabric.verify(&["--commit", &"0".repeat(40)], 2);
}

#[test]
fn the_inbox_at_the_head_is_shown() {
    let fabric = Fabric::drained();
    fabric.remote.commit("More").write(&fabric.path("raw/waiting.yaml"), vpc("waiting", 77)).push();
    for said in fabric.verify(&[], 0) {
        said.says("raw/waiting.yaml");
    }
}
