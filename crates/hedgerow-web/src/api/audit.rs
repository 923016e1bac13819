//! The audit record.

use axum::Json;
use axum::extract::State;
use hedgerow_store::{AuditEntry, AuditFilter, Role};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::page::{Listing, PageQuery, listing};
use crate::principal::Principal;
use crate::problem::Problem;
use crate::request::Params;
use crate::state::AppState;
use crate::time::moment;

pub(crate) fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list_audit))
}

/// A change that somebody made.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Change)]
struct ChangeView {
    /// Its number: later ones have greater ones.
    seq: i64,
    /// When.
    #[schema(format = DateTime)]
    at: Option<String>,
    /// Who.
    actor: String,
    /// What was done, such as `fabric.link`.
    action: String,
    /// To what, such as `fabric/dc1`.
    subject: String,
    /// What it was; null: it was not there.
    #[schema(value_type = Option<Object>)]
    before: Option<Value>,
    /// What it became; null: it is gone.
    #[schema(value_type = Option<Object>)]
    after: Option<Value>,
}

/// Which changes.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct AuditQuery {
    /// By this actor alone.
    actor: Option<String>,
    /// About this alone, such as `fabric/dc1`.
    subject: Option<String>,
}

/// The changes that were made, newest first
///
/// For administrators.
#[utoipa::path(get, path = "/audit", params(AuditQuery, PageQuery), responses((status = 200, body = Listing<ChangeView>)))]
async fn list_audit(
    State(state): State<AppState>,
    principal: Principal,
    Params(query): Params<AuditQuery>,
    Params(page): Params<PageQuery>,
) -> Result<Json<Listing<ChangeView>>, Problem> {
    principal.must_be(Role::Admin)?;
    let filter = AuditFilter { actor: query.actor, subject: query.subject };
    Ok(listing(state.store.audit(&filter, page.limit()?, page.cursor()?).await?, view))
}

fn view(entry: AuditEntry) -> ChangeView {
    ChangeView {
        seq: entry.seq,
        at: moment(entry.at_ms),
        actor: entry.actor,
        action: entry.action,
        subject: entry.subject,
        before: entry.before,
        after: entry.after,
    }
}
