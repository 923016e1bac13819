//! What a plain scalar is to Kubernetes: sigs.k8s.io/yaml, which is go-yaml v2 and then JSON.

use super::Value;
use super::number::{self, Number};

/// What a scalar without a tag is read as.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scalar {
    Null,
    Bool(bool),
    Int(i128),
    Float(f64),
    /// `.inf` and `.nan`: YAML has them, JSON does not.
    NotFinite,
    String,
}

/// Whether other readers of YAML may see something else than Kubernetes does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spelling {
    /// YAML 1.1 and 1.2 agree.
    Plain,
    /// They do not: `on`, `010`, `0o10`, `1_000`, `1e3`.
    Disputed,
}

/// Reads `text` as an unquoted scalar without a tag.
pub(crate) fn resolve(text: &str) -> (Scalar, Spelling) {
    match text.as_bytes().first() {
        None => (Scalar::Null, Spelling::Plain),
        Some(b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~') => word(text),
        Some(b'0'..=b'9' | b'+' | b'-') => match text {
            "+.inf" | "+.Inf" | "+.INF" | "-.inf" | "-.Inf" | "-.INF" => (Scalar::NotFinite, Spelling::Plain),
            _ => number(text, number::signed_or_digit(text)),
        },
        Some(b'.') => match text {
            ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN" => (Scalar::NotFinite, Spelling::Plain),
            _ => number(text, number::fraction(text)),
        },
        Some(_) => (Scalar::String, Spelling::Plain),
    }
}

fn word(text: &str) -> (Scalar, Spelling) {
    match text {
        "~" | "null" | "Null" | "NULL" => (Scalar::Null, Spelling::Plain),
        "true" | "True" | "TRUE" => (Scalar::Bool(true), Spelling::Plain),
        "false" | "False" | "FALSE" => (Scalar::Bool(false), Spelling::Plain),
        "y" | "Y" | "yes" | "Yes" | "YES" | "on" | "On" | "ON" => (Scalar::Bool(true), Spelling::Disputed),
        "n" | "N" | "no" | "No" | "NO" | "off" | "Off" | "OFF" => (Scalar::Bool(false), Spelling::Disputed),
        _ => (Scalar::String, Spelling::Plain),
    }
}

fn number(text: &str, number: Option<Number>) -> (Scalar, Spelling) {
    let scalar = match number {
        None => return (Scalar::String, Spelling::Plain),
        Some(Number::Int(int)) => Scalar::Int(int),
        Some(Number::Float(float)) => Scalar::Float(float),
    };
    let digits = text.trim_start_matches(['+', '-']).as_bytes();
    let leading_zero = matches!(digits, [b'0', b'0'..=b'9' | b'o' | b'O' | b'b' | b'B' | b'X' | b'_', ..]);
    let bare_exponent = matches!(scalar, Scalar::Float(_)) && !text.contains('.') && text.contains(['e', 'E']);
    let disputed = leading_zero || bare_exponent || text.contains('_');
    (scalar, if disputed { Spelling::Disputed } else { Spelling::Plain })
}

impl Scalar {
    /// The JSON value that the API server gets; `None` for a string, whose text is elsewhere, and for what JSON has not.
    pub(crate) fn json<'a>(self) -> Option<Value<'a>> {
        match self {
            Self::Null => Some(Value::Null),
            Self::Bool(bool) => Some(Value::Bool(bool)),
            Self::Int(int) => Some(Value::Int(int.into())),
            Self::Float(float) => Some(number::json(float)),
            Self::NotFinite | Self::String => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn json(text: &str) -> Value<'_> {
        resolve(text).0.json().unwrap_or(Value::String(text.into()))
    }

    #[track_caller]
    fn reads(texts: &str, expected: &str) {
        for text in texts.split(' ') {
            assert_eq!(format!("{:?}", json(text)), expected, "{text}");
        }
    }

    #[test]
    fn booleans_are_those_of_yaml_1_1() {
        reads("y Y yes Yes YES true True TRUE on On ON", "Bool(true)");
        reads("n N no No NO false False FALSE off Off OFF", "Bool(false)");
        for text in ["yES", "oN", "tRUE", "Y ", "yess", "t", "f", "o"] {
            assert_eq!(resolve(text).0, Scalar::String, "{text}");
        }
    }

    #[test]
    fn nothing_is_null() {
        reads("~ null Null NULL", "Null");
        reads("", "Null");
        for text in ["nULL", "~~", "nil", "none"] {
            assert_eq!(resolve(text).0, Scalar::String, "{text}");
        }
    }

    #[test]
    fn integers_go_by_their_prefix() {
        reads("10 +10 1_0 0xa 0XA 0o12 0O12 012 0b1010 0B1010 +0xa 0_12 0x_a 10__", "Int(10)");
        reads("-10 -0xa -012 -0b1010 -0o12", "Int(-10)");
        reads("0 00 -0 +0 0x0", "Int(0)");
        reads("9223372036854775807", "Int(9223372036854775807)");
        reads("18446744073709551615", "Int(18446744073709551615)");
        reads("-9223372036854775808", "Int(-9223372036854775808)");
    }

    #[test]
    fn floats_that_are_whole_are_integers_in_json() {
        reads("1e3 1.0e3 1000.0 1E3 1000. +1e+3 1_000.0", "Int(1000)");
        reads("08 8.0 08.0", "Int(8)");
        reads("09", "Int(9)");
        reads("1.5 +1.5 1_.5 15e-1", "Float(1.5)");
        reads(".5 0.5 5e-1", "Float(0.5)");
        reads("18446744073709551616", "Float(1.8446744073709552e19)");
        reads("1e21", "Float(1e21)");
    }

    #[test]
    fn what_go_cannot_parse_is_a_string() {
        for text in [
            "1:30",
            "50000:1",
            "12:34:56:78:9a:bc",
            "0x",
            "0b",
            "0o",
            "0b2",
            "0o8",
            "0xg",
            "-",
            "+",
            "--1",
            "+-1",
            ".",
            "._5",
            ".5_",
            "1e",
            "e3",
            "1.2.3",
            "10.0.0.0/24",
            "1e999",
            "2001-12-14",
            "2001-12-14t21:59:43.10Z",
            "0x1p4",
            "1,000",
            "E1/1",
            "nan",
            "inf",
            "Infinity",
            "-.5.",
            "<<",
            "=",
        ] {
            assert_eq!(resolve(text).0, Scalar::String, "{text}");
        }
    }

    #[test]
    fn what_json_has_not_is_not_finite() {
        for text in [".inf", ".Inf", ".INF", "+.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN"] {
            assert_eq!(resolve(text).0, Scalar::NotFinite, "{text}");
        }
        for text in ["+.nan", ".iNF", ".NAn", "-.nan"] {
            assert_eq!(resolve(text).0, Scalar::String, "{text}");
        }
    }

    #[test]
    fn what_yaml_1_1_and_1_2_read_differently_is_disputed() {
        for text in ["on", "y", "No", "010", "-010", "08", "0o10", "0b1", "1_000", "1e3", "0_1"] {
            assert_eq!(resolve(text).1, Spelling::Disputed, "{text}");
        }
        for text in ["true", "~", "0", "10", "0x1f", "1.5", "1.5e3", "-7", "0.5", "null", "1:30", "leaf-01", "on-1"] {
            assert_eq!(resolve(text).1, Spelling::Plain, "{text}");
        }
    }
}
