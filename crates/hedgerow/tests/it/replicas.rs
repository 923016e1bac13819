//! Three services on one PostgreSQL and one git server, while one of them is killed, stopped, or cut off from the database, from git,
//! or from both. People push and ring all the while; plain git and SQL say what came of it.
//!
//! `HEDGEROW_REPLICA_ROUNDS` (1) is how often each fault strikes, `HEDGEROW_REPLICA_REPOSITORIES` (3) and `HEDGEROW_REPLICA_FABRICS` (2, in each
//! repository) how much there is to do; the seed is `HEDGEROW_SEED`.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::{Duration, Instant};

use hedgerow_forge::webhook::{Provider, sign};
use hedgerow_testkit::postgres::{Cluster, cluster};
use hedgerow_testkit::{GitHttp, Relay};
use rustix::process::Signal;

use crate::support::git::Remote;
use crate::support::ran::Ran;
use crate::support::scene::{Scene, knob};
use crate::support::service::Service;
use crate::support::yaml::server;

/// How long until others have taken over, or all is well again.
const PATIENCE: Duration = Duration::from_secs(120);
/// What is silent for so long is taken for dead by the others.
const PAST_THE_LEASE: Duration = Duration::from_secs(17);
/// How late a watchdog may be with saying that a look is overdue.
const WATCHED: time::Duration = time::Duration::seconds(10);
const DATABASE: &str = "replicas";
const HOOK: &str = "0123456789abcdef0123456789abcdef";
const SECRET: &str = "a secret that nobody guesses";

/// What happens to one of the services.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Killed,
    Stopped,
    NoDatabase,
    NoGit,
    Neither,
}

const FAULTS: [Fault; 5] = [Fault::Killed, Fault::Stopped, Fault::NoDatabase, Fault::NoGit, Fault::Neither];

/// One of the services, and its lines to the rest of the world.
struct Replica {
    scene: Scene,
    database: Relay,
    /// It reaches git through this proxy alone.
    git: GitHttp,
    service: Service,
}

impl Replica {
    fn start(world: &Scene, cluster: &Cluster, declared: &str) -> Self {
        let (scene, database) = (Scene::new(), Relay::to(&cluster.socket()));
        let git = GitHttp::serve(world.path("remotes"));
        scene.file("sealing.key", "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
        scene.file("hook.secret", SECRET);
        let config = format!(
            "[service]\nstore = \"postgres://hedgerow@localhost/{DATABASE}?host={}\"\nsealing_key_file = \"sealing.key\"\n\
             [runs]\ninterval = \"5s\"\ndeadline = \"20s\"\npushes_per_minute = 600\nrequests_per_minute = 60000\n\
             [network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\"]\n{declared}",
            database.directory().display()
        );
        scene.file("hedgerow.toml", config);
        let service = serve(&scene, &git);
        Self { scene, database, git, service }
    }

    fn strike(&mut self, fault: Fault) {
        match fault {
            Fault::Killed => self.service.kill(),
            Fault::Stopped => self.service.signal(Signal::STOP),
            Fault::NoDatabase => self.database.cut(),
            Fault::NoGit => self.git.shut(),
            Fault::Neither => {
                self.database.cut();
                self.git.shut();
            }
        }
    }

    fn mend(&mut self, fault: Fault) {
        match fault {
            Fault::Killed => {
                let token = self.service.token.take();
                self.service = serve(&self.scene, &self.git);
                self.service.token = token;
            }
            Fault::Stopped => self.service.signal(Signal::CONT),
            Fault::NoDatabase => self.database.thaw(),
            Fault::NoGit => self.git.reopen(),
            Fault::Neither => {
                self.database.thaw();
                self.git.reopen();
            }
        }
    }

    fn is_ready(&self) -> bool {
        self.service.try_ask("GET", "/readyz", None).is_some_and(|answer| answer.status == 200)
    }
}

fn serve(scene: &Scene, git: &GitHttp) -> Service {
    let file = scene.path("hedgerow.toml");
    let mut command = scene.hedgerow(&["serve", "--listen", "127.0.0.1:0", "--config", file.to_str().unwrap()]);
    command.env("http_proxy", git.url(""));
    Service::of(scene, command)
}

struct World {
    scene: Scene,
    /// The address that all know the repositories by.
    server: GitHttp,
    remotes: Vec<Remote>,
    fabrics: usize,
    replicas: Vec<Replica>,
    cluster: &'static Cluster,
    /// Repository, directory and name of every server that was ever pushed.
    pushed: Vec<(usize, String, String)>,
    rings: usize,
}

impl World {
    fn new(cluster: &'static Cluster) -> Self {
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
        Self { scene, server: http, remotes, fabrics, replicas, cluster, pushed: Vec::new(), rings: 0 }
    }

    /// People push one server into each fabric, whatever else moves the branch meanwhile; every other repository's forge rings, at
    /// a service that can hear it.
    fn people(&mut self, deaf: Option<usize>) {
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
            if r % 2 == 0 {
                self.ring(r, deaf);
            }
        }
    }

    fn ring(&mut self, r: usize, deaf: Option<usize>) {
        self.rings += 1;
        let hearing: Vec<_> = (0..self.replicas.len()).filter(|at| Some(*at) != deaf).collect();
        let service = &self.replicas[hearing[self.rings % hearing.len()]].service;
        let now_ms = time::OffsetDateTime::now_utc().unix_timestamp() * 1_000;
        let url = self.server.url(&format!("r{r}.git"));
        let id = format!("sent-{}", self.rings);
        let sample = sign(Provider::GitHub, &SECRET.into(), &id, &url, "main", now_ms).unwrap();
        let address = service.url(&format!("/hooks/github/{HOOK}"));
        service.deliver(&address, sample.headers, sample.body).expect(202);
    }

