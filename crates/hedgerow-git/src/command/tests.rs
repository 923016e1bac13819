mod pinned;

use super::*;

fn commands() -> Commands {
    let given = ["PATH", "HOME", "GIT_DIR", "GIT_TRACE", "GITHUB_TOKEN", "SSL_CERT_FILE", "https_proxy"];
    let given: Vec<_> = given.iter().map(|name| (OsString::from(name), OsString::from(format!("v-{name}")))).collect();
    Commands::new("git".into(), "/bin/hedgerow".into(), &given)
}

fn remote(url: &str, credential: Credential) -> Remote {
    Remote { url: crate::url::RemoteUrl::parse(url).unwrap(), credential }
}

fn token() -> Remote {
    remote("https://host/a", Credential::Token { username: "x-access-token".into(), secret: "canary".into() })
}

fn variable<'a>(command: &'a Command, name: &str) -> Option<&'a str> {
    command.environment.iter().find(|(known, _)| known == name).and_then(|(_, value)| value.to_str())
}

fn has(command: &Command, argument: &str) -> bool {
    command.arguments.iter().any(|known| known == argument)
}

#[test]
fn only_the_allow_list_passes() {
    let command = commands().version();
    assert_eq!(variable(&command, "PATH"), Some("v-PATH"));
    assert_eq!(variable(&command, "https_proxy"), Some("v-https_proxy"));
    assert_eq!(variable(&command, "GIT_SSL_CAINFO"), Some("v-SSL_CERT_FILE"));
    for name in ["GIT_DIR", "GIT_TRACE", "GITHUB_TOKEN", "GIT_ASKPASS"] {
        assert_eq!(variable(&command, name), None, "{name}");
    }
}

#[test]
fn our_commands_follow_no_configuration_but_ours() {
    let command = commands().ours("gc", Path::new("/m")).end();
    for (name, value) in [
        ("GIT_CONFIG_NOSYSTEM", "1"),
        ("GIT_CONFIG_GLOBAL", "/dev/null"),
        ("GIT_TERMINAL_PROMPT", "0"),
        ("GIT_NO_REPLACE_OBJECTS", "1"),
        ("LC_ALL", "C"),
    ] {
        assert_eq!(variable(&command, name), Some(value), "{name}");
    }
    for argument in ["--git-dir=/m", "core.hooksPath=/dev/null", "protocol.allow=never", "credential.helper="] {
        assert!(has(&command, argument), "{argument}");
    }
}

#[test]
fn a_secret_is_nowhere_on_the_command_line() {
    let command = commands()
        .network(
            "ls-remote",
            None,
            Path::new("/c"),
            &token(),
            &Way { askpass: Some(Path::new("/s")), ..Way::default() },
        )
        .operands(["https://host/a"]);
    assert!(!format!("{command:?}").contains("canary"));
    assert!(has(&command, "http.followRedirects=false"));
    assert!(has(&command, "credential.username=x-access-token"));
    assert_eq!(variable(&command, "GIT_ASKPASS"), Some("/bin/hedgerow"));
    assert_eq!(variable(&command, "HEDGEROW_ASKPASS_SOCKET"), Some("/s"));
}

#[test]
fn operands_come_after_the_dashes() {
    let command = commands().ours("fetch", Path::new("/m")).options(["--no-tags"]).operands(["/r", "a:b"]);
    let end: Vec<_> = command.arguments.iter().rev().take(5).rev().collect();
    assert_eq!(end, ["fetch", "--no-tags", "--", "/r", "a:b"]);
}

#[test]
fn a_key_is_used_alone_and_the_host_is_pinned() {
    let credential = Credential::SshKey { path: "/k/it's".into(), known_hosts: Some("/k/100% known".into()) };
    let command =
        commands().network("ls-remote", None, Path::new("/c"), &remote("git@h:a", credential), &Way::default()).end();
    let ssh = variable(&command, "GIT_SSH_COMMAND").unwrap();
    for part in [
        r"-i '/k/it'\''s'",
        "-o 'IdentitiesOnly=yes'",
        "-o 'BatchMode=yes'",
        "-o 'StrictHostKeyChecking=yes'",
        "-o 'UserKnownHostsFile=\"/k/100%% known\"'",
    ] {
        assert!(ssh.contains(part), "{part} in {ssh}");
    }
    let ambient = commands()
        .network("ls-remote", None, Path::new("/c"), &remote("git@h:a", Credential::Ambient), &Way::default())
        .end();
    let ssh = variable(&ambient, "GIT_SSH_COMMAND").unwrap();
    assert!(ssh.contains("BatchMode=yes") && !ssh.contains("IdentitiesOnly"), "{ssh}");
}

#[test]
fn under_a_guard_the_judged_address_is_the_one_that_is_used() {
    let pin = |port| Pin { host: "h".into(), port, addresses: vec!["10.0.0.7".parse().unwrap()] };
    let build = |url: &str, port| {
        let way = Way { guarded: true, pin: Some(pin(port)), ..Way::default() };
        commands().network("ls-remote", None, Path::new("/c"), &remote(url, Credential::Ambient), &way).end()
    };
    let https = build("https://h/a", 443);
    assert!(has(&https, "http.curloptResolve=h:443:10.0.0.7") && has(&https, "http.followRedirects=false"));
    for (url, port, alias) in [("git@h:a", 22, "h"), ("ssh://git@h:2222/a", 2222, "[h]:2222")] {
        let command = build(url, port);
        let ssh = variable(&command, "GIT_SSH_COMMAND").unwrap();
        assert!(ssh.contains("-o 'HostName=10.0.0.7'") && ssh.contains(&format!("-o 'HostKeyAlias={alias}'")), "{ssh}");
    }
}

#[test]
fn a_held_key_is_named_by_its_public_part_and_the_agents_socket() {
    let agent =
        AgentPlaces { socket: "/t/a b".into(), public_key: "/t/key.pub".into(), known_hosts: "/t/known".into() };
    let way = Way { agent: Some(&agent), ..Way::default() };
    let remote = remote("git@h:a", Credential::Ambient);
    let command = commands().network("ls-remote", None, Path::new("/c"), &remote, &way).end();
    let ssh = variable(&command, "GIT_SSH_COMMAND").unwrap();
    for part in [
        "-i '/t/key.pub'",
        "-o 'IdentityAgent=\"/t/a b\"'",
        "-o 'IdentitiesOnly=yes'",
        "-o 'StrictHostKeyChecking=yes'",
        "-o 'UserKnownHostsFile=\"/t/known\"'",
    ] {
        assert!(ssh.contains(part), "{part} in {ssh}");
    }
}
