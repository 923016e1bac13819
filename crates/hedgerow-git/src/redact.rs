//! Words of others, made fit to show: no secret, no control character, not too long.

/// The longest text that an error carries, in characters.
const MAX_WORDS: usize = 2_000;

/// `text` without userinfo in URLs, without terminal control, cut at [`MAX_WORDS`]; `secret`, if any, struck out.
pub(crate) fn words(text: &str, secret: Option<&str>) -> String {
    let struck = match secret {
        Some(secret) if !secret.is_empty() => text.replace(secret, "***"),
        _ => text.to_owned(),
    };
    let clean: String =
        without_userinfo(&struck).chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
    let clean = clean.trim();
    match clean.char_indices().nth(MAX_WORDS) {
        Some((end, _)) => format!("{}…", &clean[..end]),
        None => clean.to_owned(),
    }
}

/// `https://user:pw@host/` becomes `https://host/`.
fn without_userinfo(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, after) = rest.split_at(at + 3);
        out.push_str(before);
        let end = after.find(|c: char| "/?#'\"<> ".contains(c) || c.is_whitespace()).unwrap_or(after.len());
        rest = after[..end].rfind('@').map_or(after, |user| &after[user + 1..]);
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn nothing_secret_or_dangerous_is_left() {
        assert_eq!(words("fatal: 'https://u:pw@h/a' https://t@h/b", None), "fatal: 'https://h/a' https://h/b");
        assert_eq!(words("the token canary is wrong\u{1b}[2J\r\n", Some("canary")), "the token *** is wrong [2J");
        assert_eq!(words("mail a@b and ssh://h/a@b", None), "mail a@b and ssh://h/a@b");
        assert_eq!(words(&"x".repeat(5_000), None).chars().count(), 2_001);
    }
}
