//! Timers: a fixed rate that never drifts, bursts or overlaps, from the moment the host is ready until it stops.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use hostkit::builder::{Moment, OnRunFailure, Timed};
use hostkit::param::{Dep, Ready, Stop};
use hostkit::report::{Ending, StopCause};
use hostkit::testing::{TestHost, TestHostBuilder};
use hostkit::{BoxError, Every, Report, fatal};
use tokio::time::Instant;

use super::world::{Diary, Page, ends, millis, obedient, pass, secs, stubborn};

/// When each run began, counted from the first use.
struct Times(Instant, Mutex<Vec<Duration>>);

impl Times {
    fn new() -> std::sync::Arc<Self> {
        std::sync::Arc::new(Times(Instant::now(), Mutex::default()))
    }

    fn note(&self) {
        self.1.lock().unwrap().push(self.0.elapsed());
    }

    fn secs(&self) -> Vec<u64> {
        self.1.lock().unwrap().iter().map(Duration::as_secs).collect()
    }
}

async fn tick(times: Dep<Times>) {
    times.note();
}

/// A whole life, to its end.
async fn lived(host: TestHostBuilder) -> Report {
    ends(host.start().await.unwrap().wait()).await
}

fn timed(timed: Timed) -> (TestHostBuilder, std::sync::Arc<Times>) {
    let times = Times::new();
    (TestHost::empty().provide(times.clone()).timed("t", Every::secs(10), timed), times)
}

