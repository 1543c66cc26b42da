//! The stop: asked for from anywhere, level by level in reverse, and no earlier than it should be.

use hostkit::builder::{Hosted, Moment, OnFinish};
use hostkit::param::{Dep, Ready, Stop};
use hostkit::report::{Ending, Outcome, State, Status, StopCause};
use hostkit::{Every, Host, HostHandle};
use tokio::sync::oneshot;
use tokio::time::Instant;

use super::world::{Diary, Page, ends, lived, millis, noted, obedient, pass, refused, secs, started};

/// Takes five seconds to stop.
async fn slow(page: Page, stop: Stop) {
    stop.requested().await;
    page.note("told");
    pass(secs(5)).await;
    page.note("ended");
}

#[tokio::test(start_paused = true)]
async fn services_stop_in_reverse() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(slow).after(["a"]))
        .service("c", Hosted::new(noted).after(["b"]));
    let report = started(host).await.stop().await;
    assert_eq!(diary.all()[2..], ["c told", "b told", "b ended", "a told"]);
    assert_eq!(report.stopped_in(), Some(secs(5)));
    assert_eq!(report.service("b").unwrap().stop_took(), Some(secs(5)));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn all_of_a_level_stop_together() {
    let diary = Diary::new();
    let host =
        Host::builder().provide(diary.clone()).service("a", slow).service("b", slow).service("c", slow);
    let report = started(host).await.stop().await;
    assert_eq!(report.stopped_in(), Some(secs(5)), "not 15 s");
    assert!(diary.all()[..3].iter().all(|line| line.ends_with("told")));
}

#[tokio::test(start_paused = true)]
async fn a_level_waits_for_the_whole_level_above() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("db", slow)
        .service("quick", Hosted::new(noted).after(["db"]))
        .service("slow", Hosted::new(slow).after(["db"]));
    let report = started(host).await.stop().await;
    assert!(diary.position("slow ended") < diary.position("db told"));
    assert_eq!(report.stopped_in(), Some(secs(10)));
}

#[tokio::test(start_paused = true)]
async fn a_handle_stops_the_host_from_within() {
    let host =
        Host::builder().service("b", obedient).service("a", |host: HostHandle, stop: Stop| async move {
            pass(secs(3)).await;
            host.stop();
            host.stop();
            stop.requested().await;
        });
    let report = lived(host).await;
    assert_eq!(report.cause(), Some(&StopCause::Requested));
    assert!(report.is_clean());
    assert!(report.services().iter().all(|service| service.ending() == Some(Ending::Stopped)));
}

#[tokio::test(start_paused = true)]
async fn the_first_cause_is_the_one_that_is_told() {
    let mut host = started(Host::builder().service("a", obedient).service(
        "b",
        |host: HostHandle, stop: Stop| async move {
            stop.requested().await;
            host.stop();
            panic!("late");
        },
    ))
    .await;
    host.handle().stop();
    let report = host.wait().await;
    assert_eq!(report.cause(), Some(&StopCause::Requested));
    assert_eq!(report.exit_code(), 1, "the panic counts all the same");
}

#[tokio::test(start_paused = true)]
async fn the_status_goes_its_way() {
    let diary = Diary::new();
    let say = |moment| {
        move |diary: Dep<Diary>, host: HostHandle| async move {
            diary.note(format!("{moment} {:?}", host.status()))
        }
    };
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", obedient)
        .on(Moment::Starting, say("starting"))
        .on(Moment::Started, say("started"))
        .on(Moment::Stopping, say("stopping"))
        .on(Moment::Stopped, say("stopped"));
    let host = started(host).await;
    let handle = host.handle();
    diary.note(format!("{:?}", handle.status()));
    host.stop().await;
    diary.note(format!("{:?}", handle.status()));
    let all = [
        "starting Starting",
        "started Starting",
        "Ready",
        "stopping Stopping",
        "stopped Stopping",
        "Stopped",
    ];
    assert_eq!(diary.all(), all);
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_the_middle_of_a_start_is_clean() {
    async fn stuck(page: Page, ready: Ready, stop: Stop) {
        page.note("began");
        stop.requested().await;
        page.note("told");
        drop(ready);
    }
    let (diary, (handle, got)) = (Diary::new(), oneshot::channel());
    let handle = std::sync::Mutex::new(Some(handle));
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(stuck).after(["a"]))
        .service("c", Hosted::new(noted).after(["b"]))
        .on(Moment::Starting, move |host: HostHandle| {
            let handle = handle.lock().unwrap().take();
            async move { drop(handle.map(|handle| handle.send(host))) }
        });
    let stopping = async {
        let handle = got.await.unwrap();
        pass(secs(5)).await;
        handle.stop();
    };
    let (host, ()) = tokio::join!(ends(host.build().unwrap().start()), stopping);
    let error = host.expect_err("it did not start");
    assert_eq!(error.to_string(), "the host did not start, because of a request");
    assert_eq!(diary.all(), ["a began", "b began", "b told", "a told"]);
    let report = error.report();
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Clean, 0));
    assert_eq!(report.service("c").unwrap().ending(), None);
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_a_starting_hook_starts_nothing() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .on(Moment::Starting, |host: HostHandle| async move { host.stop() });
    let report = refused(host).await;
    assert_eq!((report.exit_code(), report.cause()), (0, Some(&StopCause::Requested)));
    assert_eq!(diary.all(), [""; 0]);
}

