//! The sources of `hostkit` go in; every import that climbs a floor, every door that is gone around, comes out.
#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

use std::fs;
use std::path::{Path, PathBuf};

#[path = "architecture/cfg_borders.rs"]
mod cfg_borders;
#[path = "architecture/type_names.rs"]
mod type_names;

/// From the ground up; a file may name what lies on its own floor or below it. `ARCHITECTURE.md` draws the same picture.
const FLOORS: [&[&str]; 7] = [
    &["time", "sync", "outcome", "state"],
    &["inject", "config"],
    &["param", "schedule", "queue"],
    &["service"],
    &["registry"],
    &["host"],
    &["cli", "__private", "prelude", "testing"],
];

/// What only these files may write. A type such as `tokio::time::Instant` may be named anywhere: naming it reads no clock.
const DOORS: [(&[&str], &[&str]); 9] = [
    (&["inventory"], &["registry/registration.rs", "__private.rs"]),
    (&["tokio::signal"], &["host/run/watchdog/signal.rs"]),
    (
        &["Instant::now", "SystemTime::now", ".elapsed()", "time::sleep", "time::timeout", "time::interval"],
        &["time/clock.rs"],
    ),
    (&["std::env"], &["config/layers.rs", "cli/"]),
    (
        &["thread::spawn", "thread::Builder", "thread::scope"],
        &["service/offload.rs", "host/run/watchdog/watch.rs", "host/run/watchdog/exit.rs", "config/file.rs"],
    ),
    (&["runtime.spawn"], &["host/", "param/task_pool.rs"]),
    (
        &["tokio::spawn", "task::spawn(", "task::spawn_blocking(", "JoinSet"],
        &["service/offload.rs", "service/timed/in_flight.rs"],
    ),
    (&["process::exit", "process::abort"], &["host/run/watchdog/exit.rs"]),
    (&["println!", "eprint!", "print!", "stdout()", "stderr()"], &["cli/", "host/run/watchdog/exit.rs"]),
];

#[test]
fn imports_go_down_and_doors_are_used() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hostkit/src");
    let files = sources(&root);
    assert!(files.len() > 50, "only {} files in {}", files.len(), root.display());
    let faults: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let path = file.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
            faults(&path, &fs::read_to_string(file).unwrap())
        })
        .collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

fn sources(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// Everything that is wrong with one file, each with its line and the help.
fn faults(path: &str, text: &str) -> Vec<String> {
    // Inline tests may do as they like; they stand at the end.
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    if text.contains("\n#![cfg(test)]\n") {
        return Vec::new(); // so may a file of tests
    }
    let face = path == "lib.rs" || path.ends_with("mod.rs");
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = if line.trim_start().starts_with("//") { "" } else { line.split(" // ").next().unwrap() };
        let mut fault = |says: String| faults.push(format!("{path}:{}: {says}", number + 1));
        for module in if path == "lib.rs" { Vec::new() } else { named(code) } {
            match (floor(path.split(['/', '.']).next().unwrap()), floor(module)) {
                (Some(here), Some(there)) if there <= here => {}
                (Some(here), Some(there)) => fault(format!(
                    "floor {here} uses `crate::{module}` of floor {there}: imports only go down; move what is needed down, or take it as a parameter"
                )),
                (_, None) if ["prelude.rs", "__private.rs"].contains(&path) => {}
                (_, None) => fault(format!(
                    "`crate::{module}` is no module on a floor: name the module that defines it, or give a new module its floor in `FLOORS`"
                )),
                (None, _) => fault("this file is on no floor: add it to `FLOORS`".into()),
            }
        }
        for (words, files) in DOORS {
            let word = words.iter().find(|word| code.contains(**word));
            if let Some(word) = word.filter(|_| !files.iter().any(|file| path.starts_with(file))) {
                fault(format!(
                    "`{word}` belongs to {}: call what is there, or add to it",
                    files.join(" and ")
                ));
            }
        }
        let public_module = path == "lib.rs" && code.starts_with("pub mod ");
        if face && !public_module && defines(code) {
            fault(
                "`lib.rs` and `mod.rs` define nothing: move it into a file of its own, and `use` it here"
                    .into(),
            );
        }
    }
    faults
}

