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
        (check().file("hostkit.toml", "[host]\nstop_timeout = \n"), &["is not valid TOML", "hostkit.toml:2"]),
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
        .logged("`expect` names `idel`, but there is no service named `idel`")
        .logged("did you mean `idle`?")
        .logged("link the crate that has `billing`: `hostkit::main!(link = [that_crate])`");
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
        .logged(&format!("`{VARIABLE}`: is not valid UTF-8"))
        .logged(&format!("the environment variable {VARIABLE}"))
        .logged("write its value in UTF-8");
    check().env_bytes("SOMEBODY_ELSES", b"\xff").end().with(0);
}

#[test]
fn a_profile_that_is_no_name_is_told() {
    let ended = check().args(["--profile", "../x"]).end().with(78);
    ended.logged("the profile \"../x\"").logged("has `/` in it");
}

fn linked(name: &str, to: &str) -> Program {
    check().link(name, to)
}

/// Only a name that does not exist is an absent file.
#[test]
fn a_file_that_is_there_and_cant_be_reached_is_told() {
    for (program, told) in [
        (linked("hostkit.toml", "nowhere"), "a link to `nowhere`"),
        (linked("hostkit.toml", "nowhere"), "correct what the link points to, or remove the link"),
        (linked("hostkit.toml", "hostkit.toml"), "a link to `hostkit.toml`"),
        (linked("hostkit.toml", "."), "a link to `.`"),
        (linked("hostkit.toml", "other.toml").link("other.toml", "hostkit.toml"), "a link to `other.toml`"),
        (check().directory("hostkit.toml"), "replace the directory by a file"),
        (linked("hostkit.blue.toml", "nowhere").args(["--profile", "blue"]), "a link to `nowhere`"),
        (linked("hostkit.blue.toml", "nowhere").env("HOSTKIT_PROFILE", "blue"), "a link to `nowhere`"),
        (check().directory("hostkit.blue.toml").args(["--profile", "blue"]), "replace the directory"),
        (check().args(["--profile", "blue"]), "write the file, or correct its path"),
        (linked("mine.toml", "nowhere").args(["--config", "mine.toml"]), "a link to `nowhere`"),
    ] {
        program.end().with(78).logged("can't be read").logged("1 problem;").logged(told);
    }
    check().end().with(0);
    let found = linked("hostkit.toml", "real.toml").file("real.toml", "host.stop_timeout = \"3s\"");
    gives(found, "3s");
}

/// Root may search everything, so that this needs another user, and somebody who may become one.
#[test]
fn a_directory_that_may_not_be_searched_is_told() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().unwrap();
    let (locked, app) = (directory.path().join("locked"), directory.path().join("app"));
    std::fs::create_dir(&locked).unwrap();
    std::fs::copy(MULTI, &app).unwrap();
    let mode = |path: &std::path::Path, mode| {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    mode(directory.path(), 0o755);
    mode(&locked, 0o700);
    let script = "cd locked && exec setpriv --reuid=65534 --regid=65534 --clear-groups ../app check";
    let mut command = std::process::Command::new("sh");
    command.args(["-c", script]).env("SCENE", "plain-timeout").current_dir(directory.path());
    let ended = command.output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    if said.contains("setpriv") {
        eprintln!("not tried: this system lets nobody change the user: {said}");
        return;
    }
    assert_eq!(ended.status.code(), Some(78), "{said}");
    assert!(
        said.contains("can't be read (Permission denied") && said.contains("let this user read"),
        "{said}"
    );
}

#[test]
fn a_file_in_another_encoding_is_told_with_what_it_is() {
    let utf16 = |text: &str, little: bool| -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() })
            .collect()
    };
    let text = "[host]\nstop_timeout = \"5s\"\n";
    for bytes in [
        utf16(&format!("\u{feff}{text}"), true),
        utf16(&format!("\u{feff}{text}"), false),
        utf16(text, true),
        utf16(text, false),
        utf16("\u{feff}", true),
    ] {
        let ended = check().file_bytes("hostkit.toml", &bytes).end().with(78);
        ended.logged("hostkit.toml").logged("is UTF-16").logged("save it as UTF-8").logged("1 problem;");
    }
    let latin = b"[host]\n# f\xfcnf\nstop_timeout = \"5s\"\n";
    let ended = check().file_bytes("hostkit.toml", latin).end().with(78);
    ended.logged("hostkit.toml:2").logged("0xfc").logged("save it as UTF-8").logged("1 problem;");
    gives(check().file("hostkit.toml", &format!("\u{feff}{text}")), "5s");
    gives(check().file("hostkit.toml", &text.replace('\n', "\r\n")), "5s");
}

