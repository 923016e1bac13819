//! A server that asks for fewer requests, or for none just now, is left alone for as long as it says.

use std::time::{Duration, Instant};

use hedgerow_git::{Remote, RemoteError};

use super::Inner;
use super::settings::RATE_PAUSE;
use super::visit::End;
use crate::failure::Failure;

/// What a visit that came to `end` heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heard {
    /// 429: it asked for fewer requests.
    TooMany,
    /// 5xx: it may have asked for patience.
    Trouble,
    Nothing,
}

/// How long the server is left alone. Git does not tell what a server said beside its no: it is asked once more, by us, and
/// once only for each visit.
pub(super) async fn asked_for(inner: &Inner, remote: &Remote, end: &End) -> Option<Duration> {
    let heard = heard(end);
    if heard == Heard::Nothing {
        return None;
    }
    let host = remote.url.host().unwrap_or_default();
    inner.hosts.lock().expect("counts are only numbers").add(host, 1, Instant::now());
    let said = inner.parts.credentials.patience(remote).await;
    let patience = said.or((heard == Heard::TooMany).then_some(RATE_PAUSE))?;
    tracing::info!(host, seconds = patience.as_secs(), said = said.is_some(), "the server is left alone for a while");
    Some(patience)
}

fn heard(end: &End) -> Heard {
    let of_code = |code: &str| match code {
        "rate_limited" => Heard::TooMany,
        "server" => Heard::Trouble,
        _ => Heard::Nothing,
    };
    match end {
        End::Failed(Failure::Remote(RemoteError::RateLimited { .. })) => Heard::TooMany,
        End::Failed(failure) => of_code(failure.reason().code),
        End::Walked(walked) => {
            let codes = walked.told.iter().filter_map(|(_, told)| told.failed.as_ref().map(|(reason, _)| reason.code));
            let heard: Vec<Heard> = codes.map(of_code).collect();
            [Heard::TooMany, Heard::Trouble].into_iter().find(|one| heard.contains(one)).unwrap_or(Heard::Nothing)
        }
        End::Cut(_) => Heard::Nothing,
    }
}
