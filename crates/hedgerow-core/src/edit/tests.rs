use super::*;

fn edited(file: &str, strip_server_fields: bool) -> Result<Edited, EditError> {
    edit(&TreePath::from("raw/a.yaml"), file.as_bytes(), Wish { strip_server_fields })
}

#[track_caller]
fn becomes(file: &str, strip: bool, expected: &str) {
    let edited = edited(file, strip).unwrap();
    assert_eq!(String::from_utf8(edited.bytes).unwrap(), expected);
}

#[track_caller]
fn cannot(file: &str, strip: bool, words: &str) {
    let error = edited(file, strip).unwrap_err();
    assert!(error.to_string().contains(words), "{error}");
}

#[test]
fn what_kubectl_prints_becomes_documents() {
    let list = "\
apiVersion: v1
items:
- apiVersion: vpc.githedgehog.com/v1beta1
  kind: VPC
  metadata:
    name: vpc-1
  spec:
    subnets:
      default: {subnet: 10.0.1.0/24, vlan: 1001}
- apiVersion: v1
  kind: ConfigMap
  data:
    text: |
      one
        two

    last: |+
      kept

kind: List
metadata:
  resourceVersion: \"\"
";
    let documents = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: vpc-1
spec:
  subnets:
    default: {subnet: 10.0.1.0/24, vlan: 1001}
---
apiVersion: v1
kind: ConfigMap
data:
  text: |
    one
      two

  last: |+
    kept

";
    becomes(list, false, documents);
}

#[test]
fn comments_go_with_the_item_that_they_stand_at() {
    let list = "\
# the whole file
apiVersion: v1 # one
kind: List
# the racks
items: # two
  # rack 1
  - a: 1 # first
    # inside
    b:
    - c
    # below

  # rack 2
  #
  -   a: 2
      b: [x,
    y]
  # at the end
metadata: {} # three
# after all
";
    let documents = "\
# the whole file
# one
# the racks
# two
# rack 1
a: 1 # first
# inside
b:
- c
# below

---
# rack 2
#
a: 2
b: [x,
y]
# at the end
# three
# after all
";
    becomes(list, false, documents);
}

#[test]
fn a_dash_may_stand_alone_on_its_line() {
    let list = "\
apiVersion: v1
kind: List
items:
  # rack 1
  - # the first
    a: 1

    b:
    -
      c: 1
  -
    # rack 2

      a: 2
      b: |
         text
  - a: 3
";
    let documents = "\
# rack 1
# the first
a: 1

b:
-
  c: 1
---
# rack 2

a: 2
b: |
   text
---
a: 3
";
    becomes(list, false, documents);
    cannot("apiVersion: v1\nkind: List\nitems:\n- &a\n  x: 1\n", false, "right behind its dash");
}

#[test]
fn the_other_documents_of_a_file_keep_their_bytes() {
    let list = "# a\n---\nx:   1  # odd\n---\nkind: List\napiVersion: v1\nitems:\n- a: 1\n- a: 2\n---\n\ny: 2";
    becomes(list, false, "# a\n---\nx:   1  # odd\n---\na: 1\n---\na: 2\n---\n\ny: 2");
}

#[test]
fn lists_in_lists_json_and_windows_lines_are_split() {
    becomes(
        "apiVersion: v1\r\nkind: List\r\nitems:\r\n- a: 1\r\n- apiVersion: v1\r\n  kind: List\r\n  items:\r\n  - b: 1\r\n  - c: 1\r\n",
        false,
        "a: 1\r\n---\r\nb: 1\r\n---\r\nc: 1\r\n",
    );
    let json = "{\n    \"apiVersion\": \"v1\",\n    \"items\": [\n        {\n            \"a\": \"#\"\n        },\n        {\n            \"a\": 2\n        }\n    ],\n    \"kind\": \"List\"\n}\n";
    becomes(json, false, "{\n    \"a\": \"#\"\n}\n---\n{\n    \"a\": 2\n}\n");
    becomes("--- {kind: List, apiVersion: v1, items: [{a: 1}]}\n", false, "---\n{a: 1}\n");
    becomes("kind: List\napiVersion: v1\nitems: [{a: 1}, {b: 2}]\n", false, "{a: 1}\n---\n{b: 2}\n");
    becomes("kind: List\napiVersion: v1\nitems: []\n", false, "");
}

#[test]
fn a_file_without_a_list_is_left_alone() {
    let file = "a:   1 \n# x\n---\n- kind: List\n---\nkind: List\napiVersion: v2\n";
    assert_eq!(edited(file, true).unwrap(), Edited { bytes: file.into(), lists: 0, fields: 0, documents: 3 });
}

#[test]
fn what_lines_cannot_say_is_refused() {
    cannot("kind: List\napiVersion: v1\nlabels: {}\nitems:\n- a: 1\n", false, "`labels` of its own");
    cannot("kind: List\napiVersion: v1\nmetadata: {name: x}\nitems:\n- a: 1\n", false, "`name` of its own");
    cannot("kind: List\napiVersion: v1\nitems: [{a: 1}, # one\n {b: 2}]\n", false, "a comment");
    cannot("kind: List\napiVersion: v1\nitems:\n- &a\n  a: 1\n- *a\n", false, "dash");
    cannot("kind: List\napiVersion: v1\nitems:\n- a: &a 1\n- a: *a\n", false, "same");
    cannot("kind: List\napiVersion: v1\nitems:\n- \n", false, "same");
    cannot("a: [\n", false, "no YAML");
}

const OBJECT: &str = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  annotations:
    kubectl.kubernetes.io/last-applied-configuration: |
      {\"a\": 1}
  creationTimestamp: \"2026-07-23T15:29:14Z\"
  generation: 1
  labels:
    fabric.githedgehog.com/ipv4ns: default
    rack: one # mine
  managedFields:
  - apiVersion: x
    fieldsV1: {}
  # a name
  name: vpc-1
  uid: 6a2f

spec:
  subnets: {}
status:
  applied: true

  more:
  - 1
# the end
";

#[test]
fn what_the_server_writes_goes_when_asked() {
    let kept = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  labels:
    rack: one # mine
  # a name
  name: vpc-1

spec:
  subnets: {}
# the end
";
    becomes(OBJECT, true, kept);
    becomes(OBJECT, false, OBJECT);
    assert_eq!(edited(OBJECT, true).unwrap().fields, 7);
    becomes(kept, true, kept);
}

#[test]
fn braces_lose_their_entry_and_its_comma() {
    let of = |metadata: &str, rest: &str| {
        format!("{{apiVersion: wiring.githedgehog.com/v1beta1, kind: Server, metadata: {metadata}{rest}}}\n")
    };
    becomes(&of("{uid: a, name: x, generation: 1}", ", status: {}"), true, &of("{name: x}", ""));
    becomes(&of("{name: x, \"labels\": {fabric.githedgehog.com/a: b}}", ""), true, &of("{name: x}", ""));
}

#[test]
fn what_others_call_status_is_theirs() {
    let file = "apiVersion: example.com/v1\nkind: Thing\nmetadata: {uid: a}\nstatus: {}\n";
    becomes(file, true, file);
}

#[test]
fn what_is_not_certain_is_not_taken_out() {
    let head = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\n";
    cannot(&format!("{head}spec: &a {{uid: x}}\nmetadata: *a\n"), true, "same");
    cannot(&format!("{head}metadata: {{name: a}}\n? status\n: x\n"), true, "shares its line");
}
