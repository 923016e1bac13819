//! Text as HTML.

use std::fmt::Write;

/// `text`, safe between tags and in a quoted attribute. Control characters are shown, not sent.
pub(super) fn text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            // What turns the direction of writing could make one path look like another.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            c if c.is_control() => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// A word in a coloured frame.
pub(super) fn badge(word: &str, class: &str) -> String {
    format!("<span class=\"badge {class}\">{}</span>", text(word))
}

/// Names and values; empty ones are left out.
pub(super) fn attributes(out: &mut String, of: impl IntoIterator<Item = (&'static str, String)>) {
    out.push_str("<dl>");
    for (name, value) in of.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = write!(out, "<dt>{name}</dt><dd class=\"mono\">{}</dd>", text(&value));
    }
    out.push_str("</dl>");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(
            text("<a href='x' title=\"y\">&\u{1b}\u{202e}"),
            "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;\u{fffd}\u{fffd}"
        );
    }
}
