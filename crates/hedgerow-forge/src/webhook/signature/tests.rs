use proptest::prelude::*;

use super::super::sign;
use super::*;

/// 2023-11-14, the time in the vectors of ours.
const NOW: i64 = 1_700_000_000_000;

fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
    let mut map = HeaderMap::new();
    for (name, value) in pairs {
        map.append(*name, value.parse().unwrap());
    }
    map
}

fn judge(provider: Provider, secret: &str, pairs: &[(&'static str, &str)], body: &[u8]) -> Verdict {
    verify(provider, &secret.into(), &headers(pairs), body, NOW)
}

#[test]
fn the_vector_in_githubs_documentation_is_good() {
    let tag = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let secret = "It's a Secret to Everybody";
    let pairs = [("x-hub-signature-256", tag)];
    assert_eq!(judge(Provider::GitHub, secret, &pairs, b"Hello, World!"), Verdict::Good);
    assert_eq!(judge(Provider::GitHub, secret, &pairs, b"Hello, World?"), Verdict::Wrong);
    assert_eq!(judge(Provider::GitHub, "another", &pairs, b"Hello, World!"), Verdict::Wrong);
}

#[test]
fn the_vector_of_the_standard_webhooks_specification_is_good_in_its_time_alone() {
    let headers = headers(&[
        ("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek"),
        ("webhook-timestamp", "1614265330"),
        ("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="),
    ]);
    let at = |seconds: i64| {
        let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".into();
        verify(Provider::GitLab, &secret, &headers, br#"{"test": 2432232314}"#, seconds * 1000)
    };
    let sent = 1_614_265_330;
    for seconds in [sent - 300, sent, sent + 300] {
        assert_eq!(at(seconds), Verdict::Good, "{seconds}");
    }
    for seconds in [0, sent - 301, sent + 301, sent + 86_400] {
        assert_eq!(at(seconds), Verdict::Stale, "{seconds}");
    }
}

/// The tags were computed by Python's `hmac` and `hashlib`.
#[test]
fn each_senders_own_way_to_sign_is_known() {
    let gitea = "99c6f92cc56487df18837fe9b006e3d7d668359bd88294e510b1857b3fa56c9c";
    let netbox = "da56b7fbba780fcaf90c9bfb826c0600904584ce22cafc4e8ae61402209a0c4b\
                  213a02fc6db59a57db92bd463ea8f3a07fcbe27f958295938167cbf05ad1af73";
    let generic = "sha256=81e64f248731f476d722fd84a77b8d9ca609c41f134f5e1efaee9c9f03c1af57";
    let push = br#"{"ref":"refs/heads/main"}"#;
    for (provider, secret, pairs, body) in [
        (Provider::Gitea, "gitea secret", vec![("x-gitea-signature", gitea)], &push[..]),
        (Provider::Gitea, "gitea secret", vec![("x-forgejo-signature", gitea)], push),
        (Provider::Gitea, "gitea secret", vec![("x-gitea-signature", gitea), ("x-forgejo-signature", gitea)], push),
        (
            Provider::NetBox,
            "netbox secret",
            vec![("x-hook-signature", netbox)],
            br#"{"event":"updated","model":"device"}"#,
        ),
        (Provider::Generic, "generic secret", vec![("x-signature", generic)], b"look"),
        (Provider::GitLab, "a token", vec![("x-gitlab-token", "a token")], push),
        (
            Provider::GitLab,
            "whsec_dGVzdHRlc3R0ZXN0dGVzdHRlc3R0ZXN0dGVzdHRlc3Q=",
            vec![
                ("webhook-id", "0192f3a0"),
                ("webhook-timestamp", "1700000000"),
                ("webhook-signature", "v1,AAAA v1,xFwuTJzmd0VloUZkhfmeGguatSIRZcet23Fw9glqxlg="),
            ],
            br#"{"object_kind":"push"}"#,
        ),
    ] {
        assert_eq!(judge(provider, secret, &pairs, body), Verdict::Good, "{provider} {pairs:?}");
        assert_eq!(judge(provider, "", &pairs, body), Verdict::Wrong, "no secret is no key: {provider}");
        assert_eq!(judge(provider, secret, &[], body), Verdict::Missing, "{provider}");
        let twice: Vec<_> = pairs.iter().chain(&pairs).copied().collect();
        assert_eq!(judge(provider, secret, &twice, body), Verdict::Wrong, "a header that is there twice: {provider}");
    }
}

#[test]
fn a_right_token_does_not_make_up_for_a_wrong_signature() {
    let pairs = [
        ("x-gitlab-token", "a token"),
        ("webhook-id", "1"),
        ("webhook-timestamp", "1700000000"),
        ("webhook-signature", "v1,AAAA"),
    ];
    assert_eq!(judge(Provider::GitLab, "a token", &pairs, b""), Verdict::Wrong);
    let tag = "99c6f92cc56487df18837fe9b006e3d7d668359bd88294e510b1857b3fa56c9c";
    let pairs = [("x-gitea-signature", tag), ("x-forgejo-signature", "00")];
    assert_eq!(judge(Provider::Gitea, "gitea secret", &pairs, br#"{"ref":"refs/heads/main"}"#), Verdict::Wrong);
}

#[test]
fn a_token_that_begins_like_the_secret_is_wrong() {
    for token in ["a toke", "a token ", "A token", "a tokens", "x", ""] {
        assert_eq!(judge(Provider::GitLab, "a token", &[("x-gitlab-token", token)], b""), Verdict::Wrong, "{token}");
    }
}

#[test]
fn tags_that_are_none_are_wrong_and_never_a_crash() {
    for tag in ["", "sha256=", "sha256=0", "sha256=zz", "sha1=00", "sha256=é", "sha256=00 ", "v1,", "v1"] {
        let tag = http::HeaderValue::from_bytes(tag.as_bytes()).unwrap();
        for (provider, name) in [
            (Provider::GitHub, "x-hub-signature-256"),
            (Provider::Gitea, "x-gitea-signature"),
            (Provider::NetBox, "x-hook-signature"),
            (Provider::Generic, "x-signature"),
            (Provider::GitLab, "webhook-signature"),
        ] {
            let map = HeaderMap::from_iter([(http::HeaderName::from_static(name), tag.clone())]);
            assert_eq!(verify(provider, &"secret".into(), &map, b"body", NOW), Verdict::Wrong, "{provider} {tag:?}");
        }
    }
}

fn provider() -> impl Strategy<Value = Provider> {
    proptest::sample::select(&Provider::ALL)
}

/// One that GitLab's old token can be, and one for its new.
fn secret() -> impl Strategy<Value = String> {
    prop_oneof!["[!-~]{1,80}", any::<[u8; 32]>().prop_map(|key| format!("whsec_{}", STANDARD.encode(key)))]
}

proptest! {
    #[test]
    fn what_we_sign_is_good_and_one_bit_more_is_not(
        provider in provider(), secret in secret(), id in "[a-z0-9-]{1,40}", at in any::<proptest::sample::Index>(), bit in 0..8u8,
    ) {
        let sample = sign(provider, &secret.as_str().into(), &id, "https://host/a.git", "main", NOW).unwrap();
        let judge = |secret: &str, body: &[u8]| verify(provider, &secret.into(), &sample.headers, body, NOW + 60_000);
        prop_assert_eq!(judge(&secret, &sample.body), Verdict::Good);
        prop_assert_eq!(judge(&format!("{secret}x"), &sample.body), Verdict::Wrong);
        let by_token = sample.headers.contains_key("x-gitlab-token");
        let mut body = sample.body.clone();
        let at = at.index(body.len());
        body[at] ^= 1 << bit;
        prop_assert_eq!(judge(&secret, &body), if by_token { Verdict::Good } else { Verdict::Wrong });
    }

    #[test]
    fn what_nobody_signed_is_never_good(
        provider in provider(), secret in "[!-~]{8,40}", body in any::<Vec<u8>>(), value in proptest::collection::vec(any::<u8>(), 0..90),
    ) {
        let Ok(value) = http::HeaderValue::from_bytes(&value) else { return Ok(()) };
        let names = ["x-hub-signature-256", "x-gitlab-token", "webhook-signature", "webhook-id", "webhook-timestamp",
            "x-gitea-signature", "x-forgejo-signature", "x-hook-signature", "x-signature"];
        let map: HeaderMap = names.iter().map(|name| (http::HeaderName::from_static(name), value.clone())).collect();
        prop_assert_eq!(verify(provider, &secret.as_str().into(), &map, &body, NOW), Verdict::Wrong);
    }
}
