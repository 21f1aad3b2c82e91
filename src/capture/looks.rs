//! What a file that is not a capture looks like, so that the message can say what to do.

use std::fmt;

/// A guess at a file's kind by its first bytes, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// With its article: "a PDF document".
    pub kind: &'static str,
    /// What helps; empty where nothing does.
    pub hint: &'static str,
}

impl Looks {
    /// Judges by the first bytes of a file (512 are plenty).
    pub fn like(start: &[u8]) -> Looks {
        if start.is_empty() {
            return Looks { kind: "an empty file", hint: EMPTY };
        }
        let known = MAGIC.iter().find(|(magic, _)| start.starts_with(magic));
        if let Some((_, looks)) = known {
            return *looks;
        }
        if start.get(257..262) == Some(b"ustar") {
            return Looks { kind: "a tar archive", hint: "unpack it with `tar xf`" };
        }
        if start.iter().all(|&byte| byte == 0) {
            return Looks { kind: "a file of zero bytes", hint: "was its transfer cut short?" };
        }
        text(start).or_else(|| erf(start)).unwrap_or(Looks {
            kind: "binary data of an unknown kind",
            hint: "sniff reads pcap and pcapng, also compressed with gzip, zstd or lz4",
        })
    }
}

impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "this is not a capture file; it looks like {}", self.kind)?;
        match self.hint {
            "" => Ok(()),
            hint => write!(f, ": {hint}"),
        }
    }
}

const EMPTY: &str = "nothing has been captured into it (yet)";
const CONVERT: &str = "convert it with `editcap -F pcapng IN OUT`, a tool of Wireshark";
const UNPACK: &str = "unpack it first and open the capture inside";

macro_rules! magic {
    ($($bytes:literal $kind:literal $hint:expr;)*) => {
        &[$(($bytes, Looks { kind: $kind, hint: $hint })),*]
    };
}

/// First bytes of well-known formats.
static MAGIC: &[(&[u8], Looks)] = magic! {
    b"snoop\0\0\0" "a Solaris snoop capture" CONVERT;
    b"btsnoop\0" "a Bluetooth btsnoop capture" CONVERT;
    b"GMBU" "a Microsoft Network Monitor capture" CONVERT;
    b"RTSS" "a Microsoft Network Monitor capture" CONVERT;
    b"XCP\0" "a NetXray or Sniffer capture" CONVERT;
    b"TRSNIFF data" "a Sniffer (DOS) capture" CONVERT;
    b"\x54\x52\x00\x64\x00" "a NetTL trace" CONVERT;
    b"\x05VNF" "a Visual Networks capture" CONVERT;
    b"ObserverPktBuffe" "an Observer capture" CONVERT;
    b"\x1f\x8b" "gzip data" "it was compressed twice; unpack it once with `gunzip`";
    b"\x28\xb5\x2f\xfd" "zstd data" "it was compressed twice; unpack it once with `unzstd`";
    b"\x04\x22\x4d\x18" "lz4 data" "it was compressed twice; unpack it once with `unlz4`";
    b"BZh" "bzip2 data" "unpack it with `bunzip2`, or `bzcat FILE | sniff -r -`";
    b"\xfd7zXZ\0" "xz data" "unpack it with `unxz`, or `xzcat FILE | sniff -r -`";
    b"7z\xbc\xaf\x27\x1c" "a 7-Zip archive" UNPACK;
    b"PK\x03\x04" "a zip archive" "unpack it with `unzip` and open the capture inside";
    b"Rar!" "a RAR archive" UNPACK;
    b"\x7fELF" "a program (ELF)" "";
    b"MZ" "a Windows program" "";
    b"%PDF" "a PDF document" "";
    b"\x89PNG" "a PNG picture" "";
    b"\xff\xd8\xff" "a JPEG picture" "";
    b"GIF8" "a GIF picture" "";
    b"SQLite format 3\0" "an SQLite database" "";
    b"ElfFile\0" "a Windows event log" "";
    b"MDMP" "a Windows crash dump" "";
    b"\xef\xbb\xbf" "text" TEXT;
    b"\xff\xfe" "text (UTF-16)" "";
};

