//! Each numbered example starts, says what its first lines promise, and ends with the exit code that they promise.

mod program;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::thread;

use program::{PATIENCE, Program};

const CLEAN: Option<i32> = Some(0);

fn here() -> tempfile::TempDir {
    tempfile::tempdir().expect("a directory of its own")
}

#[test]
fn worker() {
    let directory = here();
    let mut worker = Program::start(env!("CARGO_BIN_EXE_01_worker"), directory.path(), &[]);
    worker.says("up for 1 s");
    let (code, log) = worker.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains("goodbye, after 1."), "{log}");
}

#[test]
fn timed() {
    let directory = here();
    fs::write(directory.path().join("file"), [0; 1234]).expect("a file of 1234 bytes");
    let mut timed = Program::start(env!("CARGO_BIN_EXE_02_timed"), directory.path(), &[]);
    timed.says("1234 bytes in the working directory");
    timed.says("it is ");
    timed.says("it is ");
    assert_eq!(timed.stops().0, CLEAN);
}

#[test]
fn state() {
    let directory = here();
    let mut daytime = Program::start(env!("CARGO_BIN_EXE_03_state"), directory.path(), &[]);
    let line = daytime.says("listening on ");
    let address = line.rsplit(' ').next().expect("the address is its last word");
    for _ in 0..2 {
        let mut answer = String::new();
        let mut socket = TcpStream::connect(address).expect("it listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        socket.read_to_string(&mut answer).expect("it answers, and hangs up");
        assert!(answer.trim_end().parse::<jiff::Timestamp>().is_ok(), "{answer:?}");
    }
    let (code, log) = daytime.stops();
    assert_eq!(code, CLEAN, "{log}");
    let told =
        log.split("told the time ").nth(1).and_then(|rest| rest.split(' ').next()?.parse::<u32>().ok());
    assert!(told >= Some(2), "a scan of all ports may have asked as well: {log}");
}

#[test]
fn hooks() {
    let directory = here();
    let pid_file = directory.path().join("hostkit.pid");
    let start = || Program::start(env!("CARGO_BIN_EXE_04_hooks"), directory.path(), &[]);
    let mut first = start();
    first.says("to stop me: kill $(cat hostkit.pid)");
    assert!(pid_file.exists());

    let (code, log) = start().ends();
    assert_eq!(code, Some(3), "{log}");
    assert!(log.contains("does another one run?"), "{log}");
    assert!(pid_file.exists(), "the file is the first one's");

    let (code, log) = first.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains("no new work from here on"), "{log}");
    assert!(!pid_file.exists());
}

#[test]
fn restart_with_somebody_there() {
    let directory = here();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address").to_string();
    thread::spawn(move || {
        listener.incoming().flatten().for_each(|mut socket| drop(writeln!(socket, "hello")))
    });
    let mut feed = Program::start(env!("CARGO_BIN_EXE_05_restart"), directory.path(), &[("FEED", &address)]);
    for restart in 1..=2 {
        feed.says("connected");
        feed.says("hello");
        let line = feed.says("the other side hung up");
        assert!(line.contains(&format!("restart {restart} of 3")), "{line}");
    }
    assert_eq!(feed.stops().0, CLEAN);
}

#[test]
fn restart_with_nobody_there() {
    let directory = here();
    let nobody = TcpListener::bind("127.0.0.1:0").and_then(|freed| freed.local_addr()).expect("a free port");
    let environment = [("FEED", &*nobody.to_string())];
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_05_restart"), directory.path(), &environment).ends();
    assert_eq!(code, Some(1), "{log}");
    for restart in 1..=3 {
        assert!(log.contains(&format!("restart {restart} of 3")), "{log}");
    }
}

#[test]
fn blocking() {
    let directory = here();
    let mut primes = Program::start(env!("CARGO_BIN_EXE_06_blocking"), directory.path(), &[]);
    primes.says(" primes");
    primes.says(" primes");
    let (code, log) = primes.stops();
    assert_eq!(code, CLEAN, "{log}");
    assert!(number_in(&directory.path().join("primes.txt")) > 4, "{log}");
}

fn number_in(file: &Path) -> u64 {
    let mut line = String::new();
    let mut file = BufReader::new(fs::File::open(file).expect("it was written"));
    file.read_line(&mut line).expect("it can be read");
    line.trim_end().parse().expect("it is a number")
}

#[test]
fn builder() {
    let directory = here();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_07_builder"), directory.path(), &[]).ends();
    assert_eq!(code, CLEAN, "{log}");
    assert!(log.contains(&format!("port {port} is open")), "{log}");
}

#[test]
fn schedules() {
    let directory = here();
    let (code, log) = Program::start(env!("CARGO_BIN_EXE_08_schedules"), directory.path(), &[]).ends();
    assert_eq!(code, CLEAN, "{log}");
    // When which run began or ended, in tenths of a second.
    let told = |name: &str, what: &str| -> Vec<u32> {
        let lines = log.lines().filter(|line| line.ends_with(what));
        lines
            .filter_map(|line| {
                let words: Vec<_> = line.split_whitespace().collect();
                let at = words.iter().position(|word| *word == name)?;
                words.get(at.checked_sub(1)?)?.parse().ok()
            })
            .collect()
    };
    let runs = |name| told(name, ": begins").len();
    // In 4 s: 9 due times at a fixed rate, 6 with a fixed delay of 7 tenths from begin to begin.
    assert!((7..=9).contains(&runs("rate")) && (4..=6).contains(&runs("delay")), "{log}");
    assert!((2..=3).contains(&runs("skip")), "every third due time: {log}");
    assert!((3..=4).contains(&runs("queue")), "one right after the other: {log}");
    assert!(runs("allow") > runs("queue") && runs("cancel") > runs("queue"), "{log}");
    assert!(told("cancel", ": ends").iter().all(|tenth| *tenth >= 40), "only the last one may end: {log}");
    let begun = told("queue", ": begins");
    assert!(begun.windows(2).all(|pair| pair[1] - pair[0] >= 12), "never beside itself: {log}");
}

#[test]
fn cron() {
    let directory = here();
    let mut cron = Program::start(env!("CARGO_BIN_EXE_09_cron"), directory.path(), &[]);
    cron.says("blink number 1");
    cron.says("blink number 2");
    assert_eq!(cron.stops().0, CLEAN);
}
