//! Closing: in reverse order, all of a level at once, each within its part of the time, after everything that uses the values.

use std::sync::Arc;

use hostkit::builder::{Moment, Provider};
use hostkit::param::Tasks;
use hostkit::prelude::*;
use hostkit::report::{Ending, Outcome, StopCause};
use hostkit::testing::TestHost;
use hostkit::{BoxError, Host, Result};
use tokio::time::Instant;

use super::world::{Diary, ends, lived, made, millis, obedient, pass, secs, started};

struct A;
struct B(#[expect(dead_code, reason = "it is only held")] Dep<A>);
struct C(#[expect(dead_code, reason = "it is only held")] Dep<B>);

fn a() -> Provider<A> {
    Provider::new(|| async { made(A) })
}

fn b() -> Provider<B> {
    Provider::new(|a: Dep<A>| async { made(B(a)) })
}

fn c() -> Provider<C> {
    Provider::new(|b: Dep<B>| async { made(C(b)) })
}

fn note<T>(diary: &Arc<Diary>, line: &'static str) -> impl Fn(Arc<T>) -> std::future::Ready<()> + use<T> {
    let diary = diary.clone();
    move |_| {
        diary.note(line);
        std::future::ready(())
    }
}

async fn hangs<T>(_: Arc<T>) {
    std::future::pending().await
}

#[tokio::test(start_paused = true)]
async fn in_reverse_after_services_and_tasks_and_before_the_last_hooks() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .provide_with("a", a().close(note(&diary, "a closed")))
        .provide_with("b", b().close(note(&diary, "b closed")))
        .provide_with("c", c().close(note(&diary, "c closed")))
        .on(Moment::Stopped, |diary: Dep<Diary>| async move { diary.note("stopped") })
        .service("s", |diary: Dep<Diary>, tasks: Tasks, stop: Stop, _c: Dep<C>| async move {
            let late = diary.clone();
            tasks
                .spawn("late", async move {
                    pass(secs(3)).await;
                    late.note("task done");
                })
                .unwrap();
            stop.requested().await;
            pass(secs(1)).await;
            diary.note("service done");
        });
    let report = started(host).await.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(diary.all(), ["service done", "task done", "c closed", "b closed", "a closed", "stopped"]);
}

mod forms {
    use super::*;

    macro_rules! values {
        ($($name:ident)*) => {$(pub(super) struct $name(pub(super) Dep<Diary>);)*};
    }
    values! { ByReference ByArc Method Failing }

    pub(super) trait Mailer: Send + Sync {
        fn note(&self, line: &str);
    }

    impl Mailer for Method {
        fn note(&self, line: &str) {
            self.0.note(line);
        }
    }

    async fn close_by_reference(value: &ByReference) {
        pass(secs(0)).await;
        value.0.note("by reference");
    }

    async fn close_by_arc(value: Arc<ByArc>) -> Result {
        value.0.note("by arc");
        Ok(())
    }

    impl Method {
        async fn close(&self) -> Result<(), std::io::Error> {
            self.0.note("method");
            Ok(())
        }
    }

    async fn close_mailer(mailer: &dyn Mailer) {
        mailer.note("by trait");
    }

    #[provides(close = close_by_reference)]
    async fn by_reference(diary: Dep<Diary>) -> ByReference {
        ByReference(diary)
    }

    #[provides(close = close_by_arc, close_timeout = "1s")]
    fn by_arc(diary: Dep<Diary>, _after: Dep<ByReference>) -> hostkit::Result<ByArc> {
        Ok(ByArc(diary))
    }

    #[provides(close = Method::close, scope = "host")]
    async fn method(diary: Dep<Diary>, _after: Dep<ByArc>) -> Arc<Method> {
        Arc::new(Method(diary.into_inner().into()))
    }

    #[provides(close = close_mailer)]
    async fn mailer(method: Dep<Method>) -> hostkit::Result<Arc<dyn Mailer>> {
        Ok(method.into_inner())
    }

    #[hosted_service]
    async fn close_forms(_mailer: Dep<dyn Mailer>) {}

    #[tokio::test(start_paused = true)]
    async fn every_form_of_closing() {
        let diary = Diary::new();
        let host = TestHost::discover().only(["close_forms"]).provide(diary.clone()).start().await.unwrap();
        let report = host.wait().await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(diary.all(), ["by trait", "method", "by arc", "by reference"]);
    }

    /// What the builder takes: methods, functions and closures, of a reference or of an `Arc`.
    #[tokio::test(start_paused = true)]
    async fn every_form_of_closing_by_the_builder() {
        let diary = Diary::new();
        let host = Host::builder()
            .provide(diary.clone())
            .provide_with(
                "a",
                Provider::new(|diary: Dep<Diary>| async { made(Method(diary)) }).close(Method::close),
            )
            .provide_with(
                "b",
                Provider::new(|diary: Dep<Diary>, _: Dep<Method>| async { made(ByReference(diary)) })
                    .close(close_by_reference),
            )
            .provide_with(
                "c",
                Provider::blocking(|diary: Dep<Diary>, _: Dep<ByReference>| made(ByArc(diary)))
                    .close(close_by_arc),
            )
            .provide_with(
                "d",
                Provider::new(|diary: Dep<Diary>, _: Dep<ByArc>| async { made(Failing(diary)) })
                    .close(async |value: &Failing| value.0.note("async closure")),
            )
            .service("s", |_: Dep<Failing>| async {});
        let report = lived(host).await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(diary.all(), ["async closure", "by arc", "by reference", "method"]);
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_made_is_not_closed() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide_with("a", a().close(note(&diary, "a closed")))
        .provide_with("b", b().close(note(&diary, "b closed")))
        .service("s", |_: Dep<A>| async {});
    assert!(lived(host).await.is_clean());
    assert_eq!(diary.all(), ["a closed"]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_to_close_is_exit_code_1_and_stops_nothing_else() {
    async fn fails(_: Arc<B>) -> Result {
        Err(BoxError::from("the disk is full"))
    }
    async fn panics(_: Arc<C>) {
        panic!("boom")
    }
    let diary = Diary::new();
    let host = Host::builder()
        .provide_with("a", a().close(note(&diary, "a closed")))
        .provide_with("b", b().close(fails))
        .provide_with("c", c().close(panics))
        .service("s", |_: Dep<C>, stop: Stop| obedient(stop));
    let report = started(host).await.stop().await;
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Failed, 1));
    assert_eq!(report.cause(), Some(&StopCause::Requested));
    assert_eq!(report.service("s").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(diary.all(), ["a closed"]);
    let told: Vec<_> = report.providers().iter().map(ToString::to_string).collect();
    assert_eq!(
        told,
        ["c (provides) failed to close: panicked: boom", "b (provides) failed to close: the disk is full"]
    );
    assert!(report.providers().iter().all(hostkit::report::ProviderReport::is_closing));
}

#[tokio::test(start_paused = true)]
async fn one_that_hangs_is_cut_off_and_leaves_the_others_their_time() {
    let diary = Diary::new();
    let (slow, hook) = (diary.clone(), diary.clone());
    let host = Host::builder()
        .provide_with(
            "a",
            a().close(move |_: Arc<A>| {
                let diary = slow.clone();
                async move {
                    pass(millis(900)).await;
                    diary.note("a closed");
                }
            }),
        )
        .provide_with("b", b().close(hangs))
        .provide_with("c", c())
        .service("s", |_: Dep<C>| async {})
        .on(Moment::Stopped, move || {
            let diary = hook.clone();
            async move {
                pass(millis(500)).await;
                diary.note("stopped");
            }
        })
        .close_timeout(secs(3));
    let begun = Instant::now();
    let report = lived(host).await;
    // `b` has its third of three seconds; `a` and the hook after it need less than theirs.
    assert_eq!(begun.elapsed(), millis(1000 + 900 + 500));
    assert_eq!(diary.all(), ["a closed", "stopped"]);
    assert_eq!(report.exit_code(), 1);
    let [provider] = report.providers() else { panic!("{report}") };
    assert_eq!(provider.name(), "b");
    assert_eq!(&**provider.failure(), "did not close within 1.0s and was aborted");
}

#[tokio::test(start_paused = true)]
async fn its_own_time_is_shorter_than_its_part() {
    let host = Host::builder()
        .provide_with("a", a().close(hangs).close_timeout(millis(300)))
        .service("s", |_: Dep<A>| async {});
    let begun = Instant::now();
    let report = lived(host).await;
    assert_eq!(begun.elapsed(), millis(300));
    assert_eq!(&**report.providers()[0].failure(), "did not close within 300.0ms and was aborted");
}

#[tokio::test(start_paused = true)]
async fn its_own_time_is_never_longer_than_the_hosts() {
    let host = Host::builder()
        .provide_with("a", a().close(hangs).close_timeout(secs(60)))
        .service("s", |_: Dep<A>| async {});
    let begun = Instant::now();
    assert_eq!(lived(host).await.exit_code(), 1);
    assert_eq!(begun.elapsed(), secs(2));
}

#[tokio::test(start_paused = true)]
async fn all_of_a_level_are_closed_at_once() {
    let host = (0..3u64).fold(Host::builder(), |host, n| match n {
        0 => host.provide_with("x", Provider::new(|| async { made(1u8) }).close(hangs)),
        1 => host.provide_with("y", Provider::new(|| async { made(1u16) }).close(hangs)),
        _ => host.provide_with("z", Provider::new(|| async { made(1u32) }).close(hangs)),
    });
    let host = host.service("s", |_: Dep<u8>, _: Dep<u16>, _: Dep<u32>| async {});
    let begun = Instant::now();
    let report = ends(lived(host)).await;
    assert_eq!(begun.elapsed(), secs(2), "together, within `close_timeout`");
    let mut names: Vec<_> = report.providers().iter().map(|one| one.name().to_owned()).collect();
    names.sort();
    assert_eq!(names, ["x", "y", "z"]);
}

/// A failed start comes before a failed close.
#[tokio::test(start_paused = true)]
async fn after_a_failed_start_it_stays_one() {
    let host = Host::builder()
        .provide_with("a", a().close(hangs))
        .service("s", |_: Dep<A>, _ready: Ready| async { Err::<(), _>("no") });
    let report = super::world::refused(host).await;
    assert_eq!(report.exit_code(), 3);
    assert_eq!(report.providers().len(), 1);
}
