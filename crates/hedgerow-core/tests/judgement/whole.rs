//! What concerns the whole set: open kinds, missing objects with all that refer to them, strictness, and whether every
//! code has an example.

use std::collections::BTreeSet;

use hedgerow_core::codes;
use hedgerow_core::finding::Severity;
use hedgerow_core::rules::Verdict;
use hedgerow_core::settings::Settings;

use crate::harness::{BASE, expected, text, verdicts};

fn with_gateway(enabled: Option<bool>) -> Settings {
    let mut settings = Settings::default();
    settings.gateway.enabled = enabled;
    settings
}

fn codes_of(verdicts: &[Verdict]) -> Vec<String> {
    verdicts.iter().map(|verdict| verdict.finding.code.to_string()).collect()
}

#[test]
fn the_base_of_all_examples_is_a_valid_fabric() {
    let verdicts = verdicts(&[("managed/base.yaml", BASE)], "", &with_gateway(Some(true)));
    assert!(verdicts.is_empty(), "{verdicts:#?}");
}

#[test]
fn gateway_objects_are_refused_when_the_gateway_is_off() {
    let verdicts = verdicts(&[("managed/base.yaml", BASE)], "", &with_gateway(Some(false)));
    assert_eq!(codes_of(&verdicts), ["HR4701", "HR4701", "HR4701"]);
}

#[test]
fn gateway_objects_warn_once_when_nobody_says_that_the_gateway_is_on() {
    let verdicts = verdicts(&[("managed/base.yaml", BASE)], "", &with_gateway(None));
    assert_eq!(codes_of(&verdicts), ["HR4702"]);
    assert_eq!(verdicts[0].finding.severity, Severity::Warning);
}

/// What may stand where something else belongs.
const STRANGE: [&str; 7] = ["null", "\"\"", "-1", "true", "[[]]", "{a: {b: 1}}", "/"];

#[test]
fn no_value_of_another_shape_crashes_a_rule() {
    let lines: Vec<&str> = BASE.lines().collect();
    for (at, line) in lines.iter().enumerate().skip(1) {
        let Some((key, _)) = line
            .split_once(": ")
            .filter(|(key, _)| !matches!(key.trim(), "apiVersion" | "kind" | "name" | "- {source"))
        else {
            continue;
        };
        for strange in STRANGE {
            let mut text = lines[..at].join("\n");
            text += &format!("\n{key}: {strange}\n");
            text += &lines[at + 1..].join("\n");
            verdicts(&[("managed/base.yaml", &text)], "", &with_gateway(None));
        }
    }
}

const VPC: &str = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPC\nmetadata:\n  name: NAME\nspec:\n  subnets:\n    default: {subnet: 10.0.N.0/24, vlan: 100N}\n";

fn vpc(n: u32) -> String {
    VPC.replace("NAME", &format!("vpc-{n}")).replace('N', &n.to_string())
}

#[test]
fn a_kind_that_is_kept_elsewhere_warns_once() {
    let (one, two) = (vpc(1), vpc(2));
    let verdicts = verdicts(&[("raw/1.yaml", &one), ("raw/2.yaml", &two)], "", &Settings::default());
    assert_eq!(codes_of(&verdicts), ["HR3001", "HR3001"], "one for each kind: IPv4Namespace, VLANNamespace");
    assert!(
        verdicts.iter().all(|v| v.finding.severity == Severity::Warning && v.finding.related.len() == 1),
        "{verdicts:#?}"
    );
}

fn connection(n: u32) -> String {
    format!(
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Connection\nmetadata:\n  name: c-{n}\nspec:\n  unbundled:\n    link:\n      server: {{port: server-01/x{n}}}\n      switch: {{port: leaf-O1/E1/{n}}}\n"
    )
}

#[test]
fn a_missing_switch_is_one_finding_with_all_that_refer_to_it() {
    let texts: Vec<String> = (1..=30).map(connection).collect();
    let names: Vec<String> = (1..=30).map(|n| format!("raw/{n:02}.yaml")).collect();
    let mut files = vec![("managed/base.yaml", BASE)];
    files.extend(names.iter().zip(&texts).map(|(name, text)| (name.as_str(), text.as_str())));
    let verdicts = verdicts(&files, "", &with_gateway(Some(true)));
    assert_eq!(codes_of(&verdicts), ["HR3101"]);
    let Verdict { finding, participants, .. } = &verdicts[0];
    assert_eq!(participants.len(), 30, "every referrer is held");
    assert_eq!(finding.related.len(), 20, "a list that one can read");
    assert_eq!(finding.place.file.to_string(), "raw/01.yaml");
    assert!(
        finding.message.contains("30 times")
            && finding.hint.as_deref() == Some("did you mean \"leaf-01\"? Otherwise add the Switch \"leaf-O1\""),
        "{finding:?}"
    );
}

#[test]
fn a_conflict_names_both_places_and_both_take_part() {
    let text = connection(1).replace("leaf-O1", "leaf-01");
    let verdicts = verdicts(&[("managed/base.yaml", BASE), ("raw/c.yaml", &text)], "", &with_gateway(Some(true)));
    assert_eq!(codes_of(&verdicts), ["HR4212"]);
    let Verdict { finding, participants, .. } = &verdicts[0];
    assert_eq!(participants.len(), 2);
    assert_eq!((finding.place.file.to_string().as_str(), finding.place.line), ("raw/c.yaml", Some(9)));
    let first = &finding.related[0];
    assert_eq!(
        (first.place.file.to_string().as_str(), first.message.as_str()),
        ("managed/base.yaml", "first used here")
    );
}

