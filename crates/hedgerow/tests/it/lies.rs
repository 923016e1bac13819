//! Thousands of commits in our name, honest ones and lies, each made by a page of Python that knows which is which: both verifiers
//! find every lie, refuse no honest commit, and agree. `HEDGEROW_LIES=20000` is the long form, `HEDGEROW_SEED` another choice.

use std::path::Path;

use crate::support::ran::Ran;
use crate::support::scene::{Scene, knob, workspace};

#[test]
fn both_verifiers_find_every_planted_lie_and_refuse_no_honest_commit() {
    let scene = Scene::new();
    let (cases, seed) = (knob("HEDGEROW_LIES", 150).to_string(), knob("HEDGEROW_SEED", 20_261_124).to_string());
    let mut python = scene.command(Path::new("python3"));
    python.arg(workspace().join("verify/tests/lies.py")).args(["--cases", &cases, "--seed", &seed]);
    let ran = Ran::of(python.args(["--hedgerow", env!("CARGO_BIN_EXE_hedgerow")])).expect(0).says("0 wrong");
    println!("{}", ran.stdout());
}
