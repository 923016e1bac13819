//! The resulting set, judged in rounds by the fabric's own rules.

use hedgerow_core::codes::placement;
use hedgerow_core::finding::Severity;
use hedgerow_core::plan::Gate;

use crate::fabric::{How, at, done, done_with, fabric};

pub(crate) fn namespaces() -> String {
    "apiVersion: vpc.githedgehog.com/v1beta1\nkind: IPv4Namespace\nmetadata:\n  name: default\nspec:\n  subnets: [10.0.0.0/16]\n---\n\
     apiVersion: wiring.githedgehog.com/v1beta1\nkind: VLANNamespace\nmetadata:\n  name: default\nspec:\n  ranges:\n  - from: 1000\n    to: 2999\n"
        .to_owned()
}

pub(crate) fn vpc(name: &str, subnet: &str, vlan: u16) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: {name}\nspec:\n  subnets:\n    default:\n      subnet: {subnet}\n      vlan: {vlan}\n"
    )
}

pub(crate) fn peering(one: &str, two: &str) -> String {
    format!(
        "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCPeering\nmetadata:\n  name: {one}--{two}\nspec:\n  permit:\n  - {one}: {{}}\n    {two}: {{}}\n"
    )
}

#[test]
fn what_depends_on_a_held_object_is_held_in_the_next_round() {
    let (ns, outside, good) = (namespaces(), vpc("vpc-1", "192.168.0.0/24", 1001), vpc("vpc-2", "10.0.2.0/24", 1002));
    let (broken, fine) = (peering("vpc-1", "vpc-2"), peering("vpc-2", "vpc-3"));
    let third = vpc("vpc-3", "10.0.3.0/24", 1003);
    let tree = fabric([
        ("raw/ns.yaml", &*ns),
        ("raw/1.yaml", &*outside),
        ("raw/2.yaml", &*good),
        ("raw/3.yaml", &*third),
        ("raw/peer.yaml", &*broken),
        ("raw/peer-2.yaml", &*fine),
    ]);
    let done = done(&tree);
    let held: Vec<_> = done.ledger().into_iter().filter(|line| line.starts_with("held")).collect();
    assert_eq!(held, ["held raw/1.yaml#- raw/1.yaml", "held raw/peer.yaml#- raw/peer.yaml"]);
    assert_eq!(done.plan.counts().created, 5);
    let stopped: Vec<_> = done.plan.passages.iter().filter_map(|p| Some((p.stopped?, p.from.file.clone()))).collect();
    assert_eq!(stopped, [(Gate::Set, at("raw/1.yaml")), (Gate::Set, at("raw/peer.yaml"))]);
}

#[test]
fn the_managed_version_of_a_held_object_is_back_in_the_set() {
    let (ns, old, outside) = (namespaces(), vpc("vpc-1", "10.0.1.0/24", 1001), vpc("vpc-1", "192.168.0.0/24", 1001));
    let (good, peer) = (vpc("vpc-2", "10.0.2.0/24", 1002), peering("vpc-1", "vpc-2"));
    let files = [
        ("managed/vpcs/vpc-1.yaml", &*old),
        ("raw/ns.yaml", &*ns),
        ("raw/1.yaml", &*outside),
        ("raw/2.yaml", &*good),
        ("raw/peer.yaml", &*peer),
    ];
    let done = done(&fabric(files));
    assert_eq!((done.plan.counts().created, done.plan.counts().held), (4, 1));
    assert_eq!(done.text("managed/vpcs/vpc-1.yaml"), old);
}

#[test]
fn both_sides_of_a_conflict_in_the_inbox_are_held_and_managed_objects_never() {
    let ns = namespaces();
    let (one, two) = (vpc("vpc-1", "10.0.1.0/24", 1001), vpc("vpc-2", "10.0.1.0/25", 1002));
    let both = done(&fabric([("raw/ns.yaml", &*ns), ("raw/1.yaml", &*one), ("raw/2.yaml", &*two)]));
    assert_eq!((both.plan.counts().created, both.plan.counts().held), (2, 2));
    for file in ["raw/1.yaml", "raw/2.yaml"] {
        assert!(both.plan.findings.iter().any(|finding| finding.place.file == at(file)), "{file} has a finding");
    }
    let with_managed = fabric([("raw/ns.yaml", &*ns), ("managed/vpcs/vpc-1.yaml", &*one), ("raw/2.yaml", &*two)]);
    assert_eq!(done(&with_managed).plan.counts().held, 1);
    let managed_only =
        fabric([("raw/ns.yaml", &*ns), ("managed/vpcs/vpc-1.yaml", &*one), ("managed/vpcs/vpc-2.yaml", &*two)]);
    let managed_only = done(&managed_only);
    assert_eq!((managed_only.plan.counts().created, managed_only.plan.counts().held), (2, 0));
    assert!(!managed_only.errors().is_empty(), "reported, and holds nothing");
}

