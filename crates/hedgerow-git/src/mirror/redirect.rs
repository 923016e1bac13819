//! Where a redirect leads, which git does not say when it may not follow.

use super::Mirror;
use crate::credential::{Credential, Remote};
use crate::error::RemoteError;
use crate::redact;

impl Mirror {
    /// Asks again, as nobody, and reads the answer's `Location`. The other host hears nothing.
    pub(super) fn redirected(&self) -> RemoteError {
        let nobody = Remote { url: self.remote.url.clone(), credential: Credential::Ambient };
        let Ok(way) = self.guarded_way() else { return RemoteError::Redirected { to: None } };
        let mut line = self.git.commands().network("ls-remote", None, &self.root, &nobody, &way);
        line.config("http.followRedirects=false");
        line.set("GIT_TRACE_CURL", "1");
        line.set("GIT_TRACE_CURL_NO_DATA", "1");
        let finished = self.git.run(&line.operands([self.remote.url.argument()]));
        RemoteError::Redirected { to: finished.ok().and_then(|finished| location(&finished.stderr)) }
    }
}

/// The repository's new URL, without what git appends to ask for its refs.
fn location(trace: &str) -> Option<String> {
    let headers = trace.lines().filter_map(|line| line.split_once("<= Recv header:")).map(|(_, header)| header.trim());
    let mut locations =
        headers.filter_map(|header| header.split_once(':')).filter(|(name, _)| name.eq_ignore_ascii_case("location"));
    let url = locations.next()?.1.trim();
    let url = url.split_once("/info/refs").map_or(url, |(url, _)| url);
    Some(redact::words(url, None))
}

#[cfg(test)]
mod tests {
    use super::location;

    #[test]
    fn the_location_is_found_and_redacted() {
        let trace = "12:00:00.1 http.c:872 <= Recv header: HTTP/2 301\n\
                     12:00:00.1 http.c:872 <= Recv header: location: https://u:pw@new/a.git/info/refs?service=x\n";
        assert_eq!(location(trace).as_deref(), Some("https://new/a.git"));
        assert_eq!(location("<= Recv header: HTTP/1.1 302"), None);
    }
}
