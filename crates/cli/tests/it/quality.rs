//! `vouchsafe quality` on files.

mod agreement;
mod certainty;
mod kinds;
mod texts;

use crate::process::{run, text, vouchsafe};
use std::{fs, path::Path};

/// Writes `answers`, aggregates them with `more` arguments, gives the consensus.
fn aggregate(folder: &Path, answers: &str, more: &[&str]) -> String {
    let (from, to) = (folder.join("answers.csv"), folder.join("consensus.csv"));
    fs::write(&from, answers).expect("a file");
    let (from, to) = (from.to_string_lossy(), to.to_string_lossy());
    let all = ["quality", "aggregate", "--answers", &from, "--output", &to].into_iter().chain(more.iter().copied());
    let output = run(all);
    assert!(output.status.success(), "{}", text(&output.stderr));
    fs::read_to_string(&*to).expect("a consensus")
}

/// Nine tasks, three people, one of whom is often wrong.
fn labels() -> String {
    let mut rows = String::from("task,worker,label\n");
    for task in 0..9 {
        let truth = ["yes", "no", "maybe"][task % 3];
        let wrong = ["no", "maybe", "yes"][task % 3];
        for worker in 0..3 {
            let said = if worker == 2 && task % 2 == 0 { wrong } else { truth };
            rows.extend([format!("t{task},w{worker},{said}\n")]);
        }
    }
    rows
}

#[test]
fn labels_come_out_with_a_probability_and_the_same_bytes_in_any_order() {
    let folder = tempfile::tempdir().expect("a folder");
    let got = aggregate(folder.path(), &labels(), &["--posterior"]);
    let mut lines = got.lines();
    assert_eq!(lines.next(), Some("task,label,probability,maybe,no,yes"));
    for (task, line) in lines.clone().enumerate() {
        assert!(line.starts_with(&format!("t{task},{},0.", ["yes", "no", "maybe"][task % 3])), "{line}");
    }
    assert_eq!(lines.count(), 9);
    let head_last: Vec<String> = labels().lines().map(String::from).collect();
    let turned = format!("{}\n{}\n", head_last[0], head_last[1..].iter().rev().cloned().collect::<Vec<_>>().join("\n"));
    assert_eq!(aggregate(folder.path(), &turned, &["--posterior"]), got);
}

#[test]
fn report_and_workers_say_how_far_to_believe_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("gold.csv"), "task,label\nt0,yes\nt1,no\nt9,yes\nt2,never\n").expect("a file");
    let (gold, report, workers) = (at("gold.csv"), at("report.json"), at("workers.csv"));
    aggregate(folder.path(), &labels(), &["--gold", &gold, "--report", &report, "--workers", &workers]);
    let report: serde_json::Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
    assert_eq!(report["method"], "pool");
    assert_eq!(
        report["gold"],
        serde_json::json!({"given": 4, "used": 2, "task_without_answers": 1, "label_nobody_gave": 1})
    );
    assert_eq!((&report["verified"], &report["kind_inferred"]), (&false.into(), &true.into()));
    let workers = fs::read_to_string(workers).expect("workers");
    let rows: Vec<Vec<&str>> = workers.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert_eq!(rows[0][..2], ["w0", "9"]);
    assert!(rows[2][3].parse::<f64>().expect("an ability") < rows[0][3].parse::<f64>().expect("an ability"));
    assert_eq!(rows[2][6..8], ["1", "2"]); // right on t1, wrong on t0
}

/// A reader of the old file never sees half of the new one: it is replaced, not written over.
#[test]
fn an_older_report_is_replaced_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let (report, link) = (folder.path().join("report.json"), folder.path().join("link.json"));
    fs::write(&report, "the old one").expect("a file");
    fs::hard_link(&report, &link).expect("a link");
    aggregate(folder.path(), &labels(), &["--report", &report.to_string_lossy()]);
    assert!(fs::read_to_string(&report).expect("a report").ends_with("}\n"));
    assert_eq!(fs::read_to_string(&link).expect("the old file"), "the old one");
    let left = fs::read_dir(folder.path()).expect("a folder").count();
    assert_eq!(left, 4, "answers, consensus, report and the link");
}

