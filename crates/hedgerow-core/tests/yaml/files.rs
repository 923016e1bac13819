//! Generated files: documents, and all that people put between them.

use proptest::prelude::*;
use proptest::sample::select;

/// Bodies of documents that are well-formed on their own, below any separator.
const BODIES: &[&str] = &[
    "apiVersion: v1\nkind: A\nmetadata:\n  name: a-1\n",
    "a: 1 # right\n# of a\nb:\n  - x\n  # inside\n  - y\n",
    "text: |\n  one\n\n  two\n",
    "text: |\n  one\n\n\n",
    "text: |+\n  kept\n\n\n",
    "text: |+\n  kept\n\n# after\n\n",
    "text: >-\n  folded\n  # no comment\n",
    "text: |\n  ends so\n  # no comment\n",
    "- |2\n    deep\n  # text\n",
    "base: &b {x: 1}\nuse: *b\nmore:\n  <<: *b\n  y: 2\n",
    "'quoted # text\n  over lines'\n",
    "plain\n  text # and a comment\n",
    "[1,\n # inside\n 2]\n",
    "key: \"ends\n  # no comment\n  here\"\n",
    "key:\n",
    "key: !!str 12\n",
    "~\n",
    "on: yes\noctal: 010\n",
    "a:\tb\n",
    "\n\n  # first\n\nlate: 1\n",
];

/// What may stand between two documents.
const CUTS: &[&str] = &[
    "---\n",
    "---   \n",
    "---\t\n",
    "--- # why\n",
    "\n---\n",
    "\n\n# of the next\n---\n",
    "# of the last\n---\n",
    "\n# one\n\n# two\n# three\n---\n\n# four\n",
    "#\n# Banner\n#\n---\n",
    "# of the last\n#\n# Banner\n---\n",
    "  # indented\n---\n",
    "\n  # indented\n# not indented\n---\n",
    "---\n---\n",
    "---\n# nothing here\n---\n",
    "---\n# nothing here\n--- # nor there\n---\n",
    "...\n---\n",
    "... # done\n# between\n---\n",
    "...\n",
    "...\n# bare below\n",
    "...\n...\n---\n",
    "...\n%YAML 1.1\n---\n",
    "...\n%TAG !e! tag:example.com,2000:\n# of it\n---\n",
    "--- |\n  text at the root\n---\n",
    "--- |\nflush left\n\n# no comment\n---\n",
    "--- >+\n folded\n\n\n---\n",
    "--- 'quoted'\n---\n",
    "--- &anchor\n",
    "--- !!map\n",
    "--- [1, 2]\n...\n",
];

/// What may stand before the first document.
const HEADS: &[&str] = &[
    "",
    "---\n",
    "\n",
    "# head\n",
    "# head\n---\n",
    "--- # head\n",
    "%YAML 1.2\n---\n",
    "# c\n%YAML 1.1\n# d\n---\n",
    "---\n---\n",
    "...\n",
];

/// What may stand after the last document.
const TAILS: &[&str] = &[
    "",
    "\n",
    "\n\n# tail\n",
    "# tail\n",
    "---\n",
    "---\n# tail\n",
    "...\n",
    "...\n# tail\n",
    "\n# tail\n---\n",
    "--- # tail\n",
];

/// Lines that mean little together.
const LINES: &[&str] = &[
    "a: 1",
    "b:",
    "  c: x",
    "  - d",
    "- e",
    "- |",
    "k: |",
    "k: |+",
    "k: >-",
    "k: |2",
    "  text",
    "    deep",
    "text",
    "# c",
    "#",
    " # i",
    "",
    "  ",
    "---",
    "--- ",
    "--- # t",
    "--- x",
    "--- |",
    "--- >+",
    "--- \"q",
    "--- &x",
    "...",
    "... # x",
    "...x",
    "%YAML 1.2",
    "%TAG ! tag:x,2000:",
    "%foo",
    "&x",
    "*x",
    "v: &x 1",
    "w: *x",
    "q: \"multi",
    "  line\"",
    "'s",
    "t'",
    "[1,",
    "2]",
    "{m: 1}",
    "}",
    "\ttab",
    "a:\tb",
    "\t# c",
    "? k",
    ": v",
    "-",
    "null",
    "~",
    "!!str",
    "i: !!int 3",
    "<<: {a: 2}",
    "on: yes",
    "---x",
    " ---",
    "{{ .x }}",
    "n: .nan",
    "\u{feff}",
    "u: \u{2028}",
    "é: ü",
];

/// One way in which a whole file can be written.
#[derive(Clone, Copy, Debug)]
enum Ending {
    Lf,
    CrLf,
    NoFinalLf,
}

fn written(text: String, ending: Ending, mark: bool) -> String {
    let text = match ending {
        Ending::Lf => text,
        Ending::CrLf => text.replace('\n', "\r\n"),
        Ending::NoFinalLf => text.trim_end_matches('\n').to_owned(),
    };
    if mark { format!("\u{feff}{text}") } else { text }
}

fn endings() -> impl Strategy<Value = Ending> {
    prop_oneof![4 => Just(Ending::Lf), 1 => Just(Ending::CrLf), 1 => Just(Ending::NoFinalLf)]
}

/// Files of documents that are well-formed, though what stands between may still make them change when cut.
pub(crate) fn tidy() -> impl Strategy<Value = String> {
    let parts = prop::collection::vec((select(BODIES), select(CUTS)), 0..5);
    (select(HEADS), parts, select(BODIES), select(TAILS), endings(), prop::bool::weighted(0.1)).prop_map(
        |(head, parts, last, tail, ending, mark)| {
            let middle: String = parts.into_iter().map(|(body, cut)| format!("{body}{cut}")).collect();
            written(format!("{head}{middle}{last}{tail}"), ending, mark)
        },
    )
}

/// Files of lines in any order: most are not YAML.
pub(crate) fn soup() -> impl Strategy<Value = String> {
    (prop::collection::vec(select(LINES), 0..16), endings(), prop::bool::weighted(0.05)).prop_map(
        |(lines, ending, mark)| {
            let text = lines.into_iter().map(|line| format!("{line}\n")).collect();
            written(text, ending, mark)
        },
    )
}

/// Both kinds.
pub(crate) fn any() -> impl Strategy<Value = String> {
    prop_oneof![tidy(), soup()]
}