#[tokio::test(start_paused = true)]
async fn it_fires_at_once_and_then_at_its_rate() {
    let (host, times) = timed(Timed::new(tick));
    let host = host.start().await.unwrap();
    host.advance(secs(35)).await;
    assert_eq!(times.secs(), [0, 10, 20, 30]);
    assert_eq!(host.service("t").runs(), 4);
    let report = host.stop().await;
    let t = report.service("t").unwrap();
    assert_eq!((t.runs(), t.failures(), t.ending(), t.kind()), (4, 0, Some(Ending::Stopped), "timed"));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn first_is_the_wait_before_the_first_run() {
    let (host, times) = timed(Timed::new(tick).first(secs(3)));
    let host = host.start().await.unwrap();
    host.advance(secs(30)).await;
    assert_eq!(times.secs(), [3, 13, 23]);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn nothing_fires_before_the_host_is_ready() {
    let (host, times) = timed(Timed::new(tick));
    let host = host.service("slow", |ready: Ready, stop: Stop| async move {
        pass(secs(7)).await;
        ready.notify();
        stop.requested().await;
    });
    let host = host.start().await.unwrap();
    host.advance(secs(15)).await;
    assert_eq!(times.secs(), [7, 17]);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_run_that_takes_its_time_shifts_nothing() {
    let (host, times) = timed(Timed::new(|times: Dep<Times>| async move {
        times.note();
        pass(secs(4)).await;
    }));
    let host = host.start().await.unwrap();
    host.advance(secs(45)).await;
    assert_eq!(times.secs(), [0, 10, 20, 30, 40]);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn due_times_that_pass_meanwhile_are_skipped_and_never_caught_up_in_a_burst() {
    let (host, times) = timed(Timed::new(|times: Dep<Times>| async move {
        times.note();
        pass(secs(25)).await;
    }));
    let host = host.start().await.unwrap();
    host.advance(secs(70)).await;
    assert_eq!(times.secs(), [0, 30, 60]);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_run_never_overlaps_the_one_before() {
    static GOING: AtomicU64 = AtomicU64::new(0);
    async fn run() {
        assert_eq!(GOING.fetch_add(1, Ordering::SeqCst), 0);
        pass(millis(25)).await;
        GOING.fetch_sub(1, Ordering::SeqCst);
    }
    let host = TestHost::empty().timed("t", Every::millis(10), run).start().await.unwrap();
    host.advance(secs(2)).await;
    let report = host.stop().await;
    assert_eq!(report.service("t").unwrap().failures(), 0);
    assert!(report.service("t").unwrap().runs() > 50);
}

/// A day of it, to the millisecond.
#[tokio::test(start_paused = true)]
async fn it_does_not_drift() {
    let times = Times::new();
    let host = TestHost::empty().provide(times.clone()).timed(
        "t",
        Every::secs(60),
        |times: Dep<Times>| async move {
            pass(millis(7)).await;
            times.note();
        },
    );
    let host = host.start().await.unwrap();
    host.advance(secs(24 * 60 * 60 - 1)).await;
    let last = *times.1.lock().unwrap().last().unwrap();
    assert!(last >= secs(86_340) && last <= secs(86_340) + millis(10), "{last:?}");
    assert_eq!(times.secs().len(), 1440);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_counted_and_the_schedule_goes_on() {
    let host = TestHost::empty().timed("t", Every::secs(1), || async { Err::<(), BoxError>("no".into()) });
    let host = host.start().await.unwrap();
    host.advance(millis(9_500)).await;
    let report = host.stop().await;
    let t = report.service("t").unwrap();
    assert_eq!((t.runs(), t.failures(), t.ending()), (10, 10, Some(Ending::Stopped)));
    assert_eq!(t.last_error().map(|e| &**e), Some("no"));
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test(start_paused = true)]
async fn on_failure_stop_stops_the_host() {
    let failing = Timed::new(|| async { Err::<(), BoxError>("no".into()) }).on_failure(OnRunFailure::Stop);
    let report =
        lived(TestHost::empty().service("a", obedient).timed("t", Every::secs(1), failing.first(secs(1))))
            .await;
    assert_eq!(report.cause(), Some(&StopCause::Failed("t".into())));
    let t = report.service("t").unwrap();
    assert_eq!((report.exit_code(), t.runs(), t.failures(), t.ending()), (1, 1, 1, Some(Ending::Failed)));
}

#[tokio::test(start_paused = true)]
async fn so_many_failures_in_a_row_stop_the_host() {
    let failing = Timed::new(|| async { Err::<(), BoxError>("no".into()) }).max_failures(3);
    let report = lived(TestHost::empty().timed("t", Every::secs(1), failing)).await;
    let t = report.service("t").unwrap();
    assert_eq!((report.exit_code(), t.runs(), t.failures()), (1, 3, 3));
    assert_eq!(t.last_error().map(|e| &**e), Some("3 failures in a row, the last one: no"));
}

#[tokio::test(start_paused = true)]
async fn a_good_run_starts_the_count_of_failures_over() {
    async fn every_third_is_good(run: Dep<AtomicU64>) -> hostkit::Result {
        match run.fetch_add(1, Ordering::SeqCst) % 3 {
            2 => Ok(()),
            _ => Err("no".into()),
        }
    }
    let host = TestHost::empty().provide(AtomicU64::new(0));
    let host = host
        .timed("t", Every::secs(1), Timed::new(every_third_is_good).max_failures(3))
        .start()
        .await
        .unwrap();
    host.advance(secs(100)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
    assert!(report.service("t").unwrap().failures() > 60);
}

#[tokio::test(start_paused = true)]
async fn a_fatal_error_stops_the_host_whatever_the_policy() {
    let report =
        lived(TestHost::empty().timed("t", Every::secs(1), || async { Err::<(), _>(fatal("no licence")) }))
            .await;
    assert_eq!((report.exit_code(), report.service("t").unwrap().runs()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_the_run_that_is_going() {
    let diary = Diary::new();
    let host =
        TestHost::empty().provide(diary.clone()).timed("t", Every::secs(10), |page: Page| async move {
            page.note("began");
            pass(secs(4)).await;
            page.note("ended");
        });
    let host = host.start().await.unwrap();
    host.advance(secs(11)).await;
    let report = host.stop().await;
    assert_eq!(diary.all(), ["t began", "t ended", "t began", "t ended"]);
    assert_eq!(report.stopped_in(), Some(secs(3)));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_run_can_listen_for_the_stop() {
    let host = TestHost::empty().timed("t", Every::secs(10), |stop: Stop| async move {
        stop.requested().await;
        Err::<(), BoxError>("interrupted".into())
    });
    let host = host.start().await.unwrap();
    host.advance(secs(1)).await;
    let report = host.stop().await;
    let t = report.service("t").unwrap();
    assert_eq!((report.exit_code(), t.ending(), t.failures()), (0, Some(Ending::Stopped), 0));
    assert_eq!(t.last_error().map(|e| &**e), Some("interrupted"), "excused, and kept");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_does_not_listen_is_aborted_at_its_deadline() {
    let host = TestHost::empty().timed("t", Every::secs(10), Timed::new(stubborn).stop_timeout(secs(2)));
    let host = host.start().await.unwrap();
    host.advance(secs(1)).await;
    let report = ends(host.stop()).await;
    assert_eq!((report.exit_code(), report.service("t").unwrap().ending()), (4, Some(Ending::Aborted)));
}

/// In its last run: the failure is in the report, whatever the schedule would have done.
#[tokio::test(start_paused = true)]
async fn a_panic_of_the_run_that_was_told_is_in_the_report() {
    let host = TestHost::empty().timed("t", Every::secs(10), |stop: Stop| async move {
        stop.requested().await;
        panic!("no");
    });
    let host = host.start().await.unwrap();
    host.advance(secs(1)).await;
    let report = host.stop().await;
    let t = report.service("t").unwrap();
    assert_eq!(t.failures(), 1);
    assert_eq!(t.last_error().map(|e| &**e), Some("panicked: no"));
}

#[tokio::test(start_paused = true)]
async fn timers_fire_no_more_once_services_stop() {
    let diary = Diary::new();
    let host = TestHost::empty()
        .provide(diary.clone())
        .timed("t", Every::secs(1), |page: Page| async move { page.note("ran") })
        .service(
            "web",
            hostkit::builder::Hosted::new(|stop: Stop| async move {
                stop.requested().await;
                pass(secs(5)).await;
            })
            .after(["t"]),
        )
        .on(Moment::Stopping, |page: Page| async move { page.note("hook") });
    let host = host.start().await.unwrap();
    host.advance(millis(1500)).await;
    host.stop().await;
    assert_eq!(diary.all(), ["t ran", "t ran", "on-stopping hook"]);
}

#[tokio::test(start_paused = true)]
async fn a_blocking_timer_runs_off_the_executor() {
    let here = std::thread::current().id();
    let (host, times) = timed(Timed::blocking(move |times: Dep<Times>| {
        assert_ne!(std::thread::current().id(), here);
        times.note();
    }));
    let host = host.start().await.unwrap();
    host.advance(secs(35)).await;
    let report = host.stop().await;
    assert_eq!(report.service("t").unwrap().failures(), 0, "{report}");
    assert_eq!(times.secs(), [0, 10, 20, 30]);
}

#[tokio::test(start_paused = true)]
async fn a_timer_that_is_stopped_before_its_first_run_never_runs() {
    let (host, times) = timed(Timed::new(tick).first(secs(60)));
    let host = host.start().await.unwrap();
    host.advance(secs(5)).await;
    let report = host.stop().await;
    assert_eq!(times.secs(), [0; 0]);
    assert_eq!(report.service("t").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn many_timers_keep_their_own_time() {
    let diary = Diary::new();
    let note = |page: Page| async move { page.note("ran") };
    let host = TestHost::empty()
        .provide(diary.clone())
        .timed("two", Every::secs(2), note)
        .timed("three", Every::secs(3), note)
        .timed("half", Every::millis(500), note);
    let host = host.start().await.unwrap();
    host.advance(millis(12_250)).await;
    host.stop().await;
    let count = |name: &str| diary.count(&format!("{name} ran"));
    assert_eq!((count("two"), count("three"), count("half")), (7, 5, 25));
}

#[tokio::test(start_paused = true)]
async fn the_longest_period_overflows_nothing() {
    let times = Times::new();
    let host =
        TestHost::empty().provide(times.clone()).timed("t", Every::new(Duration::MAX), Timed::new(tick));
    let later = Timed::new(tick).first(Duration::MAX);
    let host = host.timed("u", Every::secs(1), later).start().await.unwrap();
    host.advance(secs(60)).await;
    let report = host.stop().await;
    assert_eq!(times.secs(), [0]);
    assert!(report.is_clean(), "{report}");
}