#[test]
fn variables_of_hostkits_that_are_no_text_are_told() {
    for (name, args) in [
        ("HOSTKIT_PROFILE", &[][..]),
        ("RUST_LOG", &[]),
        ("HOSTKIT__HOST__STOP_TIMEOUT", &[]),
        ("RUST_LOG", &["--profile", "blue"]),
    ] {
        let program = check().args(args.iter().copied()).file("hostkit.blue.toml", "");
        let ended = program.env_bytes(name, b"prod\xff").end().with(78);
        ended
            .logged(&format!("`{name}`: is not valid UTF-8"))
            .logged("write its value in UTF-8")
            .logged("1 problem;");
    }
    // Who names the profile otherwise does not ask for it.
    let other = check().file("hostkit.blue.toml", "").args(["--profile", "blue"]);
    other.env_bytes("HOSTKIT_PROFILE", b"\xff").end().with(0);
    let ended = check().env_named(b"HOSTKIT__HOST__STOP_TIMEOUT\xff", "5s").end().with(78);
    ended.logged("`HOSTKIT__HOST__STOP_TIMEOUT`: has a character in its name that keys can't have");
}

/// A variable that sets nothing though it was meant to is a warning of every command, and of a run.
#[test]
fn near_misses_of_the_environment_are_warned_of() {
    for (name, meant) in [
        ("HOSTKIT_VAULT__PORT", "HOSTKIT__VAULT__PORT"),
        ("HOSTKIT_VAULT_PORT", "HOSTKIT__VAULT__PORT"),
        ("HOSTKIT__VAULT_PORT_X", ""),
        ("hostkit__vault__port", "HOSTKIT__VAULT__PORT"),
        ("Hostkit__Vault__Prot", "HOSTKIT__VAULT__PORT"),
        ("HOSTKITVAULT__PORT", "HOSTKIT__VAULT__PORT"),
        ("HOSTKIT_VAULT_API_TOKEN", "HOSTKIT__VAULT__APITOKEN"),
        ("HOSTKIT_PROFIL", "HOSTKIT_PROFILE"),
        ("HOSTKIT__PROFILE", ""),
        ("hostkit_profile", "HOSTKIT_PROFILE"),
        ("HOSTKIT_HOST_STOP_TIMEOUT", "HOSTKIT__HOST__STOP_TIMEOUT"),
        ("HOSTKIT_LOG_FORMAT", "HOSTKIT__LOG__FORMAT"),
        ("HOSTKIT_SERVICES__VAULT__ENABLED", "HOSTKIT__SERVICES__VAULT__ENABLED"),
    ] {
        for command in ["check", "config", "list", "run", "graph"] {
            let program = scene(MULTI, "configured").args([command, "--set", "vault.port=1"]);
            let ended = program.env("HOSTKIT__VAULT__APITOKEN", "x").env(name, "hunter2").end();
            if meant.is_empty() {
                assert!(
                    ended.err.contains(name) || matches!(command, "list" | "graph" | "config"),
                    "{ended}"
                );
                continue;
            }
            let told = format!("the environment variable {name} sets nothing: did you mean {meant}?");
            let ended = ended.with(0).logged(&told);
            assert!(!ended.err.contains("hunter2"), "{ended}");
        }
    }
    // What is nothing like any of them is somebody else's.
    for name in ["HOSTKIT_HOME", "HOSTKIT_HOST", "HOSTKIT", "HOSTKITTEN", "HOSTKIT_LOG_DIR"] {
        let ended = check().env(name, "x").end().with(0);
        ended.never_logged("sets nothing");
    }
    let ended =
        scene(MULTI, "configured").args(["check", "--json"]).env("HOSTKIT_VAULT__PORT", "1").end().with(78);
    let told: serde_json::Value = serde_json::from_str(&ended.err).unwrap();
    assert!(told["warnings"][0].as_str().unwrap().contains("did you mean HOSTKIT__VAULT__PORT?"), "{ended}");
    let ended = scene(MULTI, "configured").args(["check"]).env("HOSTKIT_VAULT__PORT", "1").end().with(78);
    ended.logged("warning: the environment variable HOSTKIT_VAULT__PORT").logged("`vault.port` is missing");
}

#[test]
fn a_line_break_at_the_end_of_a_text_is_warned_of() {
    for (name, value, path) in [
        ("HOSTKIT__VAULT__APITOKEN", "hunter2\n", "vault.apiToken"),
        ("HOSTKIT__VAULT__APITOKEN", "hunter2\r\n", "vault.apiToken"),
    ] {
        for command in ["check", "run", "config"] {
            let program =
                scene(MULTI, "configured").args([command, "--set", "vault.port=1"]).env(name, value);
            let ended = program.end().with(0);
            let told =
                format!("the environment variable {name} ends with a line break, which is kept in `{path}`");
            assert!(!ended.err.contains("hunter2") && !ended.out.contains("hunter2"), "{ended}");
            ended.logged(&told);
        }
    }
    // What is no text is trimmed.
    let program = scene(MULTI, "configured").args(["check", "--set", "vault.apiToken=x"]);
    program.env("HOSTKIT__VAULT__PORT", "1\n").end().with(0).never_logged("line break");
}

