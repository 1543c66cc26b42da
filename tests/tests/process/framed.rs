//! What keeps a program from running, as text and as JSON: what, where, why and the help.

use serde_json::Value;

use crate::support::*;

/// All that was told, as the one JSON value that it is.
fn told(ended: &Ended) -> Value {
    assert_eq!(ended.out, "", "{ended}");
    serde_json::from_str(&ended.err).unwrap_or_else(|error| panic!("{error}; {ended}"))
}

#[test]
fn an_invalid_plan_as_text() {
    let ended = scene(MULTI, "wrong-off").args(["check"]).end().with(78);
    let frame = "\
error: the plan is invalid: 1 problem; nothing has started

every service is off
  where  the whole program
  why    `enabled = false`, `--only` or `--except` leaves nothing to run
  help   turn one on
";
    assert_eq!(ended.err, frame);
}

#[test]
fn an_invalid_plan_as_json() {
    for args in [&["check", "--json"][..], &["--json", "check"], &["--json"], &["run", "--json"]] {
        let ended = scene(MULTI, "wrong-much").args(args.iter().copied()).end().with(78);
        let told = told(&ended);
        assert_eq!(told["error"], "the plan is invalid: 6 problems; nothing has started");
        let problems = told["problems"].as_array().unwrap();
        assert_eq!(problems.len(), 6, "{ended}");
        for problem in problems {
            let words = ["what", "where", "why", "help"].map(|part| problem[part].as_str().unwrap());
            assert!(words.iter().all(|words| !words.is_empty()), "{problem}");
        }
        let needy = problems.iter().find(|problem| problem["what"].as_str().unwrap().contains("`needy`"));
        assert!(needy.unwrap()["where"].as_str().unwrap().contains("wrong.rs:"), "{ended}");
    }
}

#[test]
fn a_failed_start_as_text() {
    for (play, what, place, why, help) in [
        (
            "failing-start",
            "`listener` failed to start",
            "failing.rs:",
            "open feed: an error",
            "`ready.notify()`",
        ),
        ("failing-start-timeout", "`slow` did not start within 100ms", "failing.rs:", "", "`start_timeout`"),
        ("failing-hook-starting", "`on-starting` ", "failing.rs:", "panicked: boom in a hook", "fix what"),
        ("provides-refused", "`pool` could not be made", "provides.rs:", "connection refused", "fix what"),
    ] {
        let ended = scene(MULTI, play).env("RUST_LOG", "off").end().with(3);
        // A panic has been told before it.
        let lines: Vec<_> = ended.err.lines().skip_while(|line| !line.starts_with("error: ")).collect();
        assert_eq!(lines.len(), 6, "{ended}");
        assert_eq!(lines[..2], ["error: the host did not start", ""], "{ended}");
        for (line, label, part) in [
            (lines[2], "", what),
            (lines[3], "  where  ", place),
            (lines[4], "  why    ", why),
            (lines[5], "  help   ", help),
        ] {
            assert!(line.starts_with(label) && line.contains(part), "{line}; {ended}");
        }
    }
}

#[test]
fn a_failed_start_as_json() {
    let ended = scene(MULTI, "provides-refused").args(["--json"]).env("RUST_LOG", "off").end().with(3);
    let told: Value = serde_json::from_str(&ended.err).unwrap_or_else(|error| panic!("{error}; {ended}"));
    assert_eq!(told["error"], "the host did not start");
    let problem = &told["problems"][0];
    assert_eq!(problem["what"], "`pool` could not be made", "{ended}");
    assert_eq!(problem["why"], "connection refused", "{ended}");
    assert!(problem["where"].as_str().unwrap().contains("provides.rs:"), "{ended}");
}

/// A start that was asked to end is none that failed.
#[test]
fn nothing_is_told_of_a_start_that_was_cut_short() {
    let running = scene(MULTI, "plain-slow-start").start();
    running.prints("starting").signal("TERM");
    running.end().with(0).never_logged("did not start");
}
