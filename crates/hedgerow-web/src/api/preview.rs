//! A plan of a link, as answers show it: with what deployers have of the directory before and after.

use hedgerow_core::deploy::{Deployment, How};
use hedgerow_sync::Preview;
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::differences;
use crate::words;

/// What a deployer has of a fabric, before and after.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Deployment)]
struct DeploymentView {
    /// What it is.
    #[schema(value_type = words::DeployerKind)]
    kind: hedgerow_core::deploy::DeployerKind,
    /// Its name.
    name: String,
    /// The file that says so.
    file: String,
    /// The directory that it reads.
    path: String,
    /// Why it cannot be told what it reads.
    untold: Option<String>,
    /// The fabric's files that it reads before.
    before: Vec<String>,
    /// And after.
    after: Vec<String>,
    /// Objects that it has before and no more after.
    vanish: Vec<String>,
    /// Objects that it has after and not before.
    appear: Vec<String>,
    /// Objects that are deployed twice after.
    double: Vec<String>,
    /// Files of the inbox that it reads.
    from_inbox: Vec<String>,
}

/// A preview as answers show it.
pub(super) fn told(preview: Preview) -> Value {
    let warnings: Vec<String> = preview.deployments.iter().flat_map(Deployment::warnings).collect();
    let deployments: Vec<DeploymentView> = preview.deployments.into_iter().map(deployment).collect();
    let mut value = serde_json::to_value(&preview.planned.report).expect("a report is JSON");
    value["strays"] = json!(preview.strays.iter().map(ToString::to_string).collect::<Vec<_>>());
    value["deployments"] = json!(deployments);
    value["warnings"] = json!(warnings);
    let (shown, left_out) = differences::shown(&preview.differences);
    value["differences"] = json!(shown);
    value["differences_left_out"] = json!(left_out);
    value
}

fn deployment(one: Deployment) -> DeploymentView {
    let paths = |paths: Vec<hedgerow_core::path::TreePath>| paths.iter().map(ToString::to_string).collect();
    let untold = match &one.deployer.how {
        How::Untold(why) => Some(why.clone()),
        _ => None,
    };
    DeploymentView {
        kind: one.deployer.kind,
        name: one.deployer.name,
        file: one.deployer.file.to_string(),
        path: one.deployer.path.to_string(),
        untold,
        before: paths(one.before),
        after: paths(one.after),
        vanish: one.vanish,
        appear: one.appear,
        double: one.double,
        from_inbox: paths(one.from_inbox),
    }
}
