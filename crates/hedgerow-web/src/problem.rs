//! What went wrong, as RFC 9457 wants it told. The types are stable: clients may branch on them, people may read the hint.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use hedgerow_store::StoreError;
use hedgerow_sync::Failure;
use serde::Serialize;
use utoipa::ToSchema;

/// Defines the kinds of problems: their words, statuses, titles, and what each means.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident = $word:literal, $status:ident, $title:literal;)*) => {
        /// The kinds of problems. The word of each is the last part of the problem's `type`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind { $($(#[doc = $doc])* $kind,)* }

        impl Kind {
            /// All of them.
            pub const ALL: &[Kind] = &[$(Kind::$kind,)*];

            /// The last part of `type`.
            pub fn word(self) -> &'static str {
                match self { $(Self::$kind => $word,)* }
            }

            /// The status that it is answered with.
            pub fn status(self) -> StatusCode {
                match self { $(Self::$kind => StatusCode::$status,)* }
            }

            /// In a few words, the same each time.
            pub fn title(self) -> &'static str {
                match self { $(Self::$kind => $title,)* }
            }

            /// What it means and what to do.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$kind => concat!($($doc,)*).trim_ascii(),)* }
            }
        }
    };
}

kinds! {
    /// The request cannot be read: its JSON, its query, its headers.
    Malformed = "malformed", BAD_REQUEST, "The request cannot be read";
    /// No token, or one that is unknown, expired or revoked.
    Unauthorized = "unauthorized", UNAUTHORIZED, "A token is needed";
    /// The token's role or scope does not reach that far.
    Forbidden = "forbidden", FORBIDDEN, "The token does not allow that";
    /// There is no such thing, or the token may not see it.
    NotFound = "not-found", NOT_FOUND, "There is no such thing";
    /// The address does not know that method.
    Method = "method-not-allowed", METHOD_NOT_ALLOWED, "The address does not know that method";
    /// Another has the name, the URL or the directory; `others` says which.
    Conflict = "conflict", CONFLICT, "Another has it already";
    /// Others depend on it; `others` says which.
    InUse = "in-use", CONFLICT, "Others depend on it";
    /// The service's configuration file owns it: it is changed there.
    ReadOnly = "read-only", CONFLICT, "The configuration file owns it";
    /// The fabric is suspended: resume it first.
    Suspended = "suspended", CONFLICT, "The fabric is suspended";
    /// A request with this `Idempotency-Key` is being worked on.
    Pending = "pending", CONFLICT, "The same request is being worked on";
    /// It is not as the caller saw it (`If-Match`, or the commit that was named) any more: read it again.
    Stale = "stale", PRECONDITION_FAILED, "It was changed meanwhile";
    /// The body is larger than is read here.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE, "The body is too large";
    /// The body is no JSON by its `Content-Type`.
    MediaType = "media-type", UNSUPPORTED_MEDIA_TYPE, "The body is not application/json";
    /// A value is not one that can be used here.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "A value cannot be used";
    /// This `Idempotency-Key` came before with another request.
    KeyReused = "key-reused", UNPROCESSABLE_ENTITY, "The key came with another request";
    /// The service does not go to that place.
    Address = "address-refused", UNPROCESSABLE_ENTITY, "The service does not go there";
    /// A person has to choose: whether YAML in a directory's root is adopted, say, or which commit is accepted.
    Choice = "choice-needed", UNPROCESSABLE_ENTITY, "A choice is needed";
    /// The repository could not be worked on; `reason` is the word for it.
    Remote = "remote", FAILED_DEPENDENCY, "The repository could not be worked on";
    /// Too many requests: wait as long as `Retry-After` says.
    Rate = "rate-limited", TOO_MANY_REQUESTS, "Too many requests";
    /// The service lacks what this needs: a sealing key.
    NotConfigured = "not-configured", CONFLICT, "The service is not set up for that";
    /// The store cannot be reached, or is busy: try again.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "The store cannot be worked with now";
    /// A fault of Hedgerow's own. The log has more.
    Internal = "internal", INTERNAL_SERVER_ERROR, "A fault of the service";
}

/// Why a request was not answered as asked.
#[derive(Clone, Debug)]
pub struct Problem {
    kind: Kind,
    body: Box<Body>,
    retry_after_s: Option<u64>,
}

