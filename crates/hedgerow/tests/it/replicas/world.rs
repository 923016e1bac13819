//! Repositories, people and forges, and what must be so of them: plain git and SQL say.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use hedgerow_forge::webhook::{Provider, sign};
use hedgerow_testkit::GitHttp;
use hedgerow_testkit::postgres::Cluster;
use serde_json::Value;

use super::replica::{Replica, State};
use super::tally::Tally;
use crate::support::git::Remote;
use crate::support::ran::Ran;
use crate::support::scene::{Scene, knob};
use crate::support::yaml::server;

/// How long until others have taken over, or all is well again.
const PATIENCE: Duration = Duration::from_secs(120);
/// How late a watchdog may be with saying that a look is overdue.
const WATCHED: time::Duration = time::Duration::seconds(10);
pub(super) const DATABASE: &str = "replicas";
const HOOK: &str = "0123456789abcdef0123456789abcdef";
pub(super) const SECRET: &str = "a secret that nobody guesses";

pub(super) struct World {
    scene: Scene,
    pub(super) tally: Tally,
    /// Commits that are in their branch, and with a directory those where nothing waits in it.
    seen: RefCell<BTreeSet<String>>,
    /// The address that all know the repositories by.
    server: GitHttp,
    remotes: Vec<Remote>,
    fabrics: usize,
    pub(super) replicas: Vec<Replica>,
    cluster: &'static Cluster,
    /// Repository, directory and name of every server that was ever pushed.
    pushed: Vec<(usize, String, String)>,
    rings: usize,
    /// Those that were answered with "try again".
    put_off: usize,
}

impl World {
    pub(super) fn new(cluster: &'static Cluster) -> Self {
        let scene = Scene::new();
        std::fs::create_dir(scene.path("remotes")).unwrap();
        let repositories = knob("HEDGEROW_REPLICA_REPOSITORIES", 3) as usize;
        let fabrics = knob("HEDGEROW_REPLICA_FABRICS", 2) as usize;
        let http = GitHttp::serve(scene.path("remotes"));
        let mut declared = format!(
            "[[hook]]\nname = \"forge\"\nprovider = \"github\"\nsecret_file = \"hook.secret\"\nid = \"{HOOK}\"\n"
        );
        let mut remotes = Vec::new();
        for r in 0..repositories {
            let remote = scene.remote(&format!("remotes/r{r}.git"));
            remote.git(&["config", "http.receivepack", "true"]);
            let mut commit = remote.commit("Fabrics");
            declared += &format!("[[repository]]\nname = \"r{r}\"\nurl = \"{}\"\n", http.url(&format!("r{r}.git")));
            for f in 0..fabrics {
                commit = commit.write(&format!("f{f}/raw/.gitkeep"), "");
                declared += &format!(
                    "[[fabric]]\nname = \"r{r}-f{f}\"\nrepository = \"r{r}\"\nbranch = \"main\"\ndirectory = \"f{f}\"\nadopt = false\n"
                );
            }
            commit.push();
            remotes.push(remote);
        }
        cluster.sql("postgres", &format!("CREATE DATABASE {DATABASE}"));
        let mut replicas: Vec<_> = (0..3).map(|_| Replica::start(&scene, cluster, &declared)).collect();
        let token = replicas.iter().find_map(|replica| replica.service.token.clone());
        replicas.iter_mut().for_each(|replica| replica.service.token.clone_from(&token));
        let (tally, seen) = (Tally::default(), RefCell::default());
        Self {
            scene,
            tally,
            seen,
            server: http,
            remotes,
            fabrics,
            replicas,
            cluster,
            pushed: Vec::new(),
            rings: 0,
            put_off: 0,
        }
    }

    /// People push, and every other repository's forge rings, at a service that can hear it.
    pub(super) fn people(&mut self) {
        self.people_push();
        (0..self.remotes.len()).step_by(2).for_each(|r| self.ring(r));
    }

    /// One server into each fabric, whatever else moves the branch meanwhile.
    pub(super) fn people_push(&mut self) {
        for r in 0..self.remotes.len() {
            let name = format!("server-{}", self.pushed.len());
            loop {
                let remote = &self.remotes[r];
                let old = remote.head();
                let mut commit = remote.commit("One more").branch("people").parent(&old);
                for f in 0..self.fabrics {
                    commit = commit.write(&format!("f{f}/raw/{name}.yaml"), server(&name));
                }
                let new = commit.push();
                let mut update = self.scene.command(Path::new("git"));
                update.arg("-C").arg(remote.path()).args(["update-ref", "refs/heads/main", &new, &old]);
                if Ran::of(&mut update).code() == 0 {
                    break;
                }
            }
            self.pushed.extend((0..self.fabrics).map(|f| (r, format!("f{f}"), name.clone())));
        }
    }

