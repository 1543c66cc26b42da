//! Blocked threads: named while they are held, no hindrance to the others, and no way past the deadline.

use std::time::Duration;

use crate::support::*;

/// The host's 300 ms, the watch's grace, and a busy machine.
const DEADLINE: Duration = Duration::from_secs(5);

#[test]
fn the_deadline_holds_when_every_executor_thread_is_blocked() {
    for (program, threads) in [(MULTI, 2), (SINGLE, 1)] {
        for blocked in ["asleep", "spinning"] {
            let running = scene(program, &format!("blocked-{blocked}")).start();
            running.logs("holds its executor thread").logs(&format!("service=\"{blocked}-"));
            running.signal("TERM");
            let ended = running.end().with(4).within(DEADLINE);
            // The blockers are told from their victims: each held a thread. On a runtime of several threads the host
            // itself goes on and ends in good order; on one of a single thread the watch has to end the process.
            let (holds, reason) = if program == MULTI {
                ("can't be aborted: it is left behind", "stopping, because of SIGTERM")
            } else {
                ("has held its executor thread for", "the stop, because of SIGTERM, did not end in time")
            };
            let held = ended.err.lines().filter(|line| line.contains(holds));
            assert_eq!(held.filter(|line| line.contains(blocked)).count(), threads, "{ended}");
            let victim = ended
                .err
                .lines()
                .any(|line| line.contains(&format!("{blocked}-3")) && line.contains("did not stop within 3"));
            assert!(victim, "{ended}");
            ended.logged(reason).logged("exit code 4");
        }
    }
}

#[test]
fn a_hook_that_blocks_is_named_too() {
    for (program, code, named) in
        [(MULTI, 1, "hostkit{hook=\"on-stopping\"}"), (SINGLE, 4, "service=\"on-stopping\"")]
    {
        let running = scene(program, "blocked-hook").start();
        running.logs("ready in").signal("TERM");
        running.end().with(code).within(DEADLINE).logged(named);
    }
}

#[test]
fn a_blocked_first_poll_delays_no_other_service() {
    let running = scene(MULTI, "blocked-first-poll").start();
    running.prints("a-blocker begins");
    for other in 0..20 {
        running.prints(&format!("other-{other} runs"));
    }
    running.logs("ready in");
    let ended = running.end().with(0);
    let at = |part: &str| ended.out.find(part).unwrap();
    for other in 0..20 {
        assert!(at(&format!("other-{other} runs")) < at("a-blocker ends"), "{ended}");
    }
    ended.logged("a-blocker").logged("nothing else runs there meanwhile");
}

#[test]
fn a_blocked_service_holds_up_neither_the_start_nor_the_stop_of_the_host() {
    for _ in 0..5 {
        let running = scene(MULTI, "blocked-one").start();
        running.logs("ready in").signal("TERM");
        let ended = running.end().with(4).within(DEADLINE);
        ended
            .logged("20 stopped, 1 aborted")
            .logged("a-blocker: aborted after 1 run")
            .never_logged("other-0: ");
    }
}

#[test]
fn on_one_thread_the_stall_warning_says_that_nothing_else_runs() {
    let ended = scene(SINGLE, "blocked-first-poll").end().with(0);
    ended.logged("it is the only one, so nothing else runs meanwhile").logged("service=\"a-blocker\"");
}

#[test]
fn a_thread_that_does_not_listen_is_named_and_left_behind() {
    for program in [MULTI, SINGLE] {
        let running = scene(program, "blocked-thread").start();
        running.logs("ready in").signal("TERM");
        let ended = running.end().with(4).within(DEADLINE);
        ended
            .logged("hostkit{service=\"deaf\"}: hostkit: did not stop within")
            .logged("1 stopped, 1 aborted");
    }
}

#[test]
fn a_blocking_task_that_does_not_end_is_named_and_left_behind() {
    let running = scene(MULTI, "blocked-task").start();
    running.logs("ready in").signal("TERM");
    running.end().with(4).within(DEADLINE).logged("giver/deaf").logged("was aborted");
}

/// It is dropped before the report, which names it; the process ends nevertheless.
#[test]
fn a_value_whose_drop_blocks_is_no_way_past_the_deadline_and_past_signals() {
    for program in [MULTI, SINGLE] {
        let running = scene(program, "blocked-value").args(["--set", "host.close_timeout=300ms"]).start();
        running.logs("ready in").signal("TERM");
        let ended = running.end().with(4).within(DEADLINE);
        ended.logged("1 stopped").logged("`Sticky` is being dropped, and that does not end");
        let running = scene(program, "blocked-value").args(["--set", "host.close_timeout=60s"]).start();
        running.logs("ready in").signals(&[("TERM", 500), ("INT", 0)]);
        running.end().with(130).within(DEADLINE).logged("SIGINT again: ending at once");
    }
}

/// However the process ends: by the host itself, by the watch, or by a second signal.
#[test]
fn the_jobs_that_are_left_behind_are_told() {
    let left = "3 jobs of type `Deaf` left over in `deaf`: accepted, and not done";
    for program in [MULTI, SINGLE] {
        let running = scene(program, "blocked-jobs").start();
        running.logs("holds its executor thread").signal("TERM");
        running.end().with(4).within(DEADLINE).logged(left);
    }
    let running = scene(SINGLE, "blocked-jobs").args(["--set", "host.stop_timeout=60s"]).start();
    running.logs("holds its executor thread").signals(&[("INT", 500), ("TERM", 0)]);
    running.end().with(143).within(DEADLINE).logged(left);
}

#[test]
fn a_drop_that_blocks_the_abort_is_no_way_past_the_deadline() {
    for program in [MULTI, SINGLE] {
        let running = scene(program, "blocked-drop").start();
        running.logs("ready in").signal("TERM");
        running.end().with(4).within(DEADLINE).logged("sticky").logged("did not stop within");
    }
}
