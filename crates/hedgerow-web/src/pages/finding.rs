//! A finding, as pages show it: with its line of YAML and a caret.

use serde::Deserialize;
use unicode_width::UnicodeWidthChar;

use super::parts::{Status, Tone};

/// U+3000, a space as wide as an ideograph in any font.
const WIDE_SPACE: char = '\u{3000}';

/// A finding, as reports have it.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Finding {
    pub(crate) code: String,
    pub(crate) severity: String,
    pub(crate) file: String,
    pub(crate) line: Option<u32>,
    pub(crate) column: Option<u32>,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    #[serde(default)]
    pub(crate) related: Vec<Related>,
    pub(crate) excerpt: Option<Excerpt>,
    /// The page of the object that it is about.
    #[serde(skip)]
    pub(crate) href: Option<String>,
}

/// Another place that it is about.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Related {
    pub(crate) file: String,
    pub(crate) line: Option<u32>,
    pub(crate) message: String,
}

/// Its line.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Excerpt {
    pub(crate) text: String,
    pub(crate) start: usize,
    pub(crate) length: usize,
}

impl Finding {
    /// All findings of a report's JSON; none where it cannot be read.
    pub(crate) fn all(json: &str) -> Vec<Self> {
        serde_json::from_str(json).unwrap_or_default()
    }

    pub(crate) fn status(&self) -> Status {
        let tone = match self.severity.as_str() {
            "error" => Tone::Bad,
            "warning" => Tone::Wait,
            _ => Tone::Idle,
        };
        Status::new(tone, self.severity.clone())
    }

    /// `raw/a.yaml:3:5`
    pub(crate) fn place(&self) -> String {
        let number = |number: Option<u32>| number.map_or_else(String::new, |number| format!(":{number}"));
        format!("{}{}{}", self.file, number(self.line), number(self.column))
    }

    /// Left of the line.
    pub(crate) fn gutter(&self) -> String {
        format!("{} │ ", self.line.unwrap_or_default())
    }

    /// Left of the caret, as wide.
    pub(crate) fn gutter_below(&self) -> String {
        let width = self.line.unwrap_or_default().to_string().len();
        format!("{:width$} │ ", "")
    }
}

impl Excerpt {
    /// As far as the caret, in the line's own tabs and spaces, as wide as its characters are.
    pub(crate) fn indent(&self) -> String {
        let blank = |c: char| match (c, c.width()) {
            ('\t', _) => Some('\t'),
            (_, Some(0)) => None,
            (_, Some(2)) => Some(WIDE_SPACE),
            _ => Some(' '),
        };
        self.text.chars().take(self.start).filter_map(blank).collect()
    }

    pub(crate) fn carets(&self) -> String {
        let meant = self.text.chars().skip(self.start).take(self.length);
        "^".repeat(meant.map(|c| c.width().unwrap_or(1)).sum::<usize>().max(1))
    }
}
