//! Deadlines of the stop: each service's own inside the host's; what is late is aborted and named.

use std::time::Duration;

use hostkit::builder::Hosted;
use hostkit::param::{Ready, Stop};
use hostkit::report::{Ending, Outcome};
use hostkit::{BoxError, Host};
use tokio::time::Instant;

use super::log;
use super::world::{Diary, Page, Parting, ends, millis, obedient, pass, refused, secs, started, stubborn};

/// The timer fires up to a millisecond late.
#[track_caller]
fn assert_took(took: Option<Duration>, expected: Duration) {
    let took = took.expect("it was told");
    assert!(expected <= took && took <= expected + millis(101), "{took:?} is not {expected:?}");
}

/// Ends this long after it was told.
fn ending_after(seconds: u64) -> Hosted {
    Hosted::new(move |stop: Stop| async move {
        stop.requested().await;
        pass(secs(seconds)).await;
    })
}

#[tokio::test(start_paused = true)]
async fn a_laggard_is_aborted_and_named_and_the_others_are_not() {
    let host = Host::builder()
        .service("a", Hosted::new(stubborn).stop_timeout(secs(3)))
        .service("b", ending_after(2))
        .service("c", obedient);
    let report = ends(started(host).await.stop()).await;
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Aborted, 4));
    let endings: Vec<_> = report.services().iter().filter_map(|service| service.ending()).collect();
    assert_eq!(endings, [Ending::Aborted, Ending::Stopped, Ending::Stopped]);
    assert_took(report.service("a").unwrap().stop_took(), secs(3));
    assert!(report.to_string().contains("a: aborted after 1 run, was given 3.0s to stop"), "{report}");
}

#[tokio::test(start_paused = true)]
async fn ten_seconds_are_what_a_service_has() {
    let host = Host::builder().service("a", stubborn).service("b", ending_after(9));
    let report = ends(started(host).await.stop()).await;
    assert_took(report.service("a").unwrap().stop_took(), secs(10));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn an_aborted_service_lets_go_of_what_it_held() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", |page: Page| async move {
        let _held = Parting(page);
        stubborn().await;
    });
    ends(started(host).await.stop()).await;
    assert_eq!(diary.all(), ["a dropped"]);
}

#[tokio::test(start_paused = true)]
async fn the_hosts_timeout_caps_a_services() {
    log::gather();
    let a = Hosted::new(|stop: Stop| async move {
        stop.requested().await;
        assert_eq!(stop.deadline().unwrap() - Instant::now(), secs(2));
        stubborn().await;
    });
    let host = Host::builder().service("capped", a.stop_timeout(secs(40))).stop_timeout(secs(2));
    let report = ends(started(host).await.stop()).await;
    assert_took(report.service("capped").unwrap().stop_took(), secs(2));
    assert_eq!(report.exit_code(), 4);
    let warned = log::with("`capped` has a `stop_timeout` of 40s, but the host stops within 2s");
    assert_eq!(warned.len(), 1);
    assert_eq!(warned[0].level, tracing::Level::WARN);
}

#[tokio::test(start_paused = true)]
async fn a_laggard_in_one_level_takes_no_time_from_the_next() {
    let host =
        Host::builder().service("db", ending_after(9)).service("web", Hosted::new(stubborn).after(["db"]));
    let report = ends(started(host).await.stop()).await;
    assert_eq!(report.service("web").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.service("db").unwrap().ending(), Some(Ending::Stopped));
    assert_took(report.service("db").unwrap().stop_took(), secs(9));
    assert_took(report.stopped_in(), secs(19));
}

#[tokio::test(start_paused = true)]
async fn all_levels_together_have_the_hosts_time_and_no_more() {
    let host = Host::builder()
        .service("a", stubborn)
        .service("b", Hosted::new(stubborn).after(["a"]))
        .service("c", Hosted::new(stubborn).after(["b"]));
    let report = ends(started(host).await.stop()).await;
    assert_took(report.stopped_in(), secs(25));
    let took = |name: &str| report.service(name).unwrap().stop_took().unwrap().as_secs();
    assert_eq!((took("c"), took("b"), took("a")), (10, 10, 5));
    assert!(report.services().iter().all(|service| service.ending() == Some(Ending::Aborted)));
}

/// There is no time at all, but what has ended has ended.
#[tokio::test(start_paused = true)]
async fn without_any_time_everything_that_runs_is_aborted_at_once() {
    let host =
        Host::builder().service("a", stubborn).service("done", || async {}).stop_timeout(Duration::ZERO);
    let begun = Instant::now();
    let report = ends(started(host).await.stop()).await;
    assert!(begun.elapsed() <= millis(101), "{:?}", begun.elapsed());
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.service("done").unwrap().ending(), Some(Ending::Finished));
    assert_eq!(report.exit_code(), 4);
}