/// A problem, as RFC 9457 has it.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(crate) struct Body {
    /// Which kind: `/problems/` and a word. The address is answered by a page about it.
    #[serde(rename = "type")]
    type_: String,
    /// The kind in a few words.
    title: &'static str,
    /// The answer's status.
    #[schema(minimum = 400, maximum = 599)]
    status: u16,
    /// What was attempted on what, and what came of it.
    detail: String,
    /// What to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
    /// A stable word for why a repository could not be worked on.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// The others that it is about.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    others: Vec<String>,
    /// The commit that the branch is at.
    #[serde(skip_serializing_if = "Option::is_none")]
    commit: Option<String>,
}

impl Problem {
    /// A problem of this kind. `detail` goes to the caller: no secret, no path of the service's own.
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let body = Body {
            type_: format!("/problems/{}", kind.word()),
            title: kind.title(),
            status: kind.status().as_u16(),
            detail: detail.into(),
            hint: None,
            reason: None,
            others: Vec::new(),
            commit: None,
        };
        Self { kind, body: Box::new(body), retry_after_s: None }
    }

    /// There is no `what`.
    pub fn absent(what: impl std::fmt::Display) -> Self {
        Self::new(Kind::NotFound, format!("there is no {what}"))
    }

    /// Of a `what` that a body names: what is not there makes the body wrong, not the address.
    #[must_use]
    pub(crate) fn in_a_body(self, what: &str) -> Self {
        match self.kind {
            Kind::NotFound => Self::new(Kind::Invalid, format!("there is no such {what}")),
            _ => self,
        }
    }

    /// With what to do.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.body.hint = Some(hint.into());
        self
    }

    /// With the stable word of why a repository could not be worked on.
    #[must_use]
    pub fn reason(mut self, word: impl Into<String>) -> Self {
        self.body.reason = Some(word.into());
        self
    }

    /// With the names of those that it is about.
    #[must_use]
    pub fn others(mut self, names: Vec<String>) -> Self {
        self.body.others = names;
        self
    }

    /// With the commit that the branch is at.
    #[must_use]
    pub fn at(mut self, commit: impl Into<String>) -> Self {
        self.body.commit = Some(commit.into());
        self
    }

    /// With how many seconds to wait.
    #[must_use]
    pub fn retry_after(mut self, seconds: u64) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// What was attempted on what, and what came of it.
    pub fn detail(&self) -> &str {
        &self.body.detail
    }

    /// What to do, where there is something to say.
    pub fn what_to_do(&self) -> Option<&str> {
        self.body.hint.as_deref()
    }

    /// The others that it is about.
    pub(crate) fn those(&self) -> &[String] {
        &self.body.others
    }

    /// The commit that the branch is at, where that matters.
    pub(crate) fn commit(&self) -> Option<&str> {
        self.body.commit.as_deref()
    }

    /// Its kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Store(error) => error.into(),
            failure => {
                let told = failure.reason();
                let problem = Self::new(Kind::Remote, told.message).reason(told.code);
                match told.hint {
                    Some(hint) => problem.hint(hint),
                    None => problem,
                }
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let words = error.to_string();
        match error {
            StoreError::Conflict { with, .. } => Self::new(Kind::Conflict, words).others(vec![with]),
            StoreError::InUse { by, .. } => Self::new(Kind::InUse, words).others(by),
            StoreError::Absent { .. } => Self::new(Kind::NotFound, words),
            StoreError::Stale { .. } => Self::new(Kind::Stale, words).hint("read it again, and send its ETag"),
            StoreError::ReadOnly { .. } => Self::new(Kind::ReadOnly, words),
            StoreError::Unreachable { .. } | StoreError::Busy { .. } | StoreError::Full { .. } => {
                tracing::error!("{words}");
                Self::new(Kind::Unavailable, "the store cannot be worked with now; the log says why").retry_after(5)
            }
            _ => {
                tracing::error!("{words}");
                Self::new(Kind::Internal, "the store failed; the log says how")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.kind.status(), Json(self.body)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if self.kind == Kind::Unauthorized {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if let Some(seconds) = self.retry_after_s {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_kind_has_a_word_of_its_own_and_a_meaning() {
        let words: BTreeSet<_> = Kind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), Kind::ALL.len());
        assert!(Kind::ALL.iter().all(|kind| kind.meaning().len() > 20 && kind.status().as_u16() >= 400));
    }
}
