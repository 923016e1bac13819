//! When tokens end.

use hedgerow_forge::{Expiry, ForgeError, TokenForge, expiry};

use crate::fake::{Fake, client};

#[tokio::test]
async fn github_tells_in_a_header() {
    let forge = Fake::start();
    let github = TokenForge::GitHub { api: forge.url() };
    let ask = async || expiry(&client(), &github, &"canary".into()).await;
    forge.answers("200 OK\r\ngithub-authentication-token-expiration: 2026-06-01 12:00:00 UTC", "{}");
    assert_eq!(ask().await, Ok(Expiry::At(1_780_315_200_000)));
    let asked = forge.take().remove(0);
    assert_eq!((asked.line.as_str(), asked.header("authorization")), ("GET /rate_limit", Some("Bearer canary")));
    forge.answers("200 OK", "{}");
    assert_eq!(ask().await, Ok(Expiry::Never));
    forge.answers("200 OK\r\ngithub-authentication-token-expiration: soon", "{}");
    assert!(matches!(ask().await, Err(ForgeError::Nonsense(_))));
    forge.answers("401 Unauthorized", r#"{"message":"Bad credentials"}"#);
    assert_eq!(ask().await, Err(ForgeError::Unauthorized));
}

#[tokio::test]
async fn gitlab_tells_of_tokens_that_know_themselves() {
    let forge = Fake::start();
    let gitlab = TokenForge::GitLab { api: forge.url() + "/api/v4" };
    let ask = async || expiry(&client(), &gitlab, &"canary".into()).await;
    forge.answers("200 OK", r#"{"id":4,"name":"hedgerow","revoked":false,"scopes":["api"],"expires_at":"2026-06-01"}"#);
    assert_eq!(ask().await, Ok(Expiry::At(1_780_272_000_000)));
    let asked = forge.take().remove(0);
    assert_eq!(asked.line, "GET /api/v4/personal_access_tokens/self");
    assert_eq!(asked.header("private-token"), Some("canary"));
    forge.answers("200 OK", r#"{"expires_at":null}"#);
    assert_eq!(ask().await, Ok(Expiry::Never));
    forge.answers("401 Unauthorized", "{}");
    assert_eq!(ask().await, Ok(Expiry::Untold), "a deploy token, for one");
    forge.answers("502 Bad Gateway", "");
    assert_eq!(ask().await, Err(ForgeError::Server { status: 502 }));
}
