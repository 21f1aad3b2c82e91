//! The protection of Initial packets (RFC 9001 5): keys that anyone can derive from the connection ID of
//! a client's first packet. Built without the feature `quic`, nothing is decrypted.

use super::packet::Packet;
use crate::dissect::facts::Cid;

/// A packet whose header protection is off.
#[derive(Clone, Debug)]
pub struct Opened {
    pub first: u8,
    pub number: u64,
    /// Bytes of the packet number.
    pub number_len: usize,
    /// `None`: the tag doesn't fit, so the keys are others or bytes were changed.
    pub payload: Option<Vec<u8>>,
}

/// Which keys, and what is known of packet numbers.
#[derive(Clone, Copy, Debug)]
pub struct Secret {
    /// The destination connection ID of the client's first Initial packet.
    pub id: Cid,
    pub from_server: bool,
    /// The largest packet number of this side so far.
    pub largest: u64,
}

/// The keys of one side, for each version that it may speak. Deriving them costs more than using them.
pub struct Keys(Vec<sealed::Keys>);

impl Keys {
    pub fn of(version: u32, secret: &Secret) -> Keys {
        Keys(salts(version).iter().filter_map(|salt| sealed::derive(salt, secret)).collect())
    }

    /// Opens an Initial packet (all of its bytes); `largest`: see [`Secret`].
    pub fn open(&self, bytes: &[u8], packet: &Packet, largest: u64) -> Option<Opened> {
        let mut failed = None;
        for keys in &self.0 {
            let opened = sealed::open(bytes, packet.body, keys, largest)?;
            if opened.payload.is_some() {
                return Some(opened);
            }
            failed.get_or_insert(opened);
        }
        failed
    }
}

/// Opens an Initial packet (all of its bytes).
pub fn open(bytes: &[u8], packet: &Packet, secret: &Secret) -> Option<Opened> {
    Keys::of(packet.version, secret).open(bytes, packet, secret.largest)
}

/// True if the integrity tag of a Retry packet fits (RFC 9001 5.8); `None`: nobody can tell.
pub fn verify_retry(bytes: &[u8], version: u32, original: &Cid) -> Option<bool> {
    sealed::verify_retry(bytes, version, original)
}

/// Salts and labels of a version; for one that isn't known, those that it may follow.
fn salts(version: u32) -> &'static [Salt] {
    use super::packet::{V1, V2, V2_DRAFT, draft};
    match version {
        V1 => &[SALT_1],
        V2 => &[SALT_2],
        V2_DRAFT => &[SALT_2_DRAFT],
        0x5130_3530 => &[SALT_Q050],
        0x5430_3530 => &[SALT_T050],
        0x5430_3531 => &[SALT_T051],
        _ => match draft(version) {
            0 => &[SALT_1, SALT_29, SALT_23],
            1..=22 => &[SALT_21],
            23..=28 => &[SALT_23],
            29..=32 => &[SALT_29],
            _ => &[SALT_1],
        },
    }
}

#[derive(Clone, Copy)]
struct Salt {
    bytes: [u8; 20],
    key: &'static [u8],
    iv: &'static [u8],
    hp: &'static [u8],
}

const fn salt(number: u128, tail: u32) -> Salt {
    let (n, t) = (number.to_be_bytes(), tail.to_be_bytes());
    let mut bytes = [0; 20];
    let mut i = 0;
    while i < 20 {
        bytes[i] = if i < 16 { n[i] } else { t[i - 16] };
        i += 1;
    }
    Salt { bytes, key: b"quic key", iv: b"quic iv", hp: b"quic hp" }
}

const fn salt_v2(number: u128, tail: u32) -> Salt {
    Salt { key: b"quicv2 key", iv: b"quicv2 iv", hp: b"quicv2 hp", ..salt(number, tail) }
}

