//! When providers are called: by levels of what they need, all of a level at once, before anything else starts.

use std::sync::Arc;

use hostkit::builder::{Moment, Provider};
use hostkit::param::{Dep, Stop};
use hostkit::report::{Ending, Outcome, State, StopCause};
use hostkit::{Every, Host, HostHandle};
use tokio::time::Instant;

use super::log;
use super::world::{Diary, ends, lived, made, millis, obedient, pass, refused, secs, started};

struct A;
struct B;
struct C;
struct D;

/// A provider that takes a second, and notes when it begins and ends.
macro_rules! slow {
    ($name:literal, $value:expr $(, $($param:ident: $of:ty),*)?) => {
        |diary: Dep<Diary> $(, $($param: $of),*)?| async move {
            $($(let _ = &$param;)*)?
            diary.note(concat!($name, " begins"));
            pass(secs(1)).await;
            diary.note(concat!($name, " ends"));
            made($value)
        }
    };
}

#[tokio::test(start_paused = true)]
async fn those_that_do_not_need_each_other_are_called_at_once() {
    let diary = Diary::new();
    let begun = Instant::now();
    let host = Host::builder()
        .provide(diary.clone())
        .provide_with("d", slow!("d", D, _b: Dep<B>, _c: Dep<C>))
        .provide_with("c", slow!("c", C, _a: Arc<A>))
        .provide_with("b", slow!("b", B, _a: Option<Dep<A>>))
        .provide_with("a", slow!("a", A))
        .on(Moment::Starting, |diary: Dep<Diary>| async move { diary.note("starting") })
        .service("s", |diary: Dep<Diary>, _d: Dep<D>, stop: Stop| async move {
            diary.note("service");
            obedient(stop).await;
        });
    let host = started(host).await;
    assert_eq!(begun.elapsed(), secs(3));
    let mut lines = diary.all();
    lines[2..4].sort();
    lines[4..6].sort();
    let all = ["a begins", "a ends", "b begins", "c begins", "b ends", "c ends", "d begins", "d ends"];
    assert_eq!(lines[..8], all);
    assert_eq!(lines[8], "starting");
    pass(secs(1)).await;
    assert_eq!(diary.all()[9], "service");
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn each_is_called_once_whoever_needs_it() {
    let diary = Diary::new();
    async fn needs_both(_b: Dep<B>, _a: Dep<A>) {}
    let host = Host::builder()
        .provide(diary.clone())
        .provide_with("a", slow!("a", A))
        .provide_with("b", slow!("b", B, _a: Dep<A>))
        .service("s", needs_both)
        .service("t", needs_both)
        .timed("u", Every::secs(1), needs_both)
        .on(Moment::Started, needs_both)
        .on(Moment::Stopped, needs_both);
    let host = started(host).await;
    pass(secs(5)).await;
    assert!(host.stop().await.is_clean());
    assert_eq!(diary.all(), ["a begins", "a ends", "b begins", "b ends"]);
}

/// The host's start counts them in.
#[tokio::test(start_paused = true)]
async fn the_whole_start_has_its_time() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .provide_with("a", || async {
            pass(secs(4)).await;
            made(A)
        })
        .provide_with("b", |_: Dep<A>| async {
            std::future::pending::<()>().await;
            made(B)
        })
        .service("s", |_: Dep<B>| async {})
        .on(Moment::Starting, |diary: Dep<Diary>| async move { diary.note("starting") })
        .on(Moment::Stopped, |diary: Dep<Diary>| async move { diary.note("stopped") })
        .start_timeout(secs(10));
    let begun = Instant::now();
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(10));
    let how = "was not made within the host's `start_timeout` of 10s";
    assert_eq!(report.cause(), Some(&StopCause::StartFailed("b".into(), how.into())));
    assert_eq!(report.exit_code(), 3);
    let [provider] = report.providers() else { panic!("{report}") };
    assert_eq!((provider.name(), provider.is_closing(), &**provider.failure()), ("b", false, how));
    assert_eq!(diary.all(), ["stopped"]);
    assert_eq!(report.service("s").unwrap().ending(), None);
}

