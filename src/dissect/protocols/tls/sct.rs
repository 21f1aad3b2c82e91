//! Signed certificate timestamps (RFC 6962 3), in hellos and in certificates.

use super::fields::*;
use super::{Tls, keys};
use crate::dissect::buf::Stop;

/// Dissects a serialised list, with its length, at `at`.
pub fn list(t: &mut Tls, at: usize, end: usize) -> Result<(), Stop> {
    let len = t.vector(&SCT_SCTS_LENGTH, at, 2, end)?;
    let end = at + 2 + len;
    let mut at = at + 2;
    while at < end {
        at = timestamp(t, at, end)?;
    }
    Ok(())
}

fn timestamp(t: &mut Tls, at: usize, end: usize) -> Result<usize, Stop> {
    let len = usize::from(t.w.be16(at)?).min(end.saturating_sub(at + 2));
    let log = t.w.bytes(at + 3, 32)?;
    let name = log_name(log);
    t.w.open_label(at, 2 + len, format_args!("Signed Certificate Timestamp ({name})"));
    t.vector(&SCT_SCT_LENGTH, at, 2, end)?;
    let (at, end) = (at + 2, at + 2 + len);
    t.w.field(&SCT_SCT_VERSION, at, 1)?;
    t.w.field(&SCT_SCT_LOGID, at + 1, 32)?;
    let millis = t.w.be64(at + 33)?;
    let time = crate::dissect::value::Value::Time(i128::from(millis) * 1_000_000);
    t.w.value(&SCT_SCT_TIMESTAMP, at + 33, 8, time);
    let extensions = t.vector(&SCT_SCT_EXTENSIONS_LENGTH, at + 41, 2, end)?;
    if extensions > 0 {
        t.w.field(&SCT_SCT_EXTENSIONS, at + 43, extensions)?;
    }
    let at = at + 43 + extensions;
    keys::signature_algorithm(t, at)?;
    let len = t.vector(&SCT_SCT_SIGNATURE_LENGTH, at + 2, 2, end)?;
    t.w.field(&SCT_SCT_SIGNATURE, at + 4, len)?;
    t.w.close();
    Ok(end)
}

/// The name of a log, by the first eight bytes of its ID (the SHA-256 of its key).
fn log_name(id: &[u8]) -> &'static str {
    let head = id.iter().take(8).fold(0u64, |n, b| n << 8 | u64::from(*b));
    LOGS.iter().find(|l| l.0 == head).map_or("Unknown Log", |l| l.1)
}

/// The logs met most, by the beginning of their IDs.
const LOGS: &[(u64, &str)] = &[
    (0x5ea773f9df56c0e7, "Cloudflare 'Nimbus2020' Log"),
    (0x4494652eb0eeceaf, "Cloudflare 'Nimbus2021' Log"),
    (0x41c8cab1df22464a, "Cloudflare 'Nimbus2022' Log"),
    (0x7a328c54d8b72db6, "Cloudflare 'Nimbus2023' Log"),
    (0x5614069a2fd7c2ec, "DigiCert Log Server"),
    (0x8775bfe7597cf88c, "DigiCert Log Server 2"),
    (0x51a3b0f5fd01799c, "DigiCert Nessie2022 Log"),
    (0xb3737707e18450f8, "DigiCert Nessie2023 Log"),
    (0x73d99e891b4c9678, "DigiCert Nessie2024 Log"),
    (0x5cdc4392fee6ab45, "DigiCert Yeti2021 Log"),
    (0x2245450759552456, "DigiCert Yeti2022 Log"),
    (0x35cf191bbfb16c57, "DigiCert Yeti2023 Log"),
    (0x48b0e36bdaa64734, "DigiCert Yeti2024 Log"),
    (0x7d591e12e1782a7b, "DigiCert Yeti2025 Log"),
    (0xb21e05cc8ba2cd8a, "Google 'Argon2020' log"),
    (0xf65c942fd1773022, "Google 'Argon2021' log"),
    (0x2979bef09e393921, "Google 'Argon2022' log"),
    (0xe83ed0da3ef50635, "Google 'Argon2023' log"),
    (0x4e75a3275c9a10c3, "Google 'Argon2025h1' log"),
    (0x68f698f81f6482be, "Google 'Aviator' log"),
    (0xa4b90990b4185814, "Google 'Pilot' log"),
    (0xee4bbdb775ce60ba, "Google 'Rocketeer' log"),
    (0xbbd9dfbc1f8a71b5, "Google 'Skydiver' log"),
    (0x07b75c1be57d68ff, "Google 'Xenon2020' log"),
    (0x46a555eb75fa9120, "Google 'Xenon2022' log"),
    (0xadf7befa7cff10c8, "Google 'Xenon2023' log"),
    (0x76ff883f0ab6fb95, "Google 'Xenon2024' log"),
    (0xdfa55eab68824f1f, "Let's Encrypt 'Oak2022' log"),
    (0x3f174b4fd7224758, "Let's Encrypt 'Oak2024H2' log"),
    (0x6f5376ac31f03119, "Sectigo 'Mammoth' CT log"),
    (0x5581d4c216903601, "Sectigo 'Sabre' CT log"),
    (0xa2e2bfd61ede2f2f, "Sectigo 'Sabre2024h1'"),
    (0xddeb1d2b7a0d4fa6, "Symantec log"),
];
