//! A provider that fails: the start fails with its name and the whole chain of its error, and what was made is closed.

use std::sync::Arc;

use anyhow::Context;
use hostkit::builder::Provider;
use hostkit::prelude::*;
use hostkit::report::{Ending, Outcome, StopCause};
use hostkit::testing::{TestHost, TestStartError};
use hostkit::{Host, Result};

use super::world::{Diary, ends, made, pass, refused, secs};

struct A;
struct B;

fn noted(diary: &Arc<Diary>, line: &'static str) -> impl Fn(Arc<A>) -> std::future::Ready<()> + use<> {
    let diary = diary.clone();
    move |_| {
        diary.note(line);
        std::future::ready(())
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_is_told_with_its_chain() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide_with("a", Provider::new(|| async { made(A) }).close(noted(&diary, "a closed")))
        .provide_with("b", |_: Dep<A>| async {
            Err::<B, _>(anyhow::anyhow!("connection refused")).context("open the feed")
        })
        .service("s", |_: Dep<B>| async {});
    let error = ends(host.build().unwrap().start()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "the host did not start: `b` could not be made: open the feed: connection refused"
    );
    let report = error.into_report();
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::StartFailed, 3));
    assert_eq!(diary.all(), ["a closed"]);
    let [provider] = report.providers() else { panic!("{report}") };
    assert_eq!((provider.name(), provider.is_closing()), ("b", false));
    assert_eq!(&**provider.failure(), "open the feed: connection refused");
    assert!(
        report.to_string().contains("b (provides) could not be made: open the feed: connection refused"),
        "{report}"
    );
    assert_eq!(report.service("s").unwrap().ending(), None, "it never started");
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_a_failure_wherever_it_is() {
    async fn late() -> Result<A> {
        pass(secs(1)).await;
        panic!("boom")
    }
    fn at_once() -> std::future::Ready<Result<A>> {
        panic!("boom")
    }
    fn blocking() -> Result<A> {
        panic!("boom")
    }
    for provider in [Provider::new(late), Provider::new(at_once), Provider::blocking(blocking)] {
        let host = Host::builder().provide_with("a", provider).service("s", |_: Dep<A>| async {});
        let report = refused(host).await;
        let how = "could not be made: panicked: boom";
        assert_eq!(report.cause(), Some(&StopCause::StartFailed("a".into(), how.into())));
        assert!(report.providers()[0].failure().is_panic());
        assert_eq!(report.exit_code(), 3);
    }
}

/// What is being made beside it is cancelled; what was made is closed, in reverse.
#[tokio::test(start_paused = true)]
async fn one_failure_ends_the_others() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide_with("first", Provider::new(|| async { made(A) }).close(noted(&diary, "first closed")))
        .provide_with(
            "quick",
            Provider::new(|_: Dep<A>| async { made(1u8) }).close({
                let diary = diary.clone();
                move |_: Arc<u8>| {
                    diary.note("quick closed");
                    async {}
                }
            }),
        )
        .provide_with("slow", |_: Dep<A>| async {
            pass(secs(30)).await;
            made(1u16)
        })
        .provide_with("broken", |_: Dep<A>| async {
            pass(secs(1)).await;
            Err::<u32, _>("no")
        })
        .service("s", |_: Dep<u8>, _: Dep<u16>, _: Dep<u32>| async {});
    let begun = tokio::time::Instant::now();
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(1));
    assert_eq!(diary.all(), ["quick closed", "first closed"]);
    assert_eq!(report.providers().len(), 1, "{report}");
}

#[tokio::test(start_paused = true)]
async fn of_two_that_fail_at_once_both_are_in_the_report() {
    async fn broken<T>() -> Result<T> {
        pass(secs(1)).await;
        Err("no".into())
    }
    let host = Host::builder()
        .provide_with("a", broken::<A>)
        .provide_with("b", broken::<B>)
        .service("s", |_: Dep<A>, _: Dep<B>| async {});
    let report = refused(host).await;
    assert_eq!(report.exit_code(), 3);
    assert_eq!(report.providers().len(), 2, "{report}");
}

#[derive(Debug)]
struct Unlucky;

#[provides]
async fn unlucky() -> hostkit::Result<Unlucky> {
    let port: u16 = "eighty".parse()?;
    panic!("{port} is no number")
}

#[hosted_service]
async fn fails_needy(_unlucky: Dep<Unlucky>) {}

#[tokio::test(start_paused = true)]
async fn it_is_the_same_with_attributes() {
    let error = TestHost::discover().only(["fails_needy"]).start().await.unwrap_err();
    let TestStartError::Start(error) = error else { panic!("{error}") };
    assert_eq!(
        error.to_string(),
        "the host did not start: `unlucky` could not be made: invalid digit found in string"
    );
    assert_eq!(error.report().service("fails_needy").unwrap().ending(), None::<Ending>);
}
