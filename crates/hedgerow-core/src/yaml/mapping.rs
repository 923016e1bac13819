//! A mapping's fields become unique: duplicates are errors, `<<` merges as go-yaml v2 does it.

use std::borrow::Cow;
use std::collections::HashMap;

use super::problem::{Problem, Problems};
use super::{Field, Node, Value};
use crate::codes::yaml as codes;

/// From how many fields on a table finds duplicates, rather than looking at each pair.
const MANY: usize = 16;

/// Reports each key that stands twice. The first one stays what `get` finds.
pub(super) fn check_unique(fields: &[Field<'_>], problems: &mut Problems) {
    if fields.len() < MANY {
        for (at, field) in fields.iter().enumerate() {
            if let Some(first) = fields[..at].iter().find(|earlier| earlier.key == field.key) {
                problems.push(Problem::duplicate_key(field.key_span, first.key_span, &field.key));
            }
        }
        return;
    }
    let mut seen: HashMap<&str, &Field<'_>> = HashMap::with_capacity(fields.len());
    for field in fields {
        if let Some(first) = seen.get(field.key.as_ref()) {
            problems.push(Problem::duplicate_key(field.key_span, first.key_span, &field.key));
        } else {
            seen.insert(&field.key, field);
        }
    }
}

/// The fields of a mapping some of whose fields are `<<`: those at `merges`, in ascending order.
///
/// go-yaml v2 works through a mapping in order, and what comes later wins: a key below `<<` overrides what was merged,
/// but a key above it is overridden (YAML's own rule is that a mapping's own keys win, so that is worth a warning).
pub(super) fn merge<'a>(fields: Vec<Field<'a>>, merges: &[usize], problems: &mut Problems) -> Vec<Field<'a>> {
    let mut merged = Merged::default();
    for (at, field) in fields.into_iter().enumerate() {
        if merges.binary_search(&at).is_ok() {
            merged.take_all(field, problems);
        } else {
            merged.set_own(field, problems);
        }
    }
    merged.own.into_iter().chain(merged.others.into_iter().flatten()).collect()
}

#[derive(Default)]
struct Merged<'a> {
    own: Vec<Field<'a>>,
    others: Vec<Option<Field<'a>>>,
    places: HashMap<Cow<'a, str>, Owner>,
}

/// Which list a key is in, and where.
#[derive(Clone, Copy)]
enum Owner {
    Own(usize),
    Other(usize),
}

impl<'a> Merged<'a> {
    fn set_own(&mut self, field: Field<'a>, problems: &mut Problems) {
        let place = Owner::Own(self.own.len());
        match self.places.insert(field.key.clone(), place) {
            Some(Owner::Own(first)) => {
                problems.push(Problem::duplicate_key(field.key_span, self.own[first].key_span, &field.key));
            }
            Some(Owner::Other(at)) => self.others[at] = None,
            None => {}
        }
        self.own.push(field);
    }

    /// Takes the fields of the value of `<<`: a mapping, or a list of them of which earlier ones win.
    fn take_all(&mut self, field: Field<'a>, problems: &mut Problems) {
        let span = field.value.span;
        let mappings: Option<Vec<_>> = match field.value.value {
            Value::Mapping(fields) => Some(vec![fields.into_vec()]),
            Value::Sequence(items) => items.into_vec().into_iter().map(Node::into_fields).collect(),
            _ => None,
        };
        if mappings.is_none() {
            let message = "`<<` merges a mapping or a list of mappings, and this is neither";
            problems.push(Problem::error(codes::BAD_MERGE, span, message));
        }
        for field in mappings.into_iter().flatten().rev().flatten() {
            self.set_other(field, problems);
        }
    }

    fn set_other(&mut self, field: Field<'a>, problems: &mut Problems) {
        match self.places.get(&field.key) {
            Some(Owner::Own(at)) => {
                let own = &mut self.own[*at];
                let message =
                    format!("Kubernetes takes the merged value of `{}`, since `<<` stands below this key", own.key);
                let problem = Problem::warning(codes::MERGE_OVERRIDES, own.key_span, message);
                problems.push(problem.hint("move `<<` to the top of the mapping"));
                own.value = field.value;
            }
            Some(Owner::Other(at)) => self.others[*at] = Some(field),
            None => {
                self.places.insert(field.key.clone(), Owner::Other(self.others.len()));
                self.others.push(Some(field));
            }
        }
    }
}

impl<'a> Node<'a> {
    fn into_fields(self) -> Option<Vec<Field<'a>>> {
        match self.value {
            Value::Mapping(fields) => Some(fields.into_vec()),
            _ => None,
        }
    }
}
