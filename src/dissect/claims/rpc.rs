//! ONC RPC (RFC 5531): which program a message belongs to, and where what that one wrote begins.

use crate::dissect::buf::{Buf, Stop};
use crate::dissect::layers::Chain;
use crate::dissect::protocol::{Header, Key, Next};
use crate::dissect::registry::registry;
use crate::dissect::walk::Walk;

const CALL: u32 = 0;
const REPLY: u32 = 1;
/// Longest body of credentials or a verifier, RFC 5531 8.2.
const MOST_OPAQUE: usize = 400;
/// Messages in one layer.
const MOST_MESSAGES: usize = 64;

/// Programs by their numbers (RFC 5531 8.4 and the registry of IANA).
static PROGRAMS: &[(u32, &str)] = &[
    (100_000, "portmap"),
    (100_001, "rstat"),
    (100_003, "nfs"),
    (100_004, "ypserv"),
    (100_005, "mount"),
    (100_007, "ypbind"),
    (100_008, "rwall"),
    (100_009, "yppasswd"),
    (100_011, "rquota"),
    (100_012, "spray"),
    (100_020, "klm"),
    (100_021, "nlm"),
    (100_024, "stat"),
    (100_026, "bootparams"),
    (100_069, "ypxfr"),
    (100_227, "nfsacl"),
    (100_232, "sadmind"),
    (100_300, "nisplus"),
    (150_001, "pcnfsd"),
];

/// The name of a program's protocol.
pub fn program_name(number: u32) -> Option<&'static str> {
    PROGRAMS.iter().find(|p| p.0 == number).map(|p| p.1)
}

/// A call or a reply.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Message {
    pub xid: u32,
    /// The number of the program; a reply doesn't tell.
    pub program: Option<u32>,
    /// Where arguments or results begin: at the end, if there are none.
    pub body: usize,
}

impl Message {
    /// Reads the message, without the mark that streams put before it; `None`: it is neither.
    pub fn read(buf: &Buf) -> Result<Option<Message>, Stop> {
        let opaque = |at: usize| -> Result<usize, Stop> {
            let len = buf.be32(at + 4)? as usize;
            Ok(at + 8 + len.min(MOST_OPAQUE).next_multiple_of(4))
        };
        let (xid, end) = (buf.be32(0)?, buf.reported);
        match (buf.be32(4)?, buf.be32(8)?) {
            (CALL, _) => {
                let body = opaque(opaque(24)?)?;
                Ok(Some(Message { xid, program: Some(buf.be32(12)?), body: body.min(end) }))
            }
            (REPLY, 0) => {
                let status = opaque(12)?;
                let body = if buf.be32(status)? == 0 { status + 4 } else { end };
                Ok(Some(Message { xid, program: None, body: body.min(end) }))
            }
            (REPLY, _) => Ok(Some(Message { xid, program: None, body: end })),
            _ => Ok(None),
        }
    }
}

/// Where the messages of a layer begin, and their lengths.
pub fn messages(buf: &Buf, on_stream: bool) -> Vec<(usize, usize)> {
    if !on_stream {
        return vec![(0, buf.reported)];
    }
    let (mut at, mut found) = (0, Vec::new());
    while let Ok(mark) = buf.be32(at)
        && found.len() < MOST_MESSAGES
    {
        let len = (mark & 0x7fff_ffff) as usize;
        found.push((at + 4, len.min(buf.remaining(at + 4))));
        at = at.saturating_add(4).saturating_add(len);
    }
    found
}

/// A call tells its program; memory of it tells that of the reply.
pub fn header(buf: &Buf, chain: &Chain) -> Result<Header, Stop> {
    let at = match chain.parent().is_some_and(|p| p.name() == "tcp") {
        true => 4,
        false => 0,
    };
    let message = Message::read(&buf.part(at, buf.reported))?;
    let named = message.and_then(|m| Some((at + m.body, program_name(m.program?)?)));
    match named {
        Some((body, name)) if body < buf.reported => Ok(Header::new(body, Next::Quiet(Key::Named(name)))),
        _ => Ok(Header::last()),
    }
}

/// The column names the program, even if it has nothing to say.
pub fn walk(w: &mut Walk) -> Result<(), Stop> {
    let last = w.context.facts.parts(w.index).filter_map(|p| p.protocol).last();
    if let Some(program) = last {
        w.columns.set_protocol(registry().protocol(program).column);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|w| w.to_be_bytes()).collect()
    }

    #[test]
    fn calls_tell_their_program_and_replies_dont() {
        let call = words(&[7, 0, 2, 100_003, 3, 1, 0, 4, 0, 0, 0, 9]);
        let expected = Message { xid: 7, program: Some(100_003), body: 44 };
        assert_eq!(Message::read(&Buf::whole(&call)), Ok(Some(expected)));
        let reply = words(&[7, 1, 0, 0, 0, 0, 9]);
        let expected = Message { xid: 7, program: None, body: 24 };
        assert_eq!(Message::read(&Buf::whole(&reply)), Ok(Some(expected)));
        let refused = words(&[7, 1, 1, 0, 2, 2]);
        let expected = Message { xid: 7, program: None, body: 24 };
        assert_eq!(Message::read(&Buf::whole(&refused)), Ok(Some(expected)));
        assert!(Message::read(&Buf::whole(&call[..39])).is_err());
    }

    #[test]
    fn messages_on_streams_have_marks() {
        let stream = words(&[0x8000_0004, 1, 0x8000_0008, 2, 3]);
        assert_eq!(messages(&Buf::whole(&stream), true), [(4, 4), (12, 8)]);
        assert_eq!(messages(&Buf::whole(&stream), false), [(0, 20)]);
    }
}
