//! Real transports on loopback: HTTP through `git http-backend`, SSH through `sshd`. Each wrong thing has an error of its own.

use std::path::{Path, PathBuf};

use hedgerow_testkit::{Fault, GitHttp, Sshd, Stage};

use crate::support::fabric::Fabric;
use crate::support::oracle;
use crate::support::ran::Ran;
use crate::support::yaml::server;

/// A secret that must turn up nowhere.
const TOKEN: &str = "canary-5e6f1c2a9b";

struct Web {
    fabric: Fabric,
    server: GitHttp,
    token: PathBuf,
}

impl Web {
    /// The example behind HTTP, for those who have the token.
    fn new() -> Self {
        let fabric = Fabric::example();
        fabric.remote.git(&["config", "http.receivepack", "true"]);
        let server = GitHttp::serve(fabric.remote.path().parent().unwrap());
        server.require("bot", TOKEN);
        let token = fabric.scene.file("token", format!("{TOKEN}\n"));
        Self { fabric, server, token }
    }

    fn url(&self) -> String {
        self.server.url("remote.git")
    }

    /// Runs a command on the URL; whatever comes of it, the secret is in no output and in no file of ours.
    fn run(&self, verb: &str, url: &str, more: &[&str]) -> Ran {
        let args = [&[verb, "--repo", url, "--path", &self.fabric.dir, "-o", "json"], more].concat();
        let ran = self.fabric.scene.run(&args);
        assert!(!ran.text().contains(TOKEN), "the secret is shown\n{}", ran.story());
        for place in ["state", "cache", "tmp", "config"] {
            let mut grep = self.fabric.scene.command("grep".as_ref());
            let found = Ran::of(grep.args(["-rla", TOKEN]).arg(self.fabric.scene.path(place)));
            assert_eq!(found.stdout(), "", "the secret is kept");
        }
        ran
    }

    fn with_token(&self, verb: &str) -> Ran {
        self.run(verb, &self.url(), &["--username", "bot", "--token-file", self.token.to_str().unwrap()])
    }
}

#[track_caller]
fn reason(ran: Ran) -> String {
    let report = ran.expect(2).json();
    assert_eq!(report["outcome"], "failed");
    report["reason"]["code"].as_str().unwrap().to_owned()
}

#[test]
fn http_with_a_token() {
    let web = Web::new();
    let before = web.fabric.remote.head();
    let report = web.with_token("sync").expect(0).json();
    assert_eq!((&report["outcome"], &report["verification"]), (&"changed".into(), &"verified".into()));
    oracle::one_honest_commit(&web.fabric, &report, &before, &web.fabric.remote.head());
}

#[test]
fn a_run_takes_seven_requests_whatever_the_number_of_files() {
    let web = Web::new();
    let count = |code: i32| {
        web.server.take_requests();
        web.with_token("sync").expect(code);
        web.server.take_requests().len()
    };
    let first = count(0);
    let mut commit = web.fabric.remote.commit("Fifty more");
    for n in 0..50 {
        commit = commit.write(&web.fabric.path(&format!("raw/more/{n}.yaml")), server(&format!("more-{n}")));
    }
    commit.push();
    let (second, idle) = (count(0), count(0));
    println!("{first} requests in the first run, {second} in the second, {idle} with nothing to do");
    assert!(first <= 7 && second <= 7 && idle <= 2, "{first}, {second}, {idle}");
}

#[test]
fn a_token_comes_from_the_variable_that_holds_it() {
    let web = Web::new();
    let mut command =
        web.fabric.scene.hedgerow(&["check", "--repo", &web.url(), "--path", &web.fabric.dir, "--username", "bot"]);
    command.env("HEDGEROW_TOKEN_FILE", &web.token);
    Ran::of(&mut command).expect(0);
}

#[test]
fn a_forges_token_goes_to_that_forge_alone() {
    let web = Web::new();
    for variable in ["GITHUB_TOKEN", "GITLAB_TOKEN", "GITEA_TOKEN"] {
        let mut command = web.fabric.scene.hedgerow(&[
            "sync",
            "--repo",
            &web.url(),
            "--path",
            &web.fabric.dir,
            "--username",
            "bot",
            "-o",
            "json",
        ]);
        command.env(variable, TOKEN);
        assert_eq!(reason(Ran::of(&mut command)), "unauthorized", "{variable} was sent to a stranger");
    }
}

#[test]
fn what_is_wrong_with_http_is_told_apart() {
    let web = Web::new();
    let wrong = web.fabric.scene.file("wrong", "no-such-token\n");
    let token = ["--username", "bot", "--token-file", web.token.to_str().unwrap()];
    let none = web.run("sync", &web.url(), &[]);
    let bad = web.run("sync", &web.url(), &["--username", "bot", "--token-file", wrong.to_str().unwrap()]);
    let lost = web.run("sync", &web.server.url("no-such.git"), &token);
    let host = web.run("sync", "http://127.0.0.1:9/remote.git", &token);
    let name = web.run("sync", "http://no-such-host.invalid/remote.git", &token);
    let branch = web.run("sync", &web.url(), &[&token[..], &["--branch", "no-such"]].concat());
    let reasons = [none, bad, lost, host, name, branch].map(reason);
    let expected = ["unauthorized", "unauthorized", "not_found", "unreachable", "host_unknown", "no_branch"];
    assert_eq!(reasons, expected.map(str::to_owned));
    assert_eq!(web.fabric.remote.count("main"), 1);
}

