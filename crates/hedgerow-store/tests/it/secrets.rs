//! Credentials, tokens, idempotency: what must not be read back, and what is remembered of callers.

use std::process::Command;

use hedgerow_store::{
    Actor, AuditFilter, CredentialKind, CredentialUse, Idempotent, NewCredential, NewToken, Owner, Remembered,
    Repository, ResealError, Role, SealingKey, SealingKeys, SecretPlace, Store, StoreError, TokenHash,
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;

use crate::databases::{Database, on_both, run};
use crate::linkage::{added, ann, name};

on_both! {
    a_credential_opens_with_the_key_alone,
    a_credential_that_is_rotated_or_removed_leaves_no_secret,
    all_secrets_change_keys_or_none,
    a_token_is_known_by_its_hash_until_it_ends,
    of_services_that_start_at_once_one_makes_the_first_token,
    a_token_that_is_revoked_leaves_its_name_free,
    a_request_that_comes_again_is_answered_as_before,
}

fn keys() -> (SecretString, SealingKeys) {
    let text = SealingKey::generate().unwrap();
    let keys = SealingKeys::new(SealingKey::parse(&text).unwrap(), Vec::new());
    (text, keys)
}

pub(crate) fn token_credential(repository: &Repository, keys: &SealingKeys, secret: &str) -> NewCredential {
    let (use_, kind) = (CredentialUse::Write, CredentialKind::Token);
    let place = SecretPlace::credential(repository.id, use_, kind);
    NewCredential {
        repository: repository.id,
        use_,
        kind,
        public: json!({"username": "robot"}),
        sealed: Some(keys.seal(&place, &secret.into()).unwrap()),
        expires_ms: Some(9_000),
    }
}

async fn a_credential_opens_with_the_key_alone(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let (_, keys) = keys();
    let new = token_credential(&repository, &keys, "canary-token");
    let put = store.put_credential(&new, Some(repository.revision), &ann(5)).await.unwrap();
    assert_eq!((put.created_ms, put.rotated_ms, put.expires_ms), (5, 5, Some(9_000)));
    let none = NewCredential {
        use_: CredentialUse::Read,
        kind: CredentialKind::None,
        public: json!({}),
        sealed: None,
        expires_ms: None,
        ..new.clone()
    };
    store.put_credential(&none, None, &ann(6)).await.unwrap();

    let rows = store.credentials(repository.id).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.use_).collect::<Vec<_>>(), [CredentialUse::Write, CredentialUse::Read]);
    let opened = keys.open(&rows[0].place(), rows[0].sealed.as_ref().unwrap()).unwrap();
    assert_eq!(opened.expose_secret(), "canary-token");
    assert!(keys.open(&rows[1].place(), rows[0].sealed.as_ref().unwrap()).is_err(), "it is bound to its place");
    assert!(rows[1].sealed.is_none());

    let stale = store.put_credential(&none, Some(repository.revision), &ann(7)).await.unwrap_err();
    assert!(matches!(stale, StoreError::Stale { .. }), "a credential's change is the repository's");
    let audit = store.audit(&AuditFilter::default(), 100, None).await.unwrap().items;
    let shown = format!("{rows:?}{new:?}{keys:?}{}", serde_json::to_string(&(&rows, &audit)).unwrap());
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("robot"));
}

