//! What is fed with bytes: each target is a plain function that must not panic.

use std::path::PathBuf;
use std::sync::OnceLock;

use hostkit::prelude::*;
use hostkit::Host;
use hostkit::config::Layers;

use crate::section::All;

/// A duration that is read is shown, and read back to the same.
pub fn duration(data: &[u8]) {
    use hostkit_grammar::duration::{parse, show};
    let text = String::from_utf8_lossy(data);
    match parse(&text) {
        Ok(duration) => assert_eq!(parse(&show(duration)), Ok(duration)),
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
}

/// A size that is read is shown, and read back to the same.
pub fn bytes(data: &[u8]) {
    use hostkit_grammar::bytes::{parse, show};
    let text = String::from_utf8_lossy(data);
    match parse(&text) {
        Ok(size) => assert_eq!(parse(&show(size)), Ok(size)),
        Err(fault) => assert!(!fault.to_string().is_empty()),
    }
}

/// Each line is a `--set`, or a variable if it begins with the prefix of one.
pub fn set(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let layers = text.lines().fold(Layers::new(), |layers, line| match line.split_once('=') {
        Some((name, value)) if name.starts_with("HOSTKIT__") => {
            layers.environment([(name.to_owned(), value.to_owned())])
        }
        _ => layers.set(line),
    });
    build(layers);
}

/// A whole file.
pub fn file(data: &[u8]) {
    static PATH: OnceLock<PathBuf> = OnceLock::new();
    let path = PATH.get_or_init(|| {
        // In memory where that is possible: a disk is a hundred times slower.
        let memory = PathBuf::from("/dev/shm");
        let directory = if memory.is_dir() { memory } else { std::env::temp_dir() };
        directory.join(format!("hostkit-fuzz-{}.toml", std::process::id()))
    });
    if std::fs::write(path, data).is_ok() {
        build(Layers::new().file(path).set("host.drain_delay=1s"));
    }
}

fn build(layers: Layers) {
    let host = Host::builder().service("all", |_all: Config<All>| async {}).configuration(layers);
    let _shown = format!("{host:?}");
    match host.build() {
        Ok(_) => {}
        Err(error) => assert!(error.problems().iter().all(|problem| !problem.to_string().is_empty())),
    }
}
