//! RPL, the routing protocol of low-power networks: its control messages and their options
//! (RFC 6550, RFC 6551, RFC 6997).

use std::fmt::Write;

use super::nd::{BAD_LENGTH, OPT};
use super::{RESERVED, left_over, values};
use crate::dissect::buf::Stop;
use crate::dissect::expert::{Expert, Group, Severity};
use crate::dissect::field::{Base, Field, SET, YES};
use crate::dissect::flags;
use crate::dissect::sink::NodeId;
use crate::dissect::text::V6;
use crate::dissect::value::Value;
use crate::dissect::walk::Walk;
use crate::fields;

fields! {
    DIS_FLAGS = "icmpv6.rpl.dis.flags", "Flags", uint(8);
    DIO_INSTANCE = "icmpv6.rpl.dio.instance", "RPLInstanceID", uint(8);
    DIO_VERSION = "icmpv6.rpl.dio.version", "Version", uint(8);
    DIO_RANK = "icmpv6.rpl.dio.rank", "Rank", uint(16);
    DIO_FLAG = "icmpv6.rpl.dio.flag", "Flags", uint(8).hex();
    DIO_FLAG_G = "icmpv6.rpl.dio.flag.g", "Grounded (G)", boolean().mask(0x80);
    DIO_FLAG_0 = "icmpv6.rpl.dio.flag.0", "Zero", boolean().mask(0x40);
    DIO_FLAG_MOP = "icmpv6.rpl.dio.flag.mop", "Mode of Operation (MOP)", uint(8).hex().values(values::RPL_DIO_FLAG_MOP).mask(0x38);
    DIO_FLAG_PREFERENCE = "icmpv6.rpl.dio.flag.preference", "DODAG Preference", uint(8).mask(0x7);
    DIO_DTSN = "icmpv6.rpl.dio.dtsn", "Destination Advertisement Trigger Sequence Number (DTSN)", uint(8);
    DIO_DAGID = "icmpv6.rpl.dio.dagid", "DODAGID", ipv6();
    DAO_INSTANCE = "icmpv6.rpl.dao.instance", "RPLInstanceID", uint(8);
    DAO_FLAG = "icmpv6.rpl.dao.flag", "Flags", uint(8).hex();
    DAO_FLAG_K = "icmpv6.rpl.dao.flag.k", "DAO-ACK Request (K)", boolean().mask(0x80);
    DAO_FLAG_D = "icmpv6.rpl.dao.flag.d", "DODAGID Present (D)", boolean().mask(0x40);
    DAO_FLAG_RSV = "icmpv6.rpl.dao.flag.rsv", "Reserved", uint(8).mask(0x3f);
    DAO_SEQUENCE = "icmpv6.rpl.dao.sequence", "DAO Sequence", uint(8);
    DAO_DODAGID = "icmpv6.rpl.dao.dodagid", "DODAGID", ipv6();
    DAOACK_INSTANCE = "icmpv6.rpl.daoack.instance", "RPLInstanceID", uint(8);
    DAOACK_FLAG = "icmpv6.rpl.daoack.flag", "Flag", uint(8).hex();
    DAOACK_FLAG_D = "icmpv6.rpl.daoack.flag.d", "DODAGID Present (D)", boolean().mask(0x80);
    DAOACK_FLAG_RSV = "icmpv6.rpl.daoack.flag.rsv", "Reserved", uint(8).mask(0x7f);
    DAOACK_SEQUENCE = "icmpv6.rpl.daoack.sequence", "DAO-ACK Sequence", uint(8);
    DAOACK_STATUS = "icmpv6.rpl.daoack.status", "Status", uint(8);
    DAOACK_DODAGID = "icmpv6.rpl.daoack.dodagid", "DODAGID", ipv6();
    CC_INSTANCE = "icmpv6.rpl.cc.instance", "RPLInstanceID", uint(8);
    CC_FLAG = "icmpv6.rpl.cc.flag", "Flag", uint(8).hex();
    CC_FLAG_R = "icmpv6.rpl.cc.flag.r", "Response (R)", boolean().mask(0x80);
    CC_FLAG_RSV = "icmpv6.rpl.cc.flag.rsv", "Reserved", uint(8).mask(0x7f);
    CC_NONCE = "icmpv6.rpl.cc.nonce", "CC Nonce", uint(16).hex();
    CC_DODAGID = "icmpv6.rpl.cc.dodagid", "DODAGID", ipv6();
    CC_DESTINATION_COUNTER = "icmpv6.rpl.cc.destination_counter", "Destination Counter", uint(32);
    SECURE_FLAG = "icmpv6.rpl.secure.flag", "Flags", uint(8).hex();
    SECURE_FLAG_T = "icmpv6.rpl.secure.flag.t", "Counter is Time (T)", boolean().mask(0x80);
    SECURE_FLAG_RSV = "icmpv6.rpl.secure.flag.rsv", "Reserved", uint(8).mask(0x7f);
    SECURE_ALGORITHM = "icmpv6.rpl.secure.algorithm", "Algorithm", uint(8).values(values::RPL_SECURE_ALGORITHM);
    SECURE_KIM = "icmpv6.rpl.secure.kim", "Key Identifier Mode (KIM)", uint(8).mask(0xc0);
    SECURE_LVL = "icmpv6.rpl.secure.lvl", "Security Level (LVL)", uint(8).mask(0x7);
    SECURE_RSV = "icmpv6.rpl.secure.rsv", "Reserved", uint(8).mask(0x38);
    SECURE_COUNTER = "icmpv6.rpl.secure.counter", "Counter", uint(32);
    SECURE_KEY_SOURCE = "icmpv6.rpl.secure.key.source", "Key Source", bytes();
    SECURE_KEY_INDEX = "icmpv6.rpl.secure.key.index", "Key Source", uint(8);
    OPT_TYPE = "icmpv6.rpl.opt.type", "Type", uint(8).values(values::RPL_OPT_TYPE);
    OPT_LENGTH = "icmpv6.rpl.opt.length", "Length", uint(8);
    OPT_RESERVED = "icmpv6.rpl.opt.reserved", "Reserved", none();
    OPT_PADN = "icmpv6.rpl.opt.padn", "Paddn", none();
    OPT_METRIC_TYPE = "icmpv6.rpl.opt.metric.type", "Routing Metric/Constraint Type", uint(8).values(values::RPL_OPT_METRIC_TYPE);
    OPT_METRIC_FLAGS = "icmpv6.rpl.opt.metric.flags", "Flags", uint(16).hex();
    OPT_METRIC_RESERVED = "icmpv6.rpl.opt.metric.reserved", "Reserved Flags", uint(16).hex().mask(0xf800);
    OPT_METRIC_FLAG_P = "icmpv6.rpl.opt.metric.flag.p", "Flag P", boolean().names(SET).mask(0x400);
    OPT_METRIC_FLAG_C = "icmpv6.rpl.opt.metric.flag.c", "Flag C", boolean().names(SET).mask(0x200);
    OPT_METRIC_FLAG_O = "icmpv6.rpl.opt.metric.flag.o", "Flag O", boolean().names(SET).mask(0x100);
    OPT_METRIC_FLAG_R = "icmpv6.rpl.opt.metric.flag.r", "Flag R", boolean().names(SET).mask(0x80);
    OPT_METRIC_FLAG_A = "icmpv6.rpl.opt.metric.flag.a", "A Field", uint(16).hex().mask(0x70);
    OPT_METRIC_PREC = "icmpv6.rpl.opt.metric.prec", "Precedence field", uint(16).hex().mask(0xf);
    OPT_METRIC_LENGTH = "icmpv6.rpl.opt.metric.length", "Metric Length", uint(8);
    OPT_METRIC_NSA_OBJECT = "icmpv6.rpl.opt.metric.nsa.object", "Node State and Attribute Object", uint(16).hex();
    OPT_METRIC_NSA_TLV = "icmpv6.rpl.opt.metric.nsa.object.opttlv.object",
        "Node State and Attribute Optional TLV", uint(8);
    OPT_METRIC_NSA_TLV_TYPE = "icmpv6.rpl.opt.metric.nsa.object.opttlv.object.type",
        "Node State and Attribute Optional TLV Type", uint(8);
    OPT_METRIC_NSA_TLV_LENGTH = "icmpv6.rpl.opt.metric.nsa.object.opttlv.object.length",
        "Node State and Attribute Optional TLV Length", uint(8);
    OPT_METRIC_NSA_TLV_DATA = "icmpv6.rpl.opt.metric.nsa.object.opttlv.object.data", "Raw Data", bytes();
    OPT_METRIC_NSA_OBJECT_RESERVED = "icmpv6.rpl.opt.metric.nsa.object.reserved", "Reserved field", uint(16).hex().mask(0xff00);
    OPT_METRIC_NSA_OBJECT_FLAGS = "icmpv6.rpl.opt.metric.nsa.object.flags", "Flags", uint(16).hex().mask(0xfc);
    OPT_METRIC_NSA_OBJECT_FLAG_A = "icmpv6.rpl.opt.metric.nsa.object.flag.a", "Flag A", boolean().names(SET).mask(0x2);
    OPT_METRIC_NSA_OBJECT_FLAG_O = "icmpv6.rpl.opt.metric.nsa.object.flag.o", "Flag O", boolean().names(SET).mask(0x1);
    OPT_METRIC_NE_OBJECT = "icmpv6.rpl.opt.metric.ne.object", "Node Energy Object", uint(16).hex();
    OPT_METRIC_NE_OBJECT_FLAGS = "icmpv6.rpl.opt.metric.ne.object.flags", "Flags field", uint(16).hex().mask(0xf000);
    OPT_METRIC_NE_OBJECT_FLAG_I = "icmpv6.rpl.opt.metric.ne.object.flag.i", "Flag I", boolean().names(SET).mask(0x800);
    OPT_METRIC_NE_OBJECT_TYPE = "icmpv6.rpl.opt.metric.ne.object.type", "Type", uint(16).hex().mask(0x600);
    OPT_METRIC_NE_OBJECT_FLAG_E = "icmpv6.rpl.opt.metric.ne.object.flag.e", "Flag E", boolean().names(SET).mask(0x100);
    OPT_METRIC_NE_OBJECT_ENERGY = "icmpv6.rpl.opt.metric.ne.object.energy", "Energy", uint(16).hex().mask(0xff);
    OPT_METRIC_HP_OBJECT = "icmpv6.rpl.opt.metric.hp.object", "Hop Count Object", uint(16).hex();
    OPT_METRIC_HP_OBJECT_RESERVED = "icmpv6.rpl.opt.metric.hp.object.reserved", "Reserved field", uint(16).hex().mask(0xf000);
    OPT_METRIC_HP_OBJECT_FLAGS = "icmpv6.rpl.opt.metric.hp.object.flags", "Flags", uint(16).hex().mask(0xf00);
    OPT_METRIC_HP_OBJECT_HP = "icmpv6.rpl.opt.metric.hp.object.hp", "Hop Count", uint(16).mask(0xff);
    OPT_METRIC_LT_OBJECT_LT = "icmpv6.rpl.opt.metric.lt.object.lt", "Link Throughput", uint(32);
    OPT_METRIC_LL_OBJECT_LL = "icmpv6.rpl.opt.metric.ll.object.ll", "Link Latency", uint(32);
    OPT_METRIC_LQL_OBJECT = "icmpv6.rpl.opt.metric.lql.object", "Link Quality Level Object", uint(8).hex();
    OPT_METRIC_LQL_OBJECT_RES = "icmpv6.rpl.opt.metric.lql.object.res", "Reserved field", uint(8).hex().mask(0xff);
    OPT_METRIC_LQL_OBJECT_VAL = "icmpv6.rpl.opt.metric.lql.object.val", "Val(ue)", uint(8).hex().mask(0xe0);
    OPT_METRIC_LQL_OBJECT_COUNTER = "icmpv6.rpl.opt.metric.lql.object.counter", "Counter", uint(8).mask(0x1f);
    OPT_METRIC_ETX_OBJECT_ETX = "icmpv6.rpl.opt.metric.etx.object.etx", "ETX", uint(16);
    OPT_METRIC_LC_OBJECT = "icmpv6.rpl.opt.metric.lc.object", "Link Color Object", none();
    OPT_METRIC_LC_OBJECT_RES = "icmpv6.rpl.opt.metric.lc.object.res", "Reserved field", uint(8).hex().mask(0xff);
    OPT_METRIC_LC_OBJECT_LC = "icmpv6.rpl.opt.metric.lc.object.lc", "Link Color", uint(16).hex().mask(0xffc0);
    OPT_METRIC_LC_OBJECT_RESERVED = "icmpv6.rpl.opt.metric.lc.object.reserved", "Reserved", uint(16).mask(0x3e);
    OPT_METRIC_LC_OBJECT_FLAG_I = "icmpv6.rpl.opt.metric.lc.object.flag.i", "Flag I", uint(16).mask(0x1);
    OPT_ROUTE_PREFIX_LENGTH = "icmpv6.rpl.opt.route.prefix_length", "Prefix Length", uint(8);
    OPT_ROUTE_FLAG = "icmpv6.rpl.opt.route.flag", "Flag", uint(8).hex();
    OPT_ROUTE_PREF = "icmpv6.rpl.opt.route.pref", "Preference", uint(8).values(values::ND_RA_FLAG_PRF).mask(0x18);
    OPT_ROUTE_RESERVED = "icmpv6.rpl.opt.route.reserved", "Reserved", uint(8).mask(0xe7);
    OPT_ROUTE_LIFETIME = "icmpv6.rpl.opt.route.lifetime", "Route Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    OPT_ROUTE_PREFIX = "icmpv6.rpl.opt.route.prefix", "Prefix", ipv6();
    OPT_CONFIG_FLAG = "icmpv6.rpl.opt.config.flag", "Flag", uint(8).hex();
    OPT_CONFIG_RESERVED = "icmpv6.rpl.opt.config.reserved", "Reserved", uint(8).mask(0xf0);
    OPT_CONFIG_AUTH = "icmpv6.rpl.opt.config.auth", "Authentication Enabled", boolean().names(SET).mask(0x8);
    OPT_CONFIG_PCS = "icmpv6.rpl.opt.config.pcs", "Path Control Size", uint(8).mask(0x7);
    OPT_CONFIG_INTERVAL_DOUBLE = "icmpv6.rpl.opt.config.interval_double", "DIOIntervalDoublings", uint(8);
    OPT_CONFIG_INTERVAL_MIN = "icmpv6.rpl.opt.config.interval_min", "DIOIntervalMin", uint(16);
    OPT_CONFIG_REDUNDANCY = "icmpv6.rpl.opt.config.redundancy", "DIORedundancyConstant", uint(8);
    OPT_CONFIG_MAX_RANK_INC = "icmpv6.rpl.opt.config.max_rank_inc", "MaxRankInc", uint(16);
    OPT_CONFIG_MIN_HOP_RANK_INC = "icmpv6.rpl.opt.config.min_hop_rank_inc", "MinHopRankInc", uint(16);
    OPT_CONFIG_OCP = "icmpv6.rpl.opt.config.ocp", "OCP (Objective Code Point)", uint(16);
    OPT_CONFIG_RSV = "icmpv6.rpl.opt.config.rsv", "Reserved", uint(8);
    OPT_CONFIG_DEF_LIFETIME = "icmpv6.rpl.opt.config.def_lifetime", "Default Lifetime", uint(8);
    OPT_CONFIG_LIFETIME_UNIT = "icmpv6.rpl.opt.config.lifetime_unit", "Lifetime Unit", uint(16);
    OPT_TARGET_FLAG = "icmpv6.rpl.opt.target.flag", "Reserved", none();
    OPT_TARGET_PREFIX_LENGTH = "icmpv6.rpl.opt.target.prefix_length", "Target Length", uint(8);
    OPT_TARGET_PREFIX = "icmpv6.rpl.opt.target.prefix", "Target", ipv6();
    OPT_TRANSIT_FLAG = "icmpv6.rpl.opt.transit.flag", "Flags", uint(8).hex();
    OPT_TRANSIT_FLAG_E = "icmpv6.rpl.opt.transit.flag.e", "External", boolean().names(SET).mask(0x80);
    OPT_TRANSIT_FLAG_RSV = "icmpv6.rpl.opt.transit.flag.rsv", "Reserved", uint(8).mask(0x7f);
    OPT_TRANSIT_PATHCTL = "icmpv6.rpl.opt.transit.pathctl", "Path Control", uint(8);
    OPT_TRANSIT_PATHSEQ = "icmpv6.rpl.opt.transit.pathseq", "Path Sequence", uint(8);
    OPT_TRANSIT_PATHLIFETIME = "icmpv6.rpl.opt.transit.pathlifetime", "Path Lifetime", uint(8);
    OPT_TRANSIT_PARENT = "icmpv6.rpl.opt.transit.parent", "Parent Address", ipv6();
    OPT_SOLICITED_INSTANCE = "icmpv6.rpl.opt.solicited.instance", "Instance", uint(8);
    OPT_SOLICITED_FLAG = "icmpv6.rpl.opt.solicited.flag", "Flag", uint(8).hex();
    OPT_SOLICITED_FLAG_V = "icmpv6.rpl.opt.solicited.flag.v", "Version predicate", boolean().mask(0x80);
    OPT_SOLICITED_FLAG_I = "icmpv6.rpl.opt.solicited.flag.i", "InstanceID predicate", boolean().mask(0x40);
    OPT_SOLICITED_FLAG_D = "icmpv6.rpl.opt.solicited.flag.d", "DODAGID predicate", boolean().mask(0x20);
    OPT_SOLICITED_FLAG_RSV = "icmpv6.rpl.opt.solicited.flag.rsv", "Reserved", uint(8).mask(0x1f);
    OPT_SOLICITED_DODAGID = "icmpv6.rpl.opt.solicited.dodagid", "DODAGID", ipv6();
    OPT_SOLICITED_VERSION = "icmpv6.rpl.opt.solicited.version", "Version", uint(8);
    OPT_PREFIX_LENGTH = "icmpv6.rpl.opt.prefix.length", "Prefix Length", uint(8);
    OPT_PREFIX_FLAG = "icmpv6.rpl.opt.prefix.flag", "Flag", uint(8).hex();
    OPT_PREFIX_FLAG_L = "icmpv6.rpl.opt.prefix.flag.l", "On Link", boolean().names(SET).mask(0x80);
    OPT_CONFIG_FLAG_A = "icmpv6.rpl.opt.config.flag.a", "Auto Address Config", boolean().names(SET).mask(0x40);
    OPT_CONFIG_FLAG_R = "icmpv6.rpl.opt.config.flag.r", "Router Address", boolean().names(SET).mask(0x20);
    OPT_CONFIG_FLAG_RSV = "icmpv6.rpl.opt.config.flag.rsv", "Reserved", uint(8).mask(0x1f);
    OPT_PREFIX_VALID_LIFETIME = "icmpv6.rpl.opt.prefix.valid_lifetime", "Valid Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    OPT_PREFIX_PREFERRED_LIFETIME = "icmpv6.rpl.opt.prefix.preferred_lifetime", "Preferred Lifetime", uint(32).values(values::RR_PCO_UP_VALIDLIFETIME);
    OPT_PREFIX = "icmpv6.rpl.opt.prefix", "Destination Prefix", ipv6();
    OPT_TARGETDESC_DESCRIPTOR = "icmpv6.rpl.opt.targetdesc.descriptor", "Descriptor", uint(32).hex();
    OPT_ROUTEDISCOVERY_FLAG = "icmpv6.rpl.opt.routediscovery.flag", "Flags", none();
    OPT_ROUTEDISCOVERY_FLAG_REPLY = "icmpv6.rpl.opt.routediscovery.flag.reply", "Reply", boolean().names(YES).mask(0x80);
    OPT_ROUTEDISCOVERY_FLAG_HOPBYHOP = "icmpv6.rpl.opt.routediscovery.flag.hopbyhop", "Hop-by-Hop", boolean().names(YES).mask(0x40);
    OPT_ROUTEDISCOVERY_FLAG_NUMOFROUTES = "icmpv6.rpl.opt.routediscovery.flag.numofroutes", "Number of Routes", uint(8).mask(0x30);
    OPT_ROUTEDISCOVERY_FLAG_COMPR = "icmpv6.rpl.opt.routediscovery.flag.compr", "Compr", uint(8).mask(0xf);
    OPT_ROUTEDISCOVERY_LIFETIME = "icmpv6.rpl.opt.routediscovery.lifetime", "Lifetime",
        uint(8).base(Base::Custom(discovery_lifetime)).mask(0xc0);
    OPT_ROUTEDISCOVERY_MAXRANK = "icmpv6.rpl.opt.routediscovery.maxrank", "MaxRank",
        uint(8).base(Base::Custom(max_rank)).mask(0x3f);
    OPT_ROUTEDISCOVERY_NH = "icmpv6.rpl.opt.routediscovery.nh", "NH", uint(8).mask(0x3f);
    OPT_ROUTEDISCOVERY_TARGETADDR = "icmpv6.rpl.opt.routediscovery.targetaddr", "Target Address", ipv6();
    OPT_ROUTEDISCOVERY_ADDR_VEC = "icmpv6.rpl.opt.routediscovery.addr_vec", "Address Vector", none();
    OPT_ROUTEDISCOVERY_ADDRVEC_ADDR = "icmpv6.rpl.opt.routediscovery.addrvec.addr", "Address", ipv6();
    P2P_DRO_INSTANCE = "icmpv6.rpl.p2p.dro.instance", "RPLInstanceID", uint(8);
    P2P_DRO_VERSION = "icmpv6.rpl.p2p.dro.version", "Version", uint(8);
    P2P_DRO_FLAG = "icmpv6.rpl.p2p.dro.flag", "Flags", uint(16).hex();
    P2P_DRO_FLAG_STOP = "icmpv6.rpl.p2p.dro.flag.stop", "Stop", boolean().names(YES).mask(0x8000);
    P2P_DRO_FLAG_ACK = "icmpv6.rpl.p2p.dro.flag.ack", "Ack", boolean().names(YES).mask(0x4000);
    P2P_DRO_FLAG_SEQ = "icmpv6.rpl.p2p.dro.flag.seq", "Seq", uint(16).mask(0x3000);
    P2P_DRO_FLAG_RESERVED = "icmpv6.rpl.p2p.dro.flag.reserved", "Reserved", uint(16).mask(0xfff);
    P2P_DRO_DAGID = "icmpv6.rpl.p2p.dro.dagid", "DODAGID", ipv6();
    P2P_DROACK_FLAG = "icmpv6.rpl.p2p.droack.flag", "Flags", uint(16).hex();
    P2P_DROACK_FLAG_SEQ = "icmpv6.rpl.p2p.droack.flag.seq", "Seq", uint(16).mask(0xc000);
    P2P_DROACK_FLAG_RESERVED = "icmpv6.rpl.p2p.droack.flag.reserved", "Reserved", uint(16).mask(0x3fff);
}

