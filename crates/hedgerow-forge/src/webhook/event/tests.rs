use proptest::prelude::*;
use serde_json::json;

use super::super::sign;
use super::*;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    pairs.iter().map(|(name, value)| (http::HeaderName::from_static(name), value.parse().unwrap())).collect()
}

fn push(urls: &[&str], branch: Option<&str>) -> Kind {
    Kind::Push { urls: urls.iter().map(|url| (*url).to_owned()).collect(), branch: branch.map(str::to_owned) }
}

/// The fields of GitHub's example of a push, shortened, with what concerns nobody here left in.
fn github_push(reference: &str) -> Vec<u8> {
    json!({
        "ref": reference, "before": "0".repeat(40), "after": "1".repeat(40), "created": false, "deleted": false,
        "repository": {
            "id": 1, "full_name": "net/fabrics", "private": true, "owner": { "login": "net" },
            "html_url": "https://github.com/net/fabrics", "git_url": "git://github.com/net/fabrics.git",
            "ssh_url": "git@github.com:net/fabrics.git", "clone_url": "https://github.com/net/fabrics.git",
        },
        "pusher": { "name": "somebody" }, "commits": [{ "id": "1", "added": ["raw/a.yaml"] }],
    })
    .to_string()
    .into_bytes()
}

const GITHUB_URLS: [&str; 3] =
    ["https://github.com/net/fabrics.git", "git@github.com:net/fabrics.git", "https://github.com/net/fabrics"];