/// What a report says is enough to make the same bytes again, and what was chosen by gold says against whom.
#[test]
fn a_report_is_enough_to_repeat_it_to_the_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (gold, report) = (at("gold.csv"), at("report.json"));
    let mut answers = String::from("task,worker,label\n");
    let mut known = String::from("task,label\n");
    for task in 0..80 {
        let truth = task % 2;
        for worker in 0..5 {
            // The last two say the first class too often.
            let said = if worker > 2 && task % 5 < 3 {
                0
            } else if (task + worker) % 7 == 0 {
                1 - truth
            } else {
                truth
            };
            answers.extend([format!("t{task},w{worker},c{said}\n")]);
        }
        if task < 40 {
            known.extend([format!("t{task},c{truth}\n")]);
        }
    }
    fs::write(&gold, known).expect("a file");
    for given in [&["--posterior"][..], &["--posterior", "--gold", &gold]] {
        let first = aggregate(folder.path(), &answers, &[given, &["--seed", "5", "--report", &report]].concat());
        let told: serde_json::Value = serde_json::from_slice(&fs::read(&report).expect("a report")).expect("JSON");
        let word = |name: &str| told[name].as_str().map_or_else(|| told[name].to_string(), String::from);
        let (method, seed, kind) = (word("method"), word("seed"), word("kind"));
        assert!(told["method_version"].as_u64().is_some_and(|version| version >= 4), "{told}");
        if given.len() > 1 {
            let candidates = told["candidates"].as_array().expect("candidates");
            assert!(candidates.len() >= 10 && candidates.iter().all(|one| one["log_score"].is_number()), "{told}");
            let weights: f64 = candidates.iter().filter_map(|one| one["weight"].as_f64()).sum();
            assert!((weights - 1.0).abs() < 1e-9 && method == "blend" && told["temperature"].is_null(), "{told}");
            assert!(candidates.iter().any(|one| one["method"] == told["best_by_gold"]), "{told}");
        }
        let again = [given, &["--method", &method, "--seed", &seed, "--kind", &kind]].concat();
        assert_eq!(aggregate(folder.path(), &answers, &again), first);
    }
}

#[test]
fn grades_and_sequences_have_methods_of_their_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let grades = "task,worker,label\na,x,9\na,y,10\na,z,10\nb,x,8\nb,y,9\nb,z,9\n";
    let got = aggregate(folder.path(), grades, &["--method", "ordinal", "--posterior"]);
    assert!(got.starts_with("task,label,probability,8,9,10\na,10,"), "{got}");
    let tags = "task,worker,label\nt,a,O B-P I-P\nt,b,O B-P I-P\nt,c,O O I-P\n";
    let got = aggregate(folder.path(), tags, &["--method", "bsc-seq"]);
    assert!(got.starts_with("task,label,probability\nt,O B-P I-P,0."), "{got}");
    let spans = "task,worker,start,end,label\nt,a,0,9,P\nt,b,3,9,P\nt,c,-1,-1,\nt,d,3,8,P\n";
    let got = aggregate(folder.path(), spans, &["--method", "bsc-seq"]);
    assert!(got.starts_with("task,start,end,label,probability\nt,3,"), "{got}");
    let (from, to) = (folder.path().join("answers.csv"), folder.path().join("consensus.csv"));
    fs::write(&from, labels()).expect("a file");
    let (from, to) = (from.to_string_lossy().into_owned(), to.to_string_lossy().into_owned());
    let output = run(["quality", "aggregate", "--answers", &from, "--output", &to, "--method", "ordinal"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("each `label` is a grade, a finite number; `maybe` is none"));
    let output = run(["quality", "aggregate", "--answers", &from, "--output", &to, "--method", "blend"]);
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("30 gold tasks that can be used are the least, here are 0"));
    assert_eq!(fs::read_to_string(&to).expect("still there"), got);
}

#[test]
fn packed_files_are_read_and_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = aggregate(folder.path(), &labels(), &[]);
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("a.csv.zst"), zstd::stream::encode_all(labels().as_bytes(), 1).expect("memory")).expect("a file");
    let output = run(["quality", "aggregate", "--answers", &at("a.csv.zst"), "--output", &at("c.csv.zst")]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let packed = fs::read(at("c.csv.zst")).expect("a consensus");
    assert_eq!(zstd::stream::decode_all(&packed[..]).expect("whole"), plain.as_bytes());
}

