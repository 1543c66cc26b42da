//! `config`: what is in force, where it comes from, and what is not shown.

use crate::support::*;

const FILE: &str = "\
[host]
stop_timeout = \"5s\"
[vault]
port = 8080
apiToken = \"hunter2\"
keys = [\"hunter2\", \"hunter2\"]
tags = [\"a\", \"b\"]
";

fn config() -> Program {
    scene(MULTI, "configured").args(["config"])
}

/// The lines that were printed.
fn printed(program: Program) -> (Vec<String>, String) {
    let ended = program.end().with(0);
    assert!(!ended.out.contains("hunter2") && !ended.err.contains("hunter2"), "{ended}");
    (ended.out.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect(), ended.err)
}

#[test]
fn every_value_has_its_origin() {
    let program = config()
        .file("hostkit.toml", FILE)
        .file("hostkit.blue.toml", "[vault.inner]\ndeep = 7\n")
        .env("HOSTKIT_PROFILE", "blue")
        .env("HOSTKIT__VAULT__PORT", "81")
        .env("HOSTKIT__VAULT__INNER__SIZE", "1KiB")
        .args(["--set", "vault.tags=['c']"]);
    let (lines, said) = printed(program);
    assert_eq!(
        lines,
        [
            "host.close_timeout = \"2s\" # default",
            "host.drain_delay = \"0s\" # default",
            "host.stall_warning = \"250ms\" # default",
            "host.start_timeout = \"1m\" # default",
            "host.stop_timeout = \"5s\" # hostkit.toml:2",
            "log.filter = \"info\" # default",
            "log.format = \"text\" # default",
            "services.vault.enabled = true # default",
            "services.vault.on_failure = \"stop\" # default",
            "services.vault.on_finish = \"continue\" # default",
            "services.vault.start_timeout = \"30s\" # default",
            "services.vault.stop_timeout = \"10s\" # default",
            "vault.apiToken = *** # hostkit.toml:5",
            "vault.inner.deep = 7 # hostkit.blue.toml:2",
            "vault.inner.size = \"1KiB\" # the environment variable HOSTKIT__VAULT__INNER__SIZE",
            "vault.keys = [***, ***] # hostkit.toml:6",
            "vault.port = \"81\" # the environment variable HOSTKIT__VAULT__PORT",
            "vault.tags = \"['c']\" # --set vault.tags",
            "vault.timeout = (default)",
        ]
    );
    assert_eq!(said, "");
}

#[test]
fn secrets_are_masked_from_every_layer() {
    for program in [
        config().env("HOSTKIT__VAULT__APITOKEN", "hunter2"),
        config().args(["--set", "vault.apiToken=hunter2"]),
        config().args(["--set", "vault={ port = 1, apiToken = 'hunter2' }"]),
        config().env("HOSTKIT__VAULT", "{ port = 1, apiToken = 'hunter2' }"),
        config().args(["--set", "vault.apiToken={ hunter2 = 'hunter2' }"]),
    ] {
        let (lines, _) = printed(program.args(["--set", "vault.port=1"]));
        let masked: Vec<_> = lines.iter().filter(|line| line.contains("= ***")).collect();
        assert_eq!(masked.len(), 1, "{lines:?}");
    }
    let (lines, _) = printed(config().file("hostkit.toml", FILE).env("HOSTKIT__VAULT__KEYS", "['hunter2']"));
    assert!(lines.iter().any(|line| line.starts_with("vault.keys = *** #")), "{lines:?}");
}

/// What can't be read may be a secret whoever was meant to read it.
#[test]
fn what_nobody_can_read_is_masked_whole() {
    for (text, key) in [
        ("[vault]\nport = \"hunter2\"\napiToken = \"hunter2\"", "vault.port"),
        ("[vault]\nport = 1\napitoken = \"hunter2\"", "vault.apitoken"),
        ("[vault]\nport = 1\napiToken = \"hunter2\"\ntokne = \"hunter2\"", "vault.tokne"),
        ("[valut]\ntoken = \"hunter2\"", "valut.token"),
        ("[admin]\ntoken = \"hunter2\"", "admin.token"),
    ] {
        let (lines, said) = printed(config().file("hostkit.toml", text));
        assert!(lines.iter().any(|line| line.starts_with(&format!("{key} = *** #"))), "{lines:?}");
        assert!(said.contains("run `check` to see what is wrong"), "{said}");
    }
}

#[test]
fn as_json_it_is_a_list_of_keys() {
    let program = scene(MULTI, "configured").file("hostkit.toml", FILE).args(["config", "--json"]);
    let ended = program.end().with(0);
    let lines: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let of = |key: &str| lines.as_array().unwrap().iter().find(|line| line["key"] == key).unwrap().clone();
    let line = |key: &str, value: serde_json::Value, secret: bool, origin: &str| {
        assert_eq!(
            of(key),
            serde_json::json!({ "key": key, "value": value, "secret": secret, "origin": origin })
        );
    };
    line("vault.port", 8080.into(), false, "hostkit.toml:4");
    line("vault.apiToken", "***".into(), true, "hostkit.toml:5");
    line("vault.keys", serde_json::json!(["***", "***"]), false, "hostkit.toml:6");
    line("vault.timeout", serde_json::Value::Null, false, "default");
    line("host.stop_timeout", "5s".into(), false, "hostkit.toml:2");
}

/// Neither a run nor its log nor a problem shows a secret.
#[test]
fn a_run_shows_no_secret() {
    let run = || scene(MULTI, "configured").file("hostkit.toml", FILE);
    let ended = run().env("RUST_LOG", "trace").end().with(0).printed("8080 7 Vault {");
    assert!(!ended.out.contains("hunter2") && !ended.err.contains("hunter2"), "{ended}");
    let ended = run().args(["--set", "vault.apiTokne=hunter2", "--set", "vault.port=x"]).end().with(78);
    assert!(!ended.err.contains("hunter2"), "{ended}");
    ended.logged("2 problems").logged("did you mean `apiToken`?").logged("where  --set vault.port");
}

#[test]
fn a_section_is_checked_before_anything_starts() {
    let ended =
        scene(MULTI, "configured").args(["check"]).file("hostkit.toml", "[vault]\nport = 70000\n").end();
    ended
        .with(78)
        .logged("`vault.port` is 70000: expected a whole number from 0 to 65535")
        .logged("where  hostkit.toml:2")
        .logged("`vault.apiToken` is missing")
        .logged("nothing has started");
}

#[test]
fn a_run_by_hand_gets_its_section_as_well() {
    let trigger = || scene(MULTI, "configured-timer").args(["trigger", "tick"]);
    trigger().file("hostkit.toml", FILE).end().with(0).printed("ticked at 8080");
    trigger().end().with(78).logged("`vault.port` is missing");
}

/// What the command line says wrongly is told without what may be a secret, by words and as JSON.
#[test]
fn no_mistake_of_the_command_line_shows_a_secret() {
    for (args, code, told) in [
        (&["--set", "http..token=hunter2"][..], 78, "`http..token`"),
        (&["--set", "http.token hunter2"], 2, "`--set http.token` sets nothing"),
        (&["--set", "http.token:hunter2"], 2, "`--set http.token` sets nothing"),
        (&["--set", "http.token hunter2="], 78, "`http.token`"),
        (&["--set", "hunter2"], 2, "`--set` sets nothing"),
        (&["--set", "=hunter2"], 2, "`--set` sets nothing"),
        (
            &["--set", "vault.token=my", "hunter2"],
            2,
            "the argument after `--set vault.token` does not belong to it",
        ),
        (
            &["--set=vault.token=", "hunter2"],
            2,
            "the argument after `--set vault.token` does not belong to it",
        ),
        (&["vault.token=hunter2"], 2, "write `--set vault.token=…`"),
        (&["vault.token=hunter2", "--set", "vault.port=1"], 2, "write `--set vault.token=…`"),
        (&["--sett=vault.token=hunter2"], 2, "did you mean `--set`?"),
    ] {
        for command in [&["run"][..], &["check"], &["check", "--json"], &["config"], &["list", "--json"]] {
            let ended = scene(MULTI, "configured").args([command, args].concat()).end();
            assert!(!ended.err.contains("hunter2") && !ended.out.contains("hunter2"), "{args:?}: {ended}");
            match (code, command[0]) {
                (78, "config" | "list") => {}
                _ => drop(ended.with(code).logged(told)),
            }
        }
    }
    let ended = scene(MULTI, "configured").args(["trigger", "vault.token=hunter2"]).end().with(2);
    assert!(!ended.logged("write `--set vault.token=…`").err.contains("hunter2"));
}

#[test]
fn a_setting_that_is_no_text_is_told_without_its_value() {
    use std::os::unix::ffi::OsStrExt;
    let text = std::ffi::OsStr::from_bytes(b"vault.token=hunter2\xff");
    let ended = scene(MULTI, "configured").args(["check", "--set"]).arg_bytes(text).end().with(2);
    assert!(!ended.err.contains("hunter2"), "{ended}");
    ended.logged("the value of `--set vault.token` is not valid UTF-8");
}

/// A key that is missing hides none of the others, and is listed itself.
#[test]
fn what_is_no_secret_is_shown_beside_what_is_missing() {
    let (lines, said) = printed(config().file("hostkit.toml", "[vault]\nport = 8080\ntags = [\"a\"]\n"));
    for line in [
        "vault.port = 8080 # hostkit.toml:2",
        "vault.tags = [\"a\"] # hostkit.toml:3",
        "vault.apiToken = (missing)",
    ] {
        assert!(lines.iter().any(|printed| printed == line), "{line} is not among {lines:#?}");
    }
    assert!(said.contains("1 problem"), "{said}");
    let text = "[vault]\nport = \"hunter2\"\napiToken = \"hunter2\"\ntags = [\"a\"]\ninner = { deep = 1, size = 5 }\n";
    let (lines, _) = printed(config().file("hostkit.toml", text));
    for line in [
        "vault.port = *** # hostkit.toml:2",
        "vault.apiToken = *** # hostkit.toml:3",
        "vault.tags = [\"a\"] # hostkit.toml:4",
        "vault.inner.deep = 1 # hostkit.toml:5",
        "vault.inner.size = *** # hostkit.toml:5",
    ] {
        assert!(lines.iter().any(|printed| printed == line), "{line} is not among {lines:#?}");
    }
    let ended = scene(MULTI, "configured").args(["config", "--json"]).end().with(0);
    let lines: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let missing = |line: &&serde_json::Value| line["origin"] == "missing";
    let missing: Vec<_> = lines.as_array().unwrap().iter().filter(missing).map(|line| &line["key"]).collect();
    assert_eq!(missing, ["vault.apiToken", "vault.port"]);
}

/// What the code says, and what nobody says, is in force as well.
#[test]
fn options_are_shown_whoever_said_them() {
    let program = scene(MULTI, "queued").args(["config"]);
    let program =
        program.env("HOSTKIT__SERVICES__RESIZE__WORKERS", "7").args(["--set", "services.resize.retries=0"]);
    let (lines, _) = printed(program);
    let has =
        |line: &str| assert!(lines.iter().any(|printed| printed == line), "{line} is not among {lines:#?}");
    has("services.resize.workers = \"7\" # the environment variable HOSTKIT__SERVICES__RESIZE__WORKERS");
    has("services.resize.retries = \"0\" # --set services.resize.retries");
    has("services.resize.capacity = 1024 # default");
    assert!(
        !lines.iter().any(|line| line.starts_with("services.resize.backoff")),
        "it has no effect: {lines:#?}"
    );
    let nightly = lines.iter().find(|line| line.starts_with("services.nightly.")).unwrap();
    assert!(nightly.contains("# "), "{lines:#?}");
    let (lines, _) = printed(scene(MULTI, "plain-timeout").args(["config"]));
    assert!(lines.iter().any(|line| line == "host.stop_timeout = \"6s\" # the code"), "{lines:#?}");
}
