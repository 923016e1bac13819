//! Which names and namespaces are legal: RFC 1123, as the API server has it.

use crate::codes::placement as codes;
use crate::limits::MAX_NAME_BYTES;
use crate::yaml::Node;

use super::fault::Fault;

/// What stands against an object's name and namespace.
pub(super) fn faults(node: &Node<'_>) -> impl Iterator<Item = Fault> {
    [name_fault(node), namespace_fault(node)].into_iter().flatten()
}

fn name_fault(node: &Node<'_>) -> Option<Fault> {
    let Some(name) = node.at("metadata.name") else { return Some(nameless(node)) };
    let Some(text) = name.as_str() else {
        let message = format!("the name is no string but a value of type {}", name.type_name());
        return Some(Fault::new(codes::NO_NAME, name.span, message, "quote it"));
    };
    if !is_subdomain(text) {
        let hint = "lower-case letters, digits, `-` and `.` only; each part begins and ends with a letter or digit";
        return Some(Fault::new(codes::ILLEGAL_NAME, name.span, format!("{text:?} is no legal name"), hint));
    }
    (text.len() > MAX_NAME_BYTES).then(|| {
        let message = format!("the name has {} bytes; {MAX_NAME_BYTES} are the most", text.len());
        Fault::new(codes::LONG_NAME, name.span, message, "use a shorter name")
    })
}

fn nameless(node: &Node<'_>) -> Fault {
    let span = node.get("metadata").map_or(node.span, |metadata| metadata.span);
    let hint = match node.at("metadata.generateName") {
        Some(_) => "`generateName` would make another object at every look: give it a name",
        None => "add `metadata.name`",
    };
    Fault::new(codes::NO_NAME, span, "the object has no name", hint)
}

fn namespace_fault(node: &Node<'_>) -> Option<Fault> {
    let namespace = node.at("metadata.namespace")?;
    let message = match namespace.as_str() {
        Some(text) if text.is_empty() || is_label(text) => return None,
        Some(text) => format!("{text:?} is no legal namespace"),
        None => format!("the namespace is no string but a value of type {}", namespace.type_name()),
    };
    let hint = "leave it out: Hedgehog's objects live in `default`";
    Some(Fault::new(codes::ILLEGAL_NAMESPACE, namespace.span, message, hint))
}

/// Whether `name` is an RFC 1123 subdomain: labels joined by dots (githedgehog/fabric, api/meta/validation.go).
/// Its length is for somebody else to judge.
pub(super) fn is_subdomain(name: &str) -> bool {
    name.split('.').all(is_label_of_any_length)
}

/// Whether `name` is an RFC 1123 label of at most 63 bytes: a legal namespace.
pub(super) fn is_label(name: &str) -> bool {
    name.len() <= 63 && is_label_of_any_length(name)
}

fn is_label_of_any_length(label: &str) -> bool {
    let legal = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let bytes = label.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.into_iter().all(|end| end.is_some_and(|b| legal(*b))) && bytes.iter().all(|b| legal(*b) || *b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_dns_subdomain() {
        for legal in ["a", "a-b", "a.b", "leaf-01--unbundled.x", "0", "a--b"] {
            assert!(is_subdomain(legal), "{legal}");
        }
        for illegal in
            ["", "A", "a_b", "-a", "a-", "a..b", ".a", "a.", "../../x", "a/b", "a\\b", "a\0", "%2e", "ä", "a b"]
        {
            assert!(!is_subdomain(illegal), "{illegal}");
        }
    }

    #[test]
    fn a_namespace_is_one_label_of_63_bytes() {
        assert!(is_label(&"a".repeat(63)));
        assert!(!is_label(&"a".repeat(64)));
        assert!(!is_label("a.b"));
    }
}
