//! The words that the store's enums have in answers, for the OpenAPI document.

use std::borrow::Cow;

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

/// Names a schema of a string that is one of some words.
macro_rules! words {
    ($($(#[doc = $doc:literal])* $name:ident = [$($word:literal),* $(,)?];)*) => {$(
        $(#[doc = $doc])*
        pub(crate) enum $name {}

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .description(Some(concat!($($doc),*).trim_ascii()))
                    .enum_values(Some([$($word),*]))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

words! {
    /// Who may change it: whoever may call the API, or the service's configuration file alone.
    Owner = ["api", "file"];
    /// What a credential is for.
    CredentialUse = ["write", "read"];
    /// What a credential is.
    CredentialKind = ["token", "ssh_key", "github_app", "environment", "none"];
    /// What somebody may do.
    Role = ["viewer", "operator", "admin"];
    /// What a run did.
    Outcome = ["changed", "unchanged", "partial", "failed"];
    /// What a second look at the remote said.
    Verification = ["verified", "not_yet", "differs", "none"];
    /// What made a run start.
    Trigger = ["webhook", "timer", "start", "cli", "api", "page", "netbox"];
    /// How an object stands in the tree that was recorded last.
    ObjectState = ["present", "deleted", "unreadable"];
    /// Who sends webhooks. `forgejo` is taken as another word for gitea.
    Provider = ["github", "gitlab", "gitea", "netbox", "generic"];
    /// What came of a delivery.
    DeliveryResult = ["rang", "repeated", "pinged", "unmatched", "refused"];
    /// How a ring stands.
    Ring = ["unknown", "waiting", "running", "answered"];
    /// How much an event matters.
    Severity = ["info", "warning"];
    /// Which condition.
    ConditionKind = ["Ready", "Reconciling", "Stalled", "Witnessed", "Conserved", "Overdue"];
    /// How a condition stands.
    Truth = ["true", "false", "unknown"];
    /// Why a fabric's writes wait for a person.
    HoldKind = ["rewritten", "forgotten", "tampered", "differs", "reverted", "breaker"];
    /// What became of a ring.
    RingState = ["waiting", "running", "answered"];
    /// What a visit at a repository came to.
    VisitOutcome = ["quiet", "ran", "failed", "cut"];
    /// How a condition of working stands.
    Standing = ["ok", "unproven", "failed", "skipped"];
    /// What a deployer is.
    DeployerKind = ["application", "application_set", "flux_kustomization", "kustomization"];
}
