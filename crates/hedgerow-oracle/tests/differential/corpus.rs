//! Real documents.

use std::collections::BTreeMap;
use std::path::Path;

use hedgerow_core::document::{self, Document};
use hedgerow_core::path::TreePath;
use serde_json::Value as Json;

use crate::crds::{Crd, to_json};
use crate::fixtures;

/// A file of the corpus.
pub(crate) struct File {
    /// As the fixtures name it: `corpus/<source>/<file>`.
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// All files, ordered by name.
pub(crate) fn files() -> Option<Vec<File>> {
    let root = fixtures::find("corpus")?;
    let mut files = Vec::new();
    for source in paths(&root) {
        for path in paths(&source) {
            let name =
                path.strip_prefix(root.parent().expect("fixtures")).expect("below").to_string_lossy().into_owned();
            files.push(File { name, bytes: std::fs::read(&path).expect("a file") });
        }
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Some(files)
}

fn paths(dir: &Path) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path()).collect()
}

/// Calls `judge` for each document of `file` that one of `crds` is about.
pub(crate) fn each_document(file: &File, crds: &[Crd], mut judge: impl FnMut(&Crd, Json, &Document<'_>)) {
    let parsed = document::parse(&TreePath::from(file.name.as_str()), &file.bytes);
    for document in &parsed.documents {
        let Some(node) = &document.value else { continue };
        let text = |key: &str| node.at(key).and_then(|n| n.as_str()).unwrap_or_default();
        let version = text("apiVersion");
        let is = |crd: &&Crd| version == format!("{}/{}", crd.group, crd.version) && text("kind") == crd.kind;
        if let Some(crd) = crds.iter().find(is) {
            judge(crd, to_json(node), document);
        }
    }
}

/// What a strict check against today's CRDs said of each document, by file and index; by another program.
pub(crate) fn opinions() -> Option<BTreeMap<(String, usize), bool>> {
    let table = std::fs::read_to_string(fixtures::find("corpus-validity.tsv")?).expect("a table");
    let mut opinions = BTreeMap::new();
    for line in table.lines().skip(1) {
        let columns: Vec<_> = line.split('\t').collect();
        if let [file, index, _, _, _, strict, "current", ..] = columns[..] {
            opinions.insert((file.to_owned(), index.parse().expect("an index")), strict == "yes");
        }
    }
    Some(opinions)
}
