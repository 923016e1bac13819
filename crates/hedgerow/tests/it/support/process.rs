//! Programs that run while the test watches: killed, interrupted, or held at a known point.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

use super::ran::Ran;

/// Starts a command in a process group of its own, its streams kept.
pub(crate) fn start(mut command: Command) -> Running {
    use std::os::unix::process::CommandExt;
    command.process_group(0).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    Running { command, child }
}

/// A program that runs.
pub(crate) struct Running {
    command: Command,
    child: Child,
}

impl Running {
    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Sends a signal to the program alone, not to its children.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// What it writes to standard error from now on; what is read here is not in [`Ran`].
    pub(crate) fn log(&mut self) -> &mut std::process::ChildStderr {
        self.child.stderr.as_mut().unwrap()
    }

    /// Waits for its end.
    pub(crate) fn end(self) -> Ran {
        let output = self.child.wait_with_output().unwrap();
        Ran::from_output(&self.command, output)
    }

    /// Kills it after `patience` unless it has ended by then, with all its children or leaving them to themselves.
    pub(crate) fn kill_after(self, patience: Duration, family: bool) -> Ran {
        self.signal_after(patience, Signal::KILL, family)
    }

    /// The same with another signal.
    pub(crate) fn signal_after(self, patience: Duration, signal: Signal, family: bool) -> Ran {
        let pid = self.pid();
        let (ended, end) = mpsc::channel();
        let waiter = std::thread::spawn(move || {
            let ran = self.end();
            ended.send(()).ok();
            ran
        });
        if end.recv_timeout(patience).is_err() {
            // It may end in this very moment: then there is nobody left to be told.
            let send = if family { kill_process_group } else { kill_process };
            send(pid, signal).ok();
        }
        waiter.join().unwrap()
    }
}

/// A point in a server-side hook where the server waits until the test lets it go.
pub(crate) struct Gate {
    dir: PathBuf,
    reached: File,
    open: File,
}

impl Gate {
    /// A gate whose two pipes live in `dir`.
    pub(crate) fn new(dir: &Path) -> Self {
        // Open for both: then neither side waits for the other to open, and nothing is lost when one comes late.
        let pipe = |name: &str| {
            let path = dir.join(name);
            assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
            File::options().read(true).write(true).open(path).unwrap()
        };
        Self { dir: dir.to_owned(), reached: pipe("reached"), open: pipe("open") }
    }

    /// What the hook runs to stop here.
    pub(crate) fn script(&self) -> String {
        let dir = self.dir.display();
        format!("echo here > '{dir}/reached'; read go < '{dir}/open'")
    }

    /// Waits until the server stands at the gate; fails the test when it never comes.
    pub(crate) fn wait(&self) {
        let mut reached = self.reached.try_clone().unwrap();
        let (arrived, arrival) = mpsc::channel();
        std::thread::spawn(move || arrived.send(reached.read_exact(&mut [0; 5])));
        arrival.recv_timeout(Duration::from_secs(60)).expect("the server reaches the gate").unwrap();
    }

    /// Lets the server go on.
    pub(crate) fn open(&mut self) {
        self.open.write_all(b"go\n").unwrap();
    }
}

/// A directory with a `git` that runs `script` (sh) whenever it is asked to push, and is the real git otherwise. The script has
/// the real git as `$real`, the arguments as `"$@"`, and must end in `exit` or `exec` where the real push is not to follow.
pub(crate) fn git_that_pushes_with(dir: &Path, script: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let real =
        std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|d| d.join("git")).find(|p| p.exists()).unwrap();
    let bin = dir.join("bin");
    std::fs::create_dir_all(&bin).unwrap();
    let text = format!(
        "#!/bin/sh\nreal='{}'\nfor word in \"$@\"; do\n  case $word in push|send-pack)\n{script}\n  break;; esac\ndone\nexec \"$real\" \"$@\"\n",
        real.display()
    );
    std::fs::write(bin.join("git"), text).unwrap();
    std::fs::set_permissions(bin.join("git"), PermissionsExt::from_mode(0o755)).unwrap();
    bin
}

/// The command, with `bin` before everything else on its PATH.
pub(crate) fn with_path(mut command: Command, bin: &Path) -> Command {
    let path = std::env::var_os("PATH").unwrap();
    let path = std::env::join_paths(std::iter::once(bin.to_owned()).chain(std::env::split_paths(&path))).unwrap();
    command.env("PATH", path);
    command
}
