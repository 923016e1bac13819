//! The resources, a file each.

pub(crate) mod actions;
mod audit;
mod credentials;
mod deliveries;
mod differences;
mod events;
mod fabrics;
mod filing;
mod hooks;
mod linking;
mod named;
mod objects;
mod place;
mod preview;
mod progress;
mod receiver;
mod repositories;
mod rings;
mod runs;
mod tokens;
mod users;
mod vet;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// All operations below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .merge(repositories::routes())
        .merge(credentials::routes())
        .merge(fabrics::routes())
        .merge(linking::routes())
        .merge(actions::routes())
        .merge(rings::routes())
        .merge(vet::routes())
        .merge(filing::routes())
        .merge(runs::routes())
        .merge(progress::routes())
        .merge(objects::routes())
        .merge(events::routes())
        .merge(hooks::routes())
        .merge(deliveries::routes())
        .merge(receiver::routes())
        .merge(tokens::routes())
        .merge(users::routes())
        .merge(audit::routes())
}
