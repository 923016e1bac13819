//! What a campaign came to, as a table.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::class::Class;
use super::judge::Claim;
use super::recovery::Recovery;

/// Counts of one class.
#[derive(Clone, Debug, Default)]
struct Row {
    runs: u64,
    verified: u64,
    not_yet: u64,
    failed: u64,
    silent: u64,
    landed: u64,
    reasons: BTreeMap<String, u64>,
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
            Claim::Failed(_) => row.failed += 1,
            Claim::FailedThoughLanded(code) => {
                row.failed += 1;
                row.landed += 1;
                *row.reasons.entry(code.clone()).or_default() += 1;
            }
        }
    }

    pub(super) fn took(&mut self, class: Class, time: Duration) {
        self.rows.entry(class).or_default().took += time;
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

    pub(super) fn add(&mut self, other: Self) {
        for (class, row) in other.rows {
            let mine = self.rows.entry(class).or_default();
            mine.runs += row.runs;
            mine.verified += row.verified;
            mine.not_yet += row.not_yet;
            mine.failed += row.failed;
            mine.silent += row.silent;
            mine.landed += row.landed;
            mine.took += row.took;
            mine.recoveries.extend(row.recoveries);
            for (reason, count) in row.reasons {
                *mine.reasons.entry(reason).or_default() += count;
            }
        }
        for (failure, count) in other.after {
            *self.after.entry(failure).or_default() += count;
        }
        self.documents += other.documents;
        self.behind += other.behind;
        self.violations.extend(other.violations);
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{:<34}  RUNS  VERIFIED  NOT YET  FAILED  SILENT  FALSE FAILURES  ms EACH  RECOVERY ms (median, most)",
            "FAULT"
        )?;
        for (class, row) in &self.rows {
            let Row { runs, verified, not_yet, failed, silent, landed, .. } = row;
            let (median, most) = times(&row.recoveries);
            let name = class.words();
            let line = format!("{name:<34} {runs:>5} {verified:>9} {not_yet:>8} {failed:>7} {silent:>7} {landed:>15}");
            let each = row.took.as_millis() / u128::from(row.runs.max(1));
            writeln!(f, "{line} {each:>8}  {median:>7} {most:>7}  {}", list(&row.reasons))?;
        }
        let sum = |count: fn(&Row) -> u64| self.rows.values().map(count).sum::<u64>();
        let all: Vec<Duration> = self.rows.values().flat_map(|row| row.recoveries.iter().copied()).collect();
        let (median, most) = times(&all);
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
        writeln!(f, "false failures         {} (the commit is there; the next run says so)", sum(|row| row.landed))?;
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

fn times(all: &[Duration]) -> (u128, u128) {
    let mut sorted: Vec<u128> = all.iter().map(Duration::as_millis).collect();
    sorted.sort_unstable();
    (sorted.get(sorted.len() / 2).copied().unwrap_or(0), sorted.last().copied().unwrap_or(0))
}

fn list(counts: &BTreeMap<String, u64>) -> String {
    counts.iter().map(|(what, count)| format!("{count} × {what}")).collect::<Vec<_>>().join(", ")
}