/// Columns by name, types kept, the same figures; a second run reads the first's consensus as gold.
#[test]
fn parquet_is_read_and_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let plain = aggregate(folder.path(), &labels(), &["--posterior"]);
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let ran = |answers: &str, to: &str, more: &[&str]| {
        let all =
            ["quality", "aggregate", "--answers", answers, "--output", to].into_iter().chain(more.iter().copied());
        run(all)
    };
    let packed = at("consensus.parquet");
    let output = ran(&at("answers.csv"), &packed, &["--posterior"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(fs::read(&packed).expect("a file").starts_with(b"PAR1"));
    let output = ran(&at("answers.csv"), &at("again.csv"), &["--posterior", "--gold", &packed]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let mut read = String::new();
    let file = fs::File::open(&packed).expect("a file");
    let mut rows = vouchsafe_formats::quality::ParquetRows::new(file).expect("Parquet");
    std::io::Read::read_to_string(&mut rows, &mut read).expect("text");
    assert_eq!(read, plain);
    let mut out = vouchsafe_formats::quality::ParquetOut::new(fs::File::create(at("a.parquet")).expect("a file"));
    labels().lines().for_each(|line| out.row(line.split(',')).expect("room"));
    out.finish().expect("room");
    let output = ran(&at("a.parquet"), &at("b.csv"), &["--posterior"]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(at("b.csv")).expect("a consensus"), plain);
    fs::write(at("torn.parquet"), b"PAR1 and no more").expect("a file");
    let output = ran(&at("torn.parquet"), &at("b.csv"), &[]);
    assert_eq!(output.status.code(), Some(64));
    assert!(text(&output.stderr).contains("torn.parquet: the Parquet file is damaged"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(at("b.csv")).expect("still there"), plain);
}

#[test]
fn what_is_wrong_names_file_line_field_and_rule_and_leaves_the_old_output() {
    let folder = tempfile::tempdir().expect("a folder");
    let old = aggregate(folder.path(), &labels(), &[]);
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("bad.csv"), "task,worker,label\nt1,a,yes\nt1,,no\n").expect("a file");
    let output = run(["quality", "aggregate", "--answers", &at("bad.csv"), "--output", &at("consensus.csv")]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).ends_with("bad.csv, line 3: `worker` is not empty\n"), "{}", text(&output.stderr));
    assert_eq!(fs::read_to_string(at("consensus.csv")).expect("still there"), old);
    fs::write(at("bad.csv"), "task,worker,label\nt1,a,yes\n").expect("a file");
    let said = |more: &[&str]| {
        let (bad, out) = (at("bad.csv"), at("consensus.csv"));
        let all = ["quality", "aggregate", "--answers", &bad, "--output", &out];
        let output = run(all.into_iter().chain(more.iter().copied()));
        assert_eq!(output.status.code(), Some(64));
        text(&output.stderr)
    };
    assert!(said(&["--method", "best"]).contains("no method `best` for kind label; there are auto, vote,"));
    assert!(said(&["--kind", "span"]).contains("answers of kind span come as `task,worker,start,end,label`"));
    assert!(said(&["--kind", "text", "--posterior"]).contains("--posterior is for labels"));
}

/// Columns of other names, nothing in it, rows twice, numbers beyond reckoning: each is said with what to do about it.
#[test]
fn files_that_are_not_what_they_should_be_are_told_apart() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let said = |answers: &str, more: &[&str]| {
        fs::write(at("a.csv"), answers).expect("a file");
        let (from, to) = (at("a.csv"), at("c.csv"));
        let all = ["quality", "aggregate", "--answers", &from, "--output", &to];
        let output = run(all.into_iter().chain(more.iter().copied()));
        (output.status.code(), text(&output.stderr))
    };
    let (code, words) = said("item,annotator,label\nt,w,x\n", &[]);
    assert!(code == Some(1) && words.contains("line 1: no column `task`"), "{words}");
    assert!(words.ends_with("here are `item,annotator,label`\n"), "{words}");
    let (code, words) = said("", &[]);
    assert!(code == Some(1) && words.contains("the file is empty; its first line names the columns"), "{words}");
    let (code, words) = said("task,worker,label\n\n", &[]);
    assert!(code == Some(64) && words.contains("a.csv: there is no answer in it"), "{words}");

    let twice = "task,worker,label\nt1,a,x\nt1,b,x\nt1,a,x\nt2,a,y\nt1,a,y\n";
    let (code, words) = said(twice, &["--report", &at("report.json")]);
    let told = "answers that the same worker gave to the same question before: 2, such as by worker `a` on task `t1`";
    assert!(code == Some(0) && words.contains(&format!("warning: {told}")), "{words}");
    let report: serde_json::Value =
        serde_json::from_slice(&fs::read(at("report.json")).expect("a report")).expect("JSON");
    assert!(
        report["warnings"]
            .as_array()
            .is_some_and(|all| all.iter().any(|one| one.as_str().is_some_and(|one| one.starts_with(told))))
    );
    let output = run(["quality", "agreement", "--answers", &at("a.csv"), "--draws", "0"]);
    assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    let spans = "task,worker,start,end,label\nt,a,0,9,P\nt,a,12,14,P\nt,b,0,9,P\nt,b,0,9,P\n";
    let (code, words) = said(spans, &[]);
    assert!(code == Some(0) && words.contains("before: 1, such as by worker `b` on task `t`"), "{words}");
    let (_, words) = said("task,worker,start,end,label\nt,a,0,9,P\nt,a,12,14,P\n", &[]);
    assert!(!words.contains("warning: answers"), "several marks of a text are no answer twice: {words}");

    let mut numbers = String::from("task,worker,label\n");
    (0..30).for_each(|n| numbers.extend([format!("t{n},a,{n}.5\nt{n},b,{n}.25\n")]));
    let (code, words) = said(&format!("{numbers}t0,c,NaN\n"), &[]);
    assert!(code == Some(0) && words.contains("60 different values are numbers, and `NaN` is none"), "{words}");
    assert!(!said(&numbers, &[]).1.contains("is none"));
    let (code, words) = said("task,worker,label\nt,a, x\nt,b,x\n", &[]);
    assert!(code == Some(0) && words.contains("labels ` x` and `x` differ by blanks alone"), "{words}");
    let (code, words) = said("task,worker,label\nt,a,x\nu,b,y\n", &[]);
    assert!(code == Some(0) && words.contains("no task has two answers"), "{words}");

    // Names that no float tells apart are two names; a number beyond reckoning is refused by name.
    let names = "task,worker,label\n18446744073709551616,a,x\n18446744073709551617,a,x\n";
    assert_eq!(said(names, &[]).0, Some(0));
    assert_eq!(fs::read_to_string(at("c.csv")).expect("a consensus").lines().count(), 3);
    for huge in ["1e101", "9".repeat(400).as_str(), "inf", "many"] {
        let (code, words) = said(&format!("task,worker,label\nt,a,{huge}\nt,b,2.5\n"), &["--kind", "number"]);
        assert!(code == Some(64) && words.contains("is a number between -1e100 and 1e100; `"), "{words}");
    }
    let (code, _) = said("task,worker,label\nt,a,1e100\nt,b,-1e100\nu,a,3\nu,b,4\n", &["--kind", "number"]);
    assert_eq!(code, Some(0));
    let figures = fs::read_to_string(at("c.csv")).expect("a consensus");
    assert!(!figures.contains("NaN") && !figures.contains("inf"), "{figures}");
}

