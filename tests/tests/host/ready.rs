//! `Ready`: a service counts as started when it says so, and a start that can't succeed any more has failed.

use std::pin::Pin;
use std::time::Duration;

use hostkit::builder::{Backoff, Hosted, OnFailure};
use hostkit::param::{Ready, Stop};
use hostkit::report::{Ending, Outcome, State, Status, StopCause};
use hostkit::{BoxError, Host, HostHandle};
use tokio::time::Instant;

use super::world::{Diary, Page, ends, millis, noted, obedient, pass, refused, secs, started};

/// Never says that it is ready. (A parameter that an `async` closure does not use is dropped before its future runs.)
async fn silent(_ready: Ready, stop: Stop) {
    stop.requested().await;
}

/// Why the host did not start.
async fn why(host: hostkit::HostBuilder) -> String {
    ends(host.build().unwrap().start()).await.expect_err("the start should have failed").to_string()
}

#[tokio::test(start_paused = true)]
async fn a_service_is_starting_until_it_notifies() {
    async fn late(ready: Ready, host: HostHandle, stop: Stop) {
        pass(secs(5)).await;
        assert_eq!(host.service("late").unwrap().state(), State::Starting);
        assert_eq!(host.status(), Status::Starting);
        ready.notify();
        assert_eq!(host.service("late").unwrap().state(), State::Running);
        stop.requested().await;
    }
    let begun = Instant::now();
    let host = started(Host::builder().service("late", late)).await;
    assert_eq!(begun.elapsed(), secs(5));
    assert_eq!(host.handle().status(), Status::Ready);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn dropped_without_notify_the_start_has_failed() {
    let host = Host::builder().service("web", |ready: Ready, stop: Stop| async move {
        drop(ready);
        stop.requested().await;
    });
    let report = refused(host).await;
    let how = "dropped its `Ready` without calling `notify()`";
    assert_eq!(report.cause(), Some(&StopCause::StartFailed("web".into(), how.into())));
    assert_eq!(report.exit_code(), 3);
    let web = report.service("web").unwrap();
    assert_eq!((web.ending(), web.failures()), (Some(Ending::Failed), 1), "{report}");
}

#[tokio::test(start_paused = true)]
async fn an_error_before_notify_is_the_reason() {
    let host =
        Host::builder().service("web", |_ready: Ready| async { Err::<(), BoxError>("no port".into()) });
    assert_eq!(why(host).await, "the host did not start: `web` failed to start: no port");
}

/// The thread lets go of its `Ready` before anybody can know of its error.
#[tokio::test]
async fn an_error_of_a_thread_before_notify_is_the_reason() {
    for _ in 0..20 {
        let web = Hosted::blocking(|_ready: Ready| Err::<(), BoxError>("no port".into()));
        let why = why(Host::builder().service("web", web)).await;
        assert_eq!(why, "the host did not start: `web` failed to start: no port");
    }
}

/// Between the drop of `Ready` and the error lies the drop of what else the service held.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_error_that_takes_its_time_is_still_the_reason() {
    struct Slow;
    impl Drop for Slow {
        fn drop(&mut self) {
            std::thread::sleep(millis(20));
        }
    }
    let host = Host::builder().service("web", |ready: Ready| async move {
        let _slow = Slow;
        let _ready = ready;
        Err::<(), BoxError>("no port".into())
    });
    assert_eq!(why(host).await, "the host did not start: `web` failed to start: no port");
}

#[tokio::test(start_paused = true)]
async fn a_panic_before_notify_is_the_reason() {
    let host = Host::builder().service("web", |_ready: Ready| async { panic!("no port") });
    assert_eq!(why(host).await, "the host did not start: `web` failed to start: panicked: no port");
}

#[tokio::test(start_paused = true)]
async fn returning_without_notify_is_a_failed_start() {
    let host = Host::builder().service("web", |_ready: Ready| async {});
    assert_eq!(
        why(host).await,
        "the host did not start: `web` failed to start: ended without calling `ready.notify()`"
    );
}

#[tokio::test(start_paused = true)]
async fn half_a_minute_is_what_a_start_may_take() {
    let begun = Instant::now();
    let host = Host::builder().service("web", silent);
    assert_eq!(
        why(host).await,
        "the host did not start: `web` did not start within 30s: `start_timeout` is too short, or it never calls `ready.notify()`"
    );
    assert_eq!(begun.elapsed(), secs(30));
}

