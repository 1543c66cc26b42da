//! `[host]` from files, the environment and `--set`: which layer wins, and what is said of a wrong value.

use crate::support::*;

/// A scene whose `configure` says 6s; `check` tells the time that a stop may take.
fn check() -> Program {
    scene(MULTI, "plain-timeout").args(["check"])
}

#[track_caller]
fn gives(program: Program, time: &str) {
    program.end().with(0).printed(&format!("a stop takes at most {time} "));
}

const FILE: (&str, &str) = ("hostkit.toml", "[host]\nstop_timeout = \"5s\"\n");
const PROFILE: (&str, &str) = ("hostkit.blue.toml", "[host]\nstop_timeout = \"4s\"\n");
const VARIABLE: &str = "HOSTKIT__HOST__STOP_TIMEOUT";

#[test]
fn a_higher_layer_wins() {
    let with = |(name, text): (&str, &str), program: Program| program.file(name, text);
    let blue = |program: Program| with(PROFILE, with(FILE, program));
    for (program, time) in [
        (check(), "6s"),
        (with(FILE, check()), "5s"),
        (blue(check()), "5s"),
        (blue(check()).args(["--profile", "blue"]), "4s"),
        (blue(check()).env("HOSTKIT_PROFILE", "blue"), "4s"),
        (blue(check()).env("HOSTKIT_PROFILE", ""), "5s"),
        (blue(check()).env("HOSTKIT_PROFILE", "red").args(["--profile", "blue"]), "4s"),
        (blue(check()).args(["--profile", "blue"]).env(VARIABLE, "3s"), "3s"),
        (
            blue(check()).args(["--profile", "blue", "--set", "host.stop_timeout=2s"]).env(VARIABLE, "3s"),
            "2s",
        ),
        (check().args(["--set", "host.stop_timeout=2s", "--set", "host.stop_timeout=1s"]), "1s"),
        (check().args(["--set", "host.stop_timeout=2s"]).env(VARIABLE, "nonsense"), "2s"),
        (
            with(FILE, check())
                .file("other.toml", "host.stop_timeout = \"3s\"")
                .args(["--config", "other.toml"]),
            "3s",
        ),
        (
            check()
                .file("other.toml", "host.stop_timeout = \"3s\"")
                .file("other.blue.toml", "host.stop_timeout = \"2s\"")
                .args(["--config", "other.toml", "--profile", "blue"]),
            "2s",
        ),
    ] {
        gives(program, time);
    }
}

#[test]
fn layers_add_up_key_by_key() {
    let program = scene(MULTI, "plain-runtime")
        .file("hostkit.toml", "[host]\nworker_threads = 3\nstop_timeout = \"1s\"\n")
        .env("HOSTKIT__HOST__STOP_TIMEOUT", "2s");
    program.end().with(0).printed("MultiThread with 3");
}

#[test]
fn every_setting_of_the_host_is_read() {
    let all = "[host]\nstop_timeout = \"1s\"\nstart_timeout = \"1m\"\nclose_timeout = \"1s\"\ndrain_delay = \"10ms\"\n\
               stall_warning = \"1s\"\nworker_threads = 1\nexpect = [\"idle\"]\n";
    check().file("hostkit.toml", all).end().with(0);
    let variables = [
        ("STOP_TIMEOUT", "1s"),
        ("START_TIMEOUT", "1m 30s"),
        ("CLOSE_TIMEOUT", "1s"),
        ("DRAIN_DELAY", "0s"),
        ("STALL_WARNING", "1s"),
        ("WORKER_THREADS", "1"),
        ("EXPECT", "[\"idle\"]"),
    ];
    let program = variables
        .iter()
        .fold(check(), |program, (name, value)| program.env(&format!("HOSTKIT__HOST__{name}"), value));
    program.end().with(0);
}

#[test]
fn a_drain_delay_is_waited_for() {
    let running = scene(MULTI, "plain-idle").args(["--set", "host.drain_delay=700ms"]).start();
    running.logs("ready in").signal("TERM");
    let ended = running.end().with(0);
    assert!(ended.took.as_millis() >= 600, "{ended}");
}