/// From several random starts: how far they lie apart is said.
#[test]
fn the_spread_over_restarts_stands_in_the_report() {
    let folder = tempfile::tempdir().expect("a folder");
    let report = folder.path().join("report.json").to_string_lossy().into_owned();
    let told = |method: &str| {
        aggregate(folder.path(), &labels(), &["--method", method, "--report", &report]);
        let told: serde_json::Value = serde_json::from_slice(&fs::read(&report).expect("a report")).expect("JSON");
        told["starts"].clone()
    };
    let starts = told("ebcc");
    let all = starts["all"].as_array().expect("the starts");
    let bounds: Vec<f64> = all.iter().filter_map(|one| one["bound_nats"].as_f64()).collect();
    let (most, least) =
        (bounds.iter().copied().fold(f64::MIN, f64::max), bounds.iter().copied().fold(f64::MAX, f64::min));
    assert_eq!(bounds.len(), 3);
    assert!((starts["spread_nats"].as_f64().expect("a spread") - (most - least)).abs() < 1e-9, "{starts}");
    assert!(all.iter().any(|one| one["labels_that_differ"] == 0.0), "one of them was kept: {starts}");
    assert_eq!(told("hbcc")["all"].as_array().map(Vec::len), Some(2));
    assert!(told("vote").is_null() && told("ibcc").is_null());
}

