//! Moments as people type them.

use anyhow::{Context, Result};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;

/// The first second of a day in UTC, such as `2026-11-24`, or the moment of an RFC 3339 time.
pub(crate) fn moment(text: &str) -> Result<OffsetDateTime> {
    if let Ok(day) = time::Date::parse(text, format_description!("[year]-[month]-[day]")) {
        return Ok(day.midnight().assume_utc());
    }
    let moment = OffsetDateTime::parse(text, &Rfc3339);
    moment.with_context(|| format!("{text:?} is neither a day (2026-11-24) nor an RFC 3339 time"))
}

/// The moment as a file of allowed signers has it: `20261124000000Z`.
pub(crate) fn compact(moment: OffsetDateTime) -> Result<String> {
    let format = format_description!("[year][month][day][hour][minute][second]Z");
    moment.to_offset(time::UtcOffset::UTC).format(format).context("writing a moment")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_moments_are_read() {
        for (text, expected) in [
            ("2026-11-24", "20261124000000Z"),
            ("2026-11-24T01:30:00+01:00", "20261124003000Z"),
            ("2026-11-24T23:59:59Z", "20261124235959Z"),
        ] {
            assert_eq!(moment(text).and_then(compact).expect(text), expected);
        }
        for text in ["yesterday", "2026-13-01", "24.11.2026", ""] {
            assert!(moment(text).is_err(), "{text}");
        }
    }
}
