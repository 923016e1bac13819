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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_shown_to_the_ms() {
        assert_eq!(moment(1_764_000_000_123).unwrap(), "2025-11-24T16:00:00.123Z");
        assert_eq!(moment(-1).unwrap(), "1969-12-31T23:59:59.999Z");
        assert_eq!(moment(i64::MAX), None);
    }
}
