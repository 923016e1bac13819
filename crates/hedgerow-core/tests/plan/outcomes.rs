//! What becomes of an inbox document: the outcomes of the design, one by one.

use hedgerow_core::codes::placement as codes;
use hedgerow_core::plan::{Change, Gate};

use crate::fabric::{at, config_map, done, fabric, file, server};

#[test]
fn a_valid_object_that_is_not_managed_is_created_as_a_rename() {
    let text = server("s-1", "one");
    let done = done(&fabric([("raw/x.yaml", text.as_str())]));
    assert_eq!(done.ledger(), ["created raw/x.yaml#0 managed/servers/s-1.yaml"]);
    assert_eq!(done.plan.changes[&at("managed/servers/s-1.yaml")], Change::Move { from: at("raw/x.yaml") });
    assert_eq!(done.paths(), ["managed/servers/s-1.yaml", "raw/.gitkeep"]);
    assert_eq!(done.plan.subject, "hedgerow: fabric-1: 1 created");
    assert_eq!(done.plan.objects[0].from.as_ref().unwrap().file, at("raw/x.yaml"));
}

#[test]
fn another_namespace_has_a_directory_of_its_own() {
    let text = server("s-1", "one").replace("name: s-1", "name: s-1\n  namespace: lab");
    let default = server("s-2", "two").replace("name: s-2", "name: s-2\n  namespace: ''");
    let tree = fabric([("raw/a.yaml", text.as_str()), ("raw/b.yaml", default.as_str())]);
    let plan = crate::fabric::How::default().plan(&tree).unwrap();
    let identities: Vec<_> = plan.passages.iter().map(|p| p.identity.as_ref().unwrap().to_string()).collect();
    assert_eq!(identities, ["Server/lab/s-1", "Server/s-2"]);
}

#[test]
fn many_documents_become_files_of_their_own_lines() {
    let (a, b) = (server("a", "one"), server("b", "two"));
    let text = format!("# Servers\n{a}\n#\n# More\n#\n---\n\n{b}# end\n---\n");
    let done = done(&fabric([("raw/x.YML", text.as_str()), ("raw/.gitkeep", "")]));
    assert_eq!(
        done.ledger(),
        ["created raw/x.YML#0 managed/servers/a.yaml", "created raw/x.YML#1 managed/servers/b.yaml"]
    );
    let (first, second) = (done.text("managed/servers/a.yaml"), done.text("managed/servers/b.yaml"));
    assert_eq!(format!("{first}{second}"), text.replace("---\n", ""), "the pieces joined are the file");
    assert!(second.starts_with("#\n# More\n#\n"), "a banner belongs to what it stands over");
}

#[test]
fn the_same_text_leaves_the_inbox_as_unchanged() {
    let text = server("s-1", "one");
    let inbox = format!("\n{text}\n\n");
    let done = done(&fabric([("managed/servers/s-1.yaml", text.as_str()), ("raw/x.yaml", inbox.as_str())]));
    assert_eq!(done.ledger(), ["unchanged raw/x.yaml#0 managed/servers/s-1.yaml"]);
    assert_eq!(done.text("managed/servers/s-1.yaml"), text, "the managed file is not touched");
}

#[test]
fn another_text_replaces_and_the_ledger_keeps_the_old_hash() {
    let (old, new) = (server("s-1", "old"), server("s-1", "new"));
    let done = done(&fabric([("managed/servers/s-1.yaml", old.as_str()), ("raw/x.yaml", new.as_str())]));
    assert_eq!(done.ledger(), ["replaced raw/x.yaml#0 managed/servers/s-1.yaml"]);
    let line = &done.plan.ledger.lines()[0];
    assert_eq!(line.was.as_deref(), Some(hedgerow_core::digest::sha256(old.as_bytes()).as_str()));
    assert_eq!(done.text("managed/servers/s-1.yaml"), new);
}

