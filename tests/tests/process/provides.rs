//! Values that are made: what the command line does with them, and what their failures make of the exit code.

use std::time::Duration;

use crate::support::*;

#[test]
fn a_run_by_hand_has_its_values() {
    let ended = scene(MULTI, "provides-timer").args(["trigger", "tick"]).end().with(0);
    assert_eq!(ended.out, "feed made\ntx made\nticked\ntx closed\nfeed closed\n", "{ended}");
}

#[test]
fn a_provider_is_listed() {
    let ended = scene(MULTI, "provides-timer").args(["list"]).end().with(0);
    assert!(ended.out.lines().any(|line| line.starts_with("feed") && line.contains("provides")), "{ended}");
}

#[test]
fn a_provider_that_fails_is_exit_code_3() {
    let ended = scene(MULTI, "provides-refused").end().with(3);
    assert_eq!(ended.out, "feed made\nfeed closed\n", "{ended}");
    ended.logged("the start failed: `pool` could not be made: connection refused");
}

#[test]
fn a_value_that_does_not_close_is_exit_code_1() {
    let ended = scene(MULTI, "provides-hangs").end().with(1);
    ended.logged("feed (provides) failed to close: did not close within 50.0ms and was aborted");
}

/// On a runtime of several threads the host goes on without it; where it holds the only one, the watch ends the process.
#[test]
fn a_closing_that_blocks_its_thread_keeps_nobody() {
    for (program, code, named) in [
        (MULTI, 1, "feed (provides) failed to close: did not close within 50.0ms"),
        (SINGLE, 4, "`feed` has held its executor thread for"),
    ] {
        scene(program, "provides-blocks").end().with(code).within(Duration::from_secs(5)).logged(named);
    }
}
