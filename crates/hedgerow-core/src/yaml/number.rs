//! Numbers as Go's `strconv` reads and writes them, since go-yaml v2 asks it.

use std::borrow::Cow;

use super::Value;

/// A number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Number {
    Int(i128),
    Float(f64),
}

/// A text that starts with a digit or a sign. Underscores do not count.
pub(crate) fn signed_or_digit(text: &str) -> Option<Number> {
    let plain: Cow<'_, str> = if text.contains('_') { text.replace('_', "").into() } else { text.into() };
    integer(&plain).map(Number::Int).or_else(|| float(&plain).map(Number::Float))
}

/// A text that starts with a dot. Underscores are not allowed.
pub(crate) fn fraction(text: &str) -> Option<Number> {
    float(text).map(Number::Float)
}

/// `strconv.ParseInt(text, 0, 64)`, then `ParseUint`, which takes no sign.
fn integer(text: &str) -> Option<i128> {
    let (sign, digits) = match text.as_bytes() {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        rest => (1, rest),
    };
    let (radix, digits) = match digits {
        [b'0', b'x' | b'X', digits @ ..] if !digits.is_empty() => (16, digits),
        [b'0', b'o' | b'O', digits @ ..] if !digits.is_empty() => (8, digits),
        [b'0', b'b' | b'B', digits @ ..] if !digits.is_empty() => (2, digits),
        [b'0'] => (10, digits),
        [b'0', digits @ ..] => (8, digits),
        digits => (10, digits),
    };
    let magnitude = magnitude(digits, radix)?;
    let signed = text.starts_with(['+', '-']);
    let most = if signed { i128::from(i64::MAX) + i128::from(sign < 0) } else { i128::from(u64::MAX) };
    (magnitude <= most).then_some(sign * magnitude)
}

/// The value of `digits`, as long as it fits u64.
fn magnitude(digits: &[u8], radix: u32) -> Option<i128> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_i128, |value, byte| {
        let digit = char::from(*byte).to_digit(radix)?;
        let value = value * i128::from(radix) + i128::from(digit);
        (value <= i128::from(u64::MAX)).then_some(value)
    })
}

/// go-yaml's shape of a float, `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`. What overflows is none.
fn float(text: &str) -> Option<f64> {
    let digits = |bytes: &[u8]| bytes.iter().take_while(|b| b.is_ascii_digit()).count();
    let bytes = text.as_bytes();
    let mut at = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    let whole = digits(&bytes[at..]);
    at += whole;
    if bytes.get(at) == Some(&b'.') {
        let fraction = digits(&bytes[at + 1..]);
        at += 1 + fraction;
        if whole + fraction == 0 {
            return None;
        }
    } else if whole == 0 {
        return None;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        at += 1 + usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        let exponent = digits(&bytes[at..]);
        at += exponent;
        if exponent == 0 {
            return None;
        }
    }
    if at != bytes.len() {
        return None;
    }
    text.parse().ok().filter(|float: &f64| float.is_finite())
}

/// The float as JSON carries it: Go writes a whole one below 1e21 without a point, and whoever reads that reads an integer,
/// as far as one fits.
pub(crate) fn json<'a>(float: f64) -> Value<'a> {
    if float.fract() == 0.0 && float.abs() < 1e21 {
        // `Display` writes what Go's 'f' does: the shortest digits, padded with zeros.
        let int = float.to_string().parse::<i128>().ok();
        if let Some(int) = int.filter(|int| i64::try_from(*int).is_ok() || u64::try_from(*int).is_ok()) {
            return Value::Int(int.into());
        }
    }
    Value::Float(float)
}

/// A finite float in canonical JSON: the shortest digits that come back, an exponent from 1e21 and below 1e-6 (RFC 8785).
pub(crate) fn canonical(float: f64) -> String {
    let size = float.abs();
    if size == 0.0 {
        return "0".to_owned();
    }
    if (1e-6..1e21).contains(&size) {
        return float.to_string();
    }
    let text = format!("{float:e}");
    if size < 1.0 { text } else { text.replace('e', "e+") }
}

/// A float as a key: Go's `FormatFloat(key, 'g', -1, 32)`.
pub(crate) fn key(float: f64) -> String {
    let single = float as f32;
    if single.is_infinite() {
        return if single > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let text = format!("{single:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    match exponent.parse::<i32>() {
        Ok(-4..=5) | Err(_) => single.to_string(),
        Ok(exponent) => format!("{digits}e{}{:02}", if exponent < 0 { '-' } else { '+' }, exponent.abs()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_floats_are_shortest() {
        let table = [
            (0.5, "0.5"),
            (-1.25, "-1.25"),
            (1e21, "1e+21"),
            (1.5e300, "1.5e+300"),
            (1e-7, "1e-7"),
            (0.000_001, "0.000001"),
            (1e20, "100000000000000000000"),
            (-0.0, "0"),
        ];
        for (float, text) in table {
            assert_eq!(canonical(float), text);
        }
    }

    #[test]
    fn float_keys_are_gos() {
        let table = [(1.5, "1.5"), (1.0, "1"), (1e6, "1e+06"), (123_456.0, "123456"), (1e-5, "1e-05"), (1e300, ".inf")];
        for (float, text) in table {
            assert_eq!(key(float), text);
        }
    }
}
