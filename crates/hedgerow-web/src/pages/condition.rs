//! A condition of a fabric, with its age. What nobody confirmed for long is not known any more, whatever it was.

use hedgerow_store::{ConditionKind as Kind, ConditionRow, Truth};

use super::parts::{Age, Status, Tone};
use super::sentence::KNOWN_MS;

/// A condition, as pages show it.
pub(crate) struct Condition {
    pub(crate) name: &'static str,
    pub(crate) status: Status,
    pub(crate) since: Age,
    pub(crate) message: String,
}

impl Condition {
    /// The condition as it was last told, of a fabric about which the remote last agreed at `verified_ms`.
    fn of(row: ConditionRow, verified_ms: Option<i64>, now_ms: i64) -> Self {
        let (name, good) = match row.kind {
            Kind::Ready => ("Ready", Truth::True),
            Kind::Reconciling => ("Reconciling", Truth::False),
            Kind::Stalled => ("Stalled", Truth::False),
            Kind::Witnessed => ("Witnessed", Truth::True),
            Kind::Conserved => ("Conserved", Truth::True),
            Kind::Overdue => ("Overdue", Truth::False),
        };
        // Only these say something about the remote; the others are about ourselves, and always fresh.
        let is_of_remote = matches!(row.kind, Kind::Ready | Kind::Witnessed | Kind::Conserved);
        let is_old = verified_ms.is_none_or(|verified_ms| now_ms - verified_ms > KNOWN_MS);
        let truth = if is_of_remote && is_old && row.status == good { Truth::Unknown } else { row.status };
        let tone = match truth {
            Truth::Unknown => Tone::Idle,
            status if status == good => Tone::Good,
            _ if matches!(row.kind, Kind::Reconciling) => Tone::Work,
            _ => Tone::Wait,
        };
        Self {
            name,
            status: Status::new(tone, truth.as_str()).because(row.reason),
            since: Age { at_ms: Some(row.since_ms), now_ms },
            message: row.message,
        }
    }

    /// All of a fabric's, the most telling first.
    pub(crate) fn all(mut rows: Vec<ConditionRow>, verified_ms: Option<i64>, now_ms: i64) -> Vec<Self> {
        rows.sort_by_key(|row| row.kind);
        rows.into_iter().map(|row| Self::of(row, verified_ms, now_ms)).collect()
    }

    /// In a word or two: `ready`, `not stalled`, `ready: unknown`.
    pub(crate) fn word(&self) -> String {
        let name = self.name.to_ascii_lowercase();
        match self.status.word.as_str() {
            "true" => name,
            "false" => format!("not {name}"),
            _ => format!("{name}: unknown"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, status: Truth, verified_ms: Option<i64>) -> (String, Tone) {
        let row = ConditionRow { kind, status, reason: String::new(), message: String::new(), since_ms: 0 };
        let condition = Condition::of(row, verified_ms, 10 * KNOWN_MS);
        (condition.word(), condition.status.tone)
    }

    #[test]
    fn what_nobody_confirmed_for_long_is_unknown_and_never_green() {
        let fresh = Some(10 * KNOWN_MS - 1);
        assert_eq!(of(Kind::Ready, Truth::True, fresh), ("ready".to_owned(), Tone::Good));
        assert_eq!(of(Kind::Ready, Truth::True, Some(1)), ("ready: unknown".to_owned(), Tone::Idle));
        assert_eq!(of(Kind::Witnessed, Truth::True, None), ("witnessed: unknown".to_owned(), Tone::Idle));
        assert_eq!(of(Kind::Ready, Truth::False, Some(1)), ("not ready".to_owned(), Tone::Wait));
        assert_eq!(of(Kind::Stalled, Truth::False, Some(1)), ("not stalled".to_owned(), Tone::Good));
        assert_eq!(of(Kind::Reconciling, Truth::True, fresh), ("reconciling".to_owned(), Tone::Work));
    }
}
