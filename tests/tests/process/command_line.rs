//! The command line: `run`, `list`, `check`, what they select, and what is refused.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;

use crate::support::*;

fn worker<'a>(args: impl IntoIterator<Item = &'a str>) -> Ended {
    program(WORKER).args(args).end()
}

/// Name, kind and first line of everything in the worker's source, sorted.
const ENTRIES: [(&str, &str, &str); 8] = [
    ("alpha", "hosted_service", "async fn alpha("),
    ("announce", "on(started)", "fn announce("),
    ("beta", "hosted_service", "async fn beta("),
    ("delta", "timed", "async fn delta("),
    ("faulty", "hosted_service", "impl Faulty {"),
    ("gamma.ray-1", "hosted_service", "fn gamma("),
    ("hanging", "hosted_service", "impl Hanging {"),
    ("pump", "hosted_service", "impl Pump {"),
];

fn line_of(text: &str) -> u64 {
    let source = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/worker.rs")).unwrap();
    let line = source.lines().position(|line| line.starts_with(text));
    line.unwrap_or_else(|| panic!("no line begins with {text}")) as u64 + 1
}

#[test]
fn list_is_sorted_and_in_columns() {
    let ended = worker(["list"]).with(0);
    assert_eq!(ended.err, "", "{ended}");
    let mut lines = ended.out.lines();
    let head = lines.next().unwrap();
    let columns = ["NAME", "KIND", "STATE", "SCHEDULE", "OPTIONS", "CRATE", "LOCATION"]
        .map(|name| head.find(name).unwrap());
    let rows: Vec<_> = lines.collect();
    assert_eq!(rows.len(), ENTRIES.len(), "{ended}");
    for (row, (name, kind, text)) in rows.into_iter().zip(ENTRIES) {
        let cell = |column: usize| {
            let end = columns.get(column + 1).copied().unwrap_or(row.len());
            row[columns[column]..end].trim_end()
        };
        let place = cell(6).replace('\\', "/");
        assert_eq!([cell(0), cell(1)], [name, kind], "{ended}");
        assert_eq!(cell(5), concat!("hostkit-tests ", env!("CARGO_PKG_VERSION")));
        assert!(place.ends_with(&format!("src/bin/worker.rs:{}", line_of(text))), "{place}");
    }
}

#[test]
fn list_json_says_the_same_to_programs() {
    let ended = worker(["list", "--json"]).with(0);
    let Value::Array(rows) = serde_json::from_str(&ended.out).unwrap() else { panic!("{ended}") };
    assert_eq!(rows.len(), ENTRIES.len(), "{ended}");
    for (row, (name, kind, text)) in rows.iter().zip(ENTRIES) {
        assert_eq!((row["name"].as_str(), row["kind"].as_str()), (Some(name), Some(kind)));
        assert_eq!(row["crate"], "hostkit-tests");
        assert_eq!(row["version"], env!("CARGO_PKG_VERSION"));
        assert!(row["file"].as_str().unwrap().replace('\\', "/").ends_with("src/bin/worker.rs"), "{row}");
        assert_eq!(row["line"].as_u64(), Some(line_of(text)), "{row}");
    }
}

#[test]
fn list_tells_where_a_call_on_the_builder_stands() {
    let ended = scene(MULTI, "plain-idle").args(["list", "--json"]).end().with(0);
    let rows: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(rows[0]["crate"], Value::Null);
    assert!(rows[0]["file"].as_str().unwrap().ends_with("plain.rs"), "{rows}");
    assert!(rows[0]["line"].as_u64().is_some_and(|line| line > 1), "{rows}");
}

#[test]
fn check_tells_the_plan_and_starts_nothing() {
    let ended = worker(["check"]).with(0);
    assert!(!ended.out.contains("announced") && !ended.out.contains("pump:"), "{ended}");
    ended
        .printed("the plan is valid: 7 services in 2 levels")
        .printed("  2. beta")
        .printed("a stop takes at most");
}

