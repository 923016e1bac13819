//! Rules about the access control list of an external attachment.

use super::claims::Claims;
use super::cursor::Cursor;
use super::report::Report;
use crate::codes::fabric as codes;

/// The first number that people may use. Source: fabric api/vpc/v1beta1/externalattachment_types.go:51 @ 78827deb.
const MIN_SEQUENCE: i128 = 10;

/// The flags of TCP, each of which has a negation.
const FLAGS: [(&str, &str); 6] =
    [("fin", "notFin"), ("syn", "notSyn"), ("rst", "notRst"), ("psh", "notPsh"), ("ack", "notAck"), ("urg", "notUrg")];

/// Every rule about a list.
pub(super) fn judge(list: Cursor<'_>, report: &mut Report<'_>) {
    sequence_numbers_are_free_and_unique(list, report);
    for statement in list.items("statements") {
        words_are_known(statement, report);
        prefixes_are_prefixes(statement, report);
        ports_go_with_tcp_and_udp(statement, report);
        tcp_filters_go_with_tcp(statement, report);
        icmp_goes_with_icmp(statement, report);
    }
}

fn protocol<'s>(statement: Cursor<'s>) -> &'s str {
    statement.text("protocol").map_or("", |text| text.text)
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:109-115 @ 78827deb.
fn sequence_numbers_are_free_and_unique(list: Cursor<'_>, report: &mut Report<'_>) {
    let mut claims = Claims::new();
    for statement in list.items("statements") {
        let seq = statement.get("seq");
        let value = seq.own_number().map_or(0, |number| number.value);
        if value < MIN_SEQUENCE {
            let message = format!("seq {value} is kept for the fabric's own rules");
            report.give(codes::ACL_SEQUENCE, seq.spot(), message).hint("use 10 or more");
        } else if let Some(first) = claims.claim(value, seq.spot()) {
            let given = report.give(codes::ACL_SEQUENCE, seq.spot(), format!("seq {value} is used twice"));
            given.see(first, "first used here").hint("number the statements apart");
        }
    }
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:54-66,117-123 @ 78827deb.
fn words_are_known(statement: Cursor<'_>, report: &mut Report<'_>) {
    let words = [("action", &["permit", "deny", "discard", "transit"]), ("protocol", &["ip", "tcp", "udp", "icmp"])];
    for (key, known) in words {
        let text = statement.text(key);
        if !text.is_some_and(|text| known.contains(&text.text)) {
            let spot = text.map_or(statement.get(key).spot(), |text| text.spot);
            let message =
                text.map_or(format!("a statement needs {key}"), |text| format!("{:?} is no {key}", text.text));
            report.give(codes::ACL_STATEMENT, spot, message).hint(format!("use {}", known.join(", ")));
        }
    }
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:125-140 @ 78827deb.
fn prefixes_are_prefixes(statement: Cursor<'_>, report: &mut Report<'_>) {
    for key in ["srcPrefix", "dstPrefix"] {
        let text = statement.text(key);
        if !text.is_some_and(|text| text.text == "any" || text.prefix().is_some()) {
            let spot = text.map_or(statement.get(key).spot(), |text| text.spot);
            let message =
                text.map_or(format!("a statement needs {key}"), |text| format!("{:?} is no prefix", text.text));
            report.give(codes::ACL_STATEMENT, spot, message).hint("write any, or a prefix like 10.0.0.0/8");
        }
    }
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:166-176 @ 78827deb.
fn ports_go_with_tcp_and_udp(statement: Cursor<'_>, report: &mut Report<'_>) {
    let number = |key: &str| statement.number(key).map_or(0, |number| number.value);
    let (begin, end) = (number("portRangeBegin"), number("portRangeEnd"));
    if begin == 0 && end == 0 {
        return;
    }
    let set = if begin > 0 { "portRangeBegin" } else { "portRangeEnd" };
    let (message, hint) = if !matches!(protocol(statement), "tcp" | "udp") {
        ("ports go with tcp and udp only".to_owned(), "remove the ports, or change the protocol")
    } else if begin == 0 {
        ("a range of ports needs its begin".to_owned(), "set portRangeBegin, 1 or more")
    } else if begin > end {
        (format!("the ports {begin} to {end} are no range"), "set portRangeEnd, portRangeBegin or more")
    } else {
        return;
    };
    report.give(codes::ACL_STATEMENT, statement.get(set).spot(), message).hint(hint);
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:142-162 @ 78827deb.
fn tcp_filters_go_with_tcp(statement: Cursor<'_>, report: &mut Report<'_>) {
    let filters = statement.get("tcpFilters");
    if !filters.is_set() {
        return;
    }
    let any = FLAGS.iter().any(|(flag, not)| filters.flag(flag) || filters.flag(not));
    let both = FLAGS.iter().find(|(flag, not)| filters.flag(flag) && filters.flag(not));
    let (spot, message, hint) = if protocol(statement) != "tcp" {
        (filters.spot(), "tcpFilters go with tcp only".to_owned(), "remove them, or set protocol: tcp")
    } else if filters.flag("established") && any {
        let spot = filters.get("established").spot();
        (spot, "established excludes single flags".to_owned(), "remove it, or the flags")
    } else if let Some((flag, not)) = both {
        (filters.get(not).spot(), format!("{flag} and {not} exclude each other"), "remove one of them")
    } else {
        return;
    };
    report.give(codes::ACL_STATEMENT, spot, message).hint(hint);
}

/// Source: fabric api/vpc/v1beta1/externalattachment_types.go:163-165 @ 78827deb.
fn icmp_goes_with_icmp(statement: Cursor<'_>, report: &mut Report<'_>) {
    for key in ["icmpType", "icmpCode"] {
        let at = statement.get(key);
        if at.is_set() && protocol(statement) != "icmp" {
            let given = report.give(codes::ACL_STATEMENT, at.spot(), format!("{key} goes with icmp only"));
            given.hint("remove it, or set protocol: icmp");
        }
    }
}
