//! Runs a command to its end, its deadline or its cancellation, whichever comes first.

use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::cancel::Cancel;
use crate::command::Command;
use crate::limits::{CANCEL_TICK, GRACE, MAX_GIT_MEMORY_BYTES, MAX_STDERR_BYTES, MAX_STDOUT_BYTES};

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Finished {
    /// What it wrote to standard output, whole.
    pub(crate) stdout: Vec<u8>,
    /// The end of what it wrote to standard error; not redacted.
    pub(crate) stderr: String,
    /// How.
    pub(crate) end: End,
}

/// See [`Finished`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// Exit code 0.
    Success,
    /// Another exit code, or a signal of someone else's.
    Failure,
    /// We killed it at its deadline.
    Timeout,
    /// We killed it because we were asked to.
    Cancelled,
}

/// Until when, and who may stop it sooner.
#[derive(Clone, Debug)]
pub(crate) struct Patience {
    pub(crate) deadline: Duration,
    pub(crate) cancel: Cancel,
    /// How far the command gives way to other programs, as `nice` counts: 0 for not at all.
    pub(crate) niceness: i32,
}

enum Piece {
    Out(Vec<u8>),
    Err(Vec<u8>),
}

/// Runs `command`, and hands every piece of its standard output to `sink` as it comes.
pub(crate) fn stream(
    command: &Command,
    patience: &Patience,
    mut sink: impl FnMut(&[u8]) -> io::Result<()>,
) -> io::Result<Finished> {
    let started = Instant::now();
    if patience.cancel.is_cancelled() {
        return Ok(Finished { stdout: Vec::new(), stderr: String::new(), end: End::Cancelled });
    }
    let mut child = Group(spawn(command)?);
    child.give_way(patience.niceness);
    child.limit_memory();
    let pieces = listen(&mut child.0);
    let mut stderr = Vec::new();
    let stopped = loop {
        match pieces.recv_timeout(CANCEL_TICK) {
            Ok(Piece::Out(bytes)) => sink(&bytes)?,
            Ok(Piece::Err(bytes)) => keep_end(&mut stderr, &bytes),
            Err(RecvTimeoutError::Disconnected) => break None,
            Err(RecvTimeoutError::Timeout) => {}
        }
        if let Some(end) = impatient(patience, started) {
            break Some(end);
        }
    };
    let end = match stopped {
        Some(end) => end,
        None => wait(&mut child.0, patience, started)?,
    };
    Ok(Finished { stdout: Vec::new(), stderr: String::from_utf8_lossy(&stderr).into_owned(), end })
}

/// Runs `command` and keeps its standard output.
pub(crate) fn run(command: &Command, patience: &Patience) -> io::Result<Finished> {
    let mut stdout = Vec::new();
    let finished = stream(command, patience, |bytes| {
        if stdout.len() + bytes.len() > MAX_STDOUT_BYTES {
            return Err(io::Error::other("git's answer is over the limit"));
        }
        stdout.extend_from_slice(bytes);
        Ok(())
    })?;
    Ok(Finished { stdout, ..finished })
}

/// A child in a process group of its own, with all that it starts: ssh, remote helpers, askpass. Ended when dropped.
struct Group(Child);

impl Drop for Group {
    /// First the polite signal, so that git removes its lock files.
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        self.signal(rustix::process::Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < GRACE && matches!(self.0.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(2));
        }
        self.signal(rustix::process::Signal::KILL);
        let _ = self.0.wait();
    }
}

impl Group {
    /// What the child starts later gives way as it does. It is told from here, once it runs: telling it before would take a fork
    /// of this process, with all its pages. One that has ended already needs no telling.
    fn give_way(&self, niceness: i32) {
        let child = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw);
        if let Some(child) = child.filter(|_| niceness > 0) {
            let _ = rustix::process::setpriority_process(Some(child), niceness);
        }
    }

    /// The same way, and for what it starts, too: no more memory than [`MAX_GIT_MEMORY_BYTES`], or what we may have ourselves.
    /// What is only mapped to be read, as packs are, does not count.
    #[cfg(target_os = "linux")]
    fn limit_memory(&self) {
        use rustix::process::{Pid, Resource, getrlimit, prlimit};
        let mut limit = getrlimit(Resource::Data);
        limit.current = Some(limit.current.map_or(MAX_GIT_MEMORY_BYTES, |ours| ours.min(MAX_GIT_MEMORY_BYTES)));
        if let Some(child) = i32::try_from(self.0.id()).ok().and_then(Pid::from_raw) {
            let _ = prlimit(Some(child), Resource::Data, limit);
        }
    }

    /// Nobody else's programs can be limited from here.
    #[cfg(not(target_os = "linux"))]
    fn limit_memory(&self) {
        let _ = MAX_GIT_MEMORY_BYTES;
    }

    fn signal(&self, signal: rustix::process::Signal) {
        if let Some(group) = i32::try_from(self.0.id()).ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process_group(group, signal);
        }
    }
}

fn spawn(command: &Command) -> io::Result<Child> {
    std::process::Command::new(&command.program)
        .args(&command.arguments)
        .env_clear()
        .envs(command.environment.iter().map(|(name, value)| (name, value)))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
}

fn listen(child: &mut Child) -> Receiver<Piece> {
    let (sender, receiver) = sync_channel(4);
    if let Some(pipe) = child.stdout.take() {
        pump(pipe, sender.clone(), Piece::Out);
    }
    if let Some(pipe) = child.stderr.take() {
        pump(pipe, sender, Piece::Err);
    }
    receiver
}

