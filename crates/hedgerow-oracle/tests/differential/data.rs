//! The catalogue's data files against the CRDs that they describe, field by field.

use hedgerow_core::catalogue::{Catalogue, Field, Kind, Shape, Width};

use crate::crds::{self, Crd};

/// Fails where a data file says another thing than its CRD, but for what it marks as `differs`.
pub(crate) fn compare(crds: &[Crd]) {
    let builtin = Catalogue::builtin();
    let files = crds::files().expect("the CRDs were read already");
    let files: Vec<_> = files.iter().map(|(path, bytes)| (path.clone(), bytes.as_slice())).collect();
    // Read with nothing known beforehand, so that nothing is inherited.
    let bare = Catalogue::empty().extend_with_crds(&files).expect("upstream's CRDs can be read");
    let mut compared = 0;
    for crd in crds {
        let of = |catalogue: &Catalogue| catalogue.kind(&crd.group, &crd.kind).cloned().expect("a kind of both");
        let (ours, theirs) = (of(&builtin), of(&bare));
        assert_eq!(head(&ours), head(&theirs));
        let fields = |kind: &Kind| kind.fields(&crd.version).cloned().expect("fields in both");
        compared += same(&crd.kind, &fields(&ours), &fields(&theirs));
    }
    assert!(compared > 400, "{compared} fields were compared");
}

fn head(kind: &Kind) -> String {
    format!("{} {} {} {:?} {:?} {:?}", kind.group, kind.kind, kind.plural, kind.short_names, kind.scope, kind.versions)
}

/// Compares two fields and all below them; gives their number.
fn same(path: &str, ours: &Field, theirs: &Field) -> usize {
    let marked = ours.about.differs.is_some();
    let root = !path.contains('.');
    assert!(
        root || (ours.required == theirs.required) != marked,
        "{path}: `differs` marks another `required`, and nothing else"
    );
    assert_eq!(ours.about.default, theirs.about.default, "{path}");
    assert_eq!(facts(&ours.shape), facts(&theirs.shape), "{path}");
    match (&ours.shape, &theirs.shape) {
        (Shape::Object(ours), Shape::Object(theirs)) => {
            let names = |object: &hedgerow_core::catalogue::Object| {
                object.fields().map(|(n, _)| n.to_owned()).collect::<Vec<_>>()
            };
            assert_eq!(names(ours), names(theirs), "{path}");
            let below = |(name, ours)| same(&format!("{path}.{name}"), ours, theirs.field(name).expect("named"));
            1 + ours.fields().map(below).sum::<usize>()
        }
        (Shape::Map(ours, _), Shape::Map(theirs, _)) => 1 + same(&format!("{path}.*"), ours, theirs),
        (Shape::List(ours, _), Shape::List(theirs, _)) => 1 + same(&format!("{path}[]"), ours, theirs),
        (Shape::Integer(ours), Shape::Integer(theirs)) => {
            assert!(within(ours.width, theirs.width), "{path}: what the controller decodes is never wider");
            1
        }
        _ => 1,
    }
}

/// What a CRD says of a shape, apart from widths.
fn facts(shape: &Shape) -> String {
    let limits = match shape {
        Shape::Map(_, size) | Shape::List(_, size) => format!("{size:?}"),
        Shape::String(text) => {
            let pattern = text.pattern.as_ref().map(|p| p.text().to_owned());
            format!("{:?} {pattern:?} {:?}", text.values, text.length)
        }
        Shape::Integer(integer) => format!("{:?} {:?}", integer.range, integer.values),
        _ => String::new(),
    };
    format!("{} {limits}", shape.name())
}

fn within(inner: Width, outer: Width) -> bool {
    inner.min >= outer.min && inner.max <= outer.max
}
