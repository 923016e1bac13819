//! Runs that are struck.

mod server;

use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use super::arena::Arena;
use super::class::Class;
use super::sandbox::{self, Prefix};
use crate::support::process::start;
use crate::support::ran::Ran;

/// How long a run of this size takes, about: kills at any moment fall into it.
const ABOUT: Duration = Duration::from_millis(300);
/// The steps that the program's log names.
const STEPS: &[&str] = &[
    "waiting for",
    "fetching",
    "reading",
    "parsing",
    "validating",
    "planning",
    "committing",
    "pushing",
    "verifying",
    "recording",
];

impl Arena {
    /// Strikes one run with a fault of this class, or several runs at once, and returns what they did.
    pub(super) fn strike(&mut self, class: Class) -> Vec<Ran> {
        let one = match class {
            Class::KillAtStep => self.killed_at_step(),
            Class::KillAnywhere => self.killed_anywhere(),
            Class::Interrupted => self.interrupted(),
            Class::DiskFull => {
                let dir = self.some_directory();
                let free = 4 << self.random.u32(0..9);
                self.alone();
                self.run(&sandbox::full_disk(&dir, &self.scene.path("spare"), free), &[])
            }
            Class::FileLimit => {
                let limit = 1024 << self.random.u32(0..9);
                self.run(&sandbox::file_size(limit), &[])
            }
            Class::ReadOnly => {
                let dir = self.some_directory();
                self.run(&sandbox::read_only(&dir), &[])
            }
            Class::Memory => {
                let bytes = self.random.u64(20_000_000..90_000_000);
                self.run(&sandbox::memory(bytes), &[])
            }
            Class::Clock => {
                let times = ["+10y", "-10y", "+1d", "-1d", "-3s", "+0 x5000", "-1y x1000"];
                let time = *self.random.choice(times.as_slice()).unwrap();
                self.run(&sandbox::clock(time), &[])
            }
            Class::StoreWiped => {
                self.alone();
                self.store_files().iter().for_each(|file| std::fs::remove_file(file).unwrap());
                self.run_plain()
            }
            Class::StoreRestored => self.with_an_old_store(),
            Class::StoreLocked => self.with_a_locked_store(),
            Class::StoreDamaged => {
                self.alone();
                self.damage(&self.store_files());
                let ran = self.run_plain();
                // What a person does whom the program has told that its store is damaged.
                self.store_files().iter().for_each(|file| std::fs::remove_file(file).unwrap());
                ran
            }
            Class::CacheDamaged => {
                self.damage_cache();
                self.run_plain()
            }
            Class::Identity => self.with_a_stranger(),
            Class::Hook => {
                self.remote.hook("pre-receive", "echo 'No bots on Fridays.' >&2; exit 1");
                self.run_plain()
            }
            Class::TwoStores => return self.at_once(2),
            Class::Twenty => return self.at_once(20),
            _ => self.struck_by_server(class),
        };
        vec![one]
    }

    fn run(&self, prefix: &Prefix, more: &[&str]) -> Ran {
        Ran::of(&mut self.sync(prefix, more))
    }

    fn run_plain(&self) -> Ran {
        self.run(&Vec::new(), &[])
    }

    /// The store's, the cache's, or that of temporary files.
    fn some_directory(&mut self) -> PathBuf {
        self.scene.path(self.random.choice(["state", "cache", "tmp"]).unwrap())
    }

    /// Killed when its log says that it begins some step, or a moment later.
    fn killed_at_step(&mut self) -> Ran {
        let step = *self.random.choice(STEPS).unwrap();
        let later = Duration::from_micros(self.random.u64(0..4000));
        let mut command = self.sync(&Vec::new(), &[]);
        command.env("RUST_LOG", "hedgerow=debug");
        let mut running = start(command);
        says(running.log(), step);
        running.kill_after(later, self.random.bool())
    }

    fn killed_anywhere(&mut self) -> Ran {
        let moment = ABOUT.mul_f64(self.random.f64());
        start(self.sync(&Vec::new(), &[])).kill_after(moment, self.random.bool())
    }

