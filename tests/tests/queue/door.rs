//! The ways in: waiting for room, or not; later; many at once; from sync code; given up half-way.

use std::time::SystemTime;

use hostkit::builder::Queued;
use hostkit::queue::{EnqueueError, EnqueueErrorKind, Queue};
use hostkit::{BoxError, Host};

use super::world::*;

#[tokio::test(start_paused = true)]
async fn a_job_is_run_once_and_in_order() {
    let log = Log::new();
    let world = open::<Job>(noting(&log)).await;
    for name in ["a", "b", "c"] {
        world.queue.enqueue(job(name)).await.unwrap();
    }
    let report = world.stop().await;
    assert_eq!(log.words(), ["a", "b", "c"]);
    assert!(report.is_clean());
    assert_eq!(report.service("work").unwrap().runs(), 3);
    assert_eq!(report.service("work").unwrap().kind(), "queued");
}

#[tokio::test(start_paused = true)]
async fn ids_differ_and_come_back_by_their_text() {
    let world = open::<Job>(noting(&Log::new())).await;
    let a = world.queue.enqueue(job("a")).await.unwrap();
    let b = world.queue.enqueue(job("b")).await.unwrap();
    assert_ne!(a, b);
    assert_eq!(a.to_string().parse(), Ok(a));
}

