//! Speed and memory of aggregation and agreement, with sizes: `cargo bench -p vouchsafe-quality`.
//!
//! `VOUCHSAFE_BENCH_MOST` is the largest number of labels of the curve (10 million unless it is set; 100 million want 8 GB). With
//! `VOUCHSAFE_BENCH_WRITE`, a folder, the answers of the comparison are written there for `scripts/compare-quality`.

use std::fs;
use std::io::Write;
use std::time::Instant;
use vouchsafe_quality::aggregate::{Method, aggregate};
use vouchsafe_quality::agreement::{Scale, alpha};
use vouchsafe_quality::answers::{Answers, Triple};
use vouchsafe_quality::random::Random;

/// Answers a task.
const OVERLAP: usize = 5;

fn main() {
    let million = 1_000_000;
    println!(
        "{OVERLAP} answers a task, a worker per 500 labels, right with 0.5 to 0.95; processor seconds of all threads"
    );
    let ten = made(million, 10);
    measure("dawid-skene, 10 classes", &ten, 10, |answers| steps(answers, Method::DawidSkene));
    let two = made(25_000, 2);
    measure("glad, 2 classes", &two, 20, |answers| steps(answers, Method::Glad));
    measure("alpha, nominal, 10 classes", &ten, 50, |answers| format!("{:?}", alpha(answers, Scale::Nominal)));
    measure("alpha, interval, 10 classes", &ten, 50, |answers| {
        let values: Vec<f64> = (0..10_u32).map(f64::from).collect();
        format!("{:?}", alpha(answers, Scale::Interval(&values)))
    });
    measure("pool, 10 classes", &ten, 3, |answers| steps(answers, Method::Pool));
    if let Some(folder) = std::env::var_os("VOUCHSAFE_BENCH_WRITE") {
        let folder = std::path::Path::new(&folder);
        write(&folder.join("ten.csv"), &ten);
        write(&folder.join("two.csv"), &two);
    }
    drop((ten, two));
    let most = std::env::var("VOUCHSAFE_BENCH_MOST").ok().and_then(|most| most.parse().ok()).unwrap_or(10 * million);
    let mut labels = 100_000;
    while labels <= most {
        let answers = made(labels, 10);
        measure("dawid-skene, 10 classes", &answers, 1, |answers| steps(answers, Method::DawidSkene));
        labels *= 10;
    }
}

fn steps(answers: &Answers, method: Method) -> String {
    format!("{} steps", aggregate(method, answers, 1).steps)
}

/// Prints the mean of `times` runs, and of the processor the least of them: what else runs on a machine only adds to it.
fn measure(what: &str, answers: &Answers, times: u32, run: impl Fn(&Answers) -> String) {
    let (began, busy) = (Instant::now(), processor());
    let (mut said, mut least) = (String::new(), f64::INFINITY);
    for _ in 0..times {
        let before = processor();
        said = std::hint::black_box(run(std::hint::black_box(answers)));
        least = least.min(processor() - before);
    }
    println!(
        "{what:28} {:>11} labels {:9.3} s, {:9.4} s of processor (least {least:.2}), at most {:6} MB so far; {said}",
        answers.len(),
        began.elapsed().as_secs_f64() / f64::from(times),
        (processor() - busy) / f64::from(times),
        most_memory()
    );
}

/// Seconds of processor that this process used, to 10 ms; 0 where the system does not say.
fn processor() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    [11, 12].iter().filter_map(|at| fields.get(*at)?.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Highest resident memory, in MB.
fn most_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("");
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// `labels` answers in `classes` classes.
fn made(labels: usize, classes: u16) -> Answers {
    let mut random = Random::new(7);
    let workers = (labels / 500).max(50);
    let skills: Vec<f64> = (0..workers).map(|_| 0.5 + 0.45 * random.unit()).collect();
    let class = |random: &mut Random| u16::try_from(random.below(usize::from(classes))).expect("few classes");
    let mut triples: Vec<Triple> = Vec::with_capacity(labels);
    for task in 0..u32::try_from(labels / OVERLAP).expect("fewer than 2^32 tasks") {
        let truth = class(&mut random);
        for _ in 0..OVERLAP {
            let worker = random.below(workers);
            let answer = if random.unit() < skills[worker] { truth } else { class(&mut random) };
            triples.push((task, u32::try_from(worker).expect("few workers"), answer));
        }
    }
    Answers::new(labels / OVERLAP, workers, classes.into(), &triples).expect("codes in range")
}

fn write(path: &std::path::Path, answers: &Answers) {
    let mut file = std::io::BufWriter::new(fs::File::create(path).expect("a folder to write to"));
    writeln!(file, "task,worker,label").expect("room");
    for task in 0..answers.tasks() {
        for (worker, class) in answers.of_task(task) {
            writeln!(file, "{task},{worker},{class}").expect("room");
        }
    }
}