    /// Whether every server that was pushed stands in its place, and nothing waits.
    fn is_drained(&self) -> bool {
        let trees: Vec<_> = self.remotes.iter().map(|remote| remote.tree("main")).collect();
        let is_placed = |(r, dir, name): &(usize, String, String)| {
            trees[*r].contains_key(&format!("{dir}/managed/servers/{name}.yaml"))
        };
        let waits = |path: &String| path.contains("/raw/") && !path.ends_with(".gitkeep");
        self.pushed.iter().all(is_placed) && !trees.iter().any(|tree| tree.keys().any(waits))
    }

    /// Waits until `is_so`, and looks all the while that nothing false is shown. How long it took.
    fn until(&self, what: &str, struck: Option<usize>, is_so: impl Fn(&Self) -> bool) -> Duration {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "{what}: never\n{}", self.logs());
            self.nothing_false_is_shown(struck);
            std::thread::park_timeout(Duration::from_millis(200));
        }
        begun.elapsed()
    }

    /// Who is ready is so at a commit that the branch has; who was not looked at in time is overdue.
    fn nothing_false_is_shown(&self, struck: Option<usize>) {
        for (_, replica) in self.replicas.iter().enumerate().filter(|(at, _)| Some(*at) != struck) {
            let page = replica.service.get("fabrics?limit=200");
            for fabric in page["items"].as_array().unwrap() {
                let condition = |kind: &str| {
                    let all = fabric["conditions"].as_array().unwrap();
                    let found = all.iter().find(|condition| condition["type"] == kind);
                    found.map_or("", |condition| condition["status"].as_str().unwrap())
                };
                if condition("Ready") == "true" {
                    let commit = fabric["last_verified_commit"].as_str().unwrap();
                    let r: usize = fabric["name"].as_str().unwrap()[1..].split('-').next().unwrap().parse().unwrap();
                    assert!(self.has(r, commit), "READY AT A COMMIT THAT IS NOT THERE: {fabric}");
                }
                let Some(from) = fabric["overdue_from"].as_str() else { continue };
                let from = time::OffsetDateTime::parse(from, &time::format_description::well_known::Rfc3339).unwrap();
                let is_late = time::OffsetDateTime::now_utc() > from + WATCHED;
                assert!(!is_late || condition("Overdue") == "true", "LATE, AND NOT OVERDUE: {fabric}");
            }
        }
    }

    fn has(&self, r: usize, commit: &str) -> bool {
        let mut git = self.scene.command(Path::new("git"));
        let path = self.remotes[r].path();
        git.arg("-C").arg(path).args(["merge-base", "--is-ancestor", commit, "refs/heads/main"]);
        Ran::of(&mut git).code() == 0
    }

    /// Each document was placed by one commit and no other; both verifiers hold; no run is on record as verified whose commit the
    /// branch lacks, and no object that it lacks. How many requests each service made of git.
    fn all_is_as_recorded(&self) -> String {
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
            }
        }
        let objects = "SELECT count(*) FROM objects WHERE state = 'present'";
        assert_eq!(self.cluster.sql(DATABASE, objects), self.pushed.len().to_string());
        assert_eq!(self.server.take_requests(), [], "somebody reaches git past its proxy");
        let asked = self.replicas.iter().map(|replica| replica.git.take_requests().len().to_string());
        asked.collect::<Vec<_>>().join(", ")
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

#[test]
fn whatever_becomes_of_one_replica_the_others_go_on_and_nothing_is_lost_or_done_twice() {
    let Some(cluster) = cluster() else { return hedgerow_testkit::not_run("PostgreSQL") };
    let seed = knob("HEDGEROW_SEED", 20_261_124);
    let mut luck = fastrand::Rng::with_seed(seed);
    let mut world = World::new(cluster);
    world.people(None);
    world.until("the first inboxes are drained", None, World::is_drained);
    println!("HEDGEROW_SEED={seed}\n{:12} {:>8} {:>14} {:>13}", "FAULT", "REPLICA", "TAKEN OVER ms", "RECOVERED ms");
    for _ in 0..knob("HEDGEROW_REPLICA_ROUNDS", 1) {
        for fault in FAULTS {
            let at = luck.usize(0..world.replicas.len());
            // A visit is under way, perhaps by the one that is struck.
            world.people(None);
            world.replicas[at].strike(fault);
            let struck = Instant::now();
            world.people(Some(at));
            let taken_over = world.until("the others take over", Some(at), World::is_drained);
            if fault == Fault::Stopped {
                world.until("it is past its lease", Some(at), |_| struck.elapsed() > PAST_THE_LEASE);
                world.people(Some(at));
            }
            world.replicas[at].mend(fault);
            world.people(Some(at));
            let recovered = world.until("all is well again", Some(at), |world| {
                world.is_drained() && world.replicas.iter().all(Replica::is_ready)
            });
            println!(
                "{:12} {at:>8} {:>14} {:>13}",
                format!("{fault:?}"),
                taken_over.as_millis(),
                recovered.as_millis()
            );
        }
    }
    world.until("all is recorded", None, |world| {
        let ready = |replica: &Replica| {
            let page = replica.service.get("fabrics?limit=200");
            page["items"].as_array().unwrap().iter().all(|fabric| {
                fabric["conditions"].as_array().unwrap().iter().any(|c| c["type"] == "Ready" && c["status"] == "true")
            })
        };
        world.replicas.iter().all(ready)
    });
    let asked = world.all_is_as_recorded();
    println!("{} documents, each placed once; requests to git by service: {asked}", world.pushed.len());
}
