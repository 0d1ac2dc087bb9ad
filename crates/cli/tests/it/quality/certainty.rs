//! What is said of ties, of little gold, and of numbers that nobody contradicts.

use super::{aggregate, labels};
use std::{fs, path::Path};

/// The consensus and the report.
fn told(folder: &Path, answers: &str, more: &[&str]) -> (String, serde_json::Value) {
    let report = folder.join("report.json").to_string_lossy().into_owned();
    let consensus = aggregate(folder, answers, &[&["--report", &report], more].concat());
    (consensus, serde_json::from_slice(&fs::read(&report).expect("a report")).expect("JSON"))
}

fn warned(report: &serde_json::Value, of: &str) -> bool {
    report["warnings"]
        .as_array()
        .expect("a list")
        .iter()
        .any(|text| text.as_str().is_some_and(|text| text.contains(of)))
}

#[test]
fn ties_are_counted_and_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rows = String::from("task,worker,label\n");
    (0..50).for_each(|task| rows.extend([format!("t{task:02},a,yes\nt{task:02},b,no\n")]));
    for method in ["vote", "pool"] {
        let (_, report) = told(folder.path(), &rows, &["--method", method]);
        assert_eq!((&report["ties"]["tasks"], &report["ties"]["listed"][0]), (&50.into(), &"t00".into()), "{method}");
        assert!(warned(&report, "equally probable"), "{report}");
    }
    let (_, report) = told(folder.path(), "task,worker,label\nt,a,x y z\nt,b,y z x\nt,c,z x y\nu,a,x y z\n", &[]);
    assert_eq!((&report["kind"], &report["ties"]["listed"]), (&"ranking".into(), &serde_json::json!(["t"])));
    assert!(warned(&report, "another order is as good"), "{report}");
}

/// A handful of gold says how many were right, and moves no probability.
#[test]
fn little_gold_moves_nothing_and_is_said_to_be_little() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("gold.csv").to_string_lossy().into_owned();
    let (plain, _) = told(folder.path(), &labels(), &[]);
    for (gold, right, of) in [("t0,no\n", 0, 1), ("t0,yes\nt1,never\n", 1, 2), ("t1,never\n", 0, 1)] {
        fs::write(&at, format!("task,label\n{gold}")).expect("a file");
        for method in ["auto", "hbcc"] {
            let (consensus, report) = told(folder.path(), &labels(), &["--gold", &at, "--method", method]);
            assert!(method != "auto" || consensus == plain);
            assert_eq!((&report["temperature"], &report["verified"]), (&serde_json::Value::Null, &false.into()));
            assert!(warned(&report, "not verified"), "{report}");
            let accuracy = &report["accuracy_on_gold"];
            assert_eq!((&accuracy["right"], &accuracy["of"]), (&right.into(), &of.into()), "{gold}");
        }
    }
}

#[test]
fn gold_that_is_written_another_way_is_pointed_at() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("gold.csv").to_string_lossy().into_owned();
    fs::write(&at, "task,label\nt,1.0\nu,2\n").expect("a file");
    let (_, report) = told(folder.path(), "task,worker,label\nt,a,1\nt,b,1\nu,a,2\nu,b,1\n", &["--gold", &at]);
    assert!(warned(&report, "gold says `1.0` where answers say `1`"), "{report}");
}

#[test]
fn where_nobody_differs_numbers_have_no_interval() {
    let folder = tempfile::tempdir().expect("a folder");
    for rows in ["t,a,1.5\n", "t,a,3.5\nt,b,3.5\n", "t,a,3.5\nt,b,3.5\nu,a,120.25\nu,b,120.25\n"] {
        let (consensus, report) = told(folder.path(), &format!("task,worker,label\n{rows}"), &["--kind", "number"]);
        assert!(consensus.lines().skip(1).all(|line| line.ends_with(",,,")), "{consensus}");
        assert!(warned(&report, "no intervals"), "{report}");
    }
    let (consensus, _) = told(folder.path(), "task,worker,label\nt,a,3.5\nt,b,3.5\nu,a,12.25\nu,b,14\n", &[]);
    assert!(consensus.lines().skip(1).all(|line| line.contains(",0.95,")), "{consensus}");
}

/// The command itself, not a part of it: crowd-kit's accuracy to half a point or one task on each set.
#[test]
fn mace_is_that_of_crowd_kit() {
    let Ok(data) = std::env::var("VOUCHSAFE_TEST_DATA") else { return };
    let data = Path::new(&data).join("truth-inference");
    let reference: serde_json::Value =
        serde_json::from_slice(&fs::read(data.join("reference.json")).expect("the reference")).expect("JSON");
    let folder = tempfile::tempdir().expect("a folder");
    let rows = |text: &str| -> Vec<(String, String)> {
        let cells = |line: &str| line.split(',').map(String::from).take(2).collect::<Vec<_>>();
        text.lines().skip(1).map(cells).map(|row| (row[0].clone(), row[1].clone())).collect()
    };
    let mut sets = 0;
    for (name, set) in reference["data_sets"].as_object().expect("sets") {
        let Some(want) = set["crowd_kit"]["MACE"]["accuracy"].as_f64() else { continue };
        let Ok(answers) = fs::read_to_string(data.join(name).join("labels.csv")) else { continue };
        let got = rows(&aggregate(folder.path(), &answers, &["--kind", "label", "--method", "mace"]));
        let got: std::collections::HashMap<_, _> = got.into_iter().collect();
        let truth = rows(&fs::read_to_string(data.join(name).join("truth.csv")).expect("a truth"));
        let right = truth.iter().filter(|(task, label)| got.get(task) == Some(label)).count();
        let share = |count: usize| {
            f64::from(u32::try_from(count).expect("few")) / f64::from(u32::try_from(truth.len()).expect("few"))
        };
        assert!((share(right) - want).abs() <= share(1).max(0.005) + 1e-9, "{name}: {} is not {want}", share(right));
        sets += 1;
    }
    assert!(sets >= 10, "{sets}");
}

/// Of two people nobody can say who is wrong.
#[test]
fn two_people_have_no_ability() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = folder.path().join("workers.csv").to_string_lossy().into_owned();
    let two: String = labels().split_inclusive('\n').filter(|line| !line.contains(",w2,")).collect();
    let (_, report) = told(folder.path(), &two, &["--workers", &at]);
    assert!(warned(&report, "abilities are not known"), "{report}");
    let workers = fs::read_to_string(&at).expect("workers");
    assert!(workers.lines().skip(1).all(|line| line.split(',').skip(3).take(3).all(str::is_empty)), "{workers}");
}
