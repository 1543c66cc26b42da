//! What a failure does: stops the host, or not; is excused, or not; and is in the report whatever it does.

use std::sync::Arc;

use hostkit::builder::{Hosted, OnFailure};
use hostkit::param::Stop;
use hostkit::report::{Ending, Outcome, StopCause};
use hostkit::{BoxError, Host, HostHandle, Result};
use tokio::sync::Barrier;

use super::world::{Diary, ends, lived, noted, obedient, pass, secs, started};

async fn fails_soon() -> Result {
    pass(secs(1)).await;
    Err("no".into())
}

#[tokio::test(start_paused = true)]
async fn an_error_stops_the_host_with_exit_code_1() {
    let report = lived(Host::builder().service("a", fails_soon).service("b", obedient)).await;
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Failed, 1));
    assert_eq!(report.cause(), Some(&StopCause::Failed("a".into())));
    let a = report.service("a").unwrap();
    assert_eq!((a.ending(), a.failures(), a.runs()), (Some(Ending::Failed), 1, 1));
    assert_eq!(a.last_error().map(|e| &**e), Some("no"));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_panic_stops_the_host_with_exit_code_1() {
    let report = lived(Host::builder().service("b", obedient).service("a", || async {
        pass(secs(1)).await;
        panic!("no {}", 1)
    }))
    .await;
    assert_eq!(report.exit_code(), 1);
    let failure = report.service("a").unwrap().last_error().unwrap();
    assert!(failure.is_panic());
    assert_eq!(&**failure, "panicked: no 1");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_is_ignored_is_in_the_report_only() {
    let host = Host::builder()
        .service("a", Hosted::new(fails_soon).on_failure(OnFailure::Ignore))
        .service("b", obedient);
    let host = started(host).await;
    pass(secs(60)).await;
    let a = host.handle().service("a").unwrap();
    assert!(!a.is_healthy());
    assert_eq!(a.state().ending(), Some(Ending::Failed));
    assert!(host.handle().service("b").unwrap().is_healthy());
    let report = host.stop().await;
    assert_eq!((report.exit_code(), report.is_clean()), (0, true));
    let a = report.service("a").unwrap();
    assert_eq!((a.ending(), a.failures()), (Some(Ending::Failed), 1));
    assert_eq!(a.last_error().map(|e| &**e), Some("no"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_that_is_ignored_harms_nobody() {
    let panics = Hosted::new(|| async { panic!("no") }).on_failure(OnFailure::Ignore);
    let host = started(Host::builder().service("a", panics).service("b", obedient)).await;
    pass(secs(60)).await;
    let report = host.stop().await;
    assert!(report.is_clean());
    assert!(report.service("a").unwrap().last_error().unwrap().is_panic());
}

#[tokio::test(start_paused = true)]
async fn the_whole_error_chain_is_kept() {
    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);
    impl std::fmt::Display for Layer {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str(self.0)
        }
    }
    impl std::error::Error for Layer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|inner| inner as _)
        }
    }
    let error = || Layer("open feed", Some(Box::new(Layer("dial", Some(Box::new(Layer("refused", None)))))));
    let report = lived(Host::builder().service("a", move || async move { Err(error()) })).await;
    assert_eq!(report.service("a").unwrap().last_error().map(|e| &**e), Some("open feed: dial: refused"));
}

#[tokio::test(start_paused = true)]
async fn an_error_after_being_told_is_excused_and_kept() {
    let host = Host::builder().service("a", |stop: Stop| async move {
        stop.requested().await;
        Err::<(), BoxError>("connection closed".into())
    });
    let report = started(host).await.stop().await;
    assert_eq!(report.exit_code(), 0);
    let a = report.service("a").unwrap();
    assert_eq!((a.ending(), a.failures()), (Some(Ending::Stopped), 0));
    assert_eq!(a.last_error().map(|e| &**e), Some("connection closed"));
}

/// The service's own token decides, not the error's type: this one looks like a cancellation, but nobody asked for one.
#[tokio::test(start_paused = true)]
async fn an_error_that_looks_like_a_cancellation_is_a_failure_when_nobody_told() {
    let report = lived(Host::builder().service("b", obedient).service("a", || async {
        let task = tokio::spawn(std::future::pending::<()>());
        task.abort();
        task.await
    }))
    .await;
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Failed));
}

/// The host stops, but this service's level has not been told yet.
#[tokio::test(start_paused = true)]
async fn an_error_before_its_own_level_is_told_is_a_failure() {
    async fn lingers(stop: Stop) {
        stop.requested().await;
        pass(secs(5)).await;
    }
    async fn fails_meanwhile(host: HostHandle) -> Result {
        while host.stop_cause().is_none() {
            pass(secs(1)).await;
        }
        pass(secs(1)).await;
        Err("lost".into())
    }
    let host =
        Host::builder().service("db", fails_meanwhile).service("web", Hosted::new(lingers).after(["db"]));
    let report = ends(started(host).await.stop()).await;
    assert_eq!(report.cause(), Some(&StopCause::Requested), "the first cause stays");
    let db = report.service("db").unwrap();
    assert_eq!((db.ending(), db.failures()), (Some(Ending::Failed), 1));
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_after_being_told_is_a_failure_whatever_the_policy() {
    for policy in [OnFailure::Stop, OnFailure::Ignore, OnFailure::Restart] {
        let a = Hosted::new(|stop: Stop| async move {
            stop.requested().await;
            panic!("in the middle of it");
        });
        let report = started(Host::builder().service("a", a.on_failure(policy))).await.stop().await;
        assert_eq!(report.exit_code(), 1, "{policy:?}");
        let a = report.service("a").unwrap();
        assert_eq!((a.ending(), a.failures(), a.runs()), (Some(Ending::Failed), 1, 1), "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn two_that_fail_in_one_instant_are_both_told_of() {
    let report = lived(Host::builder().service("a", fails_soon).service("b", fails_soon)).await;
    assert_eq!(report.exit_code(), 1);
    for service in report.services() {
        assert_eq!((service.failures(), service.ending()), (1, Some(Ending::Failed)), "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_takes_the_others_down_in_reverse() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(noted).after(["a"]))
        .service("c", Hosted::new(fails_soon).after(["b"]));
    lived(host).await;
    assert_eq!(diary.all(), ["a began", "b began", "b told", "a told"]);
}

/// On real threads, over and over: whoever comes first, the failure is never lost, and the host always ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_in_the_instant_of_a_failure_loses_nothing() {
    for _ in 0..200 {
        let barrier = Arc::new(Barrier::new(2));
        let host = Host::builder().provide(barrier.clone()).service("b", obedient).service(
            "a",
            |barrier: Arc<Barrier>| async move {
                barrier.wait().await;
                Err::<(), BoxError>("no".into())
            },
        );
        let host = host.build().unwrap().start().await.unwrap();
        barrier.wait().await;
        let report = ends(host.stop()).await;
        let a = report.service("a").unwrap();
        assert_eq!(a.last_error().map(|e| &**e), Some("no"), "{report}");
        match a.ending() {
            Some(Ending::Failed) => assert_eq!((report.exit_code(), a.failures()), (1, 1)),
            Some(Ending::Stopped) => assert_eq!((report.exit_code(), a.failures()), (0, 0)),
            other => panic!("{other:?}"),
        }
    }
}