#[test]
fn what_waits_for_a_held_document_is_told_as_that_and_not_as_an_error() {
    let (ns, typo) = (namespaces(), vpc("vpc-1", "10.0.1.0/24", 1001).replace("vlan:", "vlann:"));
    let (good, peer) = (vpc("vpc-2", "10.0.2.0/24", 1002), peering("vpc-1", "vpc-2"));
    let files = [("raw/ns.yaml", &*ns), ("raw/1.yaml", &*typo), ("raw/2.yaml", &*good), ("raw/peer.yaml", &*peer)];
    let new = done(&fabric(files));
    assert_eq!(new.errors(), ["HR2004"]);
    assert_eq!((new.plan.counts().created, new.plan.counts().held), (3, 2));
    let waits = new.finding(placement::WAITS);
    assert!(waits.place.file == at("raw/peer.yaml") && waits.message.contains("VPC \"vpc-1\""), "{waits:?}");
    let managed = [
        ("raw/1.yaml", &*typo),
        ("managed/vpcs/vpc-2.yaml", &*good),
        ("managed/vpcpeerings/vpc-1--vpc-2.yaml", &*peer),
    ];
    let managed = done(&fabric(managed));
    assert_eq!(managed.errors(), ["HR2004"], "what is managed already warns");
    let warns = managed
        .plan
        .findings
        .iter()
        .any(|finding| finding.severity == Severity::Warning && finding.message.contains("no VPC \"vpc-1\""));
    assert!(warns, "{:#?}", managed.plan.findings);
}

#[test]
fn an_error_hides_no_other_in_its_file_and_holds_no_other_file() {
    let (ns, good) = (namespaces(), vpc("vpc-2", "10.0.2.0/24", 1002));
    let both = format!(
        "{}---\n{}",
        vpc("vpc-1", "10.0.1.0/24", 1001).replace("vlan:", "vlann:"),
        vpc("vpc-3", "192.168.0.0/24", 1003)
    );
    let done = done(&fabric([("raw/ns.yaml", &*ns), ("raw/1.yaml", &*both), ("raw/2.yaml", &*good)]));
    assert_eq!(done.errors(), ["HR2004", "HR4403"]);
    assert_eq!((done.plan.counts().created, done.plan.counts().held), (3, 1));
}

#[test]
fn a_kind_of_which_nobody_has_an_object_is_open() {
    let peer = peering("vpc-1", "vpc-2");
    let alone = done(&fabric([("raw/peer.yaml", &*peer)]));
    assert_eq!(alone.plan.counts().created, 1);
    assert!(alone.plan.findings.iter().any(|finding| finding.severity == Severity::Warning));
    let held_vpc = vpc("VPC-1", "10.0.1.0/24", 1001);
    let not_open = fabric([("raw/peer.yaml", &*peer), ("raw/vpc.yaml", &*held_vpc)]);
    assert_eq!(done(&not_open).plan.counts().held, 2, "a held object closes its kind");
    let elsewhere = done_with(&not_open, &How::policy("elsewhere = [\"VPC\"]"));
    assert_eq!((elsewhere.plan.counts().created, elsewhere.plan.counts().held), (1, 1));
}

#[test]
fn a_policy_that_names_an_unknown_kind_is_a_warning() {
    let ns = namespaces();
    let done = done_with(
        &fabric([("raw/ns.yaml", &*ns)]),
        &How::policy("elsewhere = [\"Swich\", \"switches\", \"Switch.wiring.githedgehog.com\"]"),
    );
    assert!(done.finding(hedgerow_core::codes::repository::UNKNOWN_ELSEWHERE).message.contains("Swich"));
}

#[test]
fn a_chain_of_dependents_is_followed_only_so_far() {
    let ns = namespaces();
    let relay = |n: usize| {
        let name = format!("v-{n:03}");
        let text = vpc(&name, &format!("10.0.{n}.0/24"), 1000 + n as u16);
        text + &format!("      dhcp:\n        relay: 10.99.0.1/32\n        relayVPC: v-{:03}\n", n + 1)
    };
    let files: Vec<_> = (0..100).map(|n| (format!("raw/{n:03}.yaml"), relay(n))).collect();
    let files = files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
    let done = done(&fabric(files.chain([("raw/ns.yaml", &*ns)])));
    assert_eq!(done.plan.counts().held, 101);
    assert!(done.errors().contains(&placement::TOO_MANY_ROUNDS.to_string()));
}
