//! Runs that fail: retries and backoff, timeouts, what a failure means for the schedule and for the host.

use std::sync::atomic::{AtomicU64, Ordering};

use hostkit::builder::{Backoff, OnRunFailure, Timed};
use hostkit::param::Dep;
use hostkit::report::{Ending, RunOutcome, StopCause};
use hostkit::testing::TestHost;
use hostkit::{Every, fatal};

use super::world::{Log, ends, logged, millis, outcomes, pass, secs};

fn always(log: Dep<Log>) -> impl Future<Output = hostkit::Result> {
    log.note("tried");
    std::future::ready(Err("no".into()))
}

fn one_second() -> Backoff {
    Backoff::new(secs(1), secs(1))
}

#[tokio::test(start_paused = true)]
async fn a_failed_run_is_tried_again_and_is_one_run() {
    let (host, log) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("tried");
        if log.all().len().is_multiple_of(3) { Ok(()) } else { Err("no") }
    };
    let timed = Timed::new(run).retries(2).backoff(one_second());
    let host = host.timed("t", Every::secs(10), timed).start().await.unwrap();
    host.advance(secs(15)).await;
    assert_eq!(log.secs(), [0, 1, 2, 10, 11, 12]);
    let t = host.service("t");
    assert_eq!((t.runs(), t.failures()), (2, 0));
    assert_eq!(outcomes(&t), [RunOutcome::Done; 2]);
}

#[tokio::test(start_paused = true)]
async fn when_no_retry_is_left_the_run_has_failed_once() {
    let (host, log) = logged();
    let timed = Timed::new(always).retries(2).backoff(Backoff::new(secs(1), secs(60)));
    let host = host.timed("t", Every::secs(100), timed).start().await.unwrap();
    host.advance(secs(50)).await;
    let times = log.secs();
    assert_eq!(times.len(), 3);
    assert!(times[1] <= 2 && (times[2] - times[1]) <= 4 && times[2] >= 3, "{times:?}");
    assert_eq!((host.service("t").runs(), host.service("t").failures()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_fatal_error_is_not_tried_again() {
    let (host, log) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("tried");
        Err::<(), _>(fatal("no licence"))
    };
    let host = host.timed("t", Every::secs(10), Timed::new(run).retries(5)).start().await.unwrap();
    let report = ends(host.wait()).await;
    assert_eq!((report.exit_code(), log.all().len()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stop_does_not_wait_for_the_next_retry() {
    let (host, log) = logged();
    let timed = Timed::new(always).retries(5).backoff(Backoff::new(secs(30), secs(60)));
    let host = host.timed("t", Every::secs(100), timed).start().await.unwrap();
    host.advance(secs(1)).await;
    let report = ends(host.stop()).await;
    let t = report.service("t").unwrap();
    assert_eq!(report.stopped_in(), Some(secs(0)));
    assert_eq!((report.exit_code(), t.failures(), log.all().len()), (0, 0, 1));
    assert_eq!(t.last_error().map(|e| &**e), Some("no"), "excused, and kept");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_takes_too_long_is_cancelled_and_has_failed() {
    let (host, log) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("began");
        pass(secs(60)).await;
        log.note("ended");
    };
    let host = host.timed("t", Every::secs(10), Timed::new(run).timeout(secs(3))).start().await.unwrap();
    host.advance(secs(15)).await;
    let t = host.service("t");
    assert_eq!((log.when("began"), log.when("ended")), (vec![0, 10], vec![]));
    assert_eq!((t.failures(), t.timer().unwrap().skipped()), (2, 0));
    assert_eq!(t.timer().unwrap().last_runs()[0].took, secs(3));
    assert_eq!(&*t.last_error().unwrap(), "did not end within 3s and was cancelled");
}

#[tokio::test(start_paused = true)]
async fn retries_are_within_the_timeout() {
    let (host, log) = logged();
    let timed = Timed::new(always).retries(100).backoff(one_second()).timeout(millis(3_500));
    let host = host.timed("t", Every::secs(10), timed).start().await.unwrap();
    host.advance(secs(9)).await;
    assert_eq!(log.secs(), [0, 1, 2, 3]);
    let t = host.service("t");
    assert_eq!((t.runs(), t.failures(), t.timer().unwrap().last_runs()[0].took), (1, 1, millis(3_500)));
    assert!(t.last_error().unwrap().starts_with("did not end within 3s 500ms"), "{:?}", t.last_error());
}

/// No thread can be cancelled: the run has failed, and holds its place until it ends, so that it never runs beside itself.
#[tokio::test]
async fn a_fn_that_takes_too_long_holds_its_place() {
    static GOING: AtomicU64 = AtomicU64::new(0);
    fn slow() {
        assert_eq!(GOING.fetch_add(1, Ordering::SeqCst), 0, "it runs beside itself");
        std::thread::sleep(millis(120));
        GOING.fetch_sub(1, Ordering::SeqCst);
    }
    let timed = Timed::blocking(slow).timeout(millis(10));
    let host = TestHost::empty().timed("t", Every::millis(30), timed).start().await.unwrap();
    pass(millis(400)).await;
    let t = host.service("t");
    let error = t.last_error().unwrap();
    assert!(error.starts_with("did not end within 10ms"), "{error}");
    assert!((2..=4).contains(&t.runs()), "{}", t.runs());
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_panics_when_it_is_cancelled_says_so() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    let run = || async {
        let _bomb = Bomb;
        pass(secs(60)).await;
    };
    let host = TestHost::empty()
        .timed("t", Every::secs(10), Timed::new(run).timeout(secs(3)))
        .start()
        .await
        .unwrap();
    host.advance(secs(5)).await;
    assert!(host.service("t").last_error().unwrap().contains("panicked: boom"));
}

#[tokio::test(start_paused = true)]
async fn so_many_failures_in_a_row_stop_the_host() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), Timed::new(always).max_failures(3)).start().await.unwrap();
    let report = ends(host.wait()).await;
    assert_eq!((log.secs(), report.exit_code()), (vec![0, 10, 20], 1));
}

#[tokio::test(start_paused = true)]
async fn on_failure_stop_stops_the_host_and_answers_who_asked() {
    let (host, _) = logged();
    let timed = Timed::new(always).on_failure(OnRunFailure::Stop).first(secs(60));
    let host = host.timed("t", Every::secs(10), timed).start().await.unwrap();
    let triggered = ends(host.trigger("t")).await;
    assert!(matches!(triggered, hostkit::report::Triggered::Failed(failure) if &*failure == "no"));
    let report = ends(host.wait()).await;
    assert_eq!(report.cause(), Some(&StopCause::Failed("t".into())));
    assert_eq!(report.service("t").unwrap().ending(), Some(Ending::Failed));
}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_run_is_a_failure_of_that_run() {
    let (host, _) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("ran");
        if log.all().len() == 1 {
            panic!("no");
        }
    };
    let host = host.timed("t", Every::secs(10), run).start().await.unwrap();
    host.advance(secs(15)).await;
    let t = host.service("t");
    assert_eq!((t.runs(), t.failures(), outcomes(&t)), (2, 1, vec![RunOutcome::Failed, RunOutcome::Done]));
    assert_eq!(host.stop().await.exit_code(), 0);
}
