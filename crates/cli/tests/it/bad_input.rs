//! Files that are broken, hostile or too large, by the command: the answer names line, field and rule, what was good is
//! kept, and the server's memory stays where it was.

use crate::{
    process::{Server, text, vouchsafe},
    scene::Scene,
};
use serde_json::{Value, json};
use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output},
};
use vouchsafe_testkit::db::{self, Db};

/// Memory that a server may take for a file, in MB: two chunks of rows, one line and the decoders, several times over.
const MEMORY_MB_MAX: u64 = 200;

/// A row of a project of questions.
fn row(id: &str) -> String {
    json!({"external_id": id, "data": {"question": format!("Is {id} round?")}}).to_string() + "\n"
}

fn rows(from: usize, to: usize) -> String {
    (from..to).map(|n| row(&format!("q{n}"))).collect()
}

/// A server on a scene, and files to give it.
struct Door {
    scene: Scene,
    server: Server,
    token: String,
    dir: tempfile::TempDir,
}

impl Door {
    async fn new(db: Db) -> Self {
        let scene = Scene::new(db, 0, 1).await;
        let (server, token) = (scene.serve(), scene.token(&scene.operator).await);
        Self { scene, server, token, dir: tempfile::tempdir().expect("a folder") }
    }

    fn write(&self, name: &str, parts: &[&[u8]]) -> PathBuf {
        let path = self.dir.path().join(name);
        let mut file = fs::File::create(&path).expect("it can be written");
        for part in parts {
            file.write_all(part).expect("there is room");
        }
        path
    }

    fn import(&self, file: &Path) -> Output {
        import(&self.server.url, &self.token, &self.scene.project.to_string(), file)
    }

    /// The report of an import, and its exit code.
    fn report(&self, file: &Path) -> (Option<i32>, Value) {
        let output = self.import(file);
        let report = serde_json::from_slice(&output.stdout);
        (output.status.code(), report.unwrap_or_else(|_| panic!("{}", text(&output.stderr))))
    }

    /// The words of a refusal.
    fn refused(&self, file: &Path) -> String {
        let output = self.import(file);
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stdout));
        text(&output.stderr)
    }

    /// So many rows are tasks, whatever else came.
    async fn holds(&self, count: usize) {
        let page = self.scene.app.list_tasks(&self.scene.operator, self.scene.project, "", None, 1_000).await;
        assert_eq!(page.expect("tasks are listed").items.len(), count);
    }
}

