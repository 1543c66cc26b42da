//! Runs hostkit and raw tokio in turn, five rounds, and prints medians and the median of the rounds' ratios.

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Instant;

use hostkit_bench::contender::{median, program, run};

const ROUNDS: usize = 5;

fn main() {
    println!("| services | figure | raw tokio | hostkit | ratio | limit |\n|---|---|---|---|---|---|");
    for count in [1_000, 10_000, 100_000] {
        let (mut raw, mut hosted) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            raw.push(lifecycle("raw", count));
            hosted.push(lifecycle("hosted", count));
        }
        row(
            count,
            "start, ms",
            of(&raw, |run| run.started),
            of(&hosted, |run| run.started - run.built),
            "1.5",
        );
        row(count, "declare and start, ms", of(&raw, |run| run.started), of(&hosted, |run| run.started), "");
        row(count, "stop, ms", of(&raw, |run| run.stopped), of(&hosted, |run| run.stopped), "1.5");
        let whole = |run: &Run| run.started + run.stopped;
        row(count, "start and stop, ms", of(&raw, whole), of(&hosted, |run| whole(run) - run.built), "1.5");
        let each = |run: &Run| run.bytes / count as f64;
        row(count, "bytes each", of(&raw, each), of(&hosted, each), "raw + 1000");
    }
    for count in [1, 100, 10_000] {
        let (mut raw, mut hosted) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            raw.push(sigterm("raw_idle", count));
            hosted.push(sigterm("hosted_idle", count));
        }
        row(count, "SIGTERM to exit, ms", raw, hosted, "raw + 5 ms");
    }
}

struct Run {
    built: f64,
    started: f64,
    stopped: f64,
    bytes: f64,
}

fn of(runs: &[Run], figure: impl Fn(&Run) -> f64) -> Vec<f64> {
    runs.iter().map(figure).collect()
}

fn row(count: usize, figure: &str, raw: Vec<f64>, hosted: Vec<f64>, limit: &str) {
    let ratios = raw.iter().zip(&hosted).map(|(raw, hosted)| hosted / raw).collect();
    println!(
        "| {count} | {figure} | {:.2} | {:.2} | {:.2} | {limit} |",
        median(raw),
        median(hosted),
        median(ratios)
    );
}

fn lifecycle(name: &str, count: usize) -> Run {
    let figures = run(name, &[&count.to_string()]);
    let [built, started, stopped, bytes] = figures[..] else { panic!("{name} said {figures:?}") };
    Run { built, started, stopped, bytes }
}

fn sigterm(name: &str, count: usize) -> f64 {
    let mut child = Command::new(program(name))
        .arg(count.to_string())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a contender");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    std::thread::sleep(std::time::Duration::from_millis(200));
    let begun = Instant::now();
    let pid = i32::try_from(child.id()).expect("a pid");
    // SAFETY: a plain system call on a child that has not been waited for.
    unsafe { libc::kill(pid, libc::SIGTERM) };
    let status = child.wait().expect("an end");
    assert!(status.success(), "{name}: {status}");
    begun.elapsed().as_secs_f64() * 1e3
}
