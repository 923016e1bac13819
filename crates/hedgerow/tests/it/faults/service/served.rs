//! An arena whose remote a service looks after.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use super::voice::{Rung, Standing, Voice};
use crate::faults::arena::{Arena, Line, Server};
use crate::faults::class::Class;
use crate::faults::documents;
use crate::faults::judge::Claim;
use crate::faults::recovery::Recovery;
use crate::faults::sandbox::Prefix;
use crate::support::fixtures::DIR;
use crate::support::service::Service;

/// How long until all must be well once nothing is wrong any more: a server may have asked for a pause.
const PATIENCE: Duration = Duration::from_secs(150);

/// A service, and the world that it is in.
pub(super) struct Served {
    pub(super) arena: Arena,
    pub(super) voice: Voice,
    /// Commits of ours that it called verified, and that nobody has given up by a word.
    vouched: Vec<String>,
    /// Rewritten branches alternate: while nobody looks, and during a visit.
    pub(super) forced: u32,
    /// An old backup of the store, and the token that it knows.
    pub(super) backup_token: Option<String>,
}

impl Served {
    /// A service that has drained its first inbox.
    pub(super) fn start(line: Line, seed: u64) -> Result<Self, String> {
        let mut arena = Arena::new(line, seed);
        arena.people_push();
        let service = Service::of(&arena.scene, command(&arena, &Vec::new(), "state", "cache"));
        let backup_token = service.token.clone();
        let (voice, vouched) = (Voice::new(service), Vec::new());
        let mut served = Self { arena, voice, vouched, forced: 0, backup_token };
        served.recover()?;
        served.arena.settled()?;
        served.keep_a_backup();
        Ok(served)
    }

    pub(super) fn log(&self) -> String {
        let log = self.voice.service.log();
        log.lines().rev().take(40).collect::<Vec<_>>().into_iter().rev().map(|line| format!("{line}\n")).collect()
    }

    /// Starts it again, as whatever watches over services does: with more of an environment, or none.
    pub(super) fn restart(&mut self, token: Option<String>, change: impl FnOnce(&mut Command)) {
        self.restart_under(&Vec::new(), token, change);
    }

    /// The same, after `prefix`.
    pub(super) fn restart_under(&mut self, prefix: &Prefix, token: Option<String>, change: impl FnOnce(&mut Command)) {
        let mut command = command(&self.arena, prefix, "state", "cache");
        change(&mut command);
        let token = token.or_else(|| self.voice.service.token.clone());
        self.voice.service.kill();
        self.voice.service = Service::of(&self.arena.scene, command);
        // The first token is told once; a new store has a new one.
        let new = self.voice.service.token.take();
        self.voice.service.token = new.or(token);
    }

    /// Strikes the visit that a ring leads to, mends, and judges what was said of it.
    pub(super) fn struck(&mut self, class: Class) -> Result<Vec<Claim>, String> {
        let before = self.arena.been();
        self.arena.people_push();
        let (said, others) = self.strike(class)?;
        if self.voice.service.has_ended() {
            self.restart(None, |_| {});
        }
        self.arena.mend(class);
        let since = self.arena.been_since(&before);
        let runs: Vec<_> = self.voice.news().into_iter().chain(others).collect();
        let mut claims = Vec::new();
        for run in &runs {
            claims.push(self.arena.judge_record(run, &since)?);
        }
        self.nothing_over_a_rewrite()?;
        if matches!(class, Class::SameRaw | Class::SameManaged | Class::ForcePush) {
            self.arena.count_again();
        }
        if claims.is_empty() {
            claims.push(said);
        }
        Ok(claims)
    }

    /// Rings, waits, and looks all the while whether what is said is so. What it came to, where no run tells.
    pub(super) fn ring(&mut self) -> Result<Claim, String> {
        let arena = &self.arena;
        let rung = self.voice.ring_and_wait(|voice| is_so(arena, voice.standing().as_ref()))?;
        Ok(match rung {
            Rung::Gone => Claim::Silent,
            Rung::Never(last) => return Err(format!("a ring is never answered: {last}")),
            Rung::Answered(visit) => match visit["reason"]["code"].as_str() {
                Some(code) => Claim::Failed(code.to_owned()),
                None => self.claim(),
            },
        })
    }

    /// What the service shows where no run tells.
    fn claim(&self) -> Claim {
        match self.voice.standing() {
            Some(standing) if standing.ready == "true" && standing.head == self.arena.remote.head() => Claim::Verified,
            Some(standing) if standing.ready == "true" => Claim::Behind,
            Some(standing) => Claim::Failed(standing.reason),
            None => Claim::Silent,
        }
    }

    /// Rings until all is well; a person says the word where one is asked for, and nothing was written before.
    pub(super) fn recover(&mut self) -> Result<Recovery, String> {
        let begun = Instant::now();
        let (mut failures, mut words) = (Vec::new(), String::new());
        while begun.elapsed() < PATIENCE {
            self.ring()?;
            self.arena.only_known_commits()?;
            self.nothing_over_a_rewrite()?;
            let Some(standing) = self.voice.standing_when_quiet() else { continue };
            words = format!("{standing:?}");
            if let Some(commit) = &standing.hold {
                failures.push(standing.reason.clone());
                self.accept(commit)?;
            } else if self.is_well(&standing) {
                return self.vouch(&standing, Recovery { took: begun.elapsed(), failures });
            } else if standing.quiet {
                failures.push(standing.reason);
            }
        }
        Err(format!("no recovery: {failures:?}, {words}"))
    }

