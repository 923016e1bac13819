//! The resources, a file each.

mod audit;
mod credentials;
mod deliveries;
mod events;
mod hooks;
mod named;
mod objects;
mod receiver;
mod repositories;
mod runs;
mod tokens;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// All operations below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(repositories::routes())
        .merge(credentials::routes())
        .merge(runs::routes())
        .merge(objects::routes())
        .merge(events::routes())
        .merge(hooks::routes())
        .merge(deliveries::routes())
        .merge(receiver::routes())
        .merge(tokens::routes())
        .merge(audit::routes())
}
