//! Unknown, former and deprecated fields, templates, and what is said of them.

use super::{NONE, connection, findings, places, switch, vpc, words};
use crate::catalogue::Catalogue;
use crate::document;
use crate::finding::{Place, Severity};
use crate::path::TreePath;

#[test]
fn an_unknown_field_is_pointed_at_with_the_nearest_known_name() {
    let (message, hint) = words(&switch("role: spine\nprofil: vs"));
    assert_eq!(message, "`spec.profil` is not a field of Switch");
    assert_eq!(hint, "did you mean `profile`?");
    assert_eq!(places(&switch("role: spine\nprofil: vs")), ["HR2004 7:3"]);
}

#[test]
fn a_field_at_the_wrong_depth_is_told_where_it_belongs() {
    let (_, hint) = words(&vpc("dnsServers: [10.0.0.1]"));
    assert_eq!(hint, "`dnsServers` belongs to `spec.subnets.<name>.dhcp.options`");
    let (_, hint) = words(&(switch("role: spine") + "profile: vs\n"));
    assert_eq!(hint, "`profile` belongs to `spec`");
    let (_, hint) = words(&switch("role: spine\nstatsu: {}\n").replace("  statsu", "statsu"));
    assert_eq!(hint, "did you mean `status`?");
}

#[test]
fn nothing_below_an_unknown_field_is_looked_at() {
    assert_eq!(places(&switch("role: spine\nbogus:\n  role: 1\n  profile: [2]")), ["HR2004 7:3"]);
}

#[test]
fn a_field_of_an_older_api_is_told_what_replaced_it_and_when() {
    let (message, hint) = words(&switch("role: spine\nlocation: {rack: \"1\"}"));
    assert_eq!(message, "`spec.location` is gone since 2024-09-30");
    assert_eq!(hint, "use `boot.serial` or `boot.mac`");
    assert_eq!(places(&switch("role: spine\nlocation: {}")), ["HR2005 7:3"]);
    assert_eq!(places(&connection("nat: {}")), ["HR2005 6:3"]);
}

#[test]
fn a_string_where_a_number_is_since_2024_is_told_so() {
    let (message, hint) = words(&vpc("vlan: \"1001\""));
    assert_eq!(message, "`spec.subnets.default.vlan` was a string until 2024-05-08; it must be a whole number");
    assert_eq!(hint, "write 1001 without quotes");
    assert_eq!(places(&vpc("vlan: \"1001\"")), ["HR2005 8:13"]);
}

#[test]
fn a_deprecated_field_warns_and_is_still_judged() {
    let found = findings(&connection("mclag:\n  links: []"));
    assert_eq!(found[0].code, crate::codes::schema::DEPRECATED);
    assert_eq!(found[0].severity, Severity::Warning);
    assert_eq!(places(&connection("mclag:\n  links: []")), ["HR2012 6:3", "HR2010 7:5"]);
}

#[test]
fn a_template_warns_where_text_may_stand_and_is_the_hint_elsewhere() {
    assert_eq!(places(&vpc("subnet: \"{{ .subnet }}\"")), ["HR2013 8:15"]);
    assert_eq!(places(&vpc("isolated: ${ISOLATED}")), ["HR2001 8:17"]);
    assert!(words(&vpc("isolated: ${ISOLATED}")).1.contains("template"));
    assert!(words(&vpc("vlan: {{ vlan }}")).1.contains("template"));
    assert!(words(&switch("role: $(role)")).1.contains("template"));
    assert_eq!(places(&vpc("subnet: 10.0.0.0/24")), NONE);
}

#[test]
fn a_wrong_spelling_is_told_the_right_one() {
    let (message, hint) = words(&vpc("isolated: \"true\""));
    assert_eq!(message, "`spec.subnets.default.isolated` must be a boolean, and is a string");
    assert_eq!(hint, "write true without quotes");
    assert_eq!(words(&switch("role: spine\nboot: {serial: 0123}")).1, "put it into quotes");
    assert_eq!(words(&switch("role: server-laef")).1, "did you mean `server-leaf`?");
    assert_eq!(words(&switch("role: spine\ngroups: a")).1, "start each item with `- `");
}

#[test]
fn a_missing_field_is_told_with_what_it_is_for() {
    assert!(words(&switch("profile: vs")).1.starts_with("add it, one of `spine`, `server-leaf`"));
    let attachment = switch("static: {proxy: true}").replace("wiring.", "vpc.").replace("Switch", "ExternalAttachment");
    assert_eq!(words(&attachment), ("`spec.static.remoteIP` is missing".to_owned(), "add it: the next hop".to_owned()));
}

#[test]
fn keys_with_dots_are_quoted_in_paths() {
    let peering = switch("peering:\n  ext.dc: {expos: []}")
        .replace("wiring.githedgehog.com/v1beta1", "gateway.githedgehog.com/v1alpha1")
        .replace("Switch", "GatewayPeering");
    assert_eq!(words(&peering).0, "`spec.peering[\"ext.dc\"].expos` is not a field of GatewayPeering");
}

#[test]
fn places_are_those_of_the_file_whatever_stands_before_the_document() {
    let path = TreePath::from("a.yaml");
    let yaml = format!("# ä\n---\n\n# a comment\n{}--- # äöü\n\n{}", switch("rol: a"), vpc("vlan: \"ä\"\nsubnt: b"));
    let file = document::parse(&path, yaml.as_bytes());
    let catalogue = Catalogue::builtin();
    let kinds = [("wiring.githedgehog.com", "Switch"), ("vpc.githedgehog.com", "VPC")];
    for (document, (group, kind)) in file.documents.iter().zip(kinds) {
        let found =
            super::super::check(&catalogue, catalogue.kind(group, kind).unwrap(), &path, yaml.as_bytes(), document);
        assert_eq!(found.len(), 2);
        for finding in found {
            let span = finding.place.span.unwrap();
            assert_eq!(finding.place, Place::of_span(path.clone(), Some(document.index), yaml.as_bytes(), span));
        }
    }
}

#[test]
fn what_is_told_of_one_document_is_bounded_but_never_without_an_error() {
    let unknown: String = (0..200).map(|at| format!("bogus{at}: 1\n")).collect();
    let found = findings(&connection(&unknown));
    assert_eq!(found.len(), 101);
    assert_eq!(found[100].message, "100 more findings about this document are not told");
    let templates: String = (0..200).map(|at| format!("- {{prefix: \"${{P}}\", nextHops: [a{at}]}}\n")).collect();
    let warned = vpc("subnet: a").replace("  subnets:", &format!("  staticRoutes:\n{}  subnets:", indent(&templates)));
    let found = findings(&(warned + "bogus: 1\n"));
    assert_eq!(found.iter().filter(|f| f.severity == Severity::Error).count(), 1);
    assert_eq!(found.len(), 102);
}

#[test]
fn long_values_are_cut_in_messages() {
    let (message, _) = words(&switch(&format!("role: {}", "x".repeat(10_000))));
    assert!(message.len() < 250, "{message}");
    let (message, _) = words(&switch(&format!("role: spine\n{}: 1", "x".repeat(1_000))));
    assert!(message.len() < 250, "{message}");
}

fn indent(text: &str) -> String {
    text.lines().map(|line| format!("  {line}\n")).collect()
}
