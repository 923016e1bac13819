//! Visits that are struck.

use std::process::Command;
use std::time::Duration;

use hedgerow_testkit::Fault;
use rustix::process::Signal;
use serde_json::Value;

use super::served::{Served, command, is_so};
use super::voice::Voice;
use crate::faults::arena::{Arena, Server};
use crate::faults::class::Class;
use crate::faults::judge::Claim;
use crate::faults::sandbox;
use crate::faults::strike::copy;
use crate::support::service::Service;

/// What strikes a service over HTTP. Where there is one fault for a moment and one for good, both.
pub(super) const OVER_HTTP: &[Class] = &[
    Class::KillAtStep,
    Class::KillAtStep,
    Class::KillAnywhere,
    Class::Interrupted,
    Class::DiskFull,
    Class::DiskFull,
    Class::FileLimit,
    Class::ReadOnly,
    Class::Memory,
    Class::Memory,
    Class::Clock,
    Class::Clock,
    Class::StoreWiped,
    Class::StoreRestored,
    Class::StoreLocked,
    Class::StoreDamaged,
    Class::StoreDamaged,
    Class::CacheDamaged,
    Class::Refuses,
    Class::Hangs,
    Class::CutBefore,
    Class::CutRequest,
    Class::CutAnswer,
    Class::AnswerLost,
    Class::ErrorThoughTaken,
    Class::SuccessThoughLost,
    Class::OldHead,
    Class::OldHeadAlways,
    Class::Status,
    Class::Redirect,
    Class::Hook,
    Class::BranchMoves,
    Class::SameRaw,
    Class::SameManaged,
    Class::DirectoryDeleted,
    Class::BranchRenamed,
    Class::ForcePush,
    Class::TwoStores,
    // In the other lane, and the other way: while nobody looks, during a visit.
    Class::ForcePush,
    Class::ForcePush,
    Class::ForcePush,
];

/// What a small disk has free before it is filled.
const ROOM_KIB: u64 = 8 * 1024;

/// What it came to where no run tells, and what another service's runs tell.
type Struck = Result<(Claim, Vec<Value>), String>;

impl Served {
    /// Strikes a visit with a fault of this class.
    pub(super) fn strike(&mut self, class: Class) -> Struck {
        let said = match class {
            Class::KillAtStep => self.ended_at_some_request("KILL")?,
            Class::Interrupted => self.ended_at_some_request("TERM")?,
            Class::KillAnywhere => self.killed_anywhere(),
            Class::DiskFull => self.on_a_full_disk()?,
            Class::FileLimit => self.limited()?,
            Class::ReadOnly => self.read_only()?,
            Class::Memory => self.short_of_memory()?,
            Class::Clock => self.with_another_clock()?,
            Class::StoreWiped => self.wiped()?,
            Class::StoreRestored => self.restored()?,
            Class::StoreLocked => self.locked()?,
            Class::StoreDamaged => self.with_a_damaged_store()?,
            Class::CacheDamaged => self.with_a_damaged_cache()?,
            Class::Identity => self.with_a_stranger()?,
            Class::Hook => {
                self.arena.remote.hook("pre-receive", "echo 'No bots on Fridays.' >&2; exit 1");
                self.ring()?
            }
            Class::ForcePush => self.forced()?,
            Class::TwoStores => return self.beside_another(),
            _ => {
                self.arena.arm(class);
                self.ring()?
            }
        };
        Ok((said, Vec::new()))
    }

    /// A signal, at the moment in which the server is asked something, or has done it and not yet answered.
    fn ended_at_some_request(&mut self, signal: &str) -> Result<Claim, String> {
        let pid = self.voice.service.pid().as_raw_nonzero();
        let program = self.arena.script(&format!("kill -{signal} {pid} 2>/dev/null || true"));
        let after = self.arena.random.bool();
        self.arena.somewhere(if after { Fault::Then(program) } else { Fault::First(program) });
        let said = self.ring()?;
        self.arena.heal();
        Ok(said)
    }

    fn killed_anywhere(&mut self) -> Claim {
        self.voice.ring();
        std::thread::park_timeout(Duration::from_millis(self.arena.random.u64(0..600)));
        self.voice.service.signal(Signal::KILL);
        self.voice.service.wait();
        Claim::Silent
    }

