//! What the rounds came to, as a table. What may not be at all ends the test when it is seen.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::replica::Fault;
use crate::support::times::median_and_most;

/// How long the others took to do what was there to do, and how long until all was well again.
#[derive(Default)]
struct Row {
    taken_over: Vec<Duration>,
    recovered: Vec<Duration>,
}

/// See the module.
#[derive(Default)]
pub(super) struct Tally {
    rows: BTreeMap<Fault, Row>,
    /// Of how many fabrics a service that was not struck was asked how they are.
    asked: Cell<u64>,
    /// How long until every fabric was shown as overdue when nobody could look, and until all was well again.
    nobody: Row,
    ready: Cell<u64>,
    overdue: Cell<u64>,
}

impl Tally {
    pub(super) fn recovered(&mut self, fault: Fault, taken_over: Duration, recovered: Duration) {
        let row = self.rows.entry(fault).or_default();
        row.taken_over.push(taken_over);
        row.recovered.push(recovered);
    }

    pub(super) fn all_cut_off(&mut self, late: Duration, recovered: Duration) {
        self.nobody.taken_over.push(late);
        self.nobody.recovered.push(recovered);
    }

    /// A fabric was shown, with or without these conditions, and that was so.
    pub(super) fn shown(&self, is_ready: bool, is_overdue: bool) {
        self.asked.set(self.asked.get() + 1);
        self.ready.set(self.ready.get() + u64::from(is_ready));
        self.overdue.set(self.overdue.get() + u64::from(is_overdue));
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<28} FAULTS  TAKEN OVER ms (median, most)  RECOVERED ms (median, most)", "FAULT")?;
        for (fault, row) in &self.rows {
            line(f, fault.words(), row)?;
        }
        line(f, "all cut off from git", &self.nobody)?;
        writeln!(f, "fabrics asked about      {}", self.asked.get())?;
        writeln!(f, "shown as ready           {}, each at a commit that the branch had", self.ready.get())?;
        writeln!(f, "shown as overdue         {}", self.overdue.get())?;
        writeln!(f, "late and not shown so    0")
    }
}

fn line(f: &mut fmt::Formatter<'_>, name: &str, row: &Row) -> fmt::Result {
    let (over, over_most) = median_and_most(&row.taken_over);
    let (well, well_most) = median_and_most(&row.recovered);
    let count = row.recovered.len();
    writeln!(f, "{name:<28} {count:>6} {over:>21} {over_most:>9} {well:>19} {well_most:>8}")
}
