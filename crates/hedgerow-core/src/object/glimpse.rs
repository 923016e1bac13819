//! Which objects a text seems to have, where nobody can read it as YAML.

/// Kind and name of each object that `text` seems to have, by the lines that nearly every file has. A guess: good enough to keep
/// from saying that an object is missing, and for nothing else.
pub(crate) fn glimpse(text: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(text);
    let mut seen = Vec::new();
    let mut document = Glimpsed::default();
    for line in text.lines().chain(["---"]) {
        if line.starts_with("---") {
            let Glimpsed { kind, name, .. } = std::mem::take(&mut document);
            seen.extend(kind.zip(name).map(|(kind, name)| (kind.to_owned(), name.to_owned())));
        } else {
            document.line(line);
        }
    }
    seen
}

#[derive(Default)]
struct Glimpsed<'t> {
    kind: Option<&'t str>,
    name: Option<&'t str>,
    in_metadata: bool,
}

impl<'t> Glimpsed<'t> {
    fn line(&mut self, line: &'t str) {
        let Some((key, value)) = line.split_once(':') else { return };
        let value = value.split(" #").next().unwrap_or_default().trim_matches([' ', '\t', '"', '\'']);
        match key.trim_start() {
            "name" if self.in_metadata && key != "name" => self.name = self.name.or(Some(value)),
            "kind" if key == "kind" => self.kind = Some(value),
            // Another key at the first column ends `metadata`.
            _ if !key.starts_with([' ', '\t', '#', '-']) => self.in_metadata = key == "metadata",
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_broken_documents_is_seen_by_its_lines() {
        let text = "kind: VPC\nmetadata:\n\tlabels: [\n  name: \"a\" # c\nspec:\n  name: x\n---\nkind: [\n---\nmetadata:\n  name: b\nkind: Switch\n";
        let seen = [("VPC", "a"), ("Switch", "b")].map(|(kind, name)| (kind.to_owned(), name.to_owned()));
        assert_eq!(glimpse(text.as_bytes()), seen);
    }
}