    /// No file may become longer than this, as on a full disk.
    fn limited(&mut self) -> Result<Claim, String> {
        let limit = 512 << self.arena.random.u32(0..8);
        self.limit("fsize", &limit.to_string());
        let heard = self.while_nothing_can_be_written();
        self.limit("fsize", "unlimited");
        heard
    }

    /// The disk under the store, the copies or the temporary files is full from a moment of a visit on; then there is room again.
    fn on_a_full_disk(&mut self) -> Result<Claim, String> {
        if !sandbox::has_mounts() {
            return self.ring();
        }
        let dir = self.arena.scene.path(self.arena.random.choice(["state", "cache", "tmp"]).unwrap());
        self.restart_under(&sandbox::small_disk(&dir, &self.arena.scene.path("spare"), ROOM_KIB), None, |_| {});
        let pid = self.voice.service.pid().as_raw_nonzero().get();
        if self.arena.random.bool() {
            self.voice.ring();
            std::thread::park_timeout(Duration::from_millis(self.arena.random.u64(0..150)));
        }
        let ballast = sandbox::fill(pid, &dir, self.arena.random.choice([0, 4, 16, 64]).unwrap());
        let heard = self.while_nothing_can_be_written();
        std::fs::remove_file(ballast).unwrap();
        // What is on the small disk is kept when it ends by itself.
        self.voice.service.signal(Signal::TERM);
        self.voice.service.wait();
        heard
    }

    /// It gets no more address space, and each git that it starts meanwhile has little.
    fn short_of_memory(&mut self) -> Result<Claim, String> {
        let bytes = self.arena.random.u64(20_000_000..90_000_000);
        self.limit("as", &bytes.to_string());
        let said = self.ring();
        if !self.voice.service.has_ended() {
            self.limit("as", "unlimited");
        }
        said
    }

    /// A ring that the store cannot keep is not taken; whatever is said meanwhile is so.
    fn while_nothing_can_be_written(&mut self) -> Result<Claim, String> {
        let rung = self.voice.ring().is_some();
        std::thread::park_timeout(Duration::from_millis(300));
        is_so(&self.arena, self.voice.standing().as_ref())?;
        Ok(if rung { Claim::Silent } else { Claim::Failed("no ring taken".to_owned()) })
    }

    fn limit(&self, what: &str, bytes: &str) {
        let pid = self.voice.service.pid().as_raw_nonzero().to_string();
        let limit = format!("--{what}={bytes}:unlimited");
        assert!(Command::new("prlimit").args(["--pid", &pid, &limit]).status().unwrap().success());
    }

    /// The store's files cannot be written any more, by whoever has them open either.
    fn read_only(&mut self) -> Result<Claim, String> {
        if !sandbox::has_immutable(&self.arena.scene.path("state")) {
            return self.ring();
        }
        let frozen = sandbox::Immutable::new(self.arena.store_files());
        let heard = self.while_nothing_can_be_written();
        drop(frozen);
        heard
    }

    /// The clock is another one from a moment of a visit on, and for a second visit; then it is right again.
    fn with_another_clock(&mut self) -> Result<Claim, String> {
        let Some(library) = sandbox::clock_library() else { return self.ring() };
        let (time, next) = (self.arena.scene.file("time", "+0"), self.arena.scene.path("time.next"));
        self.restart(None, |command| {
            command.env("LD_PRELOAD", library).env("FAKETIME_TIMESTAMP_FILE", &time);
            command.env("FAKETIME_NO_CACHE", "1").env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
        });
        let jump = *self.arena.random.choice(["+1d", "-1d", "+10y", "-10y", "-3s", "+70s"].as_slice()).unwrap();
        let program = self.arena.script(&format!(
            "printf '%s' '{jump}' > '{next}' && mv '{next}' '{time}'",
            next = next.display(),
            time = time.display()
        ));
        self.arena.somewhere(Fault::First(program));
        self.ring()?;
        self.arena.heal();
        self.arena.people_push();
        let said = self.ring();
        self.restart(None, |_| {});
        said
    }

    /// The files are deleted under it; then it is started again, with none.
    fn wiped(&mut self) -> Result<Claim, String> {
        self.arena.store_files().iter().for_each(|file| std::fs::remove_file(file).unwrap());
        let said = self.ring();
        self.restart(None, |_| {});
        said
    }

