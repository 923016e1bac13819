//! Fabrics to plan, and what must be so of every plan.

use std::sync::Arc;

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::digest::sha256;
use hedgerow_core::finding::Severity;
use hedgerow_core::ledger::{Operation, Outcome, Trailers, conservation, derive};
use hedgerow_core::path::{FabricDir, TreePath};
use hedgerow_core::plan::{Context, Plan, PlanError, apply, plan};
use hedgerow_core::policy::{Policy, Settings};
use hedgerow_core::tree::{Content, Entry, FabricTree, Mode};

pub(crate) const DIR: &str = "gitops/fabric-1";

/// A tree of these files, by path below the fabric's directory.
pub(crate) fn fabric<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> FabricTree {
    let entries = files.into_iter().map(|(path, text)| (at(path), file(text.as_bytes()))).collect();
    FabricTree { dir: FabricDir::parse(DIR).unwrap(), entries }
}

pub(crate) fn at(path: &str) -> TreePath {
    TreePath::from(format!("{DIR}/{path}").as_str())
}

pub(crate) fn file(bytes: &[u8]) -> Entry {
    entry(Mode::File, bytes)
}

pub(crate) fn entry(mode: Mode, bytes: &[u8]) -> Entry {
    Entry { mode, id: sha256(bytes)[..40].to_owned(), content: Content::Bytes(Arc::from(bytes)) }
}

/// A server whose description is its text.
pub(crate) fn server(name: &str, description: &str) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec:\n  description: {description}\n"
    )
}

pub(crate) fn config_map(name: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\n")
}

/// How to plan.
#[derive(Default)]
pub(crate) struct How {
    pub(crate) policy: Policy,
    pub(crate) adopt: bool,
}

impl How {
    pub(crate) fn policy(text: &str) -> Self {
        let mut tree = fabric([]);
        tree.entries.insert(at(".hedgerow/policy.toml"), file(text.as_bytes()));
        Self { policy: hedgerow_core::policy::read(&tree).unwrap(), adopt: false }
    }

    pub(crate) fn adopting() -> Self {
        Self { adopt: true, ..Self::default() }
    }

    pub(crate) fn plan(&self, tree: &FabricTree) -> Result<Plan, PlanError> {
        let (settings, catalogue) = (Settings::default(), Catalogue::builtin());
        plan(tree, &Context { policy: &self.policy, settings: &settings, catalogue: &catalogue, adopt: self.adopt })
    }
}

/// What a plan came to.
pub(crate) struct Done {
    pub(crate) plan: Plan,
    pub(crate) before: FabricTree,
    pub(crate) after: FabricTree,
}

/// Plans with the defaults, and checks what must be so of every plan.
pub(crate) fn done(tree: &FabricTree) -> Done {
    done_with(tree, &How::default())
}

/// Plans, applies, derives, conserves, and plans again.
pub(crate) fn done_with(tree: &FabricTree, how: &How) -> Done {
    let plan = how.plan(tree).unwrap();
    assert_eq!(plan, how.plan(tree).unwrap(), "one tree, one plan");
    let after = apply(&plan, tree);
    let derived =
        derive(tree, &after, how.adopt).unwrap_or_else(|breaches| panic!("{breaches:#?}\n{}", plan.ledger.text()));
    assert_eq!(derived.text(), plan.ledger.text(), "the ledger follows from the trees");
    assert_eq!(conservation(tree, &after, &trailers(&plan, how.adopt), None), [], "{}", plan.ledger.text());
    let again = how.plan(&after).unwrap();
    assert!(again.changes.is_empty(), "a second plan:\n{}after:\n{}", again.ledger.text(), plan.ledger.text());
    assert_eq!(living(&plan), living(&again), "the record of living objects");
    Done { plan, before: tree.clone(), after }
}

fn living(plan: &Plan) -> Vec<(String, String, String)> {
    let of = |o: &hedgerow_core::plan::PlannedObject| (o.identity.to_string(), o.path.quoted(), o.digest.clone());
    plan.objects.iter().map(of).collect()
}

pub(crate) fn trailers(plan: &Plan, adopt: bool) -> Trailers {
    Trailers {
        run: "01JD".to_owned(),
        parent: "a".repeat(40),
        directory: FabricDir::parse(DIR).unwrap(),
        counts: plan.counts(),
        ledger: plan.ledger.digest(),
        adopt,
        operation: Operation::Sync,
        resumed: None,
        policy: sha256(b"policy"),
        settings: sha256(b"settings"),
        catalogue: sha256(b"catalogue"),
        flags: None,
        version: "0.1.0".to_owned(),
    }
}

impl Done {
    /// `outcome from#index to` for each line of the ledger, paths below the fabric's directory.
    pub(crate) fn ledger(&self) -> Vec<String> {
        let below = |path: &TreePath| path.quoted().replace(&format!("{DIR}/"), "");
        let index = |index: Option<usize>| index.map_or("-".to_owned(), |i| i.to_string());
        let line = |l: &hedgerow_core::ledger::Line| {
            format!("{} {}#{} {}", l.outcome, below(&l.from.file), index(l.from.index), below(&l.to))
        };
        let mut lines: Vec<_> = self.plan.ledger.lines().iter().map(line).collect();
        lines.sort();
        lines
    }

    /// The paths of the resulting tree, below the fabric's directory.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.after.entries.keys().map(|path| path.quoted().replace(&format!("{DIR}/"), "")).collect()
    }

    pub(crate) fn text(&self, path: &str) -> &str {
        std::str::from_utf8(self.after.get(&at(path)).unwrap().bytes().unwrap()).unwrap()
    }

    pub(crate) fn outcomes(&self) -> Vec<Outcome> {
        self.plan.ledger.lines().iter().map(|line| line.outcome).collect()
    }

    /// The codes of the errors, in the order of the findings.
    pub(crate) fn errors(&self) -> Vec<String> {
        let errors = self.plan.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.map(|finding| finding.code.to_string()).collect()
    }

    /// The only finding of this code.
    pub(crate) fn finding(&self, code: hedgerow_core::finding::Code) -> &hedgerow_core::finding::Finding {
        let mut found = self.plan.findings.iter().filter(|finding| finding.code == code);
        let first = found.next().unwrap_or_else(|| panic!("no {code} in {:#?}", self.plan.findings));
        assert!(found.next().is_none(), "{code} more than once");
        first
    }

    /// Nothing changes, and the whole inbox is held.
    pub(crate) fn is_held(&self) {
        assert!(self.plan.changes.is_empty(), "{:#?}", self.plan.changes);
        assert!(
            !self.outcomes().is_empty() && self.outcomes().iter().all(|o| *o == Outcome::Held),
            "{:?}",
            self.ledger()
        );
    }
}
