//! The wall clock is moved while a program runs: by a library that is loaded before all others.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use crate::support::*;

/// Adds to the time of day as many seconds as the file of this name says.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
int clock_gettime(clockid_t id, struct timespec *ts) {
    int r = (int)syscall(SYS_clock_gettime, id, ts);
    int fd = r == 0 && id == CLOCK_REALTIME && getenv("CLOCK_FILE") ? open(getenv("CLOCK_FILE"), O_RDONLY | O_CLOEXEC) : -1;
    if (fd >= 0) { char b[32] = {0}; if (read(fd, b, 31) > 0) ts->tv_sec += atoll(b); close(fd); }
    return r;
}
"#;

/// A wall clock for one program.
struct Clock {
    directory: tempfile::TempDir,
}

impl Clock {
    /// Nothing, and it says so, where the system does not allow for it.
    fn new() -> Option<Self> {
        let clock = Clock { directory: tempfile::tempdir().unwrap() };
        let source = clock.path("shim.c");
        fs::write(&source, SHIM).unwrap();
        clock.step(1_000_000);
        let compiled = ["cc", "gcc", "clang"].into_iter().any(|compiler| {
            let mut command = Command::new(compiler);
            command.args(["-shared", "-fPIC", "-o"]).arg(clock.path("shim.so")).arg(&source);
            command.stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        });
        if !compiled {
            eprintln!("skipped: there is no C compiler to move the clock with");
            return None;
        }
        let shown = clock.preload(&mut Command::new("date")).arg("+%s").output().ok();
        let shown = shown.and_then(|date| String::from_utf8(date.stdout).ok()?.trim().parse::<i64>().ok());
        clock.step(0);
        if shown.is_none_or(|shown| shown < Timestamp::now().as_second() + 500_000) {
            eprintln!("skipped: no library can be loaded before others here, to move the clock with");
            return None;
        }
        Some(clock)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// From now on it differs from the real one by so many seconds.
    fn step(&self, seconds: i64) {
        let (new, file) = (self.path("new"), self.path("clock"));
        fs::write(&new, format!("{seconds}\n")).unwrap();
        fs::rename(new, file).unwrap();
    }

    fn preload<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.env("LD_PRELOAD", self.path("shim.so")).env("CLOCK_FILE", self.path("clock"))
    }

    fn program(&self, scene_name: &str) -> Program {
        let text = |path: &Path| OsStr::to_str(path.as_ref()).unwrap().to_owned();
        scene(MULTI, scene_name)
            .env("LD_PRELOAD", &text(&self.path("shim.so")))
            .env("CLOCK_FILE", &text(&self.path("clock")))
    }
}

/// The due times of this timer's runs, and why each ran.
fn runs(out: &str, name: &str) -> Vec<(i64, String)> {
    out.lines()
        .filter_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.split_once(' '))
        .map(|(due, why)| (due.parse().unwrap(), why.to_owned()))
        .collect()
}

/// Due first soon, and then 20 and 40 minutes later; and so each hour, so that it is not long until the next.
fn thrice() -> String {
    let first = (Timestamp::now() + 6.seconds()).to_zoned(TimeZone::UTC);
    let times = [0, 20, 40].map(|minutes| &first + minutes.minutes());
    let list = |part: fn(&jiff::Zoned) -> i8| {
        let mut numbers: Vec<_> = times.iter().map(part).collect();
        numbers.sort();
        numbers.dedup();
        numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
    };
    let hours = (0..24).map(|hour| hour.to_string()).collect::<Vec<_>>().join(",");
    format!("{} {} {hours} * * *", first.second(), list(jiff::Zoned::minute))
}

/// As a machine that slept sees it: the last run ended long before.
#[test]
fn what_a_clock_that_goes_ahead_leaps_over_is_missed_and_caught_up_with() {
    let Some(clock) = Clock::new() else { return };
    let cron = format!("services.nightly.cron={}", thrice());
    let program = clock.program("clock").args(["--set", &cron]).start();
    program.logs("ready in").prints("nightly ");
    sleep(Duration::from_millis(300)); // no run is going
    clock.step(50 * 60);
    program.logs("the wall clock went ahead by 50m").prints("CatchUp missed=2");
    sleep(Duration::from_millis(1_500));
    let begun = Instant::now();
    // Where the start took long, the first run came soon after it.
    while ["beat", "rest"].iter().any(|steady| runs(&program.printed(), steady).len() < 4) {
        assert!(begun.elapsed() < Duration::from_secs(20), "what is steady is silent");
        sleep(Duration::from_millis(20));
    }
    program.signal("TERM");
    let ended = program.end().with(0).never_logged("is still going").never_logged("overdue");
    assert_eq!(ended.err.matches("the wall clock went").count(), 1, "once for the host: {ended}");
    let nightly = runs(&ended.out, "nightly");
    assert_eq!(nightly.len(), 2, "{ended}");
    assert_eq!(nightly[1].0 - nightly[0].0, 40 * 60, "{ended}");
    let interval = runs(&ended.out, "interval");
    let caught_up = interval.iter().filter(|(_, why)| why != "Schedule missed=0").count();
    assert!(caught_up <= 2, "one run for all that were missed: {ended}");
    for steady in ["beat", "rest"] {
        let runs = runs(&ended.out, steady);
        assert!(runs.len() >= 4 && runs.iter().all(|(_, why)| why == "Schedule missed=0"), "{ended}");
    }
}