/// RFC 6997 7: powers of four.
fn discovery_lifetime(code: u64, out: &mut String) {
    let _ = write!(out, "{code} ({} sec)", 1u64 << (2 * (code & 3)));
}

fn max_rank(rank: u64, out: &mut String) {
    let end = if rank == 0 { " (Infinity)" } else { "" };
    let _ = write!(out, "{rank}{end}");
}

static UNKNOWN_METRIC: Expert = Expert::new(
    "icmpv6.rpl.unknown.metric",
    "Unknown RPL metric/constraint type",
    Group::Undecoded,
    Severity::Note,
);
static UNDECODED: Expert =
    Expert::new("icmpv6.undecoded.rpl_option", "Undecoded RPL Option", Group::Undecoded, Severity::Note);
static NOT_ZERO: Expert = Expert::new(
    "icmpv6.rpl.p2p.dro.zero",
    "This field MUST be set to zero",
    Group::Protocol,
    Severity::Warning,
);

static RDO_NOT_ZERO: Expert = Expert::new(
    "icmpv6.rpl.p2p.dro.rdo.zero",
    "This field MUST be set to zero when the P2P-RDO is included in a P2P-DRO",
    Group::Protocol,
    Severity::Warning,
);

pub static EXPERTS: &[&Expert] = &[&UNKNOWN_METRIC, &UNDECODED, &NOT_ZERO, &RDO_NOT_ZERO];

