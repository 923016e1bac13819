//! The API's description for people: drawn here from the OpenAPI document, with no script and nothing from elsewhere.

use std::fmt::Write as _;

use axum::extract::Path;
use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::Value;

use crate::document::document;
use crate::problem::{Kind, Problem};

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
    color:#1b1f1d;background:#fff}code,h3{font-family:ui-monospace,monospace}h3{margin:2rem 0 .25rem;font-size:1rem}\
    h3 b{display:inline-block;min-width:4rem}table{border-collapse:collapse;margin:.5rem 0;width:100%}td,th{text-align:left;\
    vertical-align:top;padding:.2rem .8rem .2rem 0;border-bottom:1px solid #ddd}nav a{margin-right:1rem}\
    @media(prefers-color-scheme:dark){body{color:#e6e8e7;background:#151817}a{color:#9cc}td,th{border-color:#444}}";

pub(crate) async fn page() -> Response {
    let document = serde_json::to_value(document()).expect("the document is JSON");
    let mut body =
        String::from("<h1>The Hedgerow API</h1><p>Machines read <a href=\"/api/v1/openapi.json\">openapi.json</a>. ");
    body.push_str("Every request but this one carries <code>Authorization: Bearer …</code>.</p>");
    operations(&document, &mut body);
    body.push_str("<h2>Schemas</h2>");
    schemas(&document, &mut body);
    problems(&mut body);
    html("The Hedgerow API", &body)
}

pub(crate) async fn problem(Path(word): Path<String>) -> Result<Response, Problem> {
    let kind = Kind::ALL.iter().find(|kind| kind.word() == word);
    let kind = kind.ok_or_else(|| Problem::absent("such problem"))?;
    let body = format!(
        "<h1>{}</h1><p>Status {}. {}</p><p><a href=\"/api/v1\">The API</a></p>",
        escape(kind.title()),
        kind.status().as_u16(),
        escape(kind.meaning())
    );
    Ok(html(kind.title(), &body))
}

fn html(title: &str, body: &str) -> Response {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>{}</title><style>{STYLE}</style><body>{body}",
        escape(title)
    );
    let mut response = Html(page).into_response();
    let policy =
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(policy));
    response
}

fn operations(document: &Value, body: &mut String) {
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for method in ["get", "post", "put", "patch", "delete"] {
            if let Some(operation) = item.get(method) {
                self::operation(path, method, operation, body);
            }
        }
    }
}

fn operation(path: &str, method: &str, operation: &Value, body: &mut String) {
    let id = operation["operationId"].as_str().unwrap_or_default();
    let _ = write!(body, "<h3 id=\"{}\"><b>{}</b> {}</h3>", escape(id), method.to_uppercase(), escape(path));
    let words = [&operation["summary"], &operation["description"]];
    for text in words.into_iter().filter_map(Value::as_str) {
        let _ = write!(body, "<p>{}</p>", escape(text));
    }
    body.push_str("<table>");
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let text = |key: &str| parameter[key].as_str().unwrap_or_default();
        let _ = write!(
            body,
            "<tr><td><code>{}</code><td>{}<td>{}<td>{}",
            escape(text("name")),
            escape(text("in")),
            kind_of(&parameter["schema"]),
            escape(text("description"))
        );
    }
    let taken = &operation["requestBody"]["content"]["application/json"]["schema"];
    if !taken.is_null() {
        let _ = write!(body, "<tr><td>body<td><td>{}<td>", kind_of(taken));
    }
    answers(operation, body);
    body.push_str("</table>");
}

/// Of the answers those that are no problem; these are the same everywhere.
fn answers(operation: &Value, body: &mut String) {
    for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
        let content = answer["content"].as_object().into_iter().flatten();
        let kinds: Vec<_> = content
            .filter(|(media, _)| !media.contains("problem"))
            .map(|(_, media)| kind_of(&media["schema"]))
            .collect();
        if !status.starts_with('4') && !status.starts_with('5') {
            let words = answer["description"].as_str().unwrap_or_default();
            let _ = write!(body, "<tr><td>{status}<td><td>{}<td>{}", kinds.join(", "), escape(words));
        }
    }
}

fn schemas(document: &Value, body: &mut String) {
    for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
        let _ = write!(body, "<h3 id=\"schema-{0}\">{0}</h3>", escape(name));
        if let Some(words) = schema["description"].as_str() {
            let _ = write!(body, "<p>{}</p>", escape(words));
        }
        body.push_str("<table>");
        for (key, value) in schema["properties"].as_object().into_iter().flatten() {
            let words = value["description"].as_str().unwrap_or_default();
            let _ = write!(body, "<tr><td><code>{}</code><td>{}<td>{}", escape(key), kind_of(value), escape(words));
        }
        if schema["properties"].is_null() {
            let _ = write!(body, "<tr><td>{}", kind_of(schema));
        }
        body.push_str("</table>");
    }
}

fn problems(body: &mut String) {
    body.push_str("<h2>Problems</h2><table>");
    for kind in Kind::ALL {
        let _ = write!(
            body,
            "<tr><td><a href=\"/problems/{0}\">{0}</a><td>{1}<td>{2}",
            kind.word(),
            kind.status().as_u16(),
            escape(kind.meaning())
        );
    }
    body.push_str("</table>");
}

/// A schema in a word or a link.
fn kind_of(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#schema-{0}\">{0}</a>", escape(name));
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(several) = schema[key].as_array() {
            return several.iter().map(kind_of).collect::<Vec<_>>().join(" or ");
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        return words
            .iter()
            .filter_map(Value::as_str)
            .map(|word| format!("<code>{}</code>", escape(word)))
            .collect::<Vec<_>>()
            .join(", ");
    }
    match &schema["type"] {
        Value::String(word) if word == "array" => format!("list of {}", kind_of(&schema["items"])),
        Value::String(word) => escape(word),
        Value::Array(words) => words.iter().filter_map(Value::as_str).map(escape).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_is_read_as_html() {
        assert_eq!(escape("<script>'\"&"), "&lt;script&gt;&#39;&quot;&amp;");
    }
}
