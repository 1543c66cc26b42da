//! What fails, in each way and as each kind of service.

use std::error::Error;
use std::fmt;
use std::future::pending;

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

use super::Notes;

/// Panics, as far as the compiler can tell not always.
pub(crate) fn boom() {
    panic!("boom");
}

/// An error with a cause.
#[derive(Debug)]
pub(crate) struct Refused;

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("open feed")
    }
}

impl Error for Refused {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&fmt::Error) // "an error occurred when formatting an argument"
    }
}

#[hosted_service]
pub(crate) async fn panics() {
    boom();
}

#[hosted_service]
pub(crate) fn panics_on_a_thread() {
    boom();
}

pub(crate) struct PanicsInRun;

#[hosted_service]
impl PanicsInRun {
    fn new() -> Self {
        PanicsInRun
    }

    async fn run(&mut self) {
        boom();
    }
}

#[timed(every = "10ms", on_failure = "stop")]
pub(crate) async fn panics_in_time() {
    boom();
}

#[timed(every = "10ms", on_failure = "stop")]
pub(crate) fn panics_on_the_pool() {
    boom();
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Boom;

#[queued(retries = 0)]
pub(crate) async fn panics_at_work(_: Boom) {
    boom();
}

#[hosted_service]
pub(crate) async fn refuses() -> hostkit::Result {
    Err(Refused.into())
}

#[hosted_service]
pub(crate) fn refuses_on_a_thread() -> Result<(), Refused> {
    Err(Refused)
}

pub(crate) struct RefusesInRun;

#[hosted_service]
impl RefusesInRun {
    fn new() -> Self {
        RefusesInRun
    }

    async fn run(&mut self) -> hostkit::Result {
        Err(Refused.into())
    }
}

#[timed(every = "10ms", on_failure = "stop")]
pub(crate) async fn refuses_in_time() -> hostkit::Result {
    Err(Refused.into())
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Refusal;

#[queued(retries = 0)]
pub(crate) async fn refuses_at_work(_: Refusal) -> hostkit::Result {
    Err(Refused.into())
}

/// Never gets ready.
#[hosted_service]
pub(crate) async fn never_starts(_ready: Ready) -> hostkit::Result {
    Err(Refused.into())
}

/// Does not stop when it is told to.
#[hosted_service(stop_timeout = "200ms")]
pub(crate) async fn stubborn(notes: Notes) {
    notes.note("stubborn");
    pending::<()>().await;
}

pub(crate) struct StubbornInStop;

#[hosted_service(stop_timeout = "200ms")]
impl StubbornInStop {
    fn new() -> Self {
        StubbornInStop
    }

    async fn stop(&mut self) {
        pending::<()>().await;
    }
}

#[timed(every = "1h", stop_timeout = "200ms")]
pub(crate) async fn stubborn_in_time() {
    pending::<()>().await;
}

/// Fails twice, and then does its work.
#[hosted_service(on_failure = "restart", backoff = "10ms..20ms")]
pub(crate) async fn flaky(host: HostHandle, notes: Notes) -> hostkit::Result {
    recovers(&host, "flaky", &notes)
}

#[hosted_service(on_failure = "restart", backoff = "10ms..20ms")]
pub(crate) fn flaky_on_a_thread(host: HostHandle, notes: Notes) -> hostkit::Result {
    recovers(&host, "flaky_on_a_thread", &notes)
}

pub(crate) struct FlakyInRun;

#[hosted_service(on_failure = "restart", backoff = "10ms..20ms")]
impl FlakyInRun {
    fn new() -> Self {
        FlakyInRun
    }

    async fn run(&mut self, host: HostHandle, notes: Notes) -> hostkit::Result {
        recovers(&host, "flaky_in_run", &notes)
    }
}

fn recovers(host: &HostHandle, name: &str, notes: &Notes) -> hostkit::Result {
    if host.service(name).expect("it runs").restarts() < 2 {
        return Err(Refused.into());
    }
    notes.note("recovered");
    Ok(())
}
