//! Small documents, and finding them again with plain git. Nothing of the product is in here.

use std::collections::BTreeMap;

use crate::support::fixtures::DIR;
use crate::support::git::Remote;
use crate::support::yaml::file;

/// A name, and the text of the document that has it.
pub(super) type Texts = BTreeMap<String, String>;

/// The only entry of an inbox that has nothing in it.
const KEEP: &str = ".gitkeep";

/// One text of a server of this name.
pub(super) fn document(name: &str, version: u32) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {name}, text {version}\n"
    )
}

/// A file that no run may take: it stays in the inbox, and keeps no other from leaving.
pub(super) const BAD: (&str, &str) = ("raw/bad.yaml", "kind: [\n");

/// A file of these documents.
pub(super) fn inbox_file(texts: &Texts) -> String {
    file(&texts.values().cloned().collect::<Vec<_>>())
}

/// The managed path of a name.
pub(super) fn managed_path(name: &str) -> String {
    format!("{DIR}/managed/servers/{name}.yaml")
}

/// The documents under `managed/` at a commit.
pub(super) fn managed(remote: &Remote, rev: &str) -> Texts {
    under(remote, rev, &["managed"])
}

/// The same with those of the inbox over them: what there is once the inbox is empty. What is in no shape to be taken is left out.
pub(super) fn all(remote: &Remote, rev: &str) -> Texts {
    // By path: what is managed comes first, and the inbox over it.
    under(remote, rev, &["managed", "raw"])
}

/// Whether the inbox at a commit has nothing to take.
pub(super) fn is_drained(remote: &Remote, rev: &str) -> bool {
    remote.git(&["ls-tree", "-r", "--name-only", rev, "--", &format!("{DIR}/raw/")]).lines().all(is_left)
}

/// Whether a run may leave this path in the inbox.
fn is_left(path: &str) -> bool {
    path.ends_with(KEEP) || path.ends_with(BAD.0)
}

fn under(remote: &Remote, rev: &str, zones: &[&str]) -> Texts {
    let paths: Vec<String> = zones.iter().map(|zone| format!("{DIR}/{zone}/")).collect();
    let listing = remote.git(
        &[&["ls-tree", "-r", rev, "--"], paths.iter().map(String::as_str).collect::<Vec<_>>().as_slice()].concat(),
    );
    let blobs: Vec<&str> = listing
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .filter(|(_, path)| !is_left(path))
        .filter_map(|(meta, _)| meta.split(' ').nth(2))
        .collect();
    read(remote, &blobs).iter().flat_map(|text| text.split("---\n")).map(named).collect()
}

/// The texts of these blobs, by one process.
fn read(remote: &Remote, blobs: &[&str]) -> Vec<String> {
    let answer = remote.git_with_input(&["cat-file", "--batch"], (blobs.join("\n") + "\n").as_bytes()) + "\n";
    let mut rest = answer.as_str();
    let mut texts = Vec::new();
    for _ in blobs {
        let (head, after) = rest.split_once('\n').unwrap();
        let size: usize = head.rsplit(' ').next().unwrap().parse().unwrap();
        texts.push(after[..size].to_owned());
        rest = after[size..].trim_start_matches('\n');
    }
    texts
}

fn named(text: &str) -> (String, String) {
    let name = text.lines().find_map(|line| line.strip_prefix("  name: ")).unwrap_or_else(|| panic!("no name: {text}"));
    (name.to_owned(), text.to_owned())
}
