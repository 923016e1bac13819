//! Our cookies: a session, a visit (for whoever is not signed in), a theme, and one notice.

use axum::http::{HeaderMap, HeaderValue, header};

/// Which cookie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// Somebody is signed in.
    Session,
    /// Somebody is here: forms of those who are not signed in are bound to it.
    Visit,
    /// Light or dark.
    Theme,
    /// What came of the last form.
    Notice,
}

impl Cookie {
    /// Over https the names are such that no other host may set them.
    fn name(self, is_https: bool) -> &'static str {
        match (self, is_https) {
            (Self::Session, true) => "__Host-hedgerow-session",
            (Self::Session, false) => "hedgerow-session",
            (Self::Visit, true) => "__Host-hedgerow-visit",
            (Self::Visit, false) => "hedgerow-visit",
            (Self::Theme, _) => "hedgerow-theme",
            (Self::Notice, _) => "hedgerow-notice",
        }
    }

    /// What a request brings.
    pub(crate) fn read(self, headers: &HeaderMap, is_https: bool) -> Option<String> {
        let name = self.name(is_https);
        let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
        let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
        pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
    }

    /// Lets a browser keep `value` for so long; 0 s: no longer. `value` has no character that a cookie may not have.
    pub(crate) fn set(self, value: &str, keep_s: i64, is_https: bool) -> HeaderValue {
        let secure = if is_https { "; Secure" } else { "" };
        let name = self.name(is_https);
        let text = format!("{name}={value}; Path=/; Max-Age={keep_s}; HttpOnly; SameSite=Lax{secure}");
        HeaderValue::try_from(text).expect("our cookies' values are legal in a header")
    }
}
