//! Hardware addresses, read as Go's `net.ParseMAC` reads them.

/// The bytes of a hardware address: 6, 8 or 20 of them, written `0c:20:12:ff:00:00`, `0c-20-…` or `0c20.12ff.0000`.
pub(crate) fn parse(text: &str) -> Option<Vec<u8>> {
    let (separator, width) = match text.as_bytes().get(2) {
        Some(&b @ (b':' | b'-')) => (b, 2),
        _ if text.as_bytes().get(4) == Some(&b'.') => (b'.', 4),
        _ => return None,
    };
    let mut bytes = Vec::with_capacity(6);
    for group in text.as_bytes().split(|&b| b == separator) {
        if group.len() != width || !group.iter().all(u8::is_ascii_hexdigit) {
            return None;
        }
        for pair in group.chunks(2) {
            bytes.push(u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?);
        }
    }
    matches!(bytes.len(), 6 | 8 | 20).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn one_hardware_address_has_several_spellings() {
        let one = Some(vec![0x0c, 0x20, 0x12, 0xff, 0, 1]);
        for text in ["0c:20:12:ff:00:01", "0C-20-12-FF-00-01", "0c20.12ff.0001"] {
            assert_eq!(parse(text), one, "{text}");
        }
        for text in ["", "0c:20:12:ff:00", "0c:20:12:ff:00:0g", "c:20:12:ff:00:01", "0c20:12ff:0001", "0c2012ff0001"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
