//! What judging one changed file costs in a fabric of 10,000 objects, step by step: `cargo bench -p hedgerow-core --bench one_change`.
//!
//! A plan parses and checks everything that is managed anew, since it is a function of the tree alone: what it does not know it
//! cannot have remembered wrongly. `bench/one-change` shows the same beside what git takes.
#![allow(clippy::print_stdout)]

use std::collections::{BTreeMap, BTreeSet};
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use hedgerow_core::catalogue::{Catalogue, LookUp};
use hedgerow_core::document::{ParsedFile, parse};
use hedgerow_core::object::Named;
use hedgerow_core::path::FabricDir;
use hedgerow_core::plan::{Context, plan};
use hedgerow_core::policy::{Policy, Settings};
use hedgerow_core::rules::{Subject, judge};
use hedgerow_core::schema::check;
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};

const WIRING: &str = "apiVersion: wiring.githedgehog.com/v1beta1\n";

/// 10,000 managed objects, each in its file, and one more connection in the inbox.
fn fabric() -> FabricTree {
    let dir = FabricDir::parse("fabrics/one").expect("a plain path");
    let mut entries = BTreeMap::new();
    let mut add = |path: String, text: String| {
        let content = Content::Bytes(Arc::from(text.into_bytes()));
        entries.insert(dir.path().join(path), Entry { mode: Mode::File, id: String::new(), content });
    };
    add(
        "managed/vlannamespaces/default.yaml".to_owned(),
        format!(
            "{WIRING}kind: VLANNamespace\nmetadata:\n  name: default\nspec:\n  ranges:\n  - from: 1000\n    to: 2999\n"
        ),
    );
    for n in 0..105 {
        let text = format!(
            "{WIRING}kind: Switch\nmetadata:\n  name: leaf-{n}\nspec:\n  boot:\n    serial: S{n}\n  profile: dell-s5248f-on\n  role: server-leaf\n"
        );
        add(format!("managed/switches/leaf-{n}.yaml"), text);
    }
    for n in 0..4947 {
        let server = format!("{WIRING}kind: Server\nmetadata:\n  name: server-{n}\nspec:\n  description: rack {n}\n");
        add(format!("managed/servers/server-{n}.yaml"), server);
        let to = if n == 4946 { "raw/one.yaml".to_owned() } else { format!("managed/connections/server-{n}.yaml") };
        let (leaf, port) = (n / 48, n % 48 + 1);
        let connection = format!(
            "{WIRING}kind: Connection\nmetadata:\n  name: server-{n}\nspec:\n  unbundled:\n    link:\n      server:\n        port: server-{n}/enp2s1\n      switch:\n        port: leaf-{leaf}/E1/{port}\n"
        );
        add(to, connection);
    }
    FabricTree { dir, entries }
}

fn parsed(tree: &FabricTree) -> Vec<ParsedFile<'_>> {
    tree.entries.iter().map(|(path, entry)| parse(path, entry.bytes().unwrap_or_default())).collect()
}

/// The best of five.
fn best(mut work: impl FnMut()) -> Duration {
    let times = (0..5).map(|_| {
        let started = Instant::now();
        work();
        started.elapsed()
    });
    times.min().unwrap_or_default()
}

fn main() {
    let tree = fabric();
    let catalogue = Catalogue::builtin();
    let (policy, settings) = (Policy::default(), Settings::default());
    let files = parsed(&tree);
    let named: Vec<Named> =
        files.iter().filter_map(|file| Named::read(file.documents.first()?.value.as_ref()?)).collect();
    let subjects: Vec<Subject<'_>> = files
        .iter()
        .zip(&named)
        .filter_map(|(file, named)| {
            let document = file.documents.first()?;
            Some(Subject {
                identity: &named.identity,
                version: &named.version,
                node: document.value.as_ref()?,
                file: &file.path,
                bytes: file.bytes,
                document: document.index,
                before: None,
            })
        })
        .collect();
    let parse = best(|| drop(black_box(parsed(&tree))));
    let schema = best(|| {
        for (file, named) in files.iter().zip(&named) {
            let found = catalogue.look_up(&named.identity.group, &named.version, &named.identity.kind);
            if let (LookUp::Served(kind), Some(document)) = (found, file.documents.first()) {
                black_box(check(&catalogue, kind, &file.path, file.bytes, document));
            }
        }
    });
    let rules = best(|| drop(black_box(judge(&subjects, &BTreeSet::new(), &settings, &catalogue))));
    let context = Context { policy: &policy, settings: &settings, catalogue: &catalogue, adopt: false };
    let whole = best(|| drop(black_box(plan(&tree, &context).expect("the fabric can be planned"))));
    let rest = whole.saturating_sub(parse + schema + rules);
    println!("{} managed objects and one file in the inbox, best of five:", named.len() - 1);
    for (what, time) in [("parse", parse), ("schema", schema), ("rules", rules), ("plan", rest), ("whole", whole)] {
        println!("  {what:7} {:8.1} ms", time.as_secs_f64() * 1e3);
    }
}