/// A thread that ends with the pipe, or when nobody listens any more.
fn pump(mut pipe: impl Read + Send + 'static, sender: SyncSender<Piece>, piece: fn(Vec<u8>) -> Piece) {
    thread::spawn(move || {
        let mut buffer = vec![0; 64 * 1024];
        while let Ok(count @ 1..) = pipe.read(&mut buffer) {
            if sender.send(piece(buffer[..count].to_vec())).is_err() {
                return;
            }
        }
    });
}

fn keep_end(kept: &mut Vec<u8>, bytes: &[u8]) {
    kept.extend_from_slice(bytes);
    let over = kept.len().saturating_sub(MAX_STDERR_BYTES);
    kept.drain(..over);
}

/// After both pipes have ended the child is as good as gone; one that is not is waited for in small steps.
fn wait(child: &mut Child, patience: &Patience, started: Instant) -> io::Result<End> {
    let mut pause = Duration::from_micros(200);
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(ended(status));
        }
        if let Some(end) = impatient(patience, started) {
            return Ok(end);
        }
        thread::sleep(pause);
        pause = (pause * 2).min(CANCEL_TICK);
    }
}

fn ended(status: ExitStatus) -> End {
    if status.success() { End::Success } else { End::Failure }
}

fn impatient(patience: &Patience, started: Instant) -> Option<End> {
    if patience.cancel.is_cancelled() {
        Some(End::Cancelled)
    } else if started.elapsed() >= patience.deadline {
        Some(End::Timeout)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell(script: &str) -> Command {
        Command {
            program: "/bin/sh".into(),
            arguments: vec!["-c".into(), script.into()],
            environment: vec![("PATH".into(), "/usr/bin:/bin".into())],
            name: "sh",
        }
    }

    fn patience(deadline: Duration) -> Patience {
        Patience { deadline, cancel: Cancel::new(), niceness: 0 }
    }

    #[test]
    fn output_is_kept_and_failure_is_told() {
        let finished = run(&shell("echo out; echo err >&2; exit 3"), &patience(Duration::from_secs(60))).unwrap();
        assert_eq!((finished.stdout.as_slice(), finished.stderr.as_str()), (&b"out\n"[..], "err\n"));
        assert_eq!(finished.end, End::Failure);
    }

    #[test]
    fn a_deadline_kills_the_whole_group() {
        let dir = tempfile::tempdir().unwrap();
        let pid = dir.path().join("pid");
        let script = format!("trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > {}; sleep 600'; wait", pid.display());
        let finished = run(&shell(&script), &patience(Duration::from_secs(2))).unwrap();
        assert_eq!(finished.end, End::Timeout);
        let grandchild = std::fs::read_to_string(pid).unwrap();
        let killed = Instant::now();
        while is_alive(grandchild.trim()) {
            assert!(killed.elapsed() < Duration::from_secs(30), "the grandchild lives on");
            thread::yield_now();
        }
    }

    fn is_alive(pid: &str) -> bool {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        !stat.is_empty() && !stat.contains(") Z ")
    }

    #[test]
    fn cancelling_differs_from_a_deadline() {
        let patience = patience(Duration::from_secs(600));
        let cancel = patience.cancel.clone();
        let stopper = thread::spawn(move || cancel.cancel());
        assert_eq!(run(&shell("sleep 600"), &patience).unwrap().end, End::Cancelled);
        stopper.join().unwrap();
        assert_eq!(run(&shell("exit 0"), &patience).unwrap().end, End::Cancelled, "none is started any more");
    }

    #[test]
    fn a_command_has_a_limit_of_memory_and_so_has_what_it_starts() {
        // Told a moment after it was started: it waits until it was.
        let script = "until [ \"$(ulimit -d)\" = \"$1\" ]; do :; done; sh -c 'ulimit -d'";
        let kib = (MAX_GIT_MEMORY_BYTES / 1024).to_string();
        let mut command = shell(script);
        command.arguments.extend(["sh".into(), kib.clone().into()]);
        let finished = run(&command, &patience(Duration::from_secs(60))).unwrap();
        assert_eq!(String::from_utf8(finished.stdout).unwrap().trim(), kib);
    }

    #[test]
    fn a_command_gives_way_as_far_as_it_is_to_and_so_does_what_it_starts() {
        let patience = Patience { niceness: 7, ..patience(Duration::from_secs(60)) };
        // Told a moment after it was started, it may have begun: it waits until it was.
        let script =
            "until [ \"$(cut -d' ' -f19 /proc/$$/stat)\" = 7 ]; do :; done; sh -c 'cut -d\" \" -f19 /proc/$$/stat'";
        let finished = run(&shell(script), &patience).unwrap();
        assert_eq!(finished.stdout, b"7\n", "{}", finished.stderr);
    }

    #[test]
    fn only_the_end_of_much_talk_is_kept() {
        let script = "i=0; while [ $i -lt 3000 ]; do echo 'a line of some fifty characters, more or less' >&2; i=$((i+1)); done; echo last >&2";
        let finished = run(&shell(script), &patience(Duration::from_secs(60))).unwrap();
        assert_eq!(finished.stderr.len(), MAX_STDERR_BYTES);
        assert!(finished.stderr.ends_with("last\n"));
    }
}
