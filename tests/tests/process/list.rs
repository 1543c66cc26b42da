//! `list` and `check`, for people and as JSON: schedules, options and who said them, why something is off, and the plan.

use serde_json::{Value, json};

use crate::support::*;

/// What `list --json` says of this one.
fn listed(program: Program, name: &str) -> Value {
    let ended = program.args(["list", "--json"]).end().with(0);
    let rows: Value = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}; {ended}"));
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == name).cloned();
    row.unwrap_or_else(|| panic!("there is no `{name}`; {ended}"))
}

#[test]
fn a_schedule_and_the_options_with_their_sources() {
    let row = listed(program(WORKER), "delta");
    assert_eq!((&row["schedule"], &row["enabled"]), (&json!("every 10ms"), &json!(true)), "{row}");
    assert_eq!(row["options"]["every"], json!({ "value": "10ms", "source": "code" }), "{row}");

    let file = "[services.delta]\nevery = \"1m\"\noverlap = \"queue\"\n";
    let configured =
        || program(WORKER).file("hostkit.toml", file).env("HOSTKIT__SERVICES__DELTA__JITTER", "5s");
    let row = listed(configured(), "delta");
    assert_eq!(row["schedule"], "every 1m", "{row}");
    for (option, value, source) in [
        ("every", "1m", "hostkit.toml:2"),
        ("overlap", "queue", "hostkit.toml:3"),
        ("jitter", "5s", "the environment variable HOSTKIT__SERVICES__DELTA__JITTER"),
        ("group", "clocks", "code"),
    ] {
        assert_eq!(row["options"][option], json!({ "value": value, "source": source }), "{option}: {row}");
    }

    let ended = configured().args(["list"]).end().with(0);
    let line = ended.out.lines().find(|line| line.starts_with("delta")).unwrap();
    assert!(
        line.contains("every 1m") && line.contains("jitter=5s") && line.contains("overlap=queue"),
        "{line}"
    );
}

#[test]
fn why_something_is_off() {
    for (program, service, why) in [
        (
            program(WORKER).args(["--set", "services.alpha.enabled=false"]),
            "alpha",
            "`enabled = false` in --set services.alpha.enabled=false",
        ),
        (
            program(WORKER).file("hostkit.toml", "[services.alpha]\nenabled = false\n"),
            "alpha",
            "`enabled = false` in hostkit.toml:2",
        ),
        (program(WORKER).args(["--only", "beta"]), "alpha", "--only"),
        (program(WORKER).args(["--except", "letters"]), "alpha", "--except"),
        (scene(MULTI, "wrong-off"), "off", "`enabled = false`"),
    ] {
        let row = listed(program, service);
        assert_eq!(row["enabled"], false, "{row}");
        assert!(row["why_not"].as_str().unwrap().contains(why), "{why}: {row}");
    }
    let row = listed(program(WORKER).args(["--only", "alpha"]), "alpha");
    assert_eq!((&row["enabled"], &row["why_not"]), (&json!(true), &Value::Null), "{row}");
    let ended = program(WORKER).args(["list", "--except", "letters"]).end().with(0);
    let line = ended.out.lines().find(|line| line.starts_with("alpha")).unwrap();
    assert!(line.contains("off: "), "{line}");
}

#[test]
fn a_plan_as_json() {
    let ended = program(WORKER).args(["check", "--json"]).end().with(0);
    let plan: Value = serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}; {ended}"));
    assert_eq!(plan["services"], 7, "{plan}");
    assert_eq!(plan["levels"][1], json!(["beta"]), "{plan}");
    assert_eq!(plan["levels"][0].as_array().unwrap().len(), 6, "{plan}");
    // `hanging` has a minute, `beta` ten seconds before it.
    let limits = (&plan["slowest_stop"], &plan["stop_timeout"]);
    assert_eq!(limits, (&json!("1m 10s"), &json!("1m")), "{plan}");
}

/// Whatever set it, and for whatever it was set.
#[test]
fn every_option_that_is_set() {
    let scene_of = |name: &str| scene(MULTI, name);
    let options = |row: &Value| row["options"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let row = listed(scene_of("queued"), "memory");
    assert_eq!(options(&row), ["in_memory", "key"], "{row}");
    assert_eq!(row["options"]["key"], json!({ "value": "(a function)", "source": "code" }), "{row}");
    let configured = scene_of("queued").args(["--set", "services.memory.workers=2"]);
    assert_eq!(options(&listed(configured, "memory")), ["in_memory", "key", "workers"]);
    let row = listed(scene_of("provides-timer"), "tx");
    assert_eq!(options(&row), ["close", "close_timeout", "scope"], "{row}");
    assert_eq!(row["options"]["scope"], json!({ "value": "run", "source": "code" }), "{row}");

    let ended = scene_of("queued").args(["list"]).end().with(0);
    let line = ended.out.lines().find(|line| line.starts_with("memory")).unwrap();
    assert!(line.contains("key=(a function)") && line.contains("in_memory=true"), "{line}");
}
