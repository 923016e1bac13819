//! Who an object is, by its lines alone: for the block style that nearly every file has, many times faster than YAML.

use super::{DEFAULT_NAMESPACE, Identity, split_api_version};

/// The identity of the only document of `text`, or `None` where its lines are not plain enough to be sure: then YAML decides.
///
/// Sure means: a block mapping at column 0 whose keys are words, each of the four fields a plain scalar on its own line that
/// YAML can only read as a string, none of them twice, and nothing that could change what they mean.
pub(crate) fn scan(text: &[u8]) -> Option<Identity> {
    let text = std::str::from_utf8(text).ok().filter(|text| !text.contains(['\t', '%', '\u{feff}']))?;
    let mut found = Found::default();
    for line in text.lines() {
        let content = line.trim_start_matches(' ');
        if !content.is_empty() && !content.starts_with('#') {
            found.line(line.len() - content.len(), content)?;
        }
    }
    found.identity()
}

#[derive(Default)]
struct Found<'t> {
    api_version: Option<&'t str>,
    kind: Option<&'t str>,
    metadata: Option<Metadata<'t>>,
    /// The mapping at column 0 has a key whose value is on the lines below.
    open: Option<&'t str>,
}

#[derive(Default)]
struct Metadata<'t> {
    /// How far its fields are indented; known with the first.
    indent: Option<usize>,
    name: Option<&'t str>,
    namespace: Option<&'t str>,
    /// The last field stands on one line and must not go on.
    is_closed: bool,
}

impl<'t> Found<'t> {
    fn line(&mut self, indent: usize, content: &'t str) -> Option<()> {
        match (indent, self.open) {
            (0, _) if content == "---" && self.open.is_none() => (self.api_version, self.kind) == (None, None),
            (0, _) => return self.field(content),
            (_, Some("metadata")) => return self.metadata.as_mut()?.line(indent, content),
            (_, open) => open.is_some(),
        }
        .then_some(())
    }

    fn field(&mut self, content: &'t str) -> Option<()> {
        let (key, value) = key_value(content)?;
        self.open = Some(key);
        match key {
            "apiVersion" => set(&mut self.api_version, value)?,
            "kind" => set(&mut self.kind, value)?,
            "metadata" if value.is_empty() && self.metadata.is_none() => self.metadata = Some(Metadata::default()),
            "metadata" => return None,
            _ => return Some(()),
        }
        if key != "metadata" {
            // A value that goes on below would be another one.
            self.open = None;
        }
        Some(())
    }

    fn identity(self) -> Option<Identity> {
        let (group, _) = split_api_version(self.api_version?);
        let metadata = self.metadata?;
        Some(Identity {
            group: group.to_owned(),
            kind: self.kind?.to_owned(),
            namespace: metadata.namespace.unwrap_or(DEFAULT_NAMESPACE).to_owned(),
            name: metadata.name?.to_owned(),
        })
    }
}

impl<'t> Metadata<'t> {
    fn line(&mut self, indent: usize, content: &'t str) -> Option<()> {
        match indent.cmp(self.indent.get_or_insert(indent)) {
            std::cmp::Ordering::Less => None,
            std::cmp::Ordering::Greater => (!self.is_closed).then_some(()),
            std::cmp::Ordering::Equal => {
                let (key, value) = key_value(content)?;
                self.is_closed = matches!(key, "name" | "namespace");
                match key {
                    "name" => set(&mut self.name, value),
                    "namespace" => set(&mut self.namespace, value),
                    _ => Some(()),
                }
            }
        }
    }
}

/// `key: value`, where the key is a word; the value is empty when it is on the lines below.
fn key_value(content: &str) -> Option<(&str, &str)> {
    let (key, value) = content.split_once(':')?;
    let is_word = !key.is_empty() && key.bytes().all(|b| b.is_ascii_alphabetic());
    let value = match value.strip_prefix(' ') {
        Some(value) => value.trim_matches(' '),
        None if value.is_empty() => value,
        None => return None,
    };
    is_word.then_some((key, value))
}

/// Sets a field once, to text that YAML can only read as that string.
fn set<'t>(field: &mut Option<&'t str>, value: &'t str) -> Option<()> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"./-".contains(&b);
    let is_text = value.bytes().next().is_some_and(|b| b.is_ascii_alphabetic()) && value.bytes().all(is_plain);
    let is_other =
        ["y", "n", "yes", "no", "on", "off", "true", "false", "null"].iter().any(|w| w.eq_ignore_ascii_case(value));
    (is_text && !is_other && field.is_none()).then(|| *field = Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::object::Named;
    use crate::path::TreePath;
    use proptest::prelude::*;
    use proptest::sample::select;

    fn by_yaml(text: &str) -> Option<Identity> {
        let parsed = crate::document::parse(&TreePath::from("x.yaml"), text.as_bytes());
        match parsed.documents.as_slice() {
            [only] => Some(Named::read(only.value.as_ref()?)?.identity),
            _ => None,
        }
    }

    #[test]
    fn the_usual_file_is_read_by_its_lines() {
        let text = "# c\n---\napiVersion: a.b/v1\nkind: K\nmetadata:\n  labels:\n    name: x\n  name: n-1\n  namespace: lab\nspec:\n  name: {}\n";
        assert_eq!(scan(text.as_bytes()), by_yaml(text));
        assert!(scan(text.as_bytes()).is_some());
    }

    fn line() -> impl Strategy<Value = String> {
        let indent = select(vec!["", "", "  ", "  ", "    ", " "]);
        let key = select(vec![
            "apiVersion:",
            "kind:",
            "metadata:",
            "name:",
            "namespace:",
            "spec:",
            "a:",
            "- b:",
            "\"kind\":",
            "? kind",
            "<<:",
        ]);
        let value = select(vec![
            "", " x", " a.b/v1", " yes", " 1", " 'x'", " |", " >-", " x # c", " {}", " &a x", " *a", " !!str x", "x",
            " x: y",
        ]);
        let whole = select(vec!["---", "...", "# c", "", "text", "---  ", "--- x", "%YAML 1.1", "\tx", "  text"]);
        prop_oneof![6 => (indent, key, value).prop_map(|(i, k, v)| format!("{i}{k}{v}\n")), 1 => whole.prop_map(|w| format!("{w}\n"))]
    }

    fn text() -> impl Strategy<Value = String> {
        let usual = select(vec![
            "apiVersion: a.b/v1\n",
            "kind: K\n",
            "metadata:\n",
            "  name: n\n",
            "  namespace: m\n",
            "spec:\n",
            "  a: 1\n",
        ]);
        let line = prop_oneof![4 => usual.prop_map(str::to_owned), 1 => line()];
        proptest::collection::vec(line, 3..9).prop_map(|lines| lines.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

        #[test]
        fn what_the_lines_say_is_what_yaml_says(text in text()) {
            if let Some(identity) = scan(text.as_bytes()) {
                let parsed = by_yaml(&text);
                prop_assert!(parsed.is_none() || parsed == Some(identity), "{text}");
            }
        }
    }
}
