//! The sources of `hostkit` go in; every door that is gone around comes out, and every face that defines something. The modules beside
//! this file look at imports, names, and what is public.
#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use syn::Item;

use crate_model::CrateModel;

#[path = "architecture/cfg_borders.rs"]
mod cfg_borders;
#[path = "architecture/crate_model.rs"]
mod crate_model;
#[path = "architecture/module_graph.rs"]
mod module_graph;
#[path = "architecture/public_api.rs"]
mod public_api;
#[path = "architecture/type_names.rs"]
mod type_names;

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
fn doors_are_used_and_faces_define_nothing() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hostkit/src");
    let files = sources(&root);
    assert!(files.len() > 50, "only {} files in {}", files.len(), root.display());
    let faults = files.iter().flat_map(|(path, text)| faults(path, text));
    let faults: Vec<String> = faults.chain(definitions(&CrateModel::of(&files))).collect();
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

/// Everything that a face defines, but for the macro `main!`.
fn definitions(model: &CrateModel) -> Vec<String> {
    let faces = model.modules.iter().filter(|module| module_graph::is_face(&module.file));
    let items = faces.flat_map(|module| module.items.iter().map(|item| (&module.file, item)));
    let is_main = |item: &Item| matches!(item, Item::Macro(item) if item.ident.as_ref().is_some_and(|name| name == "main"));
    items
        .filter(|(_, item)| !is_main(item))
        .map(|(file, item)| {
            let name = crate_model::defined(item).map_or("an item".to_owned(), |(_, name)| format!("`{name}`"));
            format!("{file} defines {name}: move it into a file of its own, and `use` it here; faces define nothing")
        })
        .collect()
}

/// The text of every source below a folder, by its path from there.
fn sources(root: &Path) -> BTreeMap<String, String> {
    let text_of = |file: PathBuf| {
        let path = file.strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
        (path, fs::read_to_string(&file).unwrap())
    };
    files(root).into_iter().map(text_of).collect()
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let files = entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] });
    files.filter(|path| path.extension().is_some_and(|extension| extension == "rs")).collect()
}

/// Everything that is wrong with one file, each with its line and the help.
fn faults(path: &str, text: &str) -> Vec<String> {
    // Inline tests may do as they like; they stand at the end.
    let text = text.split("#[cfg(test)]\nmod ").next().unwrap();
    if text.contains("\n#![cfg(test)]\n") {
        return Vec::new(); // so may a file of tests
    }
    let mut faults = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = if line.trim_start().starts_with("//") { "" } else { line.split(" // ").next().unwrap() };
        let mut fault = |says: String| faults.push(format!("{path}:{}: {says}", number + 1));
        for (words, files) in DOORS {
            let word = words.iter().find(|word| code.contains(**word));
            if let Some(word) = word.filter(|_| !files.iter().any(|file| path.starts_with(file))) {
                fault(format!(
                    "`{word}` belongs to {}: call what is there, or add to it",
                    files.join(" and ")
                ));
            }
        }
    }
    faults
}

#[test]
fn the_rules_can_fail() {
    let of = |path: &str, text: &str| faults(path, text).join("\n");
    for (path, text, part) in [
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
    ] {
        assert!(of(path, text).contains(part), "{path}: {:?} lacks {part:?}", of(path, text));
    }
    for (path, text) in [
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

    let of = |text: &str, lib: &str| {
        let files = [("lib.rs", lib), ("inner/mod.rs", text)];
        let files = files.into_iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect();
        definitions(&CrateModel::of(&files)).join("\n")
    };
    assert!(of("pub struct Dep<T>(T);", "mod inner;").starts_with("inner/mod.rs defines `Dep`: move it"));
    assert!(of("", "mod inner; pub mod inline { pub fn f() {} }").starts_with("lib.rs defines `f`"));
    assert!(of("impl Clone for u8 {}", "mod inner;").contains("defines an item"));
    let face = "macro_rules! main { () => {} } mod inner; pub mod inline { pub use crate::inner::Run; }";
    assert_eq!(of("#[cfg(test)] mod tests { struct Own; } pub use other::Run;", face), "");
}
