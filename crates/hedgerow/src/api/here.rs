//! The way to the same handlers in this process: whoever can write the store's file may everything anyway.

use anyhow::{Result, bail};
use axum::body::Body;
use axum::{Router, extract};
use hedgerow_web::Principal;
use http_body_util::{BodyExt, Limited};
use tower::ServiceExt;

use super::{Answer, Ask, MAX_ANSWER_BYTES};

/// The API, on a store that this process has opened.
#[derive(Debug)]
pub(crate) struct Here {
    router: Router,
}

impl Here {
    /// Of the API's router.
    pub(crate) fn new(router: Router) -> Self {
        Self { router }
    }

    /// Asks, and waits for the whole answer.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer> {
        let (head, body) = self.send(ask).await?.into_parts();
        let Ok(body) = Limited::new(body, MAX_ANSWER_BYTES).collect().await else {
            bail!("the answer has more than {MAX_ANSWER_BYTES} bytes");
        };
        Answer::of(&head, &body.to_bytes())
    }

    async fn send(&self, ask: &Ask) -> Result<http::Response<Body>> {
        let mut request: extract::Request = ask.http("http://localhost")?.map(Body::from);
        request.extensions_mut().insert(Principal::local());
        match self.router.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }
}
