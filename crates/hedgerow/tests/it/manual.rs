//! The manual is true: every command that it shows is run, and prints what it shows.
//!
//! A `console` block holds commands after `$ ` (continued after `> `) and what they print, both streams together. `…` stands for
//! anything: alone on its line for any number of lines, within a line for any text. A page's commands run in order, in one shell,
//! in an empty directory, with the program under test on the PATH.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::fabric::Fabric;
use crate::support::ran::Ran;
use crate::support::scene::{Scene, workspace};
use crate::support::yaml::server;

/// A command of a page and what the page says that it prints.
#[derive(Debug, Default, PartialEq)]
struct Example {
    command: String,
    output: Vec<String>,
}

/// The bodies of a page's fenced blocks in `language`.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(found) = line.strip_prefix("```") {
            let body: Vec<_> = lines.by_ref().take_while(|line| !line.starts_with("```")).collect();
            if found == language {
                blocks.push(body.join("\n"));
            }
        }
    }
    blocks
}

fn examples(page: &str) -> Vec<Example> {
    let mut examples: Vec<Example> = Vec::new();
    for line in blocks(page, "console").iter().flat_map(|block| block.lines()) {
        if let Some(command) = line.strip_prefix("$ ") {
            examples.push(Example { command: command.to_owned(), output: Vec::new() });
            continue;
        }
        let example = examples.last_mut().expect("a console block begins with a command");
        match line.strip_prefix("> ") {
            Some(more) if example.output.is_empty() => example.command += &format!("\n{more}"),
            _ => example.output.push(line.to_owned()),
        }
    }
    examples
}

/// Whether `text` is `pattern`, where `…` stands for anything.
fn line_matches(pattern: &str, text: &str) -> bool {
    let pieces: Vec<&str> = pattern.split('…').collect();
    let Some(mut rest) = text.strip_prefix(pieces[0]) else { return false };
    for (at, piece) in pieces.iter().enumerate().skip(1) {
        if at == pieces.len() - 1 {
            return rest.ends_with(piece);
        }
        match rest.find(piece) {
            Some(found) => rest = &rest[found + piece.len()..],
            None => return false,
        }
    }
    rest.is_empty()
}

/// Whether the lines are those of the pattern, where a line `…` stands for any number of them.
fn lines_match(pattern: &[String], lines: &[&str]) -> bool {
    match pattern.split_first() {
        None => lines.is_empty(),
        Some((first, rest)) if first == "…" => (0..=lines.len()).any(|skip| lines_match(rest, &lines[skip..])),
        Some((first, rest)) => {
            lines.split_first().is_some_and(|(line, lines)| line_matches(first, line) && lines_match(rest, lines))
        }
    }
}

/// Between the outputs of two commands.
const SEAM: &str = "\u{1}seam\u{1}";

/// Runs a page's commands in one shell and returns what each printed.
fn run(scene: &Scene, examples: &[Example]) -> Vec<String> {
    let program = Path::new(env!("CARGO_BIN_EXE_hedgerow"));
    let path = std::env::var_os("PATH").unwrap();
    let path =
        std::env::join_paths(std::iter::once(program.parent().unwrap().to_owned()).chain(std::env::split_paths(&path)))
            .unwrap();
    scene.file("home/.gitconfig", "[user]\n\tname = Pat\n\temail = pat@example.com\n[init]\n\tdefaultBranch = main\n");
    let script: String = examples.iter().map(|example| format!("{}\necho '{SEAM}'\n", example.command)).collect();
    let script = scene.file("script", format!("exec 2>&1\n{script}"));
    let mut command: Command = scene.command(Path::new("bash"));
    command.arg(script).env("PATH", path).stdin(Stdio::null());
    let printed = Ran::of(&mut command).stdout();
    printed.split(&format!("{SEAM}\n")).map(str::to_owned).collect()
}

