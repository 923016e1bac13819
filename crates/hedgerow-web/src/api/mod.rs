//! The resources, a file each.

mod audit;
mod repositories;
mod tokens;

use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// All operations below `/api/v1`.
pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().merge(repositories::routes()).merge(tokens::routes()).merge(audit::routes())
}
