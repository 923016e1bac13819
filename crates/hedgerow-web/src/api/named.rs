//! Fabrics by name: which one a request means, and what a row's fabric is called.

use std::collections::BTreeMap;

use hedgerow_store::{FabricId, LinkedFabric, Name, Role};

use crate::principal::Principal;
use crate::problem::{Kind, Problem};
use crate::state::AppState;

/// The linked fabric of this name, for whoever has `role` on it.
pub(crate) async fn fabric(
    state: &AppState,
    principal: &Principal,
    role: Role,
    name: &str,
) -> Result<LinkedFabric, Problem> {
    let absent = || Problem::absent(format_args!("fabric {name}"));
    principal.must_be_for(role, name)?;
    Name::parse(name).map_err(|_| absent())?;
    state.store.linked_fabric(name).await?.ok_or_else(absent)
}

/// The fabric that a list is asked for: `None` for all, which only those may ask who may see all.
pub(crate) async fn chosen(
    state: &AppState,
    principal: &Principal,
    name: Option<&str>,
) -> Result<Option<FabricId>, Problem> {
    match name {
        Some(name) => Ok(Some(fabric(state, principal, Role::Viewer, name).await?.id)),
        None if principal.sees_all() => Ok(None),
        None => Err(Problem::new(Kind::Forbidden, "the token is for some fabrics alone").hint("name one: ?fabric=…")),
    }
}

/// What the linked fabrics are called.
#[derive(Debug)]
pub(crate) struct Names(BTreeMap<FabricId, String>);

impl Names {
    pub(crate) async fn read(state: &AppState) -> Result<Self, Problem> {
        let linked = state.store.linked_fabrics().await?;
        Ok(Self(linked.into_iter().map(|fabric| (fabric.id, fabric.name)).collect()))
    }

    /// The fabric's name; `None`: it is not linked.
    pub(crate) fn of(&self, fabric: FabricId) -> Option<String> {
        self.0.get(&fabric).cloned()
    }

    /// Whether `principal` may see what is the fabric's.
    pub(crate) fn are_seen(&self, principal: &Principal, fabric: FabricId) -> bool {
        principal.sees_all() || self.0.get(&fabric).is_some_and(|name| principal.sees(name))
    }
}
