//! Hooks: when they run, what they see, what they have, and what their failure does.

use hostkit::builder::{Hook, Hosted, Moment};
use hostkit::param::{Dep, Stop, Tasks};
use hostkit::report::{Ending, Outcome, State, StopCause};
use hostkit::{BoxError, Host, HostHandle};
use tokio::time::Instant;

use super::world::{
    Diary, Page, Parting, ends, lived, millis, noted, obedient, pass, refused, secs, started, stubborn,
};

async fn hooked(page: Page) {
    page.note("ran");
}

#[tokio::test(start_paused = true)]
async fn each_moment_comes_in_its_place() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .on(Moment::Stopped, hooked)
        .on(Moment::Stopping, hooked)
        .on(Moment::Started, hooked)
        .on(Moment::Starting, hooked)
        .service("a", noted);
    started(host).await.stop().await;
    let all = ["on-starting ran", "a began", "on-started ran", "on-stopping ran", "a told", "on-stopped ran"];
    assert_eq!(diary.all(), all);
}

#[tokio::test(start_paused = true)]
async fn all_hooks_of_a_moment_run_together() {
    let diary = Diary::new();
    let slow = |page: Page| async move {
        pass(secs(5)).await;
        page.note("ran");
    };
    let host = Host::builder().provide(diary.clone()).service("a", obedient);
    let host = (0..3).fold(host, |host, _| host.on(Moment::Starting, slow).on(Moment::Stopping, slow));
    let begun = Instant::now();
    let host = started(host).await;
    assert_eq!(begun.elapsed(), secs(5));
    let report = host.stop().await;
    assert_eq!(report.stopped_in(), Some(secs(5)));
    assert_eq!((diary.count("on-starting ran"), diary.count("on-stopping ran")), (3, 3));
}

#[tokio::test(start_paused = true)]
async fn hooks_see_the_host_as_it_is() {
    let host = Host::builder()
        .service("a", obedient)
        .on(Moment::Starting, |host: HostHandle| async move {
            assert_eq!(host.service("a").unwrap().state(), State::Waiting)
        })
        .on(Moment::Started, |host: HostHandle| async move {
            assert_eq!(host.service("a").unwrap().state(), State::Running)
        })
        .on(Moment::Stopping, |host: HostHandle| async move {
            assert_eq!(host.service("a").unwrap().state(), State::Running)
        })
        .on(Moment::Stopped, |host: HostHandle| async move {
            assert_eq!(host.service("a").unwrap().state(), State::Ended(Ending::Stopped));
        });
    let report = started(host).await.stop().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_hook_is_no_service() {
    let host = Host::builder().provide(Diary::new()).service("a", obedient).on(Moment::Started, hooked);
    let host = started(host).await;
    assert!(host.handle().service("on-started").is_none());
    assert_eq!(host.stop().await.services().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_hangs_fails_the_start_after_ten_seconds() {
    let begun = Instant::now();
    let host = Host::builder().service("a", obedient).on(Moment::Started, stubborn);
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(10));
    let how = "(on started) failed: did not end within 10.0s and was aborted";
    assert_eq!(report.cause(), Some(&StopCause::StartFailed("on-started".into(), how.into())));
    assert_eq!(report.exit_code(), 3);
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_hook_has_no_more_than_the_whole_start() {
    let begun = Instant::now();
    let host = Host::builder().service("a", obedient).on(Moment::Starting, stubborn).start_timeout(secs(4));
    assert_eq!(refused(host).await.exit_code(), 3);
    assert_eq!(begun.elapsed(), secs(4));
}

#[tokio::test(start_paused = true)]
async fn a_stopping_hook_that_hangs_is_aborted_and_the_stop_goes_on() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", noted).on(
        Moment::Stopping,
        |page: Page| async move {
            let _held = Parting(page);
            stubborn().await;
        },
    );
    let report = ends(started(host).await.stop()).await;
    assert_eq!(diary.all(), ["a began", "on-stopping dropped", "a told"]);
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Failed, 1));
    assert_eq!(report.hooks()[0].failure().to_string(), "did not end within 10.0s and was aborted");
    assert_eq!(report.hooks()[0].moment(), Moment::Stopping);
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn what_hangs_at_the_very_end_has_the_close_timeout() {
    let host = Host::builder().service("a", obedient).on(Moment::Stopped, stubborn).close_timeout(secs(3));
    let begun = Instant::now();
    let report = ends(started(host).await.stop()).await;
    assert_eq!(begun.elapsed(), secs(3));
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.hooks()[0].failure().to_string(), "did not end within 3.0s and was aborted");
}

#[tokio::test(start_paused = true)]
async fn a_failing_hook_at_the_end_is_exit_code_1_and_stops_nothing_else() {
    for moment in [Moment::Stopping, Moment::Stopped] {
        let diary = Diary::new();
        let host = Host::builder()
            .provide(diary.clone())
            .service("a", noted)
            .on(moment, || async { Err::<(), BoxError>("no".into()) })
            .on(moment, |page: Page| async move { page.note("ran") });
        let report = started(host).await.stop().await;
        assert_eq!(report.exit_code(), 1, "{moment}");
        assert_eq!(diary.count(&format!("on-{moment} ran")), 1);
        assert_eq!(diary.count("a told"), 1);
        let hook = &report.hooks()[0];
        let told = (hook.name(), hook.moment(), hook.failure().to_string());
        assert_eq!(told, (format!("on-{moment}").as_str(), moment, "no".to_owned()));
        assert!(report.to_string().contains(&format!("on-{moment} (on {moment})")), "{report}");
    }
}

