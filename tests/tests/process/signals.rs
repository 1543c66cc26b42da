//! Signals: each stops cleanly, a second one ends the process at once, and a repeat is no second one.

use std::time::Duration;

use crate::support::*;

const AT_ONCE: Duration = Duration::from_secs(3);

#[test]
fn each_signal_stops_cleanly_and_is_named() {
    for (program, signal) in [(MULTI, "TERM"), (MULTI, "INT"), (SINGLE, "QUIT")] {
        let running = scene(program, "plain-idle").start();
        running.logs("ready in").signal(signal);
        let ended = running.end().with(0).within(AT_ONCE);
        ended.logged(&format!("because of SIG{signal}")).logged("1 stopped");
    }
}

#[test]
fn a_signal_during_the_start_is_a_clean_end() {
    let running = scene(MULTI, "plain-slow-start").start();
    running.prints("starting").signal("TERM");
    let ended = running.end().with(0).within(AT_ONCE).never_logged("ready in");
    ended.logged("because of SIGTERM: 2 stopped, 1 never started");
}

#[test]
fn a_second_signal_ends_a_host_that_hangs_in_its_stop() {
    for (signals, code) in [
        ([("TERM", 500), ("TERM", 0)], 143),
        ([("TERM", 500), ("INT", 0)], 130),
        ([("INT", 500), ("QUIT", 0)], 131),
    ] {
        let running = scene(MULTI, "failing-hanging").start();
        running.logs("ready in").signals(&signals);
        running.end().with(code).within(AT_ONCE).logged(&format!("exit code {code}"));
    }
    let running = program(WORKER).args(["--only", "hanging"]).start();
    running.logs("ready in").signal("TERM").prints("hanging in stop").signals(&[("INT", 500), ("INT", 0)]);
    running.end().with(130).within(AT_ONCE);
}

#[test]
fn a_second_signal_ends_a_host_whose_threads_are_all_blocked() {
    for program in [MULTI, SINGLE] {
        for blocked in ["blocked-asleep", "blocked-spinning"] {
            let running = scene(program, blocked).args(["--set", "host.stop_timeout=60s"]).start();
            running.logs("holds its executor thread").signals(&[("INT", 500), ("TERM", 0)]);
            running.end().with(143).within(AT_ONCE);
        }
    }
}

#[test]
fn a_repeat_within_a_moment_is_the_same_signal() {
    let running = scene(MULTI, "failing-aborted").args(["--set", "host.drain_delay=600ms"]).start();
    running.logs("ready in").signals(&[("TERM", 0), ("INT", 0), ("QUIT", 0)]);
    running.end().with(4);
}

#[test]
fn a_signal_to_a_host_that_is_failing_is_its_first() {
    let mut running = scene(MULTI, "failing-start-and-hanging").start();
    running.logs("the start failed").signals(&[("TERM", 500)]);
    assert!(running.is_running(), "one signal does not end it");
    running.signal("TERM");
    running.end().with(143).within(AT_ONCE);
}
