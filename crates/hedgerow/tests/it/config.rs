//! `hedgerow.toml`, its page and its example.

use std::collections::BTreeSet;

use crate::support::scene::{Scene, workspace};

/// What `--check` says of a file.
fn check(scene: &Scene, text: &str) -> crate::support::ran::Ran {
    let file = scene.file("hedgerow.toml", text);
    scene.run(&["serve", "--check", "--config", file.to_str().unwrap()])
}

/// The keys that the program knows below `section`, from its own words about one that it does not.
fn known(scene: &Scene, section: &str) -> BTreeSet<String> {
    let ran = check(scene, &format!("{section}\n'no such key' = 1\n")).expect(2);
    let text = ran.stderr();
    let keys = text.split("known here: ").nth(1).unwrap_or_else(|| panic!("{section}: {}", ran.story()));
    keys.trim().split(", ").map(str::to_owned).collect()
}

/// The first cells of the table rows under the heading `## heading` of the page, and, for it, of its second table.
fn documented(page: &str, heading: &str) -> Vec<BTreeSet<String>> {
    let from = page.find(&format!("## {heading}\n")).unwrap_or_else(|| panic!("no section {heading}"));
    let section = page[from + 3..].split("\n## ").next().unwrap();
    let mut tables = vec![BTreeSet::new()];
    let mut rows = section.lines().peekable();
    while let Some(row) = rows.next() {
        if row.starts_with("| `") {
            let cell = row.split('|').nth(1).unwrap();
            tables.last_mut().unwrap().extend(cell.split('`').skip(1).step_by(2).map(str::to_owned));
            if rows.peek().is_none_or(|next| !next.starts_with('|')) {
                tables.push(BTreeSet::new());
            }
        }
    }
    tables.pop();
    tables
}

#[test]
fn every_key_is_on_the_page_and_no_other() {
    let page = std::fs::read_to_string(workspace().join("docs/reference/config.md")).unwrap();
    let scene = Scene::new();
    let repository = "[[repository]]\nname = \"a\"\nurl = \"https://h/a\"\n";
    for (section, heading, table) in [
        ("", "The file as a whole", 0),
        ("[service]", "[service]", 0),
        ("[runs]", "[runs]", 0),
        ("[retention]", "[retention]", 0),
        ("[network]", "[network]", 0),
        ("[log]", "[log]", 0),
        (repository, "[[repository]]", 0),
        (&format!("{repository}[repository.write]"), "[[repository]]", 1),
        ("[[fabric]]", "[[fabric]]", 0),
        ("[[hook]]", "[[hook]]", 0),
    ] {
        assert_eq!(documented(&page, heading)[table], known(&scene, section), "{heading}");
    }
}

#[test]
fn the_example_has_every_key_and_is_good() {
    let text = std::fs::read_to_string(workspace().join("examples/hedgerow.toml")).unwrap();
    let scene = Scene::new();
    check(&scene, &text).expect(0).says("2 repositories and 2 fabrics, and 1 hook");
    let page = std::fs::read_to_string(workspace().join("docs/reference/config.md")).unwrap();
    for heading in
        ["[service]", "[runs]", "[retention]", "[network]", "[log]", "[[repository]]", "[[fabric]]", "[[hook]]"]
    {
        for key in documented(&page, heading).into_iter().flatten().filter(|key| key != "write" && key != "read") {
            let has = |line: &str| line.trim_start_matches("# ").starts_with(&format!("{key} = "));
            assert!(text.lines().any(has), "{heading}: the example lacks {key}");
        }
    }
}

#[test]
fn a_key_that_is_not_known_is_refused_with_the_nearest_one() {
    let scene = Scene::new();
    check(&scene, "[runs]\nintervall = \"1m\"\n")
        .expect(2)
        .says("hedgerow.toml:2:1: unknown key intervall")
        .says("did you mean interval?");
}

#[test]
fn to_keep_nothing_is_refused() {
    check(&Scene::new(), "[retention]\nvisits = 0\n").expect(2).says("retention.visits is 0").says("use 1 or more");
}
