//! Fingerprints of hellos: JA3 and JA3S (MD5 of the values in order), and JA4 (sorted, SHA-256). Values
//! that a client sends only to keep servers tolerant (GREASE, RFC 8701) don't count.

use md5::{Digest, Md5};
use sha2::Sha256;

const SERVER_NAME: u16 = 0;
const SUPPORTED_GROUPS: u16 = 10;
const POINT_FORMATS: u16 = 11;
const SIGNATURE_ALGORITHMS: u16 = 13;
const ALPN: u16 = 16;
const SUPPORTED_VERSIONS: u16 = 43;

/// What a client hello offers.
pub struct Hello {
    version: u16,
    suites: Vec<u16>,
    extensions: Vec<u16>,
    groups: Vec<u16>,
    formats: Vec<u16>,
    signatures: Vec<u16>,
    versions: Vec<u16>,
    alpn: Option<Vec<u8>>,
}

impl Hello {
    pub fn new(version: u16) -> Hello {
        Hello {
            version,
            suites: Vec::new(),
            extensions: Vec::new(),
            groups: Vec::new(),
            formats: Vec::new(),
            signatures: Vec::new(),
            versions: Vec::new(),
            alpn: None,
        }
    }

    pub fn suites(&mut self, bytes: &[u8]) {
        self.suites = numbers(bytes);
    }

    /// Takes the list of extensions, after its length.
    pub fn extensions(&mut self, bytes: &[u8]) {
        each(bytes, |kind, content| {
            if !is_grease(kind) {
                self.extensions.push(kind);
            }
            let list = content.get(2..).unwrap_or(&[]);
            match kind {
                SUPPORTED_GROUPS => self.groups = numbers(list),
                POINT_FORMATS => {
                    let list = content.get(1..).unwrap_or(&[]);
                    self.formats = list.iter().map(|b| u16::from(*b)).collect();
                }
                SIGNATURE_ALGORITHMS => self.signatures = numbers(list),
                SUPPORTED_VERSIONS => self.versions = numbers(content.get(1..).unwrap_or(&[])),
                ALPN => {
                    let len = content.get(2).map_or(0, |l| usize::from(*l));
                    self.alpn = content.get(3..3 + len).map(<[u8]>::to_vec);
                }
                _ => {}
            }
        });
    }

    /// The values of JA3: version, suites, extensions, groups, point formats.
    pub fn ja3(&self) -> String {
        let lists = [&self.suites, &self.extensions, &self.groups, &self.formats];
        let lists: Vec<String> = lists.iter().map(|l| decimal(l)).collect();
        format!("{},{}", self.version, lists.join(","))
    }

    /// JA4 of a hello over TCP: `t13d1516h2_8daaf6152771_b0da82dd1658`.
    pub fn ja4(&self) -> String {
        let version = self.versions.iter().max().copied().unwrap_or(self.version);
        let version = match version {
            0x0304 => "13",
            0x0303 => "12",
            0x0302 => "11",
            0x0301 => "10",
            0x0300 => "s3",
            0x0002 => "s2",
            _ => "00",
        };
        let name = if self.extensions.contains(&SERVER_NAME) { 'd' } else { 'i' };
        let mut suites = self.suites.clone();
        suites.sort_unstable();
        let mut extensions: Vec<u16> = self.extensions.clone();
        extensions.retain(|e| !matches!(*e, SERVER_NAME | ALPN));
        extensions.sort_unstable();
        let mut offered = hexadecimal(&extensions);
        if !self.signatures.is_empty() {
            offered.push('_');
            offered.push_str(&hexadecimal(&self.signatures));
        }
        format!(
            "t{version}{name}{:02}{:02}{}_{}_{}",
            self.suites.len().min(99),
            self.extensions.len().min(99),
            self.alpn_ends(),
            digest12(&hexadecimal(&suites)),
            digest12(if extensions.is_empty() { "" } else { &offered }),
        )
    }

    /// First and last character of the first ALPN name; of its hexadecimal form if they aren't
    /// alphanumeric.
    fn alpn_ends(&self) -> String {
        let Some([first, .., last] | [first @ last]) = self.alpn.as_deref() else {
            return "00".into();
        };
        if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
            format!("{}{}", char::from(*first), char::from(*last))
        } else {
            format!("{:x}{:x}", first >> 4, last & 15)
        }
    }
}

/// The values of JA3S.
pub fn ja3s(version: u16, suite: u16, extensions: &[u16]) -> String {
    format!("{version},{suite},{}", decimal(extensions))
}

/// The types of a list of extensions, GREASE left out.
pub fn types(bytes: &[u8]) -> Vec<u16> {
    let mut types = Vec::new();
    each(bytes, |kind, _| {
        if !is_grease(kind) {
            types.push(kind);
        }
    });
    types
}

pub fn md5(text: &str) -> String {
    hex(&Md5::digest(text.as_bytes()))
}

/// The first twelve digits of the SHA-256 of a text; zeros for none.
fn digest12(text: &str) -> String {
    if text.is_empty() {
        return "000000000000".into();
    }
    let mut digits = hex(&Sha256::digest(text.as_bytes()));
    digits.truncate(12);
    digits
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    crate::dissect::text::hex(&mut text, bytes, None);
    text
}

fn is_grease(value: u16) -> bool {
    value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff
}

/// The 16-bit numbers of a list, GREASE left out.
fn numbers(bytes: &[u8]) -> Vec<u16> {
    let pairs = bytes.chunks_exact(2).map(|p| u16::from_be_bytes([p[0], p[1]]));
    pairs.filter(|n| !is_grease(*n)).collect()
}

fn each(mut rest: &[u8], mut take: impl FnMut(u16, &[u8])) {
    while let [t0, t1, l0, l1, more @ ..] = rest {
        let len = usize::from(u16::from_be_bytes([*l0, *l1])).min(more.len());
        let (content, after) = more.split_at(len);
        take(u16::from_be_bytes([*t0, *t1]), content);
        rest = after;
    }
}

fn decimal(list: &[u16]) -> String {
    list.iter().map(u16::to_string).collect::<Vec<_>>().join("-")
}

fn hexadecimal(list: &[u16]) -> String {
    list.iter().map(|n| format!("{n:04x}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grease_does_not_count() {
        let mut hello = Hello::new(0x0303);
        hello.suites(&[0x0a, 0x0a, 0xc0, 0x2f]);
        hello.extensions(&[0x1a, 0x1a, 0, 0, 0, 10, 0, 6, 0, 4, 0x2a, 0x2a, 0, 29, 0, 11, 0, 2, 1, 0]);
        assert_eq!(hello.ja3(), "771,49199,10-11,29,0");
    }

    #[test]
    fn ja4_sorts_and_counts() {
        let mut hello = Hello::new(0x0303);
        hello.suites(&[0x13, 2, 0x13, 1]);
        hello.extensions(&[0, 43, 0, 3, 2, 3, 4, 0, 16, 0, 5, 0, 3, 2, b'h', b'2']);
        assert!(hello.ja4().starts_with("t13i0202h2_"), "{}", hello.ja4());
    }
}
