//! `fatal`: stops the host whatever the policy, however the error was wrapped on its way.

use anyhow::Context;
use hostkit::builder::{Hosted, OnFailure};
use hostkit::report::StopCause;
use hostkit::{BoxError, Host, Report, fatal};
use hostkit_tests::Wrapper;

use super::world::{lived, obedient};

fn refuse() -> hostkit::Result {
    Err(fatal("no licence"))?
}

fn through_anyhow() -> anyhow::Result<()> {
    Err(fatal("no licence")).context("reading the licence")
}

/// The report of a host of which one service ignores all its failures but this.
async fn ignoring(service: Hosted) -> Report {
    lived(Host::builder().service("b", obedient).service("a", service.on_failure(OnFailure::Ignore))).await
}

async fn assert_fatal(service: Hosted, text: &str) {
    let report = ignoring(service).await;
    assert_eq!(report.cause(), Some(&StopCause::Failed("a".into())), "{report}");
    assert_eq!(report.exit_code(), 1);
    let failure = report.service("a").unwrap().last_error().unwrap();
    assert_eq!((failure.is_fatal(), &**failure), (true, text));
}

#[tokio::test(start_paused = true)]
async fn fatal_stops_the_host_though_failures_are_ignored() {
    assert_fatal(Hosted::new(|| async { Err::<(), _>(fatal("no licence")) }), "no licence").await;
    assert_fatal(Hosted::new(|| async { Err::<(), BoxError>(fatal("no licence").into()) }), "no licence")
        .await;
}

#[tokio::test(start_paused = true)]
async fn fatal_survives_question_marks_and_boxes() {
    assert_fatal(Hosted::new(|| async { refuse() }), "no licence").await;
    assert_fatal(
        Hosted::new(|| async { Err::<(), _>(Wrapper(fatal("no licence").into())) }),
        "wrapped: no licence",
    )
    .await;
    let twice = || Wrapper(Box::new(Wrapper(fatal("no licence").into())));
    assert_fatal(Hosted::new(move || async move { Err::<(), _>(twice()) }), "wrapped: no licence").await;
}

#[tokio::test(start_paused = true)]
async fn fatal_survives_anyhow_with_context() {
    assert_fatal(Hosted::new(|| async { through_anyhow() }), "reading the licence: no licence").await;
    let more = || through_anyhow().context("starting up").context("once more");
    assert_fatal(
        Hosted::new(move || async move { more() }),
        "once more: starting up: reading the licence: no licence",
    )
    .await;
    let converted = || hostkit::Result::<()>::Ok(through_anyhow()?);
    assert_fatal(Hosted::new(move || async move { converted() }), "reading the licence: no licence").await;
}

#[tokio::test(start_paused = true)]
async fn fatal_keeps_the_chain_of_what_it_wraps() {
    let cause = || fatal(Wrapper("disk".into()));
    assert_fatal(Hosted::new(move || async move { Err::<(), _>(cause()) }), "wrapped: disk").await;
    assert_eq!(cause().to_string(), "wrapped");
    let anyhow = || fatal(anyhow::anyhow!("disk").context("reading"));
    assert_fatal(Hosted::new(move || async move { Err::<(), _>(anyhow()) }), "reading: disk").await;
}

#[tokio::test]
async fn fatal_of_a_thread_is_fatal() {
    assert_fatal(Hosted::blocking(|| Err::<(), _>(fatal("no licence"))), "no licence").await;
}

/// The same text without the mark is an error like any other.
#[tokio::test(start_paused = true)]
async fn what_only_looks_fatal_is_not() {
    let host = Host::builder()
        .service(
            "a",
            Hosted::new(|| async { Err::<(), BoxError>("fatal: the host stops".into()) })
                .on_failure(OnFailure::Ignore),
        )
        .service("b", || async { super::world::pass(super::world::secs(5)).await });
    let report = lived(host).await;
    assert_eq!(report.cause(), Some(&StopCause::NoWorkLeft));
    assert!(!report.service("a").unwrap().last_error().unwrap().is_fatal());
}

/// Told to stop, a service may end with any `Err`: fatal asks for what is happening already.
#[tokio::test(start_paused = true)]
async fn fatal_after_being_told_is_excused_like_any_error() {
    let host = Host::builder().service(
        "a",
        Hosted::new(|stop: hostkit::param::Stop| async move {
            stop.requested().await;
            Err::<(), _>(fatal("no licence"))
        })
        .stop_timeout(super::world::secs(1)),
    );
    let report = super::world::started(host).await.stop().await;
    assert_eq!(report.exit_code(), 0);
    assert!(report.service("a").unwrap().last_error().is_some_and(|failure| failure.is_fatal()));
}