#[tokio::test(start_paused = true)]
async fn enqueue_waits_for_room_and_try_enqueue_gives_the_job_back() {
    let (world, log, gate) = gated(2).await;
    world.queue.enqueue(job("runs")).await.unwrap();
    settle().await; // it runs, and takes no room any more
    world.queue.enqueue(job("a")).await.unwrap();
    world.queue.try_enqueue(job("b")).await.unwrap();
    assert_eq!(world.queue.len().await, 2);
    let error = world.queue.try_enqueue(job("c")).await.unwrap_err();
    assert_eq!((error.kind(), error.into_job()), (EnqueueErrorKind::Full, job("c")));
    let (queue, notes) = (world.queue.clone(), log.clone());
    let waits = tokio::spawn(async move {
        queue.enqueue(job("c")).await.unwrap();
        notes.note("accepted c");
    });
    pass(secs(60)).await;
    assert_eq!(log.words(), [""; 0]);
    gate.add_permits(1);
    waits.await.unwrap();
    assert_eq!(log.words(), ["runs", "accepted c"]);
    gate.add_permits(10);
    assert!(world.stop().await.is_clean());
    assert_eq!(log.words()[2..], ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn an_enqueue_that_is_dropped_has_enqueued_nothing() {
    let (world, log, gate) = gated(1).await;
    world.queue.enqueue(job("runs")).await.unwrap();
    settle().await;
    world.queue.enqueue(job("waits")).await.unwrap();
    let given_up = tokio::time::timeout(secs(1), world.queue.enqueue(job("given up"))).await;
    assert!(given_up.is_err());
    gate.add_permits(10);
    settle().await;
    world.queue.enqueue(job("last")).await.unwrap(); // the place was not lost
    world.stop().await;
    assert_eq!(log.words(), ["runs", "waits", "last"]);
}

#[tokio::test(start_paused = true)]
async fn a_delayed_job_runs_when_it_is_due_and_takes_room_until_then() {
    let (log, wall) = (Log::new(), SystemTime::now());
    let world = open::<Job>(noting_with(&log, |queued| queued.capacity(3))).await;
    world.queue.enqueue_after(job("in 10"), secs(10)).await.unwrap();
    world.queue.enqueue_at(job("at 5"), wall + secs(5)).await.unwrap();
    world.queue.enqueue_at(job("past"), wall - secs(5)).await.unwrap();
    pass(secs(1)).await;
    assert_eq!(log.words(), ["past"]);
    assert_eq!(world.queue.len().await, 2);
    world.queue.try_enqueue_all_room(1).await;
    pass(secs(20)).await;
    assert_eq!(log.when("in 10"), [10.0]);
    assert!((4.9..=5.1).contains(&log.when("at 5")[0]), "{:?}", log.when("at 5"));
}

trait Room {
    async fn try_enqueue_all_room(&self, room: usize);
}

impl Room for Queue<Job> {
    /// There is room for exactly so many delayed jobs more.
    async fn try_enqueue_all_room(&self, room: usize) {
        for _ in 0..room {
            let _ = self.job(job("filler")).after(secs(12)).try_enqueue().await.unwrap();
        }
        assert!(self.job(job("filler")).after(secs(12)).try_enqueue().await.unwrap_err().is_full());
    }
}

/// An earlier due time than the one that is waited for is not slept through.
#[tokio::test(start_paused = true)]
async fn a_later_job_that_is_due_earlier_comes_first() {
    let log = Log::new();
    let world = open::<Job>(noting(&log)).await;
    world.queue.enqueue_after(job("b"), secs(100)).await.unwrap();
    pass(secs(1)).await;
    world.queue.enqueue_after(job("a"), secs(2)).await.unwrap();
    pass(secs(200)).await;
    assert_eq!((log.when("a"), log.when("b")), (vec![3.0], vec![100.0]));
}

#[tokio::test(start_paused = true)]
async fn many_go_in_at_once_beyond_the_capacity() {
    let log = Log::new();
    let world = open::<Job>(noting_with(&log, |queued| queued.capacity(7))).await;
    let names: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let ids = ends(world.queue.enqueue_all(names.iter().map(|name| job(name.as_str())))).await.unwrap();
    assert_eq!(ids.len(), 1000);
    assert!(ids.is_sorted());
    world.stop().await;
    assert_eq!(log.words(), names);
}

#[tokio::test(start_paused = true)]
async fn sync_code_enqueues_too() {
    let log = Log::new();
    let builder = noting(&log).service(
        "reader",
        hostkit::builder::Hosted::blocking(|queue: Queue<Job>| {
            for number in 0..3000 {
                queue.enqueue_blocking(job(number.to_string())).unwrap();
            }
        }),
    );
    let world = open::<Job>(builder).await;
    while world.handle.service("reader").unwrap().state().ending().is_none() {
        tokio::task::spawn_blocking(|| std::thread::sleep(millis(1))).await.unwrap();
    }
    assert!(world.stop().await.is_clean());
    assert_eq!(log.words().len(), 3000);
}

#[tokio::test(start_paused = true)]
async fn after_the_end_jobs_come_back() {
    let world = open::<Job>(noting(&Log::new())).await;
    let queue = world.queue.clone();
    world.stop().await;
    assert_eq!(queue.enqueue(job("late")).await.unwrap_err().into_job(), job("late"));
    assert!(queue.try_enqueue(job("late")).await.unwrap_err().is_closed());
    assert!(queue.enqueue_after(job("late"), secs(1)).await.unwrap_err().is_closed());
    assert!(queue.enqueue_blocking(job("late")).unwrap_err().is_closed());
    let back = queue.enqueue_all([job("x"), job("y")]).await.unwrap_err().into_job();
    assert_eq!(back, [job("x"), job("y")]);
    let error: BoxError = queue.enqueue(job("late")).await.unwrap_err().into();
    assert!(error.to_string().contains("is closed"), "{error}");
}

/// Who waits for room when the queue closes gets the job back.
#[tokio::test(start_paused = true)]
async fn waiting_for_room_ends_with_the_host() {
    let (world, _log, gate) = gated(1).await;
    world.queue.enqueue(job("runs")).await.unwrap();
    settle().await;
    world.queue.enqueue(job("waits")).await.unwrap();
    let queue = world.queue.clone();
    let waits = tokio::spawn(async move { queue.enqueue(job("outside")).await });
    settle().await;
    drop(gate);
    let report = world.stop().await; // nothing ever lets the first job go
    assert_eq!(report.exit_code(), 4);
    assert_eq!(waits.await.unwrap().unwrap_err().into_job(), job("outside"));
    assert_eq!(report.service("work").unwrap().queue().unwrap().left_over(), 2);
}

/// A handle clones cheaply and asks for nothing of its job type.
#[tokio::test(start_paused = true)]
async fn a_job_need_be_nothing_but_send() {
    struct Bare(std::cell::Cell<u32>);
    let log = Log::new();
    let notes = log.clone();
    let handler = move |job: Bare| {
        let log = notes.clone();
        async move { log.note(job.0.get().to_string()) }
    };
    let world = open::<Bare>(Host::builder().queued("work", Queued::in_memory(handler))).await;
    fn state<S: Clone + Send + Sync + 'static>(state: &S) -> S {
        state.clone()
    }
    let queue: Queue<Bare> = state(&world.queue);
    queue.enqueue(Bare(7.into())).await.unwrap();
    let _: hostkit::Result = async { Ok(queue.enqueue(Bare(8.into())).await.map(drop)?) }.await;
    world.stop().await;
    assert_eq!(log.words(), ["7", "8"]);
    let error = queue.enqueue(Bare(9.into())).await.unwrap_err();
    assert_eq!((error.kind(), error.into_job().0.get()), (EnqueueErrorKind::Closed, 9));
    let late: anyhow::Result<()> = async { Ok(queue.enqueue(Bare(10.into())).await.map(drop)?) }.await;
    assert_eq!(late.unwrap_err().downcast::<EnqueueError<Bare>>().unwrap().into_job().0.get(), 10);
}

/// The error of a job that is `Send`, and nothing else, goes wherever errors go.
#[test]
fn an_enqueue_error_is_an_error_for_every_job() {
    fn error<E: std::error::Error + Send + Sync + 'static>() {}
    error::<EnqueueError<std::cell::Cell<u32>>>();
    error::<EnqueueError<Vec<Box<dyn FnOnce() + Send>>>>();
}
