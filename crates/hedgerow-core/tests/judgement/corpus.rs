//! Real documents: what the rules find in each source, reviewed by hand. (What the schema finds is the schema's to test.)

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::document::{self, ParsedFile};
use hedgerow_core::finding::Severity;
use hedgerow_core::path::{TreePath, is_yaml};
use hedgerow_core::rules::{self, Subject, Verdict};
use hedgerow_core::settings::Settings;

use crate::harness::{objects, open};

/// What is expected of a source.
struct Source {
    name: &'static str,
    /// Errors when each file is a set of its own: code and number.
    alone: &'static [(&'static str, usize)],
    /// Errors when all files are one set, the first of several versions of an object counting.
    together: &'static [(&'static str, usize)],
    /// Why a document that people really use is refused, or why a strange one is not.
    why: &'static str,
}

const SOURCES: &[Source] = &[
    Source {
        name: "demo-gitops-env-1",
        alone: &[("HR3106", 20)],
        together: &[],
        why: "Ten versions of demo.yaml peer with VPCs of the file beside it, pre-demo.yaml: refused alone, accepted together.",
    },
    Source {
        name: "docs-head",
        alone: &[
            ("HR3106", 1), // vpcs.md L8 peers with vpc-2, which the page does not show
            ("HR3107", 5), // vpcs.md L8 permits subnet-1 to subnet-5, which the page does not show
            ("HR4002", 1), // external.md L90: an External named default--5835, 13 characters
            ("HR4005", 2), // build-wiring.md L200, gateway-add.md L214: Gateway in namespace fab, as before 26.03
            ("HR4107", 1), // devices.md L16 shows every field at once: a speed for a port of a port group
            ("HR4110", 2), // devices.md L16: auto-negotiation on ports of dell-s5248f-on, which has none
            ("HR4219", 4), // connections.md L95: addresses of an older fabric subnet
            ("HR4412", 1), // dhcp.md L252: a relay without a length, which the controller refuses
            ("HR4510", 1), // gateway-peering.md L290: an access list without its peering
            ("HR4710", 2), // gateway-failover.md L66: `expose: […]` with its contents left out
            ("HR4716", 2), // gateway-peering.md L290: the sides of the peering that is left out
        ],
        together: &[
            ("HR3101", 5),
            ("HR3102", 2),
            ("HR3103", 1),
            ("HR3106", 4),
            ("HR3107", 3),
            ("HR3108", 3),
            ("HR3109", 2),
            ("HR3111", 1),
            ("HR4002", 1),
            ("HR4005", 1),
            ("HR4107", 1),
            ("HR4110", 2),
            ("HR4123", 2),
            ("HR4212", 7),
            ("HR4219", 4),
            ("HR4403", 1),
            ("HR4409", 1),
            ("HR4510", 1),
            ("HR4710", 2),
            ("HR4711", 5),
            ("HR4716", 2),
        ],
        why: "Examples of a manual. Each alone is accepted but for those above; together they are no fabric: the pages use the same names, ports and VLANs for different things.",
    },
    Source {
        name: "fabric-old-samples",
        alone: &[],
        together: &[],
        why: "All are of versions that are no longer served (v1alpha1, v1alpha2): the catalogue refuses them, and no rule reads fields that meant other things.",
    },
    Source {
        name: "fabricator",
        alone: &[],
        together: &[],
        why: "fab.yaml: kinds of the installer, for which there are no rules.",
    },
    Source {
        name: "fabricator-md",
        alone: &[("HR3101", 1), ("HR4106", 1), ("HR4120", 2), ("HR4211", 1), ("HR4219", 2)],
        together: &[("HR3101", 1), ("HR4106", 1), ("HR4120", 2), ("HR4211", 1), ("HR4219", 2)],
        why: "testing-infrastructure.md sketches a lab: ports that a celestica-ds3000 (32 of them) lacks, a spine that is not shown, addresses of other subnets.",
    },
    Source {
        name: "gateway-md",
        alone: &[],
        together: &[],
        why: "Sketches of a design, which YAML, the catalogue and the schema refuse.",
    },
    Source {
        name: "gateway-old-samples",
        alone: &[],
        together: &[],
        why: "Kind Peering, which is GatewayPeering now: the catalogue refuses it.",
    },
    Source {
        name: "gitops-test-1-head",
        alone: &[],
        together: &[],
        why: "What the predecessor made of the seed; accepted, with the seed's warnings.",
    },
    Source {
        name: "gitops-test-1-history",
        alone: &[("HR4402", 1)],
        together: &[],
        why: "One version of test-vpc.yaml has `subnets: {}`: the controller wants one at least.",
    },
    Source { name: "gitops-test-1-seed", alone: &[], together: &[], why: "The seed: accepted." },
    Source {
        name: "labapp",
        alone: &[],
        together: &[("HR3106", 2), ("HR3108", 3), ("HR4403", 3)],
        why: "Examples for students. Alone they are accepted, as the wiring is elsewhere; beside the lab's own wiring their connections and subnets do not exist there.",
    },
    Source {
        name: "labapp-md",
        alone: &[("HR4510", 2)],
        together: &[("HR3106", 3), ("HR4409", 1), ("HR4510", 2)],
        why: "A course's page writes a VPCPeering with one VPC in each policy; the controller refuses it.",
    },
    Source {
        name: "nvidia-air-demo",
        alone: &[("HR4120", 20)],
        together: &[("HR4120", 10)],
        why: "Hydrated by an installer whose management subnet is 192.168.200.0/24: refused with upstream's default, accepted with the setting (see the test below).",
    },
    Source { name: "nvidia-air-demo-md", alone: &[], together: &[], why: "Accepted." },
];

