//! `dns-parser` as an oracle: wherever it can read a message, names and types of the questions agree with
//! ours.

use std::process::Command;

#[test]
fn questions_agree_with_dns_parser() {
    let capture = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/dns/lookup.pcap");
    let fields = [
        "-T",
        "fields",
        "-E",
        "aggregator=;",
        "-e",
        "udp.payload",
        "-e",
        "dns.qry.name",
        "-e",
        "dns.qry.type",
    ];
    let out = Command::new(env!("CARGO_BIN_EXE_sniff"))
        .args(["-n", "-r", capture, "-Y", "dns && udp"])
        .args(fields)
        .output();
    let out = String::from_utf8(out.unwrap().stdout).unwrap();
    let mut read = 0;
    for line in out.lines() {
        let [payload, names, types] = line.split('\t').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let bytes: Vec<u8> = payload
            .as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect();
        let Ok(packet) = dns_parser::Packet::parse(&bytes) else { continue };
        let theirs: Vec<String> = packet.questions.iter().map(|q| q.qname.to_string()).collect();
        assert_eq!(names, theirs.join(";"));
        let numbers: Vec<String> = packet.questions.iter().map(|q| (q.qtype as u16).to_string()).collect();
        assert_eq!(types, numbers.join(";"));
        read += 1;
    }
    assert!(read >= 8, "only {read} messages could be compared");
}
