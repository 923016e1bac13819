//! Who it is. A bearer token, or a principal that a caller in the same process put among the request's extensions.

use std::net::SocketAddr;
use std::time::Instant;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, header};
use axum::middleware::Next;
use axum::response::Response;
use hedgerow_store::{Token, TokenHash};
use secrecy::SecretString;

use crate::limits::{USE_NOTED_EVERY, USE_NOTED_WITHIN};
use crate::principal::{Principal, Scope};
use crate::problem::{Kind, Problem};
use crate::rate::Turn;
use crate::state::AppState;
use crate::time::now_ms;

pub(crate) async fn authenticate(
    State(state): State<AppState>,
    mut request: Request,
    next: Next,
) -> Result<Response, Problem> {
    if request.extensions().get::<Principal>().is_none() {
        let (secret, peer) = (bearer(request.headers()), peer(&request));
        let principal = recognise(&state, secret, &peer).await?;
        request.extensions_mut().insert(principal);
    }
    Ok(next.run(request).await)
}

async fn recognise(state: &AppState, secret: Option<SecretString>, peer: &str) -> Result<Principal, Problem> {
    let Some(secret) = secret else {
        take_turn(state, peer)?;
        return Err(Problem::new(Kind::Unauthorized, "the request has no bearer token")
            .hint("send `Authorization: Bearer …`; `hedgerow token create` makes one"));
    };
    let now_ms = now_ms(state);
    let Some(token) = state.store.find_token(&TokenHash::of(&secret), now_ms).await? else {
        take_turn(state, peer)?;
        return Err(Problem::new(Kind::Unauthorized, "the token is unknown, expired or revoked"));
    };
    take_turn(state, &format!("token {}", token.id))?;
    note_use(state, &token, now_ms).await;
    let scope = token.fabrics.map_or(Scope::All, |names| Scope::Fabrics(names.into_iter().collect()));
    Ok(Principal::new(token.name, token.role, scope))
}

/// RFC 6750: one space, and the scheme in any case.
fn bearer(headers: &HeaderMap) -> Option<SecretString> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    let token = token.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then(|| token.to_owned().into())
}

/// Who is at the other end, as far as the socket says.
pub(crate) fn peer(request: &Request) -> String {
    let info = request.extensions().get::<ConnectInfo<SocketAddr>>();
    info.map_or_else(|| "somebody".to_owned(), |ConnectInfo(address)| format!("address {}", address.ip()))
}

/// Counts a request of `caller`, and refuses it where there were too many within a minute.
pub(crate) fn take_turn(state: &AppState, caller: &str) -> Result<(), Problem> {
    match state.rates().turn(caller, Instant::now()) {
        Turn::Now => Ok(()),
        Turn::Later(seconds) => {
            Err(Problem::new(Kind::Rate, "too many requests in the last minute").retry_after(seconds))
        }
    }
}

/// Whoever only reads is answered although nobody can write just now.
async fn note_use(state: &AppState, token: &Token, now_ms: i64) {
    let every = i64::try_from(USE_NOTED_EVERY.as_millis()).unwrap_or(i64::MAX);
    if token.used_ms.is_some_and(|used| now_ms - used < every) {
        return;
    }
    let noted = tokio::time::timeout(USE_NOTED_WITHIN, state.store.touch_token(token.id, now_ms)).await;
    if !matches!(noted, Ok(Ok(()))) {
        tracing::debug!(token = token.name, "its use could not be noted");
    }
}
