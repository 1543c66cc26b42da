//! Parameters: every one of hostkit's own, and those that users make.

use std::fmt::Display;
use std::sync::Arc;

use hostkit::builder::{Hosted, Moment, Problem};
use hostkit::param::{
    CancellationToken, Dep, Heartbeat, HostedService, Kind, Needs, Ready, Scope, Stop, Tasks, TimedService,
};
use hostkit::{Every, Host, HostHandle, Param};

use super::world::{Diary, Page, lived, millis, obedient, pass, secs, started};

#[tokio::test(start_paused = true)]
async fn a_service_takes_any_parameters_in_any_order() {
    #[allow(clippy::too_many_arguments, reason = "as many as a service can have")]
    async fn all(
        tasks: Tasks,
        text: Dep<String>,
        ready: Ready,
        heart: Heartbeat,
        host: HostHandle,
        stop: Stop,
        number: Arc<u32>,
        none: Option<Dep<u64>>,
        token: CancellationToken,
        some: Option<Dep<String>>,
        shown: Dep<dyn Display + Send + Sync>,
        page: Page,
    ) {
        assert!(tasks.is_empty() && !token.is_cancelled() && !stop.is_requested());
        assert_eq!((text.as_str(), *number, shown.to_string()), ("text", 7, "shown".to_owned()));
        assert!(none.is_none() && some.is_some_and(|some| std::ptr::eq(&*some, &*text)));
        assert_eq!(host.service("all").unwrap().name(), "all");
        heart.beat();
        ready.notify();
        page.note("saw twelve");
    }
    let diary = Diary::new();
    let shown: Arc<dyn Display + Send + Sync> = Arc::new("shown");
    let host = Host::builder().provide(diary.clone()).provide("text".to_owned()).provide(7u32).provide(shown);
    let report = lived(host.service("all", all)).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(diary.all(), ["all saw twelve"]);
}

/// What most services of an application want, as one parameter.
struct Tenants {
    names: Dep<Vec<String>>,
    asked_by: String,
}

impl<K: Kind> Param<K> for Tenants {
    fn needs(needs: &mut Needs<K>) {
        Dep::<Vec<String>>::needs(needs);
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        Tenants { names: Dep::get(scope), asked_by: scope.service().to_owned() }
    }
}

#[tokio::test]
async fn a_parameter_of_ones_own_works_everywhere() {
    async fn uses(tenants: Tenants, diary: Dep<Diary>) {
        diary.note(format!("{} {}", tenants.asked_by, tenants.names.join("+")));
    }
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .provide(vec!["a".to_owned(), "b".to_owned()])
        .service("hosted", uses)
        .service(
            "thread",
            Hosted::blocking(|tenants: Tenants, diary: Dep<Diary>| {
                diary.note(format!("{} {}", tenants.asked_by, tenants.names.len()));
            }),
        )
        .timed("timed", Every::secs(60), uses)
        .on(Moment::Started, uses);
    let host = started(host).await;
    pass(millis(30)).await;
    host.stop().await;
    let mut all = diary.all();
    all.sort();
    assert_eq!(all, ["hosted a+b", "on-started a+b", "thread 2", "timed a+b"]);
}

#[test]
fn what_a_parameter_of_ones_own_needs_is_missed_before_anything_starts() {
    let error = Host::builder().service("greeter", |_: Tenants| async {}).build().unwrap_err();
    let [Problem::MissingValue { by, of, .. }] = error.problems() else { panic!("{error}") };
    assert_eq!((by[0].0.as_str(), *of), ("greeter", "alloc::vec::Vec<alloc::string::String>"));
}

/// A parameter for one kind of function only: both forms compile, and each gets its own.
struct Which(&'static str);

impl Param<HostedService> for Which {
    fn needs(_: &mut Needs<HostedService>) {}

    fn get(_: &Scope<'_, HostedService>) -> Self {
        Which("hosted")
    }
}

impl Param<TimedService> for Which {
    fn needs(_: &mut Needs<TimedService>) {}

    fn get(_: &Scope<'_, TimedService>) -> Self {
        Which("timed")
    }
}

#[tokio::test(start_paused = true)]
async fn a_parameter_may_differ_by_kind() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service("a", |which: Which, page: Page| async move { page.note(which.0) })
        .timed("t", Every::secs(60), |which: Which, page: Page| async move { page.note(which.0) });
    let host = started(host).await;
    pass(secs(1)).await;
    host.stop().await;
    assert_eq!(diary.all(), ["a hosted", "t timed"]);
}

/// An optional value is used when it is there, and missed by nobody when it is not.
struct Greedy;

impl<K: Kind> Param<K> for Greedy {
    fn needs(needs: &mut Needs<K>) {
        needs.optional_value::<u8>();
    }

    fn get(scope: &Scope<'_, K>) -> Self {
        assert_eq!(scope.optional_value::<u8>(), None);
        scope.value::<u16>(); // never asked for
        Greedy
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_not_asked_for_is_not_got() {
    let report = lived(Host::builder().service("b", obedient).service("a", |_: Greedy| async {})).await;
    let failure = report.service("a").unwrap().last_error().unwrap();
    assert!(failure.contains("`u16` was got but not asked for"), "{failure}");
    assert_eq!(report.exit_code(), 1);
}

/// They are got anew for each run.
#[tokio::test(start_paused = true)]
async fn each_run_gets_its_own_parameters() {
    struct Fresh(u32);
    impl Param<TimedService> for Fresh {
        fn needs(needs: &mut Needs<TimedService>) {
            needs.value::<std::sync::atomic::AtomicU32>();
        }

        fn get(scope: &Scope<'_, TimedService>) -> Self {
            let counter = scope.value::<std::sync::atomic::AtomicU32>();
            Fresh(counter.fetch_add(1, std::sync::atomic::Ordering::SeqCst))
        }
    }
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).provide(std::sync::atomic::AtomicU32::new(0)).timed(
        "t",
        Every::secs(1),
        |fresh: Fresh, page: Page| async move { page.note(&fresh.0.to_string()) },
    );
    let host = started(host).await;
    pass(millis(2500)).await;
    host.stop().await;
    assert_eq!(diary.all(), ["t 0", "t 1", "t 2"]);
}