const TEXT: &str = "a packet dump in text becomes a capture with `text2pcap`";

/// Text of some kind, if there are no bytes that text doesn't have.
fn text(start: &[u8]) -> Option<Looks> {
    let printable = |byte: &u8| matches!(byte, b'\t' | b'\n' | b'\r' | 0x1b | 0x20..=0x7e | 0x80..);
    if !start.iter().all(printable) || !mostly_utf8(start) {
        return None;
    }
    let body = start.trim_ascii_start();
    let head = body.get(..body.len().min(64)).unwrap_or_default().to_ascii_lowercase();
    let (kind, hint) = if head.starts_with(b"<!doctype html") || head.starts_with(b"<html") {
        ("a web page (HTML)", "the download gave a page instead of the file; use its raw link")
    } else if head.starts_with(b"<?xml") || head.starts_with(b"<pdml") || head.starts_with(b"<psml") {
        ("XML", "dissections can't be read back; open the capture they were made from")
    } else if head.starts_with(b"{") || head.starts_with(b"[") {
        ("JSON", "dissections can't be read back; open the capture they were made from")
    } else if head.starts_with(b"#!") {
        ("a script", "")
    } else if head.starts_with(b"version https://git-lfs") {
        ("a Git LFS pointer", "fetch the file itself with `git lfs pull`")
    } else if head.starts_with(b"000000") {
        ("a hex dump", "turn it into a capture with `text2pcap`")
    } else {
        ("text", TEXT)
    };
    Some(Looks { kind, hint })
}

/// UTF-8, but for a character that the end cuts.
fn mostly_utf8(start: &[u8]) -> bool {
    match std::str::from_utf8(start) {
        Ok(_) => true,
        Err(error) => error.error_len().is_none(),
    }
}

/// Endace ERF has no magic number: a record type that exists, a record length that holds its
/// own header, and a time between 2000 and 2040 have to do.
fn erf(start: &[u8]) -> Option<Looks> {
    let seconds = u32::from_le_bytes(*start.get(4..8)?.first_chunk()?);
    let kind = start.get(8)? & 0x7f;
    let length = u16::from_be_bytes(*start.get(10..12)?.first_chunk()?);
    let likely = (946_684_800..2_208_988_800).contains(&seconds)
        && (1..=48).contains(&kind)
        && length >= 16
        && length % 8 == 0;
    likely.then_some(Looks { kind: "an Endace ERF capture", hint: CONVERT })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn guesses() {
        let cases: [(&[u8], &str); 9] = [
            (b"", "an empty file"),
            (b"hello\n", "text"),
            (b"\n <!DOCTYPE HTML><p>", "a web page (HTML)"),
            (b"{\"a\": 1}", "JSON"),
            (b"%PDF-1.7\n\x00\x01", "a PDF document"),
            (b"snoop\0\0\0\0\0\0\x02", "a Solaris snoop capture"),
            (&[0; 40], "a file of zero bytes"),
            (b"\x01\x02\x03\x04", "binary data of an unknown kind"),
            (b"0000000 d4c3 b2a1\n", "a hex dump"),
        ];
        for (start, kind) in cases {
            assert_eq!(Looks::like(start).kind, kind);
        }
    }

    #[test]
    fn erf_is_told_by_its_record() {
        let mut record = vec![0, 0, 0, 0, 0, 0, 0, 0x60, 2, 4, 0, 96, 0, 0, 0, 78, 0, 0];
        assert_eq!(Looks::like(&record).kind, "an Endace ERF capture");
        record[8] = 0x7f;
        assert_ne!(Looks::like(&record).kind, "an Endace ERF capture");
    }
}
