//! Rows read per second: 20,000 rows of about 1 KB, as an import gets them.

use std::io::Write;

use divan::{Bencher, counter::ItemsCount};
use flate2::{Compression, write::GzEncoder};
use vouchsafe_formats::work::{Limits, Rows};

const ROWS: usize = 20_000;
const CHUNK_BYTES: usize = 64 << 10;

fn main() {
    divan::main();
}

/// Rows of a preference set: a prompt, two responses, an id and a little metadata.
fn file() -> Vec<u8> {
    let mut file = Vec::new();
    let mut seed = 1_u64;
    let mut words = |count: usize| {
        let mut text = String::new();
        for _ in 0..count {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text.push_str(
                ["warfarin ", "raises ", "the INR; ", "caf\u{e9} ", "\"dose\" ", "x = 5\n"][(seed >> 33) as usize % 6],
            );
        }
        text
    };
    for row in 0..ROWS {
        let row = serde_json::json!({"id": format!("row-{row}"), "prompt": words(30), "response1": words(50),
            "response2": words(50), "source": "bench", "meta": {"n": row, "tags": ["a", "b"], "score": 0.25}});
        serde_json::to_writer(&mut file, &row).unwrap();
        file.push(b'\n');
    }
    file
}

fn read(bencher: Bencher, bytes: &[u8]) {
    bencher.counter(ItemsCount::new(ROWS)).bench_local(|| {
        let mut rows = Rows::new(None, Limits::default());
        let mut count = 0;
        for chunk in bytes.chunks(CHUNK_BYTES) {
            rows.feed(chunk);
            while let Some(row) = rows.next().unwrap() {
                divan::black_box(row.unwrap());
                count += 1;
            }
        }
        rows.finish();
        while rows.next().unwrap().is_some() {
            count += 1;
        }
        assert_eq!(count, ROWS);
    });
}

#[divan::bench]
fn plain(bencher: Bencher) {
    let file = file();
    eprintln!("{} bytes a row", file.len() / ROWS);
    read(bencher, &file);
}

#[divan::bench]
fn gzip(bencher: Bencher) {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(&file()).unwrap();
    read(bencher, &encoder.finish().unwrap());
}

#[divan::bench]
fn zstd(bencher: Bencher) {
    read(bencher, &::zstd::bulk::compress(&file(), 3).unwrap());
}