#[tokio::test(start_paused = true)]
async fn a_start_timeout_is_each_services_own() {
    let begun = Instant::now();
    let host = Host::builder()
        .service("a", Hosted::new(silent).start_timeout(secs(20)))
        .service("b", Hosted::new(silent).start_timeout(secs(2)));
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(2));
    assert!(matches!(report.cause(), Some(StopCause::StartFailed(name, _)) if name == "b"), "{report}");
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Failed));
    assert_eq!(report.service("b").unwrap().failures(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_start_timeout_counts_from_the_services_own_level() {
    async fn three_seconds(ready: Ready, stop: Stop) {
        pass(secs(3)).await;
        ready.notify();
        stop.requested().await;
    }
    let four = || Hosted::new(three_seconds).start_timeout(secs(4));
    let host = Host::builder()
        .service("a", four())
        .service("b", four().after(["a"]))
        .service("c", four().after(["b"]));
    assert!(started(host).await.stop().await.is_clean());
}

/// As long as a start can be at all: no overflow.
#[tokio::test(start_paused = true)]
async fn an_endless_start_timeout_is_the_hosts() {
    let web = Hosted::new(silent).start_timeout(Duration::MAX);
    let host = Host::builder().service("web", web);
    assert_eq!(
        why(host).await,
        "the host did not start: `web` had not started within the host's `start_timeout` of 1m"
    );
}

#[tokio::test(start_paused = true)]
async fn ready_can_be_given_away() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("db", |ready: Ready, page: Page, stop: Stop| async move {
            tokio::spawn(async move {
                pass(secs(1)).await;
                page.note("notified");
                ready.notify();
            });
            stop.requested().await;
        })
        .service("web", Hosted::new(noted).after(["db"]));
    started(host).await.stop().await;
    assert_eq!(diary.all()[..2], ["db notified", "web began"]);
}

#[tokio::test(start_paused = true)]
async fn after_notify_a_failure_is_no_failed_start() {
    let host = Host::builder()
        .service("web", |ready: Ready| async move {
            ready.notify();
            pass(secs(1)).await;
            Err::<(), BoxError>("no".into())
        })
        .service("db", obedient);
    let report = started(host).await.wait().await;
    assert_eq!(report.outcome(), Outcome::Failed);
    assert_eq!(report.cause(), Some(&StopCause::Failed("web".into())));
}

/// A start is the host's: a policy begins when a service has come up once.
#[tokio::test(start_paused = true)]
async fn no_policy_recovers_from_a_failed_start() {
    for policy in [OnFailure::Restart, OnFailure::Ignore] {
        let web =
            Hosted::new(|_ready: Ready| async { Err::<(), BoxError>("no port".into()) }).on_failure(policy);
        let report = refused(Host::builder().service("web", web)).await;
        assert_eq!(report.exit_code(), 3);
        assert_eq!(report.service("web").unwrap().runs(), 1);
    }
}

type Later = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Fails in each run: the first after it was ready, the others as the second element says.
fn relapsing(later: fn(Ready, Stop) -> Later) -> Hosted {
    let first = std::sync::atomic::AtomicBool::new(true);
    let first = std::sync::Arc::new(first);
    Hosted::new(move |ready: Ready, stop: Stop| {
        let first = first.swap(false, std::sync::atomic::Ordering::SeqCst);
        async move {
            if first {
                ready.notify();
                pass(secs(1)).await;
                return Err("first".into());
            }
            later(ready, stop).await;
            Err::<(), BoxError>("later".into())
        }
    })
    .on_failure(OnFailure::Restart)
    .backoff(Backoff::new(secs(1), secs(1)))
    .max_restarts(1)
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_drops_ready_is_a_failure_like_any_other() {
    let web = relapsing(|ready, stop| {
        Box::pin(async move {
            drop(ready);
            stop.requested().await;
        })
    });
    let mut report = started(Host::builder().service("web", web)).await;
    let report = ends(report.wait()).await;
    let web = report.service("web").unwrap();
    assert_eq!((report.exit_code(), web.failures(), web.restarts()), (1, 2, 1), "{report}");
    assert_eq!(web.last_error().map(|e| &**e), Some("dropped its `Ready` without calling `notify()`"));
}

#[tokio::test(start_paused = true)]
async fn a_restart_that_never_gets_ready_is_a_failure_too() {
    let web = relapsing(|ready, stop| {
        Box::pin(async move {
            stop.requested().await;
            drop(ready);
        })
    });
    let begun = Instant::now();
    let mut report = started(Host::builder().service("web", web.start_timeout(secs(7)))).await;
    let report = ends(report.wait()).await;
    assert_eq!(begun.elapsed(), secs(1 + 1 + 7));
    assert_eq!(report.exit_code(), 1);
    let web = report.service("web").unwrap();
    assert_eq!(web.last_error().map(|e| &**e), Some("did not become ready within 7s"));
}

#[tokio::test(start_paused = true)]
async fn a_restarted_service_is_starting_until_it_notifies_again() {
    let web = relapsing(|ready, stop| {
        Box::pin(async move {
            pass(secs(5)).await;
            ready.notify();
            stop.requested().await;
        })
    });
    let host = started(Host::builder().service("web", web)).await;
    let web = host.handle().service("web").unwrap();
    pass(millis(1500)).await;
    assert_eq!(web.state(), State::Restarting);
    pass(secs(1)).await;
    assert_eq!(web.state(), State::Starting);
    pass(secs(5)).await;
    assert_eq!(web.state(), State::Running);
    assert!(host.stop().await.is_clean());
}

/// On a thread of its own, `Ready` is gone before the error is known: the error is what counts, in a restart too.
#[tokio::test]
async fn a_restarted_thread_that_fails_before_notify_tells_its_error() {
    for _ in 0..10 {
        let first = std::sync::atomic::AtomicBool::new(true);
        let first = std::sync::Arc::new(first);
        let web = Hosted::blocking(move |ready: Ready| {
            if first.swap(false, std::sync::atomic::Ordering::SeqCst) {
                ready.notify();
            }
            Err::<(), BoxError>("no port".into())
        });
        let web =
            web.on_failure(OnFailure::Restart).max_restarts(1).backoff(Backoff::new(millis(1), millis(1)));
        let host =
            ends(Host::builder().service("web", web).service("b", obedient).build().unwrap().start()).await;
        let report = match host {
            Ok(mut host) => ends(host.wait()).await,
            Err(error) => error.into_report(),
        };
        let web = report.service("web").unwrap();
        let told = (web.failures(), web.last_error().map(ToString::to_string));
        assert_eq!(told, (2, Some("no port".to_owned())), "{report}");
    }
}