/// An RPL control message; the code says which.
pub fn control(w: &mut Walk, code: u8) -> Result<(), Stop> {
    let mut at = 4;
    if code & 0x80 != 0 {
        at = security(w, at)?;
    }
    match code {
        0x00 | 0x80 => {
            w.field(&DIS_FLAGS, at, 1)?;
            w.field(&RESERVED, at + 1, 1)?;
            options(w, at + 2)
        }
        0x01 | 0x81 => dio(w, at),
        0x02 | 0x82 => dao(w, at),
        0x03 | 0x83 => dao_ack(w, at),
        0x04 | 0x84 => dro(w, at),
        0x05 | 0x85 => dro_ack(w, at),
        0x8a => consistency_check(w, at),
        _ => Ok(()),
    }
}

/// The security section (RFC 6550 6.1); says where it ends.
fn security(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    flags::put(w, &SECURE_FLAG, at, 1, &[&SECURE_FLAG_T, &SECURE_FLAG_RSV])?;
    w.field(&SECURE_ALGORITHM, at + 1, 1)?;
    let level = w.u8(at + 2)? & 7;
    flags::put(w, &SECURE_FLAG, at + 2, 1, &[&SECURE_KIM, &SECURE_LVL, &SECURE_RSV])?;
    w.field(&SECURE_FLAG, at + 3, 1)?;
    w.field(&SECURE_COUNTER, at + 4, 4)?;
    let mut next = at + 8;
    // The level, not the mode, tells in the reference what of the key identifier is there.
    if matches!(level, 2 | 3 | 6) {
        w.field(&SECURE_KEY_SOURCE, next, 8)?;
        next += 8;
    }
    if !matches!(level, 1 | 5 | 7) {
        w.field(&SECURE_KEY_INDEX, next, 1)?;
        next += 1;
    }
    Ok(next)
}

