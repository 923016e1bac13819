//! One API, two ways to reach it: a service, by HTTP; or the same handlers in this process, on the store that this
//! machine can open anyway. A verb builds one request, and does not know which way it goes.

mod answer;
mod door;
mod events;
mod here;
mod there;

use anyhow::{Context, Result};
use serde_json::Value;

pub(crate) use answer::Answer;
pub(crate) use door::Door;
pub(crate) use events::Events;
pub(crate) use here::Here;
pub(crate) use there::There;

/// Where the API begins.
const BASE: &str = "/api/v1";
/// The largest answer that is taken, in bytes: a page of a thousand objects with their full text is far below.
const MAX_ANSWER_BYTES: usize = 64 * 1024 * 1024;

/// A request, before it is known which way it goes.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    method: http::Method,
    /// From [`BASE`] on, each piece escaped; with its query.
    path: String,
    body: Option<Value>,
    idempotency_key: Option<String>,
}

impl Ask {
    /// To read what stands at `pieces`.
    pub(crate) fn get(pieces: &[&str]) -> Self {
        Self::new(http::Method::GET, pieces)
    }

    /// To do something, once: the request may be sent again without being done again.
    pub(crate) fn post(pieces: &[&str], body: Value) -> Self {
        let key = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
        Self { body: Some(body), idempotency_key: Some(key), ..Self::new(http::Method::POST, pieces) }
    }

    /// To set what stands at `pieces`.
    pub(crate) fn put(pieces: &[&str], body: Value) -> Self {
        Self { body: Some(body), ..Self::new(http::Method::PUT, pieces) }
    }

    /// To take away what stands at `pieces`.
    pub(crate) fn delete(pieces: &[&str]) -> Self {
        Self::new(http::Method::DELETE, pieces)
    }

    /// To read what an answer named: a path from the root on.
    pub(crate) fn at(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::get(&[]) }
    }

    fn new(method: http::Method, pieces: &[&str]) -> Self {
        let path = pieces.iter().fold(BASE.to_owned(), |path, piece| format!("{path}/{}", escaped(piece)));
        Self { method, path, body: None, idempotency_key: None }
    }

    /// With a parameter, where it has a value.
    pub(crate) fn with(mut self, name: &str, value: Option<&str>) -> Self {
        if let Some(value) = value {
            let mark = if self.path.contains('?') { '&' } else { '?' };
            self.path += &format!("{mark}{name}={}", escaped(value));
        }
        self
    }

    /// The request as HTTP has it, to `origin` (a scheme and a host).
    fn http(&self, origin: &str) -> Result<http::Request<Vec<u8>>> {
        let mut request = http::Request::builder().method(&self.method).uri(format!("{origin}{}", self.path));
        if let Some(key) = &self.idempotency_key {
            request = request.header("Idempotency-Key", key);
        }
        let body = match &self.body {
            None => Vec::new(),
            Some(body) => {
                request = request.header(http::header::CONTENT_TYPE, "application/json");
                serde_json::to_vec(body).context("writing the request")?
            }
        };
        request.body(body).context("making the request")
    }
}

/// A piece of a path, or a parameter's value: what RFC 3986 does not leave unreserved is escaped.
fn escaped(piece: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"._~-".contains(&b);
    piece.bytes().map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_piece_of_the_path_whatever_it_holds() {
        let ask =
            Ask::get(&["fabrics", "../tokens?x"]).with("kind", None).with("name", Some("a b")).with("n", Some("1"));
        assert_eq!(ask.path, "/api/v1/fabrics/..%2Ftokens%3Fx?name=a%20b&n=1");
    }

    #[test]
    fn a_request_that_does_something_says_which_one_it_is() {
        let request = Ask::post(&["fabrics"], serde_json::json!({})).http("http://localhost").unwrap();
        assert_eq!(request.headers()["idempotency-key"].len(), 32);
        assert!(Ask::get(&["fabrics"]).http("http://localhost").unwrap().headers().is_empty());
    }
}
