//! What deploy/ says of the program is so. The rest of deploy/ is checked by deploy/check, with the tools that it needs.

use std::path::{Path, PathBuf};

use crate::support::scene::{Scene, workspace};

/// Every file below.
fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

#[test]
fn every_variable_and_flag_in_deploy_is_one_of_serves() {
    let help = Scene::new().run(&["serve", "--help"]).expect(0).stdout();
    let known =
        |word: &str| help.split(|c: char| !c.is_ascii_alphanumeric() && c != '_' && c != '-').any(|w| w == word);
    let mut seen = 0;
    for file in files(&workspace().join("deploy")) {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
        for word in words.filter(|word| word.starts_with("HEDGEROW_")) {
            assert!(known(word), "{}: {word}", file.display());
            seen += 1;
        }
        let lines = text.lines().filter(|line| line.contains("[serve,") || line.contains("hedgerow serve "));
        for flag in lines.flat_map(|line| line.split([' ', ',', '[', ']'])).filter(|word| word.starts_with("--")) {
            assert!(known(flag), "{}: {flag}", file.display());
            seen += 1;
        }
    }
    assert!(seen >= 6, "the chart, the unit and the container name some");
}

#[test]
fn a_manual_page_is_written_for_every_command() {
    let scene = Scene::new();
    let dir = scene.path("man");
    std::fs::create_dir(&dir).unwrap();
    scene.run(&["man", dir.to_str().unwrap()]).expect(0);
    for page in ["hedgerow.1", "hedgerow-sync.1", "hedgerow-store-copy.1"] {
        let text = std::fs::read_to_string(dir.join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".SH NAME"), "{page}");
    }
    scene.run(&["man", scene.path("absent").to_str().unwrap()]).expect(2).says("writing manual pages into");
}
