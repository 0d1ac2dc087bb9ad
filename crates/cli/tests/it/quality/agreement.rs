//! `vouchsafe quality agreement` on files.

use super::labels;
use crate::process::{run, text};
use std::{fs, path::Path};

/// What `agreement` prints, as lines.
fn agreement(folder: &Path, answers: &str, more: &[&str]) -> Vec<String> {
    let from = folder.join("agreement.csv");
    fs::write(&from, answers).expect("a file");
    let from = from.to_string_lossy();
    let output = run(["quality", "agreement", "--answers", &from].into_iter().chain(more.iter().copied()));
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).lines().map(String::from).collect()
}

/// Two models compared on forty prompts are forty questions, not one.
#[test]
fn the_same_pair_in_another_task_is_another_question() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = String::from("task,worker,left,right,label\n");
    for task in 0..40 {
        let better = ["model_a", "model_b"][task % 2];
        rows.extend(["w1", "w2"].map(|one| format!("t{task},{one},model_a,model_b,{better}\n")));
    }
    let got = agreement(folder.path(), &rows, &["--draws", "0"]);
    assert!(got.contains(&"alpha_nominal,1,undefined,undefined".to_owned()), "{got:?}");
}

#[test]
fn of_a_workers_answers_to_a_task_the_first_in_the_file_counts() {
    let folder = tempfile::tempdir().expect("a folder");
    let rest = "t1,b,9.5\nt2,a,2\nt2,b,2.5\nt3,a,9\nt3,b,9\n";
    let of = |own: &str| {
        agreement(folder.path(), &format!("task,worker,label\n{own}{rest}"), &["--draws", "0", "--kind", "number"])
    };
    assert_eq!(of("t1,a,9.5\nt1,a,1.5\n")[1..4], of("t1,a,9.5\n")[1..4]);
    assert_ne!(of("t1,a,1.5\nt1,a,9.5\n")[1..4], of("t1,a,9.5\n")[1..4]);
}

/// On a set with second answers, and on ones without: the figures of the `krippendorff` package and of irrCAC, which take the first.
#[test]
fn agreement_on_real_sets_is_that_of_the_reference() {
    let Ok(data) = std::env::var("VOUCHSAFE_TEST_DATA") else { return };
    let data = Path::new(&data).join("truth-inference");
    let reference: serde_json::Value =
        serde_json::from_slice(&fs::read(data.join("reference.json")).expect("the reference")).expect("JSON");
    for name in ["weather_amt", "rte", "web"] {
        let answers = data.join(name).join("labels.csv");
        let output = run(["quality", "agreement", "--json", "--draws", "0", "--answers", &answers.to_string_lossy()]);
        let got: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let pairs = [
            ("alpha_nominal", "krippendorff/alpha_nominal"),
            ("alpha_ordinal", "krippendorff/alpha_ordinal"),
            ("gwet_ac1", "irrCAC/gwet_ac1/identity"),
            ("conger_kappa_linear", "irrCAC/conger_kappa/linear"),
            ("gwet_ac2_quadratic", "irrCAC/gwet_ac2/quadratic"),
        ];
        for (ours, theirs) in pairs {
            let want = &reference["data_sets"][name]["agreement"][theirs];
            let want = want.as_f64().or_else(|| want["value"].as_f64()).expect("a number");
            let value = got["coefficients"][ours]["value"].as_f64().expect("a number");
            assert!((value - want).abs() < 1e-9, "{name} {ours}: {value} is not {want}");
        }
    }
}