fn floor(module: &str) -> Option<usize> {
    Some(1 + FLOORS.iter().position(|floor| floor.contains(&module))?)
}

/// The first name of every path from the crate's root: one, or all of `crate::{a, b::c}`.
fn named(code: &str) -> Vec<&str> {
    let word = |text: &str| text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let paths = code.match_indices("crate::").filter(|(at, _)| !code[..*at].ends_with('$'));
    let named = paths.flat_map(|(at, prefix)| {
        let rest = &code[at + prefix.len()..];
        match rest.strip_prefix('{') {
            // A list over several lines would be read in part: it is refused under this name.
            Some(list) if !list.contains('}') => vec!["a_list_over_several_lines"],
            Some(list) => list.split('}').next().unwrap_or(list).split(',').map(str::trim).collect(),
            None => vec![rest],
        }
    });
    named.map(|path| &path[..word(path)]).filter(|name| !name.is_empty()).collect()
}

/// Whether an item begins on this line that is neither a `mod …;` nor a `use`.
fn defines(code: &str) -> bool {
    const FACE: [&str; 8] = ["use ", "#[", "#![", "}", ")", "]", "macro_rules! main ", "pub use "];
    let item =
        code.trim_start_matches("pub(crate) ").trim_start_matches("pub(super) ").trim_start_matches("pub ");
    let indented = code.is_empty() || code.starts_with(' ');
    let module = item.starts_with("mod ") && item.ends_with(';');
    !indented && !module && !FACE.iter().any(|face| item.starts_with(face))
}

#[test]
fn the_rules_can_fail() {
    let of = |path: &str, text: &str| faults(path, text).join("\n");
    for (path, text, part) in [
        (
            "state/record.rs",
            "use crate::host::Core;",
            "state/record.rs:1: floor 1 uses `crate::host` of floor 6",
        ),
        (
            "service/timed.rs",
            "\nuse crate::{time, registry::Origin};",
            "timed.rs:2: floor 4 uses `crate::registry`",
        ),
        (
            "param/tasks.rs",
            "use crate::{\n    host::Core,\n};",
            "`crate::a_list_over_several_lines` is no module",
        ),
        ("param/tasks.rs", "let x: crate::HostHandle;", "`crate::HostHandle` is no module on a floor"),
        ("store/mod.rs", "use crate::time;", "add it to `FLOORS`"),
        (
            "host/run.rs",
            "use inventory::iter;",
            "`inventory` belongs to registry/registration.rs and __private.rs",
        ),
        ("param/stop.rs", "    tokio::time::sleep(second).await;", "`time::sleep` belongs to time/clock.rs"),
        ("host/stop.rs", "let now = std::time::Instant::now();", "`Instant::now` belongs to time/clock.rs"),
        ("cli/main.rs", "std::process::exit(1)", "`process::exit` belongs to host/run/watchdog/exit.rs"),
        ("host/builder.rs", "std::env::var(\"X\")", "`std::env` belongs to config/layers.rs and cli/"),
        ("host/report.rs", "eprintln!(\"{self}\")", "`println!` belongs to cli/"),
        ("inject/mod.rs", "pub struct Dep<T>(T);", "define nothing"),
        ("lib.rs", "mod inline {", "define nothing"),
    ] {
        assert!(of(path, text).contains(part), "{path}: {:?} lacks {part:?}", of(path, text));
    }
    for (path, text) in [
        ("host/mod.rs", "//! A face.\n\nmod run;\npub(crate) use run::{\n    Host,\n};\n"),
        (
            "param/stop.rs",
            "/// As [`crate::HostHandle`] says.\nuse tokio::time::Instant;\nuse crate::{sync, time};",
        ),
        (
            "state/poll_tracker.rs",
            "use super::ServiceRecord;\n#[cfg(test)]\nmod tests {\n    use crate::host::Core;\n}",
        ),
        ("time/clock.rs", "tokio::time::sleep(duration).await; // never `std::env`"),
    ] {
        assert_eq!(of(path, text), "", "{path}");
    }
}
