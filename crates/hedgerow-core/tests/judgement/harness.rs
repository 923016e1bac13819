//! Judging examples: documents written as one writes them, with the expected codes as comments on their lines.

use std::collections::{BTreeMap, BTreeSet};

use hedgerow_core::catalogue::Catalogue;
use hedgerow_core::document::{self, ParsedFile};
use hedgerow_core::finding::Severity;
use hedgerow_core::object::Identity;
use hedgerow_core::path::TreePath;
use hedgerow_core::rules::{self, Subject, Verdict};
use hedgerow_core::settings::Settings;
use hedgerow_core::yaml::Node;

/// The valid fabric that every example is judged with.
pub const BASE: &str = include_str!("base.yaml");

/// A document of an example: kind, name and spec. A comment `# HR4403` on a line of it says what is found on that line.
pub struct Doc {
    kind: &'static str,
    name: String,
    spec: String,
    marker: &'static str,
}

/// A document of an example.
pub fn doc(kind: &'static str, name: impl Into<String>, spec: impl Into<String>) -> Doc {
    Doc { kind, name: name.into(), spec: spec.into(), marker: "" }
}

impl Doc {
    /// With a comment on the line of `spec:`, where findings about what is absent stand.
    pub fn with_spec_marker(self, marker: &'static str) -> Self {
        Self { marker, ..self }
    }

    /// With `comment` behind the one place of its spec that ends a line with `end`.
    pub fn marked(mut self, end: &str, comment: &str) -> Self {
        let lines = self
            .spec
            .lines()
            .map(|line| if line.ends_with(end) { format!("{line}{comment}") } else { line.to_owned() });
        self.spec = lines.collect::<Vec<_>>().join("\n");
        self
    }

    fn text(&self) -> String {
        let version = match self.kind {
            "Switch" | "Server" | "Connection" | "SwitchGroup" | "VLANNamespace" | "SwitchProfile" => {
                "wiring.githedgehog.com/v1beta1"
            }
            "Gateway" | "GatewayGroup" | "GatewayPeering" => "gateway.githedgehog.com/v1alpha1",
            _ => "vpc.githedgehog.com/v1beta1",
        };
        let spec: String = self.spec.trim_matches('\n').lines().map(|line| format!("  {line}\n")).collect();
        format!(
            "---\napiVersion: {version}\nkind: {}\nmetadata:\n  name: {}\nspec: {}\n{spec}",
            self.kind, self.name, self.marker
        )
    }
}

/// What an example is judged with.
pub struct Example {
    pub docs: Vec<Doc>,
    /// What the documents replace, for rules about changes.
    pub before: Vec<Doc>,
    pub settings: Settings,
}

impl From<Vec<Doc>> for Example {
    fn from(docs: Vec<Doc>) -> Self {
        let mut settings = Settings::default();
        settings.gateway.enabled = Some(true);
        Self { docs, before: Vec::new(), settings }
    }
}

/// Documents that take the place of others.
pub fn change(before: Vec<Doc>, docs: Vec<Doc>) -> Example {
    Example { before, ..Example::from(docs) }
}

/// Documents under other settings.
pub fn under(toml: &str, docs: Vec<Doc>) -> Example {
    let settings = Settings::read(toml.as_bytes()).unwrap();
    Example { settings, ..Example::from(docs) }
}

/// A code and the line of the example where it is found.
pub type Found = BTreeSet<(u32, String)>;

/// What the comments of the documents expect.
pub fn expected(text: &str) -> Found {
    let lines = text.lines().enumerate().filter_map(|(at, line)| Some((at, line.split_once("# HR")?.1)));
    lines
        .flat_map(|(at, codes)| {
            codes.split_whitespace().map(move |code| (at as u32 + 1, format!("HR{}", code.trim_start_matches("HR"))))
        })
        .collect()
}

/// The text of an example's documents.
pub fn text(docs: &[Doc]) -> String {
    docs.iter().map(Doc::text).collect()
}

/// Judges an example with the base: what is found in its own documents, and what is found elsewhere.
pub fn judge(example: &Example) -> (Found, Vec<Verdict>) {
    let (own, before) = (text(&example.docs), text(&example.before));
    assert_eq!(
        objects(&parse("raw/example.yaml", &own)).count(),
        example.docs.len(),
        "not every document is an object\n{own}"
    );
    let verdicts = verdicts(&[("managed/base.yaml", BASE), ("raw/example.yaml", &own)], &before, &example.settings);
    let inside = |verdict: &&Verdict| verdict.finding.place.file == TreePath::new(b"raw/example.yaml".to_vec());
    let found =
        verdicts.iter().filter(inside).map(|v| (v.finding.place.line.unwrap(), v.finding.code.to_string())).collect();
    let elsewhere = verdicts.iter().filter(|v| !inside(v)).cloned().collect();
    (found, elsewhere)
}

