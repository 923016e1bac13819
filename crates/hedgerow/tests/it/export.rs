//! `hedgerow export`: the managed objects in one folder, and nothing of anybody else's touched.

use std::collections::BTreeMap;
use std::path::Path;

use crate::support::fabric::Fabric;
use crate::support::yaml::{server, vpc};

fn fabric() -> Fabric {
    Fabric::of(&[
        ("managed/vpcs/one.yaml".to_owned(), vpc("one", 1).into_bytes()),
        ("managed/vpcs/two.yaml".to_owned(), format!("# why\n---\n{}", vpc("two", 2)).into_bytes()),
        ("managed/servers/one.yaml".to_owned(), server("one").into_bytes()),
        ("raw/three.yaml".to_owned(), vpc("three", 3).into_bytes()),
    ])
}

/// The YAML of a folder as `hhfab` finds it: top-level `*.yaml`.
fn folder(dir: &Path) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let yaml = entries.filter(|path| path.extension().is_some_and(|end| end == "yaml"));
    yaml.map(|path| (path.file_name().unwrap().to_str().unwrap().to_owned(), std::fs::read_to_string(path).unwrap()))
        .collect()
}

/// What `hhfab` makes of a file: documents cut at `---`, none of them without content.
fn documents(text: &str) -> usize {
    let documents: Vec<Vec<&str>> = text.split("---\n").map(|document| document.lines().collect()).collect();
    let has_content = |lines: &Vec<&str>| lines.iter().any(|line| !line.is_empty() && !line.starts_with('#'));
    assert!(documents.iter().all(has_content), "a document without content: {text}");
    documents.len()
}

#[test]
fn each_object_has_a_file_or_all_have_one() {
    let fabric = fabric();
    let export = |args: &[&str], to: &str| {
        let to = fabric.scene.path(to);
        fabric.run("export", &[args, &[to.to_str().unwrap()]].concat()).expect(0);
        folder(&to)
    };
    let flat = export(&[], "flat");
    let names: Vec<_> = flat.keys().map(String::as_str).collect();
    assert_eq!(names, ["06-servers-one.yaml", "10-vpcs-one.yaml", "10-vpcs-two.yaml"]);
    assert!(flat.values().all(|text| documents(text) == 1));
    assert!(flat["10-vpcs-two.yaml"].starts_with("# why\n"));
    let single = export(&["--single"], "single");
    assert_eq!(documents(&single["fabric.yaml"]), 3);
}

#[test]
fn an_export_is_repeated_and_what_is_gone_goes() {
    let fabric = fabric();
    let to = fabric.scene.path("include");
    let dir = to.to_str().unwrap();
    fabric.run("export", &[dir]).expect(0).says("3 objects in 3 files").says("1 file in the inbox");
    fabric.run("export", &[dir]).expect(0).says("0 written, 0 removed");
    fabric.remote.commit("One goes").remove(&fabric.path("managed/vpcs/two.yaml")).push();
    std::fs::write(to.join("mine.yaml"), "a: 1\n").unwrap();
    fabric.run("export", &[dir]).expect(0).says("0 written, 1 removed").says("mine.yaml is not of this export");
    let names: Vec<_> = folder(&to).into_keys().collect();
    assert_eq!(names, ["06-servers-one.yaml", "10-vpcs-one.yaml", "mine.yaml"]);
    fabric.run("export", &["--single", dir]).expect(0).says("1 written, 2 removed");
}

#[test]
fn nothing_of_anybody_elses_is_touched() {
    let fabric = fabric();
    let to = fabric.scene.path("include");
    let dir = to.to_str().unwrap();
    fabric.scene.file("include/notes.txt", "mine");
    fabric.run("export", &[dir]).expect(2).says("is not empty").says("--force");
    fabric.run("export", &["--force", dir]).expect(0);
    assert_eq!(std::fs::read_to_string(to.join("notes.txt")).unwrap(), "mine");
    let edited = fabric.scene.file("include/10-vpcs-one.yaml", "edited: 1\n");
    fabric.remote.commit("One changes").write(&fabric.path("managed/vpcs/one.yaml"), vpc("one", 9)).push();
    fabric.run("export", &[dir]).expect(2).says("was changed since");
    assert_eq!(std::fs::read_to_string(&edited).unwrap(), "edited: 1\n");
    fabric.run("export", &["--force", dir]).expect(0).says("1 written");
    fabric.scene.file("other/10-vpcs-one.yaml", "mine: 1\n");
    let other = fabric.scene.path("other");
    fabric.run("export", &["--force", other.to_str().unwrap()]).expect(2).says("not ours");
    assert_eq!(folder(&other)["10-vpcs-one.yaml"], "mine: 1\n");
}

#[test]
fn a_list_that_leads_elsewhere_is_refused() {
    let fabric = fabric();
    let victim = fabric.scene.file("victim.yaml", "a: 1\n");
    fabric.scene.file("include/.hedgerow-export", format!("{}  ../victim.yaml\n", "0".repeat(64)));
    let to = fabric.scene.path("include");
    fabric.run("export", &[to.to_str().unwrap()]).expect(2).says("no name of an exported file");
    assert!(victim.exists());
}
