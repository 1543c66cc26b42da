//! Room in a full queue: given to those who wait one by one and in turn, however many jobs each of them has.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use hostkit::Host;
use hostkit::builder::Queued;
use hostkit::queue::EnqueueErrorKind;

use super::world::*;

#[tokio::test(start_paused = true)]
async fn a_bulk_takes_what_room_there_is_and_stops_nobody() {
    let log = Log::new();
    let world = open::<Job>(noting_with(&log, |queued| queued.capacity(4))).await;
    for _ in 0..3 {
        world.queue.enqueue_after(job("delayed"), secs(3600)).await.unwrap();
    }
    let bulk = world.queue.enqueue_all((0..8).map(|number| job(number.to_string())));
    let single = async {
        settle().await;
        world.queue.enqueue(job("single")).await.unwrap();
    };
    let both = tokio::time::timeout(secs(1), async { tokio::join!(bulk, single) }).await;
    assert_eq!(both.expect("there is room for one at a time").0.unwrap().len(), 8);
    settle().await;
    assert_eq!(log.words().len(), 9);
    world.stop().await;
}

/// A gate, one worker that waits at it for each job, and a queue that is full with one job running.
async fn full(capacity: usize) -> (World<Job>, Arc<Log>, Arc<tokio::sync::Semaphore>) {
    let (world, log, gate) = gated(capacity).await;
    world.queue.enqueue(job("runs")).await.unwrap();
    settle().await;
    for _ in 0..capacity {
        world.queue.try_enqueue(job("waits")).await.unwrap();
    }
    (world, log, gate)
}

#[tokio::test(start_paused = true)]
async fn a_bulk_and_single_jobs_have_room_in_turn() {
    let (world, log, gate) = full(64).await;
    let (bulk, single) = (world.queue.clone(), world.queue.clone());
    let bulk = tokio::spawn(async move {
        bulk.enqueue_all((0..200).map(|number| job(format!("bulk {number}")))).await.unwrap()
    });
    settle().await;
    let single = tokio::spawn(async move {
        for number in 0..3 {
            single.enqueue(job(format!("single {number}"))).await.unwrap();
        }
    });
    settle().await;
    for _ in 0..8 {
        gate.add_permits(1); // one place
        settle().await;
    }
    assert!(single.is_finished(), "of eight places a bulk has left three to others");
    gate.add_permits(1000);
    bulk.await.unwrap();
    world.stop().await;
    let words: Vec<_> = log.words().into_iter().filter(|word| word.contains(' ')).collect();
    assert_eq!(words[..6], ["bulk 0", "single 0", "bulk 1", "single 1", "bulk 2", "single 2"]);
    let bulk: Vec<_> = words.iter().filter(|word| word.starts_with("bulk")).cloned().collect();
    assert_eq!(bulk, (0..200).map(|number| format!("bulk {number}")).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn jobs_are_made_as_there_is_room() {
    let (world, log, gate) = full(4).await;
    let made = Arc::new(AtomicUsize::new(0));
    let (queue, count) = (world.queue.clone(), made.clone());
    let bulk = tokio::spawn(async move {
        let jobs = (0..100_000).map(|number| {
            count.fetch_add(1, SeqCst);
            job(number.to_string())
        });
        queue.enqueue_all(jobs).await
    });
    settle().await;
    assert!(made.load(SeqCst) <= 64, "{} were made", made.load(SeqCst));
    gate.add_permits(100);
    pass(secs(1)).await;
    assert!(made.load(SeqCst) <= log.words().len() + 64 + 4, "{} were made", made.load(SeqCst));
    ends(world.host.stop()).await;
    let mut back = ends(bulk).await.unwrap().unwrap_err().into_job();
    back.sort_by_key(|job| job.0.parse::<u32>().unwrap());
    assert_eq!(back.last(), Some(&job("99999")));
    let first: u32 = back[0].0.parse().unwrap();
    assert_eq!(back.len(), 100_000 - first as usize, "all that was not enqueued is given back, once");
}

#[tokio::test(start_paused = true)]
async fn jobs_without_end_are_given_back_as_far_as_they_are_made() {
    let (world, _log, _gate) = full(4).await;
    let queue = world.queue.clone();
    let bulk = tokio::spawn(async move { queue.enqueue_all(std::iter::repeat_with(|| job("again"))).await });
    settle().await;
    ends(world.host.stop()).await;
    let error = ends(bulk).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), EnqueueErrorKind::Closed);
    let back = error.into_job();
    assert!((64..1_000_000).contains(&back.len()), "{}", back.len());
}

#[tokio::test]
async fn slow_jobs_to_be_made_hold_no_executor_thread() {
    let log = Log::new();
    let world = open::<Job>(noting(&log)).await;
    let turns = Arc::new(Mutex::new(Vec::new()));
    let (queue, making) = (world.queue.clone(), turns.clone());
    let bulk = tokio::spawn(async move {
        let jobs = (0..20).map(|number| {
            making.lock().unwrap().push("made");
            std::thread::sleep(millis(3));
            job(number.to_string())
        });
        queue.enqueue_all(jobs).await.unwrap()
    });
    while !bulk.is_finished() {
        tokio::task::yield_now().await;
        turns.lock().unwrap().push("another's turn");
    }
    let made_in_a_row = turns.lock().unwrap().split(|turn| *turn != "made").map(<[_]>::len).max();
    assert!(made_in_a_row <= Some(2), "{made_in_a_row:?}");
    world.stop().await;
}

#[tokio::test]
async fn many_jobs_and_room_for_all_leave_others_their_turn() {
    let handler = |_: Job| async {};
    let world = open::<Job>(Host::builder().queued("work", Queued::new(handler).capacity(usize::MAX))).await;
    let queue = world.queue.clone();
    let bulk = tokio::spawn(async move {
        queue.enqueue_all((0..100_000).map(|number| job(number.to_string()))).await.unwrap().len()
    });
    let mut turns = 0;
    while !bulk.is_finished() {
        tokio::task::yield_now().await;
        turns += 1;
    }
    assert_eq!(bulk.await.unwrap(), 100_000);
    assert!(turns > 5, "{turns} turns");
    world.stop().await;
}
