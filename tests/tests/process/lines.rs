//! The lines of the log: one event is one line, whatever its text is; with `format = "json"` each is an object.

use std::time::Duration;

use serde_json::Value;

use crate::support::*;

/// Each line of a log in JSON.
#[track_caller]
fn objects(ended: &Ended) -> Vec<Value> {
    ended
        .err
        .lines()
        .map(|line| object(line).unwrap_or_else(|error| panic!("{error}: {line}; {ended}")))
        .collect()
}

/// `serde_json::Value` takes the last of two equal names: here that is an error.
fn object(line: &str) -> serde_json::Result<Value> {
    struct Distinct(Value);
    impl<'de> serde::Deserialize<'de> for Distinct {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            struct Visitor;
            impl<'de> serde::de::Visitor<'de> for Visitor {
                type Value = Value;
                fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    f.write_str("an object")
                }
                fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
                    let mut seen = serde_json::Map::new();
                    while let Some((name, value)) = map.next_entry::<String, Value>()? {
                        if seen.insert(name.clone(), value).is_some() {
                            return Err(serde::de::Error::custom(format!("`{name}` stands there twice")));
                        }
                    }
                    Ok(seen.into())
                }
            }
            deserializer.deserialize_map(Visitor).map(Distinct)
        }
    }
    serde_json::from_str::<Distinct>(line).map(|distinct| distinct.0)
}

fn in_json(play: &str) -> Program {
    scene(MULTI, play).env("HOSTKIT__LOG__FORMAT", "json")
}

fn with_message<'a>(lines: &'a [Value], message: &str) -> &'a Value {
    let found = lines.iter().find(|line| line["message"].as_str().is_some_and(|said| said.contains(message)));
    found.unwrap_or_else(|| panic!("no line says {message:?}: {lines:#?}"))
}

#[test]
fn text_from_outside_forges_no_line_and_steers_no_terminal() {
    for (play, code) in [("logged-evil", 1), ("logged-start", 3)] {
        let ended = scene(MULTI, play).end().with(code);
        for c in ended.err.chars().filter(|c| *c != '\n') {
            assert!(!c.is_control(), "{c:?} in {ended}");
        }
        assert!(!ended.err.lines().any(|line| line.starts_with("ERROR forged")), "{ended}");
        let escaped = "first\\nERROR forged\\u{1b}[31m red\\r\\u{9b}2Jthird";
        assert!(ended.err.matches(escaped).count() >= 2, "{ended}");
    }
    scene(MULTI, "logged-evil")
        .end()
        .logged("error=first\\nERROR forged\\u{1b}[31m red\\r\\u{9b}2Jthird")
        .logged("last error: first\\nERROR")
        .logged("inner{of=first\\nERROR forged");
}

#[test]
fn on_a_terminal_only_the_colours_are_the_logs_own() {
    let ended = scene(MULTI, "logged-evil").on_terminal().end().with(1);
    ended.never_logged("\u{1b}[31m red").never_logged("\u{9b}").logged("\\u{1b}[31m red");
    let ended = scene(MULTI, "logged-start").on_terminal().end().with(3);
    ended.never_logged("\u{1b}[31m red").logged("\\u{1b}[31m red");
}

#[test]
fn every_line_in_json_is_an_object_with_distinct_names() {
    for (play, code) in [
        ("logged-evil", 1),
        ("logged-panics", 1),
        ("logged-fields", 0),
        ("logged-start", 3),
        ("wrong-much", 78),
        ("failing-start", 3),
        ("provides-refused", 3),
    ] {
        let ended = in_json(play).env("RUST_BACKTRACE", "1").end().with(code);
        let lines = objects(&ended);
        assert!(!lines.is_empty());
        for line in &lines {
            assert!(["INFO", "WARN", "ERROR"].contains(&line["level"].as_str().unwrap()), "{line}");
            assert!(line["message"].is_string() && line["timestamp"].is_string(), "{line}");
        }
    }
}

/// The message is the same each time; what differs is in fields, and nothing is said twice.
#[test]
fn what_could_not_begin_is_told_in_json_too() {
    for (play, code, message, problems) in [
        ("wrong-much", 78, "the plan is invalid", 6),
        ("wrong-off", 78, "the plan is invalid", 1),
        ("provides-refused", 3, "the host did not start", 1),
    ] {
        let lines = objects(&in_json(play).end().with(code));
        let told: Vec<_> = lines.iter().filter(|line| line["message"] == message).collect();
        let [told] = told[..] else { panic!("{lines:#?}") };
        assert_eq!(told["problems"].as_array().unwrap().len(), problems, "{told}");
        assert_eq!((&told["error"], &told["level"]), (&Value::Null, &"ERROR".into()), "{told}");
    }
    let lines = objects(&in_json("provides-refused").end().with(3));
    assert_eq!(with_message(&lines, "the host did not start")["problems"][0]["why"], "connection refused");
}