#[test]
fn every_failure_comes_with_its_fix() {
    let web = Web::new();
    let report = web.run("sync", &web.url(), &[]).expect(2).json();
    assert!(report["reason"]["hint"].as_str().unwrap().contains("--token-file"), "{:#}", report["reason"]);
}

#[test]
fn a_secret_follows_no_redirect_to_another_host() {
    let web = Web::new();
    let elsewhere = GitHttp::serve(web.fabric.remote.path().parent().unwrap());
    for stage in [Stage::AskFetch, Stage::AskPush] {
        web.server.fail(stage, Fault::Redirect(elsewhere.url("").trim_end_matches('/').to_owned()));
        assert_eq!(web.with_token("sync").code(), 2);
        assert_eq!(elsewhere.take_requests().len(), 0, "the redirect was followed");
        web.server.heal();
    }
    assert_eq!(web.with_token("sync").expect(0).json()["outcome"], "changed");
}

#[test]
fn servers_that_fail_never_give_success() {
    let web = Web::new();
    let before = web.fabric.remote.head();
    for status in [401, 403, 404, 409, 422, 429, 500, 502, 503] {
        for stage in [Stage::AskFetch, Stage::Fetch, Stage::AskPush, Stage::Push] {
            web.server.fail(stage, Fault::Status(status, "the server's words".into()));
            let ran = web.run(
                "sync",
                &web.url(),
                &["--username", "bot", "--token-file", web.token.to_str().unwrap(), "--timeout", "4s"],
            );
            assert_eq!(ran.code(), 2, "{status} at {stage:?}\n{}", ran.story());
            web.server.heal();
            assert_eq!(web.fabric.remote.head(), before, "{status} at {stage:?}");
        }
    }
    assert_eq!(web.with_token("sync").expect(0).json()["outcome"], "changed");
}

#[test]
fn a_push_whose_answer_was_cut_is_looked_up_over_http() {
    let web = Web::new();
    let before = web.fabric.remote.head();
    web.server.fail_once(Stage::Push, Fault::CutAfter);
    let report = web.with_token("sync").expect(0).json();
    assert_eq!((&report["outcome"], &report["verification"]), (&"changed".into(), &"verified".into()));
    oracle::one_honest_commit(&web.fabric, &report, &before, &web.fabric.remote.head());
}

#[test]
fn a_password_in_the_url_is_refused_or_hidden() {
    let web = Web::new();
    let url = web.url().replace("http://", &format!("http://bot:{TOKEN}@"));
    web.run("sync", &url, &[]);
}

struct Shell {
    fabric: Fabric,
    server: Sshd,
}

impl Shell {
    fn new() -> Self {
        Self { fabric: Fabric::example(), server: Sshd::start() }
    }

    fn run(&self, verb: &str, key: &Path, hosts: &Path) -> Ran {
        let url = self.server.url(self.fabric.remote.path());
        let (key, hosts) = (key.to_str().unwrap(), hosts.to_str().unwrap());
        self.fabric.scene.run(&[
            verb,
            "--repo",
            &url,
            "--path",
            &self.fabric.dir,
            "--ssh-key",
            key,
            "--known-hosts",
            hosts,
            "-o",
            "json",
        ])
    }
}

#[test]
fn ssh_with_a_key_and_a_pinned_host_key() {
    let shell = Shell::new();
    let before = shell.fabric.remote.head();
    let report = shell.run("sync", &shell.server.key(), &shell.server.known_hosts()).expect(0).json();
    assert_eq!(report["verification"], "verified");
    oracle::one_honest_commit(&shell.fabric, &report, &before, &shell.fabric.remote.head());
    let again = shell.run("sync", &shell.server.key(), &shell.server.known_hosts()).expect(0).json();
    assert_eq!(again["outcome"], "unchanged");
}

#[test]
fn what_is_wrong_with_ssh_is_told_apart() {
    let shell = Shell::new();
    let empty = shell.fabric.scene.file("empty hosts", "");
    let key = reason(shell.run("sync", &shell.server.stranger(), &shell.server.known_hosts()));
    let changed = reason(shell.run("sync", &shell.server.key(), &shell.server.wrong_known_hosts()));
    let unknown = reason(shell.run("sync", &shell.server.key(), &empty));
    assert_eq!([key, changed, unknown], ["unauthorized", "host_key", "host_key"].map(str::to_owned));
    let missing = shell.run("sync", Path::new("/no/such/key"), &shell.server.known_hosts()).expect(2);
    assert!(missing.text().contains("/no/such/key"), "{}", missing.story());
    assert_eq!(shell.fabric.remote.count("main"), 1);
}