#[test]
fn the_same_object_and_text_again_is_a_duplicate_by_path_and_index() {
    let (a, b) = (server("a", "one"), server("b", "two"));
    let both = format!("{a}---\n{b}");
    let done =
        done(&fabric([("raw/1.yaml", both.as_str()), ("raw/2.yaml", both.as_str()), ("raw/0/x.yaml", a.as_str())]));
    assert_eq!(
        done.ledger(),
        [
            "created raw/0/x.yaml#0 managed/servers/a.yaml",
            "created raw/1.yaml#1 managed/servers/b.yaml",
            "duplicate raw/1.yaml#0 managed/servers/a.yaml",
            "duplicate raw/2.yaml#0 managed/servers/a.yaml",
            "duplicate raw/2.yaml#1 managed/servers/b.yaml",
        ]
    );
}

#[test]
fn a_foreign_file_goes_to_unmanaged_with_a_warning() {
    let text = format!("{}---\n{}", config_map("a"), config_map("b"));
    let done = done(&fabric([("raw/sub/cm.yaml", text.as_str())]));
    assert_eq!(done.ledger(), ["foreign raw/sub/cm.yaml#- unmanaged/sub/cm.yaml"]);
    assert_eq!(done.text("unmanaged/sub/cm.yaml"), text);
    assert!(done.finding(codes::FOREIGN).message.contains("unmanaged/sub/cm.yaml"));
}

#[test]
fn a_foreign_file_whose_bytes_are_there_already_is_a_duplicate_and_other_bytes_hold_it() {
    let text = config_map("a");
    let same = done(&fabric([("raw/cm.yaml", text.as_str()), ("unmanaged/cm.yaml", text.as_str())]));
    assert_eq!(same.ledger(), ["duplicate raw/cm.yaml#- unmanaged/cm.yaml"]);
    let other = done(&fabric([("raw/cm.yaml", text.as_str()), ("unmanaged/cm.yaml", "x: 1\n")]));
    other.is_held();
    assert_eq!(other.errors(), [codes::UNMANAGED_TAKEN.to_string()]);
    for in_the_way in ["unmanaged/cm.yaml/x", "unmanaged/cm.yaml/.gitkeep"] {
        done(&fabric([("raw/cm.yaml", text.as_str()), (in_the_way, "")])).is_held();
    }
    done(&fabric([("raw/a/cm.yaml", text.as_str()), ("unmanaged/a", "")])).is_held();
}

#[test]
fn a_foreign_file_that_people_manage_and_that_lies_in_unmanaged_is_held() {
    let text = config_map("a");
    let files =
        [("raw/cm.yaml", text.as_str()), ("unmanaged/cm.yaml", text.as_str()), ("managed/cm.yaml", text.as_str())];
    done(&fabric(files)).is_held();
}

#[test]
fn a_file_put_right_whose_bytes_still_lie_in_unmanaged_is_placed() {
    let text = server("s-1", "one");
    let done = done(&fabric([
        ("raw/x.yaml", text.as_str()),
        ("unmanaged/x.yaml", text.as_str()),
        ("unmanaged/x.yaml.findings.txt", "Held from x\n"),
    ]));
    assert_eq!(done.ledger(), ["created raw/x.yaml#0 managed/servers/s-1.yaml"]);
}

#[test]
fn two_texts_of_one_object_are_held_even_where_one_equals_the_managed() {
    let (one, two) = (server("s-1", "one"), server("s-1", "two"));
    let files =
        [("raw/1.yaml", one.as_str()), ("raw/2.yaml", two.as_str()), ("managed/servers/s-1.yaml", one.as_str())];
    for files in [&files[..2], &files[..]] {
        let done = done(&fabric(files.iter().copied()));
        done.is_held();
        assert_eq!(done.errors(), vec![codes::TWO_TEXTS.to_string(); 2]);
        assert!(done.plan.passages.iter().all(|passage| passage.stopped == Some(Gate::Set)));
        assert_eq!(done.plan.findings[0].related[0].place.file, at("raw/2.yaml"));
    }
}

