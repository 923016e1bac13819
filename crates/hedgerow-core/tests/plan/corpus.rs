//! Real documents, each file judged alone as `hedgerow vet` and a run do, by YAML, catalogue, schema and rules: what is refused of each
//! source, with which codes, reviewed by hand. (`tests/judgement/corpus.rs` has the rules alone, and the files together;
//! `hedgerow-oracle` compares the schema with upstream's CRDs. What those refuse and we take are ExternalAttachments of static
//! externals: the CRD requires `neighbor` and `switch`, which the webhook fills in before the schema is looked at.)

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use hedgerow_core::finding::{Finding, Severity};
use hedgerow_core::path::is_yaml;

use crate::fabric::{How, at, fabric, file};

struct Source {
    name: &'static str,
    documents: usize,
    refused: usize,
    codes: &'static [(&'static str, usize)],
    why: &'static str,
}

#[rustfmt::skip]
const SOURCES: &[Source] = &[
    Source { name: "demo-gitops-env-1", documents: 77, refused: 32, codes: &[("HR3106", 20), ("HR5004", 22)],
        why: "Versions before 2024-10 are of v1alpha2. Ten later ones peer with VPCs of the file beside theirs: judged with it they are accepted." },
    Source { name: "docs-head", documents: 96, refused: 20,
        codes: &[("HR1008", 4), ("HR2001", 4), ("HR2003", 1), ("HR2004", 3), ("HR2017", 1), ("HR3106", 1), ("HR3107", 5), ("HR4002", 1),
            ("HR4005", 2), ("HR4107", 1), ("HR4110", 2), ("HR4219", 4), ("HR4412", 1), ("HR4510", 1), ("HR4716", 2), ("HR5006", 1), ("HR5008", 5)],
        why: "A manual's pages: gaps to fill in (a name that is only a comment, `[..]`), what `kubectl edit` shows (a resourceVersion), an installer's \
              object, older addresses and namespaces; each rule's case stands in tests/judgement/corpus.rs." },
    Source { name: "fabric-old-samples", documents: 398, refused: 398, codes: &[("HR5004", 398)],
        why: "All are of versions that are no longer served." },
    Source { name: "fabricator", documents: 2, refused: 2, codes: &[("HR5004", 1), ("HR5006", 1)],
        why: "fab.yaml, which the installer owns, and an older version of it." },
    Source { name: "fabricator-md", documents: 3, refused: 3,
        codes: &[("HR3101", 1), ("HR4106", 1), ("HR4120", 2), ("HR4211", 1), ("HR4219", 2), ("HR5002", 1)],
        why: "A sketch of a lab with ports that its switches lack, and a kind that upstream does not serve yet." },
    Source { name: "gateway-md", documents: 3, refused: 3, codes: &[("HR1030", 1), ("HR2004", 1), ("HR5002", 1)],
        why: "Sketches of a design: a kind that never was, fields with comments in another language's style, a tab as indentation." },
    Source { name: "gateway-old-samples", documents: 1, refused: 1, codes: &[("HR5004", 1)],
        why: "Kind Peering, which is GatewayPeering now." },
    Source { name: "gitops-test-1-head", documents: 56, refused: 25, codes: &[("HR5001", 4), ("HR5004", 21)],
        why: "Test servers and connections of v1alpha2, and files of the predecessor's own that are no objects." },
    Source { name: "gitops-test-1-history", documents: 26, refused: 23, codes: &[("HR2001", 1), ("HR5004", 22)],
        why: "The same, earlier; one version of test-vpc.yaml has its subnets as a list." },
    Source { name: "gitops-test-1-seed", documents: 48, refused: 0, codes: &[], why: "The seed: accepted." },
    Source { name: "labapp", documents: 48, refused: 3, codes: &[("HR2005", 3)], why: "VLANs in quotes, which were right before May 2024." },
    Source { name: "labapp-md", documents: 8, refused: 5, codes: &[("HR2001", 2), ("HR2005", 2), ("HR5004", 2)],
        why: "VLANs in quotes, v1alpha2, and peerings of a shape that never was." },
    Source { name: "nvidia-air-demo", documents: 348, refused: 20, codes: &[("HR4120", 20)],
        why: "Its installer has another management subnet: accepted with that in the settings (tests/judgement/corpus.rs)." },
    Source { name: "nvidia-air-demo-md", documents: 16, refused: 0, codes: &[], why: "Accepted." },
];

/// The directory of the corpus, or `None` with a word about it.
fn corpus() -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let path = std::env::var_os("HEDGEROW_FIXTURES").map_or(beside, PathBuf::from).join("corpus");
    if !path.is_dir() {
        eprintln!("did not run: no fixtures at {}", path.display());
        return None;
    }
    Some(path)
}

fn names(dir: &Path) -> BTreeSet<String> {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// The errors of a file alone, and how many documents it has.
fn errors(bytes: &[u8]) -> (Vec<Finding>, usize) {
    let mut tree = fabric([("raw/.gitkeep", "")]);
    tree.entries.insert(at("raw/a.yaml"), file(bytes));
    let plan = How::default().plan(&tree).unwrap();
    let errors = plan.findings.into_iter().filter(|finding| finding.severity == Severity::Error).collect();
    (errors, plan.documents)
}

#[test]
fn every_source_is_refused_as_reviewed_and_no_more() {
    let Some(corpus) = corpus() else { return };
    assert_eq!(
        names(&corpus),
        SOURCES.iter().map(|source| source.name.to_owned()).collect(),
        "a source without a review"
    );
    for source in SOURCES {
        assert!(!source.why.is_empty());
        let (mut documents, mut refused) = (0, 0);
        let mut codes: BTreeMap<String, usize> = BTreeMap::new();
        let dir = corpus.join(source.name);
        for name in names(&dir).into_iter().filter(|name| is_yaml(name.as_bytes())) {
            let (errors, of_file) = errors(&std::fs::read(dir.join(name)).unwrap());
            documents += of_file;
            refused += errors.iter().map(|error| error.place.document).collect::<BTreeSet<_>>().len();
            errors.iter().for_each(|error| *codes.entry(error.code.to_string()).or_default() += 1);
        }
        let expected = source.codes.iter().map(|&(code, count)| (code.to_owned(), count)).collect();
        assert_eq!((documents, refused, codes), (source.documents, source.refused, expected), "{}", source.name);
    }
}
