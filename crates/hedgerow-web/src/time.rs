//! Moments: ms since 1970 in the store, RFC 3339 in answers.

use ::time::OffsetDateTime;
use ::time::format_description::well_known::Rfc3339;

use crate::state::AppState;

pub(crate) fn now_ms(state: &AppState) -> i64 {
    let ms = (state.now)().unix_timestamp_nanos() / 1_000_000;
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// A moment as answers show it, to the ms, in UTC. `None` is beyond the calendar.
pub(crate) fn moment(ms: i64) -> Option<String> {
    let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok()?;
    moment.format(&Rfc3339).ok()
}

/// The moment that a request names.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_read_as_it_was_shown() {
        for ms in [0, 1, 1_764_000_000_123, -1] {
            assert_eq!(parse(&moment(ms).unwrap()), Some(ms));
        }
        assert_eq!(moment(i64::MAX), None);
        assert_eq!(parse("yesterday"), None);
    }
}
