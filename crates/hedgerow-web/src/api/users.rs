//! People who sign in to the pages.

use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_store::{NewUser, Role, User, UserChange};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::repositories::name;
use crate::page::{Listing, PageQuery};
use crate::password;
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Params, SecretBody, Segments};
use crate::router::BASE;
use crate::secret::Secret;
use crate::state::AppState;
use crate::time::moment;
use crate::words;

/// The longest e-mail address, in bytes.
const MAX_EMAIL_BYTES: usize = 254;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_users, create_user)).routes(routes!(change_user))
}

/// Somebody who signs in, without the password.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = User)]
struct UserView {
    /// Their name.
    name: String,
    /// The address that commits in their name carry.
    email: Option<String>,
    /// What they may do.
    #[schema(value_type = words::Role)]
    role: Role,
    /// Who made them.
    created_by: String,
    /// When.
    #[schema(format = DateTime)]
    created: Option<String>,
    /// When they last signed in.
    #[schema(format = DateTime)]
    signed_in: Option<String>,
    /// Since when they may not.
    #[schema(format = DateTime)]
    disabled: Option<String>,
}

/// Somebody who is to sign in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CreateUser {
    /// Their name.
    #[schema(min_length = 1, max_length = 63, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    name: String,
    /// The address that commits in their name carry.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// What they may do.
    #[schema(value_type = words::Role)]
    role: String,
    /// Their password, of 12 characters or more.
    password: Secret,
}

/// What is to change of somebody. What is left out stays as it is.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChangeUser {
    /// The address that commits in their name carry.
    #[serde(default)]
    #[schema(max_length = 254)]
    email: Option<String>,
    /// What they may do.
    #[serde(default)]
    #[schema(value_type = Option<words::Role>)]
    role: Option<String>,
    /// Another password. It ends their sessions.
    #[serde(default)]
    password: Option<Secret>,
    /// Whether they may not sign in. It ends their sessions.
    #[serde(default)]
    disabled: Option<bool>,
}

/// People who sign in, by name
///
/// For administrators.
#[utoipa::path(get, path = "/users", params(PageQuery), responses((status = 200, body = Listing<UserView>)))]
async fn list_users(
    State(state): State<AppState>,
    principal: Principal,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<UserView>>, Problem> {
    principal.must_be(Role::Admin)?;
    let users = state.store.users().await?.into_iter().map(view).collect();
    page.of_named(users, |user: &UserView| &user.name).map(Json)
}

/// Let somebody sign in
///
/// For administrators.
#[utoipa::path(post, path = "/users", request_body = CreateUser, responses((status = 201, body = UserView)))]
async fn create_user(
    State(state): State<AppState>,
    principal: Principal,
    SecretBody(wanted): SecretBody<CreateUser>,
) -> Result<Response, Problem> {
    principal.must_be(Role::Admin)?;
    let (name, role, email) = (name(&wanted.name)?, role(&wanted.role)?, email(wanted.email)?);
    let password = password::hash(&state, secret(wanted.password)).await?;
    let new = NewUser { name, email, role, password };
    let made = view(state.store.create_user(&new, &principal.actor(&state)).await?);
    let location = format!("{BASE}/users/{}", made.name);
    Ok((StatusCode::CREATED, [(header::LOCATION, location)], Json(made)).into_response())
}

/// Change somebody's role, address or password, or keep them out
///
/// For administrators. Nobody takes the last administrator's role away.
#[utoipa::path(
    patch, path = "/users/{name}", request_body = ChangeUser,
    params(("name" = String, Path, description = "Their name")),
    responses((status = 200, body = UserView))
)]
async fn change_user(
    State(state): State<AppState>,
    principal: Principal,
    Segments(name): Segments<String>,
    SecretBody(wanted): SecretBody<ChangeUser>,
) -> Result<Json<UserView>, Problem> {
    principal.must_be(Role::Admin)?;
    let role = wanted.role.as_deref().map(role).transpose()?;
    if role.is_some_and(|role| role != Role::Admin) || wanted.disabled == Some(true) {
        not_the_last(&state, &name).await?;
    }
    let password = match wanted.password {
        Some(password) => Some(password::hash(&state, secret(password)).await?),
        None => None,
    };
    let change = UserChange { email: email(wanted.email)?, role, password, disabled: wanted.disabled };
    Ok(Json(view(state.store.change_user(&name, &change, &principal.actor(&state)).await?)))
}

async fn not_the_last(state: &AppState, name: &str) -> Result<(), Problem> {
    let others = state.store.users().await?.into_iter();
    let mut others = others.filter(|user| user.role == Role::Admin && user.disabled_ms.is_none() && user.name != name);
    if others.next().is_some() {
        return Ok(());
    }
    Err(Problem::new(Kind::Conflict, format!("{name} is the last administrator who can sign in"))
        .hint("make another administrator first"))
}

fn role(text: &str) -> Result<Role, Problem> {
    text.parse().map_err(|_| Problem::new(Kind::Invalid, "a role is viewer, operator or admin"))
}

fn email(text: Option<String>) -> Result<Option<String>, Problem> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let legal = text.len() <= MAX_EMAIL_BYTES
        && text.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty())
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || "<>".contains(c));
    if legal { Ok(Some(text)) } else { Err(Problem::new(Kind::Invalid, "the e-mail address cannot stand in a commit")) }
}

fn secret(secret: Secret) -> SecretString {
    secret.0
}

fn view(user: User) -> UserView {
    UserView {
        name: user.name,
        email: user.email,
        role: user.role,
        created_by: user.created_by,
        created: moment(user.created_ms),
        signed_in: user.signed_in_ms.and_then(moment),
        disabled: user.disabled_ms.and_then(moment),
    }
}
