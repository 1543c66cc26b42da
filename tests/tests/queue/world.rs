//! What the jobs of a test leave behind, and when; and the few lines that many tests begin with.

use std::sync::{Arc, Mutex};

use hostkit::builder::{Queued, RunningHost};
use hostkit::queue::Queue;
use hostkit::{Host, HostBuilder, HostHandle, Report};
pub(crate) use hostkit_tests::{ends, lived, millis, pass, refused, secs};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, mpsc};
use tokio::time::Instant;

/// A job: what it is called.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Job(pub(crate) String);

pub(crate) fn job(name: impl Into<String>) -> Job {
    Job(name.into())
}

/// A job of another type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Other(pub(crate) u32);

/// What happened, and when, in seconds from the first use.
#[derive(Debug)]
pub(crate) struct Log(Instant, Mutex<Vec<(f64, String)>>);

impl Log {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Log(Instant::now(), Mutex::default()))
    }

    pub(crate) fn note(&self, what: impl Into<String>) {
        // To the millisecond: tokio's timer is as exact as that.
        let at = self.0.elapsed().as_millis() as f64 / 1000.0;
        self.1.lock().unwrap().push((at, what.into()));
    }

    pub(crate) fn words(&self) -> Vec<String> {
        self.1.lock().unwrap().iter().map(|(_, what)| what.clone()).collect()
    }

    pub(crate) fn count(&self, what: &str) -> usize {
        self.words().iter().filter(|word| *word == what).count()
    }

    /// When that happened, each time, in seconds.
    pub(crate) fn when(&self, what: &str) -> Vec<f64> {
        self.1.lock().unwrap().iter().filter(|(_, word)| word == what).map(|(at, _)| *at).collect()
    }
}

/// A running host, and the door to one of its queues.
pub(crate) struct World<T> {
    pub(crate) host: RunningHost,
    pub(crate) handle: HostHandle,
    pub(crate) queue: Queue<T>,
}

/// Starts the host, which gets one more service: it takes the queue, hands it out, and ends at once.
pub(crate) async fn open<T: Send + 'static>(builder: HostBuilder) -> World<T> {
    let (give, mut out) = mpsc::unbounded_channel();
    let builder = builder.service("door", move |queue: Queue<T>| {
        let _ = give.send(queue);
        async {}
    });
    let host = ends(builder.build().unwrap().start()).await.unwrap();
    let queue = ends(out.recv()).await.unwrap();
    World { handle: host.handle(), host, queue }
}

impl<T> World<T> {
    pub(crate) async fn stop(self) -> Report {
        ends(self.host.stop()).await
    }
}

/// A host with one queue, named `work`, whose jobs are noted.
pub(crate) fn noting(log: &Arc<Log>) -> HostBuilder {
    noting_with(log, |queued| queued)
}

/// The same, with options.
pub(crate) fn noting_with(log: &Arc<Log>, options: impl FnOnce(Queued<Job>) -> Queued<Job>) -> HostBuilder {
    let log = log.clone();
    let handler = move |job: Job| {
        let log = log.clone();
        async move { log.note(job.0) }
    };
    Host::builder().queued("work", options(Queued::new(handler)))
}

/// A host with one queue, named `work`, of one worker that takes a permit for each job before it is noted.
pub(crate) async fn gated(capacity: usize) -> (World<Job>, Arc<Log>, Arc<Semaphore>) {
    let (log, gate) = (Log::new(), Arc::new(Semaphore::new(0)));
    let (notes, gated) = (log.clone(), gate.clone());
    let handler = move |job: Job| {
        let (log, gate) = (notes.clone(), gated.clone());
        async move {
            gate.acquire().await.unwrap().forget();
            log.note(job.0);
        }
    };
    let world = open(Host::builder().queued("work", Queued::new(handler).capacity(capacity))).await;
    (world, log, gate)
}

/// Lets the executor run everything that can run now.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}
