//! The catalogue for people, as `kubectl explain` would tell it.

use serde::Serialize;

use super::near::{nearest, tolerance};
use super::{Catalogue, Field, Former, Kind, Scope, Shape, Writer};

mod facts;
mod steps;

pub use facts::Facts;

use steps::{no_field, push, step_into, steps};

/// What is known of a kind, or of one field of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// `wiring.githedgehog.com/v1beta1`
    pub api_version: String,
    /// `Switch`
    pub kind: String,
    /// The path of the field, such as `spec.portFECs.*`; empty for the kind itself.
    pub path: String,
    /// What it is for.
    pub about: String,
    /// What it describes: the upstream project, version and commit, or a CRD file.
    pub describes: String,
    /// Of the kind itself only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub names: Option<Names>,
    /// Of a field only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
    /// The fields directly below.
    pub fields: Vec<Facts>,
    /// What was once there, below.
    pub gone: Vec<String>,
}

/// What a kind is called, and who writes it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Names {
    /// The directory under `managed/`.
    pub plural: String,
    /// For short.
    pub short_names: Vec<String>,
    /// All versions that are served, newest first.
    pub versions: Vec<String>,
    /// Whether it lives in a namespace.
    pub scope: Scope,
    /// Who writes its objects.
    pub writer: Writer,
}

/// Why nothing can be explained.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExplainError {
    /// No kind has this name, plural or short name.
    #[error("no kind is called `{name}`")]
    Kind {
        /// As it was asked for.
        name: String,
        /// A kind that may have been meant.
        near: Option<String>,
    },
    /// Kinds of this name are no longer served: what became of them, at least one.
    #[error("kinds called `{}` are no longer served", .0.first().and_then(|former| former.kind.as_deref()).unwrap_or_default())]
    Former(Vec<Former>),
    /// The kind's fields are not described, as people never write it.
    #[error("the fields of {kind} are not described: people do not write it")]
    Undescribed {
        /// The kind.
        kind: String,
    },
    /// There is no such field.
    #[error("{kind} has no field `{path}`")]
    Field {
        /// The kind.
        kind: String,
        /// The path up to the step that fails.
        path: String,
        /// A field that may have been meant.
        near: Option<String>,
    },
}

impl Catalogue {
    /// Explains `switch`, `sw.spec`, `vpc.spec.subnets.dhcp`: a kind by any of its names, and the path of a field.
    /// Steps into items and entries may be left out, or be written as `[]` and `*`.
    ///
    /// # Errors
    /// What cannot be found, with what may have been meant.
    pub fn explain(&self, path: &str) -> Result<Explanation, ExplainError> {
        let (name, rest) = path.split_once('.').unwrap_or((path, ""));
        let kind = self.named(name).next().ok_or_else(|| self.no_kind(name))?;
        let version = kind.versions.first().map_or("", String::as_str);
        let top = Explanation::of(kind, version);
        match kind.fields(version) {
            Some(root) if rest.is_empty() => Ok(Explanation { fields: below(root), ..top }),
            None if rest.is_empty() => Ok(top),
            Some(root) => self.explain_field(kind, root, rest, top),
            None => Err(ExplainError::Undescribed { kind: kind.kind.clone() }),
        }
    }

    fn explain_field(
        &self,
        kind: &Kind,
        root: &Field,
        rest: &str,
        top: Explanation,
    ) -> Result<Explanation, ExplainError> {
        let (mut field, mut path) = (root, String::new());
        for (at, step) in steps(rest).enumerate() {
            field = match (at, step) {
                (0, "metadata") => self.metadata(),
                _ => step_into(field, step, &mut path).ok_or_else(|| no_field(kind, field, &path, step))?,
            };
            push(&mut path, step);
        }
        let name = path.rsplit('.').next().unwrap_or_default();
        let facts = Facts::of(name, field);
        let about = facts.about.clone().unwrap_or_default();
        Ok(Explanation { path, about, names: None, facts: Some(facts), fields: below(field), gone: gone(field), ..top })
    }

    fn no_kind(&self, name: &str) -> ExplainError {
        let former: Vec<_> = self.former_kinds(name).cloned().collect();
        if !former.is_empty() {
            return ExplainError::Former(former);
        }
        let near = nearest(name, self.kinds().map(|k| k.kind.as_str()), tolerance(name)).map(str::to_owned);
        ExplainError::Kind { name: name.to_owned(), near }
    }
}

impl Explanation {
    fn of(kind: &Kind, version: &str) -> Self {
        Self {
            api_version: format!("{}/{version}", kind.group),
            kind: kind.kind.clone(),
            path: String::new(),
            about: kind.about.clone(),
            describes: kind.describes.clone(),
            names: Some(Names {
                plural: kind.plural.clone(),
                short_names: kind.short_names.clone(),
                versions: kind.versions.clone(),
                scope: kind.scope,
                writer: kind.writer,
            }),
            facts: None,
            fields: Vec::new(),
            gone: Vec::new(),
        }
    }
}

/// The fields below, through items and entries.
fn below(field: &Field) -> Vec<Facts> {
    match &field.shape {
        Shape::Object(object) => object.fields().map(|(name, field)| Facts::of(name, field)).collect(),
        Shape::Map(inner, _) | Shape::List(inner, _) => below(inner),
        _ => Vec::new(),
    }
}

fn gone(field: &Field) -> Vec<String> {
    match &field.shape {
        Shape::Object(object) => object
            .gone
            .iter()
            .map(|gone| match &gone.instead {
                Some(instead) => format!("`{}` until {}, now {instead}", gone.name, gone.until),
                None => format!("`{}` until {}", gone.name, gone.until),
            })
            .collect(),
        Shape::Map(inner, _) | Shape::List(inner, _) => gone(inner),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests;
