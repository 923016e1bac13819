//! Answers: a page, a failure that says why and what to do, or a way back with a notice.

use askama::Template;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::cookie::Cookie;
use super::parts::{Notice, Tone};
use super::shell::Shell;
use super::site::Site;
use super::visitor::Visitor;
use crate::problem::{Kind, Problem};

/// A notice is kept in a cookie for so long, in seconds.
const NOTICE_S: i64 = 60;
/// The most characters of a notice's words.
const MAX_NOTICE_CHARS: usize = 600;

/// A page.
pub(crate) fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(html) => Html(html).into_response(),
        Err(error) => {
            tracing::error!(%error, "a page could not be rendered");
            StatusCode::INTERNAL_SERVER_ERROR.into_response()
        }
    }
}

/// To a page that asks for itself: the page, or, for `None`, that it is as it was.
pub(crate) fn renewed(visitor: &Visitor, made: Result<Option<impl Template>, Problem>) -> Response {
    match made {
        Ok(Some(made)) => page(&made),
        Ok(None) => StatusCode::NO_CONTENT.into_response(),
        Err(why) => problem(visitor, &why),
    }
}

/// A page that says what could not be done.
#[derive(Template)]
#[template(path = "oops.html")]
pub(crate) struct Oops {
    shell: Shell,
    title: String,
    what: String,
    fix: String,
}

impl Oops {
    /// Says it to a visitor.
    pub(crate) fn of(visitor: &Visitor, status: StatusCode, what: &str, fix: &str) -> Response {
        let title = match status {
            StatusCode::NOT_FOUND => "There is no such page",
            StatusCode::FORBIDDEN => "That is not yours to do",
            _ => "That did not work",
        };
        let (what, fix) = (what.to_owned(), fix.to_owned());
        let oops = Self { shell: Shell { slim: true, ..visitor.shell.clone() }, title: title.to_owned(), what, fix };
        (status, page(&oops)).into_response()
    }
}

/// Says to a visitor what the API said.
pub(crate) fn problem(visitor: &Visitor, problem: &Problem) -> Response {
    Oops::of(visitor, problem.kind().status(), problem.detail(), problem.what_to_do().unwrap_or_default())
}

/// What cannot even be said on a page.
pub(crate) fn failed(problem: &Problem) -> Response {
    (problem.kind().status(), problem.detail().to_owned()).into_response()
}

/// Back to a page of ours, with what came of it.
pub(crate) fn back(site: &Site, to: &str, notice: &Notice) -> Response {
    let to = if is_ours(to) { to } else { "/" };
    let cookie = Cookie::Notice.set(&write_notice(notice), NOTICE_S, site.settings.is_https);
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())], [(header::SET_COOKIE, cookie)]).into_response()
}

/// Back, with what the API said.
pub(crate) fn outcome(site: &Site, to: &str, done: Result<Notice, Problem>) -> Response {
    match done {
        Ok(notice) => back(site, to, &notice),
        Err(problem) => back(site, to, &refusal(&problem)),
    }
}

/// A refusal in words.
pub(crate) fn refusal(problem: &Problem) -> Notice {
    let more = problem.what_to_do().unwrap_or_default().to_owned();
    Notice {
        tone: if problem.kind() == Kind::Internal { Tone::Bad } else { Tone::Wait },
        what: problem.detail().to_owned(),
        more,
    }
}

/// Something that was done.
pub(crate) fn done(what: impl Into<String>, more: impl Into<String>) -> Notice {
    Notice { tone: Tone::Good, what: what.into(), more: more.into() }
}

/// Whether an address that a form brings is one of ours: a path, and no other host by any spelling.
pub(crate) fn is_ours(to: &str) -> bool {
    to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.chars().any(char::is_control)
}

fn write_notice(notice: &Notice) -> String {
    let short = |text: &str| text.chars().take(MAX_NOTICE_CHARS).collect::<String>().replace('\n', " ");
    let text = format!("{}\n{}\n{}", notice.tone.word(), short(&notice.what), short(&notice.more));
    URL_SAFE_NO_PAD.encode(text)
}

/// The notice that a cookie holds.
pub(crate) fn read_notice(text: &str) -> Option<Notice> {
    let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
    let mut lines = text.split('\n');
    let tone = match lines.next()? {
        "good" => Tone::Good,
        "bad" => Tone::Bad,
        _ => Tone::Wait,
    };
    Some(Notice { tone, what: lines.next()?.to_owned(), more: lines.next().unwrap_or_default().to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_comes_back_as_it_was() {
        let notice = done("It is <b>done</b>; ünd", "see \"there\"");
        assert_eq!(read_notice(&write_notice(&notice)), Some(notice));
        assert_eq!(read_notice("no base64!"), None);
    }

    #[test]
    fn a_way_back_never_leads_elsewhere() {
        assert!(is_ours("/fabrics/a?x=1"));
        for bad in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\r\nb"] {
            assert!(!is_ours(bad), "{bad}");
        }
    }
}
