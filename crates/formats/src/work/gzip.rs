//! Gzip without a reader: bytes are pushed in, bytes come out. RFC 1952, one member after another.

use flate2::{Crc, Decompress, FlushDecompress, Status};

use super::damage::Damage;

/// Where the decoder stands inside a member.
enum Part {
    /// Before a member: only the first byte of one, or padding of zeros after the last, may follow.
    Between,
    /// In the ten fixed bytes; how many were read.
    Fixed { read: usize },
    /// In the two length bytes of the extra field; how many were read.
    ExtraLength { read: usize },
    /// In the extra field; how many bytes are left.
    Extra { left: usize },
    /// In the file name, which ends at a zero.
    Name,
    /// In the comment, which ends at a zero.
    Comment,
    /// In the header checksum; how many bytes are left.
    HeaderChecksum { left: usize },
    /// In the compressed data.
    Body,
    /// In checksum and length; how many bytes were read.
    Trailer { read: usize },
}

/// A gzip stream of any number of members.
pub(super) struct Gzip {
    part: Part,
    flags: u8,
    number: [u8; 8],
    inflate: Decompress,
    crc: Crc,
}

impl Gzip {
    pub(super) fn new() -> Self {
        Self { part: Part::Between, flags: 0, number: [0; 8], inflate: Decompress::new(false), crc: Crc::new() }
    }

    /// May the stream end here?
    pub(super) fn at_end(&self) -> bool {
        matches!(self.part, Part::Between)
    }

    /// Take from `input`, append to the spare capacity of `out`; returns how many bytes were taken. Neither
    /// taken nor appended means: more input is needed.
    pub(super) fn run(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<usize, Damage> {
        let mut taken = 0;
        loop {
            if matches!(self.part, Part::Body) {
                let (used, filled) = self.body(&input[taken..], out)?;
                taken += used;
                if matches!(self.part, Part::Body) && (filled || taken == input.len()) {
                    return Ok(taken);
                }
            } else if let Some(&byte) = input.get(taken) {
                self.frame(byte)?;
                taken += 1;
            } else {
                return Ok(taken);
            }
        }
    }

    /// Inflate; returns the bytes taken and whether `out` has no room left.
    fn body(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<(usize, bool), Damage> {
        let (before_in, before_out) = (self.inflate.total_in(), out.len());
        let status = self
            .inflate
            .decompress_vec(input, out, FlushDecompress::None)
            .map_err(|_| Damage("the deflate data makes no sense"))?;
        self.crc.update(&out[before_out..]);
        if matches!(status, Status::StreamEnd) {
            self.part = Part::Trailer { read: 0 };
        }
        let used = usize::try_from(self.inflate.total_in() - before_in).unwrap_or(input.len());
        Ok((used, out.len() == out.capacity()))
    }

    /// One byte of header or trailer.
    fn frame(&mut self, byte: u8) -> Result<(), Damage> {
        self.part = match self.part {
            Part::Between => match byte {
                0 => Part::Between,
                0x1f => Part::Fixed { read: 1 },
                _ => return Err(Damage("there are other bytes after the end")),
            },
            Part::Fixed { read } => {
                match (read, byte) {
                    (1, 0x8b) | (2, 8) | (4.., _) => {}
                    (3, flags) if flags & 0xe0 == 0 => self.flags = flags,
                    _ => return Err(Damage("the header makes no sense")),
                }
                if read == 9 { self.after_fixed() } else { Part::Fixed { read: read + 1 } }
            }
            Part::ExtraLength { read } => {
                self.number[read] = byte;
                let left = usize::from(u16::from_le_bytes([self.number[0], self.number[1]]));
                match (read, left) {
                    (0, _) => Part::ExtraLength { read: 1 },
                    (_, 0) => self.after_extra(),
                    _ => Part::Extra { left },
                }
            }
            Part::Extra { left: 1 } => self.after_extra(),
            Part::Extra { left } => Part::Extra { left: left - 1 },
            Part::Name if byte == 0 => self.after_name(),
            Part::Name => Part::Name,
            Part::Comment if byte == 0 => self.after_comment(),
            Part::Comment => Part::Comment,
            Part::HeaderChecksum { left: 1 } => self.start_body(),
            Part::HeaderChecksum { left } => Part::HeaderChecksum { left: left - 1 },
            Part::Body => Part::Body,
            Part::Trailer { read } => {
                self.number[read] = byte;
                if read == 7 {
                    self.check_trailer()?;
                    Part::Between
                } else {
                    Part::Trailer { read: read + 1 }
                }
            }
        };
        Ok(())
    }

    fn after_fixed(&mut self) -> Part {
        if self.flags & 4 == 0 { self.after_extra() } else { Part::ExtraLength { read: 0 } }
    }

    fn after_extra(&mut self) -> Part {
        if self.flags & 8 == 0 { self.after_name() } else { Part::Name }
    }

    fn after_name(&mut self) -> Part {
        if self.flags & 16 == 0 { self.after_comment() } else { Part::Comment }
    }

    fn after_comment(&mut self) -> Part {
        if self.flags & 2 == 0 { self.start_body() } else { Part::HeaderChecksum { left: 2 } }
    }

    fn start_body(&mut self) -> Part {
        self.inflate.reset(false);
        self.crc.reset();
        Part::Body
    }

    fn check_trailer(&self) -> Result<(), Damage> {
        let trailer = u64::from(self.crc.sum()) | u64::from(self.crc.amount()) << 32;
        let differs = trailer ^ u64::from_le_bytes(self.number);
        if differs & 0xffff_ffff != 0 {
            return Err(Damage("the checksum does not fit"));
        }
        if differs != 0 {
            return Err(Damage("the length does not fit"));
        }
        Ok(())
    }
}
