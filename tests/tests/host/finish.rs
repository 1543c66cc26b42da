//! What a service that returns does to the host, and when a host has no work left.

use hostkit::builder::{Backoff, Hosted, OnFailure, OnFinish};
use hostkit::param::{Stop, Tasks};
use hostkit::report::{Ending, Status, StopCause};
use hostkit::{BoxError, Every, Host, HostHandle};
use tokio::time::Instant;

use super::world::{Diary, Page, ends, lived, millis, noted, obedient, pass, secs, started};

/// Is done after this many seconds.
fn brief(seconds: u64) -> Hosted {
    Hosted::new(move || async move { pass(secs(seconds)).await })
}

#[tokio::test(start_paused = true)]
async fn the_host_goes_on_without_what_returned() {
    let host = started(Host::builder().service("a", brief(1)).service("b", obedient)).await;
    pass(secs(3600)).await;
    assert_eq!(host.handle().status(), Status::Ready);
    assert!(host.handle().service("a").unwrap().is_healthy());
    let report = host.stop().await;
    let a = report.service("a").unwrap();
    assert_eq!((a.ending(), a.runs(), a.stop_took()), (Some(Ending::Finished), 1, None));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn on_finish_stop_stops_the_host_cleanly() {
    let host = Host::builder().service("a", brief(1).on_finish(OnFinish::Stop)).service("b", obedient);
    let report = lived(host).await;
    assert_eq!(report.cause(), Some(&StopCause::Finished("a".into())));
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Finished));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(report.exit_code(), 0);
}

