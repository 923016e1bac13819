//! The OpenAPI document, made from the handlers themselves, and what is true of all of them.

use utoipa::openapi::path::{Operation, ParameterIn, PathItem};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, InfoBuilder, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

use crate::problem::Body;
use crate::router::api;

const BEARER: &str = "bearer";
/// How the addresses end whose handlers ask a repository's remote, and fail when it does.
const ASKING: [&str; 8] = ["/fabrics", "/plan", "/fabrics/{name}", "/orphans", "/check", "/yaml", "/vet", "/file"];

/// The OpenAPI 3.1 document of the API.
pub fn document() -> OpenApi {
    let (_, described) = api().split_for_parts();
    let mut document = OpenApiBuilder::from(described)
        .info(
            InfoBuilder::new()
                .title("Hedgerow")
                .version(env!("CARGO_PKG_VERSION"))
                .description(Some("Linked repositories and fabrics, their runs, objects and doorbells."))
                .build(),
        )
        .security(Some([SecurityRequirement::new(BEARER, Vec::<String>::new())]))
        .build();
    let components = document.components.get_or_insert_default();
    let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
    components.add_security_scheme(BEARER, SecurityScheme::Http(scheme));
    components.schemas.insert(Body::name().into_owned(), Body::schema());
    for (path, item) in &mut document.paths.paths {
        complete(path, item);
    }
    document
}

/// Adds the refusals that come before any handler, so that no answer is undocumented.
fn complete(path: &str, item: &mut PathItem) {
    let reading = [&mut item.get, &mut item.head];
    for operation in reading.into_iter().flatten() {
        refusals(operation, path, &[]);
    }
    let writing = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
    for operation in writing.into_iter().flatten() {
        refusals(operation, path, &["409", "412"]);
    }
}

fn refusals(operation: &mut Operation, path: &str, more: &[&'static str]) {
    let mut statuses = vec!["400", "401", "403", "429", "503"];
    statuses.extend(more);
    if path.contains('{') || names_something(operation) {
        statuses.push("404");
    }
    // Those that ask the remote say so.
    if ASKING.iter().any(|end| path.ends_with(end)) {
        statuses.push("424");
    }
    if operation.request_body.is_some() {
        statuses.extend(["413", "415", "422"]);
    }
    for status in statuses {
        let known = &mut operation.responses.responses;
        known.entry(status.to_owned()).or_insert_with(|| RefOr::T(refusal(status)));
    }
}

/// Whether the query names a fabric or a repository, which may not be there.
fn names_something(operation: &Operation) -> bool {
    operation.parameters.iter().flatten().any(|one| match one {
        RefOr::T(one) => {
            one.parameter_in == ParameterIn::Query && ["fabric", "repository"].contains(&one.name.as_str())
        }
        RefOr::Ref(_) => false,
    })
}

fn refusal(status: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name(Body::name()))).build();
    let described = match status {
        "400" => "The request cannot be read",
        "401" => "No token, or none that is in force",
        "403" => "The token does not allow that",
        "404" => "There is no such thing, or the token may not see it",
        "409" => "Something else stands in the way",
        "412" => "It was changed since the ETag of `If-Match`",
        "413" => "The body is too large",
        "415" => "The body is not application/json",
        "422" => "A value cannot be used",
        "424" => "The repository could not be worked on",
        "429" => "Too many requests: wait as long as `Retry-After` says",
        _ => "The store cannot be worked with now: try again",
    };
    ResponseBuilder::new().description(described).content("application/problem+json", content).build()
}
