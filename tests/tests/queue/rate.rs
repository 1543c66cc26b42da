//! A rate: so many attempts may begin in a stretch of time.

use hostkit::Host;
use hostkit::builder::Queued;
use hostkit::queue::Rate;

use super::world::*;

async fn limited(rate: Rate, workers: usize) -> (World<Job>, std::sync::Arc<Log>) {
    let log = Log::new();
    let notes = log.clone();
    let handler = move |_: Job| {
        let log = notes.clone();
        async move { log.note("run") }
    };
    let queued = Queued::new(handler).rate(rate).workers(workers);
    (open(Host::builder().queued("work", queued)).await, log)
}

#[tokio::test(start_paused = true)]
async fn a_burst_then_evenly() {
    for workers in [1, 4] {
        let (world, log) = limited(Rate::new(4, secs(2)), workers).await;
        for number in 0..8 {
            world.queue.enqueue(job(number.to_string())).await.unwrap();
        }
        pass(secs(10)).await;
        let at = log.when("run");
        assert_eq!(at[..4], [0.0; 4], "the burst");
        for (at, due) in at[4..].iter().zip([0.5, 1.0, 1.5, 2.0]) {
            assert!((due..due + 0.005).contains(at), "{at} instead of {due}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_quiet_time_refills_it_to_the_burst_and_no_further() {
    let (world, log) = limited(Rate::new(2, secs(1)), 1).await;
    pass(secs(100)).await;
    for number in 0..3 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    pass(secs(10)).await;
    let at = log.when("run");
    assert_eq!((at[0], at[1]), (100.0, 100.0));
    assert!((100.5..100.51).contains(&at[2]), "{at:?}");
}

#[tokio::test(start_paused = true)]
async fn one_an_hour() {
    let (world, log) = limited(Rate::new(1, secs(3600)), 2).await;
    for number in 0..3 {
        world.queue.enqueue(job(number.to_string())).await.unwrap();
    }
    pass(secs(3 * 3600)).await;
    let at: Vec<u64> = log.when("run").iter().map(|at| *at as u64).collect();
    assert_eq!(at, [0, 3600, 7200]);
}
