//! The way to the same handlers in this process: whoever can write the store's file may everything anyway.

use anyhow::{Context, Result, bail};
use axum::body::Body;
use axum::{Router, extract};
use futures_util::stream::{StreamExt, TryStreamExt};
use hedgerow_sync::service::Service;
use hedgerow_web::Principal;
use http_body_util::{BodyExt, Limited};
use tokio::sync::broadcast::error::RecvError;
use tower::ServiceExt;

use super::{Answer, Ask, Events, MAX_ANSWER_BYTES};

/// The API, on a store that this process has opened.
#[derive(Debug)]
pub(crate) struct Here {
    router: Router,
    service: Service,
}

impl Here {
    /// Of the API's router, and of the service that it works with.
    pub(crate) fn new(router: Router, service: Service) -> Self {
        Self { router, service }
    }

    /// Asks, and tells the steps of the runs that this makes in this process.
    pub(crate) async fn ask_watching(&self, ask: &Ask, on_step: &dyn Fn(&str)) -> Result<Answer> {
        let mut steps = self.service.progress();
        let mut answer = std::pin::pin!(self.ask(ask));
        loop {
            tokio::select! {
                answer = &mut answer => return answer,
                step = steps.recv() => match step {
                    Ok(progress) => on_step(progress.step),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return answer.await,
                },
            }
        }
    }

    /// Asks, and waits for the whole answer.
    pub(crate) async fn ask(&self, ask: &Ask) -> Result<Answer> {
        let (head, body) = self.send(ask).await?.into_parts();
        let Ok(body) = Limited::new(body, MAX_ANSWER_BYTES).collect().await else {
            bail!("the answer has more than {MAX_ANSWER_BYTES} bytes");
        };
        Answer::of(&head, &body.to_bytes())
    }

    /// Asks for a stream of events.
    pub(crate) async fn events(&self, ask: &Ask) -> Result<Events> {
        let (head, body) = self.send(ask).await?.into_parts();
        if !head.status.is_success() {
            let body = body.collect().await.context("reading the answer")?.to_bytes();
            return Answer::of(&head, &body).and_then(|_| bail!("no events were sent"));
        }
        let bytes = TryStreamExt::map_err(body.into_data_stream(), anyhow::Error::from);
        Ok(Events::of(bytes.boxed()))
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
