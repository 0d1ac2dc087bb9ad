//! `vouchsafe quality agreement` on files.

use super::labels;
use crate::process::{run, text};
use std::fs;

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
