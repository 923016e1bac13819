//! Inputs made to hurt: held within bounds of time and memory, the good file beside them taken, and the next run works.
//!
//! What is hostile and not a file has its tests elsewhere: URLs in `remotes.rs`, hooks and tokens in `serve_hooks.rs` and
//! `serve_secrets.rs`, a server that cuts, hangs or sends elsewhere in `faults`.

mod bodies;
mod entries;
mod words;

use std::path::Path;

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::oracle::{self, findings_about};
use crate::support::ran::Ran;
use crate::support::yaml::{server, vpc};

/// Runs a command and prints what it used as the last line of standard error: seconds and the largest resident set in KiB,
/// that of git and every other child included.
const METER: &str = "import os,sys,time\nt=time.monotonic()\npid=os.posix_spawnp(sys.argv[1],sys.argv[1:],os.environ)\n\
_,status,use=os.wait4(pid,0)\nprint(time.monotonic()-t,use.ru_maxrss,file=sys.stderr)\nsys.exit(os.waitstatus_to_exitcode(status))";

/// Syncs `fabric`, whose inbox has the hostile `name` and a good file, and checks that only the hostile one is held; and that
/// all is well once a person has taken it away.
#[track_caller]
fn only_the_hostile_file_is_held(name: &str, bytes: impl AsRef<[u8]>) -> Value {
    let fabric = Fabric::of(&[("raw/good.yaml", vpc("good", 1).as_bytes()), (name, bytes.as_ref())]);
    let before = fabric.remote.head();
    let mut command = fabric.scene.command(Path::new("python3"));
    command.args(["-c", METER, env!("CARGO_BIN_EXE_hedgerow")]).args(fabric.args("sync", &["-o", "json"]));
    let ran = Ran::of(&mut command).expect(1);
    let use_of = ran.stderr().lines().last().unwrap().to_owned();
    let (seconds, kibibytes) = use_of.split_once(' ').unwrap();
    let (seconds, mebibytes) = (seconds.parse::<f64>().unwrap(), kibibytes.parse::<u64>().unwrap() / 1024);
    println!("{name}: {seconds:.2} s, {mebibytes} MiB");
    assert!(mebibytes < 300, "{name}: {mebibytes} MiB");
    assert!(seconds < 60.0, "{name}: {seconds:.0} s");
    let report = ran.json();
    oracle::counts(&report, &[("created", 1), ("held", 1)]);
    findings_about(&report, &fabric.path(name));
    oracle::one_honest_commit(&fabric, &report, &before, &fabric.remote.head());
    fabric.verify(&[], 0);
    assert_eq!(fabric.remote.show("main", &fabric.path(name)), bytes.as_ref(), "{name} stays as it was");
    fabric.remote.commit("Away").remove(&fabric.path(name)).write(&fabric.path("raw/next.yaml"), vpc("next", 9)).push();
    oracle::counts(&fabric.sync(&[]).expect(0).json(), &[("created", 1)]);
    report
}

#[test]
fn a_hundred_megabytes() {
    let text = vpc("huge", 2) + &"# filling\n".repeat(10_000_000);
    only_the_hostile_file_is_held("raw/huge.yaml", text);
}

#[test]
fn a_scalar_of_a_hundred_megabytes() {
    let text = server("huge") + "  more: \"" + &"x".repeat(100_000_000) + "\"\n";
    only_the_hostile_file_is_held("raw/huge.yaml", text);
}

#[test]
fn ten_thousand_levels() {
    let deep = format!("{}  more: {}{}\n", server("deep"), "[".repeat(10_000), "]".repeat(10_000));
    only_the_hostile_file_is_held("raw/deep.yaml", deep);
    let block: String = (0..10_000).map(|n| format!("{}a:\n", " ".repeat(n))).collect();
    only_the_hostile_file_is_held("raw/block.yaml", block);
}

#[test]
fn a_billion_laughs() {
    let mut text = server("laughs") + "  a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n";
    for n in 1..10 {
        let aliases = vec![format!("*a{}", n - 1); 9].join(", ");
        text += &format!("  a{n}: &a{n} [{aliases}]\n");
    }
    only_the_hostile_file_is_held("raw/laughs.yaml", text);
}

#[test]
fn a_merge_bomb() {
    let mut text = server("merge") + "  m0: &m0 {a: 1, b: 2}\n";
    for n in 1..40 {
        text += &format!("  m{n}: &m{n} {{<<: [*m{}, *m{}], k{n}: 1}}\n", n - 1, n - 1);
    }
    let fabric = Fabric::of(&[("raw/merge.yaml", text)]);
    let ran = fabric.sync(&[]);
    assert!(matches!(ran.code(), 0 | 1), "{}", ran.story());
}

#[test]
fn an_alias_of_itself() {
    only_the_hostile_file_is_held("raw/self.yaml", server("self") + "  loop: &loop\n    again: *loop\n");
}

#[test]
fn more_documents_than_a_file_may_have() {
    let text = "a: 1\n---\n".repeat(60_000);
    only_the_hostile_file_is_held("raw/many.yaml", text);
    only_the_hostile_file_is_held("raw/million.yaml", "a: 1\n---\n".repeat(1_000_000));
}

#[test]
fn templates_and_unknown_tags() {
    only_the_hostile_file_is_held("raw/helm.yaml", "{{- range .Values.vpcs }}\napiVersion: v1\n{{- end }}\n");
    only_the_hostile_file_is_held("raw/tag.yaml", server("tag") + "  run: !!python/object/apply:os.system [id]\n");
}

#[test]
fn control_characters_reach_no_terminal() {
    let fabric = Fabric::of(&[("raw/\u{1b}[31mred.yaml", "a: [\u{1b}[2J\n")]);
    let ran = fabric.run("sync", &[]).expect(1);
    assert!(!ran.text().contains('\u{1b}'), "{:?}", ran.text());
}
