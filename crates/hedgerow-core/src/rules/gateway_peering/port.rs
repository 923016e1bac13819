//! Ports as peerings write them: `80` or `8000-8080`.

/// Why `text` is no port and no range of ports.
///
/// Source: fabric api/gateway/v1alpha1/gatewaypeering_types.go:676-726 @ 78827deb.
pub(super) fn problem(text: &str) -> Option<String> {
    let one = |part: &str| part.parse::<u32>().ok().filter(|n| (1..=65_535).contains(n));
    if text.trim() != text {
        return Some(format!("{text:?} has blanks around it"));
    }
    match text.split_once('-') {
        None => one(text).is_none().then(|| format!("{text:?} is no port")),
        Some((from, to)) => match (one(from.trim()), one(to.trim())) {
            (Some(from), Some(to)) if from <= to => None,
            (Some(_), Some(_)) => Some(format!("{text:?} goes downwards")),
            _ => Some(format!("{text:?} is no range of ports")),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn a_port_or_a_range_is_within_one_to_65535() {
        for good in ["1", "65535", "80-80", "8000 - 8080"] {
            assert_eq!(problem(good), None, "{good}");
        }
        for bad in ["", "0", "65536", "80,81", " 80", "80-", "81-80", "1-2-3", "http"] {
            assert!(problem(bad).is_some(), "{bad}");
        }
    }
}