#[test]
fn the_next_answers_go_to_open_tasks_and_to_the_willing() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("answers.csv"), labels()).expect("a file");
    fs::write(at("tasks.csv"), "task\nt0\nnew\n").expect("a file");
    fs::write(at("willing.csv"), "worker,cost,at_most\nw0,1,9\nw7,2,1\n").expect("a file");
    let (answers, tasks, willing) = (at("answers.csv"), at("tasks.csv"), at("willing.csv"));
    let (picks, standings) = (at("picks.csv"), at("standings.csv"));
    let output = run([
        "quality",
        "allocate",
        "--answers",
        &answers,
        "--tasks",
        &tasks,
        "--willing",
        &willing,
        "--output",
        &picks,
        "--standings",
        &standings,
        "--random-share",
        "0",
        "--at-most",
        "4",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let picks = fs::read_to_string(picks).expect("picks");
    let rows: Vec<Vec<&str>> = picks.lines().skip(1).map(|line| line.split(',').collect()).collect();
    assert!(rows.iter().any(|row| row[..2] == ["new", "w0"] && row[4] == "gain"), "{picks}");
    // w0 answered every other task; w7 is asked once.
    assert!(rows.iter().all(|row| row[0] == "new" || row[1] == "w7") && rows.len() <= 2, "{picks}");
    let standings = fs::read_to_string(standings).expect("standings");
    assert!(standings.contains("\nnew,open,,") && standings.lines().count() == 11, "{standings}");
}

#[test]
fn small_numbers_keep_their_figures() {
    let folder = tempfile::tempdir().expect("a folder");
    let answers = "task,worker,label\na,v,3e-9\na,w,5e-9\nb,v,7.5e-9\nb,w,7.5e-9\n";
    let got = aggregate(folder.path(), answers, &["--method", "mean"]);
    let value = |line: &str| line.split(',').nth(1).expect("a value").parse::<f64>().expect("a number");
    assert_eq!(got.lines().skip(1).map(value).collect::<Vec<_>>(), [4e-9, 7.5e-9], "{got}");
}

/// What cannot be written leaves nothing behind, and what is no file is written into.
#[test]
fn outputs_are_whole_or_nothing_and_pipes_are_written_into() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("a.csv"), labels()).expect("a file");
    let before = fs::symlink_metadata("/dev/stdout").expect("it is there").file_type();
    let output = run(["quality", "aggregate", "--answers", &at("a.csv"), "--output", "/dev/stdout"]);
    assert!(text(&output.stdout).starts_with("task,label,probability\nt0,yes,"), "{}", text(&output.stderr));
    assert_eq!(fs::symlink_metadata("/dev/stdout").expect("it is still there").file_type(), before);
    let log = fs::File::create(at("log")).expect("a file");
    for _ in 0..2 {
        let to = log.try_clone().expect("the same file");
        let run = vouchsafe(["quality", "aggregate", "--answers", &at("a.csv"), "--output", "/dev/stdout"])
            .stdout(to)
            .status();
        assert!(run.expect("the command can be started").success());
    }
    assert_eq!(fs::read_to_string(at("log")).expect("it is there").matches("task,label,probability").count(), 2);
    fs::remove_file(at("log")).expect("it was there");
    fs::write(at("r.csv"), "task,worker,label\nt,a,x y z\nt,b,x x y\n").expect("a file");
    let output =
        run(["quality", "aggregate", "--kind", "ranking", "--answers", &at("r.csv"), "--output", &at("c.csv")]);
    assert!(text(&output.stderr).contains("lists each item once"), "{}", text(&output.stderr));
    fs::create_dir(at("d")).expect("a folder");
    let output = run(["quality", "aggregate", "--answers", &at("a.csv"), "--output", &at("d")]);
    assert!(!output.status.success(), "a folder is no file");
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).expect("it is there").flatten().map(|one| one.file_name()).collect();
    left.sort();
    assert_eq!(left, ["a.csv", "d", "r.csv"]);
}

