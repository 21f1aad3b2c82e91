//! The fields and remarks of the TCP header and of sequence analysis.

use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::facts::tcp_flag;
use crate::dissect::field::{Base, SET};
use crate::fields;

const CHECKSUM_STATES: &[(u64, &str)] =
    &[(0, "Bad"), (1, "Good"), (2, "Unverified"), (3, "Not present"), (4, "Illegal")];

fields! {
    SRCPORT = "tcp.srcport", "Source Port", uint(16).base(Base::TcpPort).at(0, 2);
    DSTPORT = "tcp.dstport", "Destination Port", uint(16).base(Base::TcpPort).at(2, 2);
    /// Either port.
    PORT = "tcp.port", "Source or Destination Port", uint(16).base(Base::TcpPort).any_of(&[&SRCPORT, &DSTPORT]);
    STREAM = "tcp.stream", "Stream index", uint(32).fact();
    COMPLETENESS = "tcp.completeness", "Conversation completeness", uint(8).fact().nowhere();
    LEN = "tcp.len", "TCP Segment Len", uint(32);
    SEQ = "tcp.seq", "Sequence Number", uint(32).fact();
    SEQ_RAW = "tcp.seq_raw", "Sequence Number (raw)", uint(32).at(4, 4);
    NXTSEQ = "tcp.nxtseq", "Next Sequence Number", uint(32).fact();
    ACK = "tcp.ack", "Acknowledgment Number", uint(32).fact();
    ACK_RAW = "tcp.ack_raw", "Acknowledgment number (raw)", uint(32).at(8, 4);
    HDR_LEN = "tcp.hdr_len", "Header Length", uint(8).whole_byte_mask(0xf0).at(12, 1).scale(4);
    FLAGS = "tcp.flags", "Flags", uint(16).hex().mask(0xfff).at(12, 2);
    FLAGS_RES = "tcp.flags.res", "Reserved", boolean().names(SET).mask(0x0e).at(12, 1);
    FLAGS_AE = "tcp.flags.ae", "Accurate ECN", boolean().names(SET).mask(0x01).fact();
    FLAGS_CWR = "tcp.flags.cwr", "Congestion Window Reduced", boolean().names(SET).mask(0x80).bits(12).fact();
    FLAGS_ECE = "tcp.flags.ece", "ECN-Echo", boolean().names(SET).mask(0x40).bits(12).fact();
    /// In place of the three flags before, once both sides have agreed on Accurate ECN.
    FLAGS_ACE = "tcp.flags.ace", "ACE", uint(8).fact();
    FLAGS_URG = "tcp.flags.urg", "Urgent", boolean().names(SET).mask(0x20).bits(12).at(13, 1);
    FLAGS_ACK = "tcp.flags.ack", "Acknowledgment", boolean().names(SET).mask(0x10).bits(12).at(13, 1);
    FLAGS_PUSH = "tcp.flags.push", "Push", boolean().names(SET).mask(0x08).bits(12).at(13, 1);
    FLAGS_RESET = "tcp.flags.reset", "Reset", boolean().names(SET).mask(0x04).bits(12).at(13, 1);
    FLAGS_SYN = "tcp.flags.syn", "Syn", boolean().names(SET).mask(0x02).bits(12).at(13, 1);
    FLAGS_FIN = "tcp.flags.fin", "Fin", boolean().names(SET).mask(0x01).bits(12).at(13, 1);
    FLAGS_STR = "tcp.flags.str", "TCP Flags", string();
    WINDOW_SIZE_VALUE = "tcp.window_size_value", "Window", uint(16).at(14, 2);
    WINDOW_SIZE = "tcp.window_size", "Calculated window size", uint(32).fact();
    WINDOW_SIZE_SCALEFACTOR = "tcp.window_size_scalefactor", "Window size scaling factor", int(32).fact();
    CHECKSUM = "tcp.checksum", "Checksum", uint(16).hex().at(16, 2);
    CHECKSUM_STATUS = "tcp.checksum.status", "Checksum Status", uint(8).base(Base::None).values(CHECKSUM_STATES);
    CHECKSUM_CALCULATED = "tcp.checksum_calculated", "Calculated Checksum", uint(16).hex();
    URGENT_POINTER = "tcp.urgent_pointer", "Urgent Pointer", uint(16).at(18, 2);
    TIME_RELATIVE = "tcp.time_relative", "Time since first frame in this TCP stream", duration().fact();
    TIME_DELTA = "tcp.time_delta", "Time since previous frame in this TCP stream", duration().fact();
    ANALYSIS = "tcp.analysis", "SEQ/ACK analysis", none().fact();
    ANALYSIS_FLAGS = "tcp.analysis.flags", "TCP Analysis Flags", none().fact();
    ACKS_FRAME = "tcp.analysis.acks_frame", "This is an ACK to the segment in frame", frame().fact();
    ACK_RTT = "tcp.analysis.ack_rtt", "The RTT to ACK the segment was", duration().fact();
    INITIAL_RTT = "tcp.analysis.initial_rtt", "iRTT", duration().fact();
    BYTES_IN_FLIGHT = "tcp.analysis.bytes_in_flight", "Bytes in flight", uint(32).fact();
    PUSH_BYTES_SENT = "tcp.analysis.push_bytes_sent", "Bytes sent since last PSH flag", uint(32).fact();
    RTO = "tcp.analysis.rto", "The RTO for this segment was", duration().fact();
    RTO_FRAME = "tcp.analysis.rto_frame", "RTO based on delta from frame", frame().fact();
    DUPLICATE_ACK_NUM = "tcp.analysis.duplicate_ack_num", "Duplicate ACK #", uint(32).fact();
    DUPLICATE_ACK_FRAME = "tcp.analysis.duplicate_ack_frame", "Duplicate to the ACK in frame", frame().fact();
    PAYLOAD = "tcp.payload", "TCP payload", bytes();
    PDU_SIZE = "tcp.pdu.size", "PDU Size", uint(32).fact();
    RESET_CAUSE = "tcp.reset_cause", "Reset cause", string();
}