    /// It comes back with an old backup. What was the store is the next backup.
    fn restored(&mut self) -> Result<Claim, String> {
        self.voice.service.kill();
        let (old, now) = (self.arena.scene.path("backup"), self.arena.scene.path("backup of now"));
        let (state, token) = (self.arena.scene.path("state"), self.voice.service.token.clone());
        copy(&state, &now);
        copy(&old, &state);
        copy(&now, &old);
        let known = std::mem::replace(&mut self.backup_token, token);
        self.restart(known, |_| {});
        self.ring()
    }

    /// A copy of the store, as a backup that is old by the time that it is needed.
    pub(super) fn keep_a_backup(&mut self) {
        self.voice.service.kill();
        copy(&self.arena.scene.path("state"), &self.arena.scene.path("backup"));
        self.restart(None, |_| {});
    }

    /// Another program holds the store for some seconds.
    fn locked(&mut self) -> Result<Claim, String> {
        let mut holder = self.arena.lock_store(Duration::from_secs(3));
        let said = self.ring();
        holder.kill().unwrap();
        holder.wait().unwrap();
        said
    }

    /// A file of the store is damaged while it is down. It says so and ends, or starts and claims what is so; either way a person
    /// deletes the store and starts it again.
    fn with_a_damaged_store(&mut self) -> Result<Claim, String> {
        self.voice.service.kill();
        self.arena.damage(&self.arena.store_files());
        let known = self.voice.service.token.clone();
        let said = match Service::try_of(&self.arena.scene, &mut command(&self.arena, &Vec::new(), "state", "cache")) {
            None => Claim::Failed("does not start".to_owned()),
            Some(service) => {
                self.voice.service = service;
                self.voice.service.token = self.voice.service.token.take().or(known);
                self.ring()?
            }
        };
        self.voice.service.kill();
        self.arena.store_files().iter().for_each(|file| std::fs::remove_file(file).unwrap());
        self.restart(None, |_| {});
        Ok(said)
    }

    fn with_a_damaged_cache(&mut self) -> Result<Claim, String> {
        self.arena.damage_cache();
        self.ring()
    }

    /// The server has another key or certificate than the one that is known.
    fn with_a_stranger(&mut self) -> Result<Claim, String> {
        self.arena.swap_identity();
        let said = self.ring();
        self.arena.swap_identity();
        said
    }

    /// Commits are dropped, while nobody looks or during the visit.
    fn forced(&mut self) -> Result<Claim, String> {
        self.forced += 1;
        if self.forced % 2 == 1 {
            let program = self.arena.forces_back();
            assert!(Command::new(program).status().unwrap().success());
        } else {
            self.arena.arm(Class::ForcePush);
        }
        self.ring()
    }

    /// A second service with a memory of its own. It knows nothing of our commits, and asks for a word; then both are rung.
    fn beside_another(&mut self) -> Struck {
        let beside = format!("beside-{}", self.arena.serial);
        let (state, cache) = (format!("{beside}/state"), format!("{beside}/cache"));
        let command = command(&self.arena, &Vec::new(), &state, &cache);
        let mut second = Voice::new(Service::of(&self.arena.scene, command));
        self.heard(&mut second)?;
        let standing = second.standing().ok_or("the second service says nothing")?;
        let Some(commit) = standing.hold.filter(|_| standing.reason == "Forgotten") else {
            return Err(format!("the second service holds nothing: {} {}", standing.reason, standing.message));
        };
        second.accept(&self.arena.scene, &commit);
        second.ring();
        let said = self.ring()?;
        self.heard(&mut second)?;
        Ok((said, second.news()))
    }

    /// What another service says is so, too.
    fn heard(&self, second: &mut Voice) -> Result<(), String> {
        let arena = &self.arena;
        second.ring_and_wait(|voice| is_so(arena, voice.standing().as_ref())).map(drop)
    }
}

impl Arena {
    /// The server has another certificate or host key, or the first one again.
    pub(super) fn swap_identity(&mut self) {
        match &mut self.server {
            Server::Https(_, tls) => tls.swap_certificate(),
            Server::Ssh(sshd) => sshd.swap_host_key(),
            Server::Http(_) => panic!("in clear there is no identity"),
        }
    }
}
