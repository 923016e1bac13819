//! What was claimed, against what is so: plain git and SQL, nothing of the product.

use serde_json::Value;

use super::arena::Arena;
use super::class::Class;
use super::documents;
use crate::support::fixtures::DIR;
use crate::support::oracle;
use crate::support::ran::Ran;

/// The committer of the program under test.
const OURS: &str = "hedgerow@hedgerow.invalid";

/// What a run claimed, and whether it is so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Done and verified, and it is.
    Verified,
    /// Verified at a commit that a mirror still showed and the branch had left.
    Behind,
    /// Pushed, and not yet verified.
    NotYet,
    /// Failed, for the reason of this code; and the remote has nothing of it.
    Failed(String),
    /// Failed, for the reason of this code; yet the branch has its commit.
    FailedThoughLanded(String),
    /// It ended without a word: killed, or out of memory.
    Silent,
}

impl Arena {
    /// Judges a run that a fault of `class` struck, once the remote is mended. `been` is what the branch was before and since.
    pub(super) fn judge(&mut self, class: Option<Class>, ran: &Ran, been: &[String]) -> Result<Claim, String> {
        self.only_known_commits()?;
        let Ok(report) = serde_json::from_str::<Value>(&ran.stdout()) else { return silent(class, ran) };
        let verified = report["verification"] == "verified";
        match ran.code() {
            0 | 1 if verified => self.is_so(&report, been),
            3 if report["verification"] == "not_yet" => Ok(Claim::NotYet),
            2 if report["outcome"] == "failed" => {
                let claim = self.failed(&report, been)?;
                self.why_unreadable(class, claim).map_err(|what| format!("{what}\n{}", ran.story()))
            }
            // It had said all, and was killed on its way out: what it said must be so.
            code if code < 0 && verified => self.is_so(&report, been),
            code if code < 0 => silent(class, ran),
            _ => Err(format!("the exit code does not fit the report\n{}", ran.story())),
        }
    }

    /// Judges a run of a service by what its record says.
    pub(super) fn judge_record(&mut self, report: &Value, been: &[String]) -> Result<Claim, String> {
        self.only_known_commits()?;
        match (report["outcome"].as_str(), report["verification"].as_str()) {
            (None, _) => Ok(Claim::Silent),
            (_, Some("verified")) => self.is_so(report, been),
            (Some("failed"), _) => self.failed(report, been),
            (_, Some("not_yet")) => Ok(Claim::NotYet),
            (_, Some("differs")) => Ok(Claim::Failed("differs".to_owned())),
            _ => Err(format!("a record that is nothing of what it may be: {report:#}")),
        }
    }

    /// Success was claimed.
    fn is_so(&self, report: &Value, been: &[String]) -> Result<Claim, String> {
        let at = report["commit"].as_str().or(report["read"]["commit"].as_str()).unwrap_or_default();
        let false_success = |what: &str| Err(format!("FALSE SUCCESS: {what}: {report:#}"));
        if !documents::is_drained(&self.remote, at) {
            return false_success("the inbox is not empty");
        }
        if been.iter().any(|head| self.has(head, at)) {
            return Ok(Claim::Verified);
        }
        if report["commit"].is_null() && self.been().iter().any(|head| head == at) {
            return Ok(Claim::Behind);
        }
        false_success("the branch never had that commit")
    }

    /// Failure was claimed. That is false where the branch has the commit of that run all the same, and always had it since.
    fn failed(&self, report: &Value, been: &[String]) -> Result<Claim, String> {
        let code = report["reason"]["code"].as_str().unwrap_or("(none)").to_owned();
        let run = report["run"].as_str().unwrap_or_default();
        let landed = been.iter().find(|head| self.is_ours(head) && self.trailer(head, "Hedgerow-Run") == run);
        Ok(match landed {
            None => Claim::Failed(code),
            // Said in the same breath: it is there, and could not be written down.
            Some(_) if report["verification"] == "verified" => Claim::Failed(format!("{code}, commit verified")),
            Some(landed) if code == "lost" && self.was_taken_away(landed) => {
                Claim::Failed("lost, taken away".to_owned())
            }
            Some(_) => Claim::FailedThoughLanded(code),
        })
    }

    /// A run may say that it cannot read its copy of the repository where somebody damaged that, just then or in a file that
    /// nobody has read since; or where a limit left git no room to read it in.
    fn why_unreadable(&mut self, class: Option<Class>, claim: Claim) -> Result<Claim, String> {
        if claim != Claim::Failed("objects".to_owned()) {
            return Ok(claim);
        }
        let damaged_before = std::mem::take(&mut self.damaged);
        match class {
            Some(Class::CacheDamaged | Class::DiskFull | Class::FileLimit | Class::ReadOnly | Class::Memory) => {
                Ok(claim)
            }
            _ if damaged_before => Ok(Claim::Failed("objects, damaged before".to_owned())),
            _ => Err("nobody damaged its copy of the repository, and it says that it cannot read it".to_owned()),
        }
    }