/// It gives up before it was ready, by asking for a stop: that is no failed start.
#[tokio::test(start_paused = true)]
async fn a_service_that_asks_for_a_stop_before_it_is_ready_ends_cleanly() {
    let host =
        Host::builder().service("b", obedient).service("a", |host: HostHandle, ready: Ready| async move {
            host.stop();
            drop(ready);
        });
    let report = refused(host).await;
    assert_eq!(report.cause(), Some(&StopCause::Requested));
    assert_eq!(report.exit_code(), 0, "{report}");
    assert_eq!(report.service("a").unwrap().failures(), 0, "{report}");
}

/// Of three levels, the last one asks for a stop in its first breath.
#[tokio::test(start_paused = true)]
async fn a_stop_by_the_last_to_start_stops_all() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(noted).after(["a"]))
        .service("c", Hosted::new(|host: HostHandle| async move { host.stop() }).after(["b"]));
    let report = lived(host).await;
    assert_eq!(diary.all(), ["a began", "b began", "b told", "a told"]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn the_drain_delay_comes_first_and_is_not_counted() {
    async fn witness(host: HostHandle, page: Page, stop: Stop) {
        while host.status() != Status::Stopping {
            pass(millis(100)).await;
        }
        page.note("readiness is red");
        stop.requested().await;
        page.note("told");
        let left = stop.deadline().unwrap() - Instant::now();
        assert_eq!(left, secs(2), "the host's whole stop timeout is left");
    }
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("witness", witness)
        .timed("t", Every::secs(1), |page: Page| async move { page.note("ran") })
        .on(Moment::Stopping, |page: Page| async move { page.note("hook") })
        .drain_delay(secs(5))
        .stop_timeout(secs(2));
    let host = started(host).await;
    pass(millis(500)).await;
    let begun = Instant::now();
    let report = host.stop().await;
    assert_eq!(begun.elapsed(), secs(5));
    assert_eq!(diary.count("t ran"), 6, "timers fire while it drains: {:?}", diary.all());
    let all = diary.all();
    let tail: Vec<_> = all.iter().filter(|line| *line != "t ran").collect();
    assert_eq!(tail, ["witness readiness is red", "on-stopping hook", "witness told"]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn what_finishes_while_it_drains_has_finished() {
    let host = Host::builder()
        .service("a", |host: HostHandle| async move {
            while host.status() != Status::Stopping {
                pass(millis(100)).await;
            }
        })
        .service("b", obedient)
        .drain_delay(secs(5));
    let report = started(host).await.stop().await;
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Finished));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_waits_for_no_drain() {
    let begun = Instant::now();
    let host = Host::builder().service("a", |_ready: Ready| async {}).drain_delay(secs(30));
    refused(host).await;
    assert_eq!(begun.elapsed(), secs(0));
}

#[tokio::test(start_paused = true)]
async fn wait_and_stop_see_the_same_end() {
    let mut host = started(Host::builder().service("a", obedient)).await;
    let handle = host.handle();
    let stopping = async {
        pass(secs(1)).await;
        handle.stop();
    };
    let (report, ()) = tokio::join!(host.wait(), stopping);
    assert_eq!((report.cause(), report.exit_code()), (Some(&StopCause::Requested), 0));
}

#[tokio::test(start_paused = true)]
async fn states_change_as_the_stop_goes_on() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", slow)
        .service("b", Hosted::new(slow).after(["a"]));
    let host = started(host).await;
    let handle = host.handle();
    let watching = async {
        let state = |name: &str| handle.service(name).unwrap().state();
        pass(secs(2)).await;
        assert_eq!((state("a"), state("b")), (State::Running, State::Stopping));
        pass(secs(5)).await;
        assert_eq!((state("a"), state("b")), (State::Stopping, State::Ended(Ending::Stopped)));
    };
    let (report, ()) = tokio::join!(host.stop(), watching);
    assert!(report.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_service_that_would_run_again_does_not_once_it_was_told() {
    let host =
        Host::builder().provide(Diary::new()).service("a", Hosted::new(slow).on_finish(OnFinish::Restart));
    let report = started(host).await.stop().await;
    let a = report.service("a").unwrap();
    assert_eq!((a.runs(), a.ending()), (1, Some(Ending::Stopped)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_stops_at_once_are_one() {
    for _ in 0..50 {
        let host = Host::builder().service("a", obedient).service("b", Hosted::new(obedient).after(["a"]));
        let host = host.build().unwrap().start().await.unwrap();
        let askers: Vec<_> = (0..4)
            .map(|_| {
                let handle = host.handle();
                tokio::spawn(async move { handle.stop() })
            })
            .collect();
        let report = host.stop().await;
        assert!(report.is_clean());
        for asker in askers {
            asker.await.unwrap();
        }
    }
}

/// From the first instant of the start to the last, a stop leaves nothing up and nothing failed.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_at_any_instant_of_the_start_is_clean() {
    async fn quick(ready: Ready, stop: Stop) {
        tokio::task::yield_now().await;
        ready.notify();
        stop.requested().await;
    }
    for round in 0..200u32 {
        let host = Host::builder()
            .service("a", quick)
            .service("b", Hosted::new(quick).after(["a"]))
            .service("c", Hosted::new(quick).after(["b"]))
            .on(Moment::Starting, move |host: HostHandle| async move {
                tokio::spawn(async move {
                    for _ in 0..round % 40 {
                        tokio::task::yield_now().await;
                    }
                    host.stop();
                });
            });
        let report = lived(host).await;
        assert_eq!((report.exit_code(), report.cause()), (0, Some(&StopCause::Requested)), "{report}");
        assert!(
            report.services().iter().all(|s| matches!(s.ending(), Some(Ending::Stopped) | None)),
            "{report}"
        );
    }
}
