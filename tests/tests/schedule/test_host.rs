//! `TestHost` itself: time that passes on demand, and everything that is due in it has run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hostkit::Every;
use hostkit::builder::{Hosted, Moment, Queued, Timed};
use hostkit::prelude::*;
use hostkit::queue::Queue;
use hostkit::report::{Ending, State};
use hostkit::schedule::Delay;
use hostkit::testing::{TestHost, TestStartError};

use super::world::{Log, ends, logged, millis, pass, secs, unix};

struct Feed(&'static str);

#[timed(every = "10s")]
async fn heartbeat(log: Dep<Log>) {
    log.note("beat");
}

#[timed(every = "1s", first = "1s", on_failure = "stop")]
fn sweep(feed: Dep<Feed>) -> hostkit::Result {
    if feed.0 == "fake" { Ok(()) } else { Err("not the fake".into()) }
}

struct Pump;

#[hosted_service(enabled = false)]
impl Pump {
    fn new() -> Self {
        Pump
    }

    fn run(&mut self, stop: Stop) {
        stop.requested_blocking();
        std::thread::sleep(millis(5));
    }
}

#[tokio::test(start_paused = true)]
async fn discovers_what_is_annotated_and_selects_from_it() {
    let log = Log::new();
    let host = TestHost::discover().only(["heartbeat"]).provide(log.clone()).start().await.unwrap();
    host.advance(secs(30)).await;
    assert_eq!(host.service("heartbeat").runs(), 4);
    assert!(host.handle().service("sweep").is_none());
    assert!(host.stop().await.is_clean());

    let host = TestHost::discover().except(["heartbeat"]).provide(Feed("fake")).start().await.unwrap();
    assert!(host.handle().service("heartbeat").is_none());
    host.advance(millis(3_500)).await;
    assert_eq!((host.service("sweep").runs(), host.service("sweep").failures()), (3, 0));
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_value_given_later_replaces_the_one_before() {
    let host = TestHost::discover().only(["sweep"]).provide(Feed("real")).provide(Feed("fake"));
    let host = host.start().await.unwrap();
    host.advance(millis(1_500)).await;
    assert_eq!((host.service("sweep").runs(), host.service("sweep").failures()), (1, 0));
}

/// What is due at the instant itself has run, down to what it sets off.
#[tokio::test(start_paused = true)]
async fn advance_settles_what_is_due_at_its_end() {
    let (host, log) = logged();
    let host = host
        .timed("t", Every::secs(10), |log: Dep<Log>| async move {
            for _ in 0..20 {
                tokio::task::yield_now().await;
            }
            log.note("ran");
        })
        .start()
        .await
        .unwrap();
    host.advance(secs(10)).await;
    assert_eq!(log.secs(), [0, 10]);
    host.advance(secs(10)).await;
    assert_eq!(log.secs(), [0, 10, 20]);
}

#[tokio::test(start_paused = true)]
async fn advance_settles_the_blocking_pool_too() {
    let done = Arc::new(AtomicU64::new(0));
    let run = |done: Dep<AtomicU64>| {
        std::thread::sleep(millis(30));
        done.fetch_add(1, Ordering::SeqCst);
    };
    let host = TestHost::empty().provide(done.clone());
    let host = host.timed("t", Every::secs(10), Timed::blocking(run)).start().await.unwrap();
    for runs in 1..=3 {
        host.advance(secs(if runs == 1 { 0 } else { 10 })).await;
        assert_eq!(done.load(Ordering::SeqCst), runs);
        assert_eq!(
            host.service("t").timer().unwrap().last_runs().len() as u64,
            runs,
            "its end is known as well"
        );
    }
}

/// However short it is, and whenever the executor hears of its end.
#[tokio::test(start_paused = true)]
async fn advance_hears_of_the_end_of_blocking_work() {
    let run = Timed::blocking(|| std::thread::sleep(Duration::from_micros(40)));
    let host = TestHost::empty().timed("t", Every::secs(1), run).start().await.unwrap();
    host.advance(secs(0)).await;
    for run in 1..500 {
        host.advance(secs(1)).await;
        let last = host.service("t").timer().unwrap().last_runs().pop().unwrap();
        let now = host.service("t").timer().unwrap().next_due().unwrap() - secs(1);
        assert_eq!(last.due, now, "{run}");
    }
}

#[tokio::test(start_paused = true)]
async fn advance_settles_blocking_tasks() {
    let done = Arc::new(AtomicU64::new(0));
    let host = TestHost::empty().provide(done.clone()).timed(
        "t",
        Every::secs(10),
        |tasks: Tasks, done: Dep<AtomicU64>| async move {
            tasks
                .spawn_blocking("sum", move || {
                    std::thread::sleep(millis(20));
                    done.fetch_add(1, Ordering::SeqCst);
                })
                .unwrap();
        },
    );
    let host = host.start().await.unwrap();
    for runs in 2..=4 {
        host.advance(secs(10)).await;
        assert_eq!(done.load(Ordering::SeqCst), runs);
    }
}

#[tokio::test(start_paused = true)]
async fn advance_settles_a_crowd() {
    let (mut host, log) = logged();
    for n in 0..500 {
        host = host.timed(format!("t{n}"), Every::secs(10), |log: Dep<Log>| async move { log.note("ran") });
    }
    let host = host.start().await.unwrap();
    host.advance(secs(20)).await;
    assert_eq!(log.all().len(), 1500);
}

/// Also what needs more turns of the executor than anyone would guess.
#[tokio::test(start_paused = true)]
async fn advance_settles_what_takes_many_turns() {
    let (host, log) = logged();
    let host = host
        .timed("t", Every::secs(10), |log: Dep<Log>| async move {
            for _ in 0..5_000 {
                tokio::task::yield_now().await;
            }
            log.note("ran");
        })
        .start()
        .await
        .unwrap();
    host.advance(secs(10)).await;
    assert_eq!(log.secs(), [0, 10]);
}

#[tokio::test(start_paused = true)]
async fn advance_to_next_goes_to_the_due_time_and_no_further() {
    let (host, log) = logged();
    let note = |log: Dep<Log>| async move { log.note("ran") };
    let host = host
        .at(unix(100))
        .timed("t", Every::secs(3600), Timed::new(note).first(secs(60)).jitter(secs(60)))
        .timed("u", Every::secs(7), note)
        .start()
        .await
        .unwrap();
    host.advance(secs(0)).await;
    host.advance_to_next("u").await;
    host.advance_to_next("u").await;
    assert_eq!(log.secs(), [0, 7, 14]);
    host.advance_to_next("t").await;
    assert_eq!(host.service("t").runs(), 1);
    host.advance_to_next("t").await;
    assert_eq!(host.service("t").runs(), 2);
}

/// Beside a fixed delay nobody knows when that is while a run is going.
#[tokio::test(start_paused = true)]
async fn advance_to_next_waits_for_the_run_that_the_due_time_depends_on() {
    let (host, log) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("ran");
        pass(secs(5)).await;
    };
    let host = host.timed("t", Delay::secs(10), run).start().await.unwrap();
    host.advance(secs(1)).await;
    for _ in 0..2 {
        host.advance_to_next("t").await;
    }
    assert_eq!(log.secs(), [0, 15, 30]);
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "`t` is due when its run has ended, and it has not for an hour")]
async fn advance_to_next_gives_up() {
    let host =
        TestHost::empty().timed("t", Delay::secs(10), std::future::pending::<()>).start().await.unwrap();
    host.advance(secs(1)).await;
    host.advance_to_next("t").await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "`s` is not due at any time")]