/// Whatever is said on standard error once the configuration is read, by every command.
#[test]
fn what_is_said_before_there_is_a_host_is_told_in_json_too() {
    let alone = |ended: &Ended| {
        let lines = objects(ended);
        assert_eq!(lines.len(), 1, "{ended}");
        lines.into_iter().next().unwrap()
    };
    let line = alone(&in_json("nowhere").end().with(3));
    assert_eq!((&line["message"], &line["level"]), (&"`configure` failed".into(), &"ERROR".into()), "{line}");
    assert_eq!(line["error"], "there is no scene `nowhere`", "{line}");
    let lines = objects(&in_json("failing-configure").env("RUST_BACKTRACE", "1").end().with(3));
    assert!(with_message(&lines, "panicked: boom in `configure`")["place"].is_string(), "{lines:#?}");
    let error = with_message(&lines, "`configure` failed")["error"].as_str().unwrap().to_owned();
    assert!(error.starts_with("panicked: boom in `configure` (tests/"), "{error}");
    // A panic where nobody listens to the log: one of a thread that `configure` has started.
    let lines = objects(&in_json("logged-early-thread").end().with(0));
    let panic = with_message(&lines, "panicked: boom in a thread of `configure`");
    assert_eq!((&panic["thread"], &panic["level"]), (&"early".into(), &"ERROR".into()), "{panic}");
    for command in ["check", "list", "graph", "config"] {
        let ended = in_json("wrong-off").args([command]).end();
        assert!(!objects(&ended).is_empty(), "{command}: {ended}");
    }
    let line = alone(&in_json("wrong-off").args(["check", "--json"]).end().with(78));
    assert_eq!(line["message"], "the plan is invalid", "{line}");
    let line = alone(&in_json("wrong-off").args(["list", "--only", "nobody"]).end().with(2));
    assert!(line["message"].as_str().unwrap().contains("`nobody`"), "{line}");
    let line = alone(&in_json("plain-idle").args(["trigger", "nobody"]).end().with(2));
    assert!(line["message"].as_str().unwrap().contains("`nobody`"), "{line}");
    let running = in_json("early-slow").start();
    running.prints("configuring").signals(&[("TERM", 500), ("INT", 0)]);
    let lines = objects(&running.end().with(130));
    with_message(&lines, "SIGINT again: ending at once, with exit code 130");
    // A command line that can't be read is told before any configuration is: as text.
    in_json("plain-idle").args(["--nonsense"]).end().with(2).logged("error: ");
}

#[test]
fn fields_of_ones_own_take_no_name_of_the_lines() {
    let lines = objects(&in_json("logged-fields").end().with(0));
    let line = with_message(&lines, "said x");
    assert_eq!((&line["level"], &line["field.level"]), (&"INFO".into(), &"mine".into()), "{line}");
    assert_eq!((&line["field.timestamp"], &line["plain"]), (&1.into(), &5.into()), "{line}");
    assert_eq!((&line["service"], &line["field.service"]), (&"words".into(), &"other".into()), "{line}");
    let line = with_message(&lines, "said y");
    assert_eq!((&line["error"], &line["number"]), (&"ring: …".into(), &"NaN".into()), "{line}");
    assert_eq!(line["shown"], "(its text panicked)", "{line}");
    let line = with_message(&lines, "said z");
    assert_eq!(
        (&line["spans"][1]["name"], &line["spans"][1]["field.name"]),
        (&"mine".into(), &"n".into()),
        "{line}"
    );
    assert_eq!(line["service"], "words", "the host's word for it; {line}");
}

#[test]
fn one_place_in_json_says_whose_line_it_is() {
    let lines = objects(&in_json("failing-error").end().with(1));
    let of: Vec<_> = lines.iter().filter(|line| line["service"] == "feed").collect();
    assert!(of.iter().any(|line| line["message"] == "failed: the host stops"), "{lines:#?}");
}

#[test]
fn a_panic_is_a_line_of_the_log_with_its_place() {
    let ended = scene(MULTI, "logged-panics").end().with(1);
    for (who, what) in [
        ("hostkit{service=\"loud\"}: hostkit: ", "panicked: boom in a service"),
        ("hostkit{task=\"loud/lost\"}: hostkit: ", "panicked: boom in a task"),
        (" hostkit: ", "panicked: boom in a thread thread=\"mine\" place=\"tests/src/bin/scenes/mod.rs:"),
        (" hostkit: ", "panicked: boom in the wild"),
    ] {
        let told = |line: &&str| line.contains(&format!("{who}{what}")) && line.contains("mod.rs:");
        assert_eq!(ended.err.lines().filter(told).count(), 1, "{who}{what}; {ended}");
    }
    let ended = ended.never_logged("note: run with").never_logged("backtrace");
    ended.logged("last error: panicked: boom in a service (tests/src/bin/scenes/mod.rs:");
}

