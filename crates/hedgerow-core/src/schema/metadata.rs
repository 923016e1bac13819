//! What must hold of `metadata` beyond its types: names of labels, sizes, and what the server owns.

use crate::codes::schema as codes;
use crate::finding::Code;
use crate::yaml::{Field as Entry, Node, Value};

use super::check::Check;
use super::present;
use super::qualified::{key_fault, value_fault};
use super::trail::Trail;
use super::words::cut;

/// Kubernetes' limit on all annotations of an object, keys and values, in bytes. (apimachinery, pkg/api/validation/objectmeta.go)
const ANNOTATIONS_MAX: usize = 256 * 1024;

/// What the webhooks write themselves: each deletes every label whose key holds this, and sets its own. (githedgehog/fabric, api/wiring/v1beta1/meta.go)
const GENERATED: &str = "fabric.githedgehog.com/";
/// What the webhook of GatewayPeering sets. (api/gateway/v1alpha1/gatewaypeering_types.go)
const GENERATED_FOR_GATEWAYS: &str = "vpc.gateway.githedgehog.com/";
/// kubectl's copy of an object in itself.
const LAST_APPLIED: &str = "kubectl.kubernetes.io/last-applied-configuration";

/// What to do with lines that are not their author's.
pub(super) const LEAVE_OUT: &str = "leave it out: `hedgerow fmt --strip-server-fields` takes such lines out";

/// Fields of `metadata` that the server writes, and what becomes of one that stands in a file.
const SERVER_OWNED: &[(&str, Code)] = &[
    ("creationTimestamp", codes::SERVER_OWNED),
    ("deletionGracePeriodSeconds", codes::SERVER_OWNED),
    ("deletionTimestamp", codes::SERVER_OWNED),
    ("generation", codes::SERVER_OWNED),
    ("managedFields", codes::MANAGED_FIELDS),
    ("resourceVersion", codes::RESOURCE_VERSION),
    ("selfLink", codes::SERVER_OWNED),
    ("uid", codes::UID),
];

/// Whether the server writes this field of `metadata`, and the code for one that stands in a file.
pub(super) fn server_owned(name: &str) -> Option<Code> {
    SERVER_OWNED.iter().find(|(owned, _)| *owned == name).map(|(_, code)| *code)
}

/// Whether the server writes this field of `metadata` itself.
pub(crate) fn writes_field(name: &str) -> bool {
    server_owned(name).is_some()
}

/// Whether a webhook of the fabric writes the label with this key anew each time.
pub(crate) fn writes_label(key: &str) -> bool {
    key.contains(GENERATED) || key.starts_with(GENERATED_FOR_GATEWAYS)
}

/// Whether kubectl writes the annotation with this key.
pub(crate) fn writes_annotation(key: &str) -> bool {
    key == LAST_APPLIED
}

pub(super) fn check(check: &mut Check<'_>, metadata: &Node<'_>, trail: &Trail<'_>) {
    for entry in metadata.fields() {
        match (&*entry.key, &entry.value.value) {
            (_, Value::Null) => {}
            ("labels", _) => labels(check, entry, trail),
            ("annotations", _) => annotations(check, entry, trail),
            ("finalizers", _) => finalizers(check, entry, trail),
            ("ownerReferences", Value::Sequence(owners)) if !owners.is_empty() => owned(check, entry, trail),
            (name, _) => {
                if let Some(code) = server_owned(name) {
                    let message = format!("`{}` is the server's to write", trail.key(name));
                    check.find(code, entry.key_span, message, Some(LEAVE_OUT.to_owned()));
                }
            }
        }
    }
}

fn labels(check: &mut Check<'_>, labels: &Entry<'_>, trail: &Trail<'_>) {
    let trail = trail.key("labels");
    for label in labels.value.fields() {
        if let Some(fault) = key_fault(&label.key) {
            check.find(
                codes::LABEL,
                label.key_span,
                format!("`{trail}`: the key {:?}: {fault}", cut(&label.key)),
                None,
            );
        } else if let Some(fault) = label.value.as_str().and_then(value_fault) {
            check.find(codes::LABEL, label.value.span, format!("`{}`: {fault}", trail.key(&label.key)), None);
        }
    }
    if let Some(first) = labels.value.fields().iter().find(|label| writes_label(&label.key)) {
        let message = format!("`{}` is one of the labels that the fabric writes anew each time", trail.key(&first.key));
        check.find(codes::GENERATED, first.key_span, message, Some(LEAVE_OUT.to_owned()));
    }
}

fn annotations(check: &mut Check<'_>, annotations: &Entry<'_>, trail: &Trail<'_>) {
    let trail = trail.key("annotations");
    let fields = annotations.value.fields();
    for annotation in fields {
        if let Some(fault) = key_fault(&annotation.key.to_lowercase()) {
            let message = format!("`{trail}`: the key {:?}: {fault}", cut(&annotation.key));
            check.find(codes::ANNOTATION, annotation.key_span, message, None);
        }
    }
    let size: usize = fields.iter().map(|a| a.key.len() + a.value.as_str().map_or(0, str::len)).sum();
    if size > ANNOTATIONS_MAX {
        let message = format!("`{trail}` have {size} bytes, and {ANNOTATIONS_MAX} are allowed");
        check.find(codes::ANNOTATION, annotations.key_span, message, None);
    }
    if let Some(copy) = present(&annotations.value, LAST_APPLIED) {
        let message = format!("`{}` is kubectl's own copy of the object", trail.key(LAST_APPLIED));
        check.find(codes::GENERATED, copy.key_span, message, Some(LEAVE_OUT.to_owned()));
    }
}

fn finalizers(check: &mut Check<'_>, finalizers: &Entry<'_>, trail: &Trail<'_>) {
    let trail = trail.key("finalizers");
    for (at, item) in finalizers.value.items().iter().enumerate() {
        if let Some(fault) = item.as_str().and_then(key_fault) {
            check.find(codes::FINALIZER, item.span, format!("`{}`: {fault}", trail.item(at)), None);
        }
    }
}

fn owned(check: &mut Check<'_>, entry: &Entry<'_>, trail: &Trail<'_>) {
    let message = format!("`{}` names objects of one cluster by their uid", trail.key("ownerReferences"));
    let hint = "leave it out: where the owner is missing, the cluster deletes this object".to_owned();
    check.find(codes::OWNER, entry.key_span, message, Some(hint));
}