    fn ring(&mut self, r: usize) {
        self.rings += 1;
        let hearing: Vec<_> = self.replicas.iter().filter(|replica| replica.state == State::Well).collect();
        let service = &hearing[self.rings % hearing.len()].service;
        let now_ms = time::OffsetDateTime::now_utc().unix_timestamp() * 1_000;
        let url = self.server.url(&format!("r{r}.git"));
        let id = format!("sent-{}", self.rings);
        let sample = sign(Provider::GitHub, &SECRET.into(), &id, &url, "main", now_ms).unwrap();
        let address = service.url(&format!("/hooks/github/{HOOK}"));
        match service.deliver(&address, sample.headers, sample.body) {
            answer if answer.status == 202 => {}
            // A machine that is busy may not have it on record in time, and says so; then the clock finds the push.
            answer => {
                answer.expect(503);
                self.put_off += 1;
            }
        }
    }

    /// Whether every server that was pushed stands in its place, and nothing waits.
    pub(super) fn is_drained(&self) -> bool {
        let trees: Vec<_> = self.remotes.iter().map(|remote| remote.tree("main")).collect();
        let is_placed = |(r, dir, name): &(usize, String, String)| {
            trees[*r].contains_key(&format!("{dir}/managed/servers/{name}.yaml"))
        };
        let waits = |path: &String| path.contains("/raw/") && !path.ends_with(".gitkeep");
        self.pushed.iter().all(is_placed) && !trees.iter().any(|tree| tree.keys().any(waits))
    }

