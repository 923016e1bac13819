//! Which process holds a lease, and whether it still lives: a run that was killed must not keep the next one waiting.

use std::fs;

/// The name by which this process holds leases. On Linux it says enough that others on the same machine can tell when
/// the process is gone; elsewhere a lease of the dead is waited out.
pub fn holder_of_this_process() -> String {
    let id = std::process::id();
    match (machine(), started(id)) {
        (Some(machine), Some(started)) => format!("process {id} started {started} on {machine}"),
        _ => format!("process {id}"),
    }
}

/// Whether `holder` was a process of this very machine that is certainly gone. What cannot be told is not gone.
pub(crate) fn is_gone(holder: &str) -> bool {
    let Some((id, started_then, on)) = parse(holder) else { return false };
    machine().as_deref() == Some(on) && started(id).as_deref() != Some(started_then)
}

fn parse(holder: &str) -> Option<(u32, &str, &str)> {
    let (id, rest) = holder.strip_prefix("process ")?.split_once(" started ")?;
    let (started, machine) = rest.split_once(" on ")?;
    Some((id.parse().ok()?, started, machine))
}

/// This boot of this machine, as far as process ids mean the same: containers have their own. `None` where this process
/// may not see others' (`hidepid`): there the living look gone.
fn machine() -> Option<String> {
    fs::metadata("/proc/1/stat").ok()?;
    let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    let ids = fs::read_link("/proc/self/ns/pid").ok()?;
    Some(format!("{} {}", boot.trim(), ids.display()))
}

/// When the process started, in the kernel's ticks (proc(5), `stat`, field 22); `None` when there is none, or it is only
/// waiting to be reaped.
fn started(id: u32) -> Option<String> {
    let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
    // The second field is the program's name in parentheses, and may hold anything.
    let mut rest = stat.rsplit_once(')')?.1.split_whitespace();
    let state = rest.next()?;
    (state != "Z" && state != "X").then(|| rest.nth(18).map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_ended_is_gone_and_this_one_is_not() {
        let ours = holder_of_this_process();
        assert!(!is_gone(&ours));
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let dead = ours.replace(&format!("process {}", std::process::id()), &format!("process {}", child.id()));
        child.wait().unwrap();
        assert!(is_gone(&dead));
    }

    #[test]
    fn whoever_cannot_be_told_is_not_gone() {
        assert!(!is_gone("a process"));
        assert!(!is_gone("process 1 started 1 on another machine"));
    }
}
