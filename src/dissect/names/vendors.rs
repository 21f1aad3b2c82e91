//! IEEE's listing of MAC address blocks, packed by `data/make-vendors` (which tells the format and how
//! to renew it), and the short names derived from it.

use std::fmt::Write;

static DATA: &[u8] = include_bytes!("../../../data/vendors.bin");

/// Bytes before the blocks: magic, date, three numbers.
const HEADER: usize = 4 + 8 + 3 * 4;
/// Bytes of a name's offset in a block.
const OFFSET: usize = 3;
/// Longest short name, in characters.
const SHORT: usize = 8;

/// Date of the listings, `YYYYMMDD`.
pub fn date() -> &'static str {
    DATA.get(4..12).and_then(|d| std::str::from_utf8(d).ok()).unwrap_or("")
}

/// The organisation that holds a block of 24 bits, in full.
pub fn organisation(oui: [u8; 3]) -> Option<&'static str> {
    find(0, &oui)
}

/// `Cisco_de:3b:d9`: the short name of the holder of the smallest block that contains the address, and
/// what is left of the address.
pub fn address(address: [u8; 6]) -> Option<String> {
    block(address).or_else(|| {
        // A group address of a vendor's own block.
        let [first, rest @ ..] = address;
        let [b, c, d, e, f] = rest;
        (first & 1 != 0).then(|| block([first & !1, b, c, d, e, f])).flatten()
    })
}

fn block(address: [u8; 6]) -> Option<String> {
    let [a, b, c, d, e, f] = address;
    let mut s = String::new();
    if let Some(name) = find(2, &[a, b, c, d, e & 0xf0]) {
        shorten(&mut s, name);
        let _ = write!(s, "_{:02x}:{f:02x}", e & 0x0f);
    } else if let Some(name) = find(1, &[a, b, c, d & 0xf0]) {
        shorten(&mut s, name);
        let _ = write!(s, "_{:02x}:{e:02x}:{f:02x}", d & 0x0f);
    } else if [a, b, c] == [0; 3] {
        // Its holder is said to be Xerox, but all kinds of things use it.
        let _ = write!(s, "00:00:00_{d:02x}:{e:02x}:{f:02x}");
    } else {
        let name = find(0, &[a, b, c])?;
        match KNOWN_AS.iter().find(|known| known.0 == [a, b, c]) {
            Some((_, short)) => s.push_str(short),
            None => shorten(&mut s, name),
        }
        let _ = write!(s, "_{d:02x}:{e:02x}:{f:02x}");
    }
    Some(s)
}

/// Looks a prefix up in the blocks of 24, 28 or 36 bits (`kind` 0, 1, 2; prefixes left-aligned).
fn find(kind: usize, prefix: &[u8]) -> Option<&'static str> {
    let (mut start, mut table) = (HEADER, (0, 0));
    for k in 0..3 {
        let count = count(k)?;
        if k == kind {
            table = (start, count);
        }
        start += count * ([3, 4, 5][k] + OFFSET);
    }
    let (blocks, size, names) = (table.0, prefix.len() + OFFSET, start);
    let (mut low, mut high) = (0, table.1);
    while low < high {
        let middle = (low + high) / 2;
        let block = DATA.get(blocks + middle * size..)?.get(..size)?;
        let (found, offset) = block.split_at_checked(prefix.len())?;
        match found.cmp(prefix) {
            std::cmp::Ordering::Equal => return name(names, offset),
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    None
}

fn count(kind: usize) -> Option<usize> {
    let bytes = DATA.get(12 + kind * 4..16 + kind * 4)?;
    Some(u32::from_be_bytes(bytes.try_into().ok()?) as usize)
}

fn name(names: usize, offset: &[u8]) -> Option<&'static str> {
    let offset = offset.iter().fold(0, |n, b| n << 8 | usize::from(*b));
    let (len, text) = DATA.get(names + offset..)?.split_first()?;
    std::str::from_utf8(text.get(..usize::from(*len))?).ok()
}