/// RFC 9001 5.2.
const SALT_1: Salt = salt(0x38762cf7_f55934b3_4d179ae6_a4c80cad, 0xccbb7f0a);
/// RFC 9369 3.3.1, and its draft.
const SALT_2: Salt = salt_v2(0x0dede3de_f700a6db_819381be_6e269dcb, 0xf9bd2ed9);
const SALT_2_DRAFT: Salt = salt_v2(0xa707c203_a59b4718_4a1d62ca_570406ea, 0x7ae3e5d3);
/// draft-ietf-quic-tls-21, -23 and -29, section 5.2.
const SALT_21: Salt = salt(0x7fbcdb0e_7c66bbe9_193a96cd_21519ebd, 0x7a02644a);
const SALT_23: Salt = salt(0xc3eef712_c72ebb5a_11a7d243_2bb46365, 0xbef9f502);
const SALT_29: Salt = salt(0xafbfec28_9993d24c_9e9786f1_9c6111e0, 0x4390a899);
/// Google's.
const SALT_Q050: Salt = salt(0x504574ef_d066fe2f_9d945cfc_dbd3a7f0, 0xd3b56b45);
const SALT_T050: Salt = salt(0x7ff579e5_acd07291_5580304c_43a2367c, 0x60488310);
const SALT_T051: Salt = salt(0x7a4edef4_e7ccee5f_a4506c19_124fc8cc, 0xda6e033d);

/// The packet number that a truncated one stands for (RFC 9000 A.3).
fn full_number(largest: u64, truncated: u64, bits: u32) -> u64 {
    let (window, expected) = (1u64 << bits, largest.saturating_add(1));
    let candidate = (expected & !(window - 1)) | truncated;
    if candidate.saturating_add(window / 2) <= expected && candidate < (1 << 62) - window {
        candidate + window
    } else if candidate > expected.saturating_add(window / 2) && candidate >= window {
        candidate - window
    } else {
        candidate
    }
}

#[cfg(feature = "quic")]
mod sealed {
    use super::*;
    use crate::dissect::protocols::quic::packet::{RETRY_TAG, V1, V2, draft};
    use ring::aead::quic::{AES_128, HeaderProtectionKey};
    use ring::aead::{AES_128_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
    use ring::hkdf::{HKDF_SHA256, KeyType, Prk, Salt as Extractor};

    struct Len(usize);

    impl KeyType for Len {
        fn len(&self) -> usize {
            self.0
        }
    }

    /// HKDF-Expand-Label (RFC 8446 7.1) without context.
    fn expand<const N: usize>(secret: &Prk, label: &[u8]) -> Option<[u8; N]> {
        let head = [0, N as u8, 6 + label.len() as u8];
        let info = [&head[..], b"tls13 ", label, &[0]];
        let mut out = [0; N];
        secret.expand(&info, Len(N)).ok()?.fill(&mut out).ok()?;
        Some(out)
    }

    /// Header protection, packet protection and the base of its nonces (RFC 9001 5.1).
    pub struct Keys {
        hp: HeaderProtectionKey,
        key: LessSafeKey,
        iv: [u8; 12],
    }

    pub fn derive(salt: &Salt, secret: &Secret) -> Option<Keys> {
        let initial = Extractor::new(HKDF_SHA256, &salt.bytes).extract(secret.id.bytes());
        let side: &[u8] = if secret.from_server { b"server in" } else { b"client in" };
        let side = Prk::new_less_safe(HKDF_SHA256, &expand::<32>(&initial, side)?);
        Some(Keys {
            hp: HeaderProtectionKey::new(&AES_128, &expand::<16>(&side, salt.hp)?).ok()?,
            key: sealing_key(&expand::<16>(&side, salt.key)?)?,
            iv: expand::<12>(&side, salt.iv)?,
        })
    }

    pub fn open(bytes: &[u8], body: usize, keys: &Keys, largest: u64) -> Option<Opened> {
        let mask = keys.hp.new_mask(bytes.get(body + 4..body + 20)?).ok()?;
        let first = bytes.first()? ^ (mask[0] & 0x0f);
        let number_len = usize::from(first & 3) + 1;
        let mut header = bytes.get(..body + number_len)?.to_vec();
        header[0] = first;
        let mut truncated = 0;
        for (byte, mask) in header[body..].iter_mut().zip(&mask[1..]) {
            *byte ^= mask;
            truncated = truncated << 8 | u64::from(*byte);
        }
        let number = full_number(largest, truncated, number_len as u32 * 8);
        let mut nonce = keys.iv;
        for (byte, part) in nonce[4..].iter_mut().zip(number.to_be_bytes()) {
            *byte ^= part;
        }
        let payload = unseal(&keys.key, nonce, &header, bytes.get(body + number_len..)?);
        Some(Opened { first, number, number_len, payload })
    }

    fn sealing_key(key: &[u8; 16]) -> Option<LessSafeKey> {
        Some(LessSafeKey::new(UnboundKey::new(&AES_128_GCM, key).ok()?))
    }

    fn unseal(key: &LessSafeKey, nonce: [u8; 12], header: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let mut bytes = sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key(nonce);
        let len = key.open_in_place(nonce, Aad::from(header), &mut bytes).ok()?.len();
        bytes.truncate(len);
        Some(bytes)
    }

    /// The tag of a Retry packet is that of nothing sealed, with what the client sent before as data.
    pub fn verify_retry(bytes: &[u8], version: u32, original: &Cid) -> Option<bool> {
        let (key, nonce) = match (version, draft(version)) {
            (V1, _) | (_, 33..) => (0xbe0c690b_9f66575a_1d766b54_e368c84e, 0x461599d3_5d632bf2_239825bb),
            (V2, _) => (0x8fb4b01b_56ac48e2_60fbcbce_ad7ccc92, 0xd86969bc_2d7c6d99_90efb04a),
            (_, 29..=32) => (0xccce187e_d09a09d0_5728155a_6cb96be1, 0xe54930f9_7f2136f0_530a8c1c),
            (_, 25..=28) => (0x4d32ecdb_2a2133c8_41e4043d_f27d4430, 0x4d1611d0_5513a552_c587d575),
            _ => return None,
        };
        let (key, nonce): (u128, u128) = (key, nonce);
        let mut iv = [0; 12];
        iv.copy_from_slice(&nonce.to_be_bytes()[4..]);
        let (head, tag) = bytes.split_at_checked(bytes.len().checked_sub(RETRY_TAG)?)?;
        let pseudo = [&[original.bytes().len() as u8], original.bytes(), head].concat();
        Some(unseal(&sealing_key(&key.to_be_bytes())?, iv, &pseudo, tag).is_some())
    }
}

#[cfg(not(feature = "quic"))]
mod sealed {
    use super::*;

