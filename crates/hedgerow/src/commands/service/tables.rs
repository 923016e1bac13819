//! From the API's JSON to cells and lines.

use serde_json::Value;

use crate::output;

/// The items of a page, or of a plain array.
pub(crate) fn items(value: &Value) -> &[Value] {
    value.as_array().or_else(|| value["items"].as_array()).map_or(&[], Vec::as_slice)
}

/// The value at `key` (several joined by dots), as a cell: a time of `…_ms` in words, a list by commas, an object by its keys, nothing for null.
pub(crate) fn cell(item: &Value, key: &str) -> String {
    let is_time = |key: &str| item_at(item, &format!("{key}_ms")).as_i64().and_then(output::moment);
    if let Some(time) = is_time(key) {
        return time;
    }
    if key == "commit" {
        return item[key].as_str().map(output::report::short).unwrap_or_default().to_owned();
    }
    text(item_at(item, key))
}

fn item_at<'a>(item: &'a Value, key: &str) -> &'a Value {
    key.split('.').fold(item, |value, key| &value[key])
}

fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(","),
        Value::Object(map) => {
            map.iter().map(|(key, value)| format!("{key} {}", text(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        other => other.to_string(),
    }
}

/// A thing by itself: a line for each of its values, in the order of `keys`; what it has not is left out.
pub(crate) fn page(item: &Value, keys: &[&str]) -> String {
    let width = keys.iter().map(|key| key.len()).max().unwrap_or(0);
    keys.iter()
        .map(|key| (key, cell(item, key)))
        .filter(|(_, text)| !text.is_empty())
        .map(|(key, text)| {
            let text = output::plain(&text).trim_end().replace('\n', &format!("\n{:width$}  ", ""));
            format!("{:width$}  {text}\n", key.replace(['_', '.'], " "))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn times_lists_and_nothing_are_cells() {
        let item = json!({"linked_ms": 0, "adopt": false, "fabrics": ["a", "b"], "none": null, "a": {"b": 3}});
        assert_eq!(cell(&item, "linked"), "1970-01-01T00:00:00Z");
        assert_eq!((cell(&item, "adopt"), cell(&item, "fabrics")), ("no".to_owned(), "a,b".to_owned()));
        assert_eq!((cell(&item, "none"), cell(&item, "a.b")), (String::new(), "3".to_owned()));
        assert_eq!((cell(&json!({"a": {}}), "a"), cell(&item, "a")), (String::new(), "b 3".to_owned()));
        assert_eq!(page(&item, &["linked", "none", "adopt"]), "linked  1970-01-01T00:00:00Z\nadopt   no\n");
    }
}
