//! Whether placed files stand where their objects belong. The catalogue has no say: only that plurals are used consistently.

use std::collections::BTreeMap;

use super::{Breach, Ledger, Outcome};
use crate::document;
use crate::object::{Identity, Named, scan};
use crate::path::TreePath;
use crate::tree::FabricTree;

/// The breaches of all `created` and `replaced` files.
pub(super) fn misplaced(child: &FabricTree, ledger: &Ledger) -> Vec<Breach> {
    let mut plurals = Plurals::default();
    let placed = ledger.lines().iter().filter(|line| matches!(line.outcome, Outcome::Created | Outcome::Replaced));
    let breach = |(path, what): (&TreePath, String)| Breach::Misplaced { path: path.clone(), what };
    placed.filter_map(|line| Some((&line.to, plurals.fault(child, &line.to)?))).map(breach).collect()
}

/// Which plural each kind uses, and which kind each plural.
#[derive(Default)]
struct Plurals {
    of_kind: BTreeMap<(String, String), Vec<u8>>,
    of_plural: BTreeMap<Vec<u8>, (String, String)>,
}

impl Plurals {
    /// What is wrong with the file at `path`, if anything is.
    fn fault(&mut self, child: &FabricTree, path: &TreePath) -> Option<String> {
        let Some(identity) = only_object(child, path) else {
            return Some("it is not one object with a kind and a name".to_owned());
        };
        let below = path.below(&child.dir.managed()).unwrap_or_default();
        let plural = below.split(|b| *b == b'/').next().unwrap_or_default().to_vec();
        if identity.home(&child.dir, &plural) != *path {
            return Some(format!("{identity} belongs elsewhere"));
        }
        self.inconsistency(&identity, &plural)
    }

    fn inconsistency(&mut self, identity: &Identity, plural: &[u8]) -> Option<String> {
        let kind = (identity.group.clone(), identity.kind.clone());
        let known = self.of_kind.entry(kind.clone()).or_insert_with(|| plural.to_vec());
        if known != plural {
            return Some(format!("{} stands under two plurals", identity.kind));
        }
        let other = self.of_plural.entry(plural.to_vec()).or_insert(kind);
        ((&other.0, &other.1) != (&identity.group, &identity.kind))
            .then(|| format!("{} and {} share one plural", identity.kind, other.1))
    }
}

/// Who the only document of the file is: by its lines where they are plain, else by YAML.
fn only_object(child: &FabricTree, path: &TreePath) -> Option<Identity> {
    let bytes = child.get(path)?.text_bytes()?;
    scan(bytes).or_else(|| {
        let parsed = document::parse(path, bytes);
        match parsed.documents.as_slice() {
            [only] => Some(Named::read(only.value.as_ref()?)?.identity),
            _ => None,
        }
    })
}