#[test]
fn measurements_have_icc_and_rankings_have_intervals() {
    let folder = tempfile::tempdir().expect("a folder");
    let judged = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]];
    let mut rows = String::from("task,worker,label\n");
    for (task, row) in judged.iter().enumerate() {
        row.iter().enumerate().for_each(|(judge, value)| rows.extend([format!("t{task},w{judge},{value}\n")]));
    }
    let of = |rows: &str| agreement(folder.path(), rows, &["--kind", "number"]);
    let icc = |lines: Vec<String>| lines.into_iter().find(|line| line.starts_with("icc_2_1,")).expect("ICC");
    assert!(icc(of(&rows)).starts_with("icc_2_1,0.2897"), "Shrout and Fleiss (1979), table 2");
    assert_eq!(icc(of(&format!("{rows}t9,w0,5\n"))), icc(of(&rows)), "a task that one person answered is left out");
    let mut ranked = String::from("task,worker,label\n");
    for task in 0..8 {
        ["a b c", ["b a c", "a b c", "a c b", "c b a"][task % 4], "a b c"].iter().enumerate().for_each(
            |(one, order)| {
                ranked.extend([format!("t{task},w{one},{order}\n")]);
            },
        );
    }
    let one = "task,worker,label\nt,a,x y z\nt,b,x z y\nu,a,p q\nu,b,q\n";
    assert_eq!(agreement(folder.path(), one, &["--kind", "ranking"])[1], "kendall_w,0.75,undefined,undefined");
    for line in &agreement(folder.path(), &ranked, &[])[1..] {
        let cells: Vec<f64> = line.split(',').skip(1).map(|cell| cell.parse().expect("a number")).collect();
        assert!(cells[1] < cells[0] && cells[0] < cells[2], "{line}");
    }
}

#[test]
fn agreement_on_sets_and_spans() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = folder.path().join("answers.csv");
    let said = |answers: &str, more: &[&str]| {
        fs::write(&from, answers).expect("a file");
        let from = from.to_string_lossy().into_owned();
        let output =
            run(["quality", "agreement", "--draws", "0", "--answers", &from].into_iter().chain(more.iter().copied()));
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    // By hand: see the tests of the distance.
    let sets = "task,worker,label\nt,a,1\nt,b,2|1\nu,a,2\nu,b,2\n";
    assert!(said(sets, &["--sets", "|"]).1.starts_with("coefficient,value,low,high\nalpha_masi,0.5,undefined"));
    let spans = "task,worker,start,end,label\nt,a,0,9,P\nt,b,0,9,P\nt,a,20,29,P\nt,b,20,29,P\n";
    assert!(said(spans, &[]).1.contains("\ngamma,1,"));
    let (code, _, told) = said(spans, &["--sets", "|"]);
    assert!(code == Some(64) && told.contains("--sets is for labels; these answers are of kind span"), "{told}");
}

#[test]
fn agreement_is_printed_and_what_is_undefined_is_said_to_be() {
    let folder = tempfile::tempdir().expect("a folder");
    let from = folder.path().join("answers.csv");
    fs::write(&from, "task,worker,label\nt1,a,x\nt1,b,x\nt2,a,x\nt2,b,x\n").expect("a file");
    let from = from.to_string_lossy().into_owned();
    let output = run(["quality", "agreement", "--answers", &from]);
    let said = text(&output.stdout);
    assert!(said.starts_with("coefficient,value,low,high\nalpha_nominal,undefined,undefined,undefined\n"), "{said}");
    fs::write(&from, labels()).expect("a file");
    let output = run(["quality", "agreement", "--answers", &from, "--json", "--draws", "0"]);
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let alpha = said["coefficients"]["alpha_nominal"]["value"].as_f64().expect("defined");
    assert!((0.4..0.6).contains(&alpha), "{alpha}");
}

#[test]
fn agreement_takes_numbers_however_many_differ_and_however_they_are_written() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let said = |rows: &str| {
        fs::write(at("n.csv"), rows).expect("a file");
        let output = run(["quality", "agreement", "--kind", "number", "--draws", "0", "--answers", &at("n.csv")]);
        assert!(output.status.success(), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    let plain = said("task,worker,label\na,v,1\na,w,1\nb,v,2\nb,w,3\nc,v,3\nc,w,3\n");
    assert_eq!(said("task,worker,label\na,v,1.0\na,w, 1\nb,v,2e0\nb,w,3\nc,v,3.00\nc,w,3\n"), plain);
    let mut many = String::from("task,worker,label\n");
    for task in 0..40_000 {
        many.extend([format!("{task},v,{}\n{task},w,{}\n", 10 * task, 10 * task + 1 + task % 7)]);
    }
    assert!(said(&many).starts_with("coefficient,value,low,high\nalpha_interval,0.99"), "{}", said(&many));
}
