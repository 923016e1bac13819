//! What an operator may say on top of the policy.

use super::{Invalid, Mixed, Policy, PolicyError, Replace};

/// What an operator may say on top of the policy: each word may only tighten it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `--replace`
    pub replace: Option<Replace>,
    /// `--mixed`
    pub mixed: Option<Mixed>,
    /// `--invalid`
    pub invalid: Option<Invalid>,
}

impl Flags {
    /// The flags that a `Hedgerow-Flags` trailer names; `None` when it is not as [`Policy::tighten`] writes it.
    pub fn parse(text: &str) -> Option<Self> {
        let mut flags = Self::default();
        for word in text.split(' ') {
            match word {
                "replace=hold" => flags.replace = Some(Replace::Hold),
                "mixed=hold" => flags.mixed = Some(Mixed::Hold),
                "invalid=hold" => flags.invalid = Some(Invalid::Hold),
                _ => return None,
            }
        }
        Some(flags)
    }
}

impl Policy {
    /// The policy with an operator's flags, and the text of those that changed it, for the `Hedgerow-Flags` trailer.
    ///
    /// # Errors
    /// When a flag would loosen the policy.
    pub fn tighten(mut self, flags: Flags) -> Result<(Self, Option<String>), PolicyError> {
        let words = [
            tighten("replace", &mut self.replace, flags.replace)?,
            tighten("mixed", &mut self.mixed, flags.mixed)?,
            tighten("invalid", &mut self.invalid, flags.invalid)?,
        ];
        let text = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        Ok((self, (!text.is_empty()).then_some(text)))
    }
}

/// Sets `decided` to `asked` where that is tighter; gives the word for the trailer when it changed.
fn tighten<T: Choice>(flag: &'static str, decided: &mut T, asked: Option<T>) -> Result<Option<String>, PolicyError> {
    let Some(asked) = asked.filter(|asked| asked != decided) else { return Ok(None) };
    if asked != T::TIGHT {
        return Err(PolicyError::Loosened { flag, asked: asked.word(), decided: decided.word() });
    }
    *decided = asked;
    Ok(Some(format!("{flag}={}", asked.word())))
}

/// A choice of the policy, one side of which is the careful one.
trait Choice: Copy + PartialEq {
    /// The careful side.
    const TIGHT: Self;
    /// As the file has it.
    fn word(self) -> &'static str;
}

impl Choice for Replace {
    const TIGHT: Self = Self::Hold;

    fn word(self) -> &'static str {
        match self {
            Self::Take => "take",
            Self::Hold => "hold",
        }
    }
}

impl Choice for Mixed {
    const TIGHT: Self = Self::Hold;

    fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Split => "split",
        }
    }
}

impl Choice for Invalid {
    const TIGHT: Self = Self::Hold;

    fn word(self) -> &'static str {
        match self {
            Self::Hold => "hold",
            Self::Unmanaged => "unmanaged",
        }
    }
}
