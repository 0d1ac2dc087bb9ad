//! Promises of the readers, tried on good files, bad lines, broken streams and arbitrary bytes.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;
use serde_json::json;

use super::*;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    ::zstd::bulk::compress(bytes, 3).unwrap()
}

/// What a file gives, in words: `line raw`, or `line field rule`; at last the error, if any.
fn read_in_chunks(bytes: &[u8], cuts: &[usize], limits: Limits) -> (Vec<String>, Option<String>) {
    let mut rows = Rows::new(None, limits);
    let (mut out, mut rest, mut cut) = (Vec::new(), bytes, cuts.iter().cycle());
    loop {
        loop {
            match rows.next() {
                Ok(Some(Ok(row))) => {
                    assert_eq!(serde_json::from_str::<serde_json::Value>(row.raw).unwrap(), json!(row.members));
                    out.push(format!("{} {}", row.line, row.raw));
                }
                Ok(Some(Err(refused))) => out.push(format!("{} {:?} {}", refused.line, refused.field, refused.rule)),
                Ok(None) => break,
                Err(error) => return (out, Some(error.to_string())),
            }
        }
        if rows.is_ended() {
            return (out, None);
        }
        let (now, later) = rest.split_at((*cut.next().unwrap()).clamp(1, rest.len().max(1)).min(rest.len()));
        rest = later;
        if now.is_empty() { rows.finish() } else { rows.feed(now) }
    }
}

fn read(bytes: &[u8]) -> (Vec<String>, Option<String>) {
    read_in_chunks(bytes, &[64 << 10], Limits::default())
}

fn refused(line: &str) -> (Option<String>, Rule) {
    parse_object(line, &Limits { values_max: 50, ..Limits::default() }).unwrap_err()
}

#[test]
fn a_bad_line_is_refused_by_line_field_and_rule_and_the_rest_is_kept() {
    let text =
        b"\xef\xbb\xbf{\"a\":1}\r\n\r\n{\"a\":\xff}\n[1]\n {\"b\":{\"c\":[0,{\"d\":1,\"d\":2}]}}\n\n{\"last\":true} ";
    let (rows, error) = read(text);
    assert_eq!(
        rows,
        [
            r#"1 {"a":1}"#,
            "3 None a line is UTF-8; byte 6 of this one is not",
            "4 None a line holds one JSON object",
            r#"5 Some("/b/c/1/d") a name stands once in an object"#,
            r#"7 {"last":true}"#,
        ]
    );
    assert_eq!(error, None);
}

