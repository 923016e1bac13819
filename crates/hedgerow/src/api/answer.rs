//! What the API answers, and what a refusal becomes on the command line.

use anyhow::{Result, bail};
use serde_json::Value;

/// An answer that was understood: JSON, or nothing.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// Where to look next.
    pub(crate) location: Option<String>,
    /// The JSON, `null` where there was none.
    pub(crate) body: Value,
}

impl Answer {
    /// Reads status, headers and bytes; a problem (RFC 9457) becomes an error in the service's own words.
    pub(crate) fn of(head: &http::response::Parts, bytes: &[u8]) -> Result<Self> {
        let text = |name| head.headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let status = head.status.as_u16();
        let body = match serde_json::from_slice(bytes) {
            Ok(body) => body,
            Err(_) if bytes.is_empty() => Value::Null,
            Err(_) if head.status.is_success() => {
                bail!("what answered is no Hedgerow service: {status}, and no JSON\nhint: check --server")
            }
            Err(_) => Value::Null,
        };
        if head.status.is_success() {
            return Ok(Self { location: text(http::header::LOCATION), body });
        }
        Err(problem(status, &body, text(http::header::RETRY_AFTER).as_deref()))
    }
}

fn problem(status: u16, body: &Value, retry_after: Option<&str>) -> anyhow::Error {
    let word = |key: &str| body[key].as_str().map(crate::output::plain).filter(|text| !text.is_empty());
    let mut message = match (word("title"), word("detail")) {
        (_, Some(detail)) => detail,
        (Some(title), None) => title,
        (None, None) => format!("the service answered {status}"),
    };
    let hint = match status {
        // What to do with HTTP's headers is not what to do on a command line.
        401 => Some("a token goes into HEDGEROW_TOKEN, or into the file that HEDGEROW_TOKEN_FILE names".to_owned()),
        429 => retry_after.map(|seconds| format!("try again in {seconds} s")),
        _ => word("hint"),
    };
    if let Some(hint) = hint {
        message += &format!("\nhint: {hint}");
    }
    anyhow::Error::new(Refused { status, message })
}

/// The service understood, and said no.
#[derive(Debug, thiserror::Error)]
#[error("{message}")]
pub(crate) struct Refused {
    /// The status.
    pub(crate) status: u16,
    message: String,
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn answer(status: u16, body: &[u8]) -> Result<Answer> {
        let (head, ()) =
            http::Response::builder().status(status).header("location", "/x").body(()).unwrap().into_parts();
        Answer::of(&head, body)
    }

    #[test]
    fn a_problem_is_told_in_its_own_words_and_cannot_drive_the_terminal() {
        let body =
            json!({"title": "Conflict", "detail": "the directory is fabric one's\u{1b}[2J", "hint": "choose another"});
        let error = answer(409, body.to_string().as_bytes()).unwrap_err();
        assert_eq!(error.to_string(), "the directory is fabric one's\u{fffd}[2J\nhint: choose another");
        assert_eq!(error.downcast_ref::<Refused>().unwrap().status, 409);
    }

    #[test]
    fn an_answer_that_is_no_json_is_nobodys_success() {
        assert!(answer(200, b"<html>").is_err());
        assert_eq!(answer(204, b"").unwrap().body, Value::Null);
        assert_eq!(answer(200, b"{}").unwrap().location.as_deref(), Some("/x"));
        assert!(answer(401, b"<html>").unwrap_err().to_string().contains("HEDGEROW_TOKEN"));
    }
}
