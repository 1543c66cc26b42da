//! Example 13. Values of one run: each run of a timer has a directory of its own, made before it and removed after it.
//!
//! Run it with `cargo run -p hostkit-examples --bin 13_per_run`. A run takes longer than the second between two, so that two
//! are under way at once, each with its own directory. Every third one fails; its directory goes as the others do. Stop the
//! program at any time: no `scratch-*` is left. A hosted service that takes a `Dep<Scratch>` is an invalid
//! plan: it has no runs.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use hostkit::prelude::*;
use tokio::fs;

struct Scratch(PathBuf);

#[provides(scope = "run", close = Scratch::remove)]
async fn scratch() -> std::io::Result<Scratch> {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let path = PathBuf::from(format!("scratch-{}", MADE.fetch_add(1, Relaxed) + 1));
    fs::create_dir(&path).await?;
    Ok(Scratch(path))
}

impl Scratch {
    /// After the run, whether it ended well, failed, panicked or was cancelled.
    async fn remove(&self) -> std::io::Result<()> {
        tracing::info!("removing {}", self.0.display());
        fs::remove_dir_all(&self.0).await
    }
}

/// A value of the run as well, made of another one: both are of the same run.
struct Notes(PathBuf);

#[provides(scope = "run")]
fn notes(scratch: Dep<Scratch>) -> Notes {
    Notes(scratch.0.join("notes.txt"))
}

#[timed(every = "1s", overlap = "allow")]
async fn pack(scratch: Dep<Scratch>, notes: Dep<Notes>, tick: Tick, stop: Stop) -> hostkit::Result {
    tracing::info!("run {} works in {}", tick.number(), scratch.0.display());
    fs::write(&notes.0, "begun\n").await?;
    if !stop.sleep(Duration::from_millis(1500)).await.is_running() {
        return Ok(());
    }
    if tick.number().is_multiple_of(3) {
        return Err(format!("run {} fails, and leaves {} behind", tick.number(), listed(&scratch.0)?).into());
    }
    Ok(())
}

fn listed(directory: &Path) -> std::io::Result<String> {
    let names: Result<Vec<_>, _> =
        std::fs::read_dir(directory)?.map(|entry| Ok(entry?.file_name())).collect();
    names.map(|names| names.join(std::ffi::OsStr::new(", ")).to_string_lossy().into_owned())
}

hostkit::main!();
