//! Panics, wherever user code runs: each is a failure of its job, and harms nobody else.

use std::sync::Arc;

use hostkit::Host;
use hostkit::builder::Queued;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::log;
use super::world::*;

struct Bomb(&'static str);

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("{} exploded", self.0);
    }
}

async fn outcome(handler: Queued<Job>) -> (Vec<String>, u64, u64) {
    let world = open::<Job>(Host::builder().queued("work", handler.retries(1))).await;
    world.queue.enqueue(job("bad")).await.unwrap();
    world.queue.enqueue(job("good")).await.unwrap();
    pass(secs(60)).await;
    let queue = world.handle.queue("work").unwrap();
    let errors =
        queue.dead().iter().flat_map(|dead| dead.errors.clone()).map(|error| error.to_string()).collect();
    let (done, failed) = (queue.stats().done, queue.stats().failed);
    let report = world.stop().await;
    assert_eq!(report.exit_code(), 0, "{report}");
    (errors, done, failed)
}

#[tokio::test(start_paused = true)]
async fn in_the_handler() {
    let at_once = Queued::new(|job: Job| async move { assert_ne!(job.0, "bad", "at once") });
    let (errors, done, failed) = outcome(at_once).await;
    assert!(errors.len() == 2 && errors[0].starts_with("panicked: "), "{errors:?}");
    assert_eq!((done, failed), (1, 2));

    let later = Queued::new(|job: Job| async move {
        pass(secs(1)).await;
        assert_ne!(job.0, "bad", "later");
    });
    assert_eq!(outcome(later).await.1, 1);
}

#[tokio::test(start_paused = true)]
async fn in_the_call_that_makes_the_future() {
    let handler = |job: Job| {
        assert_ne!(job.0, "bad");
        async {}
    };
    let (errors, done, failed) = outcome(Queued::new(handler)).await;
    assert_eq!((errors.len(), done, failed), (2, 1, 2));
}

#[tokio::test(start_paused = true)]
async fn in_a_drop_at_the_end() {
    let handler = |job: Job| async move {
        let _bomb = (job.0 == "bad").then(|| Bomb("it"));
        pass(millis(1)).await;
    };
    let (errors, done, _) = outcome(Queued::new(handler)).await;
    assert_eq!((errors, done), (vec!["panicked: it exploded".to_owned(); 2], 1));
}

#[tokio::test(start_paused = true)]
async fn in_a_drop_at_the_timeout() {
    let handler = |job: Job| async move {
        let _bomb = (job.0 == "bad").then(|| Bomb("it"));
        pass(if job.0 == "bad" { secs(1000) } else { secs(1) }).await;
    };
    let (errors, done, _) = outcome(Queued::new(handler).timeout(secs(2))).await;
    assert_eq!(done, 1);
    assert!(errors[0].contains("it exploded") && errors[0].contains("2s"), "{errors:?}");
}

#[tokio::test]
async fn on_the_blocking_pool() {
    let world = open::<Job>(
        Host::builder().queued("work", Queued::blocking(|job: Job| assert_ne!(job.0, "bad")).retries(0)),
    )
    .await;
    world.queue.enqueue(job("bad")).await.unwrap();
    world.queue.enqueue(job("good")).await.unwrap();
    let handle = world.handle.clone();
    assert!(world.stop().await.is_clean());
    let stats = handle.queue("work").unwrap().stats();
    assert_eq!((stats.done, stats.dead), (1, 1));
}

/// A job that explodes when it is written, read, cloned or dropped.
struct Touchy(String);

impl Serialize for Touchy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        assert_ne!(self.0, "unwritable");
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Touchy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        assert_ne!(text, "unreadable");
        Ok(Touchy(text))
    }
}

impl Clone for Touchy {
    fn clone(&self) -> Self {
        assert_ne!(self.0, "unclonable");
        Touchy(self.0.clone())
    }
}

impl Drop for Touchy {
    fn drop(&mut self) {
        if self.0.starts_with("undroppable") && !std::thread::panicking() {
            panic!("no drop");
        }
    }
}

