//! Bytes of a table, whatever they are packed in.

use super::{ParquetRows, parquet};
use flate2::read::MultiGzDecoder;
use std::{
    fs::File,
    io::{self, Cursor, Read, Seek, SeekFrom},
};

/// The table in a file (`counted` may watch it being read), told by its first bytes: CSV, plain, gzip or zstd, or Parquet, of which the columns of answers come as the CSV
/// that they stand for.
pub fn open_file<'a>(
    mut file: File,
    counted: impl FnOnce(File) -> Box<dyn Read + Send + 'a>,
) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut start = Vec::new();
    (&mut file).take(4).read_to_end(&mut start)?;
    if start == b"PAR1" {
        file.seek(SeekFrom::Start(0))?;
        return Ok(Box::new(ParquetRows::only(file, &parquet::READ)?));
    }
    // A pipe cannot go back.
    open(Cursor::new(start).chain(counted(file)))
}

/// Undoes gzip or zstd, told by the first bytes, not by a name.
///
/// Archives, and Parquet that is no file, are refused by name: reading them as text would end in a misleading error.
pub fn open<'a>(mut source: impl Read + Send + 'a) -> io::Result<Box<dyn Read + Send + 'a>> {
    let mut start = Vec::new();
    source.by_ref().take(6).read_to_end(&mut start)?;
    let unread = |what: &str| {
        io::Error::new(io::ErrorKind::Unsupported, format!("the file is {what}; give CSV, plain, .gz or .zst"))
    };
    let refused = match start.as_slice() {
        [b'P', b'K', 3, 4, ..] => Some("a zip archive"),
        [b'B', b'Z', b'h', b'1'..=b'9', ..] => Some("bzip2"),
        [0xfd, b'7', b'z', b'X', b'Z', 0] => Some("xz"),
        [b'P', b'A', b'R', b'1', ..] => Some("Parquet"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("UTF-16"),
        _ => None,
    };
    if let Some(what) = refused {
        return Err(unread(what));
    }
    let kind = start.clone();
    let whole = Cursor::new(start).chain(source);
    Ok(match kind.as_slice() {
        [0x1f, 0x8b, ..] => Box::new(MultiGzDecoder::new(whole)),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => Box::new(zstd::stream::read::Decoder::new(whole)?),
        _ => Box::new(whole),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    #[test]
    fn packed_or_not_the_bytes_are_the_same() {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        gzip.write_all(b"task,label\n").expect("memory");
        let zstd = zstd::stream::encode_all(&b"task,label\n"[..], 1).expect("memory");
        for packed in [gzip.finish().expect("memory"), zstd, b"task,label\n".to_vec()] {
            let mut text = String::new();
            open(&packed[..]).expect("known").read_to_string(&mut text).expect("whole");
            assert_eq!(text, "task,label\n");
        }
        let told = open(&b"PAR1\x15\x04"[..]).err().expect("refused").to_string();
        assert_eq!(told, "the file is Parquet; give CSV, plain, .gz or .zst");
    }
}
