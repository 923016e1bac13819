//! What surrounds a run: limits, small and read-only file systems, another clock. Each by a program of the system.

use std::path::Path;
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

fn says_yes(program: &str, args: &[&str], what: &str) -> bool {
    let status = Command::new(program).args(args).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let yes = status.is_ok_and(|status| status.success());
    if !yes {
        eprintln!("NOT RUN for want of {what}: {program} does not work here");
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
    let (dir, spare) = (dir.display(), spare.display());
    let script = format!(
        "set -e; mkdir -p '{spare}'; size=$(( $(du -sk '{dir}' | cut -f1) * 5 / 4 + {free_kib} ))\n\
         mount --bind '{dir}' '{spare}'; mount -t tmpfs -o size=${{size}}k none '{dir}'; cp -a '{spare}/.' '{dir}/'\n\
         dd if=/dev/zero of='{dir}/.ballast' bs=1024 count=$(( $(df -k --output=avail '{dir}' | tail -1) - {free_kib} )) 2>/dev/null\n\
         code=0; \"$@\" || code=$?\n\
         rm -f '{dir}/.ballast'; find '{spare}' -mindepth 1 -delete; cp -a '{dir}/.' '{spare}/'; exit $code"
    );
    words(&["unshare", "-Urm", "sh", "-c", &script, "sh"])
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
