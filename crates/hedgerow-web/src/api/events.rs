//! What happened, for people.

use axum::Json;
use axum::extract::State;
use hedgerow_store::{Event, EventFilter, Severity};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named::chosen;
use super::repositories::find;
use crate::page::{Listing, PageQuery, listing};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::request::Params;
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_events))
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
struct EventView {
    /// Its number: of two events the later has the greater.
    seq: i64,
    /// When.
    #[schema(format = DateTime)]
    at: Option<String>,
    /// The repository's name, as long as it has one.
    repository: Option<String>,
    /// The fabric's name, as long as it is linked.
    fabric: Option<String>,
    /// How much it matters.
    #[schema(value_type = words::Severity)]
    severity: Severity,
    /// A stable word, such as `Overdue`.
    reason: String,
    /// A sentence.
    message: String,
}

/// Which events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct EventQuery {
    /// Of this fabric alone. A token for some fabrics names one.
    fabric: Option<String>,
    /// Of this repository and its fabrics alone.
    repository: Option<String>,
    /// Those after this number alone: what is new to whoever watches.
    after: Option<i64>,
}

/// What happened, newest first
#[utoipa::path(get, path = "/events", params(EventQuery, PageQuery), responses((status = 200, body = Listing<EventView>)))]
async fn list_events(
    State(state): State<AppState>,
    principal: Principal,
    Params(query): Params<EventQuery>,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<EventView>>, Problem> {
    let fabric = chosen(&state, &principal, query.fabric.as_deref()).await?;
    let repository = match &query.repository {
        Some(name) => Some(find(&state, &principal, name).await?.id),
        None => None,
    };
    let filter = EventFilter { fabric, repository, after: query.after };
    Ok(listing(state.store.events(&filter, page.limit()?, page.cursor()?).await?, view))
}

fn view(event: Event) -> EventView {
    EventView {
        seq: event.seq,
        at: moment(event.at_ms),
        repository: event.repository,
        fabric: event.fabric,
        severity: event.severity,
        reason: event.reason,
        message: event.message,
    }
}
