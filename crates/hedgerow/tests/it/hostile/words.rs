//! What may stand in a file.

use super::only_the_hostile_file_is_held;
use crate::support::fabric::Fabric;
use crate::support::oracle;
use crate::support::yaml::{server, vpc};

/// A server with another name, as YAML writes it.
fn named(name: &str) -> String {
    format!("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: {name}\nspec: {{}}\n")
}

#[test]
fn a_name_that_is_no_name_is_held() {
    for name in [
        "../../x",
        "a/b",
        "'a\\b'",
        "\"a\\0b\"",
        "a%2eb",
        "\"%2e%2e/x\"",
        "Upper",
        "..",
        "\"\"",
        "~",
        "7",
        "-oProxyCommand=x",
        "<script>alert(1)</script>",
        &"x".repeat(254),
    ] {
        only_the_hostile_file_is_held("raw/name.yaml", named(name));
    }
}

#[test]
fn a_namespace_that_is_none_is_held() {
    let text = server("one").replace("  name: one\n", "  name: one\n  namespace: ../../../..\n");
    only_the_hostile_file_is_held("raw/space.yaml", text);
}

#[test]
fn bytes_that_are_no_yaml_of_ours_are_held() {
    let utf_16: Vec<u8> = server("wide").encode_utf16().flat_map(u16::to_le_bytes).collect();
    let with_a_mark: Vec<u8> = [&[0xff, 0xfe][..], &utf_16].concat();
    let good = server("one");
    for (what, bytes) in [
        ("UTF-16", utf_16),
        ("UTF-16 with a mark", with_a_mark),
        ("not UTF-8", good.replace("description: one", "description: \u{1}").into_bytes()),
        ("a lone CR", good.replace("kind:", "# a\rkind:").into_bytes()),
        ("NUL", good.replace("spec:", "# \0\nspec:").into_bytes()),
        ("tabs", good.replace("  description", "\tdescription").into_bytes()),
        ("a key twice", format!("{good}  description: again\n").into_bytes()),
        ("a kind twice", format!("kind: VPC\n{good}").into_bytes()),
        ("a number that is none", good.replace("description: one", "description: .nan").into_bytes()),
        ("an infinite number", good.replace("description: one", "description: .inf").into_bytes()),
        (
            "a list",
            format!("apiVersion: v1\nkind: List\nitems:\n- {}", good.trim_end().replace('\n', "\n  ") + "\n")
                .into_bytes(),
        ),
        ("a template", format!("{good}  more: {{{{ .Values.more }}}}\n").into_bytes()),
        ("a template's name", named("$(whoami)").into_bytes()),
        ("a name that is a mapping", named("{a: b}").into_bytes()),
        ("no mapping", b"- a\n- b\n".to_vec()),
    ] {
        println!("{what}");
        only_the_hostile_file_is_held("raw/odd.yaml", bytes);
    }
}

/// Odd, and good: it is taken as it is, line by line.
#[test]
fn what_only_looks_hostile_is_taken_to_the_byte() {
    let block = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: block\n  annotations:\n    a: |\n      ---\n      kind: [\n      ...\nspec: {}\n";
    let crlf = server("crlf").replace('\n', "\r\n");
    let ended = server("ended") + "...\n";
    let script = server("script").replace(
        "  name: script\n",
        "  name: script\n  annotations:\n    link: javascript:alert(1)\n    text: <img src=x onerror=alert(1)>\n",
    );
    let dollar = server("dollar").replace("description: dollar", "description: $(x) ${y} `z` %2e%2e");
    for (name, text) in [("block", block), ("crlf", &crlf), ("ended", &ended), ("script", &script), ("dollar", &dollar)]
    {
        let fabric = Fabric::of(&[("raw/odd.yaml", text)]);
        oracle::counts(&fabric.sync(&[]).expect(0).json(), &[("created", 1)]);
        let managed = fabric.remote.show("main", &fabric.path(&format!("managed/servers/{name}.yaml")));
        assert_eq!(managed, text.as_bytes(), "{name}");
        fabric.verify(&[], 0);
    }
}

/// What a stranger wrote is shown as what it is: text.
#[test]
fn no_page_runs_what_a_file_says() {
    let hostile = "<script>alert(1)</script>";
    let annotated = server("one").replace("  name: one\n", &format!("  name: one\n  annotations:\n    a: {hostile}\n"));
    let held = format!("apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server{hostile}\nmetadata: {{name: two}}\n");
    let fabric = Fabric::of(&[("raw/one.yaml", annotated), ("raw/<script>alert(2)<.yaml", held)]);
    let run = fabric.sync(&[]).expect(1).json()["run"].as_str().unwrap().to_owned();
    let page = fabric.scene.path("run.html");
    fabric.scene.run(&["report", &run, "--html", page.to_str().unwrap()]);
    let text = std::fs::read_to_string(page).unwrap();
    for n in [1, 2] {
        assert!(!text.contains(&format!("<script>alert({n})")), "{n}");
    }
    assert!(text.contains("&lt;script&gt;alert("), "{text}");
}

#[test]
fn nothing_follows_from_emptiness() {
    let fabric = Fabric::of(&[("raw/one.yaml", vpc("one", 1))]);
    fabric.sync(&[]).expect(0);
    for (name, text) in
        [("empty", ""), ("comment", "# nothing\n"), ("separators", "---\n---\n...\n"), ("space", " \n\n")]
    {
        let head = fabric.remote.commit("Empty").write(&fabric.path(&format!("raw/{name}.yaml")), text).push();
        assert_eq!(fabric.sync(&[]).expect(0).json()["outcome"], "unchanged", "{name}");
        assert_eq!(fabric.remote.head(), head, "{name}");
    }
    assert_eq!(fabric.objects()[0]["state"], "present");
}
