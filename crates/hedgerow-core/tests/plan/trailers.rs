//! The last paragraph of our commits.

use hedgerow_core::ledger::{Operation, TrailerError, Trailers};

use crate::fabric::{done, fabric, server, trailers};

fn sample() -> Trailers {
    let text = server("a", "one");
    Trailers {
        adopt: true,
        resumed: Some("b".repeat(64)),
        flags: Some("mixed=hold".to_owned()),
        ..trailers(&done(&fabric([("raw/x.yaml", text.as_str())])).plan, true)
    }
}

#[test]
fn trailers_are_read_back() {
    for operation in [Operation::Sync, Operation::Init, Operation::Undo("c".repeat(40))] {
        let trailers = Trailers { operation, ..sample() };
        let message =
            format!("hedgerow: fabric-1: 1 created\n\nHedgerow-Run: not this paragraph\n\n{}", trailers.render());
        assert_eq!(Trailers::parse(&message), Ok(Some(trailers.clone())));
        let picked = format!("{message}Signed-off-by: A <a@b>\n(cherry picked from commit {})\n\n", "d".repeat(40));
        assert_eq!(Trailers::parse(&picked), Ok(Some(trailers)), "other lines of the paragraph do not matter");
    }
}

#[test]
fn a_message_without_a_run_in_its_last_paragraph_is_not_ours() {
    let text = sample().render();
    assert_eq!(Trailers::parse("subject\n"), Ok(None));
    assert!(Trailers::parse(&format!("subject\n\n{text}\n \t\r\u{c}\n")).unwrap().is_some(), "white space aside");
    assert_eq!(Trailers::parse(&format!("subject\n\n{text}\n\u{b}\n")), Ok(None), "a vertical tab is none");
    assert_eq!(Trailers::parse(&format!("subject\n\n{text}\nCo-authored-by: A <a@b>\n")), Ok(None));
}

#[test]
fn doubled_missing_unknown_and_illegible_trailers_are_refused() {
    let text = sample().render();
    for line in text.lines() {
        let doubled = format!("s\n\n{text}{line}\n");
        assert!(matches!(Trailers::parse(&doubled), Err(TrailerError::Doubled(_))), "{line}");
        let (key, _) = line.split_once(": ").unwrap();
        let without: String = text.lines().filter(|other| *other != line).map(|other| format!("{other}\n")).collect();
        let parsed = Trailers::parse(&format!("s\n\n{without}"));
        match key {
            "Hedgerow-Run" => assert_eq!(parsed, Ok(None)),
            "Hedgerow-Adopt" | "Hedgerow-Resumed" | "Hedgerow-Flags" => assert!(parsed.is_ok()),
            _ => assert!(matches!(parsed, Err(TrailerError::Missing(missing)) if missing == key), "{key}: {parsed:?}"),
        }
    }
    let forged = |from: &str, to: &str| Trailers::parse(&format!("s\n\n{}", text.replacen(from, to, 1)));
    assert!(matches!(forged("created=1", "created=01"), Err(TrailerError::Illegible { .. })));
    assert!(matches!(forged("created=1 ", ""), Err(TrailerError::Illegible { .. })));
    assert!(matches!(forged("sha256:", "sha1:"), Err(TrailerError::Illegible { .. })));
    assert!(matches!(forged("fabric-1", "../fabric-1"), Err(TrailerError::Illegible { .. })));
    assert!(matches!(forged("gitops/fabric-1", "gitops//fabric-1"), Err(TrailerError::Illegible { .. })));
    assert!(matches!(forged("Adopt: true", "Adopt: yes"), Err(TrailerError::Illegible { .. })));
    assert!(matches!(forged("Hedgerow-Format: 1", "Hedgerow-Format: 2"), Err(TrailerError::Format(_))));
    assert!(matches!(forged("Hedgerow-Version", "Hedgerow-Sound: x\nHedgerow-Version"), Err(TrailerError::Unknown(_))));
}
