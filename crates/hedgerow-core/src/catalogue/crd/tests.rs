//! CRDs replace and extend, and a bad one is told with its place.

use crate::catalogue::{Catalogue, Shape, Writer};
use crate::finding::Finding;
use crate::path::TreePath;

/// A CRD of `group` and `kind`; the properties of its spec are `properties`, indented by 14.
fn crd(group: &str, kind: &str, plural: &str, properties: &str) -> String {
    format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {plural}.{group}
spec:
  group: {group}
  names: {{kind: {kind}, plural: {plural}, shortNames: [x]}}
  scope: Namespaced
  versions:
  - {{name: v1, served: false, storage: false, schema: {{openAPIV3Schema: {{type: object}}}}}}
  - name: v2
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          metadata: {{type: object}}
          status: {{type: object}}
          spec:
            type: object
            properties:
{properties}"
    )
}

fn extend(texts: &[&str]) -> Result<Catalogue, Vec<Finding>> {
    let files: Vec<_> = texts.iter().map(|text| (TreePath::from("crds/a.yaml"), text.as_bytes())).collect();
    Catalogue::builtin().extend_with_crds(&files)
}

#[test]
fn a_new_kind_is_a_file() {
    let text = crd(
        "wiring.githedgehog.com",
        "Fabric",
        "fabrics",
        "              leafASNStart: {type: integer, format: int32}\n",
    );
    let catalogue = extend(&[&text]).unwrap();
    let fabric = catalogue.kind("wiring.githedgehog.com", "Fabric").unwrap();
    assert_eq!((fabric.plural.as_str(), fabric.writer), ("fabrics", Writer::User));
    assert_eq!(fabric.versions, ["v2"]);
    assert!(fabric.fields("v1").is_none());
    let Shape::Object(root) = &fabric.fields("v2").unwrap().shape else { panic!("an object") };
    assert_eq!(root.fields().map(|(name, _)| name).collect::<Vec<_>>(), ["spec"]);
    assert_ne!(catalogue.digest(), Catalogue::builtin().digest());
}

#[test]
fn a_crd_replaces_a_kind_and_keeps_what_only_the_controller_knows() {
    let properties = "              dhcp: {type: object, required: [mtu], properties: {mtu: {type: integer}}}\n              vlanNamespace: {type: string}\n";
    let catalogue = extend(&[&crd("vpc.githedgehog.com", "VPC", "vpcs", properties)]).unwrap();
    let vpc = catalogue.kind("vpc.githedgehog.com", "VPC").unwrap();
    assert_eq!(vpc.versions, ["v2"]);
    let Shape::Object(root) = &vpc.fields("v2").unwrap().shape else { panic!("an object") };
    let Shape::Object(spec) = &root.field("spec").unwrap().shape else { panic!("an object") };
    assert_eq!(spec.field("vlanNamespace").unwrap().about.becomes.as_deref(), Some("`default`"));
    assert!(spec.gone.iter().any(|gone| gone.name == "snat"));
    assert!(spec.gone.iter().all(|gone| gone.name != "dhcp"));
    assert!(spec.field("subnets").is_none());
}

#[test]
fn a_crd_inherits_what_the_controller_decodes_into() {
    let ranges = "              ranges: {type: array, items: {type: object, properties: {from: {type: integer}}}}\n";
    let catalogue = extend(&[&crd("wiring.githedgehog.com", "VLANNamespace", "vlannamespaces", ranges)]).unwrap();
    let kind = catalogue.kind("wiring.githedgehog.com", "VLANNamespace").unwrap();
    let Shape::Object(root) = &kind.fields("v2").unwrap().shape else { panic!("an object") };
    let Shape::Object(spec) = &root.field("spec").unwrap().shape else { panic!("an object") };
    let Shape::List(range, _) = &spec.field("ranges").unwrap().shape else { panic!("a list") };
    let Shape::Object(fields) = &range.shape else { panic!("an object") };
    let Shape::Integer(from) = &fields.field("from").unwrap().shape else { panic!("an integer") };
    assert!(range.null_is_empty);
    assert_eq!((from.width.min, from.width.max), (0, 65_535));
}

#[test]
fn the_stored_version_comes_first_and_one_that_is_served_is_not_former() {
    let text = crd("wiring.githedgehog.com", "Switch", "switches", "              a: {type: string}\n");
    let text = text.replace("{name: v1, served: false", "{name: v1alpha2, served: true");
    let catalogue = extend(&[&text]).unwrap();
    assert_eq!(catalogue.kind("wiring.githedgehog.com", "Switch").unwrap().versions, ["v2", "v1alpha2"]);
    assert!(catalogue.former("wiring.githedgehog.com", "v1alpha2", "Switch").is_none());
    assert!(catalogue.former("wiring.githedgehog.com", "v1alpha2", "Server").is_some());
}

#[test]
fn a_file_that_is_no_crd_is_refused_with_its_place() {
    let findings = extend(&["apiVersion: v1\nkind: ConfigMap\n"]).unwrap_err();
    assert_eq!((findings[0].code.to_string().as_str(), findings[0].place.line), ("HR2030", Some(2)));
    let findings =
        extend(&["apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nspec: {}\n"]).unwrap_err();
    assert_eq!(findings[0].message, "a CRD needs `spec.group`");
}

#[test]
fn a_schema_that_cannot_be_read_is_refused_with_its_place() {
    let text = crd(
        "a.example.com",
        "A",
        "as",
        "              a: {type: string, pattern: '('}\n              b: {type: objekt}\n",
    );
    let findings = extend(&[&text]).unwrap_err();
    let places: Vec<_> = findings.iter().map(|f| (f.code.to_string(), f.place.line.unwrap())).collect();
    assert_eq!(places, [("HR2031".to_owned(), 23), ("HR2031".to_owned(), 24)]);
}

#[test]
fn a_plural_that_another_kind_has_is_refused_with_its_place() {
    let findings = extend(&[&crd("a.example.com", "A", "switches", "              a: {type: string}\n")]).unwrap_err();
    assert_eq!((findings[0].code.to_string().as_str(), findings[0].place.line), ("HR2032", Some(7)));
    assert!(findings[0].message.contains("wiring.githedgehog.com/Switch"), "{}", findings[0].message);
}

#[test]
fn a_name_that_could_leave_its_directory_is_refused() {
    for (group, kind, plural, line) in [
        ("a.example.com", "A", "../../as", 7),
        ("a.example.com", "A", "a/s", 7),
        ("a.example.com", "A", "As", 7),
        ("a.example.com", "A/b", "as", 7),
        ("a/b.example.com", "A", "as", 6),
        ("a..com", "A", "as", 6),
    ] {
        let findings = extend(&[&crd(group, kind, plural, "              a: {type: string}\n")]).unwrap_err();
        assert_eq!((findings[0].code.to_string().as_str(), findings[0].place.line), ("HR2030", Some(line)), "{plural}");
    }
}

#[test]
fn one_plural_in_two_new_crds_is_refused() {
    let one = |kind: &str| crd("a.example.com", kind, "as", "              a: {type: string}\n");
    let findings = extend(&[&one("A"), &one("B")]).unwrap_err();
    assert_eq!(findings[0].code.to_string(), "HR2032");
}

#[test]
fn yaml_that_cannot_be_read_is_told_as_such() {
    assert!(extend(&["a: [\n"]).unwrap_err()[0].code.to_string().starts_with("HR1"));
}
