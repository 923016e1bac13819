//! The path's ten steps, as far as a run has come, each with how long it took.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::HtmlSafe;
use hedgerow_store::{RunOutcome, RunRecord};
use hedgerow_sync::service::Progress;
use serde_json::Value;

/// The path's ten steps.
const STEPS: [&str; 10] =
    ["trigger", "fetch", "read", "parse", "validate", "plan", "commit", "push", "verify", "record"];
const PLAN: usize = 5;
const RECORD: usize = 9;

/// A step.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: &'static str,
    class: &'static str,
    took: String,
}

/// The steps of a run.
#[derive(Clone, Debug, PartialEq, Eq, Template)]
#[template(
    source = r#"<ol class="steps">{% for step in steps %}<li class="{{ step.class }}"{% if step.class == "now" %} aria-current="step"{% endif %}>{{ step.name }}<span class="took">{{ step.took }}</span></li>{% endfor %}</ol>"#,
    ext = "html"
)]
pub(crate) struct Steps {
    steps: Vec<Step>,
}

impl HtmlSafe for Steps {}

/// When a run came to which step: its place among the ten, and the time in ms after its start.
type Marks = BTreeMap<usize, i64>;

impl Steps {
    /// Of a run that is under way, or of which nothing else is known than its row.
    pub(crate) fn of(run: &RunRecord, report: &Value, passed: &[Progress], now_ms: i64) -> Self {
        let marks = match &run.ending {
            Some(_) => of_report(report),
            None => of_visit(run, passed),
        };
        match &run.ending {
            _ if marks.is_empty() => Self::of_row(run),
            Some(ending) => ended(&marks, ending.outcome, ending.finished_ms - run.started_ms),
            None => under_way(&marks, now_ms - run.started_ms),
        }
    }

    /// As far as the row alone tells: a run is somewhere after its intent, or before it.
    fn of_row(run: &RunRecord) -> Self {
        let (reached, stopped) = match &run.ending {
            None if run.intent.is_some() => (7, false),
            None => (1, false),
            Some(ending) if ending.outcome == RunOutcome::Failed => (if run.intent.is_some() { 7 } else { 1 }, true),
            Some(_) => (STEPS.len(), false),
        };
        let class = |at: usize| match at {
            _ if at < reached => "done",
            _ if at > reached => "",
            _ if stopped => "stopped",
            _ => "now",
        };
        Self::with(|at| (class(at), String::new()))
    }

