//! Threads that the system does not grant.

use std::process::Command;
use std::time::Duration;

use crate::support::*;

/// The program as another user, who may have so many processes and threads.
fn limited(limit: u32, words: &str) -> Option<Program> {
    let nobody = "setpriv --reuid=54321 --regid=54321 --clear-groups";
    let limited =
        |limit: u32, words: &str| format!("cd / && exec prlimit --nproc={limit} {nobody} {MULTI} {words}");
    let try_it = limited(40, "--version");
    let granted = Command::new("sh").args(["-c", &try_it]).output();
    if !granted.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: no other user may be given a limit of threads here");
        return None;
    }
    Some(program("sh").args(["-c", &limited(limit, words)]).env("SCENE", "plain-idle"))
}

#[test]
fn a_runtime_without_threads_is_a_failed_start_at_once() {
    let Some(program) = limited(40, "run --set host.worker_threads=64") else { return };
    let ended = program.end().with(3).within(Duration::from_secs(10));
    ended
        .logged("error: the host did not start")
        .logged("the system refused to create 64 executor threads")
        .logged("--set host.worker_threads=64")
        .logged("raise the limit");
    for words in ["list", "check", "config", "graph"] {
        let words = format!("{words} --set host.worker_threads=64");
        limited(40, &words).unwrap().end().with(0).within(Duration::from_secs(10));
    }
    limited(2, "run").unwrap().end().with(3).within(Duration::from_secs(10)).logged("the host did not start");
}
