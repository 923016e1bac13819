//! How fast a set is judged: `cargo bench -p hedgerow-core --bench rules`.
//!
//! A valid fabric of N connections (a switch for every 40 of them, a server each, and a VPC with an attachment for every
//! ten), judged by the rules alone; then the same with every hundredth connection broken.
#![allow(clippy::print_stdout)]

use std::collections::BTreeSet;
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::document::{ParsedFile, parse};
use hedgerow_core::object::Identity;
use hedgerow_core::path::TreePath;
use hedgerow_core::rules::{Subject, judge};
use hedgerow_core::settings::Settings;

const WIRING: &str = "apiVersion: wiring.githedgehog.com/v1beta1\n";
const VPC: &str = "apiVersion: vpc.githedgehog.com/v1beta1\n";

/// A fabric of `count` connections; each `broken`th refers to a port that is taken.
fn fabric(count: usize, broken: usize) -> String {
    let mut file =
        format!("{VPC}kind: IPv4Namespace\nmetadata: {{name: default}}\nspec: {{subnets: [10.0.0.0/8]}}\n---\n");
    let _ = write!(file, "{WIRING}kind: SwitchGroup\nmetadata: {{name: g}}\n---\n");
    for space in 0..=count / 20_000 {
        let _ = write!(
            file,
            "{WIRING}kind: VLANNamespace\nmetadata: {{name: v{space}}}\nspec: {{ranges: [{{from: 1, to: 2999}}]}}\n---\n"
        );
    }
    for n in 0..count.div_ceil(40) {
        let space = n / 500;
        let _ = write!(
            file,
            "{WIRING}kind: Switch\nmetadata: {{name: leaf-{n}}}\nspec: {{role: server-leaf, profile: dell-s5248f-on, boot: {{serial: s}}, vlanNamespaces: [v{space}]}}\n---\n"
        );
    }
    for n in 0..count {
        let (leaf, port) = (n / 40, if broken > 0 && n % broken == 1 { 1 } else { n % 40 + 1 });
        let _ = write!(
            file,
            "{WIRING}kind: Server\nmetadata: {{name: server-{n}}}\nspec: {{}}\n---\n\
             {WIRING}kind: Connection\nmetadata:\n  name: c-{n}\nspec:\n  unbundled:\n    link:\n      server: {{port: server-{n}/enp2s1}}\n      switch: {{port: leaf-{leaf}/E1/{port}}}\n---\n"
        );
        if n % 10 == 0 {
            let (vpc, space) = (n / 10, n / 20_000);
            let _ = write!(
                file,
                "{VPC}kind: VPC\nmetadata: {{name: v{vpc}}}\nspec: {{vlanNamespace: v{space}, subnets: {{default: {{subnet: 10.{}.{}.0/24, vlan: {}}}}}}}\n---\n\
                 {VPC}kind: VPCAttachment\nmetadata: {{name: a{vpc}}}\nspec: {{subnet: v{vpc}/default, connection: c-{n}}}\n---\n",
                vpc / 250,
                vpc % 250,
                vpc % 2_000 + 1
            );
        }
    }
    file
}

fn identities(file: &ParsedFile<'_>) -> Vec<(Identity, String)> {
    let objects = file.documents.iter().filter_map(|document| {
        let node = document.value.as_ref()?;
        let text = |path: &str| Some(node.at(path)?.as_str()?.to_owned());
        let (group, version) = text("apiVersion")?.split_once('/').map(|(g, v)| (g.to_owned(), v.to_owned()))?;
        let identity =
            Identity { group, kind: text("kind")?, namespace: "default".to_owned(), name: text("metadata.name")? };
        Some((identity, version))
    });
    objects.collect()
}

/// How long this thread has been on a processor, from `/proc`: what others do on the machine does not count. Where
/// there is none, the time of day.
fn on_processor(since: Instant) -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat.split_whitespace().next().and_then(|first| first.parse().ok());
    nanos.map_or_else(|| since.elapsed(), Duration::from_nanos)
}

/// The best of five.
fn best(mut work: impl FnMut()) -> Duration {
    let since = Instant::now();
    let times = (0..5).map(|_| {
        let started = on_processor(since);
        work();
        on_processor(since).saturating_sub(started)
    });
    times.min().unwrap_or_default()
}

fn speed(count: usize, broken: usize) {
    let text = fabric(count, broken);
    // A file is no larger in truth; one makes the measure simpler, and does not change it.
    let path = TreePath::new(b"raw/fabric.yaml".to_vec());
    let parts: Vec<&str> = text.split_inclusive("---\n").collect();
    let files: Vec<String> = parts.chunks(20_000).map(|part| part.concat()).collect();
    let parsed: Vec<_> = files.iter().map(|file| parse(&path, file.as_bytes())).collect();
    let named: Vec<_> = parsed.iter().map(identities).collect();
    let set: Vec<Subject<'_>> = parsed
        .iter()
        .zip(&named)
        .flat_map(|(file, named)| {
            file.documents.iter().zip(named).filter_map(|(document, (identity, version))| {
                let node = document.value.as_ref()?;
                let (file, bytes, document) = (&file.path, file.bytes, document.index);
                Some(Subject { identity, version, node, file, bytes, document, before: None })
            })
        })
        .collect();
    let (settings, catalogue, open) = (Settings::default(), Catalogue::builtin(), BTreeSet::new());
    let found = judge(&set, &open, &settings, &catalogue).len();
    let took = best(|| drop(black_box(judge(&set, &open, &settings, &catalogue))));
    println!(
        "{count:>8} connections, {:>8} objects: {:>8.1} ms, {:>9.0} objects/s, {found} found",
        set.len(),
        took.as_secs_f64() * 1e3,
        set.len() as f64 / took.as_secs_f64()
    );
}

fn main() {
    for count in [10_000, 50_000, 200_000] {
        speed(count, 0);
    }
    speed(10_000, 100);
    speed(200_000, 100);
}
