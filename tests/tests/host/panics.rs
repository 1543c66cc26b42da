//! A panic anywhere in user code is a failure of that code, with its message, and takes nobody else down silently.

use std::panic::panic_any;

use hostkit::builder::{Hosted, Moment, OnFailure};
use hostkit::param::{Kind, Needs, Scope, Stop, Tasks};
use hostkit::report::{Ending, Failure, HookReport};
use hostkit::{Every, Host, Param, Report};

use super::world::{lived, obedient, pass, refused, secs, started};

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("boom");
    }
}

/// How the one service of this host failed.
async fn failure_of(service: Hosted) -> String {
    let report = lived(Host::builder().service("a", service).service("b", obedient)).await;
    assert_eq!(report.exit_code(), 1, "{report}");
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
    let a = report.service("a").unwrap();
    assert_eq!((a.ending(), a.failures()), (Some(Ending::Failed), 1));
    let failure: &Failure = a.last_error().unwrap();
    assert!(failure.is_panic() && !failure.is_fatal());
    failure.to_string()
}

#[tokio::test(start_paused = true)]
async fn any_panic_is_told_with_its_message() {
    let number = 7;
    assert_eq!(failure_of(Hosted::new(|| async { panic!("plain") })).await, "panicked: plain");
    assert_eq!(
        failure_of(Hosted::new(move || async move { panic!("number {number}") })).await,
        "panicked: number 7"
    );
    let odd = "panicked: (a panic without a message)";
    assert_eq!(failure_of(Hosted::new(|| async { panic_any(7) })).await, odd);
    assert_eq!(failure_of(Hosted::new(|| async { panic_any(Bomb) })).await, odd);
}

#[tokio::test(start_paused = true)]
async fn a_panic_after_an_await_is_told_too() {
    let service = Hosted::new(|| async {
        pass(secs(1)).await;
        std::hint::black_box(None::<()>).expect("something")
    });
    assert_eq!(failure_of(service).await, "panicked: something");
}

/// The call of the closure, before there is any future.
#[tokio::test(start_paused = true)]
async fn a_closure_that_panics_before_its_future_exists_has_failed() {
    let service = Hosted::new(|| {
        assert!(std::hint::black_box(false), "no future");
        async {}
    });
    assert_eq!(failure_of(service).await, "panicked: no future");
}

/// The service is done, and panics as it lets go of what it held.
#[tokio::test(start_paused = true)]
async fn a_panic_in_a_drop_at_the_end_is_a_failure() {
    let service = Hosted::new(|| async {
        let _bomb = Bomb;
        pass(secs(1)).await;
    });
    assert_eq!(failure_of(service).await, "panicked: boom");
}

struct Unlucky;

impl<K: Kind> Param<K> for Unlucky {
    fn needs(_: &mut Needs<K>) {}

    fn get(_: &Scope<'_, K>) -> Self {
        panic!("no luck")
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_that_panics_is_a_failure_of_whom_it_is_for() {
    assert_eq!(failure_of(Hosted::new(|_: Unlucky| async {})).await, "panicked: no luck");
    assert_eq!(failure_of(Hosted::blocking(|_: Unlucky| {})).await, "panicked: no luck");
}

#[tokio::test]
async fn a_panic_on_a_thread_of_its_own_is_a_failure() {
    assert_eq!(failure_of(Hosted::blocking(|| panic!("on a thread"))).await, "panicked: on a thread");
    let odd = failure_of(Hosted::blocking(|| panic_any(Bomb))).await;
    assert_eq!(odd, "panicked: (a panic without a message)");
}

#[tokio::test(start_paused = true)]
async fn a_timer_survives_any_panic_of_a_run() {
    let host = Host::builder()
        .timed("call", Every::secs(1), || {
            assert!(std::hint::black_box(false), "in the call");
            async {}
        })
        .timed("poll", Every::secs(1), || async { panic!("in the poll") })
        .timed("drop", Every::secs(1), || async { drop(Bomb) })
        .timed("param", Every::secs(1), |_: Unlucky| async {})
        .timed("thread", Every::secs(1), hostkit::builder::Timed::blocking(|| panic!("on the pool")));
    let host = started(host).await;
    pass(secs(10)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
    for service in report.services() {
        assert!(service.runs() >= 5 && service.failures() == service.runs(), "{report}");
        assert!(service.last_error().is_some_and(Failure::is_panic), "{report}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_hook_that_panics_has_failed() {
    let hook = |report: &Report| {
        report.hooks().iter().map(HookReport::failure).map(ToString::to_string).collect::<Vec<_>>()
    };
    let host = || Host::builder().service("a", obedient);
    let report = refused(host().on(Moment::Starting, || async { panic!("no") })).await;
    assert_eq!((report.exit_code(), hook(&report)), (3, vec!["panicked: no".to_owned()]));
    let report = started(host().on(Moment::Stopping, |_: Unlucky| async {})).await.stop().await;
    assert_eq!((report.exit_code(), hook(&report)), (1, vec!["panicked: no luck".to_owned()]));
    let called = host().on(Moment::Stopped, || {
        assert!(std::hint::black_box(false), "in the call");
        async {}
    });
    let report = started(called).await.stop().await;
    assert_eq!((report.exit_code(), hook(&report)), (1, vec!["panicked: in the call".to_owned()]));
}

#[tokio::test(start_paused = true)]
async fn a_task_that_panics_is_counted_and_named() {
    let host = Host::builder().service("a", |tasks: Tasks| async move {
        tasks.spawn("one", async { panic!("no") }).unwrap();
        tasks.spawn_blocking("two", || panic!("no")).unwrap();
        tasks.enqueue(|_: Stop| async { panic!("no") }).await.unwrap();
        tasks
            .enqueue(|_: Stop| {
                assert!(std::hint::black_box(false), "in the call");
                async {}
            })
            .await
            .unwrap();
        tasks.enqueue(|_: Stop| async {}).await.unwrap();
    });
    let report = lived(host).await;
    assert_eq!((report.failed_tasks(), report.finished_tasks()), (4, 1), "{report}");
    assert!(report.last_task_error().is_some_and(|error| error.contains("panicked: ")));
}

/// A thousand panics cost nobody else anything.
#[tokio::test(start_paused = true)]
async fn panics_do_not_add_up() {
    std::panic::set_hook(Box::new(|_| {})); // a thousand messages help nobody
    let panics = || Hosted::new(|| async { panic!("no") }).on_failure(OnFailure::Ignore);
    let host = (0..1000).fold(Host::builder().service("good", obedient), |host, n| {
        host.service(format!("bad-{n}"), panics())
    });
    let report = started(host).await.stop().await;
    drop(std::panic::take_hook());
    assert!(report.is_clean());
    assert_eq!(report.service("good").unwrap().ending(), Some(Ending::Stopped));
    assert_eq!(report.services().iter().map(|service| service.failures()).sum::<u64>(), 1000);
}
