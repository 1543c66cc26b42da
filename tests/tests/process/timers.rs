//! `next` and `trigger`: when a timer is due, and one run of it by hand.

use crate::support::*;

fn worker<'a>(args: impl IntoIterator<Item = &'a str>) -> Ended {
    program(WORKER).args(args).end()
}

#[test]
fn next_tells_due_times_one_to_a_line() {
    let ended = worker(["next", "delta", "-n", "2", "--from", "2026-01-01T00:00:00Z"]).with(0);
    assert_eq!(ended.out, "2026-01-01T00:00:00.01+00:00\n2026-01-01T00:00:00.02+00:00\n", "{ended}");
    assert_eq!(worker(["next", "delta"]).with(0).out.lines().count(), 10);
    worker(["next", "delta", "--from", "soon"]).with(2).logged("`--from` takes a time such as");
}

#[test]
fn trigger_runs_it_once_without_hooks_and_other_services() {
    let ended = worker(["trigger", "delta"]).with(0);
    assert_eq!(ended.out, "", "no hook announced anything, no other service ran: {ended}");
}

#[test]
fn a_run_by_hand_that_fails_is_exit_code_1() {
    scene(MULTI, "failing-timer").args(["trigger", "tick"]).end().with(1).logged("boom in a timer");
}

#[test]
fn a_name_of_no_timer_is_wrong_usage() {
    for command in ["next", "trigger"] {
        worker([command, "detla"]).with(2).logged("no service is named `detla`; did you mean `delta`?");
        worker([command, "alpha"]).with(2).logged("`alpha` is #[hosted_service], not a timer");
        worker([command]).with(2);
    }
}
