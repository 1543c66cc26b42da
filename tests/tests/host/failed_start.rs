//! A start that fails: what had come up is taken down again, in reverse, and the root cause is what is told.

use hostkit::builder::{Hosted, Moment};
use hostkit::param::{Ready, Stop};
use hostkit::report::{Ending, Outcome, State, StopCause};
use hostkit::{BoxError, Host, Result};
use tokio::time::Instant;

use super::world::{Diary, Page, ends, millis, noted, obedient, pass, refused, secs, stubborn};

async fn broken(_ready: Ready) -> Result {
    Err("broken".into())
}

/// Not ready before it is told to stop.
async fn waiting(_ready: Ready, stop: Stop) {
    stop.requested().await;
}

#[tokio::test(start_paused = true)]
async fn exactly_what_had_started_is_stopped_in_reverse() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .service("b", Hosted::new(noted).after(["a"]))
        .service("c", Hosted::new(broken).after(["b"]))
        .service("d", Hosted::new(noted).after(["c"]));
    let report = refused(host).await;
    assert_eq!(diary.all(), ["a began", "b began", "b told", "a told"]);
    let endings: Vec<_> = report.services().iter().map(|service| service.ending()).collect();
    assert_eq!(endings, [Some(Ending::Stopped), Some(Ending::Stopped), Some(Ending::Failed), None]);
    assert_eq!(report.service("d").unwrap().runs(), 0);
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::StartFailed, 3));
    assert_eq!(report.started_in(), None);
}

#[tokio::test(start_paused = true)]
async fn what_is_still_starting_is_told_too() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("slow", |page: Page, ready: Ready, stop: Stop| async move {
            waiting(ready, stop).await;
            page.note("told");
        })
        .service("broken", broken);
    let report = refused(host).await;
    assert_eq!(diary.all(), ["slow told"]);
    assert_eq!(report.service("slow").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn the_root_cause_is_told_and_not_the_cancellations_that_it_caused() {
    let host = Host::builder()
        .service("a", |ready: Ready, stop: Stop| async move {
            stop.requested().await;
            drop(ready);
            Err::<(), BoxError>("cancelled".into())
        })
        .service("b", |_ready: Ready| async {
            pass(millis(50)).await;
            Err::<(), BoxError>("root".into())
        });
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    assert_eq!(error.to_string(), "the host did not start: `b` failed to start: root");
    let a = error.report().service("a").unwrap();
    assert_eq!((a.failures(), a.last_error().map(|e| &**e)), (0, Some("cancelled")), "excused, but kept");
    assert_eq!(a.ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn of_two_that_fail_at_once_both_are_in_the_report() {
    let host = Host::builder().service("a", broken).service("b", broken);
    let report = refused(host).await;
    for service in report.services() {
        assert_eq!((service.failures(), service.ending()), (1, Some(Ending::Failed)), "{report}");
    }
    assert_eq!(report.exit_code(), 3);
}

#[tokio::test(start_paused = true)]
async fn the_whole_start_has_its_time() {
    async fn half(ready: Ready, stop: Stop) {
        pass(secs(20)).await;
        ready.notify();
        stop.requested().await;
    }
    let begun = Instant::now();
    let host = Host::builder()
        .service("a", half)
        .service("b", Hosted::new(half).after(["a"]))
        .start_timeout(secs(25));
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    assert_eq!(
        begun.elapsed(),
        secs(25 + 10),
        "`b` is stopped in its ten seconds, though it does not listen"
    );
    assert_eq!(
        error.to_string(),
        "the host did not start: `b` had not started within the host's `start_timeout` of 25s"
    );
    assert_eq!(error.report().service("a").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(error.report().exit_code(), 3, "a failed start comes before an abort");
}

#[tokio::test(start_paused = true)]
async fn a_stubborn_start_is_aborted_in_the_end() {
    let host = Host::builder().service("broken", broken).service("stubborn", |ready: Ready| async move {
        stubborn().await;
        ready.notify();
    });
    let report = refused(host).await;
    assert_eq!(report.service("stubborn").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(report.exit_code(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_failing_starting_hook_starts_nothing() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .on(Moment::Starting, || async { Err::<(), BoxError>("no licence".into()) })
        .service("web", noted);
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    assert_eq!(error.to_string(), "the host did not start: `on-starting` (on starting) failed: no licence");
    assert_eq!(diary.all(), [""; 0]);
    assert_eq!(error.report().exit_code(), 3);
    assert_eq!(error.report().service("web").unwrap().ending(), None);
}

#[tokio::test(start_paused = true)]
async fn a_failing_started_hook_stops_everything_again() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .on(Moment::Started, || async { Err::<(), BoxError>("no".into()) })
        .service("web", noted);
    let report = refused(host).await;
    assert_eq!(diary.all(), ["web began", "web told"]);
    assert_eq!(
        report.cause(),
        Some(&StopCause::StartFailed("on-started".into(), "(on started) failed: no".into()))
    );
    assert_eq!((report.exit_code(), report.hooks().len()), (3, 1));
}

/// What failed after it had started is a failed service, whether or not the others had started by then.
#[tokio::test(start_paused = true)]
async fn a_service_that_fails_while_others_start_stops_the_start() {
    let host = Host::builder()
        .service("a", || async {
            pass(secs(1)).await;
            Err::<(), BoxError>("gone".into())
        })
        .service("b", Hosted::new(waiting).after(["a"]))
        .service("c", Hosted::new(obedient).after(["b"]));
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    assert_eq!(error.to_string(), "the host did not start, because of the failure of `a`");
    let report = error.report();
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.service("a").unwrap().last_error().map(|e| &**e), Some("gone"));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(report.service("c").unwrap().ending(), None);
}

#[tokio::test(start_paused = true)]
async fn a_failed_start_shows_in_the_states_from_the_outside() {
    let host = Host::builder()
        .provide(Diary::new())
        .service("broken", broken)
        .service("later", Hosted::new(noted).after(["broken"]))
        .on(Moment::Stopped, |host: hostkit::HostHandle| async move {
            assert_eq!(host.service("later").unwrap().state(), State::Waiting);
            assert_eq!(host.service("broken").unwrap().state(), State::Ended(Ending::Failed));
            assert!(!host.service("broken").unwrap().is_healthy());
        });
    let report = refused(host).await;
    assert!(report.hooks().is_empty(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn the_error_of_a_failed_start_prints_the_whole_report() {
    let host = Host::builder().service("web", broken);
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    let text = format!("{error:?}");
    assert!(text.starts_with("the host did not start: `web` failed to start: broken\n"), "{text}");
    assert!(text.contains("web: failed after 1 run, 1 failure; last error: broken"), "{text}");
}
