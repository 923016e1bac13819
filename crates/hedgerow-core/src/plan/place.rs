//! What a document is and whether it may be placed: its group, version and kind. Names are in [`super::name`].

use crate::catalogue::{Kind, LookUp, Writer};
use crate::codes::placement as codes;
use crate::finding::Span;
use crate::object::split_api_version;
use crate::settings::Settings;
use crate::yaml::Node;

use super::Context;
use super::fault::Fault;

/// What a document is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Sort<'c> {
    /// An object of a kind that is served and that people write.
    Object(&'c Kind),
    /// Somebody else's object.
    Foreign,
}

/// What the document `node` is, or why it is nothing that could be placed or set aside.
pub(super) fn sort<'c>(node: &Node<'_>, context: &Context<'c>) -> Result<Sort<'c>, Fault> {
    let api_version = type_field(node, "apiVersion")?;
    let kind = type_field(node, "kind")?;
    if kind == "List" {
        let hint = "split it into documents: `hedgerow fmt FILE` shows how, `hedgerow fmt --write FILE` does it";
        return Err(Fault::new(codes::LIST, span_of(node, "kind"), "a `kind: List` cannot be cut by lines", hint));
    }
    let (group, version) = split_api_version(api_version);
    match context.catalogue.look_up(group, version, kind) {
        LookUp::Served(known) => written_by_people(node, known, context.settings),
        LookUp::Foreign => Ok(Sort::Foreign),
        unknown => Err(refusal(node, unknown, group, version, kind)),
    }
}

/// `apiVersion` or `kind`.
fn type_field<'n>(node: &'n Node<'_>, key: &str) -> Result<&'n str, Fault> {
    let Some(value) = node.get(key) else {
        let message = match node.type_name() {
            "object" => format!("the document has no `{key}`"),
            other => format!("the document is no object but a value of type {other}"),
        };
        let hint = "a Kubernetes object has `apiVersion`, `kind` and `metadata.name`";
        return Err(Fault::new(codes::NOT_AN_OBJECT, node.span, message, hint));
    };
    let text = value.as_str().filter(|text| !text.is_empty() && text.matches('/').count() <= 1);
    text.ok_or_else(|| {
        let hint = "write a string, such as `apiVersion: vpc.githedgehog.com/v1beta1` and `kind: VPC`";
        Fault::new(codes::NOT_AN_OBJECT, value.span, format!("`{key}` names no type"), hint)
    })
}

fn written_by_people<'c>(node: &Node<'_>, kind: &'c Kind, settings: &Settings) -> Result<Sort<'c>, Fault> {
    // The one kind of the controllers that a fabric may be set to take from people, too.
    let is_profile = kind.kind == "SwitchProfile" && kind.group == "wiring.githedgehog.com";
    if kind.writer == Writer::User || (is_profile && settings.profiles.allow_extra) {
        return Ok(Sort::Object(kind));
    }
    let writer = match kind.writer {
        Writer::User | Writer::Controller => "the fabric's controllers write objects of this kind",
        Writer::Installer => "the installer writes objects of this kind, in `fab.yaml`",
        Writer::Nobody => "nothing reads objects of this kind",
    };
    let message = format!("{} does not belong into an inbox: {writer}", kind.kind);
    let hint = match is_profile {
        true => {
            "remove the document; if your fabric takes others than its own, set profiles.allow_extra = true in .hedgerow/fabric.toml"
        }
        false => "remove the document",
    };
    Err(Fault::new(codes::NOT_FOR_PEOPLE, span_of(node, "kind"), message, hint))
}

/// Why a look-up that found nothing served stands against the document.
fn refusal(node: &Node<'_>, found: LookUp<'_>, group: &str, version: &str, kind: &str) -> Fault {
    let api_version = span_of(node, "apiVersion");
    match found {
        LookUp::Former(former) => {
            let hint = former.replaced_by.as_ref().map_or("remove the document".to_owned(), |new| format!("use {new}"));
            let message = format!("{kind} of {group}/{version} is {}", former.message());
            Fault::new(codes::FORMER_KIND, api_version, message, hint)
        }
        LookUp::UnknownVersion(known) => {
            let hint = format!("served: {}", known.versions.join(", "));
            Fault::new(codes::UNKNOWN_VERSION, api_version, format!("{kind} has no version {version:?}"), hint)
        }
        LookUp::NearGroup { near } => {
            let message = format!("the group {group:?} is almost {near}");
            Fault::new(codes::NEAR_GROUP, api_version, message, format!("did you mean {near}?"))
        }
        LookUp::UnknownKind { near } => {
            let hint = near.map_or("`hedgerow explain` lists the kinds".to_owned(), did_you_mean);
            let message = format!("{group} has no kind {kind:?}");
            Fault::new(codes::UNKNOWN_KIND, span_of(node, "kind"), message, hint)
        }
        LookUp::Served(_) | LookUp::Foreign => unreachable!("these are no refusals"),
    }
}

fn did_you_mean(kind: &Kind) -> String {
    let version = kind.versions.first().map_or("", String::as_str);
    format!("did you mean {} of {}/{version}?", kind.kind, kind.group)
}

fn span_of(node: &Node<'_>, key: &str) -> Span {
    node.get(key).map_or(node.span, |value| value.span)
}