fn import(url: &str, token: &str, project: &str, file: &Path) -> Output {
    vouchsafe(["import", &file.to_string_lossy(), "--project", project, "--json", "--patience", "0"])
        .env("VOUCHSAFE_URL", url)
        .env("VOUCHSAFE_TOKEN", token)
        .output()
        .expect("it runs")
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_lines_are_named_and_the_good_ones_kept() {
    db::each(|db| async move {
        let door = Door::new(db).await;
        let deep = format!("{{\"data\":{{\"question\":{}1{}}}}}\n", "[".repeat(5_000), "]".repeat(5_000));
        let (first, last) = (row("a"), row("e"));
        let parts: [&[u8]; 9] = [
            first.as_bytes(),
            b"{\"external_id\":\"b\",\"data\":{\"question\":\"\xff\xfe\"}}\n",
            deep.as_bytes(),
            b"{\"external_id\":\"c\",\"data\":{\"other\":7}}\n",
            first.as_bytes(),
            b"{\"external_id\":\"d\",\"data\":{\"question\":\"x\",\"question\":\"y\"}}\n",
            b"{\"external_id\":\"\",\"data\":{\"question\":\"x\"}}\n",
            b"\n{\"data\":\n",
            last.as_bytes(),
        ];
        let (code, report) = door.report(&door.write("rows.jsonl", &parts));
        assert_eq!((code, &report["accepted"], &report["already_there"]), (Some(2), &json!(2), &json!(1)), "{report}");
        let told: Vec<String> = report["refused"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|line| format!("{} {} {}", line["line"], line["field"], line["rule"]).replace('"', ""))
            .collect();
        insta::allow_duplicates! { insta::assert_snapshot!(told.join("\n"), @"
        2  a line is UTF-8; byte 40 of this one is not
        3 /data/question/0/0/0/0/0/0/0/0/0/0/0/0/0/0 arrays and objects nest at most 64 deep
        4 /data is required, for the field `question`
        6 /data/question a name stands once in an object
        7 /external_id an external id has 1 to 512 bytes
        9 /data a line holds one JSON object; at byte 8 this one breaks: EOF while parsing a value
        "); }
        door.holds(2).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_break_off_or_blow_up_keep_what_came_before() {
    let door = Door::new(Db::sqlite().await).await;
    let whole = zstd::encode_all(rows(0, 400).as_bytes(), 1).expect("it packs");
    let why = door.refused(&door.write("cut.jsonl.zst", &[&whole[..whole.len() / 2]]));
    assert!(why.contains("the zstd data ends too early, after line "), "{why}");
    assert!(why.contains("rows were kept"), "{why}");

    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(rows(0, 900).as_bytes()).expect("memory takes it");
    let whole = gzip.finish().expect("memory takes it");
    let why = door.refused(&door.write("cut.jsonl.gz", &[&whole[..whole.len() - 20]]));
    assert!(why.contains("the gzip data ends too early, after line "), "{why}");
    let mut changed = whole.clone();
    let middle = whole.len() / 2;
    changed[middle..middle + 8].fill(0);
    let why = door.refused(&door.write("changed.jsonl.gz", &[&changed]));
    assert!(why.contains("the gzip data is damaged after line "), "{why}");

    // The same file whole: what is there is counted, nothing is there twice.
    let (code, report) = door.report(&door.write("whole.jsonl.gz", &[&whole]));
    let counts = report["accepted"].as_u64().zip(report["already_there"].as_u64());
    assert_eq!((code, counts.map(|(new, old)| new + old)), (Some(0), Some(900)), "{report}");
    assert!(report["already_there"].as_u64() > Some(800), "{report}");
    door.holds(900).await;

    // Three rows, and then a line that grows to 1 GB out of 100 KB.
    let mut bomb = zstd::Encoder::new(Vec::new(), 1).expect("an encoder");
    bomb.write_all(rows(900, 903).as_bytes()).expect("memory takes it");
    let block = vec![b'a'; 1 << 20];
    (0..1_024).for_each(|_| bomb.write_all(&block).expect("memory takes it"));
    let why = door.refused(&door.write("bomb.jsonl.zst", &[&bomb.finish().expect("memory takes it")]));
    assert!(why.contains("after line 3 the zstd data had grown to more than 250 times"), "{why}");
    assert!(door.server.memory_peak_mb() < MEMORY_MB_MAX, "{} MB", door.server.memory_peak_mb());
    door.holds(903).await;

    for (name, bytes, word) in [("x.parquet", b"PAR1".as_slice(), "Parquet"), ("x.zip", b"PK\x03\x04", "zip")] {
        let why = door.refused(&door.write(name, &[bytes, &[0; 64]]));
        assert!(why.contains(&format!("the file is {word}")), "{why}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_100_mb_is_refused_and_takes_no_memory() {
    let door = Door::new(Db::sqlite().await).await;
    let path = door.write("long.jsonl", &[row("a").as_bytes(), b"{\"data\":{\"question\":\""]);
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("it is there");
    let block = vec![b'a'; 1 << 20];
    (0..100).for_each(|_| file.write_all(&block).expect("there is room"));
    file.write_all(b"\"}}\n").and_then(|()| file.write_all(row("b").as_bytes())).expect("there is room");
    let (code, report) = door.report(&path);
    assert_eq!((code, &report["accepted"]), (Some(2), &json!(2)), "{report}");
    assert_eq!(report["refused"], json!([{"line": 2, "field": "", "rule": "a line has at most 8388608 bytes"}]));
    assert!(door.server.memory_peak_mb() < MEMORY_MB_MAX, "{} MB", door.server.memory_peak_mb());
    door.holds(2).await;
}

/// On a disk of its own, made small. Says so where this machine lets nobody make one.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_loses_nothing_that_was_kept() {
    let scene = Scene::new(Db::sqlite().await, 0, 1).await;
    let token = scene.token(&scene.operator).await;
    let (data, small) = (scene.data().to_owned(), scene.data().join("small"));
    fs::create_dir(&small).expect("a folder");
    let script = "mount -t tmpfs -o size=10m tmpfs \"$1\" && cp -r \"$0\"/keys \"$0\"/vouchsafe.db* \"$1\" && shift && exec \"$@\"";
    let namespace = ["--user", "--map-root-user", "--mount", "sh", "-c"];
    let able = Command::new("unshare").args(namespace).args(["mount -t tmpfs tmpfs \"$0\""]).arg(&small).output();
    if !able.is_ok_and(|output| output.status.success()) {
        println!("skipped: this machine lets nobody mount a disk of his own");
        return;
    }
    let url = small.join("vouchsafe.db").to_string_lossy().into_owned();
    let inner = scene.command(["serve", "--listen", "127.0.0.1:0"]);
    let mut command = Command::new("unshare");
    command.args(namespace).arg(script).arg(&data).arg(&small).arg(inner.get_program()).args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    command.env("VOUCHSAFE_DATA", &small).env("VOUCHSAFE_DATABASE", &url);
    let server = Server::of(command);

    let file = scene.data().join("rows.jsonl");
    // Text that packs badly, so that some thousands of rows fill the disk.
    let word = |n: usize, i: usize| format!("{:x} ", (n * 977 + i * 7_919).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let noise = |n: usize| (0..60).fold(String::new(), |text, i| text + &word(n, i));
    let text_of = |n: usize| json!({"external_id": format!("q{n}"), "data": {"question": noise(n)}}).to_string() + "\n";
    fs::write(&file, (0..10_000).map(text_of).collect::<String>()).expect("there is room");
    let project = scene.project.to_string();
    let output = import(&server.url, &token, &project, &file);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let told = text(&output.stderr);
    assert!(told.contains("the server's disk is full"), "{told}");
    let before = told.split(" rows were kept").next().and_then(|before| before.split(' ').next_back());
    let rows_kept: u64 = before.and_then(|rows| rows.parse().ok()).expect("it says how many rows were kept");

    // It still shows what it has, and goes on once there is room.
    let http = crate::http::Http::new(&server.url, &token);
    let kept = http.ask("GET", &format!("/projects/{project}/tasks?limit=1"), None).expect("it answers");
    assert_eq!((kept.0, kept.1["items"].as_array().map(Vec::len)), (200, Some(1)), "{}", kept.1);
    let more = Command::new("nsenter")
        .args(["--preserve-credentials", "--user", "--mount", "--target", &server.id().to_string()])
        .args(["mount", "-o", "remount,size=256m"])
        .arg(&small)
        .output()
        .expect("nsenter runs");
    assert!(more.status.success(), "{}", text(&more.stderr));
    let output = import(&server.url, &token, &project, &file);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let counts = report["accepted"].as_u64().zip(report["already_there"].as_u64());
    assert_eq!(counts.map(|(new, old)| new + old), Some(10_000), "{report}");
    assert!(
        rows_kept > 0 && report["already_there"] == rows_kept,
        "what was acknowledged before is there: {report}, {told}"
    );
}
