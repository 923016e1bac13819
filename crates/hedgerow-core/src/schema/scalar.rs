//! Strings and numbers.

use crate::catalogue::near::{nearest, tolerance};
use crate::catalogue::{Integer, Range, Text, Width};
use crate::codes::schema as codes;
use crate::finding::Span;

use super::check::Check;
use super::trail::Trail;
use super::{format, template, words};

impl Check<'_> {
    pub(super) fn text(&mut self, text: &Text, value: &str, span: Span, trail: &Trail<'_>) {
        if value.is_empty() && text.empty_is_absent {
            return;
        }
        if !text.values.is_empty() && !text.values.iter().any(|known| known == value) {
            return self.not_a_value(text, value, span, trail);
        }
        if let Some(pattern) = text.pattern.as_ref().filter(|pattern| !pattern.matches(value)) {
            let message = format!("`{trail}`: {:?} does not match `{}`", words::cut(value), pattern.text());
            return self.find(codes::PATTERN, span, message, None);
        }
        if let Some(name) = text.format.filter(|format| !format::reads_as(*format, value)) {
            let message = format!("`{trail}`: {:?} is no {}", words::cut(value), name.name());
            return self.find(codes::FORMAT, span, message, Some(format::example(name).to_owned()));
        }
        let length = || value.chars().count();
        if (text.length.min.is_some() || text.length.max.is_some()) && !text.length.allows(length()) {
            let rule = words::at_least_at_most(text.length, "characters");
            return self.find(codes::LENGTH, span, format!("`{trail}` has {} characters; {rule}", length()), None);
        }
        if template::is_in(value.as_bytes()) {
            self.find(
                codes::TEMPLATE,
                span,
                format!("`{trail}` is {:?}", words::cut(value)),
                Some(template::HINT.to_owned()),
            );
        }
    }

    fn not_a_value(&mut self, text: &Text, value: &str, span: Span, trail: &Trail<'_>) {
        let near = nearest(value, text.values.iter().map(String::as_str), tolerance(value));
        let hint = near.filter(|near| !near.is_empty()).map(|near| format!("did you mean `{near}`?"));
        let message =
            format!("`{trail}` cannot be {:?}; it is one of {}", words::cut(value), words::quoted(&text.values));
        self.find(codes::NOT_A_VALUE, span, message, hint);
    }

    pub(super) fn integer(&mut self, integer: &Integer, value: i128, span: Span, trail: &Trail<'_>) {
        let Integer { width: Width { min, max }, range, values } = integer;
        if !integer.width.holds(value) {
            let message = format!("`{trail}`: {value} does not fit; it must be {min} to {max}");
            return self.find(codes::WIDTH, span, message, None);
        }
        if !range.allows(&value) || !(values.is_empty() || values.contains(&value)) {
            let rule = bounds(range.min.unwrap_or(*min), range.max.unwrap_or(*max));
            self.find(codes::RANGE, span, format!("`{trail}`: {value} is out of range; {rule}"), None);
        }
    }

    pub(super) fn number(&mut self, range: &Range<f64>, value: f64, span: Span, trail: &Trail<'_>) {
        if !range.allows(&value) {
            let rule = bounds(range.min.unwrap_or(f64::MIN), range.max.unwrap_or(f64::MAX));
            self.find(codes::RANGE, span, format!("`{trail}`: {value} is out of range; {rule}"), None);
        }
    }
}

fn bounds<T: std::fmt::Display>(min: T, max: T) -> String {
    format!("it must be {min} to {max}")
}
