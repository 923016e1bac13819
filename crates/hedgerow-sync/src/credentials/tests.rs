use hedgerow_forge::Reach;
use hedgerow_store::{
    Actor, CredentialUse, Name, NewCredential, NewRepository, Owner, SealingKey, SecretPlace, Store, StoreUrl,
};
use hedgerow_testkit::Fake;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::*;

/// 2026-06-01 12:00 UTC.
const NOW: i64 = 1_780_315_200_000;

struct World {
    store: Store,
    keys: Arc<SealingKeys>,
    repository: RepositoryId,
    resolver: Resolver,
    url: RemoteUrl,
    _dir: tempfile::TempDir,
}

fn new_keys() -> Arc<SealingKeys> {
    let key = SealingKey::parse(&SealingKey::generate().unwrap()).unwrap();
    Arc::new(SealingKeys::new(key, Vec::new()))
}

fn resolver(keys: Option<Arc<SealingKeys>>) -> Resolver {
    let networks = vec!["127.0.0.0/8".parse().unwrap()];
    let client = Client::new(Reach { networks, clear_hosts: vec!["127.0.0.1".to_owned()] }).unwrap();
    let variable: Variable = Arc::new(|name| match name {
        "SET" => Ok(Some("from the environment".into())),
        "UNREADABLE" => Err("reading /run/secrets/x: permission denied".to_owned()),
        _ => Ok(None),
    });
    Resolver::new(keys, client, variable, Arc::new(|_| Ok(Credential::Ambient)))
}

fn by(at_ms: i64) -> Actor {
    Actor { name: "ann".to_owned(), through: Owner::Api, at_ms }
}

impl World {
    async fn new(url: &str) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = StoreUrl::parse(&format!("sqlite://{}/store.db", dir.path().display())).unwrap();
        let store = Store::open(&place).await.unwrap();
        let new = NewRepository { name: Name::parse("r").unwrap(), url: url.into(), address: url.into() };
        let repository = store.add_repository(&new, &by(1)).await.unwrap().id;
        let keys = new_keys();
        let resolver = resolver(Some(Arc::clone(&keys)));
        Self { store, keys, repository, resolver, url: RemoteUrl::parse(url).unwrap(), _dir: dir }
    }

    async fn put(&self, kind: CredentialKind, public: Value, secret: Option<&str>, at_ms: i64) -> CredentialRow {
        let (repository, use_) = (self.repository, CredentialUse::Write);
        let place = SecretPlace::credential(repository, use_, kind);
        let sealed = secret.map(|secret| self.keys.seal(&place, &secret.into()).unwrap());
        let new = NewCredential { repository, use_, kind, public, sealed, expires_ms: None };
        self.store.put_credential(&new, None, &by(at_ms)).await.unwrap()
    }

    async fn open(&self, row: &CredentialRow) -> Result<Credential, CredentialError> {
        self.resolver.open(&self.url, row, NOW).await
    }
}

fn token_of(credential: Credential) -> (String, String) {
    match credential {
        Credential::Token { username, secret } => (username, secret.expose_secret().to_owned()),
        other => panic!("{other:?}"),
    }
}

/// By ssh-keygen and openssl.
fn key_of(program: &str, arguments: &[&str]) -> (String, String) {
    let dir = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(program).args(arguments).current_dir(dir.path()).output();
    assert!(output.is_ok_and(|output| output.status.success()), "these tests need {program}");
    let read = |name: &str| std::fs::read_to_string(dir.path().join(name)).unwrap_or_default();
    (read("key"), read("key.pub"))
}