macro_rules! experts {
    ($($id:ident = $name:expr, $summary:expr, $group:ident, $severity:ident;)*) => {
        $(pub static $id: Expert = Expert::new($name, $summary, Group::$group, Severity::$severity);)*
        pub static EXPERTS: &[&Expert] = &[$(&$id),*];
    };
}

experts! {
    RETRANSMISSION = "tcp.analysis.retransmission", "This frame is a (suspected) retransmission", Sequence, Note;
    FAST_RETRANSMISSION = "tcp.analysis.fast_retransmission", "This frame is a (suspected) fast retransmission", Sequence, Note;
    SPURIOUS = "tcp.analysis.spurious_retransmission", "This frame is a (suspected) spurious retransmission", Sequence, Note;
    OUT_OF_ORDER = "tcp.analysis.out_of_order", "This frame is a (suspected) out-of-order segment", Sequence, Warning;
    REUSED_PORTS = "tcp.analysis.reused_ports", "A new tcp session is started with the same ports as an earlier session in this trace", Sequence, Note;
    LOST_SEGMENT = "tcp.analysis.lost_segment", "Previous segment(s) not captured (common at capture start)", Sequence, Warning;
    ACK_LOST_SEGMENT = "tcp.analysis.ack_lost_segment", "ACKed segment that wasn't captured (common at capture start)", Sequence, Warning;
    WINDOW_UPDATE = "tcp.analysis.window_update", "TCP window update", Sequence, Chat;
    WINDOW_FULL = "tcp.analysis.window_full", "TCP window specified by the receiver is now completely full", Sequence, Warning;
    KEEP_ALIVE = "tcp.analysis.keep_alive", "TCP keep-alive segment", Sequence, Note;
    KEEP_ALIVE_ACK = "tcp.analysis.keep_alive_ack", "ACK to a TCP keep-alive segment", Sequence, Note;
    DUPLICATE_ACK = "tcp.analysis.duplicate_ack", "Duplicate ACK", Sequence, Note;
    ZERO_WINDOW_PROBE = "tcp.analysis.zero_window_probe", "TCP Zero Window Probe", Sequence, Note;
    ZERO_WINDOW = "tcp.analysis.zero_window", "TCP Zero Window segment", Sequence, Warning;
    ZERO_WINDOW_PROBE_ACK = "tcp.analysis.zero_window_probe_ack", "ACK to a TCP Zero Window Probe", Sequence, Note;
    CONNECTION_SYN = "tcp.connection.syn", "Connection establish request (SYN)", Sequence, Chat;
    CONNECTION_SYNACK = "tcp.connection.synack", "Connection establish acknowledge (SYN+ACK)", Sequence, Chat;
    CONNECTION_FIN = "tcp.connection.fin", "Connection finish (FIN)", Sequence, Chat;
    CONNECTION_RST = "tcp.connection.rst", "Connection reset (RST)", Sequence, Warning;
    FIN_ACTIVE = "tcp.connection.fin_active", "This frame initiates the connection closing", Sequence, Note;
    FIN_PASSIVE = "tcp.connection.fin_passive", "This frame undergoes the connection closing", Sequence, Note;
    ACK_NON_ZERO = "tcp.ack.nonzero", "The acknowledgment number field is nonzero while the ACK flag is not set", Protocol, Note;
    URGENT_NON_ZERO = "tcp.urgent_pointer.non_zero", "The urgent pointer field is nonzero while the URG flag is not set", Protocol, Note;
    TFO_ACK = "tcp.analysis.tfo_ack", "TCP SYN-ACK accepting TFO data", Sequence, Note;
    TFO_IGNORED = "tcp.analysis.tfo_ignored", "TCP SYN-ACK ignoring TFO data", Sequence, Note;
    SHORT_SEGMENT = "tcp.short_segment", "Short segment. Segment/fragment does not contain a full TCP header (might be NMAP or someone else deliberately sending unusual packets)", Malformed, Warning;
    BOGUS_HEADER = "tcp.bogus_header_length", "Bogus TCP Header length", Protocol, Error;
    CHECKSUM_BAD = "tcp.checksum_bad.expert", "Bad checksum", Checksum, Error;
}