    /// Waits until `is_so`, and looks all the while that nothing false is shown. How long it took.
    pub(super) fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) -> Duration {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "{what}: never\n{}\n{}", self.lacking(), self.logs());
            self.nothing_false_is_shown();
            std::thread::park_timeout(Duration::from_millis(200));
        }
        begun.elapsed()
    }

    /// Who is ready is so at a commit that the branch has; who was not looked at in time is overdue; and no run is told of as
    /// verified whose commit is not there.
    fn nothing_false_is_shown(&self) {
        for replica in &self.replicas {
            for fabric in replica.told("fabrics?limit=200") {
                let r = number(&fabric["name"]);
                let is_ready = condition(&fabric, "Ready") == "true";
                if is_ready {
                    let commit = fabric["last_verified_commit"].as_str().unwrap();
                    assert!(self.has(r, commit), "READY AT A COMMIT THAT IS NOT THERE: {fabric}");
                    let dir = fabric["directory"].as_str().unwrap();
                    assert!(self.is_drained_at(r, commit, dir), "READY, AND SOMETHING WAITS: {fabric}");
                }
                let is_overdue = condition(&fabric, "Overdue") == "true";
                self.tally.shown(is_ready, is_overdue);
                let Some(from) = fabric["overdue_from"].as_str() else { continue };
                let from = time::OffsetDateTime::parse(from, &time::format_description::well_known::Rfc3339).unwrap();
                let is_late = time::OffsetDateTime::now_utc() > from + WATCHED;
                assert!(!is_late || is_overdue, "LATE, AND NOT OVERDUE: {fabric}");
            }
            for run in replica.told("runs?limit=200").iter().filter(|run| run["verification"] == "verified") {
                let Some(commit) = run["commit"].as_str() else { continue };
                assert!(self.has(number(&run["fabric"]), commit), "VERIFIED, AND NOT THERE: {run}");
            }
        }
    }

    /// Whether nothing waits in the inbox of `dir` at the commit.
    fn is_drained_at(&self, r: usize, commit: &str, dir: &str) -> bool {
        let key = format!("{commit} {dir}");
        let is_known = self.seen.borrow().contains(&key);
        is_known || {
            let listed = self.remotes[r].git(&["ls-tree", "-r", "--name-only", commit, &format!("{dir}/raw/")]);
            !listed.lines().any(|path| path.ends_with(".yaml")) && self.seen.borrow_mut().insert(key)
        }
    }

    /// Whether the branch has the commit. It only goes forward here: what it had once it has.
    fn has(&self, r: usize, commit: &str) -> bool {
        if self.seen.borrow().contains(commit) {
            return true;
        }
        let mut git = self.scene.command(Path::new("git"));
        let path = self.remotes[r].path();
        git.arg("-C").arg(path).args(["merge-base", "--is-ancestor", commit, "refs/heads/main"]);
        Ran::of(&mut git).code() == 0 && self.seen.borrow_mut().insert(commit.to_owned())
    }

    /// Whether all services say of all fabrics that they are ready, or overdue.
    pub(super) fn all_are(&self, kind: &str) -> bool {
        self.each_is(kind, "true")
    }

    /// Whether all services say of none that it is.
    pub(super) fn none_is(&self, kind: &str) -> bool {
        self.each_is(kind, "false")
    }

    fn each_is(&self, kind: &str, status: &str) -> bool {
        self.replicas.iter().all(|replica| {
            let fabrics = replica.told("fabrics?limit=200");
            fabrics.len() == self.remotes.len() * self.fabrics
                && fabrics.iter().all(|fabric| condition(fabric, kind) == status)
        })
    }

    /// Each document was placed by one commit and no other; both verifiers hold; every commit of ours is a run's, no run is on
    /// record as verified whose commit the branch lacks, and no object that it lacks. Tells how much that was.
    pub(super) fn all_is_as_recorded(&self) -> String {
        let (mut ours, mut confirmed) = (0, 0);
        for (r, remote) in self.remotes.iter().enumerate() {
            let added = remote.git(&["log", "--format=", "--name-status", "--no-renames", "--diff-filter=A", "main"]);
            let placed: Vec<_> = added.lines().filter(|line| line.contains("/managed/")).collect();
            let once: BTreeSet<_> = placed.iter().collect();
            assert_eq!(once.len(), placed.len(), "a document was placed twice in r{r}");
            assert_eq!(placed.len(), self.pushed.iter().filter(|(of, ..)| *of == r).count());
            for f in 0..self.fabrics {
                let (url, dir) = (remote.url(), format!("f{f}"));
                let words = ["--repo", url, "--branch", "main", "--path", &dir];
                self.scene.run(&[&["verify"], &words[..]].concat()).expect(0);
                self.scene.second_verifier(&words).expect(0);
            }
            let verified = format!(
                "SELECT DISTINCT commit_id FROM runs JOIN fabrics f ON f.id = fabric_id \
                 WHERE f.name LIKE 'r{r}-%' AND verification = 'verified' AND commit_id IS NOT NULL"
            );
            for commit in self.cluster.sql(DATABASE, &verified).lines() {
                assert!(self.has(r, commit), "on record as verified, and not there: {commit}");
                confirmed += 1;
            }
            let runs = self.cluster.sql(DATABASE, "SELECT COALESCE(commit_id, intent_commit) FROM runs");
            let runs: BTreeSet<_> = runs.lines().collect();
            let commits = remote.git(&["log", "--format=%H", "--grep=^Hedgerow-Run: ", "main"]);
            for commit in commits.lines() {
                assert!(runs.contains(commit), "a commit of ours that is no run's: {commit}");
                ours += 1;
            }
        }
        let objects = "SELECT count(*) FROM objects WHERE state = 'present'";
        assert_eq!(self.cluster.sql(DATABASE, objects), self.pushed.len().to_string());
        assert_eq!(self.server.take_requests(), [], "somebody reaches git past its proxy");
        let asked = self.replicas.iter().map(|replica| replica.git.take_requests().len().to_string());
        let asked = asked.collect::<Vec<_>>().join(", ");
        let (documents, rings, put_off, late) = (self.pushed.len(), self.rings, self.put_off, self.was_late());
        format!(
            "documents pushed         {documents}\ndocuments lost           0\nplaced twice             0\n\
             commits of ours          {ours}, on record as verified {confirmed}\nfalse successes          0\n\
             rings                    {rings}, of which told to try again {put_off}\nevents Late              {late}\nrequests to git          {asked}\n"
        )
    }

    fn was_late(&self) -> String {
        self.cluster.sql(DATABASE, "SELECT count(*) FROM events WHERE reason = 'Late'")
    }

    /// What is not placed, and of what is not ready what the services say.
    fn lacking(&self) -> String {
        let mut lacking = String::new();
        for (r, dir, name) in &self.pushed {
            let path = format!("{dir}/managed/servers/{name}.yaml");
            if !self.remotes[*r].tree("main").contains_key(&path) {
                lacking += &format!("r{r} lacks {path}\n");
            }
        }
        let fabrics =
            self.replicas.iter().map(|replica| replica.told("fabrics?limit=200")).find(|told| !told.is_empty());
        let is_ready = |fabric: &&Value| condition(fabric, "Ready") == "true";
        for fabric in fabrics.iter().flatten().filter(|fabric| !is_ready(fabric)) {
            lacking += &format!("{fabric}\n");
        }
        lacking
    }

    fn logs(&self) -> String {
        let last = |replica: &Replica| {
            let log = replica.service.log();
            log.lines()
                .rev()
                .take(15)
                .collect::<Vec<_>>()
                .into_iter()
                .rev()
                .map(|line| format!("{line}\n"))
                .collect::<String>()
        };
        self.replicas.iter().map(last).collect::<Vec<_>>().join("---\n")
    }
}

/// The number in the name of a fabric, which is its repository's: `r3-f1`.
fn number(name: &Value) -> usize {
    name.as_str().unwrap()[1..].split('-').next().unwrap().parse().unwrap()
}

fn condition<'a>(fabric: &'a Value, kind: &str) -> &'a str {
    let found = fabric["conditions"].as_array().unwrap().iter().find(|condition| condition["type"] == kind);
    found.map_or("", |condition| condition["status"].as_str().unwrap())
}