fn dio(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&DIO_INSTANCE, at, 1)?;
    w.field(&DIO_VERSION, at + 1, 1)?;
    w.field(&DIO_RANK, at + 2, 2)?;
    let bits = [&DIO_FLAG_G, &DIO_FLAG_0, &DIO_FLAG_MOP, &DIO_FLAG_PREFERENCE];
    flags::put(w, &DIO_FLAG, at + 4, 1, &bits)?;
    w.field(&DIO_DTSN, at + 5, 1)?;
    w.field(&DIO_FLAG, at + 6, 1)?;
    w.field(&RESERVED, at + 7, 1)?;
    w.field(&DIO_DAGID, at + 8, 16)?;
    options(w, at + 24)
}

fn dao(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&DAO_INSTANCE, at, 1)?;
    let with_id = w.u8(at + 1)? & 0x40 != 0;
    flags::put(w, &DAO_FLAG, at + 1, 1, &[&DAO_FLAG_K, &DAO_FLAG_D, &DAO_FLAG_RSV])?;
    w.field(&RESERVED, at + 2, 1)?;
    w.field(&DAO_SEQUENCE, at + 3, 1)?;
    let next = at + 4;
    if with_id {
        w.field(&DAO_DODAGID, next, 16)?;
    }
    options(w, next + if with_id { 16 } else { 0 })
}