#[test]
fn check_tells_everything_that_is_wrong_at_once() {
    for args in [&["check"][..], &["run"], &[]] {
        let ended = scene(MULTI, "wrong-much").args(args.iter().copied()).end().with(78);
        assert_eq!(ended.out, "", "nothing started, nothing printed; {ended}");
        let ended = ended.logged("the plan is invalid: 6 problems; nothing has started");
        [
            "two services are named `twin`",
            "`second` starts after `frist`",
            "did you mean `first`?",
            "services wait for each other: `egg` after `hen` after `egg`",
            "`needy` needs `Dep<Pool>`, but no provider returns `Pool`",
            "`bad name` is not a valid service name",
            "`expect` names `absent`",
            "wrong.rs:",
        ]
        .into_iter()
        .fold(ended, Ended::logged);
    }
}

#[test]
fn a_host_without_a_service_is_an_invalid_plan() {
    program(MULTI).end().with(78).logged("there is no service to run").logged("hostkit::main!(link =");
    scene(MULTI, "wrong-off").args(["check"]).end().with(78).logged("every service is off");
    worker(["--except", "letters,clocks,gamma.ray-1,faulty,hanging,pump"])
        .with(78)
        .logged("every service is off");
}

/// What runs when it is told to run this.
fn selected(args: &str) -> BTreeSet<String> {
    let ended = worker(args.split(' ').chain(["check"])).with(0);
    let levels = ended.out.lines().filter_map(|line| line.trim().split_once(". "));
    levels.flat_map(|(_, names)| names.split(", ").map(str::to_owned)).collect()
}

#[test]
fn only_and_except_take_names_and_groups() {
    for (args, names) in [
        ("--only alpha", "alpha"),
        ("--only alpha,delta", "alpha delta"),
        ("--only alpha --only delta", "alpha delta"),
        ("--only=alpha,delta --only pump", "alpha delta pump"),
        ("--only letters", "alpha beta"),
        ("--only letters,gamma.ray-1", "alpha beta gamma.ray-1"),
        ("--only letters --except alpha", "beta"),
        ("--only letters,clocks --except clocks", "alpha beta"),
        ("--except letters,clocks", "faulty gamma.ray-1 hanging pump"),
        ("--except letters --except faulty,pump", "delta gamma.ray-1 hanging"),
    ] {
        let names: BTreeSet<String> = names.split(' ').map(str::to_owned).collect();
        assert_eq!(selected(args), names, "{args}");
    }
}

#[test]
fn a_selection_may_stand_on_both_sides_of_the_command() {
    let ended = worker(["--only", "alpha", "check", "--only", "delta"]).with(0);
    ended.printed("2 services").printed("alpha, delta");
}

#[test]
fn run_runs_what_is_selected_and_hooks_always_run() {
    for args in [&["--only", "alpha,delta"][..], &["run", "--only", "alpha", "--only", "delta"]] {
        let running = program(WORKER).args(args.iter().copied()).start();
        running.logs("2 services in 1 level: alpha, delta").prints("announced").signal("TERM");
        running.end().with(0);
    }
}

#[test]
fn a_name_that_selects_nothing_is_wrong_usage_with_the_nearest() {
    for args in [
        &["--only", "alhpa"][..],
        &["run", "--except", "alhpa"],
        &["check", "--only", "pump,alhpa"],
        &["list", "--only", "alhpa"],
    ] {
        worker(args.iter().copied()).with(2).logged("`alhpa`; did you mean `alpha`?");
    }
    worker(["--only", "leters"]).with(2).logged("did you mean `letters`?");
    let both = worker(["--only", "alhpa,zzzzzzzz"]).with(2);
    assert_eq!(both.out, "", "{both}");
    both.logged("did you mean `alpha`?").logged("named `zzzzzzzz`; `list` shows all names");
}

#[test]
fn help_and_version_are_results() {
    let help = worker(["--help"]).with(0);
    assert_eq!(help.err, "", "{help}");
    ["run", "list", "check", "--only", "--except", "--config", "--profile", "--set"]
        .into_iter()
        .fold(help, Ended::printed);
    let version = worker(["--version"]).with(0);
    assert_eq!(version.out, format!("worker {}\n", env!("CARGO_PKG_VERSION")), "the binary's name");
    worker(["list", "--help"]).with(0).printed("--json");
}

#[test]
fn what_the_command_line_does_not_know_is_wrong_usage() {
    for args in [&["lst"][..], &["--onyl", "alpha"], &["check", "--jsn"], &["run", "alpha"], &["--only"]] {
        let ended = worker(args.iter().copied()).with(2);
        assert_eq!(ended.out, "", "{ended}");
        ended.logged("error:");
    }
    worker(["lst"]).logged("list");
}
