//! The pages' router, and what every page has in common.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::{get, post};
use hedgerow_store::Role;

use super::forge::{Forge, commit_page};
use super::parts::Commit;
use super::{
    about, admin, assets, checkup, deliveries, fabric, home, link, live, object, objects, picture, repositories,
    repository_check, run, sign_in, vet, visitor,
};
use crate::state::AppState;

/// How the pages are served.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// What somebody who is not signed in may do; `None`: nothing but sign in.
    pub anonymous: Option<Role>,
    /// Whether the service is reached over https: then cookies are sent over nothing else.
    pub is_https: bool,
    /// The forges that it was told of.
    pub forges: std::sync::Arc<[Forge]>,
}

/// What handlers of pages work with. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Site {
    /// What the API works with.
    pub(crate) state: AppState,
    /// The API itself, for whatever changes something.
    pub(crate) api: Router,
    /// How the pages are served.
    pub(crate) settings: Settings,
    /// Pictures of fabrics.
    pub(crate) pictures: Arc<Mutex<picture::Kept>>,
}

impl Site {
    /// A commit of the repository with this canonical URL, with its page on the forge.
    pub(crate) fn commit(&self, url: &str, id: String) -> Commit {
        Commit { href: commit_page(url, &id, &self.settings.forges), id }
    }
}

/// Everything that is served: the API and the pages.
pub fn site(state: AppState, settings: Settings) -> Router {
    let api = crate::router(state.clone());
    let site = Site { state, api: api.clone(), settings, pictures: Arc::default() };
    let pages = pages()
        .layer(middleware::from_fn_with_state(site.clone(), visitor::recognise))
        .merge(assets::router())
        .layer(middleware::from_fn(strict))
        .with_state(site);
    pages.fallback_service(api)
}

/// Every page and form.
pub(crate) fn pages() -> Router<Site> {
    Router::new()
        .route("/", get(home::page))
        .route("/sign-in", get(sign_in::page).post(sign_in::enter))
        .route("/sign-in/first", post(sign_in::first))
        .route("/sign-out", post(sign_in::leave))
        .route("/theme", post(sign_in::theme))
        .route("/about", get(about::page))
        .route("/codes/{code}", get(about::code))
        .route("/search", get(about::search))
        .route("/link", get(link::page).post(link::link))
        .route("/link/plan", post(link::plan))
        .route("/fabrics/{name}/plan", get(link::plan_of))
        .route("/fabrics/{name}", get(fabric::page))
        .route("/fabrics/{name}/live", get(live::fabric))
        .route("/fabrics/{name}/topology", get(picture::page))
        .route("/fabrics/{name}/objects", get(objects::list))
        .route("/fabrics/{name}/objects/{group}/{kind}/{namespace}/{object}", get(object::page))
        .route("/fabrics/{name}/runs", get(run::list))
        .route("/fabrics/{name}/sync", post(fabric::sync))
        .route("/fabrics/{name}/suspend", post(fabric::suspend))
        .route("/fabrics/{name}/resume", post(fabric::resume))
        .route("/fabrics/{name}/unlink", post(fabric::unlink))
        .route("/repositories", get(repositories::list).post(repositories::add))
        .route("/repositories/{name}", get(repositories::page))
        .route("/repositories/{name}/credential", post(repositories::put_credential))
        .route("/repositories/{name}/credential/remove", post(repositories::remove_credential))
        .route("/repositories/{name}/check", post(repository_check::check))
        .route("/repositories/{name}/check/live", get(repository_check::live))
        .route("/repositories/{name}/remove", post(repositories::remove))
        .route("/people", get(admin::people).post(admin::add_user))
        .route("/people/{name}", post(admin::change_user))
        .route("/tokens", get(admin::tokens).post(admin::add_token))
        .route("/tokens/{name}/revoke", post(admin::revoke_token))
        .route("/audit", get(admin::audit))
        .route("/fabrics/{name}/check", post(checkup::fabric))
        .route("/deliveries", get(deliveries::list))
        .route("/deliveries/{id}", get(deliveries::page))
        .merge(vet::routes())
        .route("/runs/{id}", get(run::page))
        .route("/runs/{id}/live", get(live::run))
}

/// Nothing but what we ship is loaded or run, no other site frames us, and none learns where a reader came from.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

async fn strict(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}
