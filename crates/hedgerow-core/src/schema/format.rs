//! Strings that must read as something: times, time spans, addresses.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::catalogue::Format;

/// Whether `value` reads as `format`.
pub(super) fn reads_as(format: Format, value: &str) -> bool {
    match format {
        Format::DateTime => is_date_time(value),
        Format::Date => is_date(value),
        Format::Duration => is_duration(value),
        Format::Ipv4 => value.parse::<Ipv4Addr>().is_ok(),
        Format::Ipv6 => value.parse::<Ipv6Addr>().is_ok(),
        Format::Cidr => is_cidr(value),
    }
}

/// One that does.
pub(super) fn example(format: Format) -> &'static str {
    match format {
        Format::DateTime => "write it like `2026-07-23T15:29:14Z`",
        Format::Date => "write it like `2026-07-23`",
        Format::Duration => "write it like `2m` or `1h30m`",
        Format::Ipv4 => "write it like `10.0.0.1`",
        Format::Ipv6 => "write it like `fd00::1`",
        Format::Cidr => "write it like `10.0.0.0/24`",
    }
}

/// An address and the length of its prefix, as Go's `net.ParseCIDR` takes it.
fn is_cidr(value: &str) -> bool {
    let Some((address, length)) = value.split_once('/') else { return false };
    let max = match address.parse() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return false,
    };
    let digits = !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit());
    digits && length.parse::<u8>().is_ok_and(|length| length <= max)
}

/// RFC 3339 as the API server takes it: no leap second, any letter case. (kube-openapi, pkg/validation/strfmt/time.go)
fn is_date_time(value: &str) -> bool {
    let Some((date, time)) = value.split_once(['T', 't']) else { return false };
    is_date(date) && is_time(time)
}

fn is_date(date: &str) -> bool {
    let mut parts = date.split('-');
    let (year, month, day) = (number(parts.next(), 4), number(parts.next(), 2), number(parts.next(), 2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 31,
    };
    (1..=12).contains(&month) && (1..=days).contains(&day)
}

fn is_time(time: &str) -> bool {
    let (Some(clock), Some(rest)) = (time.get(..8), time.get(8..)) else { return false };
    let parts: Vec<_> = clock.split(':').map(|part| number(Some(part), 2)).collect();
    let [Some(hours), Some(minutes), Some(seconds)] = parts[..] else { return false };
    let zone = match rest.strip_prefix('.') {
        Some(fraction) => {
            let zone = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
            if zone.len() == fraction.len() { "" } else { zone }
        }
        None => rest,
    };
    hours <= 23 && minutes <= 59 && seconds <= 59 && is_zone(zone)
}

fn is_zone(zone: &str) -> bool {
    zone.eq_ignore_ascii_case("z")
        || zone
            .strip_prefix(['+', '-'])
            .and_then(|offset| offset.split_once(':'))
            .is_some_and(|(hours, minutes)| number(Some(hours), 2).is_some() && number(Some(minutes), 2).is_some())
}

/// A number of exactly `digits` digits.
fn number(text: Option<&str>, digits: usize) -> Option<u32> {
    text.filter(|t| t.len() == digits && t.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()
}

/// What Go's `time.ParseDuration` takes: numbers with units, such as `1h30m`, `1.5s` or `0`.
fn is_duration(value: &str) -> bool {
    let mut rest = value.strip_prefix(['-', '+']).unwrap_or(value);
    if rest == "0" {
        return true;
    }
    if rest.is_empty() {
        return false;
    }
    while !rest.is_empty() {
        let unit = rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        let amount = &rest[..rest.len() - unit.len()];
        let after = unit.trim_start_matches(|c: char| !c.is_ascii_digit() && c != '.');
        let is_amount = amount.bytes().any(|b| b.is_ascii_digit()) && amount.matches('.').count() <= 1;
        if !is_amount || !["ns", "us", "µs", "μs", "ms", "s", "m", "h"].contains(&&unit[..unit.len() - after.len()]) {
            return false;
        }
        rest = after;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_the_api_server_reads_them() {
        for good in ["2026-07-23T15:29:14Z", "2026-07-23t15:29:14.123+02:00", "2024-02-29T00:00:00z"] {
            assert!(is_date_time(good), "{good}");
        }
        for bad in [
            "2026-07-23",
            "2026-02-29T00:00:00Z",
            "2026-07-23T24:00:00Z",
            "2026-07-23T15:29:60Z",
            "2026-07-23T15:29:14",
            "2026-13-01T00:00:00Z",
            "2026-07-23T15:29:14.Z",
            "",
        ] {
            assert!(!is_date_time(bad), "{bad}");
        }
    }

    #[test]
    fn addresses_are_read_as_go_reads_them() {
        for (format, good, bad) in [
            (Format::Ipv4, "10.0.0.1", "10.0.0.01"),
            (Format::Ipv6, "fd00::1", "10.0.0.1"),
            (Format::Cidr, "10.0.0.0/32", "10.0.0.0/33"),
            (Format::Cidr, "fd00::/128", "fd00::/+64"),
            (Format::Date, "2026-07-23", "2026-7-23"),
        ] {
            assert!(reads_as(format, good), "{good}");
            assert!(!reads_as(format, bad), "{bad}");
        }
    }

    #[test]
    fn time_spans_are_read_as_go_reads_them() {
        for good in ["2m", "1h30m", "1.5s", "0", "-3ms", "100µs", ".5s"] {
            assert!(is_duration(good), "{good}");
        }
        for bad in ["", "2", "2 minutes", "m", "1d", "-", "1..5s", "2m "] {
            assert!(!is_duration(bad), "{bad}");
        }
    }
}
