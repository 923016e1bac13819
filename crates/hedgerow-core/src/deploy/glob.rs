//! Patterns of file names. Argo CD's `include` and `exclude` let `*` match `/`, too; its directory generator does not.

/// Whether `*` and `?` match a slash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slash {
    Matched,
    Apart,
}

/// Whether `text` matches `pattern`: `*`, `**`, `?` and `{a,b}`.
pub(super) fn matches(pattern: &str, text: &str, slash: Slash) -> bool {
    alternatives(pattern, 64).iter().any(|pattern| plain(pattern.as_bytes(), text.as_bytes(), slash))
}

/// The pattern without braces: one for each choice, at most `limit`.
fn alternatives(pattern: &str, limit: usize) -> Vec<String> {
    let mut open = vec![pattern.to_owned()];
    let mut done = Vec::new();
    while let Some(next) = open.pop() {
        let braces = next.find('{').and_then(|from| Some((from, from + next[from..].find('}')?)));
        let Some((from, to)) = braces.filter(|_| open.len() + done.len() < limit) else {
            done.push(next);
            continue;
        };
        open.extend(next[from + 1..to].split(',').map(|one| format!("{}{one}{}", &next[..from], &next[to + 1..])));
    }
    done
}

/// Backtracks to the last star alone, so that no pattern takes long.
fn plain(pattern: &[u8], text: &[u8], slash: Slash) -> bool {
    let one = |byte: u8| slash == Slash::Matched || byte != b'/';
    let (mut p, mut t, mut star) = (0, 0, None);
    while t < text.len() {
        match pattern.get(p) {
            Some(b'*') => {
                let deep = pattern.get(p + 1) == Some(&b'*');
                p += if deep { 2 } else { 1 };
                star = Some((p, t, deep));
            }
            Some(b'?') if one(text[t]) => (p, t) = (p + 1, t + 1),
            Some(byte) if *byte == text[t] && *byte != b'?' => (p, t) = (p + 1, t + 1),
            _ => match star {
                Some((after, at, deep)) if deep || one(text[at]) => {
                    star = Some((after, at + 1, deep));
                    (p, t) = (after, at + 1);
                }
                _ => return false,
            },
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_people_expect() {
        let within = |pattern, text| matches(pattern, text, Slash::Matched);
        assert!(within("*.yaml", "a/b.yaml") && within("{a,b}/*.y?ml", "b/x.yaml") && within("**/x", "a/b/x"));
        assert!(!within("*.yaml", "a.yml") && !within("{a,b}.yaml", "c.yaml") && !within("a?c", "ac"));
        let apart = |pattern, text| matches(pattern, text, Slash::Apart);
        assert!(apart("fabrics/*", "fabrics/dc1") && !apart("fabrics/*", "fabrics/dc1/raw"));
        assert!(apart("fabrics/**", "fabrics/dc1/raw") && apart("*", "dc1") && !apart("*", "a/b"));
    }

    #[test]
    fn no_pattern_takes_long() {
        let pattern = format!("{}b{}", "*a".repeat(200), "{x,y}".repeat(40));
        assert!(!matches(&pattern, &"a".repeat(5_000), Slash::Matched));
    }
}
