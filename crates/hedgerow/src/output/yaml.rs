//! JSON as YAML: block style, every string quoted as JSON quotes it, so that no reader's scalar rules matter.

use serde_json::Value;

/// The value as one YAML document.
pub(crate) fn render(value: &Value) -> String {
    let mut out = String::new();
    node(&mut out, value, 0, false);
    if !out.ends_with('\n') {
        out.push('\n');
    }
    out
}

/// Writes `value`; `inline` says that something stands on the line already.
fn node(out: &mut String, value: &Value, depth: usize, inline: bool) {
    match value {
        Value::Object(map) if !map.is_empty() => {
            for (at, (key, value)) in map.iter().enumerate() {
                indent(out, depth, inline && at == 0);
                out.push_str(key);
                out.push(':');
                below(out, value, depth);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                indent(out, depth, inline && at == 0);
                out.push_str("- ");
                node(out, item, depth + 1, true);
            }
        }
        scalar => {
            out.push_str(&scalar.to_string());
            out.push('\n');
        }
    }
}

/// Writes the value of a key: on the same line, or below it.
fn below(out: &mut String, value: &Value, depth: usize) {
    let nested = value.as_object().is_some_and(|m| !m.is_empty()) || value.as_array().is_some_and(|a| !a.is_empty());
    if nested {
        out.push('\n');
        node(out, value, depth + usize::from(value.is_object()), false);
    } else {
        out.push(' ');
        node(out, value, depth, true);
    }
}

fn indent(out: &mut String, depth: usize, skip: bool) {
    if !skip {
        out.extend(std::iter::repeat_n("  ", depth));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn every_string_is_quoted_and_nesting_is_by_two() {
        let value = json!({"a": [{"b": "on", "c": []}, ["x"]], "d": {"e": null}});
        assert_eq!(super::render(&value), "a:\n- b: \"on\"\n  c: []\n- - \"x\"\nd:\n  e: null\n");
    }
}
