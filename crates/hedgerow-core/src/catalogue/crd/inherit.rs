//! What a CRD cannot say of a kind that is known already.

use crate::catalogue::field::{Field, Shape};

/// Gives `new`, read from a CRD, what the catalogue knows of the same field beyond its CRD.
pub(super) fn inherit(new: &mut Field, known: &Field) {
    if known.about.differs.is_some() {
        new.required = known.required;
        new.about.differs = known.about.differs.clone();
    }
    new.null_is_empty = known.null_is_empty;
    describe(new, known);
    match (&mut new.shape, &known.shape) {
        (Shape::Object(new), Shape::Object(known)) => {
            new.gone
                .extend(known.gone.iter().filter(|gone| new.field(&gone.name).is_none()).cloned().collect::<Vec<_>>());
            for (name, field) in new.fields_mut() {
                if let Some(known) = known.field(name) {
                    inherit(field, known);
                }
            }
        }
        (Shape::Map(new, _), Shape::Map(known, _)) | (Shape::List(new, _), Shape::List(known, _)) => {
            inherit(new, known)
        }
        (Shape::Integer(new), Shape::Integer(known)) => new.width = new.width.and(known.width),
        (Shape::String(new), Shape::String(known)) => {
            new.empty_is_absent = known.empty_is_absent;
            new.format = new.format.or(known.format);
        }
        _ => {}
    }
}

/// Words of ours win over those of the CRD; its default wins over ours.
fn describe(new: &mut Field, known: &Field) {
    let (about, ours) = (&mut new.about, &known.about);
    about.text = ours.text.clone().or(about.text.take());
    about.rule = ours.rule.clone().or(about.rule.take());
    about.since = ours.since.clone();
    about.deprecated = ours.deprecated.clone();
    about.becomes = ours.becomes.clone();
    new.was = known.was.clone();
}