/// Blocks whose short name isn't the beginning of their holder's: people know them by the hardware.
const KNOWN_AS: &[([u8; 3], &str)] = &[
    ([0x00, 0x50, 0x04], "3com3c90"),
    ([0x08, 0x00, 0x27], "PcsCompu"),
    ([0xaa, 0x00, 0x00], "DecObsol"),
    ([0xaa, 0x00, 0x01], "DecObsol"),
    ([0xaa, 0x00, 0x02], "DecObsol"),
    ([0xaa, 0x00, 0x03], "DecGloba"),
    ([0xaa, 0x00, 0x04], "DecLocal"),
];

/// Words that say nothing of who a company is.
const COMMON: &[&str] = &[
    "&",
    "ab",
    "ag",
    "bv",
    "co",
    "company",
    "corp",
    "corporation",
    "gmbh",
    "holding",
    "inc",
    "incorporated",
    "jsc",
    "kg",
    "kk",
    "limited",
    "llc",
    "ltd",
    "nv",
    "oao",
    "of",
    "ooo",
    "oü",
    "oy",
    "oyj",
    "plc",
    "pty",
    "pvt",
    "sa",
    "sarl",
    "spa",
    "srl",
    "systems",
    "the",
    "zao",
];

/// The same, written with points or as several words.
const COMMON_GROUPS: &[&[&str]] = &[
    &["closed", "joint", "stock", "company"],
    &["open", "joint", "stock", "company"],
    &["s", "a", "r", "l"],
    &["de", "c", "v"],
    &["s", "p", "a"],
    &["s", "r", "l"],
    &["z", "o", "o"],
    &["a", "s"],
    &["b", "v"],
    &["k", "k"],
    &["n", "v"],
    &["s", "a"],
];

/// The first characters of a name, without the words common to all companies.
fn shorten(out: &mut String, name: &str) {
    let separator = |c: char| c.is_whitespace() || "\"',./:()".contains(c);
    let words: Vec<&str> = name.split(separator).filter(|w| !w.is_empty()).collect();
    let is = |at: usize, word: &str| words.get(at).is_some_and(|w| w.to_lowercase() == word);
    let (mut at, mut left) = (0, SHORT);
    while at < words.len() && left > 0 {
        let group = COMMON_GROUPS.iter().find(|g| g.iter().enumerate().all(|(i, w)| is(at + i, w)));
        if let Some(group) = group {
            at += group.len();
            continue;
        }
        if !COMMON.iter().any(|w| is(at, w)) {
            for c in words[at].chars().take(left) {
                out.push(c);
                left -= 1;
            }
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn short(name: &str) -> String {
        let mut s = String::new();
        shorten(&mut s, name);
        s
    }

    #[test]
    fn the_listing_is_sorted_and_whole() {
        assert_eq!(&DATA[..4], b"MACV");
        assert_eq!(date().len(), 8);
        assert_eq!(organisation([0x00, 0x00, 0x0c]), Some("Cisco Systems, Inc"));
        assert_eq!(organisation([0xff, 0xff, 0xff]), None);
    }

    #[test]
    fn short_names_leave_out_what_is_common() {
        assert_eq!(short("Cisco Systems, Inc"), "Cisco");
        assert_eq!(short("Super Micro Computer, Inc."), "SuperMic");
        assert_eq!(short("Analog & Digital Systems"), "AnalogDi");
        assert_eq!(short("Dassault A.T.S.A."), "Dassault");
    }

    #[test]
    fn the_smallest_block_names_an_address() {
        let name = |a| address(a).unwrap();
        assert_eq!(name([0x00, 0x00, 0x0c, 1, 2, 3]), "Cisco_01:02:03");
        assert!(name([0x70, 0xb3, 0xd5, 0x56, 0xf1, 0x23]).ends_with("_01:23"));
        assert_eq!(name([0x01, 0x00, 0x0c, 1, 2, 3]), "Cisco_01:02:03", "its group addresses");
        assert_eq!(name([0x08, 0x00, 0x27, 1, 2, 3]), "PcsCompu_01:02:03");
        assert_eq!(address([0x02, 0, 0, 0, 0, 1]), None);
    }
}
