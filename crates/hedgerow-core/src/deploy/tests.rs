use super::*;
use crate::tree::{Content, Mode};

fn entry(text: &str) -> Entry {
    Entry { mode: Mode::File, id: String::new(), content: Content::Bytes(text.as_bytes().into()) }
}

fn switch(name: &str) -> String {
    format!("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Switch\nmetadata:\n  name: {name}\n")
}

/// The fabric `f`: one object managed, one in the inbox that a plan places, one stray.
fn told(files: &[(&str, &str)]) -> Vec<Deployment> {
    let dir = FabricDir::parse("f").unwrap();
    let mut before: BTreeMap<TreePath, Entry> = BTreeMap::new();
    before.insert("f/managed/switches/a.yaml".into(), entry(&switch("a")));
    before.insert("f/raw/in.yaml".into(), entry(&switch("b")));
    before.insert("f/stray.yaml".into(), entry(&switch("c")));
    let mut outside = BTreeMap::new();
    for (path, text) in files {
        let place = if path.starts_with("f/") { &mut before } else { &mut outside };
        place.insert(TreePath::from(*path), entry(text));
    }
    let mut after = before.clone();
    for (from, to) in [("f/raw/in.yaml", "f/managed/switches/b.yaml"), ("f/stray.yaml", "f/managed/switches/c.yaml")] {
        let moved = after.remove(&TreePath::from(from)).unwrap();
        after.insert(to.into(), moved);
    }
    let repository = Repository { url: "https://git.example/org/fabrics".into(), branch: "main".into() };
    let tree = |entries| FabricTree { dir: dir.clone(), entries };
    deployments(&repository, &dir, &outside, &tree(before), &tree(after))
}

fn application(path: &str, more: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata:\n  name: app\nspec:\n  source:\n    \
         repoURL: git@git.example:org/fabrics.git\n    targetRevision: HEAD\n    path: {path}\n{more}"
    )
}

const RECURSE: &str = "    directory:\n      recurse: true\n";

#[test]
fn an_application_on_managed_only_gains() {
    let told = told(&[("apps/app.yaml", &application("f/managed", RECURSE))]);
    assert_eq!(told.len(), 1);
    assert_eq!((&told[0].vanish, &told[0].double), (&vec![], &vec![]));
    assert_eq!(told[0].appear, ["Switch default/b", "Switch default/c"]);
    assert!(told[0].warnings().is_empty());
}

#[test]
fn an_application_on_the_root_of_the_directory_loses_its_strays() {
    let told = told(&[("apps/app.yaml", &application("f", ""))]);
    assert_eq!(told[0].vanish, ["Switch default/c"]);
    assert!(told[0].warnings()[0].contains("would vanish"), "{:?}", told[0].warnings());
}

#[test]
fn an_application_on_everything_takes_the_inbox() {
    let told = told(&[("apps/app.yaml", &application("./f/", RECURSE))]);
    assert_eq!(told[0].from_inbox, [TreePath::from("f/raw/in.yaml")]);
    assert!(told[0].vanish.is_empty());
    assert!(told[0].warnings()[0].contains("files of the inbox"), "{:?}", told[0].warnings());
}

#[test]
fn what_is_included_and_excluded_is_heeded() {
    let excluded = "    directory:\n      recurse: true\n      exclude: '{raw/*,*.yml}'\n";
    assert!(told(&[("a.yaml", &application("f", excluded))])[0].from_inbox.is_empty());
    let included = "    directory:\n      recurse: true\n      include: 'raw/*'\n";
    assert_eq!(told(&[("a.yaml", &application("f", included))])[0].vanish, ["Switch default/b"]);
}

#[test]
fn two_that_deploy_the_same_are_told() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata:\n  name: flux\nspec:\n  path: ./f/managed\n";
    let told = told(&[("apps/app.yaml", &application("f/managed", RECURSE)), ("flux.yaml", flux)]);
    let kinds: Vec<_> = told.iter().map(|one| one.deployer.kind).collect();
    assert_eq!(kinds, [DeployerKind::Application, DeployerKind::FluxKustomization]);
    let all = ["Switch default/a", "Switch default/b", "Switch default/c"];
    assert!(told.iter().all(|one| one.double == all), "{told:?}");
}

#[test]
fn another_repository_and_another_branch_are_not_meant() {
    let elsewhere = application("f", "").replace("org/fabrics", "org/others");
    assert!(told(&[("a.yaml", &elsewhere)]).is_empty());
    let branch = application("f", "").replace("HEAD", "next");
    assert!(told(&[("a.yaml", &branch)]).is_empty());
}

#[test]
fn a_kustomization_deploys_what_it_names_and_a_new_file_is_not_named() {
    let named = "resources:\n- managed/switches/a.yaml\n- stray.yaml\n";
    let told = told(&[("f/kustomization.yaml", named), ("apps/app.yaml", &application("f", RECURSE))]);
    assert_eq!(told.len(), 1, "an Application reads it: {told:?}");
    assert_eq!(told[0].vanish, ["Switch default/c"]);
    assert!(told[0].from_inbox.is_empty());
}

#[test]
fn a_kustomization_that_nobody_names_is_told_itself() {
    let told = told(&[
        ("top/kustomization.yaml", "resources: [../f, https://x.example/y]\n"),
        ("f/kustomization.yml", "resources: [raw/in.yaml]\n"),
    ]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!((told[0].deployer.name.as_str(), told[0].deployer.kind), ("top", DeployerKind::Kustomization));
    assert_eq!(told[0].vanish, ["Switch default/b"]);
}

#[test]
fn flux_reads_a_directory_whole() {
    let flux = "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: all}\nspec: {}\n";
    let told = told(&[("flux.yaml", flux)]);
    assert_eq!(told[0].from_inbox, [TreePath::from("f/raw/in.yaml")]);
    assert!(told[0].vanish.is_empty() && told[0].appear.is_empty());
}

#[test]
fn an_application_set_is_followed_through_its_directories_or_said_to_be_untold() {
    let set = |path: &str| {
        format!(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {{name: set}}\nspec:\n  generators:\n  - git:\n      \
             directories:\n      - path: '*'\n      - path: apps\n        exclude: true\n  template:\n    spec:\n      source:\n        \
             repoURL: https://git.example/org/fabrics.git\n        path: '{path}'\n"
        )
    };
    let followed = told(&[("apps/set.yaml", &set("{{.path.path}}/raw"))]);
    assert_eq!(followed.len(), 1, "{followed:?}");
    assert_eq!(followed[0].deployer.path, TreePath::from("f/raw"));
    assert_eq!(followed[0].vanish, ["Switch default/b"]);
    let untold = told(&[("apps/set.yaml", &set("{{cluster}}/raw"))]);
    assert!(matches!(&untold[0].deployer.how, How::Untold(why) if why.contains("{{cluster}}")), "{untold:?}");
    assert!(untold[0].warnings()[0].contains("could not be told"));
}

#[test]
fn hostile_files_are_survived() {
    let round = "resources: [../a]\n";
    let told = told(&[
        ("a/kustomization.yaml", "resources: [../b, ../../../etc]\n"),
        ("b/kustomization.yaml", round),
        ("x.yaml", "argoproj.io: {{"),
        ("y.yaml", "apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: [1]\n"),
        ("z.yaml", &application("../../x", "")),
    ]);
    assert!(told.is_empty(), "{told:?}");
}
