//! What can go wrong between git and its server.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use super::cgi;
use super::message::{self, Full, Request};

/// Which request of git's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// `GET info/refs` for a fetch or an `ls-remote`.
    AskFetch,
    /// `POST git-upload-pack`
    Fetch,
    /// `GET info/refs` for a push.
    AskPush,
    /// `POST git-receive-pack`
    Push,
}

impl Stage {
    /// All of them, in the order in which a run meets them.
    pub const ALL: [Self; 4] = [Self::AskFetch, Self::Fetch, Self::AskPush, Self::Push];

    /// The stage of a request; `None` for one that git would not send.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let target = request.target.as_str();
        if target.ends_with("info/refs?service=git-upload-pack") {
            Some(Self::AskFetch)
        } else if target.ends_with("info/refs?service=git-receive-pack") {
            Some(Self::AskPush)
        } else if target.ends_with("/git-upload-pack") {
            Some(Self::Fetch)
        } else if target.ends_with("/git-receive-pack") {
            Some(Self::Push)
        } else {
            None
        }
    }
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// This status, with these words as its body; nothing is done.
    Status(u16, String),
    /// This status, and when to come again as `Retry-After` has it; nothing is done.
    Later(u16, String),
    /// Everything is done, and this status is the answer nevertheless.
    StatusAfter(u16, String),
    /// A redirect to this URL's same path; nothing is done.
    Redirect(String),
    /// The connection is cut before anything is done.
    CutBefore,
    /// So many thousandths of the request's body reach git; then the connection is cut.
    CutRequest(u16),
    /// Everything is done, and so many thousandths of the answer are sent; then the connection is cut.
    CutAnswer(u16),
    /// Everything is done, and the connection is cut instead of an answer.
    CutAfter,
    /// These very bytes instead of an answer.
    Raw(Vec<u8>),
    /// No answer until the server ends.
    Hang,
    /// Another program is run before anything is done.
    First(PathBuf),
    /// Everything is done, and another program is run before the answer is sent.
    Then(PathBuf),
    /// The repositories below another root answer: a mirror that is behind, or one that takes a push for nobody.
    Elsewhere(PathBuf),
}

/// What goes over the line.
pub(super) enum Answer {
    /// An answer; the connection lives on.
    Whole(Vec<u8>),
    /// These bytes, and the connection is cut.
    Cut(Vec<u8>),
}

/// The answer to a request with which this goes wrong.
pub(super) fn answer(fault: &Fault, root: &Path, request: &Full, stop: &AtomicBool) -> Answer {
    match fault {
        Fault::Status(status, words) => Answer::Whole(message::plain(*status, "Retry-After: 7\r\n", words)),
        Fault::Later(status, after) => {
            Answer::Whole(message::plain(*status, &format!("Retry-After: {after}\r\n"), "come again"))
        }
        Fault::StatusAfter(status, words) => {
            cgi::answer(root, request);
            Answer::Whole(message::plain(*status, "", words))
        }
        Fault::Redirect(base) => {
            let location = format!("Location: {base}{}\r\n", request.line.target);
            Answer::Whole(message::plain(302, &location, ""))
        }
        Fault::CutBefore => Answer::Cut(Vec::new()),
        Fault::CutRequest(thousandths) => {
            cgi::answer(root, &request.cut(*thousandths));
            Answer::Cut(Vec::new())
        }
        Fault::CutAnswer(thousandths) => {
            let mut answer = cgi::answer(root, request);
            answer.truncate(part(answer.len(), *thousandths));
            Answer::Cut(answer)
        }
        Fault::CutAfter => {
            cgi::answer(root, request);
            Answer::Cut(Vec::new())
        }
        Fault::Raw(bytes) => Answer::Cut(bytes.clone()),
        Fault::Hang => {
            while !stop.load(Ordering::Acquire) {
                thread::sleep(Duration::from_millis(10));
            }
            Answer::Cut(Vec::new())
        }
        Fault::First(program) => {
            run(program);
            Answer::Whole(cgi::answer(root, request))
        }
        Fault::Then(program) => {
            let answer = cgi::answer(root, request);
            run(program);
            Answer::Whole(answer)
        }
        Fault::Elsewhere(root) => Answer::Whole(cgi::answer(root, request)),
    }
}

/// So many thousandths of a length.
pub(super) fn part(length: usize, thousandths: u16) -> usize {
    length * usize::from(thousandths.min(1000)) / 1000
}

fn run(program: &Path) {
    assert!(Command::new(program).status().unwrap().success(), "{}", program.display());
}