/// Fails the test unless every command of the page prints what the page shows.
#[track_caller]
fn page_is_true(name: &str) {
    let page = std::fs::read_to_string(workspace().join(name)).unwrap();
    let examples = examples(&page);
    let printed = run(&Scene::new(), &examples);
    assert_eq!(printed.len(), examples.len() + 1, "{name}: a command ended the shell: {printed:#?}");
    for (example, printed) in examples.iter().zip(&printed) {
        let lines: Vec<_> = printed.lines().collect();
        let shown = example.output.join("\n");
        assert!(
            lines_match(&example.output, &lines),
            "{name}: $ {}\n--- shown\n{shown}\n--- printed\n{printed}",
            example.command
        );
    }
}

/// Pages of the manual, a test each, and the list of all.
macro_rules! pages {
    ($($claim:ident: $page:literal,)*) => {
        const PAGES: &[&str] = &[$($page),*];

        $(#[test]
        fn $claim() {
            page_is_true(concat!("docs/", $page, ".md"));
        })*
    };
}

pages! {
    export_is_true: "export",
    first_fabric_is_true: "first-fabric",
    fmt_is_true: "fmt",
    install_is_true: "install",
    living_with_a_bot_is_true: "living-with-a-bot",
    outcomes_is_true: "outcomes",
    policy_is_true: "policy",
    sizing_is_true: "sizing",
    store_is_true: "store",
    troubleshooting_is_true: "troubleshooting",
    vet_is_true: "vet",
}

#[test]
fn every_page_with_commands_is_run() {
    let pages = std::fs::read_dir(workspace().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let mut with_commands: Vec<String> = pages
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .filter(|path| !examples(&std::fs::read_to_string(path).unwrap()).is_empty())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    // The commands of verification.md are run by verify/tests/test_page.py.
    with_commands.retain(|page| page != "verification");
    with_commands.sort();
    assert_eq!(with_commands, PAGES, "a page without a line above");
}

#[test]
fn the_readme_is_true() {
    page_is_true("README.md");
}

#[test]
fn the_policy_of_the_manual_is_a_policy() {
    let page = std::fs::read_to_string(workspace().join("docs/policy.md")).unwrap();
    let policy = blocks(&page, "toml").remove(0);
    let fabric = Fabric::of(&[(".hedgerow/policy.toml", policy), ("raw/one.yaml", server("one"))]);
    fabric.sync(&[]).expect(0);
    assert!(fabric.remote.message("main").lines().next().unwrap().ends_with("[skip ci]"));

    let suspended = blocks(&page, "toml").remove(0).replace("# suspended", "suspended");
    let fabric = Fabric::of(&[(".hedgerow/policy.toml", suspended), ("raw/one.yaml", server("one"))]);
    let report = fabric.sync(&[]).expect(2).says("maintenance until Monday").json();
    assert_eq!(report["reason"]["code"], "suspended");
}

#[test]
fn links_within_the_manual_lead_somewhere() {
    let root = workspace();
    let mut pages = vec![root.join("README.md"), root.join("CONTRIBUTING.md")];
    for dir in ["docs", "docs/reference"] {
        let entries = std::fs::read_dir(root.join(dir)).unwrap().map(|entry| entry.unwrap().path());
        pages.extend(entries.filter(|path| path.extension().is_some_and(|extension| extension == "md")));
    }
    for page in pages {
        let text = std::fs::read_to_string(&page).unwrap();
        let targets = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for target in targets.filter(|target| !target.contains("://") && !target.starts_with('#')) {
            let file = target.split('#').next().unwrap();
            assert!(page.parent().unwrap().join(file).exists(), "{} links to {target}", page.display());
        }
    }
}

#[test]
fn patterns_stand_for_what_they_say() {
    assert!(line_matches("a … c", "a b c") && line_matches("…", "") && line_matches("plain", "plain"));
    assert!(!line_matches("a … c", "a b d") && !line_matches("plain", "plainer") && !line_matches("a…a", "a"));
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
    assert!(lines_match(&lines("…\nb\n…"), &["a", "b"]) && !lines_match(&lines("…\nb"), &["b", "c"]));
    let page = "```console\n$ cat <<E\n> x\n> E\nx\n```\n```sh\n$ not\n```\n";
    assert_eq!(examples(page), [Example { command: "cat <<E\nx\nE".into(), output: vec!["x".into()] }]);
}