#[test]
fn a_backtrace_is_one_field_without_the_machinery() {
    let lines = objects(&in_json("logged-panics").env("RUST_BACKTRACE", "1").end().with(1));
    let line = with_message(&lines, "boom in a service");
    let frames: Vec<_> = line["backtrace"].as_str().unwrap().split(" < ").collect();
    assert!(frames[0].contains("boom") && frames.len() < 8, "{frames:#?}");
    assert!(!frames.iter().any(|frame| frame.contains("tokio::runtime")), "{frames:#?}");
    let lines = objects(&in_json("logged-panics").env("RUST_BACKTRACE", "full").end().with(1));
    let line = with_message(&lines, "boom in a service");
    assert!(line["backtrace"].as_str().unwrap().contains("tokio::runtime"), "{line}");
}

#[test]
fn a_panic_hook_of_ones_own_is_kept() {
    let ended = scene(MULTI, "logged-own-hook").end().with(1).printed("my own hook");
    let ended = ended.logged("panicked: boom in a service (tests/src/bin/scenes/mod.rs:");
    assert!(!ended.err.contains("thread="), "{ended}");
}

/// Where nobody listens, the standard library's words are better than silence.
#[test]
fn a_panic_before_there_is_a_log_is_told() {
    scene(MULTI, "failing-configure").end().with(3).logged("boom in `configure`");
}

#[test]
fn a_chain_of_causes_without_an_end_is_told_and_the_policy_acts() {
    for play in ["logged-ring", "logged-restarts"] {
        let ended = scene(MULTI, play).end().with(1).within(Duration::from_secs(10));
        ended.logged("error=ring: …").logged("last error: ring: …");
    }
}

#[test]
fn a_long_text_is_cut_in_the_log_and_in_the_report() {
    let ended = scene(MULTI, "logged-long").end().with(1);
    assert!(ended.err.len() < 40_000, "{} bytes", ended.err.len());
    ended.logged("xxx… (3 MB)");
}

#[test]
fn an_error_without_a_message_says_so() {
    let ended = scene(MULTI, "logged-empty").end().with(1);
    ended.logged("error=(an error without a message)").logged("last error: (an error without a message)");
}

#[test]
fn a_handlers_lines_carry_the_job_and_the_attempt() {
    let ended = in_json("logged-jobs").end().with(0);
    let lines = objects(&ended);
    for (service, said) in [("quick", "at once"), ("slow", "later"), ("apart", "apart")] {
        let line = with_message(&lines, &format!("handled {said}"));
        assert_eq!(
            (&line["service"], &line["job"], &line["attempt"]),
            (&service.into(), &"1".into(), &1.into()),
            "{line}"
        );
    }
    let line = with_message(&lines, "attempt 1 of 1 failed");
    assert_eq!(
        (&line["service"], &line["job"], &line["attempt"]),
        (&"dying".into(), &"1".into(), &1.into()),
        "{line}"
    );
    let line = with_message(&lines, "dying: stopped after 1 run");
    assert_eq!((&line["service"], &line["dead"]), (&"dying".into(), &1.into()), "{line}");
    let text = scene(MULTI, "logged-jobs").end().with(0);
    text.logged("hostkit{service=\"quick\"}:job{job=1 attempt=1}: multi::scenes::logged: handled at once");
}

#[test]
fn dead_jobs_are_in_the_last_lines() {
    let ended = scene(MULTI, "logged-jobs").end().with(0);
    ended.logged("dying: stopped after 1 run, 1 failure, 1 dead job; last error: no luck");
}

#[test]
fn a_slow_stop_says_what_it_waits_for() {
    let running = scene(MULTI, "logged-slow-stop").start();
    running.logs("ready in").signal("TERM");
    running.logs("the stop waits for slow: ").logs("of 10.0s left; the task slow/late");
    running.end().with(0).never_logged("the hook");
}

#[test]
fn a_failed_start_is_told_in_one_line_and_one_frame() {
    for play in ["provides-refused", "failing-start"] {
        let ended = scene(MULTI, play).end().with(3);
        let errors = ended.err.lines().filter(|line| line.contains("Z ERROR ")).count();
        assert_eq!(errors, 2, "the cause, and the end; {ended}");
        assert_eq!(ended.err.lines().filter(|line| line.contains("Z  WARN ")).count(), 0, "{ended}");
    }
    let ended = scene(MULTI, "provides-refused").end().with(3);
    assert_eq!(ended.err.matches("connection refused").count(), 2, "{ended}");
}
