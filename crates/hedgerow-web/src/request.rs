//! What handlers take of a request. Whatever is wrong with it is a [`Problem`], not the framework's own words.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use serde::de::DeserializeOwned;

use crate::problem::{Kind, Problem};

/// A body in JSON.
#[derive(Debug)]
pub(crate) struct Body<T>(pub(crate) T);

/// A body in JSON that may hold a secret: what is wrong with it is not repeated.
#[derive(Debug)]
pub(crate) struct SecretBody<T>(pub(crate) T);

/// The query's parameters.
#[derive(Debug)]
pub(crate) struct Params<T>(pub(crate) T);

/// The parts of the address.
#[derive(Debug)]
pub(crate) struct Segments<T>(pub(crate) T);

/// The revision that the caller read; `None`: it does not say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let taken = axum::Json::<T>::from_request(request, state).await;
        taken.map(|axum::Json(value)| Self(value)).map_err(|error| refused(&error, error.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for SecretBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let taken = axum::Json::<T>::from_request(request, state).await;
        let words = "the body has not the shape that is documented; what it holds is not repeated here";
        taken.map(|axum::Json(value)| Self(value)).map_err(|error| refused(&error, words.to_owned()))
    }
}

fn refused(error: &JsonRejection, words: String) -> Problem {
    let kind = match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => Kind::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Kind::MediaType,
        StatusCode::UNPROCESSABLE_ENTITY => Kind::Invalid,
        _ => Kind::Malformed,
    };
    Problem::new(kind, words)
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let taken = Query::<T>::from_request_parts(parts, state).await;
        taken.map(|Query(value)| Self(value)).map_err(|error| Problem::new(Kind::Malformed, error.body_text()))
    }
}

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Segments<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let taken = Path::<T>::from_request_parts(parts, state).await;
        taken.map(|Path(value)| Self(value)).map_err(|error| Problem::new(Kind::Malformed, error.body_text()))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if_match(&parts.headers).map(Self)
    }
}

/// Our tags are `"` and a revision and `"`. A tag that is none of ours matches nothing that is there.
fn if_match(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let mut values = headers.get_all(header::IF_MATCH).iter();
    let Some(value) = values.next() else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    if values.next().is_some() || text.contains(',') {
        return Err(Problem::new(Kind::Malformed, "If-Match takes one tag here"));
    }
    if text == "*" {
        return Ok(None);
    }
    let revision = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok());
    revision.map(Some).ok_or_else(|| Problem::new(Kind::Stale, "If-Match has a tag that nothing here ever had"))
}

/// The tag of a revision.
pub(crate) fn etag(revision: i64) -> (header::HeaderName, HeaderValue) {
    let value = HeaderValue::try_from(format!("\"{revision}\"")).expect("digits are legal in a header");
    (header::ETAG, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tag(text: &'static str) -> Result<Option<i64>, Kind> {
        let headers = HeaderMap::from_iter([(header::IF_MATCH, HeaderValue::from_static(text))]);
        if_match(&headers).map_err(|problem| problem.kind())
    }

    #[test]
    fn a_tag_of_ours_is_a_revision_and_another_matches_nothing() {
        assert_eq!(if_match(&HeaderMap::new()).unwrap(), None);
        assert_eq!(tag("\"7\""), Ok(Some(7)));
        assert_eq!(tag("*"), Ok(None));
        assert_eq!(tag("W/\"7\""), Err(Kind::Stale));
        assert_eq!(tag("7"), Err(Kind::Stale));
        assert_eq!(tag("\"7\", \"8\""), Err(Kind::Malformed));
    }
}
