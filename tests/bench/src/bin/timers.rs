//! Timers: hostkit's beside `tokio::time::interval`, in turn, and medians of the rounds. `timers [ROUNDS [COUNT…]]`.

use hostkit_bench::contender::{median, run};

const SECONDS: u64 = 10;

fn main() {
    let mut args = std::env::args().skip(1).map(|number| number.parse::<usize>().expect("a number"));
    let rounds = args.next().unwrap_or(5);
    let counts: Vec<usize> = args.collect();
    let counts = if counts.is_empty() { vec![10_000, 100_000] } else { counts };
    println!(
        "| timers of 1 s, for {SECONDS} s | figure | raw tokio | hostkit | ratio | limit |\n|---|---|---|---|---|---|"
    );
    for count in counts {
        for phases in ["together", "spread"] {
            beside(rounds, count, phases);
        }
    }
    println!("\n| hostkit alone | figure | median |\n|---|---|---|");
    let one = alone(rounds, 1, "together", 1);
    println!("| one timer of 1 ms | due times without a run, and in no count | {:.0} |", figure(&one, LOST));
    println!("| one timer of 1 ms | runs, of {} | {:.0} |", SECONDS * 1000, figure(&one, FIRED));
    let idle = alone(rounds, 1_000, "spread", 60 * 60 * 1000);
    println!("| 1,000 timers of 1 h | % of a core | {:.3} |", figure(&idle, CPU) / SECONDS as f64 / 10.0);
}

const CPU: usize = 0;
const FIRED: usize = 1;
const P99: usize = 3;
const LOST: usize = 5;
const FIGURES: [(&str, usize, &str); 6] = [
    ("CPU, ms", CPU, "1.3"),
    ("firings", FIRED, ""),
    ("lateness, median, µs", 2, ""),
    ("lateness, p99, µs", P99, "1.3"),
    ("lateness, most, µs", 4, ""),
    ("lost", LOST, "0"),
];

fn beside(rounds: usize, count: usize, phases: &str) {
    let (mut raw, mut hosted) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        raw.push(contend("timers_raw", count, phases, 1000));
        hosted.push(contend("timers_hosted", count, phases, 1000));
    }
    for (name, at, limit) in FIGURES {
        let ratio = median(raw.iter().zip(&hosted).map(|(raw, hosted)| hosted[at] / raw[at]).collect());
        let ratio = if at == LOST { String::new() } else { format!("{ratio:.2}") };
        println!(
            "| {count}, {phases} | {name} | {:.1} | {:.1} | {ratio} | {limit} |",
            figure(&raw, at),
            figure(&hosted, at)
        );
    }
}

fn alone(rounds: usize, count: usize, phases: &str, period: u64) -> Vec<Vec<f64>> {
    (0..rounds).map(|_| contend("timers_hosted", count, phases, period)).collect()
}

fn contend(name: &str, count: usize, phases: &str, period: u64) -> Vec<f64> {
    run(name, &[&count.to_string(), phases, &period.to_string(), &SECONDS.to_string()])
}

fn figure(runs: &[Vec<f64>], at: usize) -> f64 {
    median(runs.iter().map(|run| run[at]).collect())
}
