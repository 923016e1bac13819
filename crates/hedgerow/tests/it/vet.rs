//! Judging files offline: the same judgement as a sync's, everything at once, whatever the order.

use std::path::Path;
use std::process::Stdio;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthChar;

use crate::support::fabric::Fabric;
use crate::support::fixtures::example;
use crate::support::ran::Ran;
use crate::support::scene::{Scene, workspace};
use crate::support::yaml::{server, vpc};

fn codes(answer: &Value) -> Vec<&str> {
    answer["findings"].as_array().unwrap().iter().map(|finding| finding["code"].as_str().unwrap()).collect()
}

#[test]
fn the_example_is_clean() {
    let scene = Scene::new();
    let dir = workspace().join("examples/fabric-1");
    let answer = scene.run(&["vet", dir.to_str().unwrap(), "-o", "json"]).expect(0).json();
    assert!(answer["findings"].as_array().unwrap().iter().all(|finding| finding["severity"] != "error"), "{answer:#}");
}

#[test]
fn one_bad_document_hides_nothing_in_another() {
    let scene = Scene::new();
    let broken = scene.file("a.yaml", "kind: [\n");
    let typo = scene.file("b.yaml", vpc("one", 1).replace("vlan:", "vlann:"));
    let overlap = scene.file("c.yaml", format!("{}---\n{}", vpc("two", 2), vpc("three", 2)));
    let files: Vec<_> = [&broken, &typo, &overlap].iter().map(|path| path.to_str().unwrap().to_owned()).collect();
    let vet = |files: &[String]| {
        let args: Vec<&str> = ["vet", "-o", "json"].into_iter().chain(files.iter().map(String::as_str)).collect();
        scene.run(&args).expect(1).json()
    };
    let answer = vet(&files);
    for (file, group) in [("a.yaml", "HR1"), ("b.yaml", "HR2"), ("c.yaml", "HR4")] {
        let findings = answer["findings"].as_array().unwrap();
        let found = findings.iter().any(|f| {
            f["file"].as_str().is_some_and(|name| name.ends_with(file))
                && f["code"].as_str().unwrap().starts_with(group)
        });
        assert!(found, "{group} in {file}: {:?}", codes(&answer));
    }
    let reversed: Vec<_> = files.into_iter().rev().collect();
    assert_eq!(vet(&reversed), answer, "the order of files changes nothing");
}

/// An attachment of a server to a VPC of the example.
const ATTACHMENT: &str = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCAttachment
metadata:
  name: db--default--server-03
spec:
  connection: server-03--unbundled--leaf-01
  subnet: db/default
";

fn told(answer: &Value) -> Vec<String> {
    let findings = answer["findings"].as_array().unwrap().iter().filter(|finding| finding["severity"] != "warning");
    let told = |f: &Value| {
        let file = f["file"].as_str().unwrap().rsplit('/').next().unwrap_or_default();
        format!("{} {file}:{}", f["code"].as_str().unwrap(), f["line"])
    };
    findings.map(told).collect()
}

#[test]
fn an_error_hides_none_in_the_rest_of_its_file_and_makes_none_elsewhere() {
    let scene = Scene::new();
    for (path, bytes) in example() {
        scene.file(&format!("one/{path}"), String::from_utf8(bytes).unwrap());
    }
    scene.file("one/raw/attachment.yaml", ATTACHMENT);
    let dir = scene.path("one");
    let vet = |code| scene.run(&["vet", dir.to_str().unwrap(), "-o", "json"]).expect(code).json();
    assert_eq!(told(&vet(0)), [""; 0]);
    let tenants = std::fs::read_to_string(scene.path("one/raw/vpcs/tenants.yaml")).unwrap();
    // A typing error in a VPC to which other files refer, and beside it one against the rules in the same file.
    let broken = tenants.replace("vlan: 1001", "vlann: 1001").replace("vlan: 1003", "vlan: 3003");
    scene.file("one/raw/vpcs/tenants.yaml", &broken);
    assert_eq!(told(&vet(1)), ["HR2004 tenants.yaml:21", "HR4410 tenants.yaml:54"]);
    // A file that is no YAML at all: what it seems to hold is not missing.
    scene.file("one/raw/vpcs/tenants.yaml", tenants.replacen("- 10.0.0.0/16", "- [10.0.0.0/16", 1));
    let only = told(&vet(1));
    assert!(only.iter().all(|told| told.starts_with("HR1") && told.contains("tenants.yaml")), "{only:?}");
}

#[test]
fn fabrics_are_judged_each_by_itself() {
    let scene = Scene::new();
    scene.file("repo/one/raw/a.yaml", vpc("a", 1));
    scene.file("repo/sub/two/raw/a.yaml", vpc("a", 1).replace("10.0.1", "10.0.9"));
    scene.file("repo/.github/workflows/ci.yaml", "on: push\n");
    scene.file("repo/mkdocs.yml", "site_name: x\n");
    let repo = scene.path("repo");
    let both = scene.run(&["vet", repo.to_str().unwrap(), "-o", "json"]).expect(0).json();
    assert_eq!((&both["counts"]["documents"], &both["counts"]["errors"]), (&2.into(), &0.into()), "{both:#}");
    // With one fabric, files that are named join its inbox.
    let more = scene.file("more.yaml", format!("{}---\n{}", vpc("b", 1), server("x")));
    let (one, more) = (repo.join("one"), more.to_str().unwrap().to_owned());
    let joined = scene.run(&["vet", one.to_str().unwrap(), &more]).expect(1).stdout();
    assert!(joined.contains("/one/raw/a.yaml") && joined.contains("more.yaml") && !joined.contains('~'), "{joined}");
}