#[tokio::test(start_paused = true)]
async fn a_stop_request_cancels_what_is_being_made() {
    struct Held(Dep<Diary>);
    impl Drop for Held {
        fn drop(&mut self) {
            self.0.note("dropped");
        }
    }
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .provide_with("a", |diary: Dep<Diary>| async move {
            let _held = Held(diary);
            std::future::pending::<()>().await;
            made(A)
        })
        .provide_with("b", |host: HostHandle| async move {
            pass(secs(2)).await;
            host.stop();
            pass(secs(2)).await;
            made(B)
        })
        .service("s", |_: Dep<A>, _: Dep<B>| async {});
    let begun = Instant::now();
    let report = refused(host).await;
    assert_eq!(begun.elapsed(), secs(2));
    assert_eq!(diary.all(), ["dropped"]);
    assert_eq!((report.exit_code(), report.cause()), (0, Some(&StopCause::Requested)), "{report}");
    assert!(report.providers().is_empty());
}

/// One that is done in the very instant of the request was made: it is there to be closed.
#[tokio::test(start_paused = true)]
async fn what_was_made_when_a_stop_was_requested_is_closed() {
    let diary = Diary::new();
    let note = diary.clone();
    let host = Host::builder()
        .provide_with(
            "a",
            Provider::new(|host: HostHandle| async move {
                host.stop();
                made(A)
            })
            .close(move |_: Arc<A>| {
                note.note("closed");
                async {}
            }),
        )
        .provide_with("b", |_: Dep<A>| async { made(B) })
        .service("s", |_: Dep<B>| async {});
    let report = refused(host).await;
    assert_eq!((report.outcome(), diary.all()), (Outcome::Clean, vec!["closed".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn blocking_ones_run_off_the_executor() {
    let here = std::thread::current().id();
    let host = Host::builder()
        .provide_with(
            "a",
            Provider::blocking(move || {
                assert_ne!(std::thread::current().id(), here);
                made(A)
            }),
        )
        .service("s", |_: Dep<A>| async {});
    assert!(lived(host).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn their_work_in_the_background_is_the_hosts() {
    let host = Host::builder()
        .provide_with("a", |tasks: hostkit::param::Tasks| async move {
            tasks
                .spawn("refresh", async {
                    pass(secs(3)).await;
                    Err::<(), _>("stale")
                })
                .unwrap();
            made(A)
        })
        .service("s", |_: Dep<A>| async {});
    let report = lived(host).await;
    assert_eq!(report.last_task_error(), Some("a/refresh: stale"));
}

#[tokio::test(start_paused = true)]
async fn services_wait_for_them() {
    let host = Host::builder()
        .provide_with("a", |host: HostHandle| async move {
            assert_eq!(host.service("s").unwrap().state(), State::Waiting);
            pass(millis(10)).await;
            made(A)
        })
        .service("s", |_: Dep<A>, stop: Stop| obedient(stop));
    let host = started(host).await;
    assert_eq!(ends(host.stop()).await.service("s").unwrap().ending(), Some(Ending::Stopped));
}

/// A provider that holds its thread is not waited for longer than it has to be.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_that_holds_its_thread_is_left_behind() {
    let (release, held) = std::sync::mpsc::channel::<()>();
    let held = Arc::new(std::sync::Mutex::new(held));
    let host = Host::builder()
        .provide_with("a", move || {
            let held = held.clone();
            async move {
                let _ = held.lock().unwrap().recv();
                made(A)
            }
        })
        .service("s", |_: Dep<A>| async {})
        .start_timeout(millis(50));
    let report = refused(host).await;
    assert_eq!(report.exit_code(), 3);
    drop(release);
}

/// Long work says that it goes on, and what was made is told to who wants to know.
#[tokio::test(start_paused = true)]
async fn a_slow_one_is_named() {
    log::gather();
    let slow = || async {
        pass(secs(12)).await;
        made(A)
    };
    let host = Host::builder().provide_with("sluggish", slow).service("s", |_: Dep<A>| async {});
    assert!(lived(host).await.is_clean());
    let told = log::with("still making `sluggish`");
    assert_eq!(told.iter().map(|record| record.level).collect::<Vec<_>>(), [tracing::Level::INFO; 2]);
    let made = log::within("sluggish");
    assert_eq!(made.iter().map(|record| record.level).collect::<Vec<_>>(), [tracing::Level::DEBUG]);
    assert!(made[0].text.starts_with("made `provides::provides::levels::A` in 12.0s"), "{made:?}");
}
