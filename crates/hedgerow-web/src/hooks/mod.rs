//! The door for forges: `POST /hooks/{provider}/{id}`.
//!
//! Order: is there such a hook (its id is all that is looked at), is the body small enough, is its signature good; and only
//! then is it read. Whatever it says, it is a ring at a door and no instruction. It is answered when it is on record.

mod clerk;
mod matching;
mod secrets;

use std::net::SocketAddr;
use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{ConnectInfo, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_forge::limits::MAX_WEBHOOK_BYTES;
use hedgerow_forge::webhook::{self, Provider, Verdict};
use hedgerow_store::{DeliveryResult, NewDelivery, Wanted};
use serde::Serialize;

use crate::authenticate::{peer, take_turn};
use crate::limits::{HOOK_ANSWER, HOOK_BODY};
use crate::problem::{Kind, Problem};
use crate::state::AppState;
use crate::time::now_ms;
use clerk::{Asked, Slip};
use secrets::Known;

pub(crate) use clerk::Clerk;
pub(crate) use secrets::Secrets;

/// What a delivery is answered with.
#[derive(Debug, Serialize)]
struct Answer {
    /// By which it is known here: `GET /api/v1/deliveries/{id}`.
    delivery: String,
    /// What came of it.
    result: DeliveryResult,
    /// The fabrics that match.
    fabrics: Vec<String>,
    /// Where to see what becomes of the ring.
    ring: Option<String>,
    /// Why none matches.
    #[serde(skip_serializing_if = "String::is_empty")]
    message: String,
}

/// Takes a delivery in.
pub(crate) async fn receive(
    State(state): State<AppState>,
    Path((provider, id)): Path<(String, String)>,
    request: Request,
) -> Result<Response, Problem> {
    let known = match find(&state, &provider, &id).await? {
        Some(known) => known,
        None => return Err(nobody(&state, &request)),
    };
    let (parts, body) = request.into_parts();
    let body = match tokio::time::timeout(HOOK_BODY, read(&state, &parts.headers, body)).await {
        Ok(body) => body,
        Err(_) => return Err(Problem::new(Kind::Malformed, "the body did not arrive in time")),
    };
    let delivery = match body {
        Ok(body) => judged(&state, &known, &parts, &body),
        Err(Unread::TooLarge) => unread(&state, &known, &parts),
        Err(Unread::Broken) => return Err(Problem::new(Kind::Malformed, "the body broke off")),
    };
    let refusal = delivery.refusal.clone();
    let refused = word(&delivery);
    let slip = match tokio::time::timeout(HOOK_ANSWER, state.clerk().record(&state, delivery)).await {
        Ok(slip) => slip?,
        Err(_) => return Err(busy()),
    };
    state.tally.delivered(known.provider.as_str(), refused.unwrap_or(slip.result.as_str()));
    refusal.map_or_else(|| Ok((StatusCode::ACCEPTED, Json(answer(slip))).into_response()), Err)
}

/// The hook at this address. One that is not there, and one of another provider, are one answer.
async fn find(state: &AppState, provider: &str, id: &str) -> Result<Option<std::sync::Arc<Known>>, Problem> {
    let Ok(provider) = provider.parse::<Provider>() else { return Ok(None) };
    let known = state.secrets().find(state, id).await?;
    Ok(known.filter(|known| known.provider == provider))
}

/// Each address that no hook has costs a question to the store: nobody may ask as many as they like.
fn nobody(state: &AppState, request: &Request) -> Problem {
    let turn = take_turn(state, &format!("hooks of {}", peer(request)));
    turn.err().unwrap_or_else(|| Problem::absent("hook at this address"))
}

/// Why a body was not read.
enum Unread {
    TooLarge,
    Broken,
}

/// Many bodies may come at once: their memory is shared out first.
async fn read(state: &AppState, headers: &HeaderMap, body: axum::body::Body) -> Result<Bytes, Unread> {
    let length = headers.get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if length.is_some_and(|length| length > MAX_WEBHOOK_BYTES) {
        return Err(Unread::TooLarge);
    }
    let _share = state.clerk().share(length.unwrap_or(MAX_WEBHOOK_BYTES)).await;
    axum::body::to_bytes(body, MAX_WEBHOOK_BYTES).await.map_err(|error| {
        let source = std::error::Error::source(&error);
        let over = source.is_some_and(|source| source.is::<http_body_util::LengthLimitError>());
        if over { Unread::TooLarge } else { Unread::Broken }
    })
}

/// The signature first; what the body says only when that is good.
fn judged(state: &AppState, known: &Known, parts: &Parts, body: &[u8]) -> Asked {
    let at_ms = now_ms(state);
    let verdict = webhook::verify(known.provider, &known.secret, &parts.headers, body, at_ms);
    if verdict == Verdict::Good {
        let event = webhook::read(known.provider, &parts.headers, body);
        return Asked { known: known.hook.clone(), event: Some(event), ..blank(known, parts, at_ms, "good") };
    }
    let why = match verdict {
        Verdict::Missing => "there is no signature",
        Verdict::Stale => "the signature is good, but of another time: is a clock wrong, or is it replayed?",
        _ => "the signature is not of this body by this hook's secret",
    };
    let refusal = Problem::new(Kind::Unauthorized, why).hint("enter the hook's secret at the sender, or rotate it");
    Asked { refusal: Some(refusal), ..refused(blank(known, parts, at_ms, verdict.as_str()), why) }
}

fn unread(state: &AppState, known: &Known, parts: &Parts) -> Asked {
    let why = format!("the body is over {MAX_WEBHOOK_BYTES} bytes; the clock will find the push");
    let asked = blank(known, parts, now_ms(state), "unread");
    Asked { refusal: Some(Problem::new(Kind::TooLarge, why.clone())), ..refused(asked, &why) }
}

fn blank(known: &Known, parts: &Parts, at_ms: i64, signature: &'static str) -> Asked {
    let wanted = Wanted::Nothing { result: DeliveryResult::Refused, message: String::new() };
    let delivery = NewDelivery {
        id: clerk::new_id(),
        at_ms,
        hook: (known.hook.id.clone(), known.hook.name.clone()),
        provider: known.provider.to_string(),
        source: source(parts),
        signature,
        delivery_id: None,
        event: String::new(),
        wanted,
    };
    Asked { known: known.hook.clone(), event: None, refusal: None, delivery }
}

fn refused(asked: Asked, why: &str) -> Asked {
    let wanted = Wanted::Nothing { result: DeliveryResult::Refused, message: why.to_owned() };
    Asked { delivery: NewDelivery { wanted, ..asked.delivery }, ..asked }
}

/// The socket's other end, and for whom a proxy says that it speaks.
fn source(parts: &Parts) -> String {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or_else(|| "this process".to_owned(), |ConnectInfo(address)| address.ip().to_string());
    let forwarded = parts.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let first = forwarded.split(',').next().unwrap_or_default().trim();
    let said = first.parse::<std::net::IpAddr>();
    said.map_or_else(|_| peer.clone(), |address| format!("{peer} for {address}"))
}

/// For the count of deliveries: why one was refused.
fn word(asked: &Asked) -> Option<&'static str> {
    match (asked.delivery.signature, &asked.refusal) {
        ("unread", _) => Some("too_large"),
        (_, refusal) => refusal.as_ref().map(|_| "bad_signature"),
    }
}

fn answer(slip: Slip) -> Answer {
    let ring =
        slip.repository.zip(slip.ring).map(|(name, ring)| format!("{}/rings/{name}/{ring}", crate::router::BASE));
    Answer { delivery: slip.delivery, result: slip.result, fabrics: slip.fabrics, ring, message: slip.message }
}

fn busy() -> Problem {
    let seconds = Duration::from_secs(5).as_secs();
    Problem::new(Kind::Unavailable, "the delivery could not be put on record in time").retry_after(seconds)
}
