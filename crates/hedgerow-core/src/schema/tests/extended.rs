//! Documents of a kind that only a CRD describes: no webhook is known, so the schema is taken at its word.

use super::{NONE, findings_of};
use crate::catalogue::Catalogue;
use crate::path::TreePath;

/// A kind with one field of each sort.
const CRD: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
spec:
  group: wiring.githedgehog.com
  names: {kind: Fabric, plural: fabrics}
  scope: Namespaced
  versions:
  - name: v1beta1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec:
            type: object
            required: [name]
            properties:
              name: {type: string, minLength: 2, maxLength: 4}
              mode: {type: string, enum: [a, b]}
              asn: {type: integer, format: int32, minimum: 0, exclusiveMinimum: true}
              share: {type: number, maximum: 1}
              port: {x-kubernetes-int-or-string: true}
              when: {type: string, format: date-time}
              prefix: {type: string, format: cidr}
              secret: {type: string, format: password}
              any: {x-kubernetes-preserve-unknown-fields: true}
              open: {type: object, x-kubernetes-preserve-unknown-fields: true, properties: {a: {type: boolean}}}
              words: {type: object, maxProperties: 1, additionalProperties: {type: string}}
              parts: {type: array, items: {type: object, properties: {a: {type: boolean}}}}
              digit: {type: integer, enum: [1, 2]}
";

/// `HR2001 6:9` for each finding about a Fabric with these fields in its spec; they start at line 6, column 3.
fn places(spec: &str) -> Vec<String> {
    let files = [(TreePath::from("crds/fabrics.yaml"), CRD.as_bytes())];
    let catalogue = Catalogue::builtin().extend_with_crds(&files).unwrap();
    let head = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Fabric\nmetadata:\n  name: a\nspec:\n".to_owned();
    let yaml = spec.lines().fold(head, |yaml, line| yaml + "  " + line + "\n");
    let found = findings_of(&catalogue, &yaml);
    found.iter().map(|f| format!("{} {}:{}", f.code, f.place.line.unwrap(), f.place.column.unwrap())).collect()
}

#[test]
fn a_text_has_a_length_in_characters() {
    assert_eq!(places("name: äöüß"), NONE);
    assert_eq!(places("name: a"), ["HR2008 6:9"]);
    assert_eq!(places("name: abcde"), ["HR2008 6:9"]);
}

#[test]
fn an_empty_text_is_a_value_where_no_webhook_is_known() {
    assert_eq!(places("name: ab\nmode: \"\""), ["HR2006 7:9"]);
    assert_eq!(places("name: ab\nparts: [null]"), ["HR2001 7:11"]);
}

#[test]
fn numbers_have_bounds() {
    assert_eq!(places("name: ab\nasn: 1\nshare: 0.5\ndigit: 2"), NONE);
    assert_eq!(places("name: ab\nasn: 0"), ["HR2009 7:8"]);
    assert_eq!(places("name: ab\nasn: 4200000000"), ["HR2002 7:8"]);
    assert_eq!(places("name: ab\nshare: 1.5"), ["HR2009 7:10"]);
    assert_eq!(places("name: ab\ndigit: 3"), ["HR2009 7:10"]);
}

#[test]
fn a_time_and_a_prefix_have_to_read_as_one() {
    assert_eq!(places("name: ab\nwhen: \"2026-07-23T15:29:14Z\""), NONE);
    assert_eq!(places("name: ab\nwhen: yesterday"), ["HR2011 7:9"]);
    assert_eq!(places("name: ab\nprefix: 10.0.0.0/24\nsecret: a"), NONE);
    assert_eq!(places("name: ab\nprefix: 10.0.0.0"), ["HR2011 7:11"]);
}

#[test]
fn what_takes_several_types_takes_those() {
    assert_eq!(places("name: ab\nport: 80\nany: [{b: 1}]"), NONE);
    assert_eq!(places("name: ab\nport: http"), NONE);
    assert_eq!(places("name: ab\nport: true"), ["HR2001 7:9"]);
}

#[test]
fn unknown_fields_pass_where_the_schema_keeps_them() {
    assert_eq!(places("name: ab\nopen: {b: 1, a: true}"), NONE);
    assert_eq!(places("name: ab\nopen: {b: 1, a: 1}"), ["HR2001 7:19"]);
    assert_eq!(places("name: ab\nparts: [{b: 1}]"), ["HR2004 7:12"]);
}

#[test]
fn entries_of_a_map_are_counted() {
    assert_eq!(places("name: ab\nwords: {a: b}"), NONE);
    assert_eq!(places("name: ab\nwords: {a: b, c: d}"), ["HR2010 7:3"]);
}
