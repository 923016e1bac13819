//! Repositories and what they are entered with.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::Method;
use axum::response::Response;
use hedgerow_store::{CredentialRow, CredentialUse, LinkedFabric, Owner, Repository, RepositoryId, StoreError};
use serde_json::{Value, json};

use super::parts::{Age, Due, Status, Tone};
use super::repository_check::Answered;
use super::shell::Shell;
use super::site::Site;
use super::stretch::{Stretch, Wanted};
use super::visitor::{Form, Visitor};
use super::{address, operation, reply};
use crate::problem::{Kind, Problem};

/// A credential that expires sooner than this, in ms, is told of.
const SOON_MS: i64 = 14 * 24 * 60 * 60_000;

/// Fabrics that are named beside a repository in the list.
const MAX_NAMED: usize = 10;
/// And on its own page.
const MAX_LISTED: usize = 1_000;

struct Credential {
    used_to: &'static str,
    word: &'static str,
    kind: String,
    public: Vec<(String, String)>,
    rotated: Age,
    expiry: Option<Status>,
}

struct Row {
    name: String,
    href: String,
    address: String,
    fabrics: Vec<(String, String)>,
    credentials: Vec<Credential>,
    is_of_file: bool,
    added: Age,
}

#[derive(Template)]
#[template(path = "repositories.html")]
struct List {
    shell: Shell,
    rows: Vec<Row>,
    stretch: Stretch,
}

#[derive(Template)]
#[template(path = "repository.html")]
struct Page {
    shell: Shell,
    row: Row,
    has_key: bool,
    /// What a check that was just made found.
    checkup: Vec<Answered>,
}

pub(crate) async fn list(State(site): State<Site>, visitor: Visitor, Query(wanted): Query<Wanted>) -> Response {
    match gather(&site, &visitor, &wanted).await {
        Ok(list) => reply::page(&list),
        Err(error) => reply::problem(&visitor, &error.into()),
    }
}

/// The repositories of one page, by as many queries however many there are.
async fn gather(site: &Site, visitor: &Visitor, wanted: &Wanted) -> Result<List, StoreError> {
    let store = &site.state.store;
    let mut all = store.repositories().await?;
    all.retain(|repository| wanted.takes(&repository.name));
    all.sort_by(|a, b| a.name.cmp(&b.name));
    let stretch = wanted.stretch("/repositories", all.len());
    let mut credentials = store.all_credentials().await?;
    let mut fabrics: BTreeMap<_, Vec<LinkedFabric>> = BTreeMap::new();
    for fabric in store.linked_fabrics().await? {
        fabrics.entry(fabric.repository).or_default().push(fabric);
    }
    let shown = all.drain(stretch.rows.clone()).map(|repository| {
        let id = repository.id;
        let (fabrics, credentials) = (fabrics.remove(&id), credentials.remove(&id));
        row(repository, fabrics.unwrap_or_default(), credentials.unwrap_or_default(), visitor.now_ms)
    });
    Ok(List { shell: visitor.shell.clone(), rows: shown.collect(), stretch })
}

pub(crate) async fn page(State(site): State<Site>, visitor: Visitor, Path(name): Path<String>) -> Response {
    shown(&site, visitor, &name, Vec::new()).await
}

/// The page of a repository, with what a check found.
pub(super) async fn shown(site: &Site, visitor: Visitor, name: &str, checkup: Vec<Answered>) -> Response {
    let row = async {
        let repository = site.state.store.repository_by_name(name).await?;
        let repository = repository.ok_or_else(|| Problem::absent(format_args!("repository {name}")))?;
        with_fabrics(site, repository, visitor.now_ms).await
    };
    match row.await {
        Ok(row) => reply::page(&Page { shell: visitor.shell, row, has_key: site.state.keys.is_some(), checkup }),
        Err(problem) => reply::problem(&visitor, &problem),
    }
}

async fn with_fabrics(site: &Site, repository: Repository, now_ms: i64) -> Result<Row, Problem> {
    let store = &site.state.store;
    let fabrics = store.linked_fabrics_of(repository.id).await?;
    let credentials = store.credentials(repository.id).await?;
    Ok(row(repository, fabrics, credentials, now_ms))
}

fn row(repository: Repository, fabrics: Vec<LinkedFabric>, credentials: Vec<CredentialRow>, now_ms: i64) -> Row {
    let fabrics = fabrics.into_iter().map(|fabric| (address::fabric(&fabric.name), fabric.name)).collect();
    Row {
        href: address::repository(&repository.name),
        name: repository.name,
        address: repository.address,
        fabrics,
        credentials: credentials.into_iter().map(|row| credential(row, now_ms)).collect(),
        is_of_file: repository.owner == Owner::File,
        added: Age { at_ms: Some(repository.created_ms), now_ms },
    }
}

