//! Labels, annotations, and what the server owns.

use super::{NONE, findings, places, server, words};
use crate::finding::Severity;

#[test]
fn status_in_git_warns() {
    let yaml = server("") + "status: {applied: true}\n";
    assert_eq!(places(&yaml), ["HR2014 6:1"]);
    assert_eq!(findings(&yaml)[0].severity, Severity::Warning);
    assert_eq!(places(&(server("") + "status:\n")), NONE);
}

#[test]
fn metadata_that_the_server_writes_is_found() {
    assert_eq!(places(&server("creationTimestamp: null")), NONE);
    assert_eq!(
        places(&server("creationTimestamp: \"2026-07-23T15:29:14Z\"\ngeneration: 2")),
        ["HR2015 5:3", "HR2015 6:3"]
    );
    assert_eq!(places(&server("uid: a")), ["HR2016 5:3"]);
}

#[test]
fn metadata_that_the_api_server_refuses_is_an_error() {
    let found = findings(&server("resourceVersion: \"1\"\nmanagedFields: []"));
    assert!(found.iter().all(|f| f.severity == Severity::Error));
    assert_eq!(places(&server("resourceVersion: \"1\"\nmanagedFields: []")), ["HR2017 5:3", "HR2018 6:3"]);
}

#[test]
fn labels_are_short_words() {
    assert_eq!(places(&server("labels:\n  example.com/rack: row-1\n  empty: \"\"")), NONE);
    assert_eq!(places(&server("labels:\n  rack: row 1")), ["HR2019 6:11"]);
    assert_eq!(places(&server("labels:\n  \"my rack\": a")), ["HR2019 6:5"]);
    assert_eq!(places(&server(&format!("labels:\n  rack: {}", "a".repeat(64)))), ["HR2019 6:11"]);
}

#[test]
fn labels_and_annotations_are_strings() {
    assert_eq!(places(&server("labels: {rack: 1}")), ["HR2001 5:18"]);
    assert_eq!(places(&server("annotations: {rack: true}")), ["HR2001 5:23"]);
    assert_eq!(places(&server("labels: [a]")), ["HR2001 5:3"]);
    assert_eq!(words(&server("labels: {rack: 1}")).1, "put it into quotes");
}

#[test]
fn annotations_have_legal_keys_and_a_limit() {
    assert_eq!(places(&server("annotations: {Example.COM/Note: any text}")), NONE);
    assert_eq!(places(&server("annotations: {my note: a}")), ["HR2020 5:17"]);
    assert_eq!(places(&server(&format!("annotations: {{note: {}}}", "a".repeat(262_140)))), NONE);
    assert_eq!(places(&server(&format!("annotations: {{note: {}}}", "a".repeat(262_141)))), ["HR2020 5:3"]);
}

#[test]
fn finalizers_have_legal_names() {
    assert_eq!(places(&server("finalizers: [example.com/wait]")), NONE);
    assert_eq!(places(&server("finalizers: [\"a b\"]")), ["HR2021 5:16"]);
}

#[test]
fn owners_are_not_for_git() {
    let owner = "ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: a, uid: b}]";
    assert_eq!(places(&server(owner)), ["HR2022 5:3"]);
    assert_eq!(places(&server("ownerReferences: []")), NONE);
    assert_eq!(places(&server(&owner.replace(", uid: b", ""))), ["HR2022 5:3", "HR2003 5:21"]);
}

#[test]
fn labels_that_the_fabric_writes_are_told_once() {
    let yaml =
        server("labels:\n  a: b\n  fabric.githedgehog.com/profile: x\n  leaf.fabric.githedgehog.com/l: \"true\"");
    assert_eq!(places(&yaml), ["HR2023 7:5"]);
    assert_eq!(findings(&yaml)[0].severity, Severity::Info);
    assert_eq!(
        places(&server("annotations: {kubectl.kubernetes.io/last-applied-configuration: \"{}\"}")),
        ["HR2023 5:17"]
    );
}

#[test]
fn names_are_judged_elsewhere() {
    assert_eq!(places(&server("namespace: 7").replace("name: server-1", "name: 7")), NONE);
}

#[test]
fn an_unknown_field_of_metadata_is_an_error() {
    assert_eq!(places(&server("lables: {a: b}")), ["HR2004 5:3"]);
    assert_eq!(words(&server("lables: {a: b}")).1, "did you mean `labels`?");
}
