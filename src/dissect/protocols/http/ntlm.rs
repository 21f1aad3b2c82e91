//! NTLM messages in headers that authenticate ([MS-NLMP] 2.2.1): Info tells which they are, and of whom.

use super::body::base64;
use super::head::Head;
use crate::dissect::buf::Buf;
use crate::dissect::text;
use crate::dissect::walk::Walk;

const HEADERS: [&[u8]; 4] =
    [b"Authorization", b"WWW-Authenticate", b"Proxy-Authorization", b"Proxy-Authenticate"];

const SIGNATURE: &[u8] = b"NTLMSSP\0";
/// Flag: texts are UTF-16.
const UNICODE: u32 = 1;

/// Appends what the headers of a message hold to Info.
pub fn info(w: &mut Walk, head: &Head) {
    for line in head.lines().skip(1) {
        let Some((name, value)) = line.header() else { continue };
        let blank = memchr::memchr(b' ', value);
        let Some(blank) = blank.filter(|_| HEADERS.iter().any(|h| h.eq_ignore_ascii_case(name))) else {
            continue;
        };
        if let Some(told) = describe(&base64(value[blank..].trim_ascii())) {
            w.name_protocol("ntlmssp");
            w.columns.append_info(format_args!(", {told}"));
        }
    }
}

fn describe(message: &[u8]) -> Option<String> {
    let buf = Buf::whole(message);
    if !message.starts_with(SIGNATURE) {
        return None;
    }
    match buf.le32(8).ok()? {
        1 => Some("NTLMSSP_NEGOTIATE".to_string()),
        2 => Some("NTLMSSP_CHALLENGE".to_string()),
        3 => {
            let flags = buf.le32(60).unwrap_or(UNICODE);
            let (domain, user) = (name(&buf, 28, flags), name(&buf, 36, flags));
            Some(format!("NTLMSSP_AUTH, User: {domain}\\{user}"))
        }
        _ => None,
    }
}

/// The text that the length and offset at `at` lead to.
fn name(buf: &Buf, at: usize, flags: u32) -> String {
    let (len, offset) = (buf.le16(at).unwrap_or(0), buf.le32(at + 4).unwrap_or(0));
    let bytes = buf.bytes(offset as usize, usize::from(len)).unwrap_or(&[]);
    let plain = if flags & UNICODE != 0 {
        let units: Vec<u16> = bytes.chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]])).collect();
        String::from_utf16_lossy(&units)
    } else {
        text::utf8(bytes).into_owned()
    };
    let mut shown = String::new();
    text::escape_controls(&mut shown, &plain);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_by_their_type() {
        assert_eq!(describe(b"NTLMSSP\0\x01\0\0\0").as_deref(), Some("NTLMSSP_NEGOTIATE"));
        assert_eq!(describe(b"NTLMSSP\0\x07\0\0\0"), None);
        assert_eq!(describe(b"NTLM"), None);
    }

    #[test]
    fn the_user_of_an_authentication_is_named() {
        let mut message = [0u8; 72];
        message[..12].copy_from_slice(b"NTLMSSP\0\x03\0\0\0");
        message[28] = 4;
        message[32] = 64;
        message[36] = 2;
        message[40] = 68;
        message[60] = 1;
        message[64..70].copy_from_slice(b"a\0b\0c\0");
        assert_eq!(describe(&message).as_deref(), Some("NTLMSSP_AUTH, User: ab\\c"));
    }
}
