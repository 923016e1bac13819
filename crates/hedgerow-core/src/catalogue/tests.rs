//! What must hold of the catalogue.

use super::*;

/// The paths of `dir`.
fn paths(dir: &std::path::Path) -> impl Iterator<Item = std::path::PathBuf> {
    std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path())
}

#[test]
fn every_data_file_is_carried() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../catalogue");
    let is_group = |dir: &std::path::PathBuf| dir.to_string_lossy().ends_with("githedgehog.com");
    let files: Vec<_> = paths(&root).filter(is_group).flat_map(|dir| paths(&dir).collect::<Vec<_>>()).collect();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(builtin::FILES.contains(&text.as_str()), "{} is not in builtin.rs", file.display());
    }
    assert_eq!(files.len(), builtin::FILES.len());
}

#[test]
fn kinds_are_found_by_group_and_kind() {
    let catalogue = Catalogue::builtin();
    assert_eq!(catalogue.kinds().count(), builtin::FILES.len());
    for kind in catalogue.kinds() {
        assert_eq!(catalogue.kind(&kind.group, &kind.kind).map(|k| &k.plural), Some(&kind.plural));
    }
    assert!(catalogue.kind("vpc.githedgehog.com", "Switch").is_none());
    assert_eq!(catalogue.named("SW").next().unwrap().kind, "Switch");
}

#[test]
fn one_plural_in_two_groups_is_refused() {
    let mut kinds: Vec<Kind> = Catalogue::builtin().kinds().cloned().collect();
    let mut clash = kinds[0].clone();
    clash.group = "other.githedgehog.com".to_owned();
    kinds.push(clash);
    assert!(matches!(Catalogue::new(kinds, Vec::new()), Err(CatalogueError::PluralClash { .. })));
}

#[test]
fn a_later_kind_replaces_an_earlier_one() {
    let mut kinds: Vec<Kind> = Catalogue::builtin().kinds().cloned().collect();
    let mut other = kinds[0].clone();
    other.plural = "others".to_owned();
    let (group, kind) = (other.group.clone(), other.kind.clone());
    kinds.push(other);
    let catalogue = Catalogue::new(kinds, Vec::new()).unwrap();
    assert_eq!(catalogue.kind(&group, &kind).unwrap().plural, "others");
}

#[test]
fn the_past_is_known() {
    let catalogue = Catalogue::builtin();
    let former =
        |group: &str, version: &str, kind: &str| catalogue.former(&format!("{group}.githedgehog.com"), version, kind);
    assert_eq!(former("wiring", "v1alpha2", "Switch").unwrap().since, "2024-10-17");
    assert_eq!(former("wiring", "v1alpha2", "Rack").unwrap().since, "2024-05-08");
    assert!(former("gateway", "v1alpha1", "Peering").unwrap().message().contains("GatewayPeering"));
    assert!(former("fabric", "v1alpha1", "Consumer").is_some());
    assert!(former("wiring", "v1beta1", "Switch").is_none());
    assert!(former("wiring", "v1beta9", "Switch").is_none());
}

#[test]
fn a_look_up_says_what_is_meant() {
    let catalogue = Catalogue::builtin();
    let wiring = "wiring.githedgehog.com";
    assert!(matches!(catalogue.look_up(wiring, "v1beta1", "Switch"), LookUp::Served(k) if k.plural == "switches"));
    assert!(matches!(catalogue.look_up(wiring, "v1alpha2", "Switch"), LookUp::Former(_)));
    assert!(matches!(catalogue.look_up(wiring, "v2", "Switch"), LookUp::UnknownVersion(_)));
    assert!(
        matches!(catalogue.look_up(wiring, "v1beta1", "Swich"), LookUp::UnknownKind { near: Some(k) } if k.kind == "Switch")
    );
    assert!(
        matches!(catalogue.look_up(wiring, "v1beta1", "VPC"), LookUp::UnknownKind { near: Some(k) } if k.kind == "VPC")
    );
    assert!(matches!(catalogue.look_up(wiring, "v1beta1", "Banana"), LookUp::UnknownKind { near: None }));
    assert!(
        matches!(catalogue.look_up("wiring.githedgehg.com", "v1beta1", "Switch"), LookUp::NearGroup { near } if near == wiring)
    );
    assert!(matches!(catalogue.look_up("apps", "v1", "Deployment"), LookUp::Foreign));
    assert!(matches!(catalogue.look_up("", "v1", "ConfigMap"), LookUp::Foreign));
    assert_eq!(catalogue.family("new.githedgehog.com"), Family::Unknown(None));
    assert_eq!(catalogue.family("wirng.githedgehog.com"), Family::Unknown(Some(wiring)));
    assert_eq!(catalogue.family("notgithedgehog.com"), Family::Foreign);
}

#[test]
fn the_digest_follows_the_content() {
    let catalogue = Catalogue::builtin();
    assert_eq!(catalogue.digest().len(), 64);
    let fewer = Catalogue::new(catalogue.kinds().skip(1).cloned().collect(), Vec::new()).unwrap();
    assert_ne!(catalogue.digest(), fewer.digest());
}

/// Every field below `field`, with its path.
fn walk<'a>(path: &str, field: &'a Field, out: &mut Vec<(String, &'a Field)>) {
    match &field.shape {
        Shape::Object(object) => object.fields().for_each(|(name, below)| walk(&format!("{path}.{name}"), below, out)),
        Shape::Map(below, _) => walk(&format!("{path}.*"), below, out),
        Shape::List(below, _) => walk(&format!("{path}[]"), below, out),
        _ => {}
    }
    out.push((path.to_owned(), field));
}

#[test]
fn every_data_file_can_be_read_and_says_what_each_field_is() {
    for kind in Catalogue::builtin().kinds() {
        let Some(root) = kind.fields(&kind.versions[0]) else { continue };
        let mut fields = Vec::new();
        walk("", root, &mut fields);
        for (path, field) in fields {
            let anonymous = path.is_empty() || path.ends_with("[]") || path.ends_with(".*");
            assert!(anonymous || field.about.text.is_some(), "{} {path}", kind.kind);
            if let Shape::String(Text { pattern: Some(pattern), .. }) = &field.shape {
                assert!(pattern.compiles(), "{} {path}", kind.kind);
            }
        }
    }
}

#[test]
fn kinds_that_people_write_have_their_fields() {
    for kind in Catalogue::builtin().kinds().filter(|k| k.writer == Writer::User) {
        assert!(kind.fields(&kind.versions[0]).is_some(), "{}", kind.kind);
        assert!(kind.fields("v9").is_none());
    }
}
