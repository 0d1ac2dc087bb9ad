//! A pull reader of JSON text: hands out borrowed pieces and builds no tree, so that a line costs one pass.
//!
//! It checks what it reads and passes over the rest by brackets and quotes alone. It does not recurse, so no nesting
//! can exhaust the stack.

use super::BadLine;
use std::borrow::Cow;

pub(crate) struct Scan<'a> {
    text: &'a str,
    at: usize,
}

const BROKEN: BadLine = BadLine { field: Cow::Borrowed("line"), rule: "a line is one whole JSON object" };

impl<'a> Scan<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// The next byte that is no white space, still to be read.
    pub(crate) fn peek(&mut self) -> Result<u8, BadLine> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\t' | b'\r' | b'\n') {
                return Ok(byte);
            }
            self.at += 1;
        }
        Err(BROKEN)
    }

    fn expect(&mut self, byte: u8) -> Result<(), BadLine> {
        if self.peek()? != byte {
            return Err(BROKEN);
        }
        self.at += 1;
        Ok(())
    }

    /// Step into an object or an array.
    pub(crate) fn open(&mut self, bracket: u8) -> Result<(), BadLine> {
        self.expect(bracket)
    }

    /// Whether another member follows before `close`; reads the comma, or the bracket.
    pub(crate) fn more(&mut self, first: &mut bool, close: u8) -> Result<bool, BadLine> {
        let byte = self.peek()?;
        if byte == close {
            self.at += 1;
            return Ok(false);
        }
        if !std::mem::replace(first, false) {
            self.expect(b',')?;
        }
        Ok(true)
    }

    /// The name of the next member, colon included.
    pub(crate) fn key(&mut self) -> Result<Cow<'a, str>, BadLine> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// A string, borrowed unless something in it was escaped.
    pub(crate) fn string(&mut self) -> Result<Cow<'a, str>, BadLine> {
        self.expect(b'"')?;
        let start = self.at;
        let found = memchr::memchr2(b'"', b'\\', &self.text.as_bytes()[start..]).ok_or(BROKEN)?;
        let end = start + found;
        if self.text.as_bytes()[end] == b'"' {
            self.at = end + 1;
            return Ok(Cow::Borrowed(&self.text[start..end]));
        }
        self.escaped(start, end).map(Cow::Owned)
    }

    fn escaped(&mut self, start: usize, backslash: usize) -> Result<String, BadLine> {
        let bytes = self.text.as_bytes();
        let mut out = String::from(&self.text[start..backslash]);
        self.at = backslash;
        loop {
            let stretch = memchr::memchr2(b'"', b'\\', &bytes[self.at..]).ok_or(BROKEN)?;
            out.push_str(&self.text[self.at..self.at + stretch]);
            self.at += stretch + 1;
            if bytes[self.at - 1] == b'"' {
                return Ok(out);
            }
            let code = *bytes.get(self.at).ok_or(BROKEN)?;
            self.at += 1;
            out.push(match code {
                b'"' | b'\\' | b'/' => char::from(code),
                b'b' => '\u{8}',
                b'f' => '\u{c}',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'u' => self.unicode()?,
                _ => return Err(BROKEN),
            });
        }
    }

    /// After `\u`: one character, of one escape or of a pair. Half a pair becomes the replacement character.
    fn unicode(&mut self) -> Result<char, BadLine> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if self.text.as_bytes().get(self.at..self.at + 2) != Some(b"\\u") {
            return Ok(char::REPLACEMENT_CHARACTER);
        }
        let back = self.at;
        self.at += 2;
        let low = self.hex()?;
        if (0xdc00..0xe000).contains(&low) {
            let joined = 0x1_0000 + ((high - 0xd800) << 10) + (low - 0xdc00);
            return Ok(char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        self.at = back;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, BadLine> {
        let digits = self.text.get(self.at..self.at + 4).ok_or(BROKEN)?;
        if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(BROKEN);
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).map_err(|_| BROKEN)
    }

    /// Pass over the next value, whatever it is, and hand out its text.
    pub(crate) fn skip(&mut self) -> Result<&'a str, BadLine> {
        let first = self.peek()?;
        let start = self.at;
        let bytes = self.text.as_bytes();
        if first == b'"' {
            self.string_end()?;
        } else if matches!(first, b'{' | b'[') {
            let mut depth = 0_usize;
            loop {
                match *bytes.get(self.at).ok_or(BROKEN)? {
                    b'"' => {
                        self.string_end()?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => depth -= 1,
                    _ => {}
                }
                self.at += 1;
                if depth == 0 {
                    break;
                }
            }
        } else {
            while bytes
                .get(self.at)
                .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.'))
            {
                self.at += 1;
            }
            if self.at == start {
                return Err(BROKEN);
            }
        }
        Ok(&self.text[start..self.at])
    }

    fn string_end(&mut self) -> Result<(), BadLine> {
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            self.at += memchr::memchr2(b'"', b'\\', bytes.get(self.at..).ok_or(BROKEN)?).ok_or(BROKEN)? + 1;
            if bytes[self.at - 1] == b'"' {
                return Ok(());
            }
            self.at += 1;
        }
    }

    /// Refuse anything after the value.
    pub(crate) fn end(&mut self) -> Result<(), BadLine> {
        if self.peek().is_ok() { Err(BROKEN) } else { Ok(()) }
    }
}
