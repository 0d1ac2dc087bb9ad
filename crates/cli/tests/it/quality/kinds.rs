//! What kind of answers a file holds.

use super::aggregate;
use std::fs;

#[test]
fn every_kind_is_told_by_its_columns_or_values() {
    let folder = tempfile::tempdir().expect("a folder");
    let of = |answers: &str| aggregate(folder.path(), answers, &[]);
    let numbers = of("task,worker,label\nt1,a,1.5\nt1,b,2.5\nt2,a,7\nt2,b,8\n");
    assert!(numbers.starts_with("task,label,probability,low,high\nt1,2"), "{numbers}");
    let pairs = of("task,worker,left,right,label\np,a,x,y,x\np,b,y,x,x\nq,a,y,z,y\nq,b,z,y,tie\n");
    let items: Vec<&str> = pairs.lines().map(|line| line.split(',').next().expect("a field")).collect();
    assert_eq!(items, ["item", "x", "y", "z"]);
    let rankings = of("task,worker,label\nt,a,x y z\nt,b,x z y\nt,c,y x z\n");
    let ranks: Vec<String> =
        rankings.lines().map(|line| line.split(',').take(3).collect::<Vec<_>>().join(",")).collect();
    assert_eq!(ranks, ["task,item,rank", "t,x,1", "t,y,2", "t,z,3"]);
    let spans = of("task,worker,start,end,label\nt,a,0,9,P\nt,b,3,9,P\nt,c,-1,-1,\nt,d,3,8,P\n");
    assert!(spans.starts_with("task,start,end,label,probability\nt,3,"), "{spans}");
    let tags = of("task,worker,label\nt,a,B-P I-P | O\nt,b,B-P I-P | O\nt,c,O O | O\n");
    assert!(tags.starts_with("task,label,probability\nt,B-P I-P | O,"), "{tags}");
    let texts = of("task,worker,label\nt,a,the cat sat.\nt,b,The cat sat\nt,c,a cat sat\n");
    assert!(texts.lines().nth(1).is_some_and(|line| line.to_lowercase().starts_with("t,the cat sat")), "{texts}");
}

/// Whole numbers that differ in more than ten ways: codes of classes where people give the very same one, a quantity where they give near ones.
#[test]
fn whole_numbers_that_name_classes_are_told_from_quantities() {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = |said: &dyn Fn(usize, usize) -> usize| {
        let mut rows = String::from("task,worker,label\n");
        for task in 0..60 {
            (0..4).for_each(|worker| rows.extend([format!("t{task},w{worker},{}\n", said(task, worker))]));
        }
        rows
    };
    let code = |task: usize| 7 * task % 30;
    let codes = aggregate(folder.path(), &rows(&|task, worker| code(task + usize::from(task % 4 == worker))), &[]);
    assert!(codes.starts_with("task,label,probability\n"), "{codes}");
    assert!(codes.lines().skip(1).all(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        cells[1].parse() == Ok(code(cells[0][1..].parse().expect("a task")))
    }));
    let sizes = aggregate(folder.path(), &rows(&|task, worker| 20 * task + 3 * worker), &[]);
    assert!(sizes.starts_with("task,label,probability,low,high\n"), "{sizes}");
    let halves = aggregate(folder.path(), &rows(&|task, worker| (task + usize::from(task % 4 == worker)) % 5), &[]);
    let words = |text: &str| text.replace(",0,", ",1,").replace(",2,", ",1.5,");
    let half = aggregate(folder.path(), &words(&rows(&|task, _| 2 * (task % 2))), &[]);
    assert!([halves, half].iter().all(|out| out.starts_with("task,label,probability\n")));
}

/// Two orders of two words are two labels; what could be either is said, with the option that settles it.
#[test]
fn a_near_thing_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let swapped = "task,worker,label\nt,a,left right\nt,b,left right\nu,a,right left\nu,b,right left\n";
    assert!(aggregate(folder.path(), swapped, &[]).contains("\nt,left right,"));
    let report = folder.path().join("report.json").to_string_lossy().into_owned();
    let mut grades = String::from("task,worker,label\n");
    for task in 0..40 {
        (0..3).for_each(|worker| grades.extend([format!("t{task},w{worker},{}.5\n", (task + worker / 2) % 4)]));
    }
    assert!(aggregate(folder.path(), &grades, &["--report", &report]).starts_with("task,label,probability\n"));
    let told: serde_json::Value = serde_json::from_slice(&fs::read(report).expect("a report")).expect("JSON");
    assert!(told["warnings"][0].as_str().is_some_and(|text| text.contains("--kind label or number")), "{told}");
}