/// Remarks for the flags of sequence analysis, in the order of the tree.
pub const FLAG_EXPERTS: &[(u32, &Expert)] = &[
    (tcp_flag::FAST_RETRANSMISSION, &FAST_RETRANSMISSION),
    (tcp_flag::SPURIOUS_RETRANSMISSION, &SPURIOUS),
    (tcp_flag::RETRANSMISSION, &RETRANSMISSION),
    (tcp_flag::OUT_OF_ORDER, &OUT_OF_ORDER),
    (tcp_flag::REUSED_PORTS, &REUSED_PORTS),
    (tcp_flag::LOST_SEGMENT, &LOST_SEGMENT),
    (tcp_flag::ACK_LOST_SEGMENT, &ACK_LOST_SEGMENT),
    (tcp_flag::WINDOW_UPDATE, &WINDOW_UPDATE),
    (tcp_flag::WINDOW_FULL, &WINDOW_FULL),
    (tcp_flag::KEEP_ALIVE, &KEEP_ALIVE),
    (tcp_flag::KEEP_ALIVE_ACK, &KEEP_ALIVE_ACK),
    (tcp_flag::DUPLICATE_ACK, &DUPLICATE_ACK),
    (tcp_flag::ZERO_WINDOW_PROBE, &ZERO_WINDOW_PROBE),
    (tcp_flag::ZERO_WINDOW, &ZERO_WINDOW),
    (tcp_flag::ZERO_WINDOW_PROBE_ACK, &ZERO_WINDOW_PROBE_ACK),
];

/// What Info begins with: each is put before the one above it.
pub const PREFIXES: &[(u32, &str)] = &[
    (tcp_flag::RETRANSMISSION, "TCP Retransmission"),
    (tcp_flag::FAST_RETRANSMISSION, "TCP Fast Retransmission"),
    (tcp_flag::SPURIOUS_RETRANSMISSION, "TCP Spurious Retransmission"),
    (tcp_flag::OUT_OF_ORDER, "TCP Out-Of-Order"),
    (tcp_flag::REUSED_PORTS, "TCP Port numbers reused"),
    (tcp_flag::LOST_SEGMENT, "TCP Previous segment not captured"),
    (tcp_flag::ACK_LOST_SEGMENT, "TCP ACKed unseen segment"),
    (tcp_flag::WINDOW_UPDATE, "TCP Window Update"),
    (tcp_flag::WINDOW_FULL, "TCP Window Full"),
    (tcp_flag::KEEP_ALIVE, "TCP Keep-Alive"),
    (tcp_flag::KEEP_ALIVE_ACK, "TCP Keep-Alive ACK"),
    (tcp_flag::DUPLICATE_ACK, "TCP Dup ACK"),
    (tcp_flag::ZERO_WINDOW_PROBE, "TCP ZeroWindowProbe"),
    (tcp_flag::ZERO_WINDOW, "TCP ZeroWindow"),
    (tcp_flag::ZERO_WINDOW_PROBE_ACK, "TCP ZeroWindowProbeAck"),
];