fn dao_ack(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&DAOACK_INSTANCE, at, 1)?;
    let with_id = w.u8(at + 1)? & 0x80 != 0;
    flags::put(w, &DAOACK_FLAG, at + 1, 1, &[&DAOACK_FLAG_D, &DAOACK_FLAG_RSV])?;
    w.field(&DAOACK_SEQUENCE, at + 2, 1)?;
    w.field(&DAOACK_STATUS, at + 3, 1)?;
    let next = at + 4;
    if with_id {
        w.field(&DAOACK_DODAGID, next, 16)?;
    }
    options(w, next + if with_id { 16 } else { 0 })
}

/// Point-to-point route discovery (RFC 6997).
fn dro(w: &mut Walk, at: usize) -> Result<(), Stop> {
    dro_head(w, at)?;
    let bits = [&P2P_DRO_FLAG_STOP, &P2P_DRO_FLAG_ACK, &P2P_DRO_FLAG_SEQ, &P2P_DRO_FLAG_RESERVED];
    flags::put(w, &P2P_DRO_FLAG, at + 2, 2, &bits)?;
    w.field(&P2P_DRO_DAGID, at + 4, 16)?;
    options(w, at + 20)
}

fn dro_head(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&P2P_DRO_INSTANCE, at, 1)?;
    let id = w.field(&P2P_DRO_VERSION, at + 1, 1)?;
    if w.u8(at + 1)? != 0 {
        w.open(id);
        w.expert(&NOT_ZERO, id);
        w.close();
    }
    Ok(())
}