    /// Whether somebody took this commit from the branch, or the branch from under it, as the faults had left it.
    fn was_taken_away(&self, commit: &str) -> bool {
        !self.left_at.as_ref().is_some_and(|head| self.has(head, commit))
    }

    /// Every commit that the branch ever had was made by people, or is ours and honest.
    pub(super) fn only_known_commits(&mut self) -> Result<(), String> {
        for commit in self.been() {
            if self.people.contains(&commit) || self.honest.contains(&commit) {
                continue;
            }
            if !self.is_ours(&commit) {
                return Err(format!("nobody made {commit}"));
            }
            self.is_honest(&commit)?;
            self.honest.push(commit);
        }
        Ok(())
    }

    /// A commit of ours loses nothing, invents nothing, and leaves nothing that it could take.
    fn is_honest(&self, commit: &str) -> Result<(), String> {
        let before = format!("{commit}^");
        oracle::nothing_outside_differs(&self.remote.tree(&before), &self.remote.tree(commit), DIR);
        let (there, here) = (documents::all(&self.remote, &before), documents::managed(&self.remote, commit));
        if there != here {
            return Err(format!("{commit} lost or invented something: {there:#?} became {here:#?}"));
        }
        if !documents::is_drained(&self.remote, commit) || documents::is_drained(&self.remote, &before) {
            return Err(format!("{commit} took nothing, or left something"));
        }
        Ok(())
    }

    /// After everything is mended and one run has ended verified: nothing is lost, and the store equals git.
    pub(super) fn settled(&mut self) -> Result<(), String> {
        self.only_known_commits()?;
        let head = self.remote.head();
        let managed = documents::managed(&self.remote, &head);
        if managed != self.pushed {
            return Err(format!("DOCUMENTS LOST: pushed {:#?}, there are {managed:#?}", self.pushed));
        }
        if !documents::is_drained(&self.remote, &head) {
            return Err("the inbox is not empty".to_owned());
        }
        if self.honest.len() > self.people.len() {
            return Err(format!("{} commits for {} of people's", self.honest.len(), self.people.len()));
        }
        self.store_equals_git(managed.keys().map(String::as_str).collect())
    }

    fn store_equals_git(&self, names: Vec<&str>) -> Result<(), String> {
        // Many that are gone at once, as after a force, wait for a person's word: the record says so.
        let present = "state = 'present' AND missing_run IS NULL";
        let objects = self.scene.sql(&format!("SELECT name, path FROM objects WHERE {present} ORDER BY name"));
        let expected: Vec<_> = names.iter().map(|name| format!("{name}|{}", documents::managed_path(name))).collect();
        if objects != expected.join("\n") {
            let runs = self.scene.sql(
                "SELECT outcome, verification, substr(head, 1, 8), substr(recorded_commit, 1, 8), reason FROM runs",
            );
            return Err(format!(
                "the store has other objects than git: {objects}, git has {expected:?}\n{runs}\n{:?}",
                self.been()
            ));
        }
        let open = self.scene.sql("SELECT id FROM runs WHERE finished_ms IS NULL");
        if !open.is_empty() {
            return Err(format!("runs are still open: {open}"));
        }
        let claimed =
            self.scene.sql("SELECT commit_id FROM runs WHERE verification = 'verified' AND commit_id IS NOT NULL");
        match claimed.lines().find(|commit| !self.honest.iter().any(|honest| honest == commit)) {
            Some(commit) => Err(format!("FALSE SUCCESS on record: the branch never had {commit}")),
            None => Ok(()),
        }
    }

    fn is_ours(&self, commit: &str) -> bool {
        self.remote.git(&["log", "-1", "--format=%ce", commit]) == OURS
    }

    fn trailer(&self, commit: &str, key: &str) -> String {
        self.remote.trailer(commit, key).unwrap_or_default()
    }

    /// Whether `head` is `commit` or has it in its history.
    pub(super) fn has(&self, head: &str, commit: &str) -> bool {
        head == commit || self.remote.git(&["rev-list", head]).lines().any(|known| known == commit)
    }
}

/// No report at all: an honest program says why, or it was killed, or it had no memory left to say anything.
fn silent(class: Option<Class>, ran: &Ran) -> Result<Claim, String> {
    match ran.code() {
        code if code < 0 => Ok(Claim::Silent),
        2 => Ok(Claim::Failed(first_words(&ran.stderr()))),
        101.. if class == Some(Class::Memory) => Ok(Claim::Silent),
        _ => Err(format!("neither a report nor a reason\n{}", ran.story())),
    }
}

/// What the user saw, short: without paths and numbers.
fn first_words(text: &str) -> String {
    let line = text.lines().find(|line| line.starts_with("hedgerow: ")).unwrap_or("(no words)");
    line.split(' ').skip(1).take(5).collect::<Vec<_>>().join(" ")
}
