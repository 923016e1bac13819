//! What a run costs: ten thousand files by us and by plain git, and a run with nothing to do by both.
//! `cargo bench -p hedgerow-git`; times are the least of several, in milliseconds.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::Change;
use hedgerow_git::{
    BranchChoice, BranchName, Cancel, CommitText, CommitTime, Credential, Git, GitConfig, Mirror, Person, Push, Remote,
    RemoteUrl, TreeLook,
};
use hedgerow_testkit::{GitHttp, Plain};

const FILES: usize = 10_000;
const ROUNDS: usize = 5;

fn main() {
    let dir = tempfile::tempdir().unwrap();
    let remote = Plain::bare(dir.path().join("remote.git"));
    let files: Vec<_> = (0..FILES).map(|number| (format!("f/raw/{number}.yaml"), document(number))).collect();
    remote.commit("main", &files);
    let server = GitHttp::serve(dir.path());
    let inbox = remote.head("main");
    for url in [remote.dir().to_str().unwrap().to_owned(), server.url("remote.git")] {
        println!("{}", url.split(':').next().unwrap().replace(dir.path().to_str().unwrap(), "path "));
        remote.git(["update-ref", "refs/heads/main", &inbox]);
        nothing_to_do(&url, dir.path());
        whole_run(&url, &remote, dir.path());
    }
}

fn document(number: usize) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: server-{number}--unbundled--leaf-01\nspec:\n  unbundled:\n    link:\n      server: {{port: server-{number}/enp2s1}}\n      switch: {{port: leaf-01/E1/{number}}}\n"
    )
}

fn git() -> Git {
    let environment =
        std::env::vars_os().filter(|(name, _)| !name.to_string_lossy().to_lowercase().contains("proxy")).collect();
    let deadline = Duration::from_secs(600);
    Git::find(GitConfig { program: None, askpass: "/bin/false".into(), deadline, cancel: Cancel::new(), environment })
        .unwrap()
}

fn open(url: &str, cache: &Path) -> Mirror {
    Mirror::open(&git(), cache, &Remote { url: RemoteUrl::parse(url).unwrap(), credential: Credential::Ambient })
        .unwrap()
}

fn least<T>(rounds: usize, mut step: impl FnMut() -> T) -> f64 {
    let times = (0..rounds).map(|_| {
        let started = Instant::now();
        step();
        started.elapsed().as_secs_f64() * 1000.0
    });
    times.fold(f64::INFINITY, f64::min)
}

fn nothing_to_do(url: &str, dir: &Path) {
    let main = BranchName::parse("main").unwrap();
    let cache = dir.join("idle");
    let mut mirror = open(url, &cache);
    mirror.fetch(&BranchChoice::RemoteHead).unwrap();
    let plain = Plain::at(dir);
    let bare = least(20, || plain.git(["-c", "http.proxy=", "ls-remote", url, "refs/heads/main"]));
    let look = least(20, || mirror.look(&main).unwrap());
    let fetch = least(20, || mirror.fetch(&BranchChoice::RemoteHead).unwrap());
    drop(mirror);
    let all = least(20, || open(url, &cache).look(&main).unwrap());
    println!("  nothing to do: git ls-remote {bare:.1}, look {look:.1}, find+open+look {all:.1}, fetch {fetch:.1}");
}

fn whole_run(url: &str, remote: &Plain, dir: &Path) {
    let before = remote.head("main");
    let mut steps = BTreeMap::<&str, f64>::new();
    for round in 0..ROUNDS {
        remote.git(["update-ref", "refs/heads/main", &before]);
        let mut at = Instant::now();
        let mut step = |name| {
            let spent = at.elapsed().as_secs_f64() * 1000.0;
            steps.entry(name).and_modify(|least| *least = least.min(spent)).or_insert(spent);
            at = Instant::now();
        };
        let mut mirror = open(url, &dir.join(format!("cache-{round}-{}", url.len())));
        let head = mirror.fetch(&BranchChoice::RemoteHead).unwrap().head.unwrap();
        step("1 fetch");
        let fabric = FabricDir::parse("f").unwrap();
        let TreeLook::Tree(snapshot) = mirror.fabric_tree(&head, &fabric).unwrap() else { panic!() };
        step("2 read");
        let changes = changes(&snapshot.tree.entries);
        let person = Person { name: "n".into(), email: "e".into() };
        let time = CommitTime { seconds: round as i64, offset_seconds: 0 };
        let text = CommitText { message: "m".into(), author: person.clone(), committer: person, time };
        step("3 (plan)");
        let commit = mirror.write_commit(Some(&head), &changes, &text, None).unwrap();
        step("4 write");
        let main = BranchName::parse("main").unwrap();
        assert_eq!(mirror.push(&commit, &main, Some(&head)).unwrap(), Push::Pushed);
        step("5 push");
        assert_eq!(mirror.look(&main).unwrap().head, Some(commit));
        step("6 look");
    }
    let sum: f64 = steps.values().sum();
    let plain = plain_git(url, remote, &before, dir);
    println!("  {FILES} files: {steps:.0?}, together {sum:.0}; plain git {plain:.0}; ratio {:.2}", sum / plain);
}

fn changes(entries: &BTreeMap<TreePath, hedgerow_core::tree::Entry>) -> BTreeMap<TreePath, Change> {
    let mut changes = BTreeMap::new();
    for (path, entry) in entries {
        // Other bytes than those that the remote has: every blob is new.
        let bytes = [b"# placed\n", entry.bytes().unwrap()].concat();
        let name = String::from_utf8_lossy(path.file_name()).into_owned();
        changes.insert(TreePath::from(format!("f/managed/connections/{name}").as_str()), Change::Write(bytes.into()));
        changes.insert(path.clone(), Change::Remove);
    }
    changes
}

/// Fetch at depth 1, the same blobs by fast-import, push, look.
fn plain_git(url: &str, remote: &Plain, before: &str, dir: &Path) -> f64 {
    let mut stream = b"commit refs/heads/new\ncommitter S <s@e> now\ndata 0\n".to_vec();
    stream.extend(format!("from {before}\nD f/raw\n").as_bytes());
    for number in 0..FILES {
        let bytes = format!("# placed\n{}", document(number));
        stream.extend(
            format!("M 100644 inline f/managed/connections/{number}.yaml\ndata {}\n{bytes}\n", bytes.len()).as_bytes(),
        );
    }
    least(ROUNDS, || {
        remote.git(["update-ref", "refs/heads/main", before]);
        let clone = dir.join("plain.git");
        let _ = std::fs::remove_dir_all(&clone);
        let source = if url.starts_with('/') { format!("file://{url}") } else { url.to_owned() };
        Plain::at(dir).git([
            "-c",
            "http.proxy=",
            "clone",
            "--quiet",
            "--bare",
            "--depth=1",
            &source,
            clone.to_str().unwrap(),
        ]);
        let clone = Plain::at(clone);
        clone.git_bytes(["fast-import", "--quiet", "--date-format=now"], &stream);
        clone.git(["-c", "http.proxy=", "push", "--quiet", &source, "new:refs/heads/main"]);
        clone.git(["-c", "http.proxy=", "ls-remote", &source, "refs/heads/main"]);
    })
}
