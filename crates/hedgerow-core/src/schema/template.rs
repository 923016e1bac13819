//! Templates that nobody filled in.

use memchr::memchr2_iter;

/// What to do about one.
pub(super) const HINT: &str =
    "this looks like a template that was never filled in: put the rendered file into the inbox";

/// Whether `bytes` hold `{{…}}`, `${…}` or `$(…)`.
pub(super) fn is_in(bytes: &[u8]) -> bool {
    memchr2_iter(b'{', b'$', bytes).any(|at| {
        let rest = &bytes[at..];
        [(&b"{{"[..], &b"}}"[..]), (b"${", b"}"), (b"$(", b")")]
            .iter()
            .any(|(open, close)| rest.starts_with(open) && memchr::memmem::find(rest, close).is_some())
    })
}

#[cfg(test)]
mod tests {
    use super::is_in;

    #[test]
    fn templates_are_told_from_text() {
        for text in ["{{ .Values.name }}", "a-${NAME}", "$(vlan)"] {
            assert!(is_in(text.as_bytes()), "{text}");
        }
        for text in ["", "10.0.0.0/24", "costs $5", "{a: b}", "{{", "a}}"] {
            assert!(!is_in(text.as_bytes()), "{text}");
        }
    }
}