#[test]
fn a_cause_is_told_once_without_its_consequences() {
    let check = || scene(MULTI, "configured").args(["check"]);
    for (program, told) in [
        (check().args(["--config", "absent.toml"]), "absent.toml"),
        (check().file("hostkit.toml", "[vault]\nport = \n"), "is not valid TOML"),
        (check().file("hostkit.toml", "[vault]\nport = 1").args(["--profile", "blue"]), "hostkit.blue.toml"),
        (check().args(["--profile", "a b"]), "the profile"),
        (
            check().file("hostkit.toml", "vault.port = 1").args(["--set", "vault..apiToken=x"]),
            "`vault..apiToken`",
        ),
        (
            check().file("hostkit.toml", "vault.port = 1").args(["--set", "vault.apiTokne=x"]),
            "`vault.apiTokne`",
        ),
        (
            check().file("hostkit.toml", "vault.port = 1").env_bytes("HOSTKIT__VAULT__APITOKEN", b"\xff"),
            "`HOSTKIT__VAULT__APITOKEN`",
        ),
        (
            check().file("hostkit.toml", "vault.port = 1").env("HOSTKIT__VAULT____APITOKEN", "x"),
            "`HOSTKIT__VAULT____APITOKEN`",
        ),
    ] {
        program.end().with(78).logged("1 problem;").logged(told);
    }
    // What is wrong besides is told.
    let both = check().args(["--config", "absent.toml", "--set", "vault.port=x"]);
    both.end().with(78).logged("2 problems;").logged("`vault.port` is \"x\"");
}

/// The place of a missing key is not that of another key of its table.
#[test]
fn a_missing_key_is_nowhere() {
    let missing =
        scene(MULTI, "configured").args(["check"]).env("HOSTKIT__VAULT__APITOKEN", "x").end().with(78);
    missing.logged("`vault.port` is missing\n  where  not set in any file, variable or `--set`");
    let missing = scene(MULTI, "configured").args(["check", "--set", "vault.apiToken=x"]).end().with(78);
    missing.logged("`vault.port` is missing\n  where  not set in any file, variable or `--set`");
}

#[test]
fn no_number_of_threads_is_asked_for_that_no_system_grants() {
    for number in ["1025", "4294967295", "4294967296", "99999999999999999999"] {
        let set = format!("host.worker_threads={number}");
        let file = format!("[host]\nworker_threads = {number}\n");
        let worker = || program(FINITE);
        for program in [
            worker().args(["check", "--set", &set]),
            worker().args(["run", "--set", &set]),
            worker().args(["check"]).env("HOSTKIT__HOST__WORKER_THREADS", number),
            worker().args(["check"]).file("hostkit.toml", &file),
        ] {
            let ended = program.end().with(78);
            // A number that TOML itself can't hold is a mistake of the file.
            assert!(ended.err.contains("must be at most 1024") || number.len() > 19, "{ended}");
        }
        program(FINITE).args(["list", "--set", &set]).end().with(0);
    }
}

/// A pipe in its working directory.
fn pipe(program: Program, name: &str) -> Program {
    program.make(name, |path| {
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success())
    })
}

#[test]
fn what_is_no_regular_file_is_not_waited_for_without_end() {
    let checked = || program(FINITE).args(["check"]);
    for (program, name) in [
        (pipe(checked(), "hostkit.toml"), "hostkit.toml"),
        (pipe(checked(), "other").args(["--config", "other"]), "other"),
        (pipe(checked(), "hostkit.blue.toml").args(["--profile", "blue"]), "hostkit.blue.toml"),
        (pipe(checked(), "other").link("hostkit.toml", "other"), "hostkit.toml"),
    ] {
        let ended = program.end().with(78).within(std::time::Duration::from_secs(15));
        ended
            .logged(&format!("`{name}`: can't be read (it is not a regular file, and did not end within 5s)"))
            .logged("use a regular file");
    }
}

/// Such as the shell makes of `--config <(…)`.
#[test]
fn a_pipe_that_ends_is_read() {
    let mut writer = None;
    let program = pipe(check(), "given").args(["--config", "given"]).make("given", |path| {
        let path = path.to_owned();
        writer = Some(std::thread::spawn(move || std::fs::write(path, "[host]\nstop_timeout = \"3s\"\n")));
    });
    gives(program, "3s");
    writer.unwrap().join().unwrap().unwrap();
}