/// Where a job can't be copied it still runs; only another attempt is out of reach, and the job counts as dead.
#[tokio::test(start_paused = true)]
async fn in_the_job_itself() {
    for (clone, name, runs) in [
        (false, "unwritable", 1),
        (false, "unreadable", 1),
        (true, "unclonable", 1),
        (true, "undroppable", 2),
    ] {
        let log = Log::new();
        let notes: Arc<Log> = log.clone();
        let handler = move |job: Touchy| {
            let log = notes.clone();
            async move {
                log.note(job.0.clone());
                Err::<(), _>("no")
            }
        };
        let queued = Queued::new(handler).retries(1);
        let queued = if clone { queued.cloned() } else { queued };
        let world = open::<Touchy>(Host::builder().queued("work", queued)).await;
        world.queue.enqueue(Touchy(name.into())).await.unwrap();
        world.queue.enqueue(Touchy("plain".into())).await.unwrap();
        pass(secs(60)).await;
        let queue = world.handle.queue("work").unwrap();
        assert_eq!((log.count(name), log.count("plain")), (runs, 2), "{name}");
        assert_eq!(queue.stats().dead, 2, "{name}");
        for dead in queue.dead() {
            queue.discard_dead(dead.id);
        }
        assert_eq!(world.stop().await.exit_code(), 0, "{name}");
    }
}

/// It is done all the same, whether it ended at once or had to wait.
#[tokio::test(start_paused = true)]
async fn in_the_copy_of_a_job_that_is_done() {
    let handler = |job: Touchy| async move {
        if job.0 == "undroppable" {
            std::mem::forget(job); // but for its copy
        } else {
            pass(secs(1)).await;
            std::mem::forget(job);
        }
    };
    for name in ["undroppable", "undroppable later"] {
        let world = open::<Touchy>(Host::builder().queued("work", Queued::new(handler).cloned())).await;
        for name in [name, "plain"] {
            world.queue.enqueue(Touchy(name.into())).await.unwrap();
        }
        pass(secs(60)).await;
        let stats = world.handle.queue("work").unwrap().stats();
        assert_eq!((stats.done, stats.failed), (2, 0), "{name}");
        assert!(world.stop().await.is_clean(), "{name}");
    }
}

/// The jobs before it and after it run once, in order.
#[tokio::test(start_paused = true)]
async fn in_the_midst_of_a_batch() {
    let log = Log::new();
    let notes = log.clone();
    let handler = move |job: Job| {
        notes.note(job.0.clone());
        async move { assert!(!job.0.ends_with('7'), "{}", job.0) }
    };
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler).retries(0))).await;
    let names: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    world.queue.enqueue_all(names.iter().map(job)).await.unwrap();
    pass(secs(1)).await;
    assert_eq!(log.words(), names);
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((stats.done, stats.dead, stats.run_time.count()), (90, 10, 100));
    assert_eq!(world.stop().await.service("work").unwrap().runs(), 100);
}

/// Who keeps too many of the dead drops the oldest, and who discards one drops that: named, counted, and nobody is harmed.
#[tokio::test(start_paused = true)]
async fn in_a_dead_job_that_is_dropped() {
    log::gather();
    let handler = |_: Touchy| async move { Err::<(), _>("no") };
    let queued = Queued::new(handler).retries(0).cloned().capacity(2000);
    let world = open::<Touchy>(Host::builder().queued("dead-bombs", queued)).await;
    world.queue.enqueue(Touchy("undroppable".into())).await.unwrap();
    world.queue.enqueue(Touchy("undroppable too".into())).await.unwrap();
    pass(secs(1)).await;
    let queue = world.handle.queue("dead-bombs").unwrap();
    let failures = world.handle.service("dead-bombs").unwrap().failures();
    assert_eq!((failures, queue.dead().len()), (2, 2));
    assert!(queue.discard_dead(queue.dead()[0].id));
    assert_eq!(world.handle.service("dead-bombs").unwrap().failures(), failures + 1);
    let told = || {
        let lines = log::with("`dead-bombs`: a dead job of type `");
        lines
            .iter()
            .filter(|line| line.text.contains("Touchy` panicked while it was dropped: no drop"))
            .count()
    };
    assert_eq!(told(), 1);

    let plain = (0..1000).map(|_| Touchy("plain".into()));
    world.queue.enqueue_all(plain).await.unwrap();
    pass(secs(1)).await;
    assert_eq!((queue.stats().dead, queue.stats().forgotten), (1000, 1));
    assert_eq!(told(), 2);
    let last = world.handle.service("dead-bombs").unwrap().last_error().unwrap();
    assert!(world.handle.service("dead-bombs").unwrap().failures() > failures + 1000, "{last}");
    assert_eq!(world.stop().await.exit_code(), 0, "what a queue goes on after");
}