/// Being told to stop excuses no hook: a stop is what it is there for.
#[tokio::test(start_paused = true)]
async fn hooks_at_the_end_know_their_deadline() {
    let host = Host::builder().service("a", obedient).on(Moment::Stopping, |stop: Stop| async move {
        assert!(stop.is_requested());
        assert_eq!(stop.deadline(), Some(Instant::now() + secs(10)));
    });
    let report = started(host).await.stop().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_stop_cancels_a_starting_hook() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", noted)
        .on(Moment::Starting, |page: Page| async move {
            let _held = Parting(page);
            stubborn().await;
        })
        .on(Moment::Starting, |host: HostHandle| async move {
            pass(secs(2)).await;
            host.stop();
        });
    let begun = Instant::now();
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(2));
    assert_eq!(diary.all(), ["on-starting dropped"]);
    assert_eq!((report.exit_code(), report.cause()), (0, Some(&StopCause::Requested)));
}

/// The services may fail while the `started` hooks still run.
#[tokio::test(start_paused = true)]
async fn a_failure_cancels_a_started_hook() {
    let host = Host::builder().on(Moment::Started, stubborn).service("a", || async {
        pass(secs(2)).await;
        Err::<(), BoxError>("gone".into())
    });
    let begun = Instant::now();
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(2));
    assert_eq!(report.cause(), Some(&StopCause::Failed("a".into())));
    assert!(report.hooks().is_empty());
}

#[tokio::test(start_paused = true)]
async fn stopping_hooks_run_only_where_all_had_started() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .on(Moment::Stopping, hooked)
        .on(Moment::Stopped, hooked)
        .service("a", noted)
        .service("b", Hosted::new(|_ready: hostkit::param::Ready| async {}).after(["a"]));
    refused(host).await;
    assert_eq!(diary.all(), ["a began", "a told", "on-stopped ran"]);
}

#[tokio::test(start_paused = true)]
async fn hooks_run_when_the_host_ends_by_itself_and_when_it_fails() {
    for fails in [false, true] {
        let diary = Diary::new();
        let host =
            Host::builder().provide(diary.clone()).on(Moment::Stopping, hooked).on(Moment::Stopped, hooked);
        let report = lived(host.service("a", move || async move {
            pass(secs(1)).await;
            if fails { Err::<(), BoxError>("no".into()) } else { Ok(()) }
        }))
        .await;
        assert_eq!(diary.all(), ["on-stopping ran", "on-stopped ran"]);
        assert_eq!(report.exit_code(), u8::from(fails));
    }
}

#[tokio::test(start_paused = true)]
async fn a_blocking_hook_runs_off_the_executor() {
    let here = std::thread::current().id();
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", obedient).on(
        Moment::Started,
        Hook::blocking(move |page: Page| {
            assert_ne!(std::thread::current().id(), here);
            page.note("ran");
        }),
    );
    assert!(started(host).await.stop().await.is_clean());
    assert_eq!(diary.all(), ["on-started ran"]);
}

#[tokio::test(start_paused = true)]
async fn hooks_take_any_parameter_of_theirs() {
    async fn all(
        _: Dep<String>,
        _: Option<Dep<u32>>,
        _: HostHandle,
        tasks: Tasks,
        _: Stop,
        _: hostkit::param::CancellationToken,
    ) {
        tasks.spawn("x", async {}).unwrap();
    }
    let host =
        Host::builder().provide(String::new()).service("a", obedient).on(Moment::Starting, Hook::new(all));
    let report = started(host).await.stop().await;
    assert_eq!(report.finished_tasks(), 1);
}

/// A hook holds up the services' stop, not their work.
#[tokio::test(start_paused = true)]
async fn services_work_on_while_stopping_hooks_run() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).on(Moment::Stopping, || pass(secs(5))).service(
        "a",
        |page: Page, stop: Stop| async move {
            while stop.sleep(secs(1)).await.is_running() {
                page.note("worked");
            }
        },
    );
    let host = started(host).await;
    pass(millis(2500)).await;
    host.stop().await;
    assert_eq!(diary.count("a worked"), 7);
}

/// Two hooks of one name are told apart by where they stand.
#[tokio::test(start_paused = true)]
async fn a_failed_hook_is_told_where_it_was_declared() {
    let declared = line!() + 3;
    let host = Host::builder()
        .on(Moment::Started, || async {})
        .on(Moment::Started, || async { Err::<(), hostkit::BoxError>("no".into()) })
        .service("on-started", super::world::obedient);
    let report = super::world::refused(host).await;
    let [hook] = report.hooks() else { panic!("{report}") };
    assert_eq!(hook.origin().line(), declared, "{report}");
    let place = report.start_failure().and_then(|failure| failure.place).map(|origin| origin.line());
    assert_eq!(place, Some(declared), "{report}");
}
