//! What is so of every fabric. The checks that each plan has to pass are in [`crate::fabric::done_with`].

use hedgerow_core::ledger::conservation;
use hedgerow_core::path::TreePath;
use hedgerow_core::tree::FabricTree;
use proptest::prelude::*;

use crate::fabric::{Done, at, done_with, fabric, file, trailers};
use crate::generate::case;

fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn invariant_4_planning_a_plans_result_changes_nothing(case in case()) {
        done_with(&case.tree, &case.how());
    }

    #[test]
    fn invariant_3_a_plan_follows_from_bytes_alone(case in case()) {
        let mut elsewhere = case.tree.clone();
        elsewhere.entries.values_mut().for_each(|entry| entry.id = "0".repeat(64));
        prop_assert_eq!(case.how().plan(&case.tree), case.how().plan(&elsewhere));
    }

    #[test]
    fn nothing_is_lost(case in case()) {
        let done = done_with(&case.tree, &case.how());
        for (path, part) in &case.passages {
            prop_assert!(stands_somewhere(&done.after, part), "lost of {path}: {part:?}\n{}", done.plan.ledger.text());
        }
    }

    #[test]
    fn a_plan_touches_nothing_but_the_inbox_and_its_places(case in case()) {
        let done = done_with(&case.tree, &case.how());
        for (path, entry) in &case.tree.entries {
            let zone = done.before.dir.zone(path);
            let is_replaced = done.plan.ledger.lines().iter().any(|line| line.was.is_some() && line.to == *path);
            let is_taken = done.plan.ledger.lines().iter().any(|line| line.from.file == *path);
            prop_assert!(is_taken || is_replaced || done.after.get(path) == Some(entry), "{path} in {zone:?}");
        }
    }

    #[test]
    fn every_held_or_foreign_file_has_a_finding(case in case()) {
        use hedgerow_core::ledger::Outcome;
        let done = done_with(&case.tree, &case.how());
        for line in done.plan.ledger.lines() {
            if matches!(line.outcome, Outcome::Held | Outcome::Foreign) {
                let about = |finding: &&hedgerow_core::finding::Finding| finding.place.file == line.from.file;
                prop_assert!(done.plan.findings.iter().find(about).is_some(), "{line}");
            }
        }
        for passage in &done.plan.passages {
            prop_assert_eq!(passage.stopped.is_some(), passage.outcome == Outcome::Held);
        }
    }

    #[test]
    fn invariant_2_bad_yaml_is_data(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let mut tree = fabric([("raw/.gitkeep", "")]);
        tree.entries.insert(at("raw/x.yaml"), file(&bytes));
        done_with(&tree, &Default::default());
    }

    #[test]
    fn every_lie_is_a_breach(case in case(), lie in lie()) {
        let done = done_with(&case.tree, &case.how());
        if let Some((after, what)) = lie.told(&done) {
            let found = conservation(&done.before, &after, &trailers(&done.plan, case.adopt), None);
            prop_assert!(!found.is_empty(), "{what}\n{}", done.plan.ledger.text());
        }
    }
}

/// Whether these lines stand together in some file, whatever its line ends.
fn stands_somewhere(tree: &FabricTree, part: &str) -> bool {
    let mut texts = tree.entries.values().filter_map(|entry| entry.bytes());
    texts.any(|bytes| String::from_utf8_lossy(bytes).contains(part))
}

/// A change of the resulting tree.
#[derive(Clone, Debug)]
enum Lie {
    Flip { file: usize, byte: usize },
    Drop { file: usize },
    Invent { path: &'static str },
    Swap { one: usize, two: usize },
}

fn lie() -> impl Strategy<Value = Lie> {
    let invented =
        vec!["managed/servers/zz.yaml", "managed/zz.txt", "raw/zz.yaml", "zz.yaml", "unmanaged/zz", ".hedgerow/zz"];
    prop_oneof![
        4 => (any::<usize>(), any::<usize>()).prop_map(|(file, byte)| Lie::Flip { file, byte }),
        2 => any::<usize>().prop_map(|file| Lie::Drop { file }),
        1 => proptest::sample::select(invented).prop_map(|path| Lie::Invent { path }),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(one, two)| Lie::Swap { one, two }),
    ]
}

impl Lie {
    /// The tree after the lie; `None` where it would change nothing that anybody vouches for.
    fn told(&self, done: &Done) -> Option<(FabricTree, String)> {
        let mut after = done.after.clone();
        let vouched =
            |path: &&TreePath| !path.file_name().ends_with(b".findings.txt") && path.file_name() != b".gitkeep";
        let paths: Vec<_> = done.after.entries.keys().filter(vouched).cloned().collect();
        let pick = |n: usize| paths.get(n % paths.len().max(1)).cloned();
        match self {
            Self::Flip { file: n, byte } => {
                let path = pick(*n)?;
                let mut bytes = done.after.get(&path)?.bytes()?.to_vec();
                let at = byte.checked_rem(bytes.len())?;
                bytes[at] ^= 1;
                after.entries.insert(path, file(&bytes));
            }
            Self::Drop { file } => {
                after.entries.remove(&pick(*file)?);
            }
            Self::Invent { path } => {
                after.entries.insert(at(path), file(b"invented: 1\n"));
            }
            Self::Swap { one, two } => {
                let (one, two) = (pick(*one)?, pick(*two)?);
                let (a, b) = (after.entries.get(&one)?.clone(), after.entries.get(&two)?.clone());
                if a.is_same(&b) {
                    return None;
                }
                after.entries.insert(one, b);
                after.entries.insert(two, a);
            }
        }
        Some((after, format!("{self:?}")))
    }
}
