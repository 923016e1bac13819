//! Bearer tokens.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_store::{Name, NewToken, Role, Token, TokenHash};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::idempotency::RememberInstead;
use crate::limits::{MAX_TOKEN_DAYS, MAX_TOKEN_FABRICS};
use crate::page::{Listing, PageQuery, listing};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Body, Params, Segments};
use crate::router::BASE;
use crate::state::AppState;
use crate::time::{moment, now_ms};
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_tokens, create_token)).routes(routes!(revoke_token))
}

/// A token, without its text.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Token)]
struct TokenView {
    /// Its name.
    name: String,
    /// What it allows.
    #[schema(value_type = words::Role)]
    role: Role,
    /// The fabrics that it allows that for; null: all, and what is no fabric's.
    fabrics: Option<Vec<String>>,
    /// Who made it.
    created_by: String,
    /// When.
    #[schema(format = DateTime)]
    created: Option<String>,
    /// From when on it is worth nothing.
    #[schema(format = DateTime)]
    expires: Option<String>,
    /// When it was last used, to a minute or so.
    #[schema(format = DateTime)]
    used: Option<String>,
    /// When it was revoked.
    #[schema(format = DateTime)]
    revoked: Option<String>,
}

/// A token that was just made.
#[derive(Clone, Debug, Serialize, ToSchema)]
struct CreatedToken {
    /// Its text. It is shown this once; null where the same request came a second time.
    token: Option<String>,
    #[serde(flatten)]
    about: TokenView,
}

/// A token to make.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateToken {
    /// Its name.
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: String,
    /// What it allows.
    #[schema(value_type = words::Role)]
    role: String,
    /// The fabrics that it allows that for; left out: all, and what is no fabric's.
    #[serde(default)]
    #[schema(max_items = 1000)]
    fabrics: Option<Vec<String>>,
    /// For how many days it is in force; left out: until it is revoked.
    #[serde(default)]
    #[schema(minimum = 1, maximum = 3660)]
    days: Option<u32>,
}

/// The tokens, newest first
///
/// For administrators. Revoked and expired ones are among them, without their texts, which nobody has.
#[utoipa::path(get, path = "/tokens", params(PageQuery), responses((status = 200, body = Listing<TokenView>)))]
async fn list_tokens(
    State(state): State<AppState>,
    principal: Principal,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<TokenView>>, Problem> {
    principal.must_be(Role::Admin)?;
    Ok(listing(state.store.tokens(page.limit()?, page.cursor()?).await?, view))
}

/// Make a token
///
/// For administrators. The answer has its text, this once.
#[utoipa::path(post, path = "/tokens", request_body = CreateToken, responses((status = 201, body = CreatedToken)))]
async fn create_token(
    State(state): State<AppState>,
    principal: Principal,
    Body(wanted): Body<CreateToken>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let (text, hash) = TokenHash::generate().map_err(|error| Problem::new(Kind::Internal, error.to_string()))?;
    let new = new_token(&state, wanted, hash)?;
    let about = view(state.store.create_token(&new, &principal.actor(&state)).await?);
    let location = format!("{BASE}/tokens/{}", about.name);
    let shown = CreatedToken { token: Some(text.expose_secret().to_owned()), about: about.clone() };
    let remembered = serde_json::json!(CreatedToken { token: None, about });
    let mut response = (StatusCode::CREATED, [(header::LOCATION, location)], Json(shown)).into_response();
    response.extensions_mut().insert(RememberInstead(remembered));
    Ok(response)
}

/// Revoke a token
///
/// For administrators. From then on it is worth nothing.
#[utoipa::path(
    delete, path = "/tokens/{name}", params(("name" = String, Path, description = "The token's name")),
    responses((status = 204, description = "It is revoked"))
)]
async fn revoke_token(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
) -> Result<StatusCode, Problem> {
    principal.must_be(Role::Admin)?;
    Name::parse(&name).map_err(|_| Problem::absent(format_args!("token {name}")))?;
    state.store.revoke_token(&name, &principal.actor(&state)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn new_token(state: &AppState, wanted: CreateToken, hash: TokenHash) -> Result<NewToken, Problem> {
    let invalid = |words: String| Problem::new(Kind::Invalid, words);
    let name = Name::parse(&wanted.name).map_err(|error| invalid(error.to_string()))?;
    let role = wanted.role.parse().map_err(|_| invalid("role is none of viewer, operator, admin".to_owned()))?;
    if wanted.days.is_some_and(|days| !(1..=MAX_TOKEN_DAYS).contains(&days)) {
        return Err(invalid(format!("days is not within 1 and {MAX_TOKEN_DAYS}")));
    }
    let fabrics = wanted.fabrics.as_deref().unwrap_or_default();
    if fabrics.len() > MAX_TOKEN_FABRICS || fabrics.iter().any(|name| Name::parse(name).is_err()) {
        return Err(invalid("fabrics holds something that is no fabric's name".to_owned()));
    }
    let expires_ms = wanted.days.map(|days| now_ms(state) + i64::from(days) * 24 * 60 * 60 * 1_000);
    Ok(NewToken { name, hash, role, fabrics: wanted.fabrics, expires_ms })
}

fn view(token: Token) -> TokenView {
    TokenView {
        name: token.name,
        role: token.role,
        fabrics: token.fabrics,
        created_by: token.created_by,
        created: moment(token.created_ms),
        expires: token.expires_ms.and_then(moment),
        used: token.used_ms.and_then(moment),
        revoked: token.revoked_ms.and_then(moment),
    }
}