    /// All that people pushed is placed, but for what no run may take; and the service says so of the head that is there.
    fn is_well(&self, standing: &Standing) -> bool {
        let head = self.arena.remote.head();
        let told = standing.ready == "true" || (standing.reason == "Held" && self.arena.is_bad());
        told && standing.witnessed
            && standing.quiet
            && standing.head == head
            && documents::is_drained(&self.arena.remote, &head)
    }

    fn vouch(&mut self, standing: &Standing, recovery: Recovery) -> Result<Recovery, String> {
        let kept = |ours: &&String| !self.arena.has(&standing.head, ours);
        if let Some(dropped) = self.vouched.iter().find(kept) {
            return Err(format!("A REWRITE WAS NOT TOLD: {dropped} was verified, and {} has it not", standing.head));
        }
        let new = self.arena.honest.iter().filter(|ours| self.arena.has(&standing.head, ours));
        self.vouched = new.cloned().collect();
        for run in self.voice.news() {
            let been = self.arena.been();
            self.arena.judge_record(&run, &been)?;
        }
        Ok(recovery)
    }

    /// No commit of ours is on top of a branch that lost one that was verified, unless a person has said so.
    fn nothing_over_a_rewrite(&self) -> Result<(), String> {
        let head = self.arena.remote.head();
        let dropped = self.vouched.iter().find(|ours| !self.arena.has(&head, ours));
        match dropped {
            Some(dropped) if self.arena.honest.contains(&head) && !self.vouched.contains(&head) => {
                Err(format!("WRITTEN OVER A REWRITE: {dropped} was verified, and {head} was pushed without it"))
            }
            _ => Ok(()),
        }
    }

    /// A person says the word, and names what is asked for: somewhere where the branch was.
    fn accept(&mut self, commit: &str) -> Result<(), String> {
        if !self.arena.been().iter().any(|head| head == commit) {
            return Err(format!("a person is to go on from {commit}, and the branch never had it"));
        }
        let ran = self.voice.accept(&self.arena.scene, commit);
        self.vouched.retain(|ours| self.arena.has(commit, ours));
        // The branch may have moved since it was held: then another commit is to be named.
        if [0, 1, 2].contains(&ran.code()) { Ok(()) } else { Err(ran.story()) }
    }
}

/// What is shown as ready must be so: a head that the branch had, with nothing left to take.
pub(super) fn is_so(arena: &Arena, standing: Option<&Standing>) -> Result<(), String> {
    let Some(standing) = standing.filter(|standing| standing.ready == "true") else { return Ok(()) };
    let Standing { head, message, .. } = standing;
    if !message.contains(&format!("@{}", &head[..10])) || !arena.been().contains(head) {
        return Err(format!("FALSE SUCCESS: ready at a head that the branch never had: {standing:?}"));
    }
    if !documents::is_drained(&arena.remote, head) {
        return Err(format!("FALSE SUCCESS: ready, and the inbox at {head} is not empty"));
    }
    Ok(())
}

/// `hedgerow serve` for this arena, after `prefix`, with a store and a cache below these directories. A write beyond a limit fails, and kills
/// nobody.
pub(super) fn command(arena: &Arena, prefix: &Prefix, state: &str, cache: &str) -> Command {
    let file = arena.scene.file("hedgerow.toml", config(arena));
    let words = prefix.iter().map(String::as_str);
    let mut words = words.chain(["sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_hedgerow")]);
    let mut command = arena.scene.command(Path::new(words.next().expect("at least our own")));
    command.args(words);
    command.args(["serve", "--listen", "127.0.0.1:0", "--config"]).arg(file).env("NO_PROXY", "*");
    command.env("XDG_STATE_HOME", arena.scene.path(state)).env("XDG_CACHE_HOME", arena.scene.path(cache));
    if let Server::Https(_, tls) = &arena.server {
        command.env("SSL_CERT_FILE", tls.certificate());
    }
    command
}

fn config(arena: &Arena) -> String {
    let (url, credential) = match &arena.server {
        Server::Http(http) => (http.url("remote.git"), String::new()),
        Server::Https(_, tls) => (tls.url("remote.git"), String::new()),
        Server::Ssh(sshd) => {
            let (key, hosts) = (sshd.key(), sshd.known_hosts());
            let files = format!("ssh_key_file = \"{}\", known_hosts_file = \"{}\"", key.display(), hosts.display());
            (sshd.url(arena.remote.path()), format!("write = {{ {files} }}\n"))
        }
    };
    format!(
        "[service]\nstop_within = \"3s\"\n\
         [runs]\ninterval = \"1h\"\ndeadline = \"6s\"\npushes_per_minute = 6000\nrequests_per_minute = 60000\n\
         [network]\nclear_hosts = [\"127.0.0.1\"]\nnetworks = [\"127.0.0.0/8\", \"::1/128\"]\n\
         [[repository]]\nname = \"fabrics\"\nurl = \"{url}\"\n{credential}\
         [[fabric]]\nname = \"one\"\nrepository = \"fabrics\"\nbranch = \"main\"\ndirectory = \"{DIR}\"\nadopt = false\n"
    )
}
