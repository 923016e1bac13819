//! Patterns with the meaning they have upstream: Go's RE2, where `\d`, `\w`, `\s` and `\b` are ASCII.

use std::sync::OnceLock;

use regex::Regex;

/// A pattern of a CRD. Compiled when it is first used.
#[derive(Clone, Debug)]
pub struct Pattern {
    text: String,
    regex: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern, unread: [`Pattern::compiles`] tells whether it is one.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), regex: OnceLock::new() }
    }

    /// As upstream wrote it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it can be read.
    pub fn compiles(&self) -> bool {
        self.regex().is_some()
    }

    /// Whether `value` has a match somewhere. A pattern that cannot be read matches everything: its reader was told.
    pub fn matches(&self, value: &str) -> bool {
        self.regex().is_none_or(|regex| regex.is_match(value))
    }

    fn regex(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&ascii_classes(&self.text)).ok()).as_ref()
    }
}

/// Spells the Perl classes of `pattern` out, as they are ASCII in RE2 and Unicode in `regex`; and escapes what only
/// `regex` takes for an operator inside brackets.
fn ascii_classes(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut bracket = Bracket::Outside;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        let inside = bracket != Bracket::Outside;
        bracket = bracket.after(c, chars.peek() == Some(&':'));
        match (c, inside) {
            ('\\', _) => match chars.next() {
                Some(escaped) => push_escape(&mut out, escaped, inside),
                None => out.push('\\'),
            },
            ('[', true) if chars.peek() != Some(&':') => out.push_str("\\["),
            ('&' | '~', true) => out.extend(['\\', c]),
            _ => out.push(c),
        }
    }
    out
}

/// Where in a bracket expression the reader is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Bracket {
    Outside,
    /// Right after `[` or `[^`, where `]` stands for itself.
    Start,
    Inside,
    /// In a `[:class:]`.
    Named,
}

impl Bracket {
    fn after(self, c: char, colon_follows: bool) -> Self {
        match (self, c) {
            (Self::Outside, '[') => Self::Start,
            (Self::Outside, _) => Self::Outside,
            (Self::Start, '^') => Self::Start,
            (Self::Start | Self::Inside, '[') if colon_follows => Self::Named,
            (Self::Named, ']') => Self::Inside,
            (Self::Named, _) => Self::Named,
            (Self::Inside, ']') => Self::Outside,
            (Self::Start | Self::Inside, _) => Self::Inside,
        }
    }
}

fn push_escape(out: &mut String, escaped: char, inside: bool) {
    let members = match escaped.to_ascii_lowercase() {
        'd' => "0-9",
        'w' => "0-9A-Za-z_",
        's' => "\\t\\n\\x0C\\r ",
        'b' if escaped == 'b' && !inside => return out.push_str("(?-u:\\b)"),
        _ => return out.extend(['\\', escaped]),
    };
    match (escaped.is_ascii_uppercase(), inside) {
        (false, true) => out.push_str(members),
        (false, false) => out.extend(["[", members, "]"]),
        (true, _) => out.extend(["[^", members, "]"]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn perl_classes_are_ascii() {
        assert!(Pattern::new(r"^\d+$").matches("0123456789"));
        assert!(!Pattern::new(r"^\d+$").matches("٤٢"));
        assert!(!Pattern::new(r"^[\w-]+$").matches("é"));
        assert!(Pattern::new(r"^[^\d]$").matches("é"));
        assert!(Pattern::new(r"^\D$").matches("é"));
        assert!(Pattern::new(r"^.$").matches("é"));
        assert!(Pattern::new(r"^\S+\s\S+$").matches("a b"));
    }

    #[test]
    fn a_boundary_is_ascii() {
        let address = Pattern::new(r"^((25[0-5]|(2[0-4]|1\d|[1-9]|)\d)\.?\b){4}$");
        assert!(address.matches("172.30.128.1"));
        assert!(!address.matches("172.30.128.256"));
        assert!(!address.matches("172.30.128"));
    }

    #[test]
    fn brackets_hold_what_re2_takes_literally() {
        assert!(Pattern::new("^[a&&b]+$").matches("a&b"));
        assert!(Pattern::new("^[[]$").matches("["));
        assert!(Pattern::new("^[]]$").matches("]"));
        assert!(Pattern::new("^[[:alpha:]]+$").matches("abc"));
    }

    #[test]
    fn an_unreadable_pattern_is_told_apart() {
        assert!(!Pattern::new("(").compiles());
        assert!(Pattern::new("a").compiles());
    }
}
