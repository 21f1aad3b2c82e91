//! The language as a whole, against lists of what tshark 4.0.17 takes and rejects.

mod clear;
mod random;

use super::{Options, compile};

/// Without what later versions added, so that the lists are tshark's own.
const STRICT: Options<'static> = Options { reference: None, macros: None, extensions: false };

fn lines(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().filter(|l| !l.is_empty())
}

#[test]
fn what_tshark_takes_is_taken() {
    let wrong: Vec<String> = lines(include_str!("accepted.txt"))
        .filter_map(|l| compile(l, &STRICT).err().map(|e| format!("{l}\n    {e}")))
        .collect();
    assert!(wrong.is_empty(), "{} refused:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_tshark_rejects_is_rejected() {
    let wrong: Vec<&str> =
        lines(include_str!("rejected.txt")).filter(|l| compile(l, &STRICT).is_ok()).collect();
    assert!(wrong.is_empty(), "{} taken:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_error_stands_within_its_text() {
    for line in lines(include_str!("rejected.txt")) {
        let Err(e) = compile(line, &STRICT) else { continue };
        assert!(e.span.start <= e.span.end && e.span.end <= line.len(), "{line}: {:?}", e.span);
        assert!(line.is_char_boundary(e.span.start) && line.is_char_boundary(e.span.end), "{line}");
        assert!(!e.message.is_empty());
    }
}

#[test]
fn what_later_versions_added_is_taken_unless_told_otherwise() {
    let later = [
        "tcp xor udp",
        "tcp ^^ udp",
        "@tcp.srcport == 00:50",
        "_ws.col.info contains \"a\"",
        "ip.src/24 == ip.dst/24",
        "ip_rfc1918(ip.src)",
        "$tcp.port == 80",
    ];
    for text in later {
        assert!(compile(text, &Options::default()).is_ok(), "{text}");
    }
}
