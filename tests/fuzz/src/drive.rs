//! A driver that needs no nightly compiler: it changes inputs at random, and cannot see what they reach.

use std::panic::catch_unwind;
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// Pieces that random bytes would hardly become.
const WORDS: [&str; 40] = [
    "all",
    "host",
    ".",
    "=",
    "\"",
    "'",
    "[",
    "]",
    "{",
    "}",
    "\n",
    "#",
    "[[all]]",
    "[all]\n",
    "HOSTKIT__ALL__",
    "port",
    "mode",
    "fast",
    "file",
    "path",
    "either",
    "tagged",
    "kind",
    "secret",
    "password",
    "map",
    "inner",
    "deep",
    "next",
    "flat",
    "own",
    "1979-05-27T07:32:00Z",
    "0x",
    "1e999",
    "-1",
    "99999999999999999999",
    "\u{fffd}ä",
    "1m 30s",
    "16MiB",
    "stop_timeout",
];

const SEEDS: &[&str] = &[
    "1m 30s",
    "250ms",
    "1.5h",
    "36500d",
    "16MiB",
    "1_000 kB",
    "1.5GiB",
    "18446744073709551615B",
    "all.port=8080",
    "all.\"a.b\".c={ x = [1, 2] }",
    "HOSTKIT__ALL__MODE__FILE__PATH=x\nHOSTKIT__ALL__MAXSIZE=7",
    "host.stop_timeout=5s",
    "all={ port = 1, map = { 7 = { deep = 1 } } }\nall.map.7.next.deep=2",
    "[host]\nstop_timeout = \"5s\"\nexpect = [\"all\"]\n[all]\nport = 8080\nname = \"x\"\nlist = [1, 2]\npair = [1, \"a\"]\n\
     mode = { file = { path = \"x\" } }\neither = { password = \"p\" }\ntagged = { kind = \"B\", deep = 1 }\n\
     timeout = \"1m 30s\"\nsize = \"16MiB\"\naddress = \"::1\"\ncount = 1\ntoken = \"t\"\npin = 5\nunit = {}\nmaxSize = 1\n\
     flat = { own = 1, a = 2, b = [\"c\"] }\n[all.inner]\ndeep = 1\n[all.inner.next]\ndeep = 2\n[all.map]\n7 = { deep = 3 }\n",
];

/// Runs the target on changed inputs for as many seconds as the first argument says (60 without).
pub fn drive(name: &str, target: fn(&[u8])) -> ExitCode {
    let seconds = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(60);
    let (begun, limit) = (Instant::now(), Duration::from_secs(seconds));
    let mut random = Random(0x9e37_79b9_7f4a_7c15 ^ u64::from(std::process::id()));
    let mut inputs: Vec<Vec<u8>> = SEEDS.iter().map(|seed| seed.as_bytes().to_vec()).collect();
    let mut runs = 0u64;
    while begun.elapsed() < limit {
        for _ in 0..100 {
            let input = random.changed(&inputs);
            if catch_unwind(|| target(&input)).is_err() {
                eprintln!("{name}: run {runs} panicked on {:?}\n{input:?}", String::from_utf8_lossy(&input));
                return ExitCode::FAILURE;
            }
            runs += 1;
            // Changes add up, but never lead away from the seeds for good.
            if random.below(50) == 0 && input.len() < 4096 {
                match inputs.len() {
                    0..500 => inputs.push(input),
                    count => {
                        let at = SEEDS.len() + random.below(count - SEEDS.len());
                        inputs[at] = input;
                    }
                }
            }
        }
    }
    println!("{name}: {runs} runs in {seconds} s, no panic");
    ExitCode::SUCCESS
}

/// xorshift: the same numbers for the same beginning.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn changed(&mut self, inputs: &[Vec<u8>]) -> Vec<u8> {
        let mut input = inputs[self.below(inputs.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(input.len() + 1);
            let until = (at + self.below(16)).min(input.len());
            match self.below(7) {
                0 if at < input.len() => input[at] ^= 1 << self.below(8),
                1 => input.insert(at, self.below(256) as u8),
                2 => drop(input.drain(at..until)),
                3 => {
                    let piece = input[at..until].to_vec();
                    let to = self.below(input.len() + 1);
                    input.splice(to..to, piece);
                }
                4 => {
                    let other = &inputs[self.below(inputs.len())];
                    let from = self.below(other.len());
                    let piece = other[from..(from + self.below(64)).min(other.len())].to_vec();
                    input.splice(at..at, piece);
                }
                5 => {
                    let word = WORDS[self.below(WORDS.len())];
                    input.splice(at..until, word.bytes());
                }
                _ => {
                    let word = WORDS[self.below(WORDS.len())];
                    input.splice(at..at, word.bytes());
                }
            }
        }
        input
    }
}
