//! What a program did, with everything one needs to see when it did something else.

use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Output};

use serde_json::Value;

/// A finished program.
#[derive(Clone, Debug)]
pub(crate) struct Ran {
    what: String,
    output: Output,
}

impl Ran {
    /// Runs the command to its end.
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.stdin(std::process::Stdio::null()).output().unwrap();
        Self::from_output(command, output)
    }

    /// The output of a command that somebody else waited for.
    pub(crate) fn from_output(command: &Command, output: Output) -> Self {
        let words: Vec<_> =
            std::iter::once(command.get_program()).chain(command.get_args()).map(|w| w.to_string_lossy()).collect();
        Self { what: words.join(" "), output }
    }

    /// The exit code; a signal counts as its negative number.
    pub(crate) fn code(&self) -> i32 {
        self.output.status.code().unwrap_or_else(|| -self.output.status.signal().unwrap())
    }

    /// Fails the test unless the exit code is `code`.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code(), code, "wrong exit code\n{}", self.story());
        self
    }

    pub(crate) fn stdout(&self) -> String {
        String::from_utf8_lossy(&self.output.stdout).into_owned()
    }

    pub(crate) fn stderr(&self) -> String {
        String::from_utf8_lossy(&self.output.stderr).into_owned()
    }

    /// Both streams.
    pub(crate) fn text(&self) -> String {
        self.stdout() + &self.stderr()
    }

    /// Fails the test unless one of the streams holds `text`.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.text().contains(text), "does not say {text:?}\n{}", self.story());
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.output.stdout)
            .unwrap_or_else(|error| panic!("not JSON ({error})\n{}", self.story()))
    }

    /// Command, exit status and both streams.
    pub(crate) fn story(&self) -> String {
        format!("$ {}\n{}\n--- stdout\n{}\n--- stderr\n{}", self.what, self.output.status, self.stdout(), self.stderr())
    }
}
