//! A GitHub App's tokens.

use std::process::Command;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hedgerow_forge::{AppName, Client, ForgeError, Installation, InstallationName, Reach};
use secrecy::{ExposeSecret, SecretString};

use crate::fake::{Fake, client};

/// 2026-06-01 12:00 UTC.
const NOW: i64 = 1_780_315_200_000;
const MINUTE: i64 = 60_000;

/// A new RSA key by openssl, in PKCS#1 (as GitHub gives it) or PKCS#8, and the public one's file.
fn key(pkcs1: bool) -> (SecretString, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let (private, public) = (dir.path().join("private"), dir.path().join("public"));
    let mut generate = Command::new("openssl");
    generate.args(["genrsa"]).args(pkcs1.then_some("-traditional")).arg("-out").arg(&private).arg("2048");
    assert!(generate.output().unwrap().status.success(), "these tests need openssl");
    let mut extract = Command::new("openssl");
    extract.args(["rsa", "-pubout", "-in"]).arg(&private).arg("-out").arg(public);
    assert!(extract.output().unwrap().status.success());
    (std::fs::read_to_string(private).unwrap().into(), dir)
}

fn installation(forge: &Fake, client: Client) -> Installation {
    let name = AppName { api: forge.url(), app: "123456".into(), installation: InstallationName::Id(789) };
    Installation::new(client, name, &key(true).0).unwrap()
}

/// As in GitHub's reference, "Create an installation access token for an app".
fn gives(forge: &Fake, token: &str, expires: &str) {
    let body = format!(
        r#"{{"token":"{token}","expires_at":"{expires}","permissions":{{"contents":"write"}},"repository_selection":"selected"}}"#
    );
    forge.answers("201 Created", &body);
}

#[tokio::test]
async fn a_letter_that_openssl_finds_good_gets_a_token() {
    for pkcs1 in [true, false] {
        let forge = Fake::start();
        gives(&forge, "ghs_canary", "2026-06-01T13:00:00Z");
        let (pem, dir) = key(pkcs1);
        let name = AppName {
            api: forge.url() + "/",
            app: "Iv1.8a61f9b3a7aba766".into(),
            installation: InstallationName::Id(789),
        };
        let installation = Installation::new(client(), name, &pem).unwrap();
        let token = installation.token(NOW).await.unwrap();
        assert_eq!((token.secret.expose_secret(), token.expires_ms), ("ghs_canary", NOW + 60 * MINUTE));
        assert!(!format!("{token:?} {installation:?}").contains("canary"));
        let asked = forge.take().remove(0);
        assert_eq!(asked.line, "POST /app/installations/789/access_tokens");
        assert_eq!(asked.header("accept"), Some("application/vnd.github+json"));
        assert_eq!(asked.header("x-github-api-version"), Some("2022-11-28"));
        assert!(asked.header("user-agent").unwrap().starts_with("hedgerow/"));
        let letter = asked.header("authorization").unwrap().strip_prefix("Bearer ").unwrap();
        let parts: Vec<_> = letter.split('.').collect();
        let decoded = |at: usize| URL_SAFE_NO_PAD.decode(parts[at]).unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&decoded(1)).unwrap();
        let now = NOW / 1_000;
        let expected = serde_json::json!({ "iat": now - 60, "exp": now + 540, "iss": "Iv1.8a61f9b3a7aba766" });
        assert_eq!(claims, expected);
        std::fs::write(dir.path().join("signed"), format!("{}.{}", parts[0], parts[1])).unwrap();
        std::fs::write(dir.path().join("signature"), decoded(2)).unwrap();
        let mut verify = Command::new("openssl");
        verify.current_dir(dir.path()).args([
            "dgst",
            "-sha256",
            "-verify",
            "public",
            "-signature",
            "signature",
            "signed",
        ]);
        assert!(verify.status().unwrap().success());
    }
}