    fn with(step: impl Fn(usize) -> (&'static str, String)) -> Self {
        let steps = STEPS.iter().enumerate().map(|(at, name)| {
            let (class, took) = step(at);
            Step { name, class, took }
        });
        Self { steps: steps.collect() }
    }
}

/// The place of a step that a run tells of in its own words.
fn place(word: &str) -> Option<usize> {
    match word {
        "waiting for the repository" | "looking" => Some(0),
        "fetching" => Some(1),
        "reading" => Some(2),
        "parsing" => Some(3),
        "validating" => Some(4),
        "planning" => Some(PLAN),
        "committing" => Some(6),
        "pushing" => Some(7),
        "verifying" => Some(8),
        "recording" => Some(RECORD),
        _ => None,
    }
}

/// Notes a step; one that comes again begins a new round.
fn note(marks: &mut Marks, word: &str, after_ms: i64) {
    if let Some(at) = place(word) {
        let _ = marks.split_off(&at);
        marks.insert(at, after_ms.max(0));
    }
}

fn of_report(report: &Value) -> Marks {
    let mut marks = Marks::new();
    for step in report["steps"].as_array().into_iter().flatten() {
        note(&mut marks, step["step"].as_str().unwrap_or_default(), step["after_ms"].as_i64().unwrap_or_default());
    }
    marks
}

fn of_visit(run: &RunRecord, passed: &[Progress]) -> Marks {
    let mut marks = Marks::new();
    let own = passed.iter().filter(|step| step.run.as_ref().is_none_or(|id| *id == run.id));
    own.for_each(|step| note(&mut marks, step.step, step.at_ms - run.started_ms));
    marks
}

/// How long the step of this mark took: until the next one, or until `end_ms`.
fn took(marks: &Marks, at: usize, end_ms: i64) -> String {
    let Some(begun) = marks.get(&at) else { return String::new() };
    let until = marks.range(at + 1..).next().map_or(end_ms, |(_, next)| *next);
    seconds(until - begun)
}

fn seconds(ms: i64) -> String {
    match ms.max(0) {
        ms @ ..1_000 => format!("{ms} ms"),
        ms => format!("{}.{} s", ms / 1_000, ms % 1_000 / 100),
    }
}

/// Whether a run passed the step. `undo`, and builds that did not tell of parsing and validating, say `planning` of all three.
fn passed(marks: &Marks, at: usize) -> bool {
    at == 0 || marks.contains_key(&at) || ((3..PLAN).contains(&at) && marks.contains_key(&PLAN))
}

fn under_way(marks: &Marks, now_ms: i64) -> Steps {
    let now = marks.keys().next_back().copied().unwrap_or_default();
    Steps::with(|at| match at {
        at if at == now => ("now", took(marks, at, now_ms)),
        at if at > now => ("", String::new()),
        at if passed(marks, at) => ("done", took(marks, at, now_ms)),
        _ => ("skipped", "not needed".to_owned()),
    })
}

fn ended(marks: &Marks, outcome: RunOutcome, end_ms: i64) -> Steps {
    // A run that failed stopped at the last step before it wrote that down.
    let last = marks.keys().copied().rfind(|at| *at < RECORD).unwrap_or_default();
    let failed = outcome == RunOutcome::Failed;
    Steps::with(|at| match at {
        at if failed && at == last => ("stopped", took(marks, at, end_ms)),
        at if failed && at > last && at < RECORD => ("", String::new()),
        at if passed(marks, at) => ("done", took(marks, at, end_ms)),
        _ => ("skipped", "not needed".to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(words: &[(&str, i64)]) -> Marks {
        let mut marks = Marks::new();
        words.iter().for_each(|(word, at)| note(&mut marks, word, *at));
        marks
    }

    fn drawn(steps: &Steps) -> Vec<String> {
        steps.steps.iter().map(|step| format!("{} {} {}", step.name, step.class, step.took).trim().to_owned()).collect()
    }

    #[test]
    fn a_run_under_way_shows_where_it_is_and_for_how_long() {
        let marks = marks(&[
            ("fetching", 5),
            ("reading", 1_205),
            ("parsing", 1_250),
            ("validating", 1_270),
            ("planning", 1_300),
            ("committing", 1_400),
            ("pushing", 1_500),
        ]);
        let steps = drawn(&under_way(&marks, 4_000));
        assert_eq!(steps[1], "fetch done 1.2 s");
        assert_eq!(steps[2..6], ["read done 45 ms", "parse done 20 ms", "validate done 30 ms", "plan done 100 ms"]);
        assert_eq!((steps[7].as_str(), steps[8].as_str()), ("push now 2.5 s", "verify"));
    }

    #[test]
    fn who_tells_of_planning_alone_parsed_and_validated_then() {
        let undo = marks(&[("fetching", 0), ("reading", 1), ("planning", 2), ("committing", 5), ("recording", 9)]);
        let steps = drawn(&ended(&undo, RunOutcome::Changed, 10));
        assert_eq!(steps[3..6], ["parse done", "validate done", "plan done 3 ms"]);
    }

    #[test]
    fn a_round_that_was_overtaken_is_not_shown() {
        let marks = marks(&[("fetching", 5), ("reading", 10), ("pushing", 20), ("fetching", 40)]);
        assert_eq!(marks.into_iter().collect::<Vec<_>>(), [(1, 40)]);
    }

    #[test]
    fn a_run_that_had_nothing_to_write_needed_no_push_and_one_that_failed_stopped_somewhere() {
        let quiet = marks(&[("fetching", 0), ("reading", 1), ("planning", 2), ("verifying", 3), ("recording", 4)]);
        let steps = drawn(&ended(&quiet, RunOutcome::Unchanged, 9));
        assert_eq!((steps[7].as_str(), steps[9].as_str()), ("push skipped not needed", "record done 5 ms"));
        let failed = marks(&[("fetching", 0), ("reading", 1), ("planning", 2), ("recording", 4)]);
        let steps = drawn(&ended(&failed, RunOutcome::Failed, 9));
        assert_eq!((steps[5].as_str(), steps[6].as_str()), ("plan stopped 2 ms", "commit"));
    }
}