async fn advance_to_next_needs_a_timer() {
    let host = TestHost::empty().service("s", |stop: Stop| async move { stop.requested().await });
    host.start().await.unwrap().advance_to_next("s").await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "did you mean `heartbeat`?")]
async fn a_name_that_is_none_panics_with_the_nearest() {
    let host = TestHost::discover().only(["heartbeat"]).provide(Log::new()).start().await.unwrap();
    let _ = host.trigger("hartbeat").await;
}

#[tokio::test(start_paused = true)]
async fn wait_for_waits_for_a_state() {
    let host = TestHost::empty().service("s", || pass(secs(90))).start().await.unwrap();
    let begun = tokio::time::Instant::now();
    ends(host.wait_for("s", State::Running)).await;
    assert_eq!(begun.elapsed(), secs(0), "it is so already");
    ends(host.wait_for("s", State::Ended(hostkit::report::Ending::Finished))).await;
    assert!((secs(90)..secs(91)).contains(&begun.elapsed()));
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "`s` is running, and was waited for to be paused")]
async fn wait_for_gives_up() {
    let host = TestHost::empty().service("s", |stop: Stop| async move { stop.requested().await });
    host.start().await.unwrap().wait_for("s", State::Paused).await;
}

#[tokio::test(start_paused = true)]
async fn configuration_is_given_key_by_key() {
    let stubborn = || std::future::pending::<()>();
    let host =
        TestHost::empty().config("host.stop_timeout", "2s").service("s", stubborn).start().await.unwrap();
    let begun = tokio::time::Instant::now();
    assert_eq!(host.stop().await.exit_code(), 4);
    assert_eq!(begun.elapsed().as_secs(), 2);
}