/// Judges files as one set; of two documents with one identity the later counts. `before` is what they replace.
pub fn verdicts(files: &[(&str, &str)], before: &str, settings: &Settings) -> Vec<Verdict> {
    let parsed: Vec<_> = files.iter().map(|(path, text)| parse(path, text)).collect();
    let old_file = parse("before.yaml", before);
    let old: BTreeMap<_, _> = objects(&old_file).map(|(identity, _, node, _)| (identity, node)).collect();
    let mut set: BTreeMap<Identity, (&ParsedFile<'_>, String, &Node<'_>, usize)> = BTreeMap::new();
    for file in &parsed {
        set.extend(objects(file).map(|(identity, version, node, index)| (identity, (file, version, node, index))));
    }
    let subjects: Vec<_> = set
        .iter()
        .map(|(identity, (file, version, node, document))| Subject {
            identity,
            version,
            node,
            file: &file.path,
            bytes: file.bytes,
            document: *document,
            before: old.get(identity).copied(),
        })
        .collect();
    let verdicts = rules::judge(&subjects, &open(&subjects), settings, &Catalogue::builtin());
    let backwards: Vec<_> = subjects.iter().rev().copied().collect();
    let again = rules::judge(&backwards, &open(&subjects), settings, &Catalogue::builtin());
    assert_eq!(findings(&verdicts), findings(&again), "the order of the set changes what is found");
    verdicts
}

fn findings(verdicts: &[Verdict]) -> Vec<&hedgerow_core::finding::Finding> {
    verdicts.iter().map(|verdict| &verdict.finding).collect()
}

/// The kinds of which the set has no object.
pub fn open(set: &[Subject<'_>]) -> BTreeSet<(String, String)> {
    let held: BTreeSet<_> = set.iter().map(|s| (s.identity.group.clone(), s.identity.kind.clone())).collect();
    let kinds =
        Catalogue::builtin().kinds().map(|kind| (kind.group.clone(), kind.kind.clone())).collect::<BTreeSet<_>>();
    kinds.difference(&held).cloned().collect()
}

/// Parses a file that has nothing wrong as YAML.
pub fn parse<'a>(path: &str, text: &'a str) -> ParsedFile<'a> {
    let file = document::parse(&TreePath::new(path.as_bytes().to_vec()), text.as_bytes());
    let errors: Vec<_> = file.findings.iter().filter(|f| f.severity == Severity::Error).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{text}");
    file
}

/// The objects of a file: identity, version, value, index.
pub fn objects<'f, 'a>(file: &'f ParsedFile<'a>) -> impl Iterator<Item = (Identity, String, &'f Node<'a>, usize)> {
    file.documents.iter().filter_map(|document| {
        let node = document.value.as_ref()?;
        let text = |path: &str| node.at(path).and_then(|n| n.as_str()).map(str::to_owned);
        let (group, version) = text("apiVersion")?.split_once('/').map(|(g, v)| (g.to_owned(), v.to_owned()))?;
        let namespace = text("metadata.namespace").unwrap_or_else(|| "default".to_owned());
        let identity = Identity { group, kind: text("kind")?, namespace, name: text("metadata.name")? };
        Some((identity, version, node, document.index))
    })
}

/// Runs the two examples of a rule.
pub fn run(refused: Example, accepted: Example) {
    let text = text(&refused.docs);
    let wanted = expected(&text);
    assert!(!wanted.is_empty(), "nothing is expected of\n{text}");
    let (found, elsewhere) = judge(&refused);
    assert_eq!(found, wanted, "\n{text}\nelsewhere: {elsewhere:#?}");
    no_finding(&accepted);
}

/// Nothing is found in the example, nor in the base because of it.
pub fn no_finding(example: &Example) {
    let text = text(&example.docs);
    let (found, elsewhere) = judge(example);
    assert!(found.is_empty() && elsewhere.is_empty(), "{found:?}\n{text}\nelsewhere: {elsewhere:#?}");
}

/// Declares examples: for each rule a test that bears its name, with what is refused and what is accepted.
macro_rules! examples {
    ($($name:ident { refuse: $refuse:expr, accept: $accept:expr $(,)? })*) => {
        $(
            #[test]
            fn $name() {
                crate::harness::run($refuse.into(), $accept.into());
            }
        )*

        /// The examples that are refused, by the names of their rules.
        pub fn refused() -> Vec<(&'static str, crate::harness::Example)> {
            vec![$((stringify!($name), $refuse.into())),*]
        }
    };
}
pub(crate) use examples;
