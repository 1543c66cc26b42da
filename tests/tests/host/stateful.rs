//! Services with state: `new`, `start`, `run` and `stop` of an annotated `impl`, in their order and with their failures.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::ThreadId;

use hostkit::prelude::*;
use hostkit::report::Ending;
use hostkit::{Host, HostBuilder, Report};

use super::world::{Diary, Page, ends, lived, millis, pass, refused, secs, started};

/// A host of one of the services below.
fn host(service: &str) -> (HostBuilder, std::sync::Arc<Diary>) {
    let diary = Diary::new();
    (Host::builder().discover().only([service]).provide(diary.clone()), diary)
}

fn last_error(report: &Report, service: &str) -> String {
    report.service(service).unwrap().last_error().map(ToString::to_string).unwrap_or_default()
}

struct Whole(u32);

#[hosted_service]
impl Whole {
    async fn new(page: Page) -> Self {
        page.note("new");
        Whole(1)
    }

    async fn start(&mut self, page: Page) -> hostkit::Result {
        self.0 += 1;
        page.note(&format!("start {}", self.0));
        Ok(())
    }

    async fn run(&mut self, page: Page, stop: Stop) {
        self.0 += 1;
        page.note(&format!("run {}", self.0));
        stop.requested().await;
    }

    async fn stop(&mut self, page: Page) {
        self.0 += 1;
        page.note(&format!("stop {}", self.0));
    }
}

#[tokio::test(start_paused = true)]
async fn the_methods_run_in_their_order_on_one_value() {
    let (host, diary) = host("whole");
    let host = started(host).await;
    pass(secs(1)).await;
    assert_eq!(diary.all(), ["whole new", "whole start 2", "whole run 3"]);
    let report = host.stop().await;
    assert_eq!(diary.all()[3..], ["whole stop 4"]);
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.service("whole").unwrap().ending(), Some(Ending::Stopped));
}

struct Idle;

