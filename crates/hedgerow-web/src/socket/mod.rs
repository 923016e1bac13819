//! The socket: connections, so many at once, each with so much time to say what it wants.

mod line;
mod upload;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::limits::{ACCEPT_PAUSE, HEADER_TIME, MAX_CONNECTIONS};
use line::Line;
use upload::{Unread, Upload};

/// Serves `site` until `closed` says so; then answers what was asked, and returns.
pub async fn serve(listener: TcpListener, site: Router, closed: watch::Receiver<bool>) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    let mut ended = std::pin::pin!(end(closed.clone()));
    loop {
        let accepted = async {
            let place = Arc::clone(&places).acquire_owned().await.expect("nobody closes it");
            (listener.accept().await, place)
        };
        tokio::select! {
            () = &mut ended => break,
            Some(_) = connections.join_next() => {}
            (accepted, place) = accepted => match accepted {
                Ok((stream, peer)) => {
                    let one = connection(stream, peer, site.clone(), closed.clone());
                    connections.spawn(async move {
                        one.await;
                        drop(place);
                    });
                }
                Err(error) => pause(&error).await,
            },
        }
    }
    while connections.join_next().await.is_some() {}
}

/// Until `closed` is said.
async fn end(mut closed: watch::Receiver<bool>) {
    // An error means that the sender is gone, and with it the service.
    let _ = closed.wait_for(|closed| *closed).await;
}

/// A caller who is gone already is nobody's trouble. No more file descriptors: others must end first.
async fn pause(error: &io::Error) {
    if !matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset) {
        tracing::warn!(%error, "no connection can be accepted; trying again");
        tokio::time::sleep(ACCEPT_PAUSE).await;
    }
}

async fn connection(stream: TcpStream, peer: SocketAddr, site: Router, closed: watch::Receiver<bool>) {
    // An answer is one small packet, and is not to wait for the next one.
    let _ = stream.set_nodelay(true);
    let unread = Unread::default();
    let line = Line::new(stream, unread.clone());
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(|body| Body::new(Upload::new(body, unread.clone())));
        request.extensions_mut().insert(ConnectInfo(peer));
        site.clone().oneshot(request)
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADER_TIME)
        .serve_connection(TokioIo::new(line), service);
    let mut served = std::pin::pin!(served);
    let ended = tokio::select! {
        ended = served.as_mut() => ended,
        () = end(closed) => {
            served.as_mut().graceful_shutdown();
            served.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%peer, %error, "a connection ended early");
    }
}
