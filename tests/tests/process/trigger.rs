//! `trigger`: what it says of the run, and what a signal does to it; and the other commands where something is wrong.

use std::time::Duration;

use crate::support::*;

fn by_hand(name: &str) -> Program {
    scene(MULTI, "early-by-hand").args(["trigger", name])
}

#[test]
fn what_became_of_the_run_is_one_line() {
    let ended = by_hand("brief").end().with(0);
    assert_eq!(ended.out, "begun\n", "{ended}");
    assert!(ended.err.starts_with("`brief` finished in ") && ended.err.lines().count() == 1, "{ended}");
    let job = scene(MULTI, "queued").args(["trigger", "resize", "--job", r#"{"image":"a","width":7}"#]);
    let ended = job.end().with(0).logged("`resize` did the job in ");
    ended.never_logged("by-hand").never_logged("paused").never_logged("because of a request");
}

#[test]
fn a_run_that_a_signal_cuts_short_was_interrupted() {
    for (signal, code) in [("TERM", 143), ("INT", 130), ("HUP", 129)] {
        let running = by_hand("obedient").start();
        running.prints("begun").signal(signal);
        running.end().with(code).logged(&format!("`obedient` was interrupted by SIG{signal}"));
    }
}

#[test]
fn a_run_that_does_not_end_holds_nothing_up() {
    let running = by_hand("endless").start();
    running.prints("begun").signal("TERM");
    running.end().with(143).within(Duration::from_secs(5));
    let running = by_hand("endless").args(["--set", "host.stop_timeout=60s"]).start();
    running.prints("begun").signals(&[("TERM", 500), ("TERM", 0)]);
    running.end().with(143).within(Duration::from_secs(3));
}

#[test]
fn no_schedule_is_shown_that_is_not_in_force() {
    let wrong = ["--set", "services.nightly.every=0s"];
    let timers = || scene(MULTI, "queued");
    for program in [
        timers().args(wrong),
        timers().args(["--set", "services.nightly.evry=1s"]),
        timers().args(["--config", "missing.toml"]),
        timers().file("hostkit.toml", "[services"),
        timers().env("HOSTKIT__SERVICES__NIGHTLY__EVERY", "0s"),
    ] {
        let ended = program.args(["next", "nightly"]).end().with(78).logged("help");
        assert_eq!(ended.out, "", "{ended}");
    }
    for command in ["list", "graph"] {
        timers()
            .args(wrong)
            .args([command])
            .end()
            .with(0)
            .logged("1 problem: run `check` to see what is wrong");
    }
    timers().args(["next", "nightly"]).end().with(0);
}

#[test]
fn due_times_are_shown_as_they_are_found() {
    let running = scene(MULTI, "queued").args(["next", "nightly", "-n", "1000000000"]).start();
    running.prints("+00:00\n");
}

#[test]
fn a_result_that_can_not_be_written_is_a_failure() {
    if !std::path::Path::new("/dev/full").exists() {
        eprintln!("skipped: there is no /dev/full");
        return;
    }
    for words in [
        &["list"][..],
        &["list", "--json"],
        &["check"],
        &["check", "--json"],
        &["config"],
        &["config", "--json"],
        &["graph"],
        &["next", "nightly"],
        &["--help"],
        &["--version"],
        &["list", "--help"],
    ] {
        let ended = scene(MULTI, "queued").args(words.iter().copied()).prints_to("/dev/full").end().with(1);
        ended.logged("error: can't write to standard output: ");
        scene(MULTI, "queued").args(words.iter().copied()).without_stdout().end().with(0);
    }
}

#[test]
fn a_selection_of_hooks_and_what_it_leaves() {
    let by_main = program(env!("CARGO_BIN_EXE_by_main")).args(["--only", "at_started"]).end().with(2);
    by_main.logged("`at_started` is a hook: hooks always run, and can't be selected");
    let ended = scene(MULTI, "provides-timer").args(["list", "--only", "idle"]).end().with(0);
    for name in ["feed", "tx", "other"] {
        let line = ended.out.lines().find(|line| line.starts_with(name)).unwrap();
        assert!(line.contains("off: nothing that runs needs it"), "{line}");
    }
    let ended = scene(MULTI, "provides-timer").args(["list"]).end().with(0);
    let line = ended.out.lines().find(|line| line.starts_with("feed")).unwrap();
    assert!(line.contains(" on "), "{line}");
}
