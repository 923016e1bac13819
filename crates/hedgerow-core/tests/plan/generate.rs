//! Fabrics as people leave them: few names and few texts, so that they meet.

use std::collections::BTreeMap;
use std::fmt;

use hedgerow_core::policy::{Invalid, Mixed, Policy, Replace};
use hedgerow_core::tree::FabricTree;
use proptest::prelude::*;
use proptest::sample::select;

use crate::fabric::{How, at, config_map, fabric, file, server};
use crate::rounds::{namespaces, peering, vpc};

/// A fabric and how to plan it.
#[derive(Clone)]
pub(crate) struct Case {
    pub(crate) tree: FabricTree,
    pub(crate) policy: Policy,
    pub(crate) adopt: bool,
    /// The inbox's documents and comments, each with its file: none of them may be lost.
    pub(crate) passages: Vec<(String, String)>,
}

/// The files as one reads them.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Policy { replace, mixed, invalid, .. } = &self.policy;
        writeln!(f, "replace {replace:?}, mixed {mixed:?}, invalid {invalid:?}, adopt {}", self.adopt)?;
        for (path, entry) in &self.tree.entries {
            writeln!(f, "{path}: {:?}", String::from_utf8_lossy(entry.bytes().unwrap_or_default()))?;
        }
        Ok(())
    }
}

impl Case {
    pub(crate) fn how(&self) -> How {
        How { policy: self.policy.clone(), adopt: self.adopt }
    }
}

/// The text of a document: of an object, of somebody else's, of something that is held.
fn document() -> impl Strategy<Value = String> {
    let name = select(vec!["a", "b", "c", "d"]);
    let description =
        select(vec!["one", "two", "|\n    text\n    # no comment", "|+\n    text\n\n", ">-\n    #\n    x"]);
    let good = (name, description).prop_map(|(name, text)| server(name, text));
    let group = select(vec!["a", "g"]).prop_map(|name| server(name, "x").replace("kind: Server", "kind: SwitchGroup"));
    let group = group.prop_map(|text| text.replace("spec:\n  description: x\n", "spec: {}\n"));
    let foreign = select(vec!["a", "b"]).prop_map(config_map);
    let held = select(vec![
        "a: [\n".to_owned(),
        "kind: Server\n".to_owned(),
        server("../../x", "one"),
        server("a", "one").replace("Server", "Sever"),
        server("a", "one").replace("githedgehog", "githedgehg"),
        "apiVersion: v1\nkind: List\nitems: []\n".to_owned(),
        "text\n".to_owned(),
    ]);
    prop_oneof![8 => good, 2 => group, 2 => foreign, 2 => held, 6 => ruled()]
}

/// The text of an object that the fabric's rules judge together with others.
fn ruled() -> impl Strategy<Value = String> {
    let subnet = select(vec!["10.0.1.0/24", "10.0.2.0/24", "10.0.0.0/22", "192.168.0.0/24"]);
    let vlan = select(vec![1001, 1002, 5]);
    let name = || select(vec!["v-1", "v-2", "v-3"]);
    let vpc = (name(), subnet, vlan).prop_map(|(name, subnet, vlan)| vpc(name, subnet, vlan));
    let peering = (name(), name()).prop_map(|(one, two)| peering(one, two));
    prop_oneof![1 => Just(namespaces()), 3 => vpc, 2 => peering]
}

/// What stands before a document.
fn opening() -> impl Strategy<Value = &'static str> {
    select(vec![
        "---\n",
        "---\n",
        "---  \n\n",
        "--- # text\n",
        "---\n# note\n",
        "# note\n---\n",
        "\n# note\n---\n",
        "#\n# Banner\n#\n---\n",
        "text: 1\n# note\n---\n",
        "...\n---\n",
        "---\n---\n# empty\n---\n",
        "...\n# note\n%YAML 1.1\n---\n",
        "...\n",
    ])
}