/// The wall clock shows that time when the host starts, however long the test took to get there.
#[tokio::test(start_paused = true)]
async fn at_is_the_time_of_the_start() {
    let (host, _) = logged();
    let host = host.at(unix(5_000)).timed("t", Every::secs(10), || async {});
    pass(secs(60)).await;
    let host = host.start().await.unwrap();
    host.advance(secs(0)).await;
    assert_eq!(host.service("t").timer().unwrap().last_runs()[0].due, unix(5_000));
}

#[tokio::test(start_paused = true)]
async fn hooks_run_too() {
    let (host, log) = logged();
    let host = host
        .on(Moment::Started, |log: Dep<Log>| async move { log.note("started") })
        .timed("t", Every::secs(10), |log: Dep<Log>| async move { log.note("ran") })
        .on(Moment::Stopped, |log: Dep<Log>| async move { log.note("stopped") });
    let host = host.start().await.unwrap();
    host.advance(secs(5)).await;
    host.stop().await;
    assert_eq!(log.words(), ["started", "ran", "stopped"]);
}

#[test]
fn many_hosts_in_parallel_know_nothing_of_each_other() {
    let threads: Vec<_> = (1..=8)
        .map(|n| {
            std::thread::spawn(move || {
                let runtime = tokio::runtime::Builder::new_current_thread()
                    .enable_all()
                    .start_paused(true)
                    .build()
                    .unwrap();
                runtime.block_on(async move {
                    let log = Log::new();
                    let host =
                        TestHost::discover().only(["heartbeat"]).provide(log.clone()).start().await.unwrap();
                    host.advance(secs(n * 100)).await;
                    assert_eq!(host.service("heartbeat").runs(), n * 10 + 1);
                    assert!(host.stop().await.is_clean());
                });
            })
        })
        .collect();
    threads.into_iter().for_each(|thread| thread.join().unwrap());
}

