//! Documents that a schema takes, by chance.

use serde_json::{Map, Value as Json, json};

use crate::crds::Crd;

/// Numbers that look random and are the same in every run (splitmix64).
pub(crate) struct Chance(u64);

impl Chance {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    /// One of them.
    pub(crate) fn pick<'a, T>(&mut self, of: &'a [T]) -> &'a T {
        &of[self.below(of.len())]
    }
}

/// A document of the kind, which its schema takes.
pub(crate) fn document(crd: &Crd, chance: &mut Chance) -> Json {
    json!({
        "apiVersion": format!("{}/{}", crd.group, crd.version),
        "kind": crd.kind,
        "metadata": {"name": "a", "labels": {"example.com/rack": "row-1"}},
        "spec": value(&crd.schema["properties"]["spec"], chance),
    })
}

fn value(schema: &Json, chance: &mut Chance) -> Json {
    match schema["type"].as_str() {
        Some("object") if schema["additionalProperties"].is_object() => map(&schema["additionalProperties"], chance),
        Some("object") => object(schema, chance),
        Some("array") => list(schema, chance),
        Some("string") => text(schema, chance),
        Some("integer") => {
            let min = schema["minimum"].as_i64().unwrap_or(0);
            let max = schema["maximum"].as_i64().unwrap_or(255);
            json!(min + chance.below((max - min + 1) as usize) as i64)
        }
        Some("boolean") => json!(chance.below(2) == 0),
        other => panic!("a type that no CRD of the fixtures has: {other:?}"),
    }
}

fn object(schema: &Json, chance: &mut Chance) -> Json {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
    let mut fields = Map::new();
    for (name, below) in schema["properties"].as_object().into_iter().flatten().filter(|(name, _)| !name.is_empty()) {
        if required.contains(&name.as_str()) || chance.below(5) < 3 {
            fields.insert(name.clone(), value(below, chance));
        }
    }
    Json::Object(fields)
}

fn map(schema: &Json, chance: &mut Chance) -> Json {
    let names = ["default", "ext.dc", "E1/1", "00:11:22:33:44:55"];
    let count = chance.below(3);
    names.iter().take(count).map(|name| ((*name).to_owned(), value(schema, chance))).collect()
}

fn list(schema: &Json, chance: &mut Chance) -> Json {
    let min = schema["minItems"].as_u64().unwrap_or(0) as usize;
    let count = min + chance.below(3);
    (0..count).map(|_| value(&schema["items"], chance)).collect()
}

fn text(schema: &Json, chance: &mut Chance) -> Json {
    if let Some(values) = schema["enum"].as_array() {
        return chance.pick(values).clone();
    }
    match schema["pattern"].as_str() {
        Some(pattern) if pattern.contains('/') => json!("172.30.128.0/31"),
        Some(_) => json!("172.30.128.1"),
        None => json!(chance.pick(&["vpc-1", "10.0.0.0/24", "leaf-1/E1/1", "2m", "any", ""])),
    }
}
