//! Whole messages, made by hand, through the walk into labels and Info.

use crate::dissect::buf::Buf;
use crate::dissect::columns::Columns;
use crate::dissect::context::{Context, RecordInfo, Settings};
use crate::dissect::driver::dissect;
use crate::dissect::facts::Facts;
use crate::dissect::layers::{Surroundings, locate_part};
use crate::dissect::names::Names;
use crate::dissect::protocol::{Key, Next};
use crate::dissect::tree::Tree;

/// Labels of the tree and the Info column of one message.
fn shown(protocol: &'static str, bytes: &[u8]) -> (Vec<String>, String) {
    let (settings, facts, names) = (Settings::default(), Facts::default(), Names::default());
    let record = RecordInfo::default();
    let around = Surroundings { settings: &settings, facts: &facts, sources: &[] };
    let frame = Buf::whole(bytes);
    let layers = locate_part(Next::Quiet(Key::Named(protocol)), &frame, &around);
    let context =
        Context { record: &record, settings: &settings, facts: &facts, sources: &[], names: &names };
    let mut tree = Tree::new(&names, &settings, true);
    let mut columns = Columns::new(true);
    dissect(frame, &layers, &context, &mut tree, &mut columns);
    let labels = tree.nodes().iter().map(|n| tree.label(n).to_string()).collect();
    (labels, columns.info().to_string())
}

/// A response with one question and one answer of this type, whose names are both `a.example`.
fn answer(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut m = vec![0x12, 0x34, 0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0];
    m.extend(b"\x01a\x07example\0");
    m.extend(kind.to_be_bytes());
    m.extend([0, 1, 0xc0, 12]);
    m.extend(kind.to_be_bytes());
    m.extend([0, 1, 0, 0, 0, 60]);
    m.extend((data.len() as u16).to_be_bytes());
    m.extend(data);
    m
}

fn has(labels: &[String], label: &str) {
    assert!(labels.iter().any(|l| l == label), "no {label:?} in {labels:#?}");
}

#[test]
fn an_address_shows_in_tree_and_info() {
    let (labels, info) = shown("dns", &answer(1, &[192, 0, 2, 1]));
    assert_eq!(info, "Standard query response 0x1234 A a.example A 192.0.2.1");
    has(&labels, "a.example: type A, class IN, addr 192.0.2.1");
    has(&labels, "Time to live: 60 (1 minute)");
    has(&labels, "Address: 192.0.2.1");
}

#[test]
fn services_show_what_they_offer() {
    let data = b"\0\x01\0\0\x01\0\x06\x02h2\x02h3\0\x03\0\x02\x01\xbb";
    let (labels, info) = shown("dns", &answer(65, data));
    assert_eq!(info, "Standard query response 0x1234 HTTPS a.example HTTPS");
    has(&labels, "SvcParam: alpn=h2,h3");
    has(&labels, "SvcParam: port=443");
}

#[test]
fn multicast_shares_the_upper_bit_of_the_class() {
    let mut message = answer(1, &[192, 0, 2, 1]);
    message[25] = 0x80;
    message[31] = 0x80;
    let (labels, info) = shown("mdns", &message);
    assert!(info.ends_with("A a.example, \"QU\" question A, cache flush 192.0.2.1"), "{info}");
    has(&labels, ".000 0000 0000 0001 = Class: IN (0x0001)");
}

#[test]
fn errors_and_unknown_operations_are_named() {
    let (labels, info) = shown("dns", &[0, 1, 0xf8, 0x0f, 0, 0, 0, 0, 0, 0, 0, 0]);
    assert_eq!(info, "Unknown operation (15) response 0x0001 Unknown error (15)");
    has(&labels, "Flags: 0xf80f Unknown operation response, Unknown error");
}

/// Every type with data of every small length, and cut anywhere: nothing panics, and all that is cut says so.
#[test]
fn no_record_data_is_too_strange() {
    let noise: Vec<u8> = (0..48u8).map(|i| i.wrapping_mul(37) ^ 0x41).collect();
    let kinds = (0..=110).chain(249..=262).chain([32768, 32769, 65281, 65282, 65422, 65535]);
    for kind in kinds {
        for len in 0..noise.len() {
            shown("dns", &answer(kind, &noise[..len]));
            shown("llmnr", &answer(kind, &vec![0xff; len]));
            shown("mdns", &answer(kind, &vec![0; len]));
        }
    }
    let whole = answer(46, &[7; 60]);
    for len in 12..whole.len() {
        let (_, info) = shown("dns", &whole[..len]);
        assert!(info.ends_with("[Malformed Packet]"), "{len}: {info}");
    }
}
