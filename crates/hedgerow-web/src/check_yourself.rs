//! What somebody types who trusts neither us nor our database: plain git, and both verifiers.

use serde_json::Value;

/// The commands for one commit of ours, or for a range of commits; in order, for one shell.
pub fn commands(report: &Value) -> Vec<String> {
    let read = if report["read"].is_object() { &report["read"] } else { report };
    let text = |key: &str| read[key].as_str().unwrap_or_default();
    let branch = text("ref").trim_start_matches("refs/heads/");
    let branch = quoted(report["pushed_to"].as_str().unwrap_or(branch));
    let (url, dir) = (quoted(text("url")), quoted(text("directory")));
    let clone = [
        format!("git ls-remote {url} refs/heads/{branch}"),
        format!("git clone --quiet --branch {branch} {url} check && cd check"),
    ];
    let (looks, which) = match (report["range"].as_str(), report["commit"].as_str()) {
        (Some(range), _) => (of_range(report, &dir), format!("--range {}", quoted(range))),
        (None, Some(commit)) => (of_commit(report, commit, &dir), format!("--commit {commit}")),
        (None, None) => return Vec::new(),
    };
    let verifiers = [
        format!("hedgerow verify --repo {url} --branch {branch} --path {dir} {which}"),
        format!("python3 ../hedgerow_verify.py --repo . --branch {branch} --path {dir} {which}"),
    ];
    clone.into_iter().chain(looks).chain(verifiers).collect()
}

fn of_commit(report: &Value, commit: &str, dir: &str) -> Vec<String> {
    // A repository's first commit has nothing to differ from.
    let what_changed = match report["before"]["commit"].as_str() {
        Some(parent) => format!("git diff --find-renames --stat {parent} {commit}"),
        None => format!("git show --find-renames --stat --format= {commit}"),
    };
    let tree = format!("git ls-tree -r --name-only {commit} -- {dir}");
    vec![what_changed, tree, format!("git log -1 --format=%B {commit}")]
}

fn of_range(report: &Value, dir: &str) -> Vec<String> {
    let range = quoted(report["range"].as_str().unwrap_or_default());
    vec![format!("git log --stat --find-renames {range} -- {dir}")]
}

/// For a shell: quoted where it has to be.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"/._-:@+,=".contains(&b));
    if plain { text.to_owned() } else { format!("'{}'", text.replace('\'', "'\\''")) }
}
