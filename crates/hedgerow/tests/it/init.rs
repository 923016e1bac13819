//! The directory structure, in one commit, if and only if something is missing.

use crate::support::fabric::Fabric;
use crate::support::scene::Scene;
use crate::support::yaml::vpc;

#[test]
fn init_makes_the_structure_once() {
    let scene = Scene::new();
    let remote = scene.remote("remote.git");
    let before = remote.commit("Empty").write("README.md", "# Networks\n").push();
    let fabric = Fabric { scene, remote, dir: "fabrics/new".to_owned() };
    fabric.run("init", &[]).expect(0);
    assert_eq!(fabric.remote.rev("main^"), before);
    let tree = fabric.remote.tree("main");
    for zone in ["raw", "managed", "unmanaged"] {
        assert!(tree.contains_key(&fabric.path(&format!("{zone}/.gitkeep"))), "{zone}: {tree:?}");
    }
    assert_eq!(fabric.remote.trailer("main", "Hedgerow-Operation").as_deref(), Some("init"));
    fabric.verify(&[], 0);

    let head = fabric.remote.head();
    fabric.run("init", &[]).expect(0);
    assert_eq!(fabric.remote.head(), head, "nothing was missing");
    assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "unchanged");
}

#[test]
fn init_keeps_what_is_there() {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    let before = fabric.remote.tree("main");
    fabric.run("init", &[]).expect(0);
    let after = fabric.remote.tree("main");
    assert!(before.iter().all(|(path, entry)| after.get(path) == Some(entry)));
    assert!(!after.contains_key(&fabric.path("raw/.gitkeep")), "raw has a file already");
    fabric.verify(&[], 0);
    fabric.sync(&[]).expect(0);
    fabric.verify(&[], 0);
}
