//! The report: nothing that failed is absent from it, and it reads well.

use std::process::{ExitCode, Termination};

use hostkit::builder::{Hosted, Moment, OnFailure};
use hostkit::param::Stop;
use hostkit::report::{Ending, Outcome, StopCause};
use hostkit::{BoxError, Every, Host};

use super::world::{ends, lived, obedient, pass, secs, started, stubborn};

#[tokio::test(start_paused = true)]
async fn a_clean_life_reads_like_one() {
    let host = Host::builder().service("web", obedient).service("migrate", || async {}).timed(
        "sweep",
        Every::secs(60),
        || async {},
    );
    let host = started(host).await;
    pass(secs(90)).await;
    let report = host.stop().await;
    assert_eq!(
        report.to_string(),
        "stopped in 0.0ns, because of a request: 2 stopped, 1 finished\n  \
         migrate: finished after 1 run\n  \
         sweep: stopped after 2 runs\n  \
         web: stopped after 1 run"
    );
}

#[tokio::test(start_paused = true)]
async fn a_bad_life_reads_like_one() {
    async fn fails() -> hostkit::Result {
        Err("no disk".into())
    }
    let second = hostkit::builder::Backoff::new(secs(1), secs(1));
    let host = Host::builder()
        .service("broken", Hosted::new(fails).on_failure(OnFailure::Restart).backoff(second).max_restarts(2))
        .service("ignored", Hosted::new(fails).on_failure(OnFailure::Ignore))
        .service("stuck", Hosted::new(stubborn).stop_timeout(secs(4)))
        .service("told", |stop: Stop| async move {
            stop.requested().await;
            Err::<(), BoxError>("closed".into())
        })
        .on(Moment::Stopping, || async { Err::<(), BoxError>("no goodbye".into()) });
    let report = lived(host).await;
    let text = report.to_string();
    let lines: Vec<_> = text.lines().collect();
    assert!(lines[0].starts_with("stopped in 4."), "{text}");
    assert!(
        lines[0]
            .ends_with("s, because of the failure of `broken`: 1 stopped, 2 failed, 1 aborted; exit code 1"),
        "{text}"
    );
    assert_eq!(
        lines[1..],
        [
            "  broken: failed after 3 runs, 3 failures, 2 restarts; last error: no disk",
            "  ignored: failed after 1 run, 1 failure; last error: no disk",
            "  stuck: aborted after 1 run, was given 4.0s to stop",
            "  told: stopped after 1 run; last error: closed",
            "  on-stopping (on stopping) failed: no goodbye",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_start_that_failed_tells_of_those_that_never_began() {
    let host = Host::builder()
        .service("db", |_ready: hostkit::param::Ready| async { Err::<(), BoxError>("refused".into()) })
        .service("web", Hosted::new(obedient).after(["db"]));
    let report = ends(host.build().unwrap().start()).await.unwrap_err().into_report();
    assert_eq!(
        report.to_string(),
        "stopped in 0.0ns, because of the failed start of `db`: 1 failed, 1 never started; \
         exit code 3\n  \
         db: failed after 1 run, 1 failure; last error: refused\n  \
         web: never started after 0 runs"
    );
    assert_eq!(report.service("web").unwrap().ending(), None);
    assert_eq!(report.service("web").unwrap().start_took(), None);
}

#[tokio::test(start_paused = true)]
async fn every_service_is_in_it_by_name() {
    let place = |line| format!("{}:{line}", file!());
    let line = line!() + 1;
    let host = Host::builder().service("zeta", obedient).timed("alpha", Every::secs(60), || async {});
    let report = started(host).await.stop().await;
    let all: Vec<_> =
        report.services().iter().map(|s| (s.name(), s.kind(), s.origin().to_string())).collect();
    assert_eq!(all, [("alpha", "timed", place(line)), ("zeta", "hosted_service", place(line))]);
    assert!(report.service("beta").is_none());
    let origin = report.service("zeta").unwrap().origin();
    assert_eq!(
        (origin.file(), origin.line(), origin.package(), origin.version()),
        (file!(), line, None, None)
    );
}

#[tokio::test(start_paused = true)]
async fn it_measures_the_start_and_the_stop() {
    let host = Host::builder()
        .service("a", |ready: hostkit::param::Ready, stop: Stop| async move {
            pass(secs(3)).await;
            ready.notify();
            stop.requested().await;
            pass(secs(4)).await;
        })
        .service("b", Hosted::new(obedient).after(["a"]))
        .on(Moment::Starting, || pass(secs(2)));
    let host = started(host).await;
    pass(secs(100)).await;
    let report = host.stop().await;
    assert_eq!((report.started_in(), report.stopped_in()), (Some(secs(5)), Some(secs(4))));
    let a = report.service("a").unwrap();
    assert_eq!((a.start_took(), a.stop_took()), (Some(secs(3)), Some(secs(4))));
}

#[test]
fn each_outcome_has_its_word_and_its_exit_code() {
    let all = [
        (Outcome::Clean, "clean", 0),
        (Outcome::Failed, "failed", 1),
        (Outcome::StartFailed, "start failed", 3),
        (Outcome::Aborted, "aborted", 4),
    ];
    for (outcome, word, code) in all {
        assert_eq!((outcome.to_string().as_str(), outcome.exit_code()), (word, code));
    }
}

#[test]
fn each_cause_has_its_words() {
    let all = [
        (StopCause::Signal("SIGTERM", 15), "SIGTERM"),
        (StopCause::Requested, "a request"),
        (StopCause::Failed("a".into()), "the failure of `a`"),
        (StopCause::Finished("a".into()), "the end of `a`"),
        (StopCause::NoWorkLeft, "the end of all work"),
        (StopCause::StartFailed("a".into(), "did not start".into()), "the failed start of `a`"),
        (StopCause::Dropped, "being dropped"),
    ];
    for (cause, words) in all {
        assert_eq!(cause.to_string(), words);
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_the_exit_code_of_a_main() {
    let report = lived(Host::builder().service("a", || async { Err::<(), BoxError>("no".into()) })).await;
    let code = format!("{:?}", ExitCode::from(1));
    assert_eq!(format!("{:?}", report.clone().report()), code);
    assert_eq!(format!("{:?}", ExitCode::from(report)), code);
}

/// With signals and all: the whole life in one call.
#[tokio::test]
async fn run_lives_to_the_end_and_reports() {
    let report = Host::builder()
        .service("a", || async {})
        .service("b", |host: hostkit::HostHandle, stop: Stop| async move {
            host.stop();
            stop.requested().await;
        })
        .build()
        .unwrap()
        .run()
        .await;
    assert_eq!(report.cause(), Some(&StopCause::Requested));
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}