fn dro_ack(w: &mut Walk, at: usize) -> Result<(), Stop> {
    dro_head(w, at)?;
    let bits = [&P2P_DROACK_FLAG_SEQ, &P2P_DROACK_FLAG_RESERVED];
    flags::put(w, &P2P_DROACK_FLAG, at + 2, 2, &bits)?;
    w.field(&P2P_DRO_DAGID, at + 4, 16)?;
    Ok(())
}

fn consistency_check(w: &mut Walk, at: usize) -> Result<(), Stop> {
    w.field(&CC_INSTANCE, at, 1)?;
    flags::put(w, &CC_FLAG, at + 1, 1, &[&CC_FLAG_R, &CC_FLAG_RSV])?;
    w.field(&CC_NONCE, at + 2, 2)?;
    w.field(&CC_DODAGID, at + 4, 16)?;
    w.field(&CC_DESTINATION_COUNTER, at + 20, 4)?;
    options(w, at + 24)
}

/// The options from here to the end of the message (RFC 6550 6.7).
fn options(w: &mut Walk, mut at: usize) -> Result<(), Stop> {
    while w.remaining(at) > 0 {
        let kind = w.u8(at)?;
        let len = if kind == 0 { 0 } else { usize::from(w.u8(at + 1)?) };
        let size = if kind == 0 { 1 } else { len + 2 };
        let id = match OPT_TYPE.value_name(u64::from(kind)) {
            Some(name) => w.text(&OPT, at, size, Value::None, format_args!("ICMPv6 RPL Option ({name}")),
            None => {
                let text = format_args!("ICMPv6 RPL Option (Unknown {kind}");
                w.text(&OPT, at, size, Value::None, text)
            }
        };
        w.open(id);
        w.field(&OPT_TYPE, at, 1)?;
        if kind != 0 {
            let length = w.field(&OPT_LENGTH, at + 1, 1)?;
            w.open(length);
            if !fits_prefix(kind, len) {
                w.expert(&BAD_LENGTH, length);
            }
            if kind == 2 {
                unknown_metrics(w, length, at + 2, at + size);
            }
            w.close();
            let end = option(w, kind, at + 2, len, id)?;
            left_over(w, end, at + size)?;
        }
        w.append(id, format_args!(")"));
        w.close();
        at += size;
    }
    Ok(())
}

/// A prefix comes as a whole address, as half of one, or not at all.
fn is_prefix(len: usize) -> bool {
    matches!(len, 0 | 8 | 16)
}

/// False if what an option leaves for a prefix is none.
fn fits_prefix(kind: u8, len: usize) -> bool {
    match kind {
        3 => len.checked_sub(6).is_some_and(is_prefix),
        5 => len.checked_sub(2).is_some_and(is_prefix),
        _ => true,
    }
}

/// A remark for each metric of an unknown type.
fn unknown_metrics(w: &mut Walk, under: NodeId, mut at: usize, end: usize) {
    while at < end {
        let (Ok(kind), Ok(len)) = (w.u8(at), w.u8(at + 3)) else { return };
        if is_metric(kind) {
            at += 4 + usize::from(len);
        } else {
            w.expert(&UNKNOWN_METRIC, under);
            at += 4;
        }
    }
}

fn is_metric(kind: u8) -> bool {
    matches!(kind, 1..=8)
}

/// What is in an option; says how far it has been understood.
fn option(w: &mut Walk, kind: u8, at: usize, len: usize, id: NodeId) -> Result<usize, Stop> {
    let end = at + len;
    match kind {
        1 => {
            let text = format_args!("Paddn (Length : {len} bytes)");
            w.text(&OPT_PADN, at, len, Value::None, text);
            Ok(end)
        }
        2 => metrics(w, at, end),
        3 => route(w, at, end, id),
        4 => configuration(w, at),
        5 => target(w, at, end, id),
        6 => transit(w, at, len, id),
        7 => solicited(w, at),
        8 => prefix(w, at, id),
        9 => {
            w.field(&OPT_TARGETDESC_DESCRIPTOR, at, 4)?;
            Ok(at + 4)
        }
        10 => route_discovery(w, at, end),
        _ => {
            let text = format_args!(
                "Dissector for ICMPv6 RPL Option ({kind}) code not implemented, Contact Wireshark developers if you want this supported"
            );
            w.expert_text(&UNDECODED, id, text);
            w.field(&super::DATA, at, len)?;
            Ok(end)
        }
    }
}

/// An address of which only the first bytes are there; the others are 0.
fn cut_address(w: &Walk, at: usize, len: usize) -> Result<[u8; 16], Stop> {
    let mut address = [0; 16];
    let len = len.min(16);
    address[..len].copy_from_slice(w.bytes(at, len)?);
    Ok(address)
}

fn route(w: &mut Walk, at: usize, end: usize, id: NodeId) -> Result<usize, Stop> {
    let bits = w.u8(at)?;
    w.field(&OPT_ROUTE_PREFIX_LENGTH, at, 1)?;
    flags::put(w, &OPT_ROUTE_FLAG, at + 1, 1, &[&OPT_ROUTE_PREF, &OPT_ROUTE_RESERVED])?;
    super::lifetime(w, &OPT_ROUTE_LIFETIME, at + 2)?;
    named_prefix(w, &OPT_ROUTE_PREFIX, at + 6, end, bits, id)
}

fn target(w: &mut Walk, at: usize, end: usize, id: NodeId) -> Result<usize, Stop> {
    w.field(&OPT_TARGET_FLAG, at, 1)?;
    let bits = w.u8(at + 1)?;
    w.field(&OPT_TARGET_PREFIX_LENGTH, at + 1, 1)?;
    named_prefix(w, &OPT_TARGET_PREFIX, at + 2, end, bits, id)
}

