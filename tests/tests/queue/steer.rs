//! A queue is watched and steered while it runs: figures, pause, the number of workers.

use std::sync::Arc;

use hostkit::Host;
use hostkit::builder::Queued;
use hostkit::report::State;

use super::world::*;

/// Jobs that take ten seconds each.
async fn slow(workers: usize) -> (World<Job>, Arc<Log>) {
    let log = Log::new();
    let notes = log.clone();
    let handler = move |job: Job| {
        let log = notes.clone();
        async move {
            pass(secs(10)).await;
            log.note(job.0);
        }
    };
    (open(Host::builder().queued("work", Queued::new(handler).workers(workers).capacity(50))).await, log)
}

async fn fill(world: &World<Job>, count: usize) {
    for number in 0..count {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    settle().await;
}

#[tokio::test(start_paused = true)]
async fn its_figures() {
    let (world, _) = slow(2).await;
    let queue = world.handle.queue("work").unwrap();
    fill(&world, 5).await;
    world.queue.enqueue_after(job("later"), secs(100)).await.unwrap();
    pass(secs(4)).await;
    let stats = queue.stats();
    assert_eq!((stats.waiting, stats.delayed, stats.running, stats.done), (3, 1, 2, 0));
    assert_eq!((stats.workers, stats.capacity), (2, 50));
    assert_eq!(stats.oldest_waiting, Some(secs(4)));
    pass(secs(200)).await;
    let stats = queue.stats();
    assert_eq!((stats.waiting, stats.delayed, stats.running, stats.done), (0, 0, 0, 6));
    assert_eq!(stats.oldest_waiting, None);
    assert_eq!((stats.run_time.count(), stats.time_in_queue.count()), (6, 6));
    assert_eq!(stats.run_time.max().as_secs(), 10);
    assert_eq!(stats.time_in_queue.max().as_secs(), 20, "the fifth, behind two rounds");
    assert_eq!(stats.time_in_queue.mean().as_secs(), (10 + 10 + 20) / 6);
    assert_eq!((queue.name(), world.handle.queues().len()), ("work", 1));
    assert!(queue.job_type().ends_with("::Job"));
    assert_eq!(world.handle.service("work").unwrap().queue().unwrap().stats().done, 6);
    assert!(world.handle.service("door").unwrap().queue().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_pause_lets_what_runs_end_and_begins_nothing() {
    let (world, log) = slow(1).await;
    let (queue, service) = (world.handle.queue("work").unwrap(), world.handle.service("work").unwrap());
    fill(&world, 3).await;
    assert!(queue.pause("the disk is full"));
    assert_eq!((service.state(), service.paused().as_deref()), (State::Paused, Some("the disk is full")));
    pass(secs(100)).await;
    assert_eq!(log.words(), ["0"]);
    world.queue.enqueue(job("accepted")).await.unwrap();
    assert!(service.resume());
    assert_eq!((service.state(), queue.paused()), (State::Running, None));
    pass(secs(100)).await;
    assert_eq!(log.words(), ["0", "1", "2", "accepted"]);
    assert!(service.pause("again") && queue.paused().is_some());
    assert!(world.stop().await.is_clean());
    assert!(!queue.pause("too late") && !queue.resume());
}

/// What waits in a queue that is paused is left over, and not waited for.
#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_a_pause() {
    let (world, log) = slow(1).await;
    world.handle.queue("work").unwrap().pause("for ever");
    fill(&world, 3).await;
    let begun = tokio::time::Instant::now();
    let report = world.stop().await;
    assert!(begun.elapsed() < secs(1), "{:?}", begun.elapsed());
    assert_eq!((report.service("work").unwrap().queue().unwrap().left_over(), report.exit_code()), (3, 4));
    assert_eq!(log.words().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn more_and_fewer_workers() {
    let (world, log) = slow(1).await;
    let queue = world.handle.queue("work").unwrap();
    fill(&world, 20).await;
    queue.set_workers(4);
    settle().await;
    assert_eq!(queue.stats().running, 4);
    pass(millis(10_500)).await;
    assert_eq!(log.words().len(), 4);
    queue.set_workers(2);
    pass(secs(10)).await; // those that are too many end what they have
    assert_eq!((log.words().len(), queue.stats().running), (8, 2));
    pass(secs(10)).await;
    assert_eq!(log.words().len(), 10);
    queue.set_workers(0);
    pass(secs(10)).await;
    assert_eq!((queue.stats().running, queue.stats().workers), (1, 1), "one at least");
    queue.set_workers(10);
    pass(secs(30)).await;
    assert_eq!(log.words().len(), 20);
    assert!(world.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn idle_workers_that_are_too_many_go_and_come_again() {
    let (world, log) = slow(8).await;
    let queue = world.handle.queue("work").unwrap();
    for workers in [1, 8, 2, 3] {
        queue.set_workers(workers);
        settle().await;
        fill(&world, 8).await;
        assert_eq!(queue.stats().running, workers);
        pass(secs(100)).await;
    }
    assert_eq!(log.words().len(), 32);
}

#[tokio::test(start_paused = true)]
async fn a_job_written_as_json() {
    let (world, log) = slow(1).await;
    let queue = world.handle.queue("work").unwrap();
    queue.enqueue_json("\"written\"").await.unwrap();
    let error = queue.enqueue_json("7").await.unwrap_err();
    assert!(error.to_string().contains("JSON"), "{error}");
    pass(secs(20)).await;
    assert_eq!(log.words(), ["written"]);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_no_queue_has_gives_none() {
    let (world, _) = slow(1).await;
    assert!(world.handle.queue("wrok").is_none());
    assert!(world.handle.queue("door").is_none(), "it is a service without a queue");
    assert!(world.handle.service("work").unwrap().timer().is_none());
}
