//! Who says what where: results on standard output, logs and problems on standard error, and no reader is owed to either.

use crate::support::*;

#[test]
fn logs_stay_out_of_standard_output() {
    let running = scene(MULTI, "failing-aborted").start();
    running.logs("ready in").signal("TERM");
    assert_eq!(running.end().with(4).out, "");
}

#[test]
fn rust_log_filters_and_its_mistakes_are_told() {
    let said = |rust_log: &str| scene(MULTI, "plain-words").env("RUST_LOG", rust_log).end().with(0);
    scene(MULTI, "plain-words").end().with(0).logged("said at info").never_logged("said at debug");
    said("debug").logged("said at info").logged("said at debug");
    said("error").never_logged("said at info");
    said("off").never_logged("said");
    said("multi=debug,hostkit=warn").logged("said at debug").never_logged("ready in");
    assert_eq!(scene(MULTI, "failing-error").env("RUST_LOG", "off").end().with(1).err, "");
    said("multi=debug").logged("hostkit{service=\"words\"}").logged("said at debug").never_logged("ready in");
    said("").logged("said at info").never_logged("not understood");
    said("info,=,[").logged("can't parse RUST_LOG").logged("said at info");
    said("hostkit=loud").logged("can't parse RUST_LOG").logged("said at info");
}

#[test]
fn a_record_of_a_service_is_inside_a_span_with_its_name() {
    let ended = scene(MULTI, "plain-words").end().with(0);
    let line = ended.err.lines().find(|line| line.contains("said at info")).unwrap();
    assert!(line.contains("hostkit{service=\"words\"}"), "{line}");
}

#[test]
fn a_program_with_a_subscriber_of_its_own_keeps_it() {
    let running = scene(MULTI, "plain-own-log").start();
    running.prints("ready in").signal("TERM");
    let ended = running.end().with(0);
    assert_eq!(ended.err, "", "{ended}");
    assert_eq!(ended.out.matches("ready in").count(), 1, "told once; {ended}");
}

#[test]
fn the_start_and_the_stop_are_a_line_each() {
    let running = scene(MULTI, "plain-idle").start();
    running.logs("ready in").signal("TERM");
    let ended = running.end().with(0);
    let lines: Vec<_> = ended.err.lines().collect();
    assert_eq!(lines.len(), 3, "ready, stopping, stopped; {ended}");
    ended.logged("1 service in 1 level: idle").logged("because of SIGTERM: 1 stopped");
}

#[test]
fn a_reader_that_has_gone_away_is_no_panic() {
    for args in [&["list"][..], &["list", "--json"], &["check"], &["--help"], &["--version"]] {
        program(WORKER).args(args.iter().copied()).without_stdout().end().with(0).never_logged("panicked");
    }
    program(WORKER).args(["--only", "nobody"]).without_stderr().end().with(2);
    scene(MULTI, "wrong-much").args(["check"]).without_stderr().end().with(78);
    scene(MULTI, "failing-configure").without_stderr().end().with(3);
    scene(MULTI, "failing-error").without_stderr().end().with(1);
    scene(MULTI, "plain-words").without_stdout().without_stderr().end().with(0);
}

#[test]
fn a_host_outlives_the_reader_of_its_log() {
    let running = program(WORKER).args(["--only", "delta"]).without_stderr().start();
    running.prints("delta ran three times").signal("TERM");
    running.end().with(0);
}
