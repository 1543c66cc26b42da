//! The handle: what it tells of a host and its services, and what it says to a name that is none.

use hostkit::builder::{Backoff, Hosted, Moment, OnFailure};
use hostkit::param::{Ready, Stop};
use hostkit::report::{Ending, State, Status, StopCause};
use hostkit::{BoxError, Every, Host, HostHandle};

use hostkit::testing::TestHost;

use super::world::{Diary, Page, ends, lived, millis, obedient, pass, refused, secs, started};

#[tokio::test(start_paused = true)]
async fn it_tells_of_every_service_by_name() {
    let host = Host::builder()
        .service("zeta", obedient)
        .service("alpha.beta-1", obedient)
        .service("beta", Hosted::new(obedient).after(["zeta"]));
    let host = started(host).await;
    let names: Vec<_> = host.handle().services().iter().map(|service| service.name().to_owned()).collect();
    assert_eq!(names, ["alpha.beta-1", "beta", "zeta"]);
    for name in names {
        assert_eq!(host.handle().service(&name).unwrap().name(), name);
    }
    host.stop().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "no service named `heartbaet`; did you mean `heartbeat`?")]
async fn under_test_a_name_that_is_none_panics_with_the_nearest() {
    let host = TestHost::empty().service("heartbeat", obedient).service("web", obedient);
    host.start().await.unwrap().service("heartbaet");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "no service named `x`")]