#[tokio::test(start_paused = true)]
async fn an_invalid_plan_says_what_is_wrong() {
    let twice = || async {};
    let host = TestHost::empty()
        .timed("t", Every::millis(0), twice)
        .timed("t", Every::secs(1), Timed::new(twice).jitter(secs(1)).timeout(secs(0)).max_failures(0))
        .timed("u", Every::secs(1), |_: Dep<Feed>| async {});
    let error = host.start().await.unwrap_err();
    assert!(matches!(error, TestStartError::Plan(_)));
    let text = format!("{error:?}");
    for part in [
        "two services are named `t`",
        "`every` is 0s",
        "use 1ms or more",
        "`jitter` is 1s, but due times lie 1s apart",
        "`timeout` cannot be zero",
        "`max_failures` must be at least 1, not 0",
        "`u` needs `Dep<Feed>`, but no provider returns `Feed`",
        "test_host.rs:",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_says_what_failed() {
    let host = TestHost::empty()
        .timed("t", Every::secs(1), || async {})
        .on(Moment::Starting, || async { Err::<(), _>("the disk is full") });
    let error = host.start().await.unwrap_err();
    assert!(matches!(error, TestStartError::Start(_)));
    let text = format!("{error} {error:?}");
    assert!(text.contains("the host did not start") && text.contains("the disk is full"), "{text}");
}

/// A paused clock would leap over every deadline while the executor has nothing to do but to wait for a thread.
#[tokio::test(start_paused = true)]
async fn a_thread_of_its_own_has_real_time_to_start_and_to_stop() {
    for _ in 0..20 {
        let host = TestHost::empty().service(
            "thread",
            Hosted::blocking(|ready: Ready, stop: Stop| {
                std::thread::sleep(millis(5));
                ready.notify();
                stop.requested_blocking();
                std::thread::sleep(millis(5));
            }),
        );
        let host = host.start().await.unwrap();
        let begun = tokio::time::Instant::now();
        let report = host.stop().await;
        assert!(report.is_clean(), "{report}");
        assert!(begun.elapsed() < secs(5), "no deadline was leapt over");
    }
}

#[tokio::test(start_paused = true)]
async fn so_has_a_service_with_state() {
    let host =
        TestHost::discover().only(["pump"]).config("services.pump.enabled", true).start().await.unwrap();
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
}

/// It is not waited for without end: it has the time that it is given, and no more.
#[tokio::test(start_paused = true)]
async fn a_thread_that_does_not_listen_is_aborted_in_real_time() {
    let (open, gate) = std::sync::mpsc::channel::<()>();
    let gate = Arc::new(std::sync::Mutex::new(gate));
    let deaf = Hosted::blocking(move || {
        let _ = gate.lock().unwrap().recv();
    })
    .stop_timeout(millis(50));
    let host = TestHost::empty().service("deaf", deaf).start().await.unwrap();
    let begun = std::time::Instant::now();
    let report = host.stop().await;
    assert_eq!(report.exit_code(), 4, "{report}");
    assert!(begun.elapsed() >= millis(50));
    drop(open);
}

/// The thread may wait for what takes the runtime's time: here for room in a queue.
#[tokio::test(start_paused = true)]
async fn what_a_thread_waits_for_while_it_stops_goes_on() {
    struct Page;
    let slow = Queued::in_memory(|_: Page| pass(millis(50))).capacity(1);
    let host = TestHost::empty().queued("print", slow).service(
        "thread",
        Hosted::blocking(|stop: Stop, queue: Queue<Page>| {
            stop.requested_blocking();
            for _ in 0..5 {
                queue.enqueue_blocking(Page).unwrap();
            }
        }),
    );
    let report = host.start().await.unwrap().stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.service("print").unwrap().runs(), 5);
}

#[tokio::test(start_paused = true)]
async fn wait_for_gives_a_thread_of_its_own_real_time() {
    let host = TestHost::empty()
        .service("thread", Hosted::blocking(|| std::thread::sleep(millis(50))))
        .service("other", |stop: Stop| async move { stop.requested().await });
    let host = host.start().await.unwrap();
    host.wait_for("thread", State::Ended(Ending::Finished)).await;
    assert!(host.stop().await.is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_works_in_real_time_too() {
    let (host, log) = logged();
    let host = host.timed("t", Every::millis(50), |log: Dep<Log>| async move { log.note("ran") });
    let host = host.start().await.unwrap();
    host.advance(millis(175)).await;
    assert!((3..=5).contains(&log.all().len()), "{:?}", log.all());
    assert!(host.stop().await.is_clean());
}