#[tokio::test(start_paused = true)]
async fn on_finish_restart_runs_again_and_uses_up_no_budget() {
    let service =
        Hosted::new(|| async {}).on_finish(OnFinish::Restart).backoff(Backoff::new(secs(1), secs(1)));
    let service = service.on_failure(OnFailure::Restart); // which the budget is for
    let host = started(Host::builder().service("a", service.max_restarts(1))).await;
    pass(millis(100_500)).await;
    assert_eq!(host.handle().service("a").unwrap().runs(), 101);
    assert_eq!(host.handle().service("a").unwrap().failures(), 0);
    let report = host.stop().await;
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn on_finish_says_nothing_about_failures() {
    let service = Hosted::new(|| async { Err::<(), BoxError>("no".into()) }).on_finish(OnFinish::Restart);
    let report = lived(Host::builder().service("a", service)).await;
    assert_eq!((report.exit_code(), report.service("a").unwrap().runs()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn on_failure_says_nothing_about_returning() {
    let service = brief(1).on_failure(OnFailure::Restart);
    let report = lived(Host::builder().service("a", service)).await;
    let a = report.service("a").unwrap();
    assert_eq!((a.runs(), a.restarts(), a.ending()), (1, 0, Some(Ending::Finished)));
}

#[tokio::test(start_paused = true)]
async fn finite_work_ends_the_host_by_itself() {
    let begun = Instant::now();
    let mut host = started(Host::builder().service("a", brief(3)).service("b", brief(5))).await;
    let report = ends(host.wait()).await;
    assert_eq!(begun.elapsed(), secs(5));
    assert_eq!(report.cause(), Some(&StopCause::NoWorkLeft));
    assert_eq!(report.exit_code(), 0);
    assert!(report.services().iter().all(|service| service.ending() == Some(Ending::Finished)));
}

/// It has started, and was done by then: that is no failed start.
#[tokio::test(start_paused = true)]
async fn work_that_is_done_at_once_has_started() {
    let host = ends(Host::builder().service("a", || async {}).build().unwrap().start()).await;
    let report = ends(host.expect("it started").wait()).await;
    assert_eq!(report.cause(), Some(&StopCause::NoWorkLeft));
    assert!(report.started_in().is_some());
    assert!(report.is_clean());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_is_done_at_once_has_started_on_many_threads_too() {
    for _ in 0..100 {
        let host = Host::builder()
            .service("a", || async {})
            .service("b", || async {})
            .build()
            .unwrap()
            .start()
            .await;
        let report = host.expect("it started").wait().await;
        assert_eq!(report.cause(), Some(&StopCause::NoWorkLeft));
    }
}

/// A host that is still starting has work left.
#[tokio::test(start_paused = true)]
async fn an_early_return_does_not_end_the_start() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("migrate", || async {})
        .service(
            "warm",
            Hosted::new(|ready: hostkit::param::Ready| async move {
                pass(secs(5)).await;
                ready.notify();
            })
            .after(["migrate"]),
        )
        .service("web", Hosted::new(noted).after(["warm"]));
    let report = started(host).await.stop().await;
    assert_eq!(diary.all(), ["web began", "web told"]);
    assert_eq!(report.cause(), Some(&StopCause::Requested));
}

#[tokio::test(start_paused = true)]
async fn a_timer_keeps_the_host_alive() {
    let host = Host::builder().service("a", brief(1)).timed("t", Every::secs(60), || async {});
    let host = started(host).await;
    pass(secs(3600)).await;
    assert_eq!(host.handle().stop_cause(), None);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_task_keeps_the_host_alive() {
    let begun = Instant::now();
    let report = lived(Host::builder().service("a", |tasks: Tasks| async move {
        tasks.spawn("long", pass(secs(100))).unwrap();
    }))
    .await;
    assert_eq!(begun.elapsed(), secs(100));
    assert_eq!((report.cause(), report.finished_tasks()), (Some(&StopCause::NoWorkLeft), 1));
}

#[tokio::test(start_paused = true)]
async fn a_queued_closure_keeps_the_host_alive() {
    let begun = Instant::now();
    let report = lived(Host::builder().service("a", |tasks: Tasks| async move {
        for _ in 0..3 {
            tasks.enqueue(|_: Stop| pass(secs(10))).await.unwrap();
        }
    }))
    .await;
    assert_eq!(begun.elapsed(), secs(30));
    assert_eq!((report.cause(), report.finished_tasks()), (Some(&StopCause::NoWorkLeft), 3));
}

/// A task may start another: as long as one runs there is work left.
#[tokio::test(start_paused = true)]
async fn tasks_that_start_tasks_keep_the_host_alive() {
    fn chain(tasks: Tasks, left: u32) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(async move {
            pass(secs(10)).await;
            if left > 0 {
                tasks.spawn("next", chain(tasks.clone(), left - 1)).unwrap();
            }
        })
    }
    let begun = Instant::now();
    let report = lived(Host::builder().service("a", |tasks: Tasks| async move {
        tasks.spawn("first", chain(tasks.clone(), 9)).unwrap();
    }))
    .await;
    assert_eq!(begun.elapsed(), secs(100));
    assert_eq!(report.finished_tasks(), 10);
}

#[tokio::test(start_paused = true)]
async fn finishing_in_the_instant_of_a_stop_is_clean() {
    let host = started(Host::builder().service("a", brief(1)).service("b", obedient)).await;
    pass(secs(1)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
    assert!(matches!(report.service("a").unwrap().ending(), Some(Ending::Finished | Ending::Stopped)));
}

#[tokio::test(start_paused = true)]
async fn on_finish_stop_in_the_middle_of_a_start_ends_cleanly() {
    let diary = Diary::new();
    let host =
        Host::builder().provide(diary.clone()).service("a", brief(1).on_finish(OnFinish::Stop)).service(
            "b",
            Hosted::new(|ready: hostkit::param::Ready, page: Page, stop: Stop| async move {
                stop.requested().await;
                page.note("told");
                drop(ready);
            }),
        );
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    assert_eq!(error.to_string(), "the host did not start, because of the end of `a`");
    assert_eq!(diary.all(), ["b told"]);
    assert_eq!(error.report().exit_code(), 0);
}

#[tokio::test(start_paused = true)]
async fn no_work_left_waits_for_no_drain() {
    let begun = Instant::now();
    let report = lived(Host::builder().service("a", brief(1)).drain_delay(secs(30))).await;
    assert_eq!(begun.elapsed(), secs(1), "nobody is there to be drained");
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_handle_outlives_the_host() {
    let host = started(Host::builder().service("a", obedient)).await;
    let handle: HostHandle = host.handle();
    host.stop().await;
    assert_eq!(handle.status(), Status::Stopped);
    assert_eq!(handle.service("a").unwrap().state().ending(), Some(Ending::Stopped));
    handle.stop();
    assert_eq!(handle.stop_cause(), Some(StopCause::Requested));
}
