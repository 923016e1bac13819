//! Breaking a document in one place.

use serde_json::{Value as Json, json};

use crate::generate::Chance;

/// The document with one change at a place below its top level, or beside `spec`. Some changes do no harm.
pub(crate) fn break_once(whole: &Json, chance: &mut Chance) -> Json {
    let mut broken = whole.clone();
    let places = places(whole);
    let place = chance.pick(&places).clone();
    let replacements = replacements();
    match chance.below(8) {
        0 => remove(&mut broken, &place),
        1 => rename(&mut broken, &place),
        2 => add_unknown(&mut broken, &place),
        3 => repeat(&mut broken, &place),
        _ => {
            let node = broken.pointer_mut(&place).expect("a place of the document");
            *node = chance.pick(&replacements).clone();
        }
    }
    broken
}

/// Every place but the root, its apiVersion, kind and name.
fn places(document: &Json) -> Vec<String> {
    let mut places = vec!["/spec".to_owned(), "/metadata".to_owned()];
    for below in ["/metadata/labels", "/spec"] {
        collect(document.pointer(below).expect("generated"), below, &mut places);
    }
    places
}

fn collect(node: &Json, at: &str, places: &mut Vec<String>) {
    let below: Vec<(String, &Json)> = match node {
        Json::Object(fields) => {
            fields.iter().map(|(key, value)| (key.replace('~', "~0").replace('/', "~1"), value)).collect()
        }
        Json::Array(items) => items.iter().enumerate().map(|(at, item)| (at.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (step, value) in below {
        let place = format!("{at}/{step}");
        places.push(place.clone());
        collect(value, &place, places);
    }
}

/// What a value is replaced with: every type, and the edges of every width.
fn replacements() -> Vec<Json> {
    let texts = ["", "x", "VPC", "mixed-leaf", "172.30.128.256/31", "172.30.128.1 ", "1h", "1.5", "٤", "a\nb"];
    let numbers = [-1, 0, 1, 50, 51, 255, 256, 65_535, 65_536, 2_147_483_647, 2_147_483_648, 4_294_967_296, i64::MAX];
    let mut all = vec![
        json!(null),
        json!(true),
        json!(1.5),
        json!([]),
        json!({}),
        json!([null]),
        json!({"a": null}),
        json!(["x"]),
    ];
    all.extend(texts.iter().map(|text| json!(text)));
    all.extend(numbers.iter().map(|number| json!(number)));
    all.push(json!(u64::MAX));
    all
}

fn parent<'d>(document: &'d mut Json, place: &str) -> (&'d mut Json, String) {
    let (above, step) = place.rsplit_once('/').expect("a place below the root");
    let step = step.replace("~1", "/").replace("~0", "~");
    (document.pointer_mut(above).expect("a place of the document"), step)
}

fn remove(document: &mut Json, place: &str) {
    match parent(document, place) {
        (Json::Object(fields), key) => drop(fields.remove(&key)),
        (Json::Array(items), at) => drop(items.remove(at.parse().expect("an index"))),
        _ => {}
    }
}

fn rename(document: &mut Json, place: &str) {
    if let (Json::Object(fields), key) = parent(document, place) {
        let value = fields.remove(&key).expect("a place of the document");
        fields.insert(format!("{key}X"), value);
    }
}

fn add_unknown(document: &mut Json, place: &str) {
    if let Some(Json::Object(fields)) = document.pointer_mut(place) {
        fields.insert("bogus.field".to_owned(), json!({"spec": 1}));
    }
}

/// Makes a list too long.
fn repeat(document: &mut Json, place: &str) {
    if let Some(Json::Array(items)) = document.pointer_mut(place) {
        let first = items.first().cloned().unwrap_or(json!("x"));
        items.resize(25, first);
    }
}
