//! What a handler may say of its job, however the error is wrapped on its way.

use std::sync::Arc;

use anyhow::Context;
use hostkit::builder::IntoQueued;
use hostkit::param::Attempt;
use hostkit::report::StopCause;
use hostkit::{BoxError, Host, discard, fatal, retry_after, snooze};
use hostkit_tests::Wrapper;

use super::world::*;

/// The verdict, wrapped in the ways in which users wrap errors.
fn ways(verdict: fn() -> BoxError) -> Vec<Box<dyn Fn() -> BoxError + Send + Sync>> {
    vec![
        Box::new(verdict),
        Box::new(move || Wrapper(verdict()).into()),
        Box::new(move || Wrapper(Wrapper(verdict()).into()).into()),
        Box::new(move || anyhow::Error::from_boxed(verdict()).into()),
        Box::new(move || anyhow::Error::from_boxed(verdict()).context("reading").into()),
        Box::new(move || {
            let inner: anyhow::Result<()> =
                Err(anyhow::Error::from_boxed(verdict())).context("a").context("b");
            let outer = inner.with_context(|| format!("c{}", 1)).unwrap_err();
            Wrapper(outer.into()).into()
        }),
    ]
}

async fn world(log: &Arc<Log>, error: Box<dyn Fn() -> BoxError + Send + Sync>) -> World<Job> {
    let (log, error) = (log.clone(), Arc::new(error));
    let handler = move |_: Job, attempt: Attempt| {
        let (log, error) = (log.clone(), error.clone());
        async move {
            log.note(format!("run {}", attempt.number()));
            if log.words().len() == 1 { Err(error()) } else { Ok(()) }
        }
    };
    let world = open::<Job>(Host::builder().queued("work", handler)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(1000)).await;
    world
}

#[tokio::test(start_paused = true)]
async fn discard_is_dead_at_once() {
    for way in ways(|| discard("useless").into()) {
        let log = Log::new();
        let world = world(&log, way).await;
        assert_eq!(log.words(), ["run 1"]);
        let dead = world.handle.queue("work").unwrap().dead();
        assert!(dead[0].errors[0].ends_with("useless"), "{:?}", dead[0].errors);
        assert_eq!(dead[0].errors[0].matches("useless").count(), 1);
        assert!(world.stop().await.is_clean());
    }
}

#[tokio::test(start_paused = true)]
async fn snooze_comes_back_and_uses_no_attempt() {
    for way in ways(|| snooze(secs(77)).into()) {
        let log = Log::new();
        let world = world(&log, way).await;
        assert_eq!(log.when("run 1"), [0.0, 77.0]);
        let stats = world.handle.queue("work").unwrap().stats();
        assert_eq!((stats.done, stats.snoozed, stats.failed, stats.died), (1, 1, 0, 0));
        assert_eq!(world.handle.service("work").unwrap().failures(), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_says_when() {
    for way in ways(|| retry_after(secs(333), "too many requests").into()) {
        let log = Log::new();
        let world = world(&log, way).await;
        assert_eq!((log.when("run 1"), log.when("run 2")), (vec![0.0], vec![333.0]));
        assert_eq!(world.handle.queue("work").unwrap().stats().failed, 1);
    }
}

#[tokio::test(start_paused = true)]
async fn retry_after_ends_with_the_attempts() {
    let handler = |_: Job| async { Err::<(), _>(retry_after(secs(1), "no")) };
    let queued = hostkit::builder::Queued::new(handler).retries(2);
    let world = open::<Job>(Host::builder().queued("work", queued)).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(secs(100)).await;
    assert_eq!(world.handle.queue("work").unwrap().dead()[0].attempts, 3);
}

/// However often: it never dies of it.
#[tokio::test(start_paused = true)]
async fn snooze_has_no_limit() {
    let handler = |_: Job| async { Err::<(), _>(snooze(secs(1))) };
    let world = open::<Job>(Host::builder().queued("work", handler.into_queued().retries(0))).await;
    world.queue.enqueue(job("a")).await.unwrap();
    pass(millis(100_500)).await;
    let stats = world.handle.queue("work").unwrap().stats();
    assert_eq!((stats.snoozed, stats.dead, stats.delayed), (101, 0, 1));
}

#[tokio::test(start_paused = true)]
async fn fatal_stops_the_host_and_the_job_is_dead() {
    for way in ways(|| fatal("no licence").into()) {
        let log = Log::new();
        let mut world = world(&log, way).await;
        let dead = world.handle.queue("work").unwrap().dead();
        let report = ends(world.host.wait()).await;
        assert_eq!(report.cause(), Some(&StopCause::Failed("work".into())), "{report}");
        assert_eq!(report.exit_code(), 1);
        assert_eq!(dead.len(), 1);
        assert_eq!(report.service("work").unwrap().failures(), 1);
    }
}

/// Outside a queue a verdict is an error like any other.
#[tokio::test(start_paused = true)]
async fn elsewhere_a_verdict_is_an_error() {
    let host = Host::builder().service("a", || async { Err::<(), _>(discard("useless")) });
    let report = match host.build().unwrap().start().await {
        Ok(mut host) => host.wait().await,
        Err(error) => error.into_report(),
    };
    assert_eq!(&**report.service("a").unwrap().last_error().unwrap(), "useless");
}
