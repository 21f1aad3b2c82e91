//! Memory across packets: fed every packet once, in order, it leaves facts.

use crate::dissect::buf::Buf;
use crate::dissect::context::{RecordInfo, Settings};
use crate::dissect::facts::Facts;
use crate::dissect::layers::Layers;

/// Everything that is remembered from packet to packet.
pub struct Analysis {}

impl Analysis {
    pub fn new(_settings: &Settings) -> Analysis {
        Analysis {}
    }

    /// Takes the next packet; fills in what is known of it now, and the bytes put together with it.
    pub fn feed(
        &mut self,
        _record: &RecordInfo,
        _frame: Buf,
        _layers: &Layers,
        _facts: &mut Facts,
        _sources: &mut Vec<Vec<u8>>,
    ) {
    }
}
