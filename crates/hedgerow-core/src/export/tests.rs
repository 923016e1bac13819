use std::sync::Arc;

use super::*;
use crate::path::FabricDir;
use crate::tree::{Content, Mode};

fn tree(files: &[(&str, &str)]) -> FabricTree {
    let dir = FabricDir::parse("fabrics/one").unwrap();
    let entry =
        |text: &str| Entry { mode: Mode::File, id: String::new(), content: Content::Bytes(Arc::from(text.as_bytes())) };
    let entries = files.iter().map(|(path, text)| (dir.path().join(path), entry(text))).collect();
    FabricTree { dir, entries }
}

fn export(files: &[(&str, &str)], shape: Shape) -> Export {
    super::export(&tree(files), &Catalogue::builtin(), shape).unwrap()
}

fn object(kind: &str, name: &str) -> String {
    let group = if kind == "VPC" { "vpc" } else { "wiring" };
    format!("apiVersion: {group}.githedgehog.com/v1beta1\nkind: {kind}\nmetadata:\n  name: {name}\nspec: {{}}\n")
}

#[test]
fn files_sort_as_they_are_applied_and_names_of_several_kinds_do_not_collide() {
    let (vpc, switch, server) = (object("VPC", "a"), object("Switch", "a"), object("Server", "a"));
    let files = [
        ("managed/vpcs/a.yaml", &*vpc),
        ("managed/switches/a.yaml", &*switch),
        ("managed/servers/a.yaml", &*server),
        ("raw/b.yaml", &*vpc),
    ];
    let flat = export(&files, Shape::Flat);
    let names: Vec<_> = flat.files.keys().map(String::as_str).collect();
    assert_eq!(names, ["05-switches-a.yaml", "06-servers-a.yaml", "10-vpcs-a.yaml"]);
    assert_eq!((flat.objects, flat.waiting, flat.left_out.len()), (3, 1, 0));
    let single = export(&files, Shape::Single);
    assert_eq!(single.files[SINGLE], format!("{switch}---\n{server}---\n{vpc}").into_bytes());
}

#[test]
fn no_document_of_an_export_is_only_comments() {
    let body = object("VPC", "a");
    let written = [
        format!("# above\n---\n{body}"),
        format!("---\n# above\n{body}---\n# below\n"),
        format!("--- # above\n{body}...\n# below\n"),
        "--- {apiVersion: vpc.githedgehog.com/v1beta1, kind: VPC, metadata: {name: a}}\n".to_owned(),
        body.trim_end().to_owned(),
    ];
    for text in written {
        let export = export(&[("managed/vpcs/a.yaml", &text)], Shape::Flat);
        assert_eq!(export.left_out, [], "{text}");
        let out = String::from_utf8(export.files["10-vpcs-a.yaml"].clone()).unwrap();
        assert!(!out.contains("---") && out.ends_with('\n'), "{out}");
        for comment in ["# above", "# below"] {
            assert_eq!(out.contains(comment), text.contains(comment), "{out}");
        }
    }
}

#[test]
fn what_hhfab_would_refuse_is_left_out_and_told() {
    let (vpc, agent) =
        (object("VPC", "a"), "apiVersion: agent.githedgehog.com/v1beta1\nkind: Agent\nmetadata: {name: a}\n");
    let bad = object("VPC", "../a");
    let two = format!("{vpc}---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: c}}\n");
    let export = export(
        &[("managed/a.yaml", &*two), ("managed/b.yaml", &*vpc), ("managed/c.yaml", agent), ("managed/d.yaml", &*bad)],
        Shape::Flat,
    );
    assert_eq!(export.objects, 1);
    let told: Vec<_> = export.left_out.iter().map(|out| (out.file.to_string(), &*out.reason)).collect();
    let has = |file: &str, words: &str| told.iter().any(|(at, reason)| at.ends_with(file) && reason.contains(words));
    assert!(
        has("a.yaml", "not Hedgehog's")
            && has("b.yaml", "twice")
            && has("c.yaml", "nobody")
            && has("d.yaml", "no name")
    );
}

#[test]
fn without_what_cannot_be_read_there_is_no_export() {
    let error = super::export(&tree(&[("managed/a.yaml", "a: [\n")]), &Catalogue::builtin(), Shape::Flat).unwrap_err();
    assert_eq!(error.0.len(), 1);
}

#[test]
fn the_longest_names_stay_apart() {
    let names = ["a".repeat(240), format!("{}b", "a".repeat(239))];
    let objects = names.map(|name| object("VPC", &name));
    let export = export(&[("managed/a.yaml", &objects[0]), ("managed/b.yaml", &objects[1])], Shape::Flat);
    assert_eq!(export.files.len(), 2);
    assert!(export.files.keys().all(|name| name.len() <= 255));
}
