//! Nobody keeps others waiting: hosts have so many requests a minute, and repositories that failed last time share a part of
//! the workers.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

const MINUTE: Duration = Duration::from_secs(60);

/// The requests to each host within the last minute, as far as git's conversations are known.
#[derive(Debug, Default)]
pub(super) struct Hosts(BTreeMap<String, VecDeque<(Instant, usize)>>);

impl Hosts {
    /// Whether `host` may be asked `count` things now; then they are counted.
    pub(super) fn take(&mut self, host: &str, count: usize, limit: usize, now: Instant) -> bool {
        let spent = self.0.entry(host.to_owned()).or_default();
        while spent.front().is_some_and(|(at, _)| now.duration_since(*at) >= MINUTE) {
            spent.pop_front();
        }
        let used: usize = spent.iter().map(|(_, count)| count).sum();
        if used + count > limit {
            return false;
        }
        spent.push_back((now, count));
        true
    }

    /// Counts what was asked besides.
    pub(super) fn add(&mut self, host: &str, count: usize, now: Instant) {
        self.0.entry(host.to_owned()).or_default().push_back((now, count));
    }
}

/// Of `workers`, how many may be busy with repositories that could not be visited last time: a slow server's repositories
/// take each other's place, not that of others.
pub(super) fn slow_workers(workers: usize) -> usize {
    (workers / 2).max(1)
}

/// When another push may be made, in ms; 0: at any time. `pushes` are the times of those within the last minute, oldest first.
pub(super) fn next_push_ms(pushes: &[i64], limit: usize) -> i64 {
    match pushes.len().checked_sub(limit.max(1)) {
        Some(at) => pushes[at] + i64::try_from(MINUTE.as_millis()).unwrap_or(i64::MAX),
        None => 0,
    }
}

/// How far back pushes count, in ms.
pub(super) const PUSH_WINDOW_MS: i64 = 60_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_asked_no_more_than_the_limit_within_any_minute() {
        let (mut hosts, start) = (Hosts::default(), Instant::now());
        assert!(hosts.take("a", 2, 5, start) && hosts.take("a", 2, 5, start));
        assert!(!hosts.take("a", 2, 5, start), "5 a minute");
        assert!(hosts.take("b", 2, 5, start), "another host");
        assert!(!hosts.take("a", 2, 5, start + MINUTE - Duration::from_millis(1)));
        assert!(hosts.take("a", 2, 5, start + MINUTE));
        hosts.add("a", 3, start + MINUTE);
        assert!(!hosts.take("a", 1, 5, start + MINUTE));
    }

    #[test]
    fn a_push_waits_until_fewer_than_the_limit_are_a_minute_old() {
        assert_eq!(next_push_ms(&[1, 2, 3], 6), 0);
        assert_eq!(next_push_ms(&[1, 2, 3, 4, 5, 6], 6), 60_001);
        assert_eq!(next_push_ms(&[1, 2, 3, 4, 5, 6, 7], 6), 60_002);
    }
}
