//! The text of a log in UTF-8, whatever program saved it.
//!
//! A spreadsheet saves "Unicode text", and PowerShell writes files, in UTF-16; many programs begin UTF-8 with a mark. Only
//! the first four bytes decide: a byte order mark, or, without one, noughts in every second place, as the plain letters
//! that any log begins with have them in UTF-16. Bytes of no other encoding are touched. Where lines end by a carriage return
//! alone, as old programs write them, they end by a line feed.

use std::io::{self, BufRead, BufReader, Cursor, Read};

/// Bytes that are taken up at once.
const AT_ONCE: usize = 1 << 16;

/// The same text in UTF-8, without a byte order mark. A half of a surrogate pair that stands alone, and a byte left over at the
/// end, become U+FFFD. Memory: [`AT_ONCE`] bytes and their text. UTF-8 costs one look at the beginning.
pub fn utf8<'a>(mut from: impl BufRead + Send + 'a) -> io::Result<Box<dyn BufRead + Send + 'a>> {
    let mut head = Vec::with_capacity(4);
    (&mut from).take(4).read_to_end(&mut head)?;
    let (mark, wide) = match head[..] {
        [0xef, 0xbb, 0xbf, ..] => (3, None),
        [0xff, 0xfe, ..] => (2, Some(Ends::Little)),
        [0xfe, 0xff, ..] => (2, Some(Ends::Big)),
        [1..=255, 0, 1..=255, 0] => (0, Some(Ends::Little)),
        [0, 1..=255, 0, 1..=255] => (0, Some(Ends::Big)),
        _ => (0, None),
    };
    let returns = wide.is_none() && returns_alone(&head, from.fill_buf()?);
    let rest = Cursor::new(head.split_off(mark)).chain(from);
    Ok(match wide {
        None if returns => Box::new(BufReader::with_capacity(AT_ONCE, Returns(rest))),
        None => Box::new(rest),
        Some(ends) => Box::new(BufReader::with_capacity(AT_ONCE, Wide::new(rest, ends))),
    })
}

/// Whether lines end by carriage returns alone, as far as a look at the beginning shows.
fn returns_alone(head: &[u8], ahead: &[u8]) -> bool {
    let returned = head.contains(&b'\r') || ahead.split_last().is_some_and(|(_, ahead)| ahead.contains(&b'\r'));
    returned && !head.contains(&b'\n') && !ahead.contains(&b'\n')
}

/// Text in which a carriage return is a line end.
struct Returns<R>(R);

impl<R: Read> Read for Returns<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.0.read(into)?;
        into[..read].iter_mut().filter(|byte| **byte == b'\r').for_each(|byte| *byte = b'\n');
        Ok(read)
    }
}

/// Which byte of a unit comes first.
#[derive(Debug, Clone, Copy)]
enum Ends {
    Little,
    Big,
}

/// UTF-16 read as UTF-8.
struct Wide<R> {
    from: R,
    ends: Ends,
    /// The first byte of a unit whose second was not read yet.
    half: Option<u8>,
    /// The first unit of a pair whose second was not read yet.
    high: Option<u16>,
    ended: bool,
    text: String,
    given: usize,
}

impl<R: BufRead> Wide<R> {
    fn new(from: R, ends: Ends) -> Self {
        Self { from, ends, half: None, high: None, ended: false, text: String::new(), given: 0 }
    }

    fn fill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() && !self.ended {
            let bytes = self.from.fill_buf()?;
            let read = bytes.len().min(AT_ONCE);
            self.ended = read == 0;
            for &byte in &bytes[..read] {
                let Some(first) = self.half.take() else {
                    self.half = Some(byte);
                    continue;
                };
                let unit = match self.ends {
                    Ends::Little => u16::from_le_bytes([first, byte]),
                    Ends::Big => u16::from_be_bytes([first, byte]),
                };
                take(&mut self.text, &mut self.high, unit);
            }
            self.from.consume(read);
        }
        if self.ended && (self.half.take().is_some() | self.high.take().is_some()) {
            self.text.push(char::REPLACEMENT_CHARACTER);
        }
        Ok(())
    }
}

/// Take in one unit; a pair is whole with its second.
fn take(text: &mut String, high: &mut Option<u16>, unit: u16) {
    if let Some(first) = high.take() {
        match char::decode_utf16([first, unit]).next() {
            Some(Ok(whole)) => return text.push(whole),
            _ => text.push(char::REPLACEMENT_CHARACTER),
        }
    }
    if (0xd800..0xdc00).contains(&unit) {
        *high = Some(unit);
    } else {
        text.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
}

impl<R: BufRead> Read for Wide<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.given == self.text.len() {
            self.fill()?;
        }
        let mut rest = &self.text.as_bytes()[self.given..];
        let read = rest.read(into)?;
        self.given += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(bytes: &[u8], at_once: usize) -> Vec<u8> {
        let (mut text, slow) = (Vec::new(), BufReader::with_capacity(at_once, bytes));
        utf8(slow).and_then(|mut whole| whole.read_to_end(&mut text)).expect("memory does not fail");
        text
    }

    fn wide(text: &str, of: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(of).collect()
    }

    proptest! {
        /// Whichever way round, marked or not, and however the bytes come in, the text is the same.
        #[test]
        fn a_text_is_the_same_in_every_encoding(text in "[ -~]{2}\\PC{0,40}", at_once in 1_usize..9) {
            for of in [u16::to_le_bytes as fn(u16) -> [u8; 2], u16::to_be_bytes] {
                let marked = [&of(0xfeff)[..], &wide(&text, of)].concat();
                prop_assert_eq!(read(&marked, at_once), text.as_bytes());
                prop_assert_eq!(read(&wide(&text, of), at_once), text.as_bytes());
            }
            prop_assert_eq!(read(&["\u{feff}", &text].concat().into_bytes(), at_once), text.as_bytes());
            prop_assert_eq!(read(text.as_bytes(), at_once), text.as_bytes());
        }

        /// What is of no encoding that is known stays as it is, and nothing is read without an end.
        #[test]
        fn any_bytes_come_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..60), at_once in 1_usize..9) {
            let read = read(&bytes, at_once);
            prop_assert!(read.len() <= 2 * bytes.len() + 3);
        }
    }

    #[test]
    fn lines_that_end_by_a_carriage_return_alone_are_lines() {
        for (written, said) in [
            ("{\"a\":1}\r{\"b\":2}\r", "{\"a\":1}\n{\"b\":2}\n"),
            ("a,b\r1,2\r\"x\",3", "a,b\n1,2\n\"x\",3"),
            ("a,b\r\n1,2\r\n", "a,b\r\n1,2\r\n"),
            ("a,b\n\"1\r2\",3\n", "a,b\n\"1\r2\",3\n"),
        ] {
            assert_eq!(read(written.as_bytes(), 64), said.as_bytes(), "{written:?}");
        }
    }

    #[test]
    fn a_broken_pair_costs_itself_alone() {
        let units = [0xfeff, 0xd83d, 0x41, 0xde00, 0x42, 0xd83d];
        let mut bytes: Vec<u8> = units.into_iter().flat_map(u16::to_le_bytes).collect();
        assert_eq!(String::from_utf8(read(&bytes, 1)).unwrap(), "\u{fffd}A\u{fffd}B\u{fffd}");
        bytes.truncate(5);
        assert_eq!(String::from_utf8(read(&bytes, 1)).unwrap(), "\u{fffd}", "half a unit and half a pair");
    }
}
