//! How often one caller may ask: a bucket each, that fills over a minute.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::limits::MAX_COUNTED_CALLERS;

/// The buckets of all callers.
#[derive(Debug)]
pub(crate) struct Rates {
    per_minute: f64,
    buckets: Mutex<HashMap<String, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    at: Instant,
}

/// Whether a caller may ask now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It may.
    Now,
    /// In so many seconds.
    Later(u64),
}

impl Rates {
    pub(crate) fn new(per_minute: u32) -> Self {
        Self { per_minute: f64::from(per_minute.max(1)), buckets: Mutex::default() }
    }

    /// Whether `caller` may ask at `now`; if so, that is counted.
    pub(crate) fn turn(&self, caller: &str, now: Instant) -> Turn {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MAX_COUNTED_CALLERS && !buckets.contains_key(caller) {
            self.forget_some(&mut buckets, now);
        }
        let full = Bucket { left: self.per_minute, at: now };
        let bucket = buckets.entry(caller.to_owned()).or_insert(full);
        *bucket = Bucket { left: self.filled(*bucket, now), at: now };
        if bucket.left >= 1.0 {
            bucket.left -= 1.0;
            return Turn::Now;
        }
        let seconds = (1.0 - bucket.left) * 60.0 / self.per_minute;
        Turn::Later((seconds.ceil() as u64).max(1))
    }

    fn filled(&self, bucket: Bucket, now: Instant) -> f64 {
        let gained = now.saturating_duration_since(bucket.at).as_secs_f64() * self.per_minute / 60.0;
        (bucket.left + gained).min(self.per_minute)
    }

    /// Whoever's bucket is full is as if never seen. When none is, all start anew: rather that than memory without end.
    fn forget_some(&self, buckets: &mut HashMap<String, Bucket>, now: Instant) {
        buckets.retain(|_, bucket| self.filled(*bucket, now) < self.per_minute);
        if buckets.len() >= MAX_COUNTED_CALLERS {
            buckets.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_caller_that_asks_too_often_waits_and_the_others_do_not() {
        let (rates, start) = (Rates::new(60), Instant::now());
        for _ in 0..60 {
            assert_eq!(rates.turn("ann", start), Turn::Now);
        }
        assert_eq!(rates.turn("ann", start), Turn::Later(1));
        assert_eq!(rates.turn("bob", start), Turn::Now);
        assert_eq!(rates.turn("ann", start + Duration::from_millis(1_001)), Turn::Now);
    }

    #[test]
    fn the_callers_that_are_counted_are_bounded() {
        let (rates, start) = (Rates::new(1), Instant::now());
        for n in 0..2 * MAX_COUNTED_CALLERS {
            rates.turn(&n.to_string(), start);
        }
        assert!(rates.buckets.lock().unwrap().len() <= MAX_COUNTED_CALLERS);
    }
}