    pub struct Keys;

    pub fn derive(salt: &Salt, _: &Secret) -> Option<Keys> {
        let _ = (salt.bytes, salt.key, salt.iv, salt.hp);
        None
    }

    pub fn open(_: &[u8], _: usize, _: &Keys, largest: u64) -> Option<Opened> {
        let _ = full_number(largest, 0, 8);
        None
    }

    pub fn verify_retry(_: &[u8], _: u32, _: &Cid) -> Option<bool> {
        None
    }
}

#[cfg(all(test, feature = "quic"))]
mod tests {
    use super::*;
    use crate::dissect::buf::Buf;

    fn bytes(hex: &str) -> Vec<u8> {
        let digit = |c: u8| char::from(c).to_digit(16).unwrap_or(0) as u8;
        hex.as_bytes().chunks(2).map(|c| digit(c[0]) << 4 | digit(c[1])).collect()
    }

    /// The server's Initial packet of RFC 9001 A.3.
    #[test]
    fn the_example_of_the_rfc_opens() {
        let packet = bytes(
            "cf000000010008f067a5502a4262b5004075c0d95a482cd0991cd25b0aac406a5816b6394100f37a1c69797554780bb38cc5a\
             99f5ede4cf73c3ec2493a1839b3dbcba3f6ea46c5b7684df3548e7ddeb9c3bf9c73cc3f3bded74b562bfb19fb84022f8ef4cd\
             d93795d77d06edbb7aaf2f58891850abbdca3d20398c276456cbc42158407dd074ee"
                .replace(' ', "")
                .as_str(),
        );
        let read = Packet::read(&Buf::whole(&packet)).unwrap();
        let id = Cid::new(&bytes("8394c8f03e515708")).unwrap();
        let opened = open(&packet, &read, &Secret { id, from_server: true, largest: 0 }).unwrap();
        let payload = opened.payload.unwrap();
        assert_eq!((opened.number, opened.number_len, &payload[..6]), (1, 2, &bytes("020000000006")[..]));
        let other = open(&packet, &read, &Secret { id, from_server: false, largest: 0 }).unwrap();
        assert!(other.payload.is_none());
    }

    /// RFC 9001 A.4.
    #[test]
    fn a_retry_is_verified() {
        let packet = bytes("ff000000010008f067a5502a4262b5746f6b656e04a265ba2eff4d829058fb3f0f2496ba");
        let id = Cid::new(&bytes("8394c8f03e515708")).unwrap();
        assert_eq!(verify_retry(&packet, 1, &id), Some(true));
        assert_eq!(verify_retry(&packet[1..], 1, &id), Some(false));
    }

    /// RFC 9000 A.3.
    #[test]
    fn truncated_numbers_are_completed() {
        assert_eq!(full_number(0xa82f30ea, 0x9b32, 16), 0xa82f9b32);
        assert_eq!(full_number(0, 3, 8), 3);
    }
}