/// A file, and what must not be lost of it.
fn text() -> impl Strategy<Value = (String, Vec<String>)> {
    let head = select(vec!["", "", "", "---\n", "# head\n", "# head\n---\n", "\u{feff}", "\n"]);
    let tail = select(vec!["", "", "\n\n", "# end\n", "---\n", "...\n", "---\n# end\n"]);
    let more = proptest::collection::vec((opening(), document()), 0..4);
    let ends = select(vec!["\n", "\n", "\n", "\r\n"]);
    (head, document(), more, tail, ends, any::<bool>()).prop_map(|(head, first, more, tail, ends, is_cut)| {
        let mut text = format!("{head}{first}");
        let mut kept: Vec<_> = first.split("---\n").map(str::to_owned).collect();
        for (opening, document) in more {
            text += opening;
            text += &document;
            kept.extend(opening.lines().filter(|line| line.starts_with('#')).map(str::to_owned));
            kept.extend(document.split("---\n").map(str::to_owned));
        }
        text += tail;
        let text = if is_cut { text.trim_end_matches('\n').to_owned() } else { text };
        let kept = kept.iter().map(|part| part.trim_end().replace('\n', ends)).collect();
        (text.replace('\n', ends), kept)
    })
}

fn inbox() -> impl Strategy<Value = BTreeMap<&'static str, (String, Vec<String>)>> {
    let path = select(vec![
        "raw/f0.yaml",
        "raw/f1.YML",
        "raw/f2.yaml",
        "raw/sub/f0.yaml",
        "raw/sub/f3.yaml",
        "f0.yaml",
        "f3.yaml",
    ]);
    proptest::collection::btree_map(path, text(), 1..5)
}

fn managed() -> impl Strategy<Value = BTreeMap<String, String>> {
    let own = (select(vec!["a", "b", "c"]), select(vec!["one", "two"]))
        .prop_map(|(name, text)| (format!("managed/servers/{name}.yaml"), server(name, text)));
    let other = select(vec![
        ("managed/old/a.yaml", server("a", "one")),
        ("managed/all.yaml", server("b", "one") + "---\n" + &server("d", "two")),
        ("managed/servers/d.yaml", server("d", "[")),
        ("managed/vpcs/v-1.yaml", vpc("v-1", "10.0.1.0/24", 1001)),
        ("managed/vpcs/v-2.yaml", vpc("v-2", "10.0.0.0/22", 1002)),
        ("managed/vpcpeerings/v-1--v-3.yaml", peering("v-1", "v-3")),
        ("managed/servers/C.yaml", server("x", "one")),
        ("managed/servers/a.yaml", config_map("a")),
        ("managed/cm.yaml", config_map("a")),
        ("managed/servers/b.yaml/x", String::new()),
        ("unmanaged/f0.yaml", config_map("a")),
        ("unmanaged/f2.yaml", server("a", "one")),
        ("unmanaged/sub", "x".to_owned()),
        ("unmanaged/f2.yaml.findings.txt", "x".to_owned()),
        ("raw/readme.md", "x".to_owned()),
        ("raw/empty.yaml", "# nothing\n".to_owned()),
        ("raw/.gitkeep", String::new()),
    ]);
    let other = other.prop_map(|(path, text)| (path.to_owned(), text));
    let files = proptest::collection::vec(prop_oneof![3 => own, 2 => other], 0..6);
    files.prop_map(|files| files.into_iter().collect())
}

fn policy() -> impl Strategy<Value = Policy> {
    let replace = select(vec![Replace::Take, Replace::Hold]);
    let mixed = select(vec![Mixed::Hold, Mixed::Split]);
    let invalid = select(vec![Invalid::Hold, Invalid::Unmanaged]);
    let some = |(replace, mixed, invalid)| Policy { replace, mixed, invalid, ..Policy::default() };
    (replace, mixed, invalid).prop_map(some)
}

/// Any fabric.
pub(crate) fn case() -> impl Strategy<Value = Case> {
    (inbox(), managed(), policy(), any::<bool>()).prop_map(|(inbox, managed, policy, adopt)| {
        let mut tree = fabric([]);
        let mut passages = Vec::new();
        for (path, text) in without_clashes(managed) {
            tree.entries.insert(at(&path), file(text.as_bytes()));
        }
        for (path, (text, kept)) in inbox {
            passages.extend(kept.into_iter().map(|part| (path.to_owned(), part)));
            tree.entries.insert(at(path), file(text.as_bytes()));
        }
        Case { tree, policy, adopt, passages }
    })
}

/// A tree has no file where it has a directory.
fn without_clashes(mut files: BTreeMap<String, String>) -> BTreeMap<String, String> {
    let paths: Vec<_> = files.keys().cloned().collect();
    files.retain(|path, _| !paths.iter().any(|other| path.starts_with(&format!("{other}/"))));
    files
}
