//! Names as Kubernetes qualifies them: keys of labels and annotations, values of labels.
//! (apimachinery, pkg/util/validation: IsQualifiedName, IsValidLabelValue, IsDNS1123Subdomain)

use super::words::cut;

/// The longest name part of a key, and the longest label value, in bytes.
const NAME_MAX: usize = 63;
/// The longest prefix of a key, in bytes.
const PREFIX_MAX: usize = 253;

/// What is wrong with the key of a label or annotation, or a finalizer; `None` when nothing is.
pub(super) fn key_fault(key: &str) -> Option<String> {
    let (prefix, name) = match key.split_once('/') {
        Some((prefix, name)) => (Some(prefix), name),
        None => (None, key),
    };
    if name.contains('/') {
        return Some("only one `/` may stand in a key".to_owned());
    }
    match prefix {
        Some("") => return Some("nothing stands before the `/`".to_owned()),
        Some(prefix) if !is_subdomain(prefix) => {
            return Some(format!("{:?} is no DNS name: lower-case letters, digits, `-` and `.`", cut(prefix)));
        }
        _ => {}
    }
    if name.is_empty() {
        return Some("the name is empty".to_owned());
    }
    name_fault(name)
}

/// What is wrong with the value of a label; `None` when nothing is. Empty is fine.
pub(super) fn value_fault(value: &str) -> Option<String> {
    if value.is_empty() { None } else { name_fault(value) }
}

fn name_fault(name: &str) -> Option<String> {
    if name.len() > NAME_MAX {
        return Some(format!("it has {} characters, and {NAME_MAX} are allowed", name.len()));
    }
    let inner = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    let ends = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = name.as_bytes();
    let good = bytes.iter().all(|b| inner(*b)) && ends(bytes.first()) && ends(bytes.last());
    (!good).then(|| "letters, digits, `-`, `_` and `.` are allowed, with a letter or digit at both ends".to_owned())
}

fn is_subdomain(text: &str) -> bool {
    let part = |part: &str| {
        let bytes = part.as_bytes();
        let inner = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
        !part.is_empty() && bytes.iter().all(inner) && bytes.first() != Some(&b'-') && bytes.last() != Some(&b'-')
    };
    text.len() <= PREFIX_MAX && text.split('.').all(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_qualified_names() {
        for good in ["app", "example.com/app", "a.b-c/X_y.z", "fabric.githedgehog.com/p2p-link"] {
            assert_eq!(key_fault(good), None, "{good}");
        }
        for bad in ["", "/a", "a/", "a/b/c", "Example.com/a", "-a", "a b", &"a".repeat(64)] {
            assert!(key_fault(bad).is_some(), "{bad}");
        }
    }

    #[test]
    fn label_values_are_short_words_or_nothing() {
        assert_eq!(value_fault(""), None);
        assert_eq!(value_fault("a_b.c-D"), None);
        assert!(value_fault("a b").is_some());
        assert!(value_fault(&"a".repeat(64)).is_some());
    }
}
