//! `#[tracing::instrument]` above and below each attribute. It records every parameter by `Debug`.

#![deny(warnings)]

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};
use tracing::instrument;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Job {
    id: u64,
}

#[derive(Debug)]
struct Pool;

#[config("worker")]
#[derive(Debug, Deserialize)]
struct Worker {
    name: Option<String>,
}

#[hosted_service]
#[instrument]
async fn service_over(_stop: Stop, _ready: Ready, _tasks: Tasks, _beat: Heartbeat, host: HostHandle) {
    drop(host);
}

#[instrument]
#[hosted_service(after = "service_over")]
async fn service_under(_token: CancellationToken, pool: Dep<Pool>, _same: Arc<Pool>, _none: Option<Dep<u8>>) -> hostkit::Result {
    drop(pool);
    Ok(())
}

#[hosted_service]
#[instrument]
fn blocking_over(_stop: Stop) {}

#[instrument]
#[hosted_service]
fn blocking_under(_stop: Stop) {}

struct Pump;

#[hosted_service]
impl Pump {
    #[instrument]
    async fn new(config: Config<Worker>) -> hostkit::Result<Self> {
        let _ = &config.name;
        Ok(Pump)
    }

    #[instrument(skip(self))]
    async fn run(&mut self, _stop: Stop) {}

    #[instrument(skip_all)]
    fn stop(&mut self) {}
}

#[timed(every = "1m")]
#[instrument(level = "debug")]
async fn timer_over(_tick: Tick, queue: Queue<Job>) -> hostkit::Result {
    queue.enqueue(Job { id: 1 }).await?;
    Ok(())
}

#[instrument(err)]
#[timed(every = "1m")]
async fn timer_under(_tick: Tick) -> hostkit::Result {
    Ok(())
}

#[timed(name = "twice.a", every = "1m")]
#[instrument]
#[timed(name = "twice.b", every = "2m")]
fn twice() {}

#[queued]
#[instrument(fields(job.id = job.id))]
async fn handler_over(job: Job, _attempt: Attempt) {
    drop(job);
}

#[instrument(skip(job), fields(id = %job.1.id))]
#[queued(name = "other")]
fn handler_under(job: (u8, Job)) -> Result<(), std::num::ParseIntError> {
    drop(job);
    Ok(())
}

#[provides(scope = "run")]
#[instrument]
async fn pool_over(config: Config<Worker>) -> hostkit::Result<u16> {
    let _ = config;
    Ok(1)
}

#[instrument]
#[provides]
fn pool_under() -> Pool {
    Pool
}

#[on(started)]
#[instrument]
async fn hook_over(_host: HostHandle) {}

#[instrument]
#[on(stopped)]
fn hook_under() {}

fn main() {
    hostkit::Host::builder().discover().build().expect("a plan");
}
