//! What a campaign came to, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::class::Class;
use super::judge::Claim;
use super::recovery::Recovery;
use crate::support::times::median_and_most;

/// Counts of one class.
#[derive(Clone, Debug, Default)]
struct Row {
    /// Faults, each of which may strike several runs.
    struck: u64,
    runs: u64,
    verified: u64,
    not_yet: u64,
    failed: u64,
    silent: u64,
    landed: u64,
    /// What the user saw of those that failed, and of those that failed though the commit was there.
    said: BTreeMap<String, u64>,
    said_falsely: BTreeMap<String, u64>,
    took: Duration,
    recoveries: Vec<Duration>,
}

/// Everything that a campaign counted.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    rows: BTreeMap<Class, Row>,
    documents: u64,
    behind: u64,
    /// Failures of runs when nothing was wrong any more, by what the user saw.
    after: BTreeMap<String, u64>,
    violations: Vec<String>,
}

impl Tally {
    pub(super) fn claim(&mut self, class: Class, claim: &Claim) {
        let row = self.rows.entry(class).or_default();
        row.runs += 1;
        match claim {
            Claim::Verified => row.verified += 1,
            Claim::Behind => {
                row.verified += 1;
                self.behind += 1;
            }
            Claim::NotYet => row.not_yet += 1,
            Claim::Silent => row.silent += 1,
            Claim::Failed(code) => {
                row.failed += 1;
                *row.said.entry(code.clone()).or_default() += 1;
            }
            Claim::FailedThoughLanded(code) => {
                row.failed += 1;
                row.landed += 1;
                *row.said_falsely.entry(code.clone()).or_default() += 1;
            }
        }
    }

    /// One fault struck, and this is how long that took.
    pub(super) fn struck(&mut self, class: Class, time: Duration) {
        let row = self.rows.entry(class).or_default();
        row.struck += 1;
        row.took += time;
    }

    pub(super) fn recovered(&mut self, class: Class, recovery: &Recovery) {
        self.rows.entry(class).or_default().recoveries.push(recovery.took);
        for failure in &recovery.failures {
            *self.after.entry(format!("{failure} (after: {})", class.words())).or_default() += 1;
        }
    }

    pub(super) fn documents(&mut self, count: u64) {
        self.documents += count;
    }

    pub(super) fn violation(&mut self, what: String) {
        self.violations.push(what);
    }

    pub(super) fn violations(&self) -> &[String] {
        &self.violations
    }

    /// How an arena of a long campaign went, for those who wait.
    pub(super) fn in_a_line(&self) -> String {
        let sum = |count: fn(&Row) -> u64| self.rows.values().map(count).sum::<u64>();
        let wrong = self.violations.join("; ");
        format!("{} faults, {} runs {wrong}", sum(|row| row.struck), sum(|row| row.runs))
    }

    pub(super) fn add(&mut self, other: Self) {
        for (class, row) in other.rows {
            let mine = self.rows.entry(class).or_default();
            mine.struck += row.struck;
            mine.runs += row.runs;
            mine.verified += row.verified;
            mine.not_yet += row.not_yet;
            mine.failed += row.failed;
            mine.silent += row.silent;
            mine.landed += row.landed;
            mine.took += row.took;
            mine.recoveries.extend(row.recoveries);
            merge(&mut mine.said, row.said);
            merge(&mut mine.said_falsely, row.said_falsely);
        }
        merge(&mut self.after, other.after);
        self.documents += other.documents;
        self.behind += other.behind;
        self.violations.extend(other.violations);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<34} FAULTS  RUNS  VERIFIED  NOT YET  FAILED  SILENT  ms EACH  RECOVERY ms (median, most)  SAID",
            "FAULT"
        )?;
        for (class, row) in &self.rows {
            let Row { struck, runs, verified, not_yet, failed, silent, .. } = row;
            let (median, most) = median_and_most(&row.recoveries);
            let name = class.words();
            let line = format!("{name:<34} {struck:>6} {runs:>5} {verified:>9} {not_yet:>8} {failed:>7} {silent:>7}");
            let each = row.took.as_millis() / u128::from(row.struck.max(1));
            writeln!(f, "{line} {each:>8} {median:>14} {most:>12}    {}", list(&row.said))?;
        }
        let sum = |count: fn(&Row) -> u64| self.rows.values().map(count).sum::<u64>();
        let all: Vec<Duration> = self.rows.values().flat_map(|row| row.recoveries.iter().copied()).collect();
        let (median, most) = median_and_most(&all);
        writeln!(f, "faults injected        {}", sum(|row| row.struck))?;
        writeln!(f, "faulted runs           {}", sum(|row| row.runs))?;
        writeln!(f, "recoveries             {}, in ms: median {median}, most {most}", all.len())?;
        writeln!(f, "documents pushed       {}", self.documents)?;
        writeln!(f, "documents lost         {}", self.count("DOCUMENTS LOST"))?;
        writeln!(f, "false successes        {}", self.count("FALSE SUCCESS"))?;
        writeln!(
            f,
            "other violations       {}",
            self.violations.len() - self.count("DOCUMENTS LOST") - self.count("FALSE SUCCESS")
        )?;
        let mut falsely = BTreeMap::new();
        self.rows.values().for_each(|row| merge(&mut falsely, row.said_falsely.clone()));
        writeln!(
            f,
            "false failures         {} (the commit is there; the next run says so) {}",
            sum(|row| row.landed),
            list(&falsely)
        )?;
        writeln!(
            f,
            "behind a mirror        {} (verified at the commit that the mirror showed, and named it)",
            self.behind
        )?;
        writeln!(f, "failed when mended     {} {}", self.after.values().sum::<u64>(), list(&self.after))
    }
}

impl Tally {
    fn count(&self, word: &str) -> usize {
        self.violations.iter().filter(|what| what.contains(word)).count()
    }
}

fn merge(into: &mut BTreeMap<String, u64>, from: BTreeMap<String, u64>) {
    for (what, count) in from {
        *into.entry(what).or_default() += count;
    }
}

fn list(counts: &BTreeMap<String, u64>) -> String {
    counts.iter().map(|(what, count)| format!("{count} × {what}")).collect::<Vec<_>>().join(", ")
}