/// As many bytes of a prefix as there are, repeated in the option's line.
fn named_prefix(
    w: &mut Walk,
    field: &'static Field,
    at: usize,
    end: usize,
    bits: u8,
    id: NodeId,
) -> Result<usize, Stop> {
    let len = end.saturating_sub(at);
    if !is_prefix(len) {
        return Ok(at);
    }
    if len > 0 {
        let address = cut_address(w, at, len)?;
        w.value(field, at, len, Value::Ipv6(address));
        w.append(id, format_args!(" {}/{bits}", V6(address)));
    }
    Ok(at + len)
}

fn configuration(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    let bits = [&OPT_CONFIG_RESERVED, &OPT_CONFIG_AUTH, &OPT_CONFIG_PCS];
    flags::put(w, &OPT_CONFIG_FLAG, at, 1, &bits)?;
    for (field, offset, len) in [
        (&OPT_CONFIG_INTERVAL_DOUBLE, 1, 1),
        (&OPT_CONFIG_INTERVAL_MIN, 2, 1),
        (&OPT_CONFIG_REDUNDANCY, 3, 1),
        (&OPT_CONFIG_MAX_RANK_INC, 4, 2),
        (&OPT_CONFIG_MIN_HOP_RANK_INC, 6, 2),
        (&OPT_CONFIG_OCP, 8, 2),
        (&OPT_CONFIG_RSV, 10, 1),
        (&OPT_CONFIG_DEF_LIFETIME, 11, 1),
        (&OPT_CONFIG_LIFETIME_UNIT, 12, 2),
    ] {
        w.field(field, at + offset, len)?;
    }
    Ok(at + 14)
}

fn transit(w: &mut Walk, at: usize, len: usize, id: NodeId) -> Result<usize, Stop> {
    flags::put(w, &OPT_TRANSIT_FLAG, at, 1, &[&OPT_TRANSIT_FLAG_E, &OPT_TRANSIT_FLAG_RSV])?;
    w.field(&OPT_TRANSIT_PATHCTL, at + 1, 1)?;
    w.field(&OPT_TRANSIT_PATHSEQ, at + 2, 1)?;
    w.field(&OPT_TRANSIT_PATHLIFETIME, at + 3, 1)?;
    if len <= 4 {
        return Ok(at + 4);
    }
    let parent = V6(w.ipv6(at + 4)?);
    w.field(&OPT_TRANSIT_PARENT, at + 4, 16)?;
    w.append(id, format_args!(" {parent}"));
    Ok(at + 20)
}

fn solicited(w: &mut Walk, at: usize) -> Result<usize, Stop> {
    w.field(&OPT_SOLICITED_INSTANCE, at, 1)?;
    let bits = [&OPT_SOLICITED_FLAG_V, &OPT_SOLICITED_FLAG_I, &OPT_SOLICITED_FLAG_D, &OPT_SOLICITED_FLAG_RSV];
    flags::put(w, &OPT_SOLICITED_FLAG, at + 1, 1, &bits)?;
    w.field(&OPT_SOLICITED_DODAGID, at + 2, 16)?;
    w.field(&OPT_SOLICITED_VERSION, at + 18, 1)?;
    Ok(at + 19)
}

fn prefix(w: &mut Walk, at: usize, id: NodeId) -> Result<usize, Stop> {
    let bits = w.u8(at)?;
    w.field(&OPT_PREFIX_LENGTH, at, 1)?;
    let parts = [&OPT_PREFIX_FLAG_L, &OPT_CONFIG_FLAG_A, &OPT_CONFIG_FLAG_R, &OPT_CONFIG_FLAG_RSV];
    flags::put(w, &OPT_PREFIX_FLAG, at + 1, 1, &parts)?;
    super::lifetime(w, &OPT_PREFIX_VALID_LIFETIME, at + 2)?;
    super::lifetime(w, &OPT_PREFIX_PREFERRED_LIFETIME, at + 6)?;
    w.field(&OPT_RESERVED, at + 10, 4)?;
    let address = V6(w.ipv6(at + 14)?);
    w.field(&OPT_PREFIX, at + 14, 16)?;
    w.append(id, format_args!(" {address}/{bits}"));
    Ok(at + 30)
}

fn route_discovery(w: &mut Walk, at: usize, end: usize) -> Result<usize, Stop> {
    let (bits, elided) = (w.u8(at)?, usize::from(w.u8(at)? & 15));
    // In an answer, these fields say nothing.
    let answer = matches!(w.u8(1)?, 0x04 | 0x84);
    w.open_field(&OPT_ROUTEDISCOVERY_FLAG, at, 1)?;
    let id = w.field(&OPT_ROUTEDISCOVERY_FLAG_REPLY, at, 1)?;
    remark(w, id, answer && bits & 0x80 != 0);
    w.field(&OPT_ROUTEDISCOVERY_FLAG_HOPBYHOP, at, 1)?;
    let id = w.field(&OPT_ROUTEDISCOVERY_FLAG_NUMOFROUTES, at, 1)?;
    remark(w, id, answer && bits & 0x30 != 0);
    w.field(&OPT_ROUTEDISCOVERY_FLAG_COMPR, at, 1)?;
    w.close();
    let id = w.field(&OPT_ROUTEDISCOVERY_LIFETIME, at + 1, 1)?;
    remark(w, id, answer && w.u8(at + 1)? & 0xc0 != 0);
    let rank = if answer { &OPT_ROUTEDISCOVERY_NH } else { &OPT_ROUTEDISCOVERY_MAXRANK };
    w.field(rank, at + 1, 1)?;
    w.field(&OPT_ROUTEDISCOVERY_TARGETADDR, at + 2, 16)?;
    let (mut next, size) = (at + 18, 16 - elided);
    let room = end.saturating_sub(next);
    let count = room / size;
    let plural = if count == 1 { "" } else { "es" };
    let text = format_args!("Address Vector ({count} Address{plural})");
    let id = w.text(&OPT_ROUTEDISCOVERY_ADDR_VEC, next, room, Value::None, text);
    w.open(id);
    for _ in 0..count {
        let mut address = [0; 16];
        address[elided..].copy_from_slice(w.bytes(next, size)?);
        w.value(&OPT_ROUTEDISCOVERY_ADDRVEC_ADDR, next, size, Value::Ipv6(address));
        next += size;
    }
    w.close();
    Ok(next)
}