#[test]
fn every_rule_names_its_field() {
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(80), "]".repeat(80));
    let very_deep = format!("{{\"a\":{}", "[".repeat(100_000));
    let wide = format!("{{\"a\":[{}0]}}", "0,".repeat(60));
    for (line, field, slug) in [
        (r#"{"a":{"b":18446744073709551616}}"#, Some("/a/b"), "number_does_not_fit"),
        (
            r#"{"a":1e300,"b":"-\"99999999999999999999","c":[1,2.5,-9223372036854775809]}"#,
            Some("/c/2"),
            "number_does_not_fit",
        ),
        (r#"{"a":1e999}"#, Some("/a"), "number_does_not_fit"),
        (r#"{"a":[1,NaN]}"#, Some("/a/1"), "not_a_number"),
        (r#"{"a":-Infinity}"#, Some("/a"), "not_a_number"),
        (r#"{"a":"\ud83d"}"#, Some("/a"), "lone_surrogate"),
        (r#"{"a":"\ud83dxx"}"#, Some("/a"), "lone_surrogate"),
        (r#"{"a/b":{"":[nul]}}"#, Some("/a~1b//0"), "not_json"),
        (r#"{"a":1} {"b":2}"#, None, "not_json"),
        (r#"{"a":1,}"#, None, "not_json"),
        ("\"text\"", None, "not_an_object"),
        ("", None, "not_an_object"),
        (&wide, Some("/a/48"), "too_many_values"),
    ] {
        let (found, rule) = refused(line);
        assert_eq!((found.as_deref(), rule.slug()), (field, slug), "{line}");
    }
    for line in [&deep, &very_deep] {
        let (field, rule) = parse_object(line, &Limits::default()).unwrap_err();
        assert_eq!(rule, Rule::TooDeep { depth_max: 64 });
        assert_eq!(field.unwrap(), format!("/a{}", "/0".repeat(15)));
    }
}

#[test]
fn numbers_at_the_edge_of_64_bits_are_kept() {
    let line = r#"{"a":[18446744073709551615,-9223372036854775808,1e300,-0.5]}"#;
    let members = parse_object(line, &Limits::default()).unwrap();
    assert_eq!(members["a"], json!([u64::MAX, i64::MIN, 1e300, -0.5]));
}

#[test]
fn a_refusal_never_shows_more_of_a_name_than_64_characters() {
    let (field, _) = refused(&format!("{{\"{}\\n\":[1,NaN]}}", "\u{1f9ea}".repeat(100)));
    assert_eq!(field.unwrap(), format!("/{}/1", "\u{1f9ea}".repeat(64)));
}

#[test]
fn a_line_that_is_too_long_is_skipped_in_bounded_memory() {
    let limits = Limits::default();
    let mut rows = Rows::new(None, limits);
    rows.feed(b"{\"a\":1}\n{\"b\":\"");
    assert_eq!(rows.next().unwrap().unwrap().unwrap().line, 1);
    for _ in 0..1600 {
        assert!(rows.next().unwrap().is_none());
        rows.feed(&vec![b'x'; 64 << 10]);
    }
    rows.feed(b"\"}\n{\"c\":3}");
    let too_long = rows.next().unwrap().unwrap().unwrap_err();
    assert_eq!((too_long.line, too_long.rule), (2, Rule::LineTooLong { bytes_max: limits.line_bytes_max }));
    assert!(rows.held_bytes() < 3 * limits.line_bytes_max, "{}", rows.held_bytes());
    rows.finish();
    assert_eq!(rows.next().unwrap().unwrap().unwrap().line, 3);
    assert!(rows.next().unwrap().is_none());
}

#[test]
fn a_line_of_exactly_the_limit_is_taken_and_one_byte_more_is_not() {
    let limits = Limits { line_bytes_max: 10, ..Limits::default() };
    let (rows, _) = read_in_chunks(b"{\"a\":\"12\"}\n{\"a\":\"123\"}\n{\"a\":\"1234\"}", &[1, 30], limits);
    assert_eq!(rows, ["1 {\"a\":\"12\"}", "2 None a line has at most 10 bytes", "3 None a line has at most 10 bytes"]);
}

#[test]
fn members_and_frames_may_follow_each_other() {
    let (one, two) = (b"{\"a\":1}\n{\"b\"".as_slice(), b":2}\n".as_slice());
    let expected = vec![r#"1 {"a":1}"#.to_owned(), r#"2 {"b":2}"#.to_owned()];
    let skippable = [0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9];
    for bytes in [
        [gzip(one), gzip(b""), gzip(two), vec![0; 600]].concat(),
        [zstd(one), zstd(b""), zstd(two)].concat(),
        [skippable.to_vec(), zstd(one), skippable.to_vec(), zstd(two)].concat(),
    ] {
        assert_eq!(read(&bytes), (expected.clone(), None));
        assert_eq!(read_in_chunks(&bytes, &[1], Limits::default()), (expected.clone(), None));
    }
}

#[test]
fn a_gzip_header_with_every_part_is_read() {
    let plain = gzip(b"{\"a\":1}");
    let mut full = vec![0x1f, 0x8b, 8, 0x1e, 0, 0, 0, 0, 0, 3, 2, 0, 7, 7];
    full.extend_from_slice(b"name.jsonl\0comment\0\x01\x02");
    full.extend_from_slice(&plain[10..]);
    assert_eq!(read(&full), (vec![r#"1 {"a":1}"#.to_owned()], None));
}

#[test]
fn a_stream_cut_short_keeps_whole_lines_and_says_where_it_stopped() {
    let text = (0..2000).map(|n| json!({"n": n, "t": n * 7919 % 1009}).to_string() + "\n").collect::<String>();
    let (whole, _) = read(text.as_bytes());
    for (bytes, name) in [(gzip(text.as_bytes()), "gzip"), (zstd(text.as_bytes()), "zstd")] {
        for cut in [bytes.len() / 3, bytes.len() - 9, bytes.len() - 4, bytes.len() - 1] {
            let (rows, error) = read(&bytes[..cut]);
            assert!(whole.starts_with(&rows));
            assert_eq!(error.unwrap(), format!("the {name} data ends too early, after line {}", rows.len()));
        }
    }
}

#[test]
fn a_damaged_stream_is_named_as_such() {
    let text = "{\"n\":1}\n".repeat(100);
    let mut checksum = gzip(text.as_bytes());
    let at = checksum.len() - 7;
    checksum[at] ^= 1;
    let (rows, error) = read(&checksum);
    assert_eq!(
        (rows.len(), error.unwrap().as_str()),
        (100, "the gzip data is damaged after line 100: the checksum does not fit")
    );
    let tail = [gzip(text.as_bytes()), b"{}".to_vec()].concat();
    assert_eq!(read(&tail).1.unwrap(), "the gzip data is damaged after line 100: there are other bytes after the end");
    let frames = [zstd(text.as_bytes()), b"{}{}{}{}".to_vec()].concat();
    assert_eq!(read(&frames).1.unwrap(), "the zstd data is damaged after line 100: a frame makes no sense");
}

#[test]
fn a_bomb_is_stopped_before_it_grows() {
    let zeros = vec![b' '; 40 << 20];
    for bomb in [gzip(&zeros), zstd(&zeros)] {
        let mut rows = RowsFrom::new(bomb.as_slice(), None, Limits::default());
        let error = loop {
            match rows.next() {
                Ok(Some(row)) => assert_eq!(row.unwrap_err().rule.slug(), "line_too_long"),
                Ok(None) => panic!("read to the end"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, ReadError::Bomb { ratio_max: 250, .. }), "{error}");
        assert!(rows.next().unwrap().is_none());
    }
}

#[test]
fn a_file_has_a_total_limit() {
    let limits = Limits { total_bytes_max: 1000, ..Limits::default() };
    let text = "{\"n\":1}\n".repeat(1000);
    for bytes in [text.clone().into_bytes(), gzip(text.as_bytes())] {
        let (rows, error) = read_in_chunks(&bytes, &[100], limits);
        assert_eq!(rows.len(), 125);
        assert!(error.unwrap().starts_with("the file has more than 1000 bytes"));
    }
}

#[test]
fn content_decides_and_must_keep_what_the_name_promises() {
    assert_eq!(Encoding::of_name("a.b/rows.JSONL.GZ"), Some(Encoding::Gzip));
    assert_eq!(Encoding::of_name("rows.zst"), Some(Encoding::Zstd));
    assert_eq!(Encoding::of_name("rows.jsonl"), None);
    let first = |bytes: &[u8], named| {
        RowsFrom::new(bytes, named, Limits::default()).next().map(|_| ()).map_err(|e| e.to_string())
    };
    assert_eq!(first(&gzip(b"{}"), None), Ok(()));
    let error = first(b"{\"a\":1}", Some(Encoding::Gzip)).unwrap_err();
    assert_eq!(error, "the file is named as gzip but its content is plain");
    assert_eq!(first(b"", Some(Encoding::Zstd)).unwrap_err(), "the zstd data ends too early, after line 0");
    for (bytes, word) in
        [(b"PK\x03\x04....".as_slice(), "zip"), (b"PAR1....", "Parquet"), (b"\xff\xfe{\0}\0..", "UTF-16")]
    {
        assert!(first(bytes, None).unwrap_err().starts_with(&format!("the file is {word};")));
    }
}

#[test]
fn a_failing_source_is_an_error_with_its_line() {
    struct Failing(usize);
    impl std::io::Read for Failing {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0 += 1;
            if self.0 > 3 {
                return Err(std::io::Error::other("gone"));
            }
            buffer[..8].copy_from_slice(b"{\"a\":1}\n");
            Ok(8)
        }
    }
    let mut rows = RowsFrom::new(Failing(0), None, Limits::default());
    for _ in 0..3 {
        assert!(rows.next().unwrap().unwrap().is_ok());
    }
    assert!(matches!(rows.next().unwrap_err(), ReadError::Io { line: 3, .. }));
}

/// Every row of the real sets is taken, and as many as their list says.
#[test]
fn real_files_are_read_whole() {
    let Some(data) = std::env::var_os("VOUCHSAFE_TEST_DATA").filter(|folder| !folder.is_empty()) else {
        eprintln!("skipped: VOUCHSAFE_TEST_DATA is not set");
        return;
    };
    let root = std::path::Path::new(&data).join("llm");
    let list: serde_json::Value = serde_json::from_slice(&std::fs::read(root.join("MANIFEST.json")).unwrap()).unwrap();
    let mut sets = 0;
    for set in list.as_array().unwrap() {
        let path = root.join(set["path"].as_str().unwrap());
        if path.extension().is_none_or(|extension| extension != "jsonl") {
            continue;
        }
        let mut rows = RowsFrom::new(std::fs::File::open(&path).unwrap(), None, Limits::default());
        let mut count = 0;
        while let Some(row) = rows.next().unwrap() {
            row.unwrap();
            count += 1;
        }
        assert_eq!(set["rows"], count, "{}", path.display());
        sets += 1;
    }
    assert!(sets > 5, "{sets}");
}

/// Lines good and bad, short and long, as a client's file might mix them.
fn some_line() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        4 => "[a-z\u{e9}\u{1f9ea}]{0,40}".prop_map(|text| json!({"text": text, "n": [1, {"x": null}]}).to_string().into_bytes()),
        1 => proptest::collection::vec(any::<u8>(), 0..60),
        1 => Just(b"{\"a\":1,\"a\":2}".to_vec()),
        1 => Just(vec![b'x'; 90]),
        1 => Just(b"  \r".to_vec()),
    ]
}

proptest! {
    /// However a file is cut into chunks, its rows and refusals are the same; compressed or not, too.
    #[test]
    fn chunking_does_not_change_the_rows(
        lines in proptest::collection::vec(some_line(), 0..30),
        cuts in proptest::collection::vec(1_usize..200, 1..20),
    ) {
        let limits = Limits { line_bytes_max: 80, ..Limits::default() };
        let text = [b"{}\n".to_vec(), lines.join(&b'\n')].concat();
        let whole = read_in_chunks(&text, &[usize::MAX], limits);
        prop_assert_eq!(&read_in_chunks(&text, &cuts, limits), &whole);
        prop_assert_eq!(&read_in_chunks(&gzip(&text), &cuts, limits), &whole);
        prop_assert_eq!(&read_in_chunks(&zstd(&text), &cuts, limits), &whole);
    }

    /// No bytes make the reader panic or run on, also behind the magic of a compressed file.
    #[test]
    fn arbitrary_bytes_are_rows_refusals_or_an_error(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        start in prop_oneof![Just(vec![]), Just(vec![0x1f, 0x8b, 8, 0]), Just(vec![0x28, 0xb5, 0x2f, 0xfd]), Just(b"{\"".to_vec())],
        cuts in proptest::collection::vec(1_usize..50, 1..5),
    ) {
        read_in_chunks(&[start, bytes].concat(), &cuts, Limits::default());
    }

    /// One flipped bit in a gzip file is found, at the latest by the checksum, unless it is one of the unused
    /// bits, which change no row.
    #[test]
    fn a_flipped_bit_is_found(at in 10_usize..10_000, bit in 0_u8..8) {
        let text = (0..50).map(|n| json!({"n": n * 37}).to_string() + "\n").collect::<String>();
        let mut bytes = gzip(text.as_bytes());
        let at = 10 + at % (bytes.len() - 10);
        bytes[at] ^= 1 << bit;
        let (rows, error) = read(&bytes);
        prop_assert!(error.is_some() || rows == read(text.as_bytes()).0);
    }

    /// What serde_json reads from a line, we read the same, or refuse.
    #[test]
    fn a_good_object_is_read_as_it_stands(text in "\\PC{0,20}", number in any::<f64>(), integer in any::<i64>()) {
        let value = json!({"t": text, "f": number, "i": integer, "nested": [[{"t": text}], {}]});
        let members = parse_object(&value.to_string(), &Limits::default()).unwrap();
        prop_assert_eq!(serde_json::Value::Object(members), serde_json::from_str::<serde_json::Value>(&value.to_string()).unwrap());
    }
}