fn credential(row: CredentialRow, now_ms: i64) -> Credential {
    let (used_to, word) = match row.use_ {
        CredentialUse::Write => ("write", "reads and writes"),
        CredentialUse::Read => ("read", "takes the second look"),
    };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let public = row.public.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    Credential {
        used_to,
        word,
        expiry: row.expires_ms.map(|at_ms| expiry(at_ms, now_ms)),
        kind: row.kind.as_str().replace('_', " "),
        public: public.map(|(key, value)| (key.replace('_', " "), text(value))).collect(),
        rotated: Age { at_ms: Some(row.rotated_ms), now_ms },
    }
}

fn expiry(at_ms: i64, now_ms: i64) -> Status {
    let words = || format!("expires {}", Due { at_ms: Some(at_ms), now_ms }.words());
    match at_ms - now_ms {
        ..=0 => Status::new(Tone::Bad, "expired"),
        1..SOON_MS => Status::new(Tone::Wait, words()),
        _ => Status::new(Tone::Good, words()),
    }
}

/// What a fabric's page says of a credential of its repository that has ended, or ends soon.
pub(super) struct Expiring {
    pub(super) tone: Tone,
    /// What it does.
    pub(super) what: &'static str,
    /// How long it does that.
    pub(super) until: String,
}

/// The credentials of a repository that have ended or end soon.
pub(super) async fn expiring(site: &Site, repository: RepositoryId, now_ms: i64) -> Result<Vec<Expiring>, StoreError> {
    let credentials = site.state.store.credentials(repository).await?;
    let told = credentials.into_iter().map(|row| credential(row, now_ms)).filter_map(|credential| {
        let expiry = credential.expiry.filter(|expiry| expiry.tone != Tone::Good)?;
        Some(Expiring { tone: expiry.tone, what: credential.word, until: expiry.word })
    });
    Ok(told.collect())
}

/// Adds a repository.
pub(crate) async fn add(State(site): State<Site>, form: Form) -> Response {
    let body = json!({"name": form.word("name"), "url": form.text("url").trim()});
    let added: Result<Value, Problem> =
        operation::call(&site, &form.visitor, Method::POST, "/repositories", Some(body)).await;
    match added {
        Ok(added) => {
            let to = address::repository(added["name"].as_str().unwrap_or_default());
            reply::back(&site, &to, &reply::done("Added.", "Give it a credential, then link a fabric in it."))
        }
        Err(problem) => reply::outcome(&site, "/repositories", Err(problem)),
    }
}

/// Gives a repository another credential.
pub(crate) async fn put_credential(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let here = address::repository(&name);
    let done = async {
        let place = place(&name, &form)?;
        let secret = form.text("secret");
        let body = match form.text("kind") {
            "token" => json!({"kind": "token", "username": form.word("username"), "secret": secret.trim()}),
            "ssh_key" => {
                let key = format!("{}\n", secret.replace("\r\n", "\n").trim_end());
                json!({"kind": "ssh_key", "secret": key, "known_hosts": form.text("known_hosts").replace("\r\n", "\n")})
            }
            "environment" => json!({"kind": "environment", "variable": form.word("variable")}),
            "none" => json!({"kind": "none"}),
            _ => return Err(Problem::new(Kind::Invalid, "choose what kind of credential it is")),
        };
        let _: Value = operation::call(&site, &form.visitor, Method::PUT, &place, Some(body)).await?;
        Ok(reply::done("The credential is kept.", "It is sealed, and nothing gives it back. The next look uses it."))
    };
    reply::outcome(&site, &here, done.await)
}

/// Takes a credential away.
pub(crate) async fn remove_credential(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let here = address::repository(&name);
    let done = async {
        let _: Value = operation::call(&site, &form.visitor, Method::DELETE, &place(&name, &form)?, None).await?;
        Ok(reply::done("The credential is gone.", "Its secret was deleted."))
    };
    reply::outcome(&site, &here, done.await)
}

/// Takes a repository away.
pub(crate) async fn remove(State(site): State<Site>, Path(name): Path<String>, form: Form) -> Response {
    let address = format!("/repositories/{}", address::segment(&name));
    let done: Result<Value, Problem> = operation::call(&site, &form.visitor, Method::DELETE, &address, None).await;
    match done {
        Ok(_) => reply::back(&site, "/repositories", &reply::done(format!("{name} is removed."), "")),
        Err(problem) => reply::outcome(&site, &address::repository(&name), Err(problem)),
    }
}

/// Where the API has the credential that a form is about.
fn place(name: &str, form: &Form) -> Result<String, Problem> {
    let used_to = match form.text("use") {
        word @ ("write" | "read") => word,
        _ => return Err(Problem::new(Kind::Invalid, "choose what the credential is for")),
    };
    Ok(format!("/repositories/{}/credentials/{used_to}", address::segment(name)))
}
