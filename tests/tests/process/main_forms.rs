//! The forms of `main!`. (`link` and `ignore` are in `discovery.rs`: they are about crates.)

use crate::support::*;

#[test]
fn the_plainest_form_ends_by_itself_when_its_work_is_done() {
    let ended = program(FINITE).end().with(0);
    assert_eq!(ended.out, "done\n", "{ended}");
    ended.logged("because of the end of all work: 1 finished");
}

#[test]
fn flavor_and_worker_threads_are_what_they_say() {
    scene(MULTI, "plain-runtime").end().with(0).printed("MultiThread with 2");
    scene(SINGLE, "plain-runtime").end().with(0).printed("CurrentThread with 1");
    let threads = scene(MULTI, "plain-runtime").args(["--set", "host.worker_threads=3"]);
    threads.end().with(0).printed("MultiThread with 3");
}

#[test]
fn one_thread_can_not_be_three() {
    let ended = scene(SINGLE, "plain-runtime").args(["--set", "host.worker_threads=3"]).end().with(78);
    ended.logged("`host.worker_threads`").logged("current_thread").logged("--set host.worker_threads=3");
}

#[test]
fn configure_may_return_a_result_or_the_builder() {
    scene(MULTI, "plain-idle").args(["check"]).end().with(0);
    scene(MULTI, "unheard-of").args(["check"]).end().with(3).logged("there is no scene");
    // That of `worker` returns the builder: it gives the host a minute.
    let worker = program(WORKER).args(["check", "--only", "hanging"]).end().with(0);
    worker.printed("a stop takes at most 1m");
}

#[test]
fn a_service_with_state_lives_in_order() {
    let running = program(WORKER).args(["--only", "pump"]).start();
    running.prints("announced").signals(&[("TERM", 0)]);
    let ended = running.end().with(0);
    let lines: Vec<_> = ended.out.lines().collect();
    assert_eq!(lines[..3], ["pump: new", "pump: start", "announced"], "{ended}");
    assert!(lines[3].starts_with("pump: stop after "), "{ended}");
    assert_eq!(lines.len(), 4, "{ended}");
}