#[test]
fn githubs_events_are_read() {
    let named = |event: &str| headers(&[("x-github-event", event), ("x-github-delivery", "72d3162e-cc78")]);
    let event = read(Provider::GitHub, &named("push"), &github_push("refs/heads/main"));
    assert_eq!((event.delivery_id.as_deref(), event.name.as_str()), (Some("72d3162e-cc78"), "push"));
    assert_eq!(event.kind, push(&GITHUB_URLS, Some("main")));
    let kind = |event, body: &[u8]| read(Provider::GitHub, &named(event), body).kind;
    assert_eq!(kind("push", &github_push("refs/heads/release/1.2")), push(&GITHUB_URLS, Some("release/1.2")));
    assert_eq!(kind("push", &github_push("refs/tags/v1")), push(&GITHUB_URLS, None), "a tag is no branch");
    assert_eq!(kind("ping", br#"{"zen":"Keep it logically awesome."}"#), Kind::Ping);
    assert_eq!(kind("issues", b"{}"), Kind::Other);
}

#[test]
fn a_form_is_read_as_the_json_in_it() {
    let body = form_urlencoded::Serializer::new(String::new())
        .append_pair("payload", std::str::from_utf8(&github_push("refs/heads/main")).unwrap())
        .finish();
    let headers = headers(&[("x-github-event", "push"), ("content-type", "application/x-www-form-urlencoded")]);
    assert_eq!(read(Provider::GitHub, &headers, body.as_bytes()).kind, push(&GITHUB_URLS, Some("main")));
    assert!(matches!(read(Provider::GitHub, &headers, b"a=b").kind, Kind::Unreadable { .. }));
}

#[test]
fn gitlabs_events_are_read() {
    let body = json!({
        "object_kind": "push", "event_name": "push", "ref": "refs/heads/main", "checkout_sha": null,
        "project": {
            "id": 15, "name": "fabrics", "web_url": "https://gitlab.example/net/fabrics", "ci_config_path": null,
            "git_ssh_url": "git@gitlab.example:net/fabrics.git", "git_http_url": "https://gitlab.example/net/fabrics.git",
        },
    });
    let bytes = body.to_string().into_bytes();
    let urls = [
        "https://gitlab.example/net/fabrics.git",
        "git@gitlab.example:net/fabrics.git",
        "https://gitlab.example/net/fabrics",
    ];
    for (event, id) in
        [("Push Hook", "webhook-id"), ("System Hook", "idempotency-key"), ("Tag Push Hook", "x-gitlab-event-uuid")]
    {
        let event = read(Provider::GitLab, &headers(&[("x-gitlab-event", event), (id, "13792a34")]), &bytes);
        assert_eq!((event.kind, event.delivery_id.as_deref()), (push(&urls, Some("main")), Some("13792a34")));
    }
    let kind = |event, body: &[u8]| read(Provider::GitLab, &headers(&[("x-gitlab-event", event)]), body).kind;
    assert_eq!(kind("System Hook", br#"{"event_name":"project_create"}"#), Kind::Other);
    assert_eq!(kind("Pipeline Hook", b"no json"), Kind::Other);
}

#[test]
fn giteas_and_forgejos_events_are_read() {
    let body = github_push("refs/heads/main");
    for (event, id) in [("x-gitea-event", "x-gitea-delivery"), ("x-forgejo-event", "x-forgejo-delivery")] {
        let event = read(Provider::Gitea, &headers(&[(event, "push"), (id, "f6266f16")]), &body);
        assert_eq!((event.kind, event.delivery_id.as_deref()), (push(&GITHUB_URLS, Some("main")), Some("f6266f16")));
    }
}

#[test]
fn netbox_and_others_mean_the_hooks_own_repository() {
    let body = br#"{"event":"updated","timestamp":"2026-01-01","model":"device","request_id":"1","data":{"id":1}}"#;
    let event = read(Provider::NetBox, &HeaderMap::new(), body);
    assert_eq!(event, Event { delivery_id: None, name: "updated device".into(), kind: Kind::Change });
    let event = read(Provider::Generic, &headers(&[("x-delivery-id", "7")]), b"look");
    assert_eq!(event, Event { delivery_id: Some("7".into()), name: String::new(), kind: Kind::Change });
    assert_eq!(read(Provider::Generic, &headers(&[("x-event", "ping")]), b"").kind, Kind::Ping);
}

#[test]
fn what_cannot_be_read_says_where_and_shows_nothing() {
    let deep = "[".repeat(100_000);
    let types = r#"{"ref":"refs/heads/main","repository":{"clone_url":{"canary":1}}}"#;
    for body in ["", "no json canary", "[]", "null", "{}", r#"{"ref":1,"canary":2}"#, &deep, types, "\u{0}"] {
        for (provider, event) in [
            (Provider::GitHub, ("x-github-event", "push")),
            (Provider::GitLab, ("x-gitlab-event", "Push Hook")),
            (Provider::GitLab, ("x-gitlab-event", "System Hook")),
            (Provider::Gitea, ("x-gitea-event", "push")),
        ] {
            let kind = read(provider, &headers(&[event]), body.as_bytes()).kind;
            let Kind::Unreadable { why } = kind else {
                assert_eq!((kind, event.1), (Kind::Other, "System Hook"), "one without a name concerns nobody: {body}");
                continue;
            };
            assert!(!why.contains("canary") && why.len() < 200, "{why}");
        }
    }
}

#[test]
fn depth_where_nobody_looks_does_no_harm() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let body = format!(r#"{{"commits":{deep},"ref":"refs/heads/main","repository":{{"clone_url":"https://h/a"}}}}"#);
    let kind = read(Provider::GitHub, &headers(&[("x-github-event", "push")]), body.as_bytes()).kind;
    assert!(matches!(kind, Kind::Unreadable { .. } | Kind::Push { .. }), "{kind:?}");
}

#[test]
fn long_words_are_as_good_as_absent() {
    let long = "x".repeat(300);
    let event = read(Provider::GitHub, &headers(&[("x-github-event", &long), ("x-github-delivery", &long)]), b"");
    assert_eq!(event, Event { delivery_id: None, name: String::new(), kind: Kind::Other });
    let body = json!({ "ref": "refs/heads/main", "repository": { "clone_url": "h".repeat(3_000) } }).to_string();
    let kind = read(Provider::GitHub, &headers(&[("x-github-event", "push")]), body.as_bytes()).kind;
    assert!(matches!(kind, Kind::Unreadable { .. }));
}

proptest! {
    #[test]
    fn any_body_is_read_without_a_crash(
        provider in proptest::sample::select(&Provider::ALL), body in prop_oneof![any::<Vec<u8>>(), ".{0,200}".prop_map(String::into_bytes)],
        event in proptest::sample::select(&["push", "ping", "Push Hook", "System Hook", ""]),
    ) {
        let names = ["x-github-event", "x-gitlab-event", "x-gitea-event", "x-event"];
        read(provider, &headers(&names.map(|name| (name, event))), &body);
    }

    #[test]
    fn what_we_send_is_what_is_read(provider in proptest::sample::select(&Provider::ALL), branch in "[a-z/]{1,20}") {
        let url = "https://host/net/fabrics.git";
        let sample = sign(provider, &"secret".into(), "id-1", url, &branch, 0).unwrap();
        let event = read(provider, &sample.headers, &sample.body);
        let expected = if provider.names_repository() { push(&[url], Some(&branch)) } else { Kind::Change };
        prop_assert_eq!(event.kind, expected);
        prop_assert_eq!(event.delivery_id.as_deref(), (provider != Provider::NetBox).then_some("id-1"));
    }
}
