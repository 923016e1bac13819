//! Faults of the server, and people who meddle while a run talks to it.

use std::path::PathBuf;

use hedgerow_testkit::{Fault, GitHttp, Stage};

use crate::faults::arena::Arena;
use crate::faults::class::Class;
use crate::support::git::Remote;
use crate::support::ran::Ran;

/// Errors that forges and proxies answer with.
const STATUSES: &[u16] = &[400, 401, 403, 404, 409, 413, 422, 429, 500, 502, 503, 504];

impl Arena {
    pub(super) fn struck_by_server(&mut self, class: Class) -> Ran {
        self.arm(class);
        let more: &[&str] = match class {
            Class::Hangs => &["--timeout", "1500ms"],
            // The mirror never shows what the push was refused for.
            Class::OldHeadAlways => &["--timeout", "3s"],
            _ => &[],
        };
        self.run(&Vec::new(), more)
    }

    /// The server, or somebody who pushes to it, will do this to whoever comes next.
    pub(in crate::faults) fn arm(&mut self, class: Class) {
        match class {
            Class::Refuses => self.http().shut(),
            Class::Hangs => self.somewhere(Fault::Hang),
            Class::CutBefore => self.somewhere(Fault::CutBefore),
            Class::CutRequest => {
                let part = self.random.u16(..1000);
                self.at(Stage::Push, 0, Fault::CutRequest(part));
            }
            Class::CutAnswer => {
                let part = self.random.u16(..1000);
                self.somewhere(Fault::CutAnswer(part));
            }
            Class::AnswerLost => self.at(Stage::Push, 0, Fault::CutAfter),
            Class::ErrorThoughTaken => {
                let status = self.some_status();
                self.at(Stage::Push, 0, Fault::StatusAfter(status, "not today".to_owned()));
            }
            Class::SuccessThoughLost => {
                let root = self.elsewhere(0);
                self.at(Stage::AskPush, 0, Fault::Elsewhere(root.clone()));
                self.at(Stage::Push, 0, Fault::Elsewhere(root));
            }
            Class::OldHead => {
                let back = self.random.usize(1..=3);
                let root = self.elsewhere(back);
                // The list of branches and the objects for the first look, or the list of branches for the second.
                if self.random.bool() {
                    self.at(Stage::Fetch, 0, Fault::Elsewhere(root.clone()));
                    self.at(Stage::Fetch, 0, Fault::Elsewhere(root));
                } else {
                    self.at(Stage::Fetch, 2, Fault::Elsewhere(root));
                }
            }
            Class::OldHeadAlways => {
                let back = self.random.usize(1..=3);
                let root = self.elsewhere(back);
                self.http().fail(Stage::Fetch, Fault::Elsewhere(root));
            }
            Class::Status => self.answers_with_a_status(),
            Class::Redirect => self.somewhere(Fault::Redirect("http://127.0.0.1:9".to_owned())),
            _ => {
                let program = self.meddling(class);
                let after = self.random.bool();
                self.somewhere(if after { Fault::Then(program) } else { Fault::First(program) });
            }
        }
    }

    /// What a person does at the worst moment.
    pub(in crate::faults) fn meddling(&mut self, class: Class) -> PathBuf {
        match class {
            Class::BranchMoves => self.moves(),
            Class::SameRaw => self.edits_raw(),
            Class::SameManaged => self.edits_managed(),
            Class::DirectoryDeleted => self.deletes_directory(),
            Class::BranchRenamed => self.renames_branch(),
            Class::ForcePush => self.forces_back(),
            other => panic!("{other:?} is nobody's meddling"),
        }
    }

    /// At any request of a run: the first look asks once and fetches twice, a push asks and sends, the second look asks twice.
    pub(in crate::faults) fn somewhere(&mut self, fault: Fault) {
        let (stage, place) = *self.random.choice(PLACES).unwrap();
        self.at(stage, place, fault);
    }

    /// At the request of this stage that comes after so many others of it.
    fn at(&mut self, stage: Stage, place: usize, fault: Fault) {
        let http: &GitHttp = self.http();
        for _ in 0..place {
            http.fail_once(stage, Fault::Then("/bin/true".into()));
        }
        http.fail_once(stage, fault);
    }

    fn some_status(&mut self) -> u16 {
        *self.random.choice(STATUSES).unwrap()
    }

    fn answers_with_a_status(&mut self) {
        let (status, page) = (self.some_status(), "<html><body>a page</body></html>".to_owned());
        // A proxy's page instead of git's protocol.
        let fault = Fault::Status(if self.random.u8(..8) == 0 { 200 } else { status }, page);
        if self.random.bool() {
            self.somewhere(fault);
        } else {
            let stage = *self.random.choice(Stage::ALL.as_slice()).unwrap();
            self.http().fail(stage, fault);
        }
    }

    /// A copy of the remote that is so many commits behind, and the root that it is below.
    fn elsewhere(&self, back: usize) -> PathBuf {
        let root = self.scene.path("elsewhere");
        if root.exists() {
            std::fs::remove_dir_all(&root).unwrap();
        }
        std::fs::create_dir(&root).unwrap();
        let copy: Remote = self.remote.clone_to(root.join("remote.git"), &["--bare"]);
        copy.git(&["config", "http.receivepack", "true"]);
        let back = back.min(copy.count("main") - 1);
        let old = copy.rev(&format!("main~{back}"));
        copy.git(&["update-ref", "refs/heads/main", &old]);
        root
    }
}

/// The requests of a run that changes something, in order, by stage and place among those of the stage.
const PLACES: &[(Stage, usize)] = &[
    (Stage::AskFetch, 0),
    (Stage::Fetch, 0),
    (Stage::Fetch, 1),
    (Stage::AskPush, 0),
    (Stage::Push, 0),
    (Stage::AskFetch, 1),
    (Stage::Fetch, 2),
];