async fn a_credential_that_is_rotated_or_removed_leaves_no_secret(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let (_, keys) = keys();
    store.put_credential(&token_credential(&repository, &keys, "one"), None, &ann(5)).await.unwrap();
    let place = SecretPlace::credential(repository.id, CredentialUse::Write, CredentialKind::SshKey);
    let key = NewCredential {
        kind: CredentialKind::SshKey,
        sealed: Some(keys.seal(&place, &"two".into()).unwrap()),
        ..token_credential(&repository, &keys, "one")
    };
    let rotated = store.put_credential(&key, None, &ann(6)).await.unwrap();
    assert_eq!((rotated.created_ms, rotated.rotated_ms), (5, 6));
    let old = SecretPlace::credential(repository.id, CredentialUse::Write, CredentialKind::Token);
    assert_eq!(store.secret(&old).await.unwrap(), None);
    assert!(store.secret(&place).await.unwrap().is_some());
    store.remove_credential(repository.id, CredentialUse::Write, None, &ann(7)).await.unwrap();
    assert!(store.credentials(repository.id).await.unwrap().is_empty());
    assert_eq!(store.secret(&place).await.unwrap(), None);
    let again = store.remove_credential(repository.id, CredentialUse::Write, None, &ann(8)).await;
    assert!(matches!(again, Err(StoreError::Absent { .. })), "{again:?}");
    store.put_credential(&key, None, &ann(9)).await.unwrap();
    store.remove_repository(repository.id, None, &ann(10)).await.unwrap();
    assert_eq!(store.secret(&place).await.unwrap(), None);
}

async fn all_secrets_change_keys_or_none(database: Database) {
    let store = database.open().await;
    let repository = added(&store).await;
    let (old_text, old) = keys();
    store.put_credential(&token_credential(&repository, &old, "one"), None, &ann(5)).await.unwrap();
    let hook = SecretPlace::hook("abc");
    store.put_secret(&hook, &old.seal(&hook, &"two".into()).unwrap()).await.unwrap();
    assert_eq!(store.sealing_keys_in_use().await.unwrap(), [old.current_id()]);

    let (new_text, without) = keys();
    let refused = store.reseal(&without, &ann(6)).await.unwrap_err();
    assert!(matches!(refused, ResealError::Seal { .. }), "{refused:?}");
    assert_eq!(store.sealing_keys_in_use().await.unwrap(), [old.current_id()]);

    let key = |text| SealingKey::parse(text).unwrap();
    let both = SealingKeys::new(key(&new_text), vec![key(&old_text)]);
    assert_eq!(store.reseal(&both, &ann(7)).await.unwrap(), 2);
    assert_eq!(store.reseal(&both, &ann(8)).await.unwrap(), 0);
    assert_eq!(store.sealing_keys_in_use().await.unwrap(), [both.current_id()]);
    let secret = store.secret(&hook).await.unwrap().unwrap();
    assert_eq!(without.open(&hook, &secret).unwrap().expose_secret(), "two");
}

#[test]
fn the_file_holds_no_secret_in_the_clear() {
    run(async {
        let database = Database::sqlite();
        let store = database.open().await;
        let repository = added(&store).await;
        let (_, keys) = keys();
        store.put_credential(&token_credential(&repository, &keys, "canary-token"), None, &ann(5)).await.unwrap();
        let (token, hash) = TokenHash::generate().unwrap();
        store.create_token(&new_token("ann", hash), &ann(6)).await.unwrap();
        let directory = database.text.strip_prefix("sqlite://").unwrap().rsplit_once('/').unwrap().0;
        for secret in ["canary-token", token.expose_secret()] {
            let found = Command::new("grep").args(["-raF", "-e", secret, directory]).output().unwrap();
            assert!(found.stdout.is_empty(), "the store holds a secret");
        }
        let known = Command::new("grep").args(["-raF", "-e", "robot", directory]).output().unwrap();
        assert!(!known.stdout.is_empty(), "what is no secret is found, so the search works");
    });
}

fn new_token(called: &str, hash: TokenHash) -> NewToken {
    NewToken {
        name: name(called),
        hash,
        role: Role::Operator,
        fabrics: Some(vec!["dc1".into()]),
        expires_ms: Some(100),
    }
}

