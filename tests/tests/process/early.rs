//! Signals and log lines from the first instruction on: while `configure` runs, and while the configuration is read; and signals that
//! were ignored, of a terminal that closes, or for a program that has outlived its host.

use std::fs::File;
use std::process::Command;
use std::time::Duration;

use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

use crate::support::*;

const AT_ONCE: Duration = Duration::from_secs(4);

#[test]
fn a_signal_before_the_host_runs_is_a_clean_end_of_nothing() {
    for (program, signal) in [(MULTI, "TERM"), (SINGLE, "INT"), (MULTI, "QUIT"), (SINGLE, "HUP")] {
        let running = scene(program, "early-slow").start();
        running.prints("configuring").signal(signal);
        let ended = running.end().with(0).never_logged("ready in");
        assert_eq!(ended.out, "configuring\n", "{ended}");
        ended.logged(&format!("because of SIG{signal}"));
    }
}

#[test]
fn process_1_of_a_container_hears_them_too() {
    let unshare = ["--pid", "--fork", "--mount-proc"];
    if !Command::new("unshare").args(unshare).arg("true").status().is_ok_and(|status| status.success()) {
        eprintln!("skipped: the system grants no PID namespace");
        return;
    }
    let running = program("unshare").args(unshare).args([MULTI]).env("SCENE", "early-slow").start();
    running.prints("configuring").signal_child("TERM");
    let ended = running.end().with(0).never_logged("ready in");
    assert_eq!(ended.out, "configuring\n", "{ended}");
}

#[test]
fn a_second_signal_ends_what_prepares_the_host() {
    let running = scene(MULTI, "early-slow").start();
    running.prints("configuring").signals(&[("TERM", 500), ("INT", 0)]);
    running
        .end()
        .with(130)
        .within(Duration::from_secs(1))
        .logged("SIGINT again: ending at once, with exit code 130");
}

#[test]
fn a_signal_ends_a_command_that_runs_nothing() {
    for words in [&["list"][..], &["check"], &["config"], &["graph"], &["next", "nightly"]] {
        let running = scene(MULTI, "early-slow").args(words.iter().copied()).start();
        running.prints("configuring").signal("TERM");
        running.end().with(143).within(Duration::from_secs(1));
    }
    let running = scene(MULTI, "early-slow").args(["trigger", "nightly"]).start();
    running.prints("configuring").signal("INT");
    let ended = running.end().with(130).logged("`nightly` was interrupted by SIGINT");
    assert_eq!(ended.out, "configuring\n", "{ended}");
}

#[test]
fn a_signal_ends_the_wait_for_a_configuration() {
    for words in [&["list"][..], &["check"], &["next", "brief"]] {
        let waiting = scene(MULTI, "early-by-hand").args(words.iter().copied());
        let pipe = |path: &std::path::Path| {
            assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
        };
        let running = waiting.make("hostkit.toml", pipe).start();
        std::thread::sleep(Duration::from_millis(700));
        running.signal("TERM");
        running.end().with(143).within(Duration::from_secs(2));
    }
}

#[test]
fn what_configure_logs_is_seen() {
    let check = || scene(MULTI, "early-slow").args(["check"]);
    check().end().with(0).logged("WARN").logged("connecting");
    check().args(["--set", "log.filter=error"]).end().with(0).never_logged("connecting");
    let json = check().args(["--set", "log.format=json"]).end().with(0);
    let line = json.err.lines().find(|line| line.contains("connecting")).unwrap();
    assert!(line.starts_with('{') && serde_json::from_str::<serde_json::Value>(line).is_ok(), "{line}");
    // What comes after it is seen as before, also by a subscriber that `configure` sets.
    let running = scene(MULTI, "early-slow").start();
    running.logs("connecting").logs("ready in").signal("TERM");
    running.end().with(0);
    let running = scene(MULTI, "plain-own-log").start();
    running.prints("ready in").signal("TERM");
    running.end().with(0).printed("because of SIGTERM").never_logged("ready in");
}

#[test]
fn a_terminal_that_closes_is_a_stop() {
    let ours = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC).unwrap();
    grantpt(&ours).unwrap();
    unlockpt(&ours).unwrap();
    let theirs = ptsname(&ours, Vec::new()).unwrap();
    let theirs = File::options().read(true).write(true).open(theirs.to_str().unwrap()).unwrap();
    let running = program("setsid").args(["--ctty", MULTI]).env("SCENE", "plain-idle").stdin(theirs).start();
    running.logs("ready in");
    drop(ours);
    running.end().with(0).logged("because of SIGHUP").logged("1 stopped");
}

#[test]
fn a_hangup_is_a_signal_like_the_others() {
    let running = scene(MULTI, "failing-hanging").start();
    running.logs("ready in").signals(&[("HUP", 500), ("HUP", 0)]);
    running.end().with(129).within(AT_ONCE).logged("SIGHUP again");
    // Of another kind, but at the same moment: one.
    let running = scene(MULTI, "failing-aborted").args(["--set", "host.drain_delay=600ms"]).start();
    running.logs("ready in").signals(&[("HUP", 0), ("TERM", 0)]);
    running.end().with(4);
}

#[test]
fn what_was_ignored_at_the_start_stays_ignored() {
    if !std::path::Path::new("/proc/self/status").exists() {
        eprintln!("skipped: the system does not tell which signals are ignored");
        return;
    }
    let ignoring = r#"trap "" INT HUP; exec "$0""#;
    let mut running = program("sh").args(["-c", ignoring, MULTI]).env("SCENE", "plain-idle").start();
    running.logs("ready in").signals(&[("INT", 300), ("HUP", 300), ("INT", 300)]);
    assert!(running.is_running());
    running.signal("TERM");
    running.end().with(0).logged("because of SIGTERM").never_logged("SIGINT").never_logged("SIGHUP");
}

#[test]
fn a_signal_to_a_host_that_is_stopping_is_told() {
    let running = scene(MULTI, "early-failing").start();
    running.prints("slow stops").signal("INT");
    let ended = running.end().with(1);
    ended.logged("SIGINT: stopping already, because of").logged("another signal ends the process at once");
    let running = scene(MULTI, "early-failing").start();
    running.prints("slow stops").signals(&[("INT", 400), ("INT", 0)]);
    running.end().with(130).within(AT_ONCE);
}

#[test]
fn a_program_that_outlives_its_host_is_ended_by_a_signal() {
    let running = program(env!("CARGO_BIN_EXE_by_hand")).env("ONLY", "beat").env("GOES_ON", "1").start();
    running.logs("ready in").signal("TERM").prints("goes on");
    std::thread::sleep(Duration::from_millis(300));
    running.signal("INT");
    running.end().with(130).within(AT_ONCE);
}