#[test]
fn vet_and_plan_find_the_same() {
    let mut files = example();
    files.push(("raw/lab.yaml".to_owned(), vpc("lab", 1).into_bytes()));
    let fabric = Fabric::of(&files);
    let plan = fabric.plan(&[]).expect(1).json();
    let clone = fabric.remote.clone_to(fabric.scene.path("clone"), &[]);
    let dir = clone.path().join(&fabric.dir);
    let vet = fabric.scene.run(&["vet", dir.to_str().unwrap(), "-o", "json"]).expect(1).json();
    for code in codes(&vet) {
        assert!(codes(&plan).contains(&code), "{code} is in vet and not in plan");
    }
}

#[test]
fn standard_input_is_a_file() {
    let scene = Scene::new();
    let mut command = scene.hedgerow(&["vet", "-", "-o", "json"]);
    command
        .stdin(std::fs::File::open(scene.file("one.yaml", server("One"))).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let output = command.output().unwrap();
    let answer = Ran::from_output(&command, output).expect(1).json();
    assert!(!codes(&answer).is_empty());
}

#[test]
fn what_cannot_be_read_exits_2() {
    let scene = Scene::new();
    scene.run(&["vet", "/no/such/file.yaml"]).expect(2).says("/no/such/file.yaml");
    scene.run(&["vet"]).expect(2);
}

#[test]
fn machines_get_their_formats() {
    let scene = Scene::new();
    let file = scene.file("bad.yaml", vpc("one", 1).replace("vlan:", "vlann:"));
    let as_format = |format: &str| scene.run(&["vet", file.to_str().unwrap(), "-o", format]).expect(1);
    let sarif = as_format("sarif").json();
    assert_eq!(sarif["version"], "2.1.0");
    let results = sarif["runs"][0]["results"].as_array().unwrap();
    let unknown = results.iter().find(|result| result["ruleId"] == "HR2004").unwrap();
    let region = &unknown["locations"][0]["physicalLocation"]["region"];
    assert_eq!(*region, json!({"startLine": 9, "startColumn": 7, "endColumn": 12}));
    let junit = as_format("junit").stdout();
    assert!(junit.contains("<testsuite") && junit.contains("<failure"), "{junit}");
    let github = as_format("github").stdout();
    assert!(github.lines().any(|line| line.starts_with("::error ") && line.contains("line=9")), "{github}");
}

#[test]
fn every_code_that_is_found_is_explained() {
    let scene = Scene::new();
    let file = scene
        .file("bad.yaml", format!("{}---\n{}---\na: [\n", vpc("one", 1).replace("vlan:", "vlann:"), server("Two")));
    let answer = scene.run(&["vet", file.to_str().unwrap(), "-o", "json"]).expect(1).json();
    for code in codes(&answer) {
        scene.run(&["explain", code]).expect(0).says(code);
    }
    scene.run(&["explain", "switch.spec.role"]).expect(0).says("server-leaf");
    scene.run(&["explain", "2001"]).expect(0).says("HR2001");
    scene.run(&["explain", "HR9999"]).expect(2);
}

#[test]
fn what_became_of_a_former_kind_is_told() {
    let scene = Scene::new();
    let peering = scene.run(&["explain", "peering"]).expect(0);
    peering.says("gateway.githedgehog.com/v1alpha1").says("replaced by");
    let racks = scene.run(&["explain", "Rack", "-o", "json"]).expect(0).json();
    assert_eq!(racks[0]["since"], "2024-05-08");
}

#[test]
fn the_caret_stands_below_what_is_meant_whatever_the_width_of_the_characters_before_it() {
    let scene = Scene::new();
    // Two columns for the ideograph, none for the accent.
    let file = scene.file(
        "wide.yaml",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata: {name: one}\nspec: {description: \"架e\u{301}\", wrong: 1}\n",
    );
    let said = scene.run(&["vet", file.to_str().unwrap()]).expect(1).text();
    let at = |line: &str, what: &str| {
        let before = line.split(what).next().unwrap();
        before.chars().map(|c| c.width().unwrap()).sum::<usize>()
    };
    let lines: Vec<_> = said.lines().collect();
    let meant = lines.iter().position(|line| line.contains("| spec: {")).unwrap();
    assert_eq!(at(lines[meant + 1], "^^^^^"), at(lines[meant], "wrong"), "{said}");
}

const PROFILE: &str = "\
apiVersion: wiring.githedgehog.com/v1beta1
kind: SwitchProfile
metadata:
  name: mine
spec:
  displayName: Mine
  switchSilicon: x
  nosType: sonic-bcm-base
  platform: x86
  ports:
    M1: {nos: Management0, management: true, oniePortName: eth0}
    E1/1: {nos: Ethernet0, label: \"1\", profile: SFP}
  portProfiles:
    SFP: {speed: {default: 25G, supported: [10G, 25G]}}
";

#[test]
fn a_profile_of_ones_own_is_taken_where_the_fabric_is_set_to() {
    let scene = Scene::new();
    scene.file("one/raw/profile.yaml", PROFILE);
    let dir = scene.path("one");
    let vet = |code: i32| scene.run(&["vet", dir.to_str().unwrap()]).expect(code);
    vet(1).says("HR5006").says("profiles.allow_extra");
    scene.file("one/.hedgerow/fabric.toml", "[profiles]\nallow_extra = true\n");
    vet(0);
}

#[test]
fn a_fabrics_own_crds_count() {
    let scene = Scene::new();
    scene.file(
        "one/raw/thing.yaml",
        "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Thing\nmetadata:\n  name: a\nspec:\n  size: 1\n",
    );
    let dir = scene.path("one");
    let vet = |code: i32| scene.run(&["vet", dir.to_str().unwrap()]).expect(code);
    vet(1).says("has no kind \"Thing\"");
    let crd = "\
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: things.wiring.githedgehog.com}
spec:
  group: wiring.githedgehog.com
  names: {kind: Thing, plural: things, singular: thing, listKind: ThingList}
  scope: Namespaced
  versions:
  - name: v1beta1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          apiVersion: {type: string}
          kind: {type: string}
          metadata: {type: object}
          spec: {type: object, properties: {size: {type: integer}}}
";
    scene.file("one/.hedgerow/crds/things.yaml", crd);
    vet(0);
    scene.file("one/.hedgerow/crds/things.yaml", "a: 1\n");
    vet(2).says(".hedgerow/crds");
}

#[test]
fn one_fault_is_told_once() {
    let scene = Scene::new();
    let peering = "\
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPCPeering
metadata:
  name: a--b
spec:
  remote: rack-1
  permit:
  - a: {}
    b: {}
";
    let file = scene.file("all.yaml", format!("{}---\n{}---\n{peering}", vpc("a", 1), vpc("b", 2)));
    let answer = scene.run(&["vet", file.to_str().unwrap(), "-o", "json"]).expect(1).json();
    let about: Vec<_> = answer["findings"].as_array().unwrap().iter().filter(|f| f["line"] == 26).collect();
    assert_eq!(about.len(), 1, "{about:#?}");
}

#[test]
fn messages_call_files_by_the_names_that_they_have_outside() {
    let scene = Scene::new();
    scene.file("one/managed/old.yaml", vpc("a", 1));
    let one = scene.run(&["vet", scene.path("one").to_str().unwrap()]).expect(0).stdout();
    assert!(one.contains("/one/managed/vpcs/a.yaml") && !one.contains('~'), "{one}");
    let first = scene.file("first.yaml", vpc("a", 1).replace("10.0.1.0/24", "10.0.9.0/24"));
    let second = scene.file("second.yaml", format!("{}---\n{}", vpc("b", 9), server("x")));
    let both = scene.run(&["vet", second.to_str().unwrap(), first.to_str().unwrap()]).expect(1).stdout();
    assert!(both.contains("/first.yaml") && both.contains("/second.yaml") && !both.contains('~'), "{both}");
}

/// The last `run:` of `action.yml`, as GitHub's runner starts it: `bash --noprofile --norc -e -o pipefail`.
fn action(scene: &Scene, files: &str, strict: &str) -> Ran {
    let text = std::fs::read_to_string(workspace().join("action.yml")).unwrap();
    let (_, step) = text.rsplit_once("\n    run: ").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_hedgerow"));
    let path = format!("{}:{}", program.parent().unwrap().display(), std::env::var("PATH").unwrap());
    let mut bash = scene.command(Path::new("bash"));
    bash.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", step.trim_end()]).current_dir(scene.path("work"));
    Ran::of(bash.envs([("PATH", path.as_str()), ("FILES", files), ("STRICT", strict)]))
}

#[test]
fn the_action_annotates_every_fabric_and_fails_the_step() {
    let scene = Scene::new();
    scene.file("work/one/raw/a.yaml", server("one"));
    scene.file("work/two/raw/a b.yaml", server("two").replace("description", "descriptio"));
    action(&scene, "one", "false").expect(0);
    action(&scene, ".", "false").expect(1).says("::error file=two/raw/a b.yaml,line=6").says("HR2004");
    // Names reach the program as names, whatever they look like.
    action(&scene, "--store $(touch made) ; touch made", "false").expect(2);
    assert!(!scene.path("work/made").exists());
    // Host bits are what only --strict refuses.
    scene.file("work/three/raw/vpc.yaml", vpc("lax", 1).replace("10.0.1.0/24", "10.0.1.7/24"));
    action(&scene, "three", "false").expect(0);
    action(&scene, "three", "true").expect(1);
}
