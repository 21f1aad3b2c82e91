//! Decompression of capture files: gzip, zstd and lz4, told by their first bytes. Several
//! members or frames after one another read as one, as the command line tools do.

use std::io::{self, BufRead, BufReader, Read};

use flate2::bufread::MultiGzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

/// How a file is compressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compression {
    Gzip,
    Zstd,
    Lz4,
}

impl Compression {
    /// Told by the first four bytes; fewer tell nothing.
    pub fn of(start: &[u8]) -> Option<Compression> {
        match *start.first_chunk::<4>()? {
            [0x1f, 0x8b, 8, _] => Some(Compression::Gzip),
            // A zstd frame, or one of the skippable frames that may come first.
            [0x28, 0xb5, 0x2f, 0xfd] | [0x50..=0x5f, 0x2a, 0x4d, 0x18] => Some(Compression::Zstd),
            [0x04, 0x22, 0x4d, 0x18] | [0x02, 0x21, 0x4c, 0x18] => Some(Compression::Lz4),
            _ => None,
        }
    }

    /// As people call it.
    pub fn name(self) -> &'static str {
        match self {
            Compression::Gzip => "gzip",
            Compression::Zstd => "zstd",
            Compression::Lz4 => "lz4",
        }
    }

    /// A reader of the plain bytes. A damaged stream is an error of kind `InvalidData` or
    /// `UnexpectedEof` after everything that came before the damage.
    pub fn decoder(self, input: impl Read + Send + 'static) -> Box<dyn Read + Send> {
        let input = BufReader::with_capacity(256 << 10, input);
        match self {
            Compression::Gzip => Box::new(MultiGzDecoder::new(input)),
            Compression::Zstd => Box::new(Zstd::new(input)),
            Compression::Lz4 => Box::new(Lz4::new(input)),
        }
    }
}

/// All frames of a zstd stream.
struct Zstd<R> {
    input: R,
    frame: FrameDecoder,
    inside: bool,
}

impl<R: BufRead> Zstd<R> {
    fn new(input: R) -> Zstd<R> {
        Zstd { input, frame: FrameDecoder::new(), inside: false }
    }

    /// Goes to the next frame that holds data; false at the end of the input.
    fn open_frame(&mut self) -> io::Result<bool> {
        while !self.inside {
            if self.input.fill_buf()?.is_empty() {
                return Ok(false);
            }
            match self.frame.reset(&mut self.input) {
                Ok(()) => self.inside = true,
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => skip(&mut self.input, u64::from(length))?,
                Err(error) => return Err(damaged(error)),
            }
        }
        Ok(true)
    }

    fn close_frame(&mut self) -> io::Result<()> {
        self.inside = false;
        let stored = self.frame.get_checksum_from_data();
        if stored.is_some() && stored != self.frame.get_calculated_checksum() {
            return Err(damaged("the checksum of a frame is wrong"));
        }
        Ok(())
    }
}

impl<R: BufRead> Read for Zstd<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        if buf.is_empty() {
            return Ok(0);
        }
        while self.open_frame()? {
            while self.frame.can_collect() == 0 && !self.frame.is_finished() {
                let some = BlockDecodingStrategy::UptoBlocks(1);
                if let Err(error) = self.frame.decode_blocks(&mut self.input, some) {
                    let cut = self.input.fill_buf()?.is_empty();
                    return Err(if cut { io::ErrorKind::UnexpectedEof.into() } else { damaged(error) });
                }
            }
            let count = self.frame.read(buf)?;
            if count > 0 {
                return Ok(count);
            }
            self.close_frame()?;
        }
        Ok(0)
    }
}

/// All frames of an lz4 stream, each with a decoder of its own: one decoder takes a second frame
/// only if its blocks are as large as the first's.
struct Lz4<R: Read>(Option<lz4_flex::frame::FrameDecoder<R>>);

impl<R: BufRead> Lz4<R> {
    fn new(input: R) -> Lz4<R> {
        Lz4(Some(lz4_flex::frame::FrameDecoder::new(input)))
    }
}

impl<R: BufRead> Read for Lz4<R> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        while let Some(mut frame) = self.0.take() {
            let count = frame.read(buf)?;
            if count > 0 || buf.is_empty() {
                self.0 = Some(frame);
                return Ok(count);
            }
            let mut input = frame.into_inner();
            if !input.fill_buf()?.is_empty() {
                *self = Lz4::new(input);
            }
        }
        Ok(0)
    }
}

fn skip(input: &mut impl Read, count: u64) -> io::Result<()> {
    let skipped = io::copy(&mut input.take(count), &mut io::sink())?;
    if skipped < count {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    Ok(())
}

fn damaged(reason: impl ToString) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, reason.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::io::Write;

    pub fn compress(how: Compression, plain: &[u8]) -> Vec<u8> {
        match how {
            Compression::Gzip => {
                let level = flate2::Compression::fast();
                let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
                encoder.write_all(plain).unwrap();
                encoder.finish().unwrap()
            }
            Compression::Zstd => {
                let level = ruzstd::encoding::CompressionLevel::Fastest;
                ruzstd::encoding::compress_to_vec(plain, level)
            }
            Compression::Lz4 => {
                let mut encoder = lz4_flex::frame::FrameEncoder::new(Vec::new());
                encoder.write_all(plain).unwrap();
                encoder.finish().unwrap()
            }
        }
    }

    pub const ALL: [Compression; 3] = [Compression::Gzip, Compression::Zstd, Compression::Lz4];

    fn decompress(how: Compression, packed: Vec<u8>) -> (Vec<u8>, bool) {
        let mut plain = Vec::new();
        let result = how.decoder(io::Cursor::new(packed)).read_to_end(&mut plain);
        (plain, result.is_ok())
    }

    #[test]
    fn frames_after_one_another_read_as_one() {
        let plain: Vec<u8> = (0..300_000u32).map(|i| (i / 7) as u8).collect();
        for how in ALL {
            let mut packed = compress(how, &plain);
            assert_eq!(Compression::of(&packed), Some(how));
            packed.extend(compress(how, b"the end"));
            let (found, ok) = decompress(how, packed);
            assert!(ok, "{how:?}");
            assert_eq!(found.len(), plain.len() + 7, "{how:?}");
            assert!(found.starts_with(&plain) && found.ends_with(b"the end"));
        }
    }

    #[test]
    fn a_cut_stream_gives_what_came_before() {
        let plain: Vec<u8> = (0..2000u32).map(|i| (i * i / 3) as u8).collect();
        for how in ALL {
            let packed = compress(how, &plain);
            for cut in 4..packed.len() {
                let (found, _) = decompress(how, packed[..cut].to_vec());
                assert!(plain.starts_with(&found), "{how:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn flipped_bytes_are_errors_or_other_data() {
        let plain: Vec<u8> = (0..3000u32).map(|i| (i * i / 97) as u8).collect();
        for how in ALL {
            let packed = compress(how, &plain);
            for at in 4..packed.len() {
                let mut damaged = packed.clone();
                damaged[at] ^= 1 << (at % 8);
                let mut limited = how.decoder(io::Cursor::new(damaged)).take(1 << 20);
                // Whatever comes of it, nothing panics.
                let _ = io::copy(&mut limited, &mut io::sink());
            }
        }
    }

    #[test]
    fn skippable_zstd_frames_are_skipped() {
        let mut packed = vec![0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3];
        packed.extend(compress(Compression::Zstd, b"data"));
        assert_eq!(decompress(Compression::Zstd, packed), (b"data".to_vec(), true));
    }
}
