//! The addresses of the pages: the one place that spells them.

use std::fmt::Write;

use hedgerow_core::object::Identity;

/// One segment of a path, or a value of a query: everything but unreserved characters is escaped.
pub fn segment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(byte as char);
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A fabric's page.
pub fn fabric(name: &str) -> String {
    format!("/fabrics/{}", segment(name))
}

/// A page below a fabric's.
pub fn of_fabric(name: &str, page: &str) -> String {
    format!("{}/{page}", fabric(name))
}

/// An object's page.
pub fn object(fabric: &str, identity: &Identity) -> String {
    let Identity { group, kind, namespace, name } = identity;
    let [group, kind, namespace, name] = [group, kind, namespace, name].map(|text| segment(text));
    format!("{}/objects/{group}/{kind}/{namespace}/{name}", self::fabric(fabric))
}

/// A run's page.
pub fn run(id: &str) -> String {
    format!("/runs/{}", segment(id))
}

/// A repository's page.
pub fn repository(name: &str) -> String {
    format!("/repositories/{}", segment(name))
}

/// One of several pictures of a fabric, or of one block of it; from 1.
pub fn topology_part(fabric: &str, block: Option<&str>, vpc: Option<&str>, part: usize) -> String {
    let all = topology(fabric, block, vpc);
    format!("{all}{}part={part}", if all.contains('?') { '&' } else { '?' })
}

/// The picture of a fabric, or of one block of it.
pub fn topology(fabric: &str, block: Option<&str>, vpc: Option<&str>) -> String {
    let mut out = of_fabric(fabric, "topology");
    let given = [("block", block), ("vpc", vpc)].into_iter().filter_map(|(key, value)| Some((key, value?)));
    for (at, (key, value)) in given.enumerate() {
        let _ = write!(out, "{}{key}={}", if at == 0 { '?' } else { '&' }, segment(value));
    }
    out
}