async fn a_name_that_is_near_to_nothing_panics_too() {
    let host = TestHost::empty().service("heartbeat", obedient).start().await.unwrap();
    host.service("x");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_switched_off_is_none() {
    let host = Host::builder().service("on", obedient).service("off", Hosted::new(obedient).enabled(false));
    let host = started(host).await;
    assert!(host.handle().service("off").is_none());
    assert!(host.handle().service("never-was").is_none());
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn it_counts_runs_failures_and_restarts() {
    async fn fails_each_ten_seconds() -> hostkit::Result {
        pass(secs(9)).await;
        Err("no".into())
    }
    let service = Hosted::new(fails_each_ten_seconds).on_failure(OnFailure::Restart).max_restarts(100);
    let host = Host::builder().service("a", service.backoff(Backoff::new(secs(1), secs(1)))).timed(
        "t",
        Every::secs(10),
        || async { Err::<(), BoxError>("late".into()) },
    );
    let host = started(host).await;
    pass(secs(35)).await;
    let (a, t) = (host.handle().service("a").unwrap(), host.handle().service("t").unwrap());
    assert_eq!((a.runs(), a.failures(), a.restarts()), (4, 3, 3));
    assert_eq!((t.runs(), t.failures(), t.restarts()), (4, 4, 0));
    assert_eq!(a.last_error().as_deref(), Some("no"));
    assert_eq!(t.last_error().as_deref(), Some("late"));
    assert!(a.is_healthy() && t.is_healthy());
}

#[tokio::test(start_paused = true)]
async fn states_have_their_words() {
    let words = [
        (State::Waiting, "waiting"),
        (State::Starting, "starting"),
        (State::Running, "running"),
        (State::Restarting, "restarting"),
        (State::Stopping, "stopping"),
        (State::Ended(Ending::Stopped), "stopped"),
        (State::Ended(Ending::Finished), "finished"),
        (State::Ended(Ending::Failed), "failed"),
        (State::Ended(Ending::Aborted), "aborted"),
    ];
    for (state, word) in words {
        assert_eq!((state.to_string().as_str(), state.as_str()), (word, word));
        assert_eq!(format!("{state:>12}").len(), 12);
    }
}

#[tokio::test(start_paused = true)]
async fn the_cause_of_the_stop_is_known_to_those_who_stop() {
    let host = Host::builder()
        .provide(Diary::new())
        .service("a", |host: HostHandle, stop: Stop| async move {
            assert_eq!(host.stop_cause(), None);
            stop.requested().await;
            assert_eq!(host.stop_cause(), Some(StopCause::Failed("b".into())));
        })
        .service("b", |ready: Ready| async {
            ready.notify();
            pass(secs(1)).await;
            Err::<(), BoxError>("no".into())
        });
    let report = lived(host).await;
    assert_eq!(report.service("a").unwrap().failures(), 0, "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_wait_that_loses_a_select_is_begun_again() {
    let brief = || async {
        pass(secs(5)).await;
        Err::<(), BoxError>("no".into())
    };
    let mut host = started(Host::builder().service("brief", brief)).await;
    let mut lost = 0;
    let report = loop {
        tokio::select! {
            biased;
            report = host.wait() => break report,
            () = pass(secs(2)) => lost += 1,
        }
        assert_eq!(host.handle().status(), Status::Ready);
    };
    assert_eq!((lost, report.cause()), (2, Some(&StopCause::Failed("brief".into()))));
}

#[tokio::test(start_paused = true)]
async fn a_wait_after_the_end_is_told_of_it_again() {
    let mut host = started(Host::builder().service("a", obedient)).await;
    host.handle().stop();
    let first = ends(host.wait()).await;
    let second = ends(host.wait()).await;
    assert_eq!(format!("{first:?}"), format!("{second:?}"));
    let third = ends(host.stop()).await;
    assert_eq!(format!("{first:?}"), format!("{third:?}"));
}

#[tokio::test(start_paused = true)]
async fn ready_waits_until_everything_has_started() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("asks", |page: Page, host: HostHandle, stop: Stop| async move {
            assert_eq!(host.status(), Status::Starting);
            assert!(host.ready().await);
            page.note("knows");
            stop.requested().await;
        })
        .service("slow", |page: Page, ready: Ready, stop: Stop| async move {
            pass(secs(3)).await;
            page.note("is ready");
            ready.notify();
            stop.requested().await;
        });
    let host = started(host).await;
    pass(millis(1)).await;
    assert_eq!(diary.all(), ["slow is ready", "asks knows"]);
    let handle = host.handle();
    assert!(ends(handle.ready()).await);
    let report = ends(host.stop()).await;
    assert!(report.is_clean(), "{report}");
    assert!(ends(handle.ready()).await, "it was ready");
}

#[tokio::test(start_paused = true)]
async fn ready_says_no_once_a_stop_is_asked_for_before() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("asks", |page: Page, host: HostHandle| async move {
            page.note(if host.ready().await { "yes" } else { "no" });
        })
        .service("stops", |_ready: Ready, host: HostHandle, stop: Stop| async move {
            pass(secs(1)).await;
            host.stop();
            stop.requested().await;
        });
    refused(host).await;
    assert_eq!(diary.all(), ["asks no"]);
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_ends_both_waits() {
    let (give, handle) = tokio::sync::oneshot::channel();
    let give = std::sync::Mutex::new(Some(give));
    let host = Host::builder()
        .on(Moment::Starting, move |host: HostHandle| {
            let give = give.lock().unwrap().take();
            async move { drop(give.map(|give| give.send(host))) }
        })
        .service("broken", |_ready: Ready| async {
            pass(secs(1)).await;
            Err::<(), BoxError>("no".into())
        });
    let outside = async {
        let handle = handle.await.unwrap();
        let was_ready = handle.ready().await;
        handle.stopped().await;
        (was_ready, handle.status())
    };
    let (_, seen) = ends(async { tokio::join!(refused(host), outside) }).await;
    assert_eq!(seen, (false, Status::Stopped));
}

#[tokio::test(start_paused = true)]
async fn stopped_waits_for_the_end_and_asks_for_none() {
    let host = Host::builder().service("slow", |stop: Stop| async move {
        stop.requested().await;
        pass(secs(2)).await;
    });
    let host = started(host).await;
    let handle = host.handle();
    assert!(tokio::time::timeout(secs(5), handle.stopped()).await.is_err());
    assert_eq!(handle.status(), Status::Ready);
    handle.stop();
    assert!(tokio::time::timeout(secs(1), handle.stopped()).await.is_err());
    ends(handle.stopped()).await;
    assert_eq!(handle.status(), Status::Stopped);
    ends(handle.stopped()).await;
    assert!(ends(host.stop()).await.is_clean());
}
