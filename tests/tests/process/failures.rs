//! What goes wrong, and the exit code that it deserves: every row of the table, and who wins when several apply.

use crate::support::*;

#[test]
fn what_a_policy_recovers_from_is_0_and_in_the_report() {
    for (play, told) in
        [("plain-restarts", "last error: not yet"), ("plain-ignores", "last error: never mind")]
    {
        scene(MULTI, play).end().with(0).logged(told);
    }
}

#[test]
fn an_error_after_the_stop_was_asked_for_is_0_and_a_panic_is_1() {
    for (play, code, told) in [
        ("plain-late-error", 0, "last error: interrupted"),
        ("failing-late-panic", 1, "last error: panicked: boom while stopping"),
    ] {
        let running = scene(MULTI, play).start();
        running.logs("ready in").signal("TERM");
        running.end().with(code).logged(told);
    }
}

#[test]
fn a_failed_service_stops_the_host_with_1() {
    for (play, told) in [
        ("failing-error", "feed: failed after 1 run, 1 failure; last error: open feed: an error occurred"),
        ("failing-panic", "last error: panicked: boom in a service"),
        ("failing-thread", "last error: panicked: boom on a thread"),
        ("failing-fatal", "last error: no licence"),
        ("failing-drop", "last error: panicked: boom in a drop"),
        ("failing-timer", "3 failures in a row, the last one: panicked: boom in a timer"),
    ] {
        for program in [MULTI, SINGLE] {
            scene(program, play).end().with(1).logged(told).logged("; exit code 1");
        }
    }
}

#[test]
fn a_panic_of_a_timer_or_a_task_is_told_and_survived() {
    for (play, told) in [
        ("plain-timer-panics", &["panicked: boom in a timer"][..]),
        (
            "plain-task-panics",
            &["boom in a task", "boom in a blocking task", "boom in the queue", "tasks: 3 failed"],
        ),
    ] {
        let running = scene(MULTI, play).start();
        running.logs("ready in").logs(told[0]);
        // The others follow soon; the host drains them.
        running.signal("TERM");
        let ended = running.end().with(0);
        told.iter().fold(ended, |ended, part| ended.logged(part));
    }
}

#[test]
fn the_methods_of_a_service_with_state_fail_in_their_own_way() {
    for (fault, code, told) in [
        ("new error", 3, "in `new`: no luck in `new`"),
        ("new panic", 3, "in `new`: panicked: boom in `new`"),
        ("start error", 3, "in `start`: no luck in `start`"),
        ("start panic", 3, "in `start`: panicked: boom in `start`"),
        ("run error", 1, "no luck in `run`"),
        ("run panic", 1, "panicked: boom in `run`"),
        ("stop error", 1, "in `stop`: no luck in `stop`"),
        ("stop panic", 1, "in `stop`: panicked: boom in `stop`"),
        ("drop panic", 1, "panicked: boom in `drop`"),
        ("none", 0, "1 finished"),
    ] {
        let ended = program(WORKER).args(["--only", "faulty"]).env("FAULT", fault).end();
        ended.with(code).logged(told);
    }
}

#[test]
fn a_panicking_hook_has_the_code_of_its_moment() {
    for (moment, code) in [("starting", 3), ("started", 3), ("stopping", 1), ("stopped", 1)] {
        let running = scene(MULTI, &format!("failing-hook-{moment}")).start();
        if code == 1 {
            running.logs("ready in").signal("TERM");
        }
        let ended = running.end().with(code);
        ended.logged(&format!("the `{moment}` hook failed")).logged("panicked: boom in a hook");
    }
}

#[test]
fn a_failed_start_is_3_names_its_cause_and_stops_what_had_started() {
    let ended = scene(MULTI, "failing-start").end().with(3);
    ended
        .logged("the start failed: `listener`")
        .logged("open feed: an error occurred")
        .logged("1 stopped, 1 failed")
        .logged("; exit code 3")
        .never_logged("ready in");
    let ended = scene(MULTI, "failing-start-timeout").end().with(3);
    ended.logged("`slow` did not start within 100ms");
}

#[test]
fn what_does_not_stop_in_time_is_aborted_with_4() {
    for program in [MULTI, SINGLE] {
        let running = scene(program, "failing-aborted").start();
        running.logs("ready in").signal("TERM");
        let ended = running.end().with(4);
        ended
            .logged("hostkit{service=\"stubborn\"}: hostkit: did not stop within")
            .logged("stubborn: aborted after 1 run, was given ")
            .logged("; exit code 4");
    }
}

/// 128+n before 3, 1 and 4 is `signals::a_signal_to_a_host_that_is_failing_is_its_first`.
#[test]
fn of_several_codes_3_goes_before_1_before_4() {
    let both = |play| scene(MULTI, play).end();
    both("failing-start-and-aborted").with(3).logged("1 failed, 1 aborted");
    both("failing-error-and-aborted").with(1).logged("1 failed, 1 aborted");
}

#[test]
fn a_panic_while_being_aborted_is_a_failure() {
    let running = scene(MULTI, "failing-drop-aborted").start();
    running.logs("ready in").signal("TERM");
    running.end().with(1).logged("while being aborted: panicked: boom in a drop");
}

#[test]
fn nothing_that_failed_is_absent_from_the_report() {
    let ended = scene(MULTI, "failing-much").end().with(1);
    ended.logged("feed: failed").logged("the `stopping` hook failed").logged("the `stopped` hook failed");
}

#[test]
fn a_panicking_configure_is_told() {
    scene(MULTI, "failing-configure")
        .end()
        .with(3)
        .logged("error: `configure` failed: panicked: boom in `configure`");
    scene(MULTI, "unheard-of")
        .end()
        .with(3)
        .logged("error: `configure` failed: there is no scene `unheard-of`");
}
