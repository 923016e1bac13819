//! `hedgerow report`: a page that stands by itself, and commands that anybody can run.

use std::path::Path;

use serde_json::Value;

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;
use crate::support::scene::workspace;
use crate::support::yaml::{server, vpc};

/// The report of the fabric's newest run, with its page in `run.html`.
fn reported(fabric: &Fabric) -> (Value, String) {
    let runs = fabric.scene.run(&["get", "runs", "-o", "name", "--limit", "1"]).expect(0).stdout();
    let page = fabric.scene.path("run.html");
    let args = ["report", runs.trim(), "-o", "json", "--html", page.to_str().unwrap()];
    let report = fabric.scene.run(&args).expect(0).json();
    (report, std::fs::read_to_string(page).unwrap())
}

/// The text between the tags of the element with this id, as a reader copies it.
fn copied(page: &str, id: &str) -> String {
    let (_, rest) = page.split_once(&format!("id=\"{id}\">")).unwrap();
    let (text, _) = rest.split_once("</pre>").unwrap();
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}

/// Runs what was copied, in a shell in an empty directory, as the page says.
fn type_in(fabric: &Fabric, commands: &str) -> Ran {
    let place = fabric.scene.path("somewhere");
    std::fs::create_dir_all(&place).unwrap();
    std::fs::copy(workspace().join("verify/hedgerow_verify.py"), place.join("hedgerow_verify.py")).unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_hedgerow")).parent().unwrap().to_owned();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let mut shell = fabric.scene.command(Path::new("sh"));
    Ran::of(shell.arg("-ec").arg(commands).current_dir(place).env("PATH", path))
}

#[test]
fn what_the_page_says_to_type_works_and_verifies() {
    let fabric = Fabric::drained();
    let (report, page) = reported(&fabric);
    let commands = copied(&page, "check-yourself");
    assert_eq!(commands.lines().count(), report["check_yourself"].as_array().unwrap().len());
    let said = type_in(&fabric, &commands).expect(0).stdout();
    for words in [
        fabric.remote.head().as_str(),
        "Hedgerow-Ledger: sha256:",
        "fabrics/fabric-1 at",
        "verified: 1 commits of ours",
    ] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
}

#[test]
fn what_it_says_to_type_finds_a_commit_that_was_tampered_with() {
    let fabric = Fabric::drained();
    fabric.remote.commit("").forge("main").remove(&fabric.path("managed/vpcs/db.yaml")).push();
    let head = fabric.remote.head();
    let page = fabric.scene.path("range.html");
    let range = format!("{head}^..{head}");
    let report = fabric.run("report", &[&range, "--html", page.to_str().unwrap(), "-o", "json"]).expect(0).json();
    assert_eq!(report["commits"][0]["checks"][0]["standing"], "failed", "{report:#}");
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("does not hold"));
    assert_ne!(type_in(&fabric, &copied(&page, "check-yourself")).code(), 0);
}

#[test]
fn a_range_shows_each_commit_of_ours_with_its_ledger_and_peoples_without_blame() {
    let fabric = Fabric::drained();
    let first = fabric.remote.rev("main~1");
    fabric.remote.commit("More, by hand").write(&fabric.path("raw/more.yaml"), vpc("more", 77)).push();
    fabric.sync(&[]).expect(0);
    let range = format!("{first}..main");
    let page = fabric.scene.path("range.html");
    let report = fabric.run("report", &[&range, "-o", "json", "--html", page.to_str().unwrap()]).expect(0).json();
    let kinds: Vec<_> = report["commits"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["ours", "people", "ours"]);
    let newest = &report["commits"][0];
    assert_eq!(
        (&newest["before"]["inbox"][0], &newest["after"]["managed"]),
        (&fabric.path("raw/more.yaml").into(), &49.into())
    );
    assert_eq!(newest["entries"].as_array().unwrap().len(), 1);
    assert_eq!(report["commits"][2]["entries"].as_array().unwrap().len(), 48);
    let page = std::fs::read_to_string(page).unwrap();
    assert!(page.contains("More, by hand") && page.contains("managed/vpcs/more.yaml"));
    type_in(&fabric, &copied(&page, "check-yourself")).expect(0);
}

#[test]
fn the_page_needs_nothing_else_and_lets_nothing_in() {
    let name = "x<script>alert(1)</script>\"'&.yaml";
    let fabric = Fabric::of(&[("raw/one.yaml", server("one")), (&format!("raw/{name}"), "a: [\n".to_owned())]);
    fabric.sync(&[]).expect(1);
    let (_, page) = reported(&fabric);
    assert!(page.contains("x&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;.yaml"));
    for word in ["<script", "<link", "<img", "<iframe", "url(", "@import", "http:", "https:", "onclick", "javascript:"]
    {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
}

#[test]
fn a_run_without_a_commit_and_one_whose_remote_is_gone_have_a_page_too() {
    let fabric = Fabric::drained();
    fabric.sync(&[]).expect(0);
    let (report, page) = reported(&fabric);
    assert_eq!(report["check_yourself"], serde_json::json!([]));
    assert!(page.contains("made no commit"));
    fabric.remote.commit("More").write(&fabric.path("raw/more.yaml"), vpc("more", 77)).push();
    fabric.sync(&[]).expect(0);
    std::fs::rename(fabric.remote.path(), fabric.scene.path("away.git")).unwrap();
    let (report, page) = reported(&fabric);
    assert_eq!(report["checks"][0]["standing"], "unproven");
    assert!(page.contains("it could not be looked at now"));
}
