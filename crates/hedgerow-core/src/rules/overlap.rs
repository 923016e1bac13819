//! Which prefixes overlap. By sorting: prefixes nest or are apart, so that in the order of their first addresses each
//! one lies in the last that is still open, or in none.

use crate::prefix::Prefix;
use crate::settings::Settings;

/// Calls `tell` with each prefix that lies in another, and the narrowest that it lies in. Of equal ones, the first in
/// the given order is the outer one.
pub(crate) fn each_pair<T: Copy>(prefixes: &mut [(Prefix, T)], mut tell: impl FnMut((Prefix, T), (Prefix, T))) {
    prefixes.sort_by_key(|(prefix, _)| (prefix.first(), prefix.bits()));
    let mut open: Vec<(Prefix, T)> = Vec::new();
    for &inner in prefixes.iter() {
        while open.last().is_some_and(|(outer, _)| !outer.covers(inner.0)) {
            open.pop();
        }
        if let Some(&outer) = open.last() {
            tell(inner, outer);
        }
        if open.last().is_none_or(|(outer, _)| outer.masked() != inner.0.masked()) {
            open.push(inner);
        }
    }
}

/// The first subnet that the fabric keeps for itself and that `prefix` overlaps.
pub(crate) fn reserved(prefix: Prefix, settings: &Settings) -> Option<Prefix> {
    settings.reserved_subnets().find(|reserved| reserved.overlaps(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_prefixes_are_paired_with_the_narrowest_around_them() {
        let texts = ["10.0.0.0/8", "10.1.0.0/16", "10.1.1.0/24", "10.1.1.0/24", "10.2.0.0/16", "11.0.0.0/8"];
        let mut prefixes: Vec<_> = texts.iter().enumerate().map(|(at, text)| (text.parse().unwrap(), at)).collect();
        let mut pairs = Vec::new();
        each_pair(&mut prefixes, |(_, inner), (_, outer)| pairs.push((inner, outer)));
        assert_eq!(pairs, [(1, 0), (2, 1), (3, 2), (4, 0)]);
    }
}
