//! What is wrong with a configuration file, in words that name the place and never show a line of it: a secret that
//! somebody wrote there by mistake must not reach a log.

use std::fmt;
use std::path::PathBuf;

/// Why a configuration file cannot be used. A person has to edit it; none of these is worth a retry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ConfigError {
    /// Which file.
    pub(crate) file: PathBuf,
    /// Line and column, from 1, where the fault has a place.
    pub(crate) place: Option<(usize, usize)>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do about it.
    pub(crate) hint: Option<String>,
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some((line, column)) = self.place {
            write!(f, ":{line}:{column}")?;
        }
        write!(f, ": {}", self.message)?;
        match &self.hint {
            Some(hint) => write!(f, "\nhint: {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ConfigError {}

impl ConfigError {
    /// What the reader of TOML says, without the line that it would show.
    pub(crate) fn of_toml(file: PathBuf, text: &str, error: &toml::de::Error) -> Self {
        let (message, hint) = in_words(error.message());
        let place = error.span().map(|span| place(text, span.start));
        Self { file, place, message, hint }
    }
}

/// An unknown key gets the nearest known one; the other messages are good as they are.
fn in_words(message: &str) -> (String, Option<String>) {
    let Some(rest) = message.strip_prefix("unknown field ") else { return (message.to_owned(), None) };
    let mut words = rest.split('`').skip(1).step_by(2);
    let unknown = words.next().unwrap_or_default();
    let known: Vec<&str> = words.collect();
    let nearest = known.iter().copied().min_by_key(|key| strsim::osa_distance(unknown, key));
    let hint = match nearest.filter(|key| strsim::osa_distance(unknown, key) <= (key.len() / 3).clamp(1, 4)) {
        Some(key) => format!("did you mean {key}?"),
        None => format!("known here: {}", known.join(", ")),
    };
    (format!("unknown key {unknown}"), Some(hint))
}

/// Line and column of a byte, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or_default();
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
}