#[tokio::test]
async fn each_kind_gives_what_git_can_use() {
    let world = World::new("https://github.com/net/fabrics").await;
    let row = world.put(CredentialKind::Token, json!({ "username": null }), Some("canary"), 2).await;
    assert_eq!(token_of(world.open(&row).await.unwrap()), ("x-access-token".into(), "canary".into()));
    let row = world.put(CredentialKind::Token, json!({ "username": "robot" }), Some("canary"), 3).await;
    assert_eq!(token_of(world.open(&row).await.unwrap()).0, "robot");
    let row = world.put(CredentialKind::Environment, json!({ "variable": "SET" }), None, 4).await;
    assert_eq!(token_of(world.open(&row).await.unwrap()).1, "from the environment");
    let row = world.put(CredentialKind::Environment, json!({}), None, 5).await;
    assert!(matches!(world.open(&row).await.unwrap(), Credential::Ambient));
    let row = world.put(CredentialKind::None, json!({}), None, 6).await;
    assert!(matches!(world.open(&row).await.unwrap(), Credential::Ambient));
    let world = World::new("ssh://git@host/net/fabrics").await;
    let (private, public) = key_of("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "key"]);
    let row = world.put(CredentialKind::SshKey, json!({ "known_hosts": public }), Some(&private), 2).await;
    assert!(matches!(world.open(&row).await.unwrap(), Credential::HeldKey { .. }));
}

#[tokio::test]
async fn an_apps_token_is_shared_until_its_key_is_rotated() {
    let forge = Fake::start();
    forge.answers_to("GET /repos/net/fabrics/installation", "200 OK", r#"{"id":7}"#);
    let given = r#"{"token":"ghs_canary","expires_at":"2026-06-01T13:00:00Z"}"#;
    forge.answers_to("POST /app/installations/7/", "201 Created", given);
    let world = World::new("https://git.example/net/fabrics.git").await;
    let (pem, _) = key_of("openssl", &["genrsa", "-out", "key", "2048"]);
    let public = json!({ "app_id": 12, "installation": null, "api": forge.url() });
    let row = world.put(CredentialKind::GitHubApp, public.clone(), Some(&pem), 2).await;
    for _ in 0..3 {
        let token = token_of(world.open(&row).await.unwrap());
        assert_eq!(token, ("x-access-token".into(), "ghs_canary".into()));
    }
    assert_eq!(forge.take().len(), 2, "one for the installation, one for its token");
    let row = world.put(CredentialKind::GitHubApp, public, Some(&pem), 3).await;
    world.open(&row).await.unwrap();
    assert_eq!(forge.take().len(), 2);
    forge.answers("401 Unauthorized", "{}");
    let row = world.put(CredentialKind::GitHubApp, json!({ "app_id": 12, "api": forge.url() }), Some(&pem), 4).await;
    let error = world.open(&row).await.unwrap_err().to_string();
    assert!(
        error.starts_with("the GitHub App 12 (to write, sealed with ") && error.contains("got no token"),
        "{error}"
    );
}

#[tokio::test]
async fn a_failure_names_what_was_tried_and_shows_nothing_of_it() {
    let world = World::new("https://git.example/net/fabrics").await;
    let fails = async |row: &CredentialRow, words: &str| {
        let error = world.open(row).await.unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
        assert!(!format!("{error} {error:?}").contains("canary"), "{error:?}");
    };
    let row = world.put(CredentialKind::Environment, json!({ "variable": "UNSET" }), None, 2).await;
    fails(&row, "the variable UNSET of the service's environment (to write) is not there").await;
    let row = world.put(CredentialKind::Environment, json!({ "variable": "UNREADABLE" }), None, 2).await;
    fails(&row, "permission denied").await;
    let row = world.put(CredentialKind::Token, json!({}), None, 3).await;
    fails(&row, "the token (to write) is not there").await;
    let row = world.put(CredentialKind::SshKey, json!({}), Some("canary"), 4).await;
    fails(&row, "where this kind of credential is not used").await;
    let row = world.put(CredentialKind::GitHubApp, json!({}), Some("canary"), 5).await;
    fails(&row, "it names no app_id").await;
    let row = world.put(CredentialKind::GitHubApp, json!({ "app_id": "Iv1.x" }), Some("canary"), 6).await;
    fails(&row, "the GitHub App Iv1.x").await;

    let row = world.put(CredentialKind::Token, json!({}), Some("canary"), 7).await;
    let other = resolver(Some(new_keys())).open(&world.url, &row, NOW).await.unwrap_err();
    assert!(matches!(other, CredentialError::Sealed { .. }) && other.to_string().contains("was not given"), "{other}");
    let none = resolver(None).open(&world.url, &row, NOW).await.unwrap_err();
    assert!(none.to_string().contains("the service has no sealing key"), "{none}");

    let world = World::new("git@host:net/fabrics").await;
    let row = world.put(CredentialKind::SshKey, json!({ "known_hosts": "" }), Some("canary"), 2).await;
    let error = world.open(&row).await.unwrap_err().to_string();
    assert!(error.contains("no private key in OpenSSH's format") && !error.contains("canary"), "{error}");
    let (private, _) = key_of("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", "key"]);
    let row = world.put(CredentialKind::SshKey, json!({ "known_hosts": "" }), Some(&private), 3).await;
    assert!(world.open(&row).await.unwrap_err().to_string().contains("there is no host key"));
}

#[tokio::test]
async fn a_tokens_end_is_asked_of_the_forge_that_is_named() {
    let forge = Fake::start();
    forge.answers("200 OK", r#"{"expires_at":"2026-06-01"}"#);
    let world = World::new("https://git.example/net/fabrics").await;
    let public = json!({ "forge": "gitlab", "api": forge.url() });
    let row = world.put(CredentialKind::Token, public, Some("canary"), 2).await;
    assert_eq!(world.resolver.expiry(&world.url, &row).await.unwrap(), Expiry::At(1_780_272_000_000));
    let row = world.put(CredentialKind::Token, json!({}), Some("canary"), 3).await;
    assert_eq!(world.resolver.expiry(&world.url, &row).await.unwrap(), Expiry::Untold, "nobody is certain whom to ask");
    assert_eq!(forge.take().len(), 1);
}