#[test]
fn a_wrong_value_is_told_with_its_source() {
    for (program, told) in [
        (
            check().file("hostkit.toml", "# mine\n[host]\n\nstop_timeout = \"5 parsecs\"\n"),
            &["`host.stop_timeout`", "hostkit.toml:4"][..],
        ),
        (
            check().file("hostkit.toml", "[host]\nstop_timeout = 5\n"),
            &["`host.stop_timeout`", "hostkit.toml:2"],
        ),
        (
            check().file("hostkit.toml", "[host]\nstop_timeuot = \"5s\"\n"),
            &["did you mean `stop_timeout`?", "hostkit.toml:2"],
        ),
        (
            check().file("hostkit.toml", "[hsot]\nstop_timeout = \"5s\"\n"),
            &["did you mean `[host]`?", "hostkit.toml:2"],
        ),
        (check().file("hostkit.toml", "[host]\nstop_timeout = \n"), &["is no TOML", "hostkit.toml:2"]),
        (
            check().file("hostkit.toml", "[host]\nworker_threads = \"2\"\n"),
            &["`host.worker_threads`", "hostkit.toml:2"],
        ),
        (
            check().file("hostkit.toml", "[host]\nworker_threads = 0\n"),
            &["`host.worker_threads`", "hostkit.toml:2"],
        ),
        (
            check().file("hostkit.blue.toml", "\nhost.expect = 5").args(["--profile", "blue"]),
            &["`host.expect`", "hostkit.blue.toml:2"],
        ),
        (
            check().env(VARIABLE, "soon"),
            &["`host.stop_timeout`", "the environment variable HOSTKIT__HOST__STOP_TIMEOUT"],
        ),
        (
            check().env("HOSTKIT__HOST__STOP_TIMEUOT", "5s"),
            &["did you mean `stop_timeout`?", "HOSTKIT__HOST__STOP_TIMEUOT"],
        ),
        (
            check().args(["--set", "host.stop_timeout=soon"]),
            &["`host.stop_timeout`", "--set host.stop_timeout=soon"],
        ),
        (check().args(["--config", "absent.toml"]), &["absent.toml", "can't be read"]),
    ] {
        let ended = program.end().with(78);
        assert_eq!(ended.out, "", "{ended}");
        told.iter().fold(ended.logged("nothing has started"), |ended, part| ended.logged(part));
    }
}

#[test]
fn wrong_values_are_told_together_with_all_that_is_wrong() {
    let program = scene(MULTI, "wrong-much").file("hostkit.toml", "[host]\nstop_timeout = 5\nexepct = []\n");
    program
        .end()
        .with(78)
        .logged("8 problems")
        .logged("hostkit.toml:2")
        .logged("hostkit.toml:3")
        .logged("`twin`");
}

#[test]
fn what_is_expected_has_to_be_there() {
    check().args(["--set", "host.expect=idle"]).end().with(0);
    let ended = check().args(["--set", "host.expect=[\"idel\", \"billing\"]"]).end().with(78);
    ended
        .logged("`idel` is expected, but there is no such service")
        .logged("did you mean `idle`?")
        .logged("name the crate that has `billing`: `hostkit::main!(link = [that_crate])`");
}

#[test]
fn list_works_whatever_the_configuration_says() {
    let program =
        scene(MULTI, "plain-idle").args(["list"]).file("hostkit.toml", "[host]\nstop_timeout = 5\n");
    program.end().with(0).printed("idle");
}

#[test]
fn a_variable_that_is_no_text_is_told() {
    let ended = check().env_bytes(VARIABLE, b"5\xffs").end().with(78);
    ended
        .logged(&format!("`{VARIABLE}`: is no text"))
        .logged(&format!("the environment variable {VARIABLE}"))
        .logged("write its value in UTF-8");
    check().env_bytes("SOMEBODY_ELSES", b"\xff").end().with(0);
}

#[test]
fn a_profile_that_is_no_name_is_told() {
    let ended = check().args(["--profile", "../x"]).end().with(78);
    ended.logged("the profile \"../x\"").logged("has `/` in it");
}
