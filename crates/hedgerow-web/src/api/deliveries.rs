//! What came in through the hooks, and what came of it.

use axum::Json;
use axum::extract::State;
use hedgerow_store::{Delivery, DeliveryFilter, DeliveryResult, Ring, Role};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::named::chosen;
use crate::page::{Listing, PageQuery, listing};
use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::request::{Params, Segments};
use crate::router::BASE;
use crate::state::AppState;
use crate::time::moment;
use crate::words;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_deliveries)).routes(routes!(show_delivery))
}

/// A delivery.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Delivery)]
struct DeliveryView {
    /// By which it is known here.
    id: String,
    /// When it came in.
    #[schema(format = DateTime)]
    received: Option<String>,
    /// The hook's name, as it was then.
    hook: String,
    /// Who sent it.
    #[schema(value_type = words::Provider)]
    provider: String,
    /// From which address.
    source: String,
    /// What its signature was worth: good, missing, wrong, stale, or unread where the body was too large.
    signature: String,
    /// By which the sender knows it.
    delivery_id: Option<String>,
    /// The sender's word for what happened.
    event: String,
    /// What came of it.
    #[schema(value_type = words::DeliveryResult)]
    result: DeliveryResult,
    /// Why, where that needs words.
    message: String,
    /// The repository that it rang at.
    repository: Option<String>,
    /// The fabrics that matched.
    fabrics: Vec<String>,
    /// Where to see what became of the ring.
    ring: Option<String>,
}

/// A delivery, and the runs that answered it.
#[derive(Debug, Serialize, ToSchema)]
struct AnsweredDelivery {
    #[serde(flatten)]
    about: DeliveryView,
    /// How its ring stands; null: it did not ring.
    #[schema(value_type = Option<words::Ring>)]
    answer: Option<Ring>,
    /// The runs of the visit that answered it; none where nothing had moved.
    runs: Vec<String>,
}

/// Which deliveries.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct DeliveryQuery {
    /// Those that matched this fabric alone. A token for some fabrics names one.
    fabric: Option<String>,
    /// By this hook alone.
    hook: Option<String>,
    /// With this result alone.
    #[param(value_type = Option<words::DeliveryResult>)]
    result: Option<String>,
}

/// What came in, newest first
#[utoipa::path(
    get, path = "/deliveries", params(DeliveryQuery, PageQuery), responses((status = 200, body = Listing<DeliveryView>))
)]
async fn list_deliveries(
    State(state): State<AppState>,
    principal: Principal,
    Params(query): Params<DeliveryQuery>,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<DeliveryView>>, Problem> {
    chosen(&state, &principal, query.fabric.as_deref()).await?;
    let result = query.result.as_deref().map(str::parse).transpose();
    let result = result.map_err(|_| Problem::new(Kind::Malformed, "the result is none of the words that there are"))?;
    let filter = DeliveryFilter { fabric: query.fabric, hook: query.hook, result };
    Ok(listing(state.store.deliveries(&filter, page.limit()?, page.cursor()?).await?, view))
}

/// A delivery, and the runs that answered it
#[utoipa::path(
    get, path = "/deliveries/{id}", params(("id" = String, Path, description = "The delivery's id")),
    responses((status = 200, body = AnsweredDelivery))
)]
async fn show_delivery(
    State(state): State<AppState>,
    principal: Principal,
    Segments(id): Segments<String>,
) -> Result<Json<AnsweredDelivery>, Problem> {
    let absent = || Problem::absent(format_args!("delivery {id}"));
    let delivery = state.store.delivery(&id).await?.ok_or_else(absent)?;
    if !principal.sees_all() && !delivery.fabrics.iter().any(|fabric| principal.sees(fabric)) {
        return Err(absent());
    }
    if let Some(fabric) = delivery.fabrics.iter().find(|fabric| principal.sees(fabric)) {
        principal.must_be_for(Role::Viewer, fabric)?;
    }
    let answered = match delivery.repository_id.zip(delivery.ring) {
        Some((repository, ring)) => Some(state.store.ring_answer(repository, ring).await?),
        None => None,
    };
    let (answer, visit) = answered.map_or((None, None), |(ring, visit)| (Some(ring), visit));
    let runs = visit.into_iter().flat_map(|visit| visit.runs).map(|run| run.as_str().to_owned()).collect();
    Ok(Json(AnsweredDelivery { about: view(delivery), answer, runs }))
}

fn view(delivery: Delivery) -> DeliveryView {
    let ring = delivery.repository.as_ref().zip(delivery.ring);
    DeliveryView {
        ring: ring.map(|(repository, ring)| format!("{BASE}/rings/{repository}/{ring}")),
        id: delivery.id,
        received: moment(delivery.at_ms),
        hook: delivery.hook,
        provider: delivery.provider,
        source: delivery.source,
        signature: delivery.signature,
        delivery_id: delivery.delivery_id,
        event: delivery.event,
        result: delivery.result,
        message: delivery.message,
        repository: delivery.repository,
        fabrics: delivery.fabrics,
    }
}
