//! Where the two differ, and why: the table of classes.

use hedgerow_core::codes::schema as codes;
use serde_json::{Value as Json, json};

use crate::judged::{Fault, Judged};

/// A class of differences.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// We refuse a number that does not fit.
    Width,
    /// We refuse a text that is no time span.
    TimeSpan,
    /// We look into `metadata`.
    Metadata,
    /// We refuse a Switch without a spec.
    SpecOfSwitch,
    /// We take a document without a field that the CRD requires.
    Defaulted,
    /// We take an empty text where the CRD asks for a value or a pattern.
    EmptyIsAbsent,
    /// We take `null`.
    NullIsAbsent,
    /// We do not look for a name.
    Nameless,
}

impl Class {
    /// All of them, in order.
    pub(crate) const ALL: [Self; 8] = [
        Self::Width,
        Self::TimeSpan,
        Self::Metadata,
        Self::SpecOfSwitch,
        Self::Defaulted,
        Self::EmptyIsAbsent,
        Self::NullIsAbsent,
        Self::Nameless,
    ];

    /// Why the two differ, and why we are right.
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Width => {
                "JSON Schema has no integer widths. The API server enforces `int32` and `int64`, and the webhook cannot decode \
                 what does not fit its Go type"
            }
            Self::TimeSpan => "a CRD says `string` of what the webhook decodes as a Go duration",
            Self::Metadata => "a CRD says `object` of metadata; the API server checks it by rules of its own",
            Self::SpecOfSwitch => "the webhook writes an empty spec, which then lacks `role`",
            Self::Defaulted => "the webhook fills the field in before the schema is applied",
            Self::EmptyIsAbsent => "the webhook writes the object anew, and leaves empty optional texts out",
            Self::NullIsAbsent => {
                "the webhook's decoder reads `null` as nothing, and the object is written anew without it; as an \
                 entry of objects it is an empty one"
            }
            Self::Nameless => {
                "a document without a name has no place, which is told before any schema is looked at (HR5008)"
            }
        }
    }
}

/// The fields that a CRD requires and the webhook fills in: the end of their path.
const DEFAULTED: [(&str, &str); 6] = [
    ("vpc.githedgehog.com/VPC", ".dhcp.options.interfaceMTU"),
    ("vpc.githedgehog.com/VPC", ".dhcp.options.leaseTimeSeconds"),
    ("vpc.githedgehog.com/ExternalAttachment", "spec.switch"),
    ("vpc.githedgehog.com/ExternalAttachment", "spec.neighbor"),
    ("vpc.githedgehog.com/ExternalAttachment", "spec"),
    ("gateway.githedgehog.com/GatewayPeering", "spec.acl.default"),
];

/// The differences about one document.
#[derive(Default)]
pub(crate) struct Differences {
    pub(crate) explained: Vec<Class>,
    pub(crate) unexplained: Vec<String>,
}

/// Compares the places at which the two find fault.
pub(crate) fn between(judged: &Judged) -> Differences {
    let mut differences = Differences::default();
    let mut add = |class: Option<Class>, what: String| match class {
        Some(class) => differences.explained.push(class),
        None => differences.unexplained.push(what),
    };
    for (path, code) in judged.ours.iter().filter(|(path, _)| !judged.oracle.contains_key(*path)) {
        let class = match *code {
            _ if path.starts_with("metadata") => Some(Class::Metadata),
            codes::WIDTH => Some(Class::Width),
            codes::FORMAT => Some(Class::TimeSpan),
            codes::MISSING if path == "spec" => Some(Class::SpecOfSwitch),
            codes::MISSING if below_null(judged, path) => Some(Class::NullIsAbsent),
            _ => None,
        };
        add(class, format!("ours alone: {path} {code}"));
    }
    for (path, fault) in judged.oracle.iter().filter(|(path, _)| !judged.ours.contains_key(*path)) {
        let filled_in = DEFAULTED.iter().any(|(kind, end)| *kind == judged.kind && path.ends_with(end));
        let class = match fault {
            Fault::Value(Json::Null) => Some(Class::NullIsAbsent),
            Fault::Missing if path == "metadata" => Some(Class::Nameless),
            Fault::Missing if filled_in => Some(Class::Defaulted),
            Fault::Value(text) if *text == json!("") => Some(Class::EmptyIsAbsent),
            _ => None,
        };
        add(class, format!("the oracle alone: {path} {fault:?}"));
    }
    differences
}

/// Whether the field would stand below what is `null`.
fn below_null(judged: &Judged, path: &str) -> bool {
    let above = path.rsplit_once('.').map_or("", |(above, _)| above);
    matches!(judged.oracle.get(above), Some(Fault::Value(Json::Null)))
}