#[tokio::test]
async fn the_installation_that_has_a_repository_is_found() {
    let forge = Fake::start();
    forge.answers_to("GET /repos/net/fabrics/installation", "200 OK", r#"{"id":4711,"app_id":1}"#);
    let given = r#"{"token":"t","expires_at":"2026-06-01T13:00:00Z"}"#;
    forge.answers_to("POST /app/installations/4711/access_tokens", "201 Created", given);
    let name = AppName { api: forge.url(), app: "1".into(), installation: InstallationName::Of("net/fabrics".into()) };
    let installation = Installation::new(client(), name, &key(true).0).unwrap();
    assert_eq!(installation.token(NOW).await.unwrap().secret.expose_secret(), "t");
    forge.answers("404 Not Found", r#"{"message":"Not Found"}"#);
    assert_eq!(installation.token(NOW + 60 * MINUTE).await.unwrap_err(), ForgeError::NotFound);
}

#[tokio::test]
async fn a_token_is_changed_before_it_ends_and_not_earlier() {
    let forge = Fake::start();
    let installation = installation(&forge, client());
    gives(&forge, "first", "2026-06-01T13:00:00Z");
    for minutes in [0, 1, 44] {
        assert_eq!(installation.token(NOW + minutes * MINUTE).await.unwrap().secret.expose_secret(), "first");
    }
    assert_eq!(forge.take().len(), 1);
    gives(&forge, "second", "2026-06-01T13:46:00Z");
    assert_eq!(installation.token(NOW + 46 * MINUTE).await.unwrap().secret.expose_secret(), "second");
    assert_eq!(installation.token(NOW + 61 * MINUTE).await.unwrap().secret.expose_secret(), "second");
    assert_eq!(forge.take().len(), 1);
    installation.forget().await;
    assert!(installation.token(NOW + 61 * MINUTE).await.is_ok());
    assert_eq!(forge.take().len(), 1);
}

#[tokio::test]
async fn of_many_who_want_a_token_at_once_one_asks() {
    let forge = Fake::start();
    gives(&forge, "only", "2026-06-01T13:00:00Z");
    let installation = installation(&forge, client());
    let wanted: Vec<_> = (0..50)
        .map(|_| {
            let installation = installation.clone();
            tokio::spawn(async move { installation.token(NOW).await })
        })
        .collect();
    for one in wanted {
        assert_eq!(one.await.unwrap().unwrap().secret.expose_secret(), "only");
    }
    assert_eq!(forge.take().len(), 1);
}

#[tokio::test]
async fn a_forge_that_is_down_costs_nothing_while_the_old_token_is_good() {
    let forge = Fake::start();
    let installation = installation(&forge, client());
    gives(&forge, "old", "2026-06-01T13:00:00Z");
    installation.token(NOW).await.unwrap();
    forge.answers("503 Service Unavailable", "");
    assert_eq!(installation.token(NOW + 50 * MINUTE).await.unwrap().secret.expose_secret(), "old");
    let error = installation.token(NOW + 60 * MINUTE).await.unwrap_err();
    assert_eq!(error, ForgeError::Server { status: 503 });
    assert!(error.may_pass());
}

#[tokio::test]
async fn a_forge_that_asks_for_peace_is_left_in_peace() {
    let forge = Fake::start();
    for (head, wait) in [
        ("429 Too Many Requests\r\nretry-after: 120", 120),
        ("403 Forbidden\r\nretry-after: 60", 60),
        (
            "403 Forbidden\r\nx-ratelimit-remaining: 0\r\nx-ratelimit-reset: 1780315300\r\ndate: Mon, 01 Jun 2026 12:00:00 GMT",
            100,
        ),
        ("429 Too Many Requests\r\nretry-after: 99999999", 3_600),
    ] {
        let installation = installation(&forge, client());
        forge.answers(head, r#"{"message":"slow down"}"#);
        let expected = ForgeError::RateLimited { retry_after: Some(Duration::from_secs(wait)) };
        let wait = i64::try_from(wait).unwrap() * 1_000;
        for at in [0, wait / 2, wait - 1] {
            assert_eq!(installation.token(NOW + at).await.unwrap_err(), expected, "{head}");
        }
        assert_eq!(forge.take().len(), 1, "{head}");
        gives(&forge, "at last", "2026-06-02T13:00:00Z");
        assert!(installation.token(NOW + wait).await.is_ok(), "{head}");
        forge.take();
    }
}

#[tokio::test]
async fn each_refusal_is_an_error_of_its_own_and_none_shows_the_key() {
    let forge = Fake::start();
    let other = Fake::start();
    let long = "x".repeat(300_000);
    let moved = format!("307 Temporary Redirect\r\nlocation: {}/", other.url());
    let suspended = r#"{"message":"This installation has been suspended","documentation_url":"https://docs"}"#;
    let nonsense = |error: &ForgeError| matches!(error, ForgeError::Nonsense(_));
    type Check<'a> = Box<dyn Fn(&ForgeError) -> bool + 'a>;
    let is = |expected: ForgeError| -> Check<'_> { Box::new(move |error| *error == expected) };
    let cases: Vec<(&str, &str, Check<'_>)> = vec![
        ("401 Unauthorized", r#"{"message":"A JSON web token could not be decoded"}"#, is(ForgeError::Unauthorized)),
        ("404 Not Found", "{}", is(ForgeError::NotFound)),
        (
            "403 Forbidden",
            suspended,
            is(ForgeError::Forbidden { words: "This installation has been suspended".into() }),
        ),
        ("422 Unprocessable", "no json", is(ForgeError::Refused { status: 422, words: String::new() })),
        (&moved, "", is(ForgeError::Redirected)),
        ("500 Oh", "", is(ForgeError::Server { status: 500 })),
        ("201 Created", "<html>", Box::new(nonsense)),
        ("201 Created", r#"{"token":"canary"}"#, Box::new(nonsense)),
        ("201 Created", r#"{"token":"canary","expires_at":"tomorrow"}"#, Box::new(nonsense)),
        ("201 Created", &long, Box::new(nonsense)),
        ("", "", Box::new(|error| matches!(error, ForgeError::Unreachable { .. }))),
    ];
    for (head, body, expected) in cases {
        forge.answers(head, body);
        let error = installation(&forge, client()).token(NOW).await.unwrap_err();
        assert!(expected(&error), "{head}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error}");
    }
    assert!(other.take().is_empty(), "the other host has heard nothing");
}

#[tokio::test]
async fn a_forge_where_none_may_be_is_not_asked() {
    let forge = Fake::start();
    let port = forge.url().rsplit_once(':').unwrap().1.to_owned();
    let clear = vec!["127.0.0.1".to_owned(), "localhost".to_owned()];
    let client = Client::new(Reach { networks: Vec::new(), clear_hosts: clear }).unwrap();
    let hosts =
        ["http://127.0.0.1", "http://localhost", "https://127.1", "https://2130706433", "https://[::ffff:7f00:1]"];
    for host in hosts {
        let name = AppName { api: format!("{host}:{port}"), app: "1".into(), installation: InstallationName::Id(1) };
        let error = Installation::new(client.clone(), name, &key(true).0).unwrap().token(NOW).await.unwrap_err();
        let words = error.to_string();
        assert!(words.contains("loopback"), "{host}: {words}");
    }
    for api in ["ftp://host", "http://host", "https://user:pw@host", "no url"] {
        let name = AppName { api: api.to_owned(), app: "1".into(), installation: InstallationName::Id(1) };
        let error = Installation::new(client.clone(), name, &key(true).0).unwrap().token(NOW).await.unwrap_err();
        assert!(matches!(error, ForgeError::Disallowed(_)), "{api}: {error:?}");
    }
    assert!(forge.take().is_empty());
}

#[test]
fn what_is_no_rsa_key_is_told_without_being_shown() {
    let name = AppName { api: "https://h".into(), app: "1".into(), installation: InstallationName::Id(1) };
    for pem in ["", "canary", "-----BEGIN RSA PRIVATE KEY-----\nY2FuYXJ5\n-----END RSA PRIVATE KEY-----\n"] {
        let error = Installation::new(client(), name.clone(), &pem.into()).unwrap_err();
        assert_eq!(error, ForgeError::BadSecret);
    }
}