#[test]
fn a_text_in_a_file_that_is_otherwise_held_is_no_second_text() {
    let one = format!("{}---\nkind: [\n", server("s-1", "one"));
    let two = server("s-1", "two");
    let done = done(&fabric([("raw/1.yaml", one.as_str()), ("raw/2.yaml", two.as_str())]));
    assert_eq!(done.ledger(), ["created raw/2.yaml#0 managed/servers/s-1.yaml", "held raw/1.yaml#- raw/1.yaml"]);
}

#[test]
fn blank_lines_that_a_scalar_keeps_are_not_the_same_object_twice() {
    let text = |end: &str| server("s-1", &format!("|+\n    text\n{end}"));
    let (one, two) = (text(""), text("\n\n"));
    let done = done(&fabric([("raw/1.yaml", one.as_str()), ("raw/2.yaml", two.as_str())]));
    done.is_held();
    assert_eq!(done.errors(), vec![codes::SAME_TEXT_OTHER_VALUE.to_string(); 2]);
    let over = crate::fabric::done(&fabric([("raw/1.yaml", one.as_str()), ("managed/servers/s-1.yaml", two.as_str())]));
    over.is_held();
}

#[test]
fn hedgehog_and_other_objects_in_one_file_are_held() {
    let nine: String = (0..9).map(|n| server(&format!("s-{n}"), "x") + "---\n").collect();
    let text = format!("{nine}{}", config_map("cm"));
    let done = done(&fabric([("raw/x.yaml", text.as_str())]));
    done.is_held();
    assert_eq!(done.errors(), [codes::MIXED_FILE.to_string()]);
}

#[test]
fn one_broken_document_of_ten_holds_the_file_and_no_other() {
    let nine: String = (0..9).map(|n| server(&format!("s-{n}"), "x") + "---\n").collect();
    let text = format!("{nine}a: [\n");
    let good = server("good", "x");
    let done = done(&fabric([("raw/bad.yaml", text.as_str()), ("raw/good.yaml", good.as_str())]));
    assert_eq!(
        done.ledger(),
        ["created raw/good.yaml#0 managed/servers/good.yaml", "held raw/bad.yaml#- raw/bad.yaml"]
    );
    assert_eq!(done.finding(codes::HELD_TOGETHER).place.file, at("raw/bad.yaml"));
    let gates: Vec<_> = done.plan.passages.iter().map(|passage| passage.stopped).collect();
    assert_eq!(gates[..9], [Some(Gate::Plan); 9]);
    assert_eq!(gates[9..], [Some(Gate::Parse), None]);
    assert_eq!(done.plan.passages[9].passed(), [Gate::Read]);
}

#[test]
fn an_inbox_of_held_files_is_held_again_and_again() {
    let mut tree = fabric([("raw/x.yaml", "a: [\n"), ("raw/y.yaml", "kind: VPC\n")]);
    for _ in 0..3 {
        let done = done(&tree);
        done.is_held();
        assert_eq!(done.plan.counts().held, 2);
        tree = done.after;
    }
}

#[test]
fn an_executable_is_placed_as_a_plain_file() {
    let mut tree = fabric([]);
    let text = server("s-1", "one");
    tree.entries.insert(at("raw/x.yaml"), crate::fabric::entry(hedgerow_core::tree::Mode::Executable, text.as_bytes()));
    let done = done(&tree);
    assert_eq!(done.after.get(&at("managed/servers/s-1.yaml")).unwrap(), &file(text.as_bytes()));
}

#[test]
fn what_the_schema_refuses_is_held_at_its_gate() {
    let text = server("a", "one").replace("description", "descripton");
    let done = done(&fabric([("raw/x.yaml", text.as_str())]));
    done.is_held();
    assert_eq!(done.plan.passages[0].stopped, Some(Gate::Schema));
    assert_eq!(done.plan.passages[0].passed(), [Gate::Read, Gate::Parse, Gate::Place]);
}
