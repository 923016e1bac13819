//! What surrounds a run: limits, small and read-only file systems, another clock. Each by a program of the system.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

/// A command's first words, before the program's own.
pub(super) type Prefix = Vec<String>;

/// Whether this machine lets us mount something in a namespace of our own. Where not (a container without the right), a
/// limit on the size of files is all that stands for a full disk.
pub(super) fn has_mounts() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| says_yes("unshare", &["-Urm", "sh", "-c", "mount -t tmpfs -o size=64k none /mnt"], "mounts"))
}

/// Whether there is a program that gives others another time (Debian's `faketime`).
pub(super) fn has_faketime() -> bool {
    static ANSWER: OnceLock<bool> = OnceLock::new();
    *ANSWER.get_or_init(|| says_yes("faketime", &["-f", "+1d", "true"], "faketime"))
}

/// The library by which that program does it, for one that is started once and whose clock jumps later.
pub(super) fn clock_library() -> Option<String> {
    let told =
        has_faketime().then(|| Command::new("faketime").args(["-f", "+0", "printenv", "LD_PRELOAD"]).output())?;
    Some(String::from_utf8(told.ok()?.stdout).ok()?.trim().to_owned())
}

/// Whether files below `dir` can be made such that nobody writes them, not even who has them open. That takes root.
pub(super) fn has_immutable(dir: &Path) -> bool {
    let probe = dir.join("probe");
    std::fs::write(&probe, "").unwrap();
    let yes = says_yes("chattr", &["+i", &probe.display().to_string()], "immutable files");
    drop(Immutable(vec![probe.clone()]));
    std::fs::remove_file(probe).unwrap();
    yes
}

/// Files that nobody can write, until this is dropped.
pub(super) struct Immutable(Vec<PathBuf>);

impl Immutable {
    pub(super) fn new(files: Vec<PathBuf>) -> Self {
        assert!(Command::new("chattr").arg("+i").args(&files).status().unwrap().success());
        Self(files)
    }
}

impl Drop for Immutable {
    fn drop(&mut self) {
        let _ = Command::new("chattr").arg("-i").args(&self.0).stderr(Stdio::null()).status();
    }
}

fn says_yes(program: &str, args: &[&str], what: &str) -> bool {
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let yes = status.is_ok_and(|status| status.success());
    if !yes {
        hedgerow_testkit::not_run(&format!("{what}: {program} does not work here"));
    }
    yes
}

/// At most so many bytes of address space.
pub(super) fn memory(bytes: u64) -> Prefix {
    words(&["prlimit", &format!("--as={bytes}")])
}

/// No write beyond this many bytes of a file; the write fails, and nobody dies of the signal.
pub(super) fn file_size(bytes: u64) -> Prefix {
    words(&["prlimit", &format!("--fsize={bytes}"), "sh", "-c", "trap '' XFSZ; exec \"$@\"", "sh"])
}

/// `dir` on a file system of its own that has so many KiB free. What is in it afterwards is in `dir`.
pub(super) fn full_disk(dir: &Path, spare: &Path, free_kib: u64) -> Prefix {
    let fill = format!(
        "dd if=/dev/zero of='{dir}/{BALLAST}' bs=1024 count=$(( $(df -k --output=avail '{dir}' | tail -1) - {free_kib} )) 2>/dev/null",
        dir = dir.display()
    );
    on_a_small_disk(dir, spare, free_kib, &format!("{fill}\ncode=0; \"$@\" || code=$?"))
}

/// The same for one that runs on: it starts with so many KiB free, and [`fill`] takes the room away.
/// SIGTERM ends it; then what is in `dir` is kept, too.
pub(super) fn small_disk(dir: &Path, spare: &Path, free_kib: u64) -> Prefix {
    let run = "setpriv --pdeathsig KILL \"$@\" & child=$!; trap 'kill -TERM $child' TERM; code=0\n\
               wait $child || code=$?; wait $child 2>/dev/null || true";
    on_a_small_disk(dir, spare, free_kib, run)
}

/// What takes the room away.
pub(super) const BALLAST: &str = ".ballast";

fn on_a_small_disk(dir: &Path, spare: &Path, free_kib: u64, run: &str) -> Prefix {
    let (dir, spare) = (dir.display(), spare.display());
    let script = format!(
        "set -e; mkdir -p '{spare}'; size=$(( $(du -sk '{dir}' | cut -f1) * 5 / 4 + {free_kib} ))\n\
         mount --bind '{dir}' '{spare}'; mount -t tmpfs -o size=${{size}}k none '{dir}'; cp -a '{spare}/.' '{dir}/'\n\
         {run}\n\
         rm -f '{dir}/{BALLAST}'; find '{spare}' -mindepth 1 -delete; cp -a '{dir}/.' '{spare}/'; exit $code"
    );
    words(&["unshare", "-Urm", "sh", "-c", &script, "sh"])
}

/// Fills the file system at `dir`, as the process sees it, until so many KiB are left.
pub(super) fn fill(pid: i32, dir: &Path, left_kib: usize) -> PathBuf {
    let ballast = PathBuf::from(format!("/proc/{pid}/root{}", dir.display())).join(BALLAST);
    let mut file = std::fs::File::create(&ballast).unwrap();
    let piece = vec![0; 4096];
    let mut written = 0;
    while file.write_all(&piece).is_ok() {
        written += piece.len();
    }
    file.set_len(written.saturating_sub(left_kib * 1024) as u64).unwrap();
    ballast
}

/// `dir` read-only.
pub(super) fn read_only(dir: &Path) -> Prefix {
    let dir = dir.display();
    let script = format!("mount --bind '{dir}' '{dir}' && mount -o remount,bind,ro '{dir}' && exec \"$@\"");
    words(&["unshare", "-Urm", "sh", "-c", &script, "sh"])
}

/// Another time of day, such as `+10y` or `-30d x1000`; what measures durations is left alone.
pub(super) fn clock(time: &str) -> Prefix {
    words(&["env", "FAKETIME_DONT_FAKE_MONOTONIC=1", "faketime", "-f", time])
}

fn words(words: &[&str]) -> Prefix {
    words.iter().map(|word| (*word).to_owned()).collect()
}
