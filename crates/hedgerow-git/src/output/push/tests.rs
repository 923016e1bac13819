//! What git 2.39 and 2.47 really said, and two forges.

use super::*;

const REF: &str = "e8738b54e9b10352e5abbecf395dfaebc7355322:refs/heads/main";

/// One line of `--porcelain` and what stood on standard error.
fn told(flag: char, summary: &str, stderr: &str) -> Report {
    let stdout = format!("To ../p.git\n{flag}\t{REF}\t{summary}\nDone\n");
    report(stdout.as_bytes(), stderr, flag != '!', None)
}

fn cut(stderr: &str) -> Report {
    report(b"", stderr, false, None)
}

#[test]
fn what_was_taken_is_pushed() {
    for (flag, summary) in [(' ', "9b1b052..e8738b5"), ('*', "[new branch]"), ('=', "[up to date]"), ('-', "[deleted]")]
    {
        assert_eq!(told(flag, summary, ""), Report::Answered(Push::Pushed), "{summary}");
    }
    assert!(matches!(told('+', "9b1b052...e8738b5 (forced update)", ""), Report::Answered(Push::Unknown(_))));
}

#[test]
fn a_branch_elsewhere_is_moved() {
    for summary in ["[rejected] (stale info)", "[rejected] (fetch first)", "[rejected] (non-fast-forward)"] {
        let stderr = "error: failed to push some refs to '../p.git'\n";
        assert_eq!(told('!', summary, stderr), Report::Answered(Push::Moved), "{summary}");
    }
}

#[test]
fn a_race_at_the_server_is_told_from_its_refusals() {
    let lock = "remote: error: cannot lock ref 'refs/heads/main': Unable to create '/srv/refs/heads/main.lock': File exists.\n";
    let late = "remote: error: cannot lock ref 'refs/heads/main': is at aaaa but expected bbbb\n";
    for stderr in [lock, late] {
        assert!(matches!(told('!', "[remote rejected] (failed to update ref)", stderr), Report::Raced(_)), "{stderr}");
    }
    let old = told('!', "[remote rejected] (incorrect old value provided)", "");
    assert!(matches!(old, Report::Raced(_)), "{old:?}");
    let disk =
        "remote: error: cannot lock ref 'refs/heads/main': Unable to create '/srv/main.lock': Permission denied\n";
    let told = told('!', "[remote rejected] (failed to update ref)", disk);
    assert!(matches!(told, Report::Answered(Push::Refused(_))), "{told:?}");
}

#[test]
fn a_refusal_carries_the_servers_words() {
    for (summary, stderr, words) in [
        (
            "[remote rejected] (pre-receive hook declined)",
            "remote: main is protected        \nerror: failed to push some refs to '../p.git'\n",
            "[remote rejected] (pre-receive hook declined)\nmain is protected",
        ),
        (
            "[remote rejected] (protected branch hook declined)",
            "remote: error: GH006: Protected branch update failed for refs/heads/main.        \n",
            "[remote rejected] (protected branch hook declined)\nerror: GH006: Protected branch update failed for refs/heads/main.",
        ),
        (
            "[remote rejected] (unpacker error)",
            "remote: fatal: pack exceeds maximum allowed size        \nerror: remote unpack failed: x\n",
            "[remote rejected] (unpacker error)\nfatal: pack exceeds maximum allowed size",
        ),
        (
            "[remote rejected] (branch is currently checked out)",
            "",
            "[remote rejected] (branch is currently checked out)",
        ),
    ] {
        assert_eq!(told('!', summary, stderr), Report::Answered(Push::Refused(words.to_owned())));
    }
}

#[test]
fn a_cut_line_is_unknown_and_a_closed_door_is_not() {
    for stderr in [
        "error: RPC failed; curl 52 Empty reply from server\nsend-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly\n",
        "error: RPC failed; HTTP 502 curl 22 The requested URL returned error: 502\nfatal: the remote end hung up unexpectedly\n",
        "send-pack: unexpected disconnect while reading sideband packet\nfatal: the remote end hung up unexpectedly\n",
        "Connection to host closed by remote host.\nfatal: the remote end hung up unexpectedly\n",
    ] {
        assert!(matches!(cut(stderr), Report::Answered(Push::Unknown(_))), "{stderr}");
    }
    let large = "error: RPC failed; HTTP 413 curl 22 The requested URL returned error: 413\nfatal: the remote end hung up unexpectedly\n";
    assert!(matches!(cut(large), Report::Answered(Push::Refused(_))));
    for stderr in [
        "remote: read only\nfatal: unable to access 'http://host/a/': The requested URL returned error: 403\n",
        "fatal: Authentication failed for 'https://host/a/'\n",
        "ERROR: The key you are authenticating with has been marked as read only.\nfatal: Could not read from remote repository.\n",
        "fatal: repository 'https://host/a/' not found\n",
    ] {
        assert_eq!(cut(stderr), Report::NothingSent, "{stderr}");
    }
}
