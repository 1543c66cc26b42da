//! A log that nobody reads: the pipe is full, whoever writes waits. The process ends all the same, in its time.

use std::time::Duration;

use crate::support::*;

const TEXT: &str = "text";
const JSON: &str = "json";

/// `stop_timeout` and `close_timeout` as below, a second, and a busy machine.
const DEADLINE: Duration = Duration::from_millis(500 + 300 + 1000 + 2000);

fn flood(program: &str, play: &str, format: &str) -> Program {
    scene(program, play).env("HOSTKIT__LOG__FORMAT", format).args([
        "--set",
        "host.stop_timeout=500ms",
        "--set",
        "host.close_timeout=300ms",
    ])
}

#[test]
fn sigterm_ends_a_process_whose_log_nobody_reads() {
    for (program, play) in [
        (MULTI, "logged-flood"),
        (SINGLE, "logged-flood"),
        (MULTI, "logged-flood-thread"),
        (SINGLE, "logged-flood-thread"),
    ] {
        for format in [TEXT, JSON] {
            // Full from the first byte: the host itself waits before anything has started.
            let (program, _unread) = flood(program, play, format).unread_stderr();
            let running = program.start();
            std::thread::sleep(Duration::from_millis(300)); // nothing can be heard of it
            running.signal("TERM");
            running.end().with(4).within(DEADLINE);
        }
    }
}

#[test]
fn a_second_signal_ends_it_at_once() {
    for program in [MULTI, SINGLE] {
        let flood = flood(program, "logged-flood", TEXT).args(["--set", "host.stop_timeout=60s"]);
        let (program, _unread) = flood.unread_stderr();
        let running = program.start();
        std::thread::sleep(Duration::from_millis(300));
        running.signals(&[("TERM", 400), ("TERM", 0)]);
        running.end().with(143).within(Duration::from_secs(3));
    }
}

#[test]
fn a_log_that_is_read_no_more_is_no_way_past_the_deadline() {
    for program in [MULTI, SINGLE] {
        for format in [TEXT, JSON] {
            let running = flood(program, "logged-flood", format).stops_reading(20_000).start();
            running.prints("flooding").logs("xxxx");
            std::thread::sleep(Duration::from_millis(500)); // until the pipe is full
            running.signal("TERM");
            running.end().with(4).within(DEADLINE);
        }
    }
}

#[test]
fn output_that_nobody_reads_is_no_way_past_the_deadline_either() {
    for program in [MULTI, SINGLE] {
        let (program, _unread) = flood(program, "logged-flood-out", TEXT).unread_stdout();
        let running = program.start();
        running.logs("flooding").signal("TERM");
        running.end().with(4).within(DEADLINE);
    }
}

/// At the end of a program standard output is flushed; nobody is to wait for that.
#[test]
fn half_a_line_that_nobody_reads_holds_up_no_end() {
    for program in [MULTI, SINGLE] {
        let (program, _unread) = flood(program, "logged-half-line", TEXT).unread_stdout();
        program.start().end().with(0).within(DEADLINE).logged("1 finished");
    }
}