/// Where the fixtures are, or `None` with a word about it.
fn fixtures() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let path = std::env::var_os("HEDGEROW_FIXTURES").map_or(beside, PathBuf::from);
    if !path.is_dir() {
        eprintln!("did not run: no fixtures at {}", path.display());
        return None;
    }
    Some(path)
}

fn files_of(dir: &Path) -> Vec<(TreePath, Vec<u8>)> {
    let mut paths: Vec<_> = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let yaml = paths.into_iter().filter(|path| is_yaml(path.as_os_str().as_encoded_bytes()));
    yaml.map(|path| (TreePath::new(path.file_name().unwrap().as_encoded_bytes().to_vec()), fs::read(&path).unwrap()))
        .collect()
}

fn judged(files: &[&ParsedFile<'_>], settings: &Settings) -> Vec<Verdict> {
    let mut set = BTreeMap::new();
    for file in files {
        for (identity, version, node, index) in objects(file) {
            set.entry(identity).or_insert((*file, version, node, index));
        }
    }
    let subjects: Vec<_> = set
        .iter()
        .map(|(identity, (file, version, node, document))| Subject {
            identity,
            version,
            node,
            file: &file.path,
            bytes: file.bytes,
            document: *document,
            before: None,
        })
        .collect();
    rules::judge(&subjects, &open(&subjects), settings, &Catalogue::builtin())
}

/// How many there are of each code, those of one severity.
fn count<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>, severity: Severity) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for verdict in verdicts.into_iter().filter(|verdict| verdict.finding.severity == severity) {
        *counts.entry(verdict.finding.code.to_string()).or_default() += 1;
    }
    counts
}

fn table(rows: &[(&str, usize)]) -> BTreeMap<String, usize> {
    rows.iter().map(|&(code, count)| (code.to_owned(), count)).collect()
}

#[test]
fn every_source_of_the_corpus_is_judged_as_reviewed() {
    let Some(corpus) = fixtures().map(|path| path.join("corpus")) else { return };
    let named: Vec<_> = SOURCES.iter().map(|source| source.name.to_owned()).collect();
    let mut present: Vec<_> =
        fs::read_dir(&corpus).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    present.sort();
    assert_eq!(present, named, "a source without a review");
    let settings = Settings::default();
    for source in SOURCES {
        assert!(!source.why.is_empty());
        let files = files_of(&corpus.join(source.name));
        let parsed: Vec<_> = files.iter().map(|(path, bytes)| document::parse(path, bytes)).collect();
        let alone: Vec<_> = parsed.iter().flat_map(|file| judged(&[file], &settings)).collect();
        assert_eq!(count(&alone, Severity::Error), table(source.alone), "{} alone", source.name);
        let together = judged(&parsed.iter().collect::<Vec<_>>(), &settings);
        assert_eq!(count(&together, Severity::Error), table(source.together), "{} together", source.name);
    }
}

#[test]
fn the_seed_is_accepted_with_the_warnings_that_it_deserves() {
    let Some(fixtures) = fixtures() else { return };
    let files = files_of(&fixtures.join("corpus/gitops-test-1-seed"));
    let parsed: Vec<_> = files.iter().map(|(path, bytes)| document::parse(path, bytes)).collect();
    let verdicts = judged(&parsed.iter().collect::<Vec<_>>(), &Settings::default());
    assert_eq!(parsed.iter().map(|file| file.documents.len()).sum::<usize>(), 48);
    assert_eq!(count(&verdicts, Severity::Error), table(&[]));
    // The namespaces are not in git (2), MCLAG is deprecated (2 switches; of 3 connections the schema tells), nothing is
    // hydrated (told once).
    assert_eq!(count(&verdicts, Severity::Warning), table(&[("HR3001", 2), ("HR4103", 2), ("HR4117", 1)]));
    assert_eq!(count(&verdicts, Severity::Info), table(&[]));
}

#[test]
fn a_fabric_with_other_subnets_is_accepted_with_its_settings() {
    let Some(fixtures) = fixtures() else { return };
    let toml = "[subnets]\nmanagement = \"192.168.200.0/24\"\nmanagement_dhcp_start = \"192.168.200.128\"\n";
    let settings = Settings::read(toml.as_bytes()).unwrap();
    let files = files_of(&fixtures.join("corpus/nvidia-air-demo"));
    for (path, bytes) in &files {
        let verdicts = judged(&[&document::parse(path, bytes)], &settings);
        assert_eq!(count(&verdicts, Severity::Error), table(&[]), "{path}");
    }
}
