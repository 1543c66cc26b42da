//! What a queued function can be.

use hostkit::prelude::*;
use hostkit::param::Attempt;
use hostkit::queue::Queue;
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
struct User {
    id: u64,
}

#[derive(Serialize, Deserialize)]
struct Resize {
    user: User,
    size: (u32, u32),
}

/// Neither `Clone` nor `Serialize`, and not `Sync`.
struct Bare(std::cell::Cell<u32>);

#[derive(Clone)]
struct Cloned;

type Alias = Vec<String>;
type Of<T> = Option<T>;

#[queued(workers = 4, capacity = 10, retries = 5, backoff = "1s..5m", timeout = "30s", rate = "100/s", key = "user.id", aliases = ["old", "older"])]
async fn resize(job: Resize, again: Queue<Alias>, attempt: Attempt) -> hostkit::Result {
    again.enqueue(vec![job.user.id.to_string()]).await?;
    let _ = (job.size, attempt.number());
    Ok(())
}

#[queued]
fn alias(job: Alias, _tasks: Tasks) {
    drop(job);
}

#[queued(key = "size.1", enabled = false)]
async fn nested(job: Resize) {
    drop(job);
}

#[queued(key = "0", name = "of.an-alias")]
async fn of_an_alias(_job: (u32, Of<u8>)) {}

#[queued(in_memory, retries = 0)]
async fn bare(job: Bare) -> Result<(), std::num::ParseIntError> {
    job.0.set(1);
    Ok(())
}

#[queued(in_memory, retries = 2)]
fn cloned(_: Cloned) -> hostkit::Result {
    Err(hostkit::discard("no use").into())
}

#[queued]
async fn by_pattern((a, b): (u8, u16)) -> ! {
    let _ = (a, b);
    panic!("never")
}

#[queued(crate = "hostkit")]
async fn path(job: std::collections::BTreeMap<String, u8>, stop: Stop) {
    let _ = (job, stop);
}

fn main() {
    // They can be called like any other.
    alias(Vec::new(), panic_if_asked());
}

fn panic_if_asked() -> Tasks {
    std::process::exit(0)
}