async fn a_token_is_known_by_its_hash_until_it_ends(database: Database) {
    let store = database.open().await;
    let (text, hash) = TokenHash::generate().unwrap();
    assert!(text.expose_secret().starts_with("hedgerow_"));
    let made = store.create_token(&new_token("ci", hash.clone()), &ann(5)).await.unwrap();
    assert_eq!((made.role, made.created_by.as_str(), made.created_ms), (Role::Operator, "ann", 5));
    assert_eq!(made.fabrics, Some(vec!["dc1".to_owned()]));
    assert_eq!(store.find_token(&TokenHash::of(&text), 99).await.unwrap(), Some(made.clone()));
    assert_eq!(store.find_token(&hash, 100).await.unwrap(), None, "it has expired");
    assert_eq!(store.find_token(&TokenHash::of(&"hedgerow_x".into()), 50).await.unwrap(), None);
    store.touch_token(made.id, 60).await.unwrap();
    store.touch_token(made.id, 50).await.unwrap();
    assert_eq!(store.token("ci").await.unwrap().unwrap().used_ms, Some(60));
}

async fn of_services_that_start_at_once_one_makes_the_first_token(database: Database) {
    database.open().await.close().await;
    let mut starting = Vec::new();
    for n in 0..8 {
        let url = database.url.clone();
        starting.push(tokio::spawn(async move {
            let store = Store::open(&url).await.unwrap();
            let (_, hash) = TokenHash::generate().unwrap();
            let by = Actor { name: format!("service {n}"), through: Owner::Api, at_ms: n };
            let first = store.create_first_token(&new_token("first", hash), &by).await.unwrap();
            store.close().await;
            first.is_some()
        }));
    }
    let mut made = 0;
    for one in starting {
        made += usize::from(one.await.unwrap());
    }
    assert_eq!(made, 1);
    let store = database.open().await;
    store.revoke_token("first", &ann(9)).await.unwrap();
    let (_, hash) = TokenHash::generate().unwrap();
    let again = store.create_first_token(&new_token("first", hash), &ann(10)).await.unwrap();
    assert_eq!(again, None, "a store that had one gets no other by itself");
}

async fn a_token_that_is_revoked_leaves_its_name_free(database: Database) {
    let store = database.open().await;
    let (_, first) = TokenHash::generate().unwrap();
    let (_, second) = TokenHash::generate().unwrap();
    store.create_token(&new_token("ci", first.clone()), &ann(5)).await.unwrap();
    let taken = store.create_token(&new_token("ci", second.clone()), &ann(6)).await;
    assert!(matches!(&taken, Err(StoreError::Conflict { with, .. }) if with == "the token ci"), "{taken:?}");
    store.revoke_token("ci", &ann(7)).await.unwrap();
    assert_eq!(store.find_token(&first, 50).await.unwrap(), None);
    assert!(matches!(store.revoke_token("ci", &ann(8)).await, Err(StoreError::Absent { .. })));
    store.create_token(&new_token("ci", second), &ann(9)).await.unwrap();
    let first_page = store.tokens(1, None).await.unwrap();
    let rest = store.tokens(10, first_page.next).await.unwrap();
    let revoked = |items: &[hedgerow_store::Token]| items.iter().map(|token| token.revoked_ms).collect::<Vec<_>>();
    assert_eq!((revoked(&first_page.items), revoked(&rest.items)), (vec![None], vec![Some(7)]));
}

async fn a_request_that_comes_again_is_answered_as_before(database: Database) {
    let store = database.open().await;
    let ask = async |principal: &str, digest: &str, now| {
        store.idempotent(principal, "key-1", digest, now, now - 1_000).await.unwrap()
    };
    assert_eq!(ask("ann", "d", 1).await, Idempotent::New);
    assert_eq!(ask("ann", "d", 2).await, Idempotent::Pending);
    let answer = Remembered { status: 202, answer: "{}".to_owned() };
    store.remember_idempotent("ann", "key-1", &answer).await.unwrap();
    assert_eq!(ask("ann", "d", 3).await, Idempotent::Done(answer));
    assert_eq!(ask("ann", "another", 4).await, Idempotent::Other);
    assert_eq!(ask("bob", "d", 5).await, Idempotent::New, "keys are the caller's own");
    store.forget_idempotent("bob", "key-1").await.unwrap();
    assert_eq!(ask("bob", "d", 6).await, Idempotent::New);
    assert_eq!(ask("ann", "d", 1_500).await, Idempotent::New, "what is old is forgotten");
}
