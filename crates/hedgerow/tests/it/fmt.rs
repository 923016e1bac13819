//! `hedgerow fmt`: lists become documents, on a person's word.

use std::fs::File;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Stdio;

use crate::support::ran::Ran;
use crate::support::scene::Scene;

const LIST: &str = "\
apiVersion: v1
kind: List
items:
# rack one
- apiVersion: vpc.githedgehog.com/v1beta1
  kind: VPC
  metadata:
    name: one
    uid: 3f
  spec:
    subnets:
      default: {subnet: 10.0.1.0/24, vlan: 1001}
# rack two
- apiVersion: vpc.githedgehog.com/v1beta1
  kind: VPC
  metadata:
    name: two
  spec:
    subnets:
      default: {subnet: 10.0.2.0/24, vlan: 1002}
";

const SPLIT: &str = "\
# rack one
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: one
spec:
  subnets:
    default: {subnet: 10.0.1.0/24, vlan: 1001}
---
# rack two
apiVersion: vpc.githedgehog.com/v1beta1
kind: VPC
metadata:
  name: two
spec:
  subnets:
    default: {subnet: 10.0.2.0/24, vlan: 1002}
";

#[test]
fn the_finding_about_a_list_names_the_command_that_splits_it() {
    let scene = Scene::new();
    let file = scene.file("list.yaml", LIST);
    let file = file.to_str().unwrap();
    let vet = scene.run(&["vet", file]).expect(1);
    assert!(vet.stdout().contains("hedgerow fmt --write"), "{}", vet.stdout());
    scene.run(&["fmt", "--write", "--strip-server-fields", file]).expect(0);
    scene.run(&["vet", file]).expect(0);
}

#[test]
fn without_a_word_to_write_it_prints_what_git_can_apply() {
    let scene = Scene::new();
    let file = scene.file("list.yaml", LIST);
    let dir = file.parent().unwrap().to_owned();
    let fmt = |args: &[&str]| {
        let mut command = scene.command(std::path::Path::new(env!("CARGO_BIN_EXE_hedgerow")));
        command.current_dir(&dir).args(["fmt", "--strip-server-fields", "list.yaml"]).args(args);
        Ran::of(&mut command)
    };
    let diff = fmt(&[]).expect(1).stdout();
    assert_eq!(std::fs::read_to_string(&file).unwrap(), LIST, "nothing was written");
    let patch = scene.file("patch", diff);
    let mut git = scene.command(std::path::Path::new("git"));
    git.current_dir(&dir).arg("apply").arg(&patch);
    assert!(git.status().unwrap().success());
    assert_eq!(std::fs::read_to_string(&file).unwrap(), SPLIT);
    assert_eq!(fmt(&[]).expect(0).stdout(), "1 file: nothing to do\n");
}

#[test]
fn a_file_that_is_written_stays_the_file_that_it_was() {
    let scene = Scene::new();
    let file = scene.file("list.yaml", LIST);
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
    let link = file.with_file_name("link.yaml");
    symlink(&file, &link).unwrap();
    let answer = scene.run(&["fmt", "-w", "--strip-server-fields", "-o", "json", link.to_str().unwrap()]).expect(0);
    let answer = &answer.json()["files"][0];
    assert_eq!((answer["outcome"].as_str(), answer["lists"].as_u64()), (Some("written"), Some(1)), "{answer:#}");
    assert_eq!((answer["fields"].as_u64(), answer["documents"].as_u64()), (Some(1), Some(2)), "{answer:#}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), SPLIT);
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn it_is_a_filter_too() {
    let scene = Scene::new();
    let through = |text: &str| {
        let mut command = scene.hedgerow(&["fmt", "--write", "--strip-server-fields", "-"]);
        command.stdin(File::open(scene.file("input", text)).unwrap()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let output = command.output().unwrap();
        Ran::from_output(&command, output)
    };
    assert_eq!(through(LIST).expect(0).stdout(), SPLIT);
    assert_eq!(through(SPLIT).expect(0).stdout(), SPLIT);
    let refused = through("a: [\n").expect(2);
    assert_eq!(refused.stdout(), "");
    assert!(refused.stderr().contains("line "), "{}", refused.stderr());
}

#[test]
fn one_file_that_cannot_be_cut_keeps_no_other_from_it() {
    let scene = Scene::new();
    scene.file("dir/a.yaml", "kind: List\napiVersion: v1\nitems: [{a: 1}, # why\n  {b: 1}]\n");
    scene.file("dir/b.yaml", "kind: [\n");
    let good = scene.file("dir/c.yml", LIST);
    let dir = good.parent().unwrap().to_str().unwrap().to_owned();
    let said = scene.run(&["fmt", "--write", &dir]).expect(2).stdout();
    assert!(said.contains("a.yaml: left as it is: line 3: a comment"), "{said}");
    assert!(said.contains("b.yaml: left as it is"), "{said}");
    assert!(said.contains("c.yml: 1 list split"), "{said}");
    scene.run(&["fmt", &dir]).expect(2);
    scene.run(&["fmt", good.to_str().unwrap()]).expect(0);
}