    fn interrupted(&mut self) -> Ran {
        let moment = ABOUT.mul_f64(self.random.f64());
        let signal = if self.random.bool() { Signal::INT } else { Signal::TERM };
        start(self.sync(&Vec::new(), &[])).signal_after(moment, signal, false)
    }

    /// The store as it was when this was asked for the last time; a copy is kept for the next time.
    fn with_an_old_store(&mut self) -> Ran {
        self.alone();
        let old = self.scene.path("backup");
        let now = self.scene.path("backup of now");
        copy(&self.scene.path("state"), &now);
        if old.exists() {
            copy(&old, &self.scene.path("state"));
        }
        copy(&now, &old);
        self.run_plain()
    }

    /// Somebody else writes into the store, for a moment or for all of the run.
    fn with_a_locked_store(&mut self) -> Ran {
        let moment = if self.random.bool() { self.random.u64(1..400) } else { 60_000 };
        if self.store_files().is_empty() {
            return self.run_plain();
        }
        let mut holder = self.lock_store(Duration::from_millis(moment));
        let ran = self.run(&Vec::new(), &["--timeout", "2s"]);
        holder.kill().unwrap();
        holder.wait().unwrap();
        ran
    }

    /// Somebody who holds the store for so long.
    pub(super) fn lock_store(&self, moment: Duration) -> Child {
        let mut command = self.scene.command("sqlite3".as_ref());
        command.arg(self.scene.path("state/hedgerow/hedgerow.db"));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let hold = format!(
            ".timeout 5000\nBEGIN EXCLUSIVE;\n.print locked\n.system sleep {}\nCOMMIT;\n",
            moment.as_secs_f64()
        );
        child.stdin.as_mut().unwrap().write_all(hold.as_bytes()).unwrap();
        assert!(says(child.stdout.as_mut().unwrap(), "locked"));
        child
    }

    /// One of the files of the runs' copy of the repository is damaged.
    pub(super) fn damage_cache(&mut self) {
        self.alone();
        let files = files_below(self.scene.path("cache"));
        self.damage(&files);
        self.damaged = true;
    }

    /// One of the files is cut short, overwritten in the middle, or gone.
    pub(super) fn damage(&mut self, files: &[PathBuf]) {
        let Some(path) = self.random.choice(files) else { return };
        let mut bytes = std::fs::read(path).unwrap();
        let at = self.random.usize(..bytes.len().max(1));
        match self.random.u8(..3) {
            0 => bytes.truncate(at),
            1 => bytes.iter_mut().skip(at).take(64).for_each(|byte| *byte ^= 0x55),
            _ => return std::fs::remove_file(path).unwrap(),
        }
        // Packs are read-only files.
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    /// The server has another key or certificate than the one that is known.
    fn with_a_stranger(&mut self) -> Ran {
        self.stranger = true;
        let ran = self.run_plain();
        self.stranger = false;
        ran
    }

    /// So many runs at once, every other one with a store of its own.
    fn at_once(&self, runs: usize) -> Vec<Ran> {
        let commands = (0..runs).map(|n| {
            let mut command = self.sync(&Vec::new(), &["--timeout", "60s"]);
            if n % 2 == 1 {
                let dir = self.scene.path(&format!("others/{n}"));
                command.env("XDG_STATE_HOME", dir.join("state")).env("XDG_CACHE_HOME", dir.join("cache"));
            }
            command
        });
        let running: Vec<_> = commands.map(start).collect();
        running.into_iter().map(crate::support::process::Running::end).collect()
    }
}

/// Whether a line with these words comes.
fn says(stream: impl std::io::Read, words: &str) -> bool {
    BufReader::new(stream).lines().map_while(Result::ok).any(|line| line.contains(words))
}

/// `to` becomes what `from` is.
pub(super) fn copy(from: &std::path::Path, to: &std::path::Path) {
    if to.exists() {
        std::fs::remove_dir_all(to).unwrap();
    }
    assert!(Command::new("cp").arg("-a").args([from, to]).status().unwrap().success());
}

fn files_below(dir: PathBuf) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(path));
        } else {
            found.push(path);
        }
    }
    found.sort();
    found
}
