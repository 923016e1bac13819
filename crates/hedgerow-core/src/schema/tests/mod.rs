//! Each check: an example that passes, one that fails, and the place of what is found.

use crate::catalogue::Catalogue;
use crate::document;
use crate::finding::Finding;
use crate::path::TreePath;

mod extended;
mod metadata;
mod shapes;
mod words;

/// What is found in the first document of `yaml`.
fn findings(yaml: &str) -> Vec<Finding> {
    findings_of(&Catalogue::builtin(), yaml)
}

/// What is found in the first document of `yaml` with this catalogue.
fn findings_of(catalogue: &Catalogue, yaml: &str) -> Vec<Finding> {
    let path = TreePath::from("a.yaml");
    let file = document::parse(&path, yaml.as_bytes());
    let document = &file.documents[0];
    let value = document.value.as_ref().unwrap();
    let (group, _) = value.at("apiVersion").unwrap().as_str().unwrap().split_once('/').unwrap();
    let kind = catalogue.kind(group, value.at("kind").unwrap().as_str().unwrap()).unwrap();
    super::check(catalogue, kind, &path, yaml.as_bytes(), document)
}

/// `HR2001 7:13` for each finding: its code, line and column.
fn places(yaml: &str) -> Vec<String> {
    let place = |f: &Finding| format!("{} {}:{}", f.code, f.place.line.unwrap(), f.place.column.unwrap());
    findings(yaml).iter().map(place).collect()
}

/// The only finding's message and hint.
fn words(yaml: &str) -> (String, String) {
    let found = findings(yaml);
    assert_eq!(found.len(), 1, "{found:#?}");
    (found[0].message.clone(), found[0].hint.clone().unwrap_or_default())
}

/// A VPC with this subnet; the subnet's lines start at line 8, column 7.
fn vpc(subnet: &str) -> String {
    let head = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: vpc-1\nspec:\n  subnets:\n    default:\n";
    subnet.lines().fold(head.to_owned(), |yaml, line| yaml + "      " + line + "\n")
}

/// A Switch with these fields in its spec; they start at line 6, column 3.
fn switch(spec: &str) -> String {
    let head = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: leaf-1\nspec:\n";
    spec.lines().fold(head.to_owned(), |yaml, line| yaml + "  " + line + "\n")
}

/// A Connection with these fields in its spec; they start at line 6, column 3.
fn connection(spec: &str) -> String {
    switch(spec).replace("kind: Switch", "kind: Connection")
}

/// A Server with these fields in its metadata; they start at line 5, column 3.
fn server(metadata: &str) -> String {
    let head = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: server-1\n";
    metadata.lines().fold(head.to_owned(), |yaml, line| yaml + "  " + line + "\n") + "spec: {}\n"
}

const NONE: [&str; 0] = [];