#[hosted_service]
impl Idle {
    fn new() -> Self {
        Idle
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

#[tokio::test]
async fn without_run_it_lives_until_it_is_told_to_stop() {
    let (host, diary) = host("idle");
    let host = started(host).await;
    pass(millis(20)).await;
    assert!(diary.all().is_empty());
    assert_eq!(host.handle().stop_cause(), None);
    let report = host.stop().await;
    assert_eq!(diary.all(), ["idle stop"]);
    assert!(report.is_clean(), "{report}");
}

struct SlowStart;

#[hosted_service]
impl SlowStart {
    async fn new() -> Self {
        pass(secs(2)).await;
        SlowStart
    }

    async fn start(&mut self) {
        pass(secs(3)).await;
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

#[tokio::test(start_paused = true)]
async fn new_and_start_are_part_of_its_start() {
    let (host, _) = host("slow_start");
    let report = started(host).await.stop().await;
    assert_eq!(report.started_in(), Some(secs(5)));
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_the_middle_of_its_start_is_clean_and_stops_nothing() {
    let (host, diary) = host("slow_start");
    let host = host.on(hostkit::builder::Moment::Starting, |host: HostHandle, tasks: Tasks| async move {
        tasks
            .spawn("stopping", async move {
                pass(secs(4)).await;
                host.stop();
            })
            .unwrap();
    });
    let report = refused(host).await;
    assert_eq!((report.exit_code(), report.stopped_in()), (0, Some(secs(0))), "{report}");
    assert!(diary.all().is_empty(), "its `start` never succeeded");
}

struct NewFails;

#[hosted_service]
impl NewFails {
    async fn new() -> hostkit::Result<Self> {
        Err("no socket".into())
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

struct StartFails;

#[hosted_service]
impl StartFails {
    async fn new() -> Self {
        StartFails
    }

    async fn start(&mut self) -> hostkit::Result {
        Err("no port".into())
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

struct StartPanics;

#[hosted_service]
impl StartPanics {
    fn new() -> Self {
        StartPanics
    }

    fn start(&mut self) {
        panic!("no luck")
    }

    fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

#[tokio::test]
async fn only_what_has_started_is_stopped() {
    let told = [
        ("new_fails", "in `new`: no socket"),
        ("start_fails", "in `start`: no port"),
        ("start_panics", "in `start`: panicked: no luck"),
    ];
    for (service, error) in told {
        let (host, diary) = host(service);
        let report = refused(host).await;
        assert_eq!((report.exit_code(), last_error(&report, service).as_str()), (3, error));
        assert!(diary.all().is_empty(), "{:?}", diary.all());
        assert_eq!(report.service(service).unwrap().ending(), Some(Ending::Failed));
    }
}

struct RunFails;

#[hosted_service]
impl RunFails {
    async fn new() -> Self {
        RunFails
    }

    async fn run(&mut self) -> hostkit::Result {
        pass(secs(1)).await;
        Err("lost".into())
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

struct RunPanics;

#[hosted_service]
impl RunPanics {
    async fn new() -> Self {
        RunPanics
    }

    async fn run(&mut self) {
        pass(secs(1)).await;
        panic!("lost")
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

struct RunReturns;

#[hosted_service]
impl RunReturns {
    async fn new() -> Self {
        RunReturns
    }

    async fn run(&mut self) {
        pass(secs(1)).await;
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

#[tokio::test(start_paused = true)]
async fn stop_runs_however_run_has_ended() {
    let ends = [
        ("run_fails", Ending::Failed, 1, "lost"),
        ("run_panics", Ending::Failed, 1, "panicked: lost"),
        ("run_returns", Ending::Finished, 0, ""),
    ];
    for (service, ending, code, error) in ends {
        let (host, diary) = host(service);
        let report = lived(host).await;
        assert_eq!(diary.all(), [format!("{service} stop")]);
        assert_eq!((report.exit_code(), last_error(&report, service).as_str()), (code, error));
        assert_eq!(report.service(service).unwrap().ending(), Some(ending));
    }
}

struct StopFails;

#[hosted_service]
impl StopFails {
    async fn new() -> Self {
        StopFails
    }

    async fn stop(&mut self) -> hostkit::Result {
        Err("not flushed".into())
    }
}

struct BothFail;

#[hosted_service]
impl BothFail {
    async fn new() -> Self {
        BothFail
    }

    async fn run(&mut self, stop: Stop) -> hostkit::Result {
        stop.requested().await;
        Err("lost".into())
    }

    async fn stop(&mut self) -> hostkit::Result {
        Err("not flushed".into())
    }
}

/// Being told to stop excuses an error of `run`. One of `stop` it does not.
#[tokio::test(start_paused = true)]
async fn an_error_of_stop_is_a_failure() {
    let (stop_fails, _) = host("stop_fails");
    let report = started(stop_fails).await.stop().await;
    let service = report.service("stop_fails").unwrap();
    assert_eq!((report.exit_code(), service.ending(), service.failures()), (1, Some(Ending::Failed), 1));
    assert_eq!(last_error(&report, "stop_fails"), "in `stop`: not flushed");

    let (both_fail, _) = host("both_fail");
    let report = started(both_fail).await.stop().await;
    let service = report.service("both_fail").unwrap();
    assert_eq!(
        (report.exit_code(), service.ending(), service.failures()),
        (1, Some(Ending::Failed), 2),
        "{report}"
    );
}

struct ToldFails;

#[hosted_service]
impl ToldFails {
    async fn new() -> Self {
        ToldFails
    }

    async fn run(&mut self, stop: Stop) -> hostkit::Result {
        stop.requested().await;
        Err("closed".into())
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

#[tokio::test(start_paused = true)]
async fn an_error_of_run_after_being_told_is_excused() {
    let (host, diary) = host("told_fails");
    let report = started(host).await.stop().await;
    assert_eq!((report.exit_code(), last_error(&report, "told_fails").as_str()), (0, "closed"));
    assert_eq!(diary.all(), ["told_fails stop"]);
}

struct SlowBoth;

#[hosted_service]
impl SlowBoth {
    async fn new() -> Self {
        SlowBoth
    }

    async fn run(&mut self, stop: Stop) {
        stop.requested().await;
        pass(secs(6)).await;
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop began");
        pass(secs(6)).await;
        page.note("stop ended");
    }
}

#[tokio::test(start_paused = true)]
async fn run_and_stop_share_one_stop_timeout() {
    let (host, diary) = host("slow_both");
    let report = ends(started(host).await.stop()).await;
    assert_eq!(diary.all(), ["slow_both stop began"]);
    assert_eq!(report.service("slow_both").unwrap().ending(), Some(Ending::Aborted));
    assert!(report.stopped_in() < Some(secs(11)), "{report}");
    assert_eq!(report.exit_code(), 4);
}

struct NeverStops;

#[hosted_service(stop_timeout = "3s")]
impl NeverStops {
    async fn new() -> Self {
        NeverStops
    }

    async fn run(&mut self) {
        std::future::pending::<()>().await;
    }

    async fn stop(&mut self, page: Page) {
        page.note("stop");
    }
}

#[tokio::test(start_paused = true)]
async fn what_had_to_be_aborted_is_not_stopped() {
    let (host, diary) = host("never_stops");
    let report = ends(started(host).await.stop()).await;
    assert!(diary.all().is_empty());
    assert_eq!(report.exit_code(), 4);
}

struct HangsAfterRun;

#[hosted_service(stop_timeout = "3s")]
impl HangsAfterRun {
    async fn new() -> Self {
        HangsAfterRun
    }

    async fn run(&mut self) {}

    async fn stop(&mut self) {
        std::future::pending::<()>().await;
    }
}

/// It returned by itself and nobody told it to stop: its own time bounds its `stop` all the same.
#[tokio::test(start_paused = true)]
async fn a_stop_that_hangs_after_run_has_its_time() {
    let (host, _) = host("hangs_after_run");
    let report = lived(host).await;
    assert_eq!(last_error(&report, "hangs_after_run"), "in `stop`: did not end within 3s");
    assert_eq!(report.exit_code(), 1);
}

static MADE: AtomicU32 = AtomicU32::new(0);

struct MadeAnew(u32);

#[hosted_service(on_failure = "restart", backoff = "1s..1s")]
impl MadeAnew {
    async fn new() -> Self {
        MadeAnew(MADE.fetch_add(1, Ordering::SeqCst))
    }

    async fn run(&mut self, page: Page, stop: Stop) -> hostkit::Result {
        page.note(&format!("run {}", self.0));
        if self.0 < 2 {
            return Err("again".into());
        }
        stop.requested().await;
        Ok(())
    }

    async fn stop(&mut self, page: Page) {
        page.note(&format!("stop {}", self.0));
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_makes_a_new_value() {
    let (host, diary) = host("made_anew");
    let host = started(host).await;
    pass(secs(10)).await;
    let report = host.stop().await;
    let all =
        ["run 0", "stop 0", "run 1", "stop 1", "run 2", "stop 2"].map(|line| format!("made_anew {line}"));
    assert_eq!(diary.all(), all);
    assert!(report.is_clean(), "{report}");
}

struct Blocking(Vec<ThreadId>);

#[hosted_service]
impl Blocking {
    fn new() -> Self {
        Blocking(vec![std::thread::current().id()])
    }

    fn start(&mut self) {
        self.0.push(std::thread::current().id());
    }

    fn run(&mut self, page: Page, stop: Stop) {
        self.0.push(std::thread::current().id());
        page.note(std::thread::current().name().unwrap_or_default());
        stop.requested_blocking();
    }

    fn stop(&mut self, page: Page, executor: Dep<ThreadId>) {
        self.0.push(std::thread::current().id());
        assert!(!self.0.contains(&executor), "off the executor");
        page.note(&format!("{} methods", self.0.len()));
    }
}

#[tokio::test]
async fn methods_that_block_run_off_the_executor() {
    let (host, diary) = host("blocking");
    let host = started(host.provide(std::thread::current().id())).await;
    pass(millis(50)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(diary.all(), ["blocking blocking", "blocking 4 methods"]);
}

struct SaysReady;

#[hosted_service]
impl SaysReady {
    async fn new() -> Self {
        SaysReady
    }

    async fn run(&mut self, ready: Ready, stop: Stop) {
        pass(secs(5)).await;
        ready.notify();
        stop.requested().await;
    }
}

#[tokio::test(start_paused = true)]
async fn run_may_say_when_it_is_ready() {
    let (host, _) = host("says_ready");
    let report = started(host).await.stop().await;
    assert_eq!(report.started_in(), Some(secs(5)));
    assert!(report.is_clean(), "{report}");
}