#[tokio::test(start_paused = true)]
async fn one_service_without_time_leaves_the_others_theirs() {
    let host = Host::builder()
        .service("a", Hosted::new(stubborn).stop_timeout(Duration::ZERO))
        .service("b", ending_after(9));
    let report = ends(started(host).await.stop()).await;
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn endless_timeouts_overflow_nothing() {
    let host = Host::builder()
        .service("a", Hosted::new(obedient).stop_timeout(Duration::MAX))
        .service("b", ending_after(3600).stop_timeout(Duration::MAX))
        .stop_timeout(Duration::MAX)
        .start_timeout(Duration::MAX)
        .close_timeout(Duration::MAX);
    let report = ends(started(host).await.stop()).await;
    assert!(report.is_clean(), "{report}");
    assert_took(report.stopped_in(), secs(3600));
}

#[tokio::test(start_paused = true)]
async fn a_failure_comes_before_an_abort() {
    let host = Host::builder().service("stuck", stubborn).service("failing", || async {
        pass(secs(1)).await;
        Err::<(), BoxError>("no".into())
    });
    let report = ends(started(host).await.wait()).await;
    assert_eq!(report.service("stuck").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Failed, 1));
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_comes_before_everything() {
    let host = Host::builder()
        .service("stuck", stubborn)
        .service("panics", |stop: Stop| async move {
            stop.requested().await;
            panic!("no");
        })
        .service("broken", |ready: Ready| async move {
            let _ready = ready;
            Err::<(), BoxError>("no".into())
        });
    let report = refused(host).await;
    assert_eq!(report.service("stuck").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.service("panics").unwrap().ending(), Some(Ending::Failed));
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::StartFailed, 3));
}

/// What is dropped may panic: it is told of, and harms nobody.
#[tokio::test(start_paused = true)]
async fn a_panic_while_being_aborted_is_in_the_report() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    let host = Host::builder().service("b", ending_after(9)).service("a", || async {
        let _bomb = Bomb;
        stubborn().await;
    });
    let report = ends(started(host).await.stop()).await;
    let a = report.service("a").unwrap();
    assert_eq!((a.ending(), a.failures()), (Some(Ending::Aborted), 1));
    assert_eq!(a.last_error().map(|e| &**e), Some("while being aborted: panicked: boom"));
    assert_ne!(report.exit_code(), 0);
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}

/// Real time: it holds its executor thread, and can't be aborted. It is left behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_holds_its_thread_is_left_behind() {
    let holds = |stop: Stop| async move {
        stop.requested().await;
        std::thread::sleep(millis(1500));
    };
    let host =
        Host::builder().service("a", Hosted::new(holds).stop_timeout(millis(100))).service("b", obedient);
    let host = host.build().unwrap().start().await.unwrap();
    let begun = std::time::Instant::now();
    let report = host.stop().await;
    assert!(begun.elapsed() < millis(1000), "took {:?}", begun.elapsed());
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(report.exit_code(), 4);
}

#[tokio::test]
async fn a_thread_that_does_not_listen_is_left_behind() {
    let deaf = Hosted::blocking(|| std::thread::sleep(millis(1500))).stop_timeout(millis(50));
    let host = Host::builder().service("deaf", deaf).build().unwrap().start().await.unwrap();
    let begun = std::time::Instant::now();
    let report = host.stop().await;
    assert!(begun.elapsed() < millis(1000), "took {:?}", begun.elapsed());
    assert_eq!(report.service("deaf").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.exit_code(), 4);
}

/// In the very instant of its deadline it ends: either ending is right, a hang is not.
#[tokio::test(start_paused = true)]
async fn ending_in_the_instant_of_the_deadline_is_no_hang() {
    for _ in 0..20 {
        let host = Host::builder().service("a", ending_after(3).stop_timeout(secs(3)));
        let report = ends(started(host).await.stop()).await;
        assert!(matches!(report.service("a").unwrap().ending(), Some(Ending::Stopped | Ending::Aborted)));
        assert_eq!(report.is_clean(), report.service("a").unwrap().ending() == Some(Ending::Stopped));
    }
}

/// Real time: they hold their threads. All that are aborted at the host's deadline share one grace, however many levels they stand in,
/// so that the last hooks and the closing still have their time.
#[tokio::test(flavor = "multi_thread", worker_threads = 12)]
async fn many_levels_of_deaf_threads_take_no_longer_than_one() {
    let free = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    let mut host = Host::builder().stop_timeout(millis(100)).service("level-0", super::world::obedient);
    for level in 1..=9 {
        let free = free.clone();
        let deaf = Hosted::new(move |_: Stop| {
            let free = free.clone();
            async move {
                tokio::task::yield_now().await;
                while !free.load(std::sync::atomic::Ordering::Acquire) {
                    std::thread::sleep(millis(1));
                }
            }
        });
        host = host.service(format!("level-{level}"), deaf.after([format!("level-{}", level - 1)]));
    }
    let diary = super::world::Diary::new();
    let last = diary.clone();
    let host = host.on(hostkit::builder::Moment::Stopped, move || {
        last.note("stopped");
        async {}
    });
    let host = host.build().unwrap().start().await.unwrap();
    let begun = std::time::Instant::now();
    let report = host.stop().await;
    free.store(true, std::sync::atomic::Ordering::Release);
    assert!(begun.elapsed() < millis(850), "nine times 100 ms: {:?}", begun.elapsed());
    assert_eq!(diary.all(), ["stopped"], "{report}");
    assert_eq!(report.exit_code(), 4, "{report}");
}