fn remark(w: &mut Walk, id: NodeId, wrong: bool) {
    if wrong {
        w.open(id);
        w.expert(&RDO_NOT_ZERO, id);
        w.close();
    }
}

/// Routing metrics and constraints (RFC 6551).
fn metrics(w: &mut Walk, mut at: usize, end: usize) -> Result<usize, Stop> {
    while at < end {
        let kind = w.u8(at)?;
        let len = w.u8(at + 3).map_or(0, usize::from);
        let value = Value::Uint(u64::from(kind));
        let id = w.value(&OPT_METRIC_TYPE, at, 4 + len, value);
        w.open(id);
        let bits = [
            &OPT_METRIC_RESERVED,
            &OPT_METRIC_FLAG_P,
            &OPT_METRIC_FLAG_C,
            &OPT_METRIC_FLAG_O,
            &OPT_METRIC_FLAG_R,
            &OPT_METRIC_FLAG_A,
            &OPT_METRIC_PREC,
        ];
        flags::put(w, &OPT_METRIC_FLAGS, at + 1, 2, &bits)?;
        w.field(&OPT_METRIC_LENGTH, at + 3, 1)?;
        metric(w, kind, at + 4, len)?;
        w.close();
        at += 4 + if is_metric(kind) { len } else { 0 };
    }
    Ok(at)
}

fn metric(w: &mut Walk, kind: u8, at: usize, len: usize) -> Result<(), Stop> {
    match (kind, len) {
        (1, 2..) => {
            let bits = [
                &OPT_METRIC_NSA_OBJECT_RESERVED,
                &OPT_METRIC_NSA_OBJECT_FLAGS,
                &OPT_METRIC_NSA_OBJECT_FLAG_A,
                &OPT_METRIC_NSA_OBJECT_FLAG_O,
            ];
            flags::put(w, &OPT_METRIC_NSA_OBJECT, at, 2, &bits)?;
            attributes(w, at + 2, at + len)?;
        }
        (2, _) => {
            let bits = [
                &OPT_METRIC_NE_OBJECT_FLAGS,
                &OPT_METRIC_NE_OBJECT_FLAG_I,
                &OPT_METRIC_NE_OBJECT_TYPE,
                &OPT_METRIC_NE_OBJECT_FLAG_E,
                &OPT_METRIC_NE_OBJECT_ENERGY,
            ];
            for offset in (0..len).step_by(2) {
                flags::put(w, &OPT_METRIC_NE_OBJECT, at + offset, 2, &bits)?;
            }
        }
        (3, 2..) => {
            let bits =
                [&OPT_METRIC_HP_OBJECT_RESERVED, &OPT_METRIC_HP_OBJECT_FLAGS, &OPT_METRIC_HP_OBJECT_HP];
            flags::put(w, &OPT_METRIC_HP_OBJECT, at, 2, &bits)?;
        }
        (4, _) => repeated(w, &OPT_METRIC_LT_OBJECT_LT, at, len, 4)?,
        (5, _) => repeated(w, &OPT_METRIC_LL_OBJECT_LL, at, len, 4)?,
        (6, 2..) => {
            w.field(&OPT_METRIC_LQL_OBJECT_RES, at, 1)?;
            for at in at + 1..at + len {
                let bits = [&OPT_METRIC_LQL_OBJECT_VAL, &OPT_METRIC_LQL_OBJECT_COUNTER];
                flags::put(w, &OPT_METRIC_LQL_OBJECT, at, 1, &bits)?;
            }
        }
        (7, _) => repeated(w, &OPT_METRIC_ETX_OBJECT_ETX, at, len, 2)?,
        (8, _) => {
            w.field(&OPT_METRIC_LC_OBJECT_RES, at, 1)?;
            // Of a metric it counts links, of a constraint it says which are meant; only these are read.
            let constraint = w.u8(at - 3)? & 2 != 0;
            for offset in (1..len).step_by(2) {
                link_color(w, at + offset, constraint)?;
            }
        }
        _ => {}
    }
    Ok(())
}

fn link_color(w: &mut Walk, at: usize, constraint: bool) -> Result<(), Stop> {
    let id = w.value(&OPT_METRIC_LC_OBJECT, at, 2, Value::None);
    w.open(id);
    w.field(&OPT_METRIC_LC_OBJECT_LC, at, 2)?;
    if constraint {
        w.field(&OPT_METRIC_LC_OBJECT_RESERVED, at, 2)?;
        w.field(&OPT_METRIC_LC_OBJECT_FLAG_I, at, 2)?;
    } else {
        w.expert(&UNKNOWN_METRIC, id);
    }
    w.close();
    Ok(())
}

/// The optional values behind a node's state.
fn attributes(w: &mut Walk, mut at: usize, end: usize) -> Result<(), Stop> {
    while at < end {
        let (kind, len) = (w.u8(at)?, usize::from(w.u8(at + 1)?));
        let value = Value::Uint(u64::from(kind));
        let id = w.value(&OPT_METRIC_NSA_TLV, at, 2 + len, value);
        w.open(id);
        w.field(&OPT_METRIC_NSA_TLV_TYPE, at, 1)?;
        w.field(&OPT_METRIC_NSA_TLV_LENGTH, at + 1, 1)?;
        w.field(&OPT_METRIC_NSA_TLV_DATA, at + 2, len)?;
        w.close();
        at += 2 + len;
    }
    Ok(())
}

fn repeated(w: &mut Walk, field: &'static Field, at: usize, len: usize, size: usize) -> Result<(), Stop> {
    for offset in (0..len).step_by(size) {
        w.field(field, at + offset, size)?;
    }
    Ok(())
}