#[test]
fn who_refers_to_what_does_not_fit_is_held_and_what_it_refers_to_only_when_it_changed() {
    let attachment = "apiVersion: vpc.githedgehog.com/v1beta1\nkind: VPCAttachment\nmetadata:\n  name: a\nspec:\n  subnet: vpc-2/default\n  connection: spine-01--fabric--leaf-01\n";
    let files = [("raw/wiring.yaml", BASE), ("raw/a.yaml", attachment)];
    let new = verdicts(&files, "", &with_gateway(Some(true)));
    assert_eq!(
        (codes_of(&new), new[0].participants.len()),
        (vec!["HR4501".to_owned()], 1),
        "the wiring is not to blame"
    );
    let changed = verdicts(&files, BASE, &with_gateway(Some(true)));
    assert_eq!(
        (codes_of(&changed), changed[0].participants.len()),
        (vec!["HR4501".to_owned()], 2),
        "the change may be"
    );
}

const SWITCH: &str = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: NAME\nspec: {role: spine, profile: vs}\n";

#[test]
fn wiring_that_is_not_hydrated_warns_once() {
    let text = ["a", "b", "c"].map(|name| SWITCH.replace("NAME", name)).join("---\n");
    let verdicts = verdicts(&[("raw/wiring.yaml", &text)], "", &Settings::default());
    assert_eq!(codes_of(&verdicts), ["HR3001", "HR4117"], "{verdicts:#?}");
    assert_eq!(verdicts[1].finding.related.len(), 2);
}

#[test]
fn strictness_makes_errors_of_what_the_controller_lets_pass_and_of_nothing_else() {
    let text = BASE
        .replace("subnet: 10.0.4.0/24", "subnet: 10.0.4.1/24")
        .replace("profile: dell-s5232f-on", "profile: dell-s9999");
    let verdicts = verdicts(&[("managed/base.yaml", &text)], "", &with_gateway(None));
    let severities = |verdicts: &[Verdict]| -> Vec<_> {
        verdicts.iter().map(|v| (v.finding.code.to_string(), v.finding.severity)).collect()
    };
    let lax = Severity::Warning;
    assert_eq!(
        severities(&verdicts),
        [("HR3201".to_owned(), lax), ("HR4308".to_owned(), lax), ("HR4702".to_owned(), lax)],
    );
    let strict: Vec<_> = verdicts.into_iter().map(Verdict::strictly).collect();
    let error = Severity::Error;
    assert_eq!(
        severities(&strict),
        [("HR3201".to_owned(), error), ("HR4308".to_owned(), error), ("HR4702".to_owned(), lax)],
    );
}

#[test]
fn every_code_has_an_example_that_gives_it() {
    let modules = [
        crate::attachments::refused(),
        crate::connections::refused(),
        crate::externals::refused(),
        crate::gateway_peerings::refused(),
        crate::gateways::refused(),
        crate::namespaces::refused(),
        crate::objects::refused(),
        crate::peerings::refused(),
        crate::profiles::refused(),
        crate::switches::refused(),
        crate::vpcs::refused(),
    ];
    let examples = modules.into_iter().flatten().flat_map(|(_, example)| expected(&text(&example.docs)));
    let mut given: BTreeSet<String> = examples.map(|(_, code)| code).collect();
    // Those that need another base have tests of their own, above.
    given.extend(["HR3001", "HR4117", "HR4701", "HR4702"].map(str::to_owned));
    let all = codes::all().filter(|entry| (3000..5000).contains(&entry.code.0)).map(|entry| entry.code.to_string());
    assert_eq!(all.filter(|code| !given.contains(code)).collect::<Vec<_>>(), Vec::<String>::new());
}

#[test]
fn every_code_is_explained_in_order() {
    let all: Vec<_> = codes::all().collect();
    assert!(all.windows(2).all(|pair| pair[0].code < pair[1].code));
    for entry in all.iter().filter(|entry| (3000..5000).contains(&entry.code.0)) {
        let texts = [entry.title, entry.meaning, entry.example, entry.fix, entry.source];
        assert!(texts.iter().all(|text| !text.trim().is_empty()), "{}", entry.code);
        assert_eq!(entry.meaning.contains("--strict"), codes::raised_by_strict(entry.code), "{}", entry.code);
        assert!(!codes::raised_by_strict(entry.code) || entry.severity == Severity::Warning, "{}", entry.code);
    }
}

#[test]
fn the_page_of_the_settings_shows_every_key_with_its_default() {
    let page = include_str!("../../../../docs/reference/settings.md");
    let toml = page.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(Settings::read(toml.as_bytes()).unwrap(), Settings::default());
    let keys = serde_json::to_value(Settings::default()).unwrap();
    for (table, value) in keys.as_object().unwrap() {
        for key in value.as_object().map_or(vec![table], |fields| fields.keys().collect()) {
            assert!(toml.contains(&format!("{key} = ")), "{table}.{key}");
        }
    }
}