#[test]
fn what_nobody_can_mean_is_refused_before_anybody_is_asked() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("a.csv"), labels()).expect("a file");
    fs::write(at("w.csv"), "worker,cost\nw0,1\n\"\",1\n").expect("a file");
    let said = |more: &[&str]| {
        let (from, to) = (at("a.csv"), at("next.csv"));
        let all = ["quality", "allocate", "--answers", &from, "--output", &to];
        let output = run(all.into_iter().chain(more.iter().copied()));
        assert!(!output.status.success() && !Path::new(&to).exists(), "{more:?}");
        text(&output.stderr)
    };
    assert!(said(&["--budget", "NaN"]).contains("--budget is a number from 0; it is NaN"));
    assert!(said(&["--price=-1"]).contains("--price is a number from 0; it is -1"));
    assert!(said(&["--at-least", "9"]).contains("--at-least is 9, which is more than --at-most 7"));
    assert!(said(&["--willing", &at("w.csv")]).ends_with("w.csv, line 3: `worker` is not empty\n"));
}

/// What would overwrite an input or another output, mean nothing, or leave a reader guessing is refused before anything is written.
#[test]
fn what_would_be_lost_or_ignored_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    fs::write(at("a.csv"), labels()).expect("a file");
    fs::write(at("pairs.csv"), "task,worker,left,right,label\nt,w,a,b,a\nu,w,b,c,c\n").expect("a file");
    fs::write(at("tie.csv"), "task,worker,left,right,label\nt,w,tie,b,tie\n").expect("a file");
    fs::write(at("semicolons.csv"), "task;worker;label\nt;w;a\n").expect("a file");
    fs::write(at("empty.csv"), "task,worker,label\nt,w,a\nu,w,\n").expect("a file");
    let said = |command: &str, answers: &str, more: &[&str]| {
        let answers = at(answers);
        let output = run(["quality", command, "--answers", &answers].into_iter().chain(more.iter().copied()));
        assert!(!output.status.success());
        text(&output.stderr)
    };
    let (a, out) = (at("a.csv"), at("out.csv"));
    assert!(said("aggregate", "a.csv", &["--output", &a]).contains("--output"));
    assert!(said("aggregate", "a.csv", &["--output", &out, "--workers", &out]).contains("--workers"));
    assert_eq!(fs::read_to_string(at("a.csv")).expect("as it was"), labels());
    for more in [["--gold", &a], ["--standings", &out], ["--budget", "1"], ["--random-share", "0.5"]] {
        let told = said("allocate", "pairs.csv", &[&["--output", &at("next.csv")][..], &more].concat());
        assert!(told.contains(more[0]), "{told}");
    }
    assert!(said("aggregate", "tie.csv", &["--output", &out]).contains("`left` is not called `tie`"));
    assert!(said("aggregate", "semicolons.csv", &["--output", &out]).contains("semicolons"));
    assert!(said("aggregate", "empty.csv", &["--output", &out]).contains("line 3: `label` is not empty"));
    let mut many = String::from("task,worker,label\n");
    many.extend((0..12_000).map(|at| format!("t{},w{},c{at}\n", at / 2, at % 2)));
    fs::write(at("many.csv"), many).expect("a file");
    assert!(said("aggregate", "many.csv", &["--output", &out]).contains("give --method pm or vote"));
    fs::write(at("long.csv"), format!("task,worker,label\nt,w,{}\n", "word ".repeat(17_000))).expect("a file");
    assert!(said("aggregate", "long.csv", &["--kind", "text", "--output", &out]).contains("--method medoid"));
    assert!(!folder.path().join("out.csv").exists());
}

#[test]
fn a_column_of_a_class_never_has_the_name_of_another() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = "task,worker,label\nt,a,task\nt,b,task\nu,a,p(task)\nu,b,p(task)\n";
    let got = aggregate(folder.path(), rows, &["--posterior"]);
    assert!(got.starts_with("task,label,probability,p(task),p(p(task))\n"), "{got}");
}
