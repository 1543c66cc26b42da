//! A crate may forbid lints: what is generated neither triggers one nor asks to be allowed to. (`non_upper_case_globals` can't be
//! forbidden beside `inventory`, which allows it, as serde's derive does with a few more: so it is not here.)

#![forbid(
    unused,
    deprecated,
    non_camel_case_types,
    non_snake_case,
    missing_docs,
    missing_debug_implementations,
    unreachable_pub,
    unsafe_code,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    unused_import_braces,
    trivial_casts,
    trivial_numeric_casts,
    single_use_lifetimes,
    let_underscore_drop,
    explicit_outlives_requirements,
    elided_lifetimes_in_paths,
    absolute_paths_not_starting_with_crate,
    variant_size_differences,
    non_ascii_idents,
    meta_variable_misuse,
    macro_use_extern_crate,
    redundant_lifetimes,
    unit_bindings,
    unused_extern_crates,
    clippy::all
)]

use std::sync::Arc;

use hostkit::prelude::*;
use serde::{Deserialize, Deserializer};

/// A job that stays here.
#[derive(Clone, Debug)]
pub struct Local {
    /// Whose.
    pub user: (u64, String),
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub struct Feed;

impl Feed {
    /// Closes it.
    pub async fn close(&self) {
        std::future::ready(()).await;
    }
}

/// No options at all.
#[hosted_service]
pub async fn plain() {}

/// Options of its own.
#[hosted_service(name = "own", on_failure = "restart", backoff = "1s..1m", max_restarts = 3, heartbeat = "30s")]
pub fn own(stop: Stop) -> hostkit::Result {
    drop(stop);
    Ok(())
}

/// Options that all have.
#[hosted_service(group = "g", enabled = false, after = ["own", "plain"], stop_timeout = "1s")]
pub async fn shared(_: Stop, _: Dep<Feed>) {}

/// Without an end.
#[hosted_service]
pub async fn forever() -> ! {
    std::future::pending().await
}

/// Twice.
#[timed(every = "10s", name = "fast", max_failures = 3)]
#[timed(cron = "0 0 * * *", tz = "Europe/Berlin", name = "slow", group = "g")]
pub async fn twice() {}

/// On a thread.
#[timed(delay = "1s", jitter = "10ms", overlap = "queue", missed = "all", retries = 2)]
pub fn on_a_thread() {}

/// Stored.
#[queued(workers = 4, key = "0", rate = "100/s", aliases = ["old"], timeout = "5s")]
pub async fn resize(job: (u64, String), queue: Queue<Local>) -> hostkit::Result {
    drop((job, queue));
    Ok(())
}

/// Not stored.
#[queued(in_memory, key = "user.1")]
pub fn local(job: Local) {
    drop(job);
}

/// A hook.
#[on(stopping)]
pub fn stopping() {}

/// Closed in the end.
#[provides(close = Feed::close, close_timeout = "1s")]
pub async fn feed() -> hostkit::Result<Feed> {
    Ok(Feed)
}

/// Not closed.
#[must_use]
#[provides(scope = "run")]
pub fn number() -> u32 {
    7
}

/// Shared as what it can do.
#[provides]
#[must_use]
pub fn text() -> Arc<dyn std::fmt::Debug + Send + Sync> {
    Arc::new(1)
}

/// With state.
#[derive(Debug)]
pub struct Pump(u8);

#[hosted_service(after = "own")]
impl Pump {
    /// Makes it.
    #[must_use]
    pub fn new(_stop: Stop) -> Self {
        Pump(1)
    }

    /// Runs it.
    pub async fn run(&mut self, stop: Stop) {
        self.0 += 1;
        stop.requested().await;
    }

    /// Stops it.
    pub fn stop(&mut self) {
        self.0 -= 1;
    }
}

/// A section.
#[config("http", validate)]
#[derive(Debug)]
pub struct Http {
    /// Where.
    pub port: u16,
}

impl<'de> Deserialize<'de> for Http {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        u16::deserialize(from).map(|port| Http { port })
    }
}

impl Http {
    fn validate(&self) -> Result<(), String> {
        if self.port == 0 { Err("0".to_owned()) } else { Ok(()) }
    }
}

fn main() {}
