//! The fields of QUIC packets and of the frames that an Initial packet may hold.

use crate::dissect::field::Names;
use crate::fields;

const FIXED: Names = Names::TrueFalse("True", "False");

fields! {
    CONNECTION_NUMBER = "quic.connection.number", "Connection Number", uint(32).fact();
    PACKET_LENGTH = "quic.packet_length", "Packet Length", uint(32);
    HEADER_FORM = "quic.header_form", "Header Form", uint(8).mask(0x80).values(FORMS).at(0, 1);
    FIXED_BIT = "quic.fixed_bit", "Fixed Bit", boolean().mask(0x40).names(FIXED).at(0, 1);
    UNUSED = "quic.vn.unused", "Unused", uint(8).hex().mask(0x7f);
    LONG_TYPE = "quic.long.packet_type", "Packet Type", uint(8).mask(0x30).values(LONG_TYPES);
    LONG_TYPE_V2 = "quic.long.packet_type_v2", "Packet Type", uint(8).mask(0x30).values(LONG_TYPES_V2);
    LONG_RESERVED = "quic.long.reserved", "Reserved", uint(8).mask(0x0c);
    NUMBER_LENGTH = "quic.packet_number_length", "Packet Number Length", uint(8).mask(0x03).values(LENGTHS);
    VERSION = "quic.version", "Version", uint(32).hex();
    SUPPORTED_VERSION = "quic.supported_version", "Supported Version", uint(32).hex();
    DCIL = "quic.dcil", "Destination Connection ID Length", uint(8);
    DCID = "quic.dcid", "Destination Connection ID", bytes();
    SCIL = "quic.scil", "Source Connection ID Length", uint(8);
    SCID = "quic.scid", "Source Connection ID", bytes();
    TOKEN_LENGTH = "quic.token_length", "Token Length", uint(64);
    TOKEN = "quic.token", "Token", bytes();
    LENGTH = "quic.length", "Length", uint(64);
    PACKET_NUMBER = "quic.packet_number", "Packet Number", uint(64);
    PAYLOAD = "quic.payload", "Payload", bytes();
    REMAINING_PAYLOAD = "quic.remaining_payload", "Remaining Payload", bytes();
    RETRY_TOKEN = "quic.retry_token", "Retry Token", bytes();
    RETRY_TAG = "quic.retry_integrity_tag", "Retry Integrity Tag", bytes();
    SHORT = "quic.short", "QUIC Short Header", none();
    SPIN_BIT = "quic.spin_bit", "Spin Bit", boolean().mask(0x20).names(FIXED);
    FRAME = "quic.frame", "Frame", none();
    FRAME_TYPE = "quic.frame_type", "Frame Type", uint(64);
    PADDING_LENGTH = "quic.padding_length", "Padding Length", uint(32);
    ACK_LARGEST = "quic.ack.largest_acknowledged", "Largest Acknowledged", uint(64);
    ACK_DELAY = "quic.ack.ack_delay", "ACK Delay", uint(64);
    ACK_RANGE_COUNT = "quic.ack.ack_range_count", "ACK Range Count", uint(64);
    ACK_FIRST_RANGE = "quic.ack.first_ack_range", "First ACK Range", uint(64);
    ACK_GAP = "quic.ack.gap", "Gap", uint(64);
    ACK_RANGE = "quic.ack.ack_range", "ACK Range", uint(64);
    ACK_ECT0 = "quic.ack.ect0_count", "ECT(0) Count", uint(64);
    ACK_ECT1 = "quic.ack.ect1_count", "ECT(1) Count", uint(64);
    ACK_CE = "quic.ack.ecn_ce_count", "ECN-CE Count", uint(64);
    CRYPTO_OFFSET = "quic.crypto.offset", "Offset", uint(64);
    CRYPTO_LENGTH = "quic.crypto.length", "Length", uint(64);
    CRYPTO_DATA = "quic.crypto.crypto_data", "Crypto Data", none();
    CRYPTO_FRAGMENTS = "quic.crypto.fragments", "Reassembled QUIC CRYPTO Data Fragments", none();
    CRYPTO_FRAGMENT = "quic.crypto.fragment", "QUIC CRYPTO Data Fragment", frame();
    CRYPTO_FRAGMENT_COUNT = "quic.crypto.fragment.count", "Fragment count", uint(32);
    CLOSE_ERROR = "quic.cc.error_code", "Error code", uint(64);
    CLOSE_ALERT = "quic.cc.error_code.tls_alert", "TLS Alert Description", uint(8);
    CLOSE_FRAME_TYPE = "quic.cc.frame_type", "Frame Type", uint(64);
    CLOSE_REASON_LENGTH = "quic.cc.reason_phrase.length", "Reason phrase Length", uint(64);
    CLOSE_REASON = "quic.cc.reason_phrase", "Reason phrase", string();
}

const FORMS: &[(u64, &str)] = &[(0, "Short Header"), (1, "Long Header")];
const LONG_TYPES: &[(u64, &str)] = &[(0, "Initial"), (1, "0-RTT"), (2, "Handshake"), (3, "Retry")];
const LONG_TYPES_V2: &[(u64, &str)] = &[(0, "Retry"), (1, "Initial"), (2, "0-RTT"), (3, "Handshake")];
const LENGTHS: &[(u64, &str)] = &[(0, "1 bytes"), (1, "2 bytes"), (2, "3 bytes"), (3, "4 bytes")];

/// Transport error codes, RFC 9000 20.1.
pub const ERRORS: &[(u64, &str)] = &[
    (0x00, "NO_ERROR"),
    (0x01, "INTERNAL_ERROR"),
    (0x02, "CONNECTION_REFUSED"),
    (0x03, "FLOW_CONTROL_ERROR"),
    (0x04, "STREAM_LIMIT_ERROR"),
    (0x05, "STREAM_STATE_ERROR"),
    (0x06, "FINAL_SIZE_ERROR"),
    (0x07, "FRAME_ENCODING_ERROR"),
    (0x08, "TRANSPORT_PARAMETER_ERROR"),
    (0x09, "CONNECTION_ID_LIMIT_ERROR"),
    (0x0a, "PROTOCOL_VIOLATION"),
    (0x0b, "INVALID_TOKEN"),
    (0x0c, "APPLICATION_ERROR"),
    (0x0d, "CRYPTO_BUFFER_EXCEEDED"),
    (0x0e, "KEY_UPDATE_ERROR"),
    (0x0f, "AEAD_LIMIT_REACHED"),
    (0x10, "NO_VIABLE_PATH"),
];
