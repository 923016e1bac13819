//! What a commit claims: its ledger and its trailers. Whatever is accepted is, byte for byte, what would be written.

use hedgerow_core::ledger::{Ledger, Line, Trailers};

/// A text that is taken for a ledger is one, in its one order and spelling; and so is each line. A message whose trailers are
/// taken says all of what they say and nothing else of ours.
pub(crate) fn claims(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(ledger) = Ledger::parse(&text) {
        assert_eq!(ledger.text(), text);
        assert_eq!(Ledger::new(ledger.lines().to_vec()).text(), text, "not in its order");
        assert!(ledger.lines().windows(2).all(|two| two[0] != two[1]), "a line twice");
    }
    for line in text.lines() {
        if let Some(known) = Line::parse(line) {
            assert_eq!(known.to_string(), line);
        }
    }
    trailers(&text);
}

fn trailers(message: &str) {
    let Ok(Some(known)) = Trailers::parse(message) else { return };
    let written = known.render();
    // White space at a message's end is nobody's, and one CR at a line's end neither: it is read back with another line below, and
    // with a CR in each, as a value may have been read that ends in white space.
    let again = format!("x\n\n{}the end\n", written.replace('\n', "\r\n"));
    assert_eq!(Trailers::parse(&again), Ok(Some(known)), "read back");
    // Other white space than the page names ends no message and no paragraph.
    let is_blank = |line: &&str| line.bytes().all(|byte| b" \t\r".contains(&byte));
    let last: Vec<&str> = message.trim_ascii_end().lines().rev().take_while(|line| !is_blank(line)).collect();
    let mut said: Vec<&str> =
        last.into_iter().filter(|line| line.starts_with("Hedgerow-") && line.contains(':')).collect();
    let mut written: Vec<&str> = written.split_terminator('\n').collect();
    said.sort_unstable();
    written.sort_unstable();
    assert_eq!(said.into_iter().map(parted).collect::<Vec<_>>(), written.into_iter().map(parted).collect::<Vec<_>>());
}

/// A trailer's key and value; the space after the colon may be missing in what is read, and only that one.
fn parted(line: &str) -> (&str, &str) {
    let (key, value) = line.split_once(':').expect("only lines with a colon come here");
    (key, value.strip_prefix(' ').unwrap_or(value))
}
