//! What git 2.39 and 2.47 really said, and two forges.

use super::*;

/// The variant's name alone.
fn kind(stderr: &str) -> String {
    let told = format!("{:?}", parse(stderr, None));
    told.split([' ', '{', '(']).next().unwrap_or_default().to_owned()
}

#[test]
fn every_refusal_has_its_own_error() {
    let access = |status: u16| {
        format!(
            "remote: server words\nfatal: unable to access 'http://h/x/': The requested URL returned error: {status}\n"
        )
    };
    let ssh = |words: &str| {
        format!(
            "{words}\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.\n"
        )
    };
    for (stderr, expected) in [
        (access(403), "Forbidden"),
        (access(410), "NotFound"),
        (access(422), "Other"),
        (access(429), "RateLimited"),
        (access(500), "Server"),
        (access(503), "Server"),
        (access(302), "Redirected"),
        ("remote: server words\nfatal: repository 'http://h/x/' not found\n".into(), "NotFound"),
        ("fatal: could not read Username for 'http://h': terminal prompts disabled\n".into(), "Unauthorized"),
        ("remote: HTTP Basic: Access denied\nfatal: Authentication failed for 'https://h/x/'\n".into(), "Unauthorized"),
        ("fatal: http://h/x/info/refs not valid: is this a git repository?\n".into(), "NotARepository"),
        (
            "fatal: unable to access 'http://h:1/x/': Failed to connect to h port 1 after 0 ms: Couldn't connect to server\n".into(),
            "Unreachable",
        ),
        ("fatal: unable to access 'http://h/x/': Could not resolve host: h\n".into(), "HostUnknown"),
        (
            "fatal: unable to access 'https://h/x/': gnutls_handshake() failed: An unexpected TLS packet was received.\n".into(),
            "Tls",
        ),
        (
            "fatal: unable to access 'https://h/': SSL certificate problem: self-signed certificate\n".into(),
            "Tls",
        ),
        (
            "fatal: unable to access 'https://h/x/': server certificate verification failed. CAfile: /c.pem CRLfile: none\n".into(),
            "Tls",
        ),
        (
            "error: RPC failed; curl 60 server certificate verification failed. CAfile: none CRLfile: none\nfatal: expected flush after ref listing\n".into(),
            "Tls",
        ),
        (
            "fatal: unable to access 'https://h/x/': GnuTLS recv error (-110): The TLS connection was non-properly terminated.\n".into(),
            "Broken",
        ),
        (
            "fatal: unable to access 'https://h/x/': gnutls_handshake() failed: The TLS connection was non-properly terminated.\n".into(),
            "Tls",
        ),
        (
            "error: RPC failed; curl 56 OpenSSL SSL_read: OpenSSL/3.0.2: error:0A000126:SSL routines::unexpected eof while reading, errno 0\nfatal: expected flush after ref listing\n".into(),
            "Broken",
        ),
        ("fatal: unable to access 'http://h/x/': Empty reply from server\n".into(), "Broken"),
        ("fatal: expected flush after ref listing\n".into(), "Broken"),
        ("fatal: unable to access 'http://h/x/': Operation too slow. Less than 1 bytes/sec transferred the last 30 seconds\n".into(), "Timeout"),
        (ssh("u@h: Permission denied (publickey,keyboard-interactive)."), "Unauthorized"),
        (
            ssh("Warning: Identity file k not accessible: No such file or directory.\nu@h: Permission denied (publickey)."),
            "Unauthorized",
        ),
        (ssh("Host key for [h]:22 has changed and you have requested strict checking.\nHost key verification failed."), "HostKey"),
        (ssh("No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed."), "HostKey"),
        (ssh("fatal: '/srv/x' does not appear to be a git repository"), "NotARepository"),
        (ssh("ssh: Could not resolve hostname h: Name or service not known"), "HostUnknown"),
        (ssh("ssh: connect to host h port 1: Connection refused"), "Unreachable"),
        (ssh("ssh: connect to host h port 22: Connection timed out"), "Timeout"),
        (ssh("kex_exchange_identification: Connection closed by remote host"), "Broken"),
        (ssh("ERROR: Repository not found."), "NotFound"),
        (ssh("ERROR: Permission to a/b.git denied to c."), "Forbidden"),
        (ssh("ERROR: The key you are authenticating with has been marked as read only."), "Forbidden"),
        (ssh("fatal: detected dubious ownership in repository at '/srv/x'"), "Forbidden"),
        ("fatal: Unable to create '/c/shallow.lock': File exists.\n".into(), "Local"),
        ("error: unable to write file x: No space left on device\n".into(), "Local"),
        ("remote: fatal: unable to create temporary object directory\nfatal: early EOF\n".into(), "Broken"),
        ("something new\n".into(), "Other"),
    ] {
        assert_eq!(kind(&stderr), expected, "{stderr}");
    }
}

#[test]
fn a_missing_branch_is_named() {
    for stderr in [
        "warning: Could not find remote branch nope to clone.\nfatal: Remote branch nope not found in upstream origin\n",
        "fatal: couldn't find remote ref refs/heads/nope\n",
    ] {
        let branch = BranchName::parse("nope").unwrap();
        assert_eq!(parse(stderr, None), RemoteError::NoBranch { branch, available: Vec::new() });
    }
}

#[test]
fn the_words_are_redacted_and_without_advice() {
    let stderr = "Cloning into bare repository '/c'...\nremote: canary is no token\nfatal: unable to access 'https://u:pw@h/x/': The requested URL returned error: 403\nhint: try again\n";
    let RemoteError::Forbidden { words } = parse(stderr, Some("canary")) else { panic!() };
    assert_eq!(
        words,
        "remote: *** is no token\nfatal: unable to access 'https://h/x/': The requested URL returned error: 403"
    );
}
