//! The ledger's text and its strict reader.

use hedgerow_core::ledger::{Ledger, LedgerError, Line};

use crate::fabric::{done, fabric, server};

#[test]
fn a_ledger_is_read_back_to_the_byte() {
    let (old, new, bad) = (server("a", "old"), server("a", "new"), "a: [\n");
    let done = done(&fabric([("managed/servers/a.yaml", &*old), ("raw/x y#%.yaml", &*new), ("raw/bad.yaml", bad)]));
    let text = done.plan.ledger.text();
    assert!(text.contains("raw/x%20y%23%25.yaml#0"), "{text}");
    assert_eq!(Ledger::parse(text).unwrap(), done.plan.ledger);
}

#[test]
fn only_what_we_write_is_a_ledger() {
    let hash = "a".repeat(64);
    let line = |n: usize| format!("{hash} - created d/raw/x.yaml#{n} d/managed/vpcs/{n}.yaml");
    assert!(Line::parse(&line(0)).is_some());
    let forged = [
        line(0).replace(" - ", " "),
        line(0).replace("created", "Created"),
        line(0).replace("created", "replaced"),
        line(0).replace("#0", "#00"),
        line(0).replace("#0", "#+0"),
        line(0).replace("raw/x", "raw/%78"),
        line(0).replace("aaaa", "AAAA"),
        line(0) + " ",
        line(0).replace(" - ", &format!(" {hash} ")),
    ];
    for text in forged {
        assert!(Line::parse(&text).is_none(), "{text}");
    }
    let two = |a: usize, b: usize| format!("{}\n{}\n", line(a), line(b));
    assert!(Ledger::parse(&two(0, 1)).is_ok());
    assert_eq!(Ledger::parse(&two(1, 0)), Err(LedgerError::Unsorted(2)));
    assert_eq!(Ledger::parse(&two(1, 1)), Err(LedgerError::Unsorted(2)));
    assert_eq!(Ledger::parse(two(0, 1).trim_end()), Err(LedgerError::Unended));
    assert_eq!(Ledger::parse("\n"), Err(LedgerError::Illegible(1)));
}
