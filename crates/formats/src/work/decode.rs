//! The three encodings behind one call.

use zstd::stream::raw::{DParameter, Decoder, InBuffer, Operation as _, OutBuffer};

use super::{Encoding, damage::Damage, gzip::Gzip};

/// Log2 of the largest window a zstd frame may ask for: 128 MiB, what the `zstd` command itself allows.
const WINDOW_LOG_MAX: u32 = 27;

/// How many decoded bytes one call may give, so that a small chunk cannot fill the memory.
const STEP_BYTES: usize = 128 << 10;

/// A decoder that is fed bytes.
pub(super) enum Decode {
    Plain,
    Gzip(Box<Gzip>),
    Zstd { decoder: Decoder<'static>, frame_open: bool },
}

impl Decode {
    pub(super) fn new(encoding: Encoding) -> Result<Self, Damage> {
        Ok(match encoding {
            Encoding::Plain => Self::Plain,
            Encoding::Gzip => Self::Gzip(Box::new(Gzip::new())),
            Encoding::Zstd => {
                let no_room = |_| Damage("no decoder could be set up");
                let mut decoder = Decoder::new().map_err(no_room)?;
                decoder.set_parameter(DParameter::WindowLogMax(WINDOW_LOG_MAX)).map_err(no_room)?;
                Self::Zstd { decoder, frame_open: false }
            }
        })
    }

    pub(super) fn encoding(&self) -> Encoding {
        match self {
            Self::Plain => Encoding::Plain,
            Self::Gzip(_) => Encoding::Gzip,
            Self::Zstd { .. } => Encoding::Zstd,
        }
    }

    /// May the stream end here?
    pub(super) fn at_end(&self) -> bool {
        match self {
            Self::Plain => true,
            Self::Gzip(gzip) => gzip.at_end(),
            Self::Zstd { frame_open, .. } => !frame_open,
        }
    }

    /// Take from `input`, append at least something to `out` if there is something; returns how many bytes were
    /// taken. Neither taken nor appended means: more input is needed.
    pub(super) fn run(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Damage> {
        match self {
            Self::Plain => {
                out.extend_from_slice(input);
                Ok(input.len())
            }
            Self::Gzip(gzip) => {
                out.reserve(STEP_BYTES);
                gzip.run(input, out)
            }
            Self::Zstd { decoder, frame_open } => {
                out.reserve(STEP_BYTES);
                let (before, mut from) = (out.len(), InBuffer::around(input));
                let mut to = OutBuffer::around_pos(out, before);
                let hint = decoder.run(&mut from, &mut to).map_err(|_| Damage("a frame makes no sense"))?;
                // Asked without input after a frame's end, it answers with the size of a next frame's header.
                if from.pos() > 0 || to.pos() > before {
                    *frame_open = hint != 0;
                }
                Ok(from.pos())
            }
        }
    }
}