/// By more than the time between two runs: an interval goes on, and a fixed time does not come twice.
#[test]
fn a_clock_that_is_set_back_silences_no_interval_and_repeats_no_fixed_time() {
    let Some(clock) = Clock::new() else { return };
    clock.step(100_000);
    let numbers = |range: std::ops::Range<u8>| range.map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let cron =
        format!("services.nightly.cron={} {} {} * * *", numbers(0..60), numbers(0..60), numbers(0..24));
    let program = clock.program("clock").args(["--set", &cron]).start();
    program.logs("ready in").prints("nightly ").prints("interval ");
    sleep(Duration::from_millis(1_200));
    clock.step(100_000 - 7);
    program.logs("the wall clock went back by 7s");
    let (begun, before) = (Instant::now(), runs(&program.printed(), "interval").len());
    while runs(&program.printed(), "interval").len() < before + 3 {
        assert!(begun.elapsed() < Duration::from_secs(20), "the interval is silent");
        sleep(Duration::from_millis(20));
    }
    assert!(begun.elapsed() < Duration::from_secs(6), "it waited for the clock: {:?}", begun.elapsed());
    let fixed = runs(&program.printed(), "nightly").len();
    while runs(&program.printed(), "nightly").len() < fixed + 2 {
        assert!(begun.elapsed() < Duration::from_secs(30), "the fixed time is silent");
        sleep(Duration::from_millis(20));
    }
    // And back by days, as if the clock had been wrong.
    clock.step(0);
    program.logs("the wall clock went back by 1d 3h");
    let (begun, before) = (Instant::now(), runs(&program.printed(), "nightly").len());
    while runs(&program.printed(), "nightly").len() < before + 2 {
        assert!(begun.elapsed() < Duration::from_secs(20), "it waits for a day");
        sleep(Duration::from_millis(20));
    }
    program.signal("TERM");
    let ended = program.end().with(0).never_logged("is still going").never_logged("overdue");
    assert_eq!(ended.err.matches("the wall clock went").count(), 2, "{ended}");
    let dues: Vec<_> = runs(&ended.out, "nightly").into_iter().map(|(due, _)| due).collect();
    assert_eq!(dues.iter().collect::<HashSet<_>>().len(), dues.len(), "none comes twice: {ended}");
}

/// A job for a time of the wall clock runs when that is there; one that is to wait for so long does not.
#[test]
fn a_job_for_a_time_of_the_wall_clock_goes_by_it() {
    let Some(clock) = Clock::new() else { return };
    let program = clock.program("clock-queue").start();
    program.logs("ready in").prints("both wait");
    clock.step(-600);
    program.logs("the wall clock went back by 10m");
    clock.step(44 * 60);
    program.logs("the wall clock went ahead by 54m");
    sleep(Duration::from_millis(500));
    assert!(!program.printed().contains("ran"), "it is a minute too soon: {}", program.printed());
    clock.step(50 * 60);
    program.prints("at ran").signal("TERM");
    let ended = program.end().logged("1 job of type `String` left over");
    assert!(!ended.out.contains("after ran"), "{ended}");
}

/// What happened before a step keeps its time, and what comes after it has the new one.
#[test]
fn times_of_jobs_are_those_that_the_wall_clock_showed_then() {
    let Some(clock) = Clock::new() else { return };
    for step in [3_600, -3_600] {
        clock.step(0);
        let program = clock.program("clock-attempts").start();
        program.logs("ready in").prints("both are there");
        clock.step(step);
        program.prints("all told").signal("TERM");
        let ended = program.end().with(0);
        let numbers = |line: &str| -> Vec<i64> {
            let found = ended.out.lines().find(|told| told.starts_with(line));
            let found = found.unwrap_or_else(|| panic!("nothing says {line:?}: {ended}"));
            found.split_whitespace().filter_map(|word| word.parse().ok()).collect()
        };
        let (began, stepped) = (numbers("began at")[0], numbers("stepped at")[0]);
        assert!((stepped - began - step).abs() < 60, "{ended}");
        let near =
            |told: i64, shown: i64| assert!((told - shown).abs() < 60, "{told} is not {shown}: {ended}");
        near(numbers("first was enqueued at")[0], began);
        near(numbers("second was enqueued at")[0], began);
        near(numbers("third was enqueued at")[0], stepped);
        for (id, enqueued, died) in [("1", began, began), ("2", began, stepped), ("3", stepped, stepped)] {
            let times = numbers(&format!("{id} lived from"));
            near(times[1], enqueued);
            near(times[2], died);
        }
    }
}
