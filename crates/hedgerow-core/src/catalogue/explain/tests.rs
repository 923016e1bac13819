//! Kinds and fields are found by what people type.

use serde_json::Value as Json;

use super::*;

fn explain(path: &str) -> Result<Explanation, ExplainError> {
    Catalogue::builtin().explain(path)
}

#[test]
fn a_kind_is_explained_by_any_of_its_names() {
    for name in ["switch", "Switch", "switches", "sw"] {
        let told = explain(name).unwrap();
        assert_eq!((told.kind.as_str(), told.names.unwrap().plural.as_str()), ("Switch", "switches"));
        assert_eq!(told.fields.iter().map(|f| f.name.as_str()).collect::<Vec<_>>(), ["spec"]);
    }
}

#[test]
fn a_field_is_explained_with_all_that_is_known_of_it() {
    let role = explain("sw.spec.role").unwrap().facts.unwrap();
    assert_eq!((role.shape.as_str(), role.required, role.values.len()), ("string", true, 5));
    let flaps = explain("switch.spec.linkFlapErrDisable.flapThreshold").unwrap().facts.unwrap();
    assert_eq!((flaps.limits.as_deref(), flaps.default), (Some("1 to 50"), Some(Json::from(3))));
    let links = explain("conn.spec.eslag.links").unwrap().facts.unwrap();
    assert_eq!((links.shape.as_str(), links.limits.as_deref()), ("[]object", Some("at least 2 entries")));
    assert!(explain("sw.spec").unwrap().gone.iter().any(|gone| gone.contains("location")));
}

#[test]
fn items_and_entries_may_be_left_out_of_a_path() {
    let short = explain("vpc.spec.subnets.dhcp.options.dnsServers").unwrap();
    let long = explain("vpc.spec.subnets.*.dhcp.options.dnsServers").unwrap();
    assert_eq!((short.path.as_str(), &short), ("spec.subnets.*.dhcp.options.dnsServers", &long));
    assert_eq!(explain("vpc.spec.permit[][]").unwrap().facts.unwrap().shape, "string");
    assert_eq!(explain("vpc.metadata.labels").unwrap().facts.unwrap().shape, "map[string]string");
}

#[test]
fn what_there_is_not_is_told_with_what_may_have_been_meant() {
    let near = |error| match error {
        ExplainError::Kind { near, .. } | ExplainError::Field { near, .. } => near,
        ExplainError::Undescribed { .. } | ExplainError::Former(_) => None,
    };
    assert_eq!(near(explain("swich").unwrap_err()).as_deref(), Some("Switch"));
    assert_eq!(near(explain("switch.spec.rol").unwrap_err()).as_deref(), Some("role"));
    assert!(matches!(explain("agent.spec"), Err(ExplainError::Undescribed { .. })));
    assert!(explain("agent").is_ok());
}
