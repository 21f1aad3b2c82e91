//! A reply of ONC RPC doesn't say which program it comes from: the call that it answers did.

use super::flows::SeededMap;
use crate::dissect::buf::Buf;
use crate::dissect::claims::rpc::{Message, messages, program_name};
use crate::dissect::facts::{Facts, Part};
use crate::dissect::layers::Layer;
use crate::dissect::registry::registry;

/// Calls that are remembered; more than that and the old ones are forgotten.
const MOST_CALLS: usize = 1 << 16;

/// A conversation by its number; true: of TCP.
pub type Conversation = (bool, u32);

/// The programs of the calls seen, by conversation and transaction.
#[derive(Default)]
pub struct Rpc {
    calls: SeededMap<(Conversation, u32), u16>,
}

impl Rpc {
    /// Takes the messages of layer `index`: what their programs wrote becomes parts of it.
    pub fn layer(
        &mut self,
        conversation: Conversation,
        index: usize,
        layer: &Layer,
        buf: &Buf,
        facts: &mut Facts,
    ) {
        for (at, len) in messages(buf, conversation.0) {
            let Ok(Some(message)) = Message::read(&buf.part(at, len)) else { continue };
            let Some(program) = self.program(conversation, &message) else { continue };
            facts.parts.push(Part {
                layer: index.min(255) as u8,
                protocol: Some(program),
                source: layer.source,
                start: layer.start.saturating_add((at + message.body) as u32),
                len: len.saturating_sub(message.body) as u32,
                ..Part::default()
            });
        }
    }

    /// The registry number of a message's program.
    fn program(&mut self, conversation: Conversation, message: &Message) -> Option<u16> {
        let key = (conversation, message.xid);
        let Some(number) = message.program else { return self.calls.get(&key).copied() };
        let program = registry().number(program_name(number)?)?;
        if self.calls.len() >= MOST_CALLS {
            self.calls.clear();
        }
        self.calls.insert(key, program);
        Some(program)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_belongs_to_the_program_of_its_call() {
        let mut rpc = Rpc::default();
        let nfs = registry().number("nfs");
        let call = Message { xid: 7, program: Some(100_003), body: 40 };
        let reply = Message { xid: 7, program: None, body: 24 };
        assert_eq!(rpc.program((true, 1), &reply), None);
        assert_eq!(rpc.program((true, 1), &call), nfs);
        assert_eq!(rpc.program((true, 1), &reply), nfs);
        assert_eq!(rpc.program((false, 1), &reply), None);
    }
}
