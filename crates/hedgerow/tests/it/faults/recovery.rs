//! Everything is mended; how long until a run ends verified?

use std::time::{Duration, Instant};

use super::arena::{Arena, Server};
use super::class::Class;
use super::judge::Claim;

/// How many runs it may take.
const ATTEMPTS: u32 = 3;

/// What it took.
#[derive(Clone, Debug, Default)]
pub(super) struct Recovery {
    pub(super) took: Duration,
    /// Why runs failed although nothing was wrong any more.
    pub(super) failures: Vec<String>,
}

impl Arena {
    /// The world is as it should be again. Documents are another matter.
    pub(super) fn mend(&mut self, class: Class) {
        let head = self.remote.git(&["for-each-ref", "--format=%(objectname)", "refs/heads/main"]);
        self.left_at = (!head.is_empty()).then_some(head);
        match (class, &mut self.server) {
            (Class::Refuses, Server::Http(http) | Server::Https(http, _)) => http.reopen(),
            (Class::Hangs, Server::Http(http) | Server::Https(http, _)) => {
                http.shut();
                http.reopen();
            }
            (Class::Hook, _) => self.remote.unhook("pre-receive"),
            _ => {}
        }
        self.heal();
        self.people_mend();
    }

    /// The server answers as it should.
    pub(super) fn heal(&self) {
        if let Server::Http(http) | Server::Https(http, _) = &self.server {
            http.heal();
        }
    }

    /// Runs until one ends verified.
    pub(super) fn recover(&mut self) -> Result<Recovery, String> {
        let begun = Instant::now();
        let mut failures = Vec::new();
        let mut story = String::new();
        for _ in 0..ATTEMPTS {
            let before = self.been();
            let ran = crate::support::ran::Ran::of(&mut self.sync(&Vec::new(), &[]));
            let since = self.been_since(&before);
            story = ran.story();
            match self.judge(None, &ran, &since)? {
                Claim::Verified => return Ok(Recovery { took: begun.elapsed(), failures }),
                Claim::NotYet => failures.push("not yet".to_owned()),
                Claim::Failed(code) | Claim::FailedThoughLanded(code) => failures.push(code),
                Claim::Behind | Claim::Silent => failures.push("silence".to_owned()),
            }
        }
        Err(format!("no recovery in {ATTEMPTS} runs: {failures:?}\n{story}"))
    }

    /// What the branch was before a moment, last, and all that it was since.
    pub(super) fn been_since(&self, before: &[String]) -> Vec<String> {
        self.been().split_off(before.len().saturating_sub(1))
    }
}
