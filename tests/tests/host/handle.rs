//! The handle: what it tells of a host and its services, and what it says to a name that is none.

use hostkit::{
    Backoff, BoxError, Ending, Every, Host, HostHandle, Hosted, OnFailure, Ready, ServiceOptions, State,
    Stop, StopCause,
};

use super::world::{Diary, lived, obedient, pass, secs, started};

#[tokio::test(start_paused = true)]
async fn it_tells_of_every_service_by_name() {
    let host = Host::builder()
        .service("zeta", obedient)
        .service("alpha.beta-1", obedient)
        .service("beta", Hosted::of(obedient).after(["zeta"]));
    let host = started(host).await;
    let names: Vec<_> = host.handle().services().map(|service| service.name().to_owned()).collect();
    assert_eq!(names, ["alpha.beta-1", "beta", "zeta"]);
    for name in names {
        assert_eq!(host.handle().service(&name).name(), name);
    }
    host.stop().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "no service named `heartbaet`; did you mean `heartbeat`?")]
async fn a_name_that_is_none_panics_with_the_nearest() {
    let host = started(Host::builder().service("heartbeat", obedient).service("web", obedient)).await;
    host.handle().service("heartbaet");
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "no service named `x`")]
async fn a_name_that_is_near_to_nothing_panics_too() {
    let host = started(Host::builder().service("heartbeat", obedient)).await;
    host.handle().service("x");
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_switched_off_is_none() {
    let host = Host::builder().service("on", obedient).service("off", Hosted::of(obedient).enabled(false));
    let host = started(host).await;
    assert!(host.handle().find_service("off").is_none());
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn it_counts_runs_failures_and_restarts() {
    async fn fails_each_ten_seconds() -> hostkit::Result {
        pass(secs(9)).await;
        Err("no".into())
    }
    let service = Hosted::of(fails_each_ten_seconds).on_failure(OnFailure::Restart).max_restarts(100);
    let host = Host::builder().service("a", service.backoff(Backoff::new(secs(1), secs(1)))).timed(
        "t",
        Every::secs(10),
        || async { Err::<(), BoxError>("late".into()) },
    );
    let host = started(host).await;
    pass(secs(35)).await;
    let (a, t) = (host.handle().service("a"), host.handle().service("t"));
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
