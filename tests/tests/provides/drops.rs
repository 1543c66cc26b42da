//! What a host holds of its user's is dropped before its report: in reverse order of the making, by name, and where what a `fn` made may
//! block.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock};

use hostkit::builder::{Hosted, Lifetime, Moment, Provider, Queued, Timed};
use hostkit::config::Layers;
use hostkit::param::Tasks;
use hostkit::prelude::*;
use hostkit::report::{Outcome, Status};
use hostkit::testing::TestHost;
use hostkit::{BoxError, Every, Host, HostBuilder, Report};
use serde::Deserialize;
use tokio::runtime::Runtime;

use super::log;
use super::world::{Diary, made, millis, obedient, pass, secs, started};

/// Notes its name when it is dropped.
struct Noted(&'static str, Arc<Diary>);

impl Drop for Noted {
    fn drop(&mut self) {
        self.1.note(self.0);
    }
}

/// Panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("could not flush");
    }
}

/// Owns a runtime, which async code must not drop.
struct Client(#[expect(dead_code, reason = "it is only held")] Runtime);

fn client() -> hostkit::Result<Client> {
    Ok(Client(Runtime::new()?))
}

macro_rules! chain {
    ($($name:ident $(($needs:ident))?)*) => {$(
        struct $name(#[expect(dead_code, reason = "it is only held")] Noted $(, #[expect(dead_code, reason = "it is only held")] Dep<$needs>)?);
    )*};
}
chain! { Telemetry Database(Telemetry) Cache(Database) Front(Cache) Given Second }

/// Four providers in a chain, of both kinds, and everything else that can hold something.
fn everything(diary: &Arc<Diary>) -> HostBuilder {
    let noted = |name| Noted(name, diary.clone());
    let (d1, d2, d3, d4) = (diary.clone(), diary.clone(), diary.clone(), diary.clone());
    let (by_a, by_b, by_hook) = (noted("closure of a"), noted("closure of b"), noted("closure of the hook"));
    Host::builder()
        .provide(Given(noted("given first")))
        .provide(Second(noted("given second")))
        .provide_with("front", move |cache: Dep<Cache>| {
            let front = Front(Noted("front", d4.clone()), cache);
            async { made(front) }
        })
        .provide_with(
            "cache",
            Provider::blocking(move |database: Dep<Database>| {
                made(Cache(Noted("cache", d3.clone()), database))
            }),
        )
        .provide_with("database", move |telemetry: Dep<Telemetry>| {
            let database = Database(Noted("database", d2.clone()), telemetry);
            async { made(database) }
        })
        .provide_with(
            "telemetry",
            Provider::blocking(move || made(Telemetry(Noted("telemetry", d1.clone())))),
        )
        .on(Moment::Started, move || {
            let _held = &by_hook;
            async {}
        })
        .service("a", move |stop: Stop, _front: Dep<Front>| {
            let _held = &by_a;
            async move { stop.requested().await }
        })
        .service(
            "b",
            Hosted::new(move |stop: Stop| {
                let _held = &by_b;
                async move { stop.requested().await }
            })
            .after(["a"]),
        )
}

const IN_ORDER: [&str; 9] = [
    "closure of b",
    "closure of a",
    "closure of the hook",
    "front",
    "cache",
    "database",
    "telemetry",
    "given second",
    "given first",
];

#[tokio::test(start_paused = true)]
async fn what_was_made_last_is_dropped_first() {
    for _ in 0..20 {
        let diary = Diary::new();
        let report = started(everything(&diary)).await.stop().await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(diary.all(), IN_ORDER);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_made_last_is_dropped_first_on_many_threads() {
    for _ in 0..20 {
        let diary = Diary::new();
        let report = started(everything(&diary)).await.stop().await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(diary.all(), IN_ORDER);
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_the_same_when_the_host_is_dropped_or_never_starts() {
    let diary = Diary::new();
    let host = started(everything(&diary)).await;
    let handle = host.handle();
    drop(host);
    while handle.status() != Status::Stopped {
        pass(millis(10)).await;
    }
    assert_eq!(diary.all(), IN_ORDER);

    let diary = Diary::new();
    let host = everything(&diary).on(Moment::Started, || async { Err::<(), BoxError>("no".into()) });
    let error = host.build().unwrap().start().await.expect_err("its hook fails");
    assert_eq!(error.report().outcome(), Outcome::StartFailed);
    assert_eq!(diary.all(), IN_ORDER);
}

async fn report_of(host: HostBuilder) -> Report {
    started(host.service("idle", obedient)).await.stop().await
}

/// A section whose value panics when it is dropped.
#[config("drops.journal", validate)]
#[derive(Deserialize)]
struct JournalConfig {
    level: u8,
}

impl JournalConfig {
    fn validate(&self) -> Result<(), String> {
        if self.level > 9 { Err("no such level".into()) } else { Ok(()) }
    }
}

impl Drop for JournalConfig {
    fn drop(&mut self) {
        panic!("could not flush");
    }
}

fn level(text: &str) -> Layers {
    Layers::new().set(&format!("drops.journal.level={text}"))
}

trait Flush: Send + Sync {}
impl Flush for Bomb {}

#[tokio::test(start_paused = true)]
async fn a_panic_of_a_drop_is_a_failure_with_a_name() {
    let bomb = || {
        let bomb = Bomb;
        move || {
            let _held = &bomb;
        }
    };
    async fn uses(_: Dep<Bomb>) {}
    async fn uses_trait(_: Dep<dyn Flush>) {}
    let (closure, timer, hook, maker) = (bomb(), bomb(), bomb(), bomb());
    let cases: Vec<(&str, HostBuilder)> = vec![
        (
            "`journal` (provides) panicked while it was dropped: could not flush",
            Host::builder().provide_with("journal", Provider::blocking(|| made(Bomb))).service("s", uses),
        ),
        (
            "`journal` (provides) panicked while it was dropped: could not flush",
            Host::builder().provide_with("journal", || async { made(Bomb) }).service("s", uses),
        ),
        (
            "`journal` (provides) panicked while it was dropped: could not flush",
            Host::builder()
                .provide_with("journal", || async { made(Arc::new(Bomb) as Arc<dyn Flush>) })
                .service("s", uses_trait),
        ),
        ("`Bomb` (given to the host) panicked while it was dropped", Host::builder().provide(Bomb)),
        (
            "`Arc<Bomb>` (given to the host) panicked while it was dropped",
            Host::builder().provide(Arc::new(Bomb)).service("s", uses),
        ),
        (
            "`JournalConfig` (config) panicked while it was dropped: could not flush",
            Host::builder().configuration(level("3")).service("s", |_: Config<JournalConfig>| async {}),
        ),
        (
            "`s` panicked while it was dropped: could not flush",
            Host::builder().service("s", move || {
                closure();
                async {}
            }),
        ),
        (
            "`t` panicked while it was dropped: could not flush",
            Host::builder().timed("t", Every::secs(1), move || {
                timer();
                async {}
            }),
        ),
        (
            "`on-started` (on) panicked while it was dropped: could not flush",
            Host::builder().on(Moment::Started, move || {
                hook();
                async {}
            }),
        ),
        (
            "`number` (provides) panicked while it was dropped: could not flush",
            Host::builder()
                .provide_with("number", move || {
                    maker();
                    async { made(7u32) }
                })
                .service("s", |_: Dep<u32>| async {}),
        ),
    ];
    for (told, host) in cases {
        log::gather();
        let report = report_of(host).await;
        assert_eq!((report.outcome(), report.exit_code()), (Outcome::Failed, 1), "{told}: {report}");
        assert!(report.to_string().contains(told), "{told}: {report}");
        assert!(!log::with(told).is_empty(), "{told}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_section_in_the_report_is_told_where_it_is_read() {
    let host = Host::builder().configuration(level("3")).service("s", |_: Config<JournalConfig>| async {});
    let report = report_of(host).await;
    let [section] = report.providers() else { panic!("{report}") };
    assert_eq!((section.name(), section.is_dropping()), ("JournalConfig", true));
    assert!(section.origin().to_string().contains("drops.rs:"), "{}", section.origin());
}

/// Refused by its own rule, read beside what is wrong elsewhere, or never asked for: no panic gets out, and each is told by name.
#[tokio::test(start_paused = true)]
async fn a_section_that_no_host_keeps_is_dropped_by_name() {
    let reads = |_: Config<JournalConfig>| async {};
    let named = |told: &str| log::with(told).len();
    log::gather();
    let told = "`JournalConfig` (config) panicked while it was dropped: could not flush";
    for (layers, after) in [(level("12"), vec![]), (level("x"), vec![]), (level("4"), vec!["nobody"])] {
        let before = named(told) + named("`Config<JournalConfig>` panicked while it was dropped");
        let host = Host::builder().configuration(layers).service("s", Hosted::new(reads).after(after));
        assert_eq!(host.build().expect_err("something is wrong with it").problems().len(), 1);
        let after = named(told) + named("`Config<JournalConfig>` panicked while it was dropped");
        assert!(after > before);
    }
    let before = named("`Config<JournalConfig>` panicked while it was dropped");
    drop(Host::builder().configuration(level("3")).service("s", reads).build().unwrap());
    assert_eq!(named("`Config<JournalConfig>` panicked while it was dropped"), before + 1);
    let before = named("`Bomb` panicked while it was dropped");
    drop(Host::builder().provide(Bomb).service("s", obedient).build().unwrap());
    assert_eq!(named("`Bomb` panicked while it was dropped"), before + 1);
}

/// A dead job, one that is left over, and one that waits in a queue whose service is paused: each holds what panics.
#[tokio::test(start_paused = true)]
async fn jobs_that_are_left_are_dropped_with_the_host() {
    struct Job(
        #[expect(dead_code, reason = "it is only held")] Noted,
        #[expect(dead_code, reason = "it is only held")] Option<Bomb>,
    );
    let diary = Diary::new();
    for bomb in [false, true] {
        let host = Host::builder()
            .provide(Given(Noted("given", diary.clone())))
            .queued("idle", Queued::in_memory(|_: Job, _: Dep<Given>| async {}))
            .service("filler", {
                let diary = diary.clone();
                move |queue: Queue<Job>, host: HostHandle| {
                    let diary = diary.clone();
                    async move {
                        host.queue("idle").unwrap().pause("for the test");
                        let bomb = bomb.then(|| Bomb);
                        queue.enqueue(Job(Noted("job", diary.clone()), bomb)).await.ok();
                        queue.enqueue_after(Job(Noted("later", diary), None), secs(3600)).await.ok();
                    }
                }
            });
        let host = started(host).await;
        pass(millis(10)).await;
        let handle = host.handle();
        let report = host.stop().await;
        assert_eq!(report.service("idle").unwrap().queue().unwrap().left_over(), 2);
        assert_eq!(handle.queue("idle").unwrap().stats().waiting, 1, "what is known of it stays");
        let mut all = diary.all();
        assert_eq!(all.pop().as_deref(), Some("given"), "jobs go before values");
        assert_eq!((all.len(), diary.count("job")), (2, 1));
        diary.clear();
        assert_eq!(report.outcome() == Outcome::Failed, bomb, "{report}");
        assert_eq!(
            report.to_string().contains("a job of `idle` panicked while it was dropped"),
            bomb,
            "{report}"
        );
    }
}

/// Whatever a `fn` made is dropped where it may block: a provided value, that of a run, the state of a service; and what was given.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_fn_made_may_block_when_it_is_dropped() {
    async fn uses(_: Dep<Client>, stop: Stop) {
        stop.requested().await;
    }
    let report =
        report_of(Host::builder().provide_with("client", Provider::blocking(client)).service("s", uses))
            .await;
    assert!(report.is_clean(), "{report}");
    let report = report_of(Host::builder().provide(client().unwrap()).service("s", uses)).await;
    assert!(report.is_clean(), "{report}");

    let of_run = || Provider::blocking(client).scope(Lifetime::Run);
    let timer =
        |timer: Timed| Host::builder().provide_with("client", of_run()).timed("t", Every::secs(3600), timer);
    for host in [
        timer(Timed::new(|_: Dep<Client>| async {}).first(secs(3600))),
        timer(Timed::blocking(|_: Dep<Client>| {}).first(secs(3600))),
    ] {
        let host = started(host).await;
        assert_eq!(
            host.handle().service("t").unwrap().timer().unwrap().trigger().await,
            hostkit::report::Triggered::Done
        );
        let report = host.stop().await;
        assert!(report.is_clean(), "{report}");
        assert_eq!(report.service("t").unwrap().failures(), 0);
    }
}

struct Stateful(#[expect(dead_code, reason = "it is only held")] Runtime);

#[hosted_service(name = "drops-stateful", enabled = false)]
impl Stateful {
    fn new() -> hostkit::Result<Self> {
        Ok(Stateful(Runtime::new()?))
    }

    async fn run(&mut self, stop: Stop) {
        stop.requested().await;
    }
}

struct StatefulBomb(Bomb);

#[hosted_service(name = "drops-bomb", enabled = false)]
impl StatefulBomb {
    fn new() -> Self {
        StatefulBomb(Bomb)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_state_of_a_service_is_dropped_like_a_value() {
    let only = |name: &'static str| {
        TestHost::discover().only([name]).config(&format!("services.{name}.enabled"), true)
    };
    let report = only("drops-stateful").start().await.unwrap().stop().await;
    assert!(report.is_clean(), "{report}");
    let report = only("drops-bomb").start().await.unwrap().stop().await;
    assert_eq!(report.exit_code(), 1, "{report}");
    assert!(
        report.to_string().contains("while its value was dropped: panicked: could not flush"),
        "{report}"
    );
}

/// The run's own value panics: the run has failed, of whichever kind it and its value are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_panic_of_the_drop_of_a_runs_value_fails_the_run() {
    for provider in [Provider::blocking(|| made(Bomb)), Provider::new(|| async { made(Bomb) })] {
        let host = Host::builder()
            .provide_with("journal", provider.scope(Lifetime::Run))
            .timed("blocking", Every::secs(3600), Timed::blocking(|_: Dep<Bomb>| {}).first(secs(3600)))
            .timed("task", Every::secs(3600), Timed::new(|_: Dep<Bomb>| async {}).first(secs(3600)));
        let host = started(host).await;
        for name in ["blocking", "task"] {
            let hostkit::report::Triggered::Failed(failure) =
                host.handle().service(name).unwrap().timer().unwrap().trigger().await
            else {
                panic!("`{name}` should have failed")
            };
            assert_eq!(&*failure, "`journal` (provides) panicked while it was dropped: could not flush");
        }
        host.stop().await;
    }
}

/// A handle, tasks and a queue among the values, in a static, and with a task of the user's own that goes on: none keeps a value.
#[tokio::test(start_paused = true)]
async fn no_handle_keeps_a_value() {
    static KEPT: OnceLock<Mutex<Vec<HostHandle>>> = OnceLock::new();
    struct Job;
    struct Keeps(#[expect(dead_code, reason = "it is only held")] (Noted, HostHandle, Tasks, Queue<Job>));
    let diary = Diary::new();
    let noted = diary.clone();
    let host = Host::builder()
        .provide_with("keeps", move |host: HostHandle, tasks: Tasks, queue: Queue<Job>| {
            let keeps = Keeps((Noted("keeps", noted.clone()), host, tasks, queue));
            async { made(keeps) }
        })
        .provide(Given(Noted("given", diary.clone())))
        .queued("job", Queued::in_memory(|_: Job, _: Dep<Keeps>| async {}))
        .timed("timer", Every::secs(1), |_: Dep<Keeps>, _: Dep<Given>| async {})
        .service("s", |host: HostHandle, _: Dep<Keeps>, stop: Stop| async move {
            KEPT.get_or_init(Mutex::default).lock().unwrap().push(host.clone());
            let service = host.service("s");
            tokio::spawn(async move {
                let _kept = (host, service);
                std::future::pending::<()>().await;
            });
            stop.requested().await;
        });
    let host = started(host).await;
    let handle = host.handle();
    pass(secs(3)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(diary.all(), ["keeps", "given"]);
    assert_eq!((handle.status(), handle.service("timer").unwrap().runs() > 0), (Status::Stopped, true));
    assert!(!handle.service("timer").unwrap().pause("too late"));
}

/// In real time: it blocks. The others are not reached; the report says which one it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_drop_that_does_not_end_is_told() {
    struct Sticky(Arc<AtomicBool>);
    impl Drop for Sticky {
        fn drop(&mut self) {
            while !self.0.load(Ordering::Acquire) {
                std::thread::sleep(millis(5));
            }
        }
    }
    let free = Arc::new(AtomicBool::new(false));
    let there = free.clone();
    let host = Host::builder()
        .close_timeout(millis(50))
        .provide_with("journal", Provider::blocking(move || made(Sticky(there.clone()))))
        .service("s", |_: Dep<Sticky>, stop: Stop| async move { stop.requested().await });
    let report = started(host).await.stop().await;
    free.store(true, Ordering::Release);
    assert_eq!((report.outcome(), report.exit_code()), (Outcome::Aborted, 4), "{report}");
    assert!(report.to_string().contains("`journal` is being dropped, and that does not end"), "{report}");
}

/// A `fn` can't be cancelled: what it makes in the middle of a stop is closed and dropped like everything else, before the report.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_made_while_the_host_stops_is_closed_and_dropped() {
    let diary = Diary::new();
    let (making, closing) = (diary.clone(), diary.clone());
    let slow = Provider::blocking(move |host: HostHandle| {
        host.stop();
        std::thread::sleep(millis(150));
        made(Given(Noted("dropped", making.clone())))
    });
    let host = Host::builder()
        .provide_with(
            "slow",
            slow.close(move |_: Arc<Given>| {
                closing.note("closed");
                std::future::ready(())
            }),
        )
        .service("s", |_: Dep<Given>| async {});
    let error = host.build().unwrap().start().await.expect_err("it is told to stop");
    assert_eq!(diary.all(), ["closed", "dropped"], "{}", error.report());
    assert_eq!(error.report().exit_code(), 0, "{}", error.report());
}
