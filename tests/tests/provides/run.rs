//! `scope = "run"`: a fresh value for each run of a timer, made before its function is called, closed and dropped after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hostkit::builder::{Backoff, Lifetime, Moment, Overlap, Provider, Timed};
use hostkit::prelude::*;
use hostkit::report::Triggered;
use hostkit::testing::TestHost;
use hostkit::{Every, Host, HostBuilder};

use super::world::{Diary, made, pass, secs, started};

/// Numbered as they are made.
struct Tx(u32, Dep<Diary>);

impl Drop for Tx {
    fn drop(&mut self) {
        self.1.note(format!("{} dropped", self.0));
    }
}

/// Made from the run's own `Tx`.
struct Cursor(Dep<Tx>);

#[derive(Default)]
struct Count(AtomicU32);

#[provides]
async fn run_count() -> Count {
    Count::default()
}

#[provides(scope = "run", close = Tx::close)]
async fn tx(count: Dep<Count>, diary: Dep<Diary>) -> hostkit::Result<Tx> {
    let number = count.0.fetch_add(1, Ordering::SeqCst) + 1;
    diary.note(format!("{number} made"));
    Ok(Tx(number, diary))
}

#[provides(scope = "run")]
fn cursor(tx: Dep<Tx>) -> Cursor {
    Cursor(tx)
}

impl Tx {
    async fn close(&self) {
        pass(Duration::from_millis(1)).await;
        self.1.note(format!("{} closed", self.0));
    }
}

#[timed(every = "10s")]
async fn run_fresh(cursor: Dep<Cursor>, tx: Dep<Tx>, diary: Dep<Diary>, tick: Tick) {
    assert!(std::ptr::eq(&*cursor.0, &*tx), "one for each run");
    diary.note(format!("{} used by run {}", tx.0, tick.number()));
}

#[timed(every = "10s")]
fn run_blocking(tx: Dep<Tx>, cursor: Option<Dep<Cursor>>) {
    assert!(cursor.is_some());
    tx.1.note(format!("{} used", tx.0));
}

#[tokio::test(start_paused = true)]
async fn each_run_has_its_own() {
    let diary = Diary::new();
    let host = TestHost::discover().only(["run_fresh"]).provide(diary.clone()).start().await.unwrap();
    host.advance(secs(15)).await;
    assert!(host.stop().await.is_clean());
    let run =
        |n| ["made", &format!("used by run {n}"), "closed", "dropped"].map(|what| format!("{n} {what}"));
    assert_eq!(diary.all(), [run(1), run(2)].concat());
}

#[tokio::test(start_paused = true)]
async fn so_has_each_run_of_a_blocking_function() {
    let diary = Diary::new();
    let host = TestHost::discover().only(["run_blocking"]).provide(diary.clone()).start().await.unwrap();
    host.advance(secs(5)).await;
    assert!(matches!(host.trigger("run_blocking").await, Triggered::Done));
    assert!(host.stop().await.is_clean());
    let run = |n| ["made", "used", "closed", "dropped"].map(|what| format!("{n} {what}"));
    assert_eq!(diary.all(), [run(1), run(2)].concat());
}

struct Own(Arc<Diary>);

impl Drop for Own {
    fn drop(&mut self) {
        self.0.note("dropped");
    }
}

impl Own {
    async fn close(&self) {
        self.0.note("closed");
    }
}

fn own(diary: &Arc<Diary>) -> Provider<Own> {
    let diary = diary.clone();
    let make = move || {
        let diary = diary.clone();
        async move {
            diary.note("made");
            made(Own(diary))
        }
    };
    Provider::new(make).scope(Lifetime::Run).close(Own::close)
}

fn host(diary: &Arc<Diary>) -> HostBuilder {
    Host::builder().provide_with("own", own(diary))
}

/// It never runs by itself within a test.
fn once() -> Every {
    Every::secs(3600)
}

#[tokio::test(start_paused = true)]
async fn it_is_closed_whatever_became_of_the_run() {
    for timed in [
        Timed::new(|_: Dep<Own>| async { Err::<(), _>("no") }),
        Timed::new(|_: Dep<Own>| async { panic!("boom") }),
        Timed::new(|_: Dep<Own>| -> std::future::Ready<()> { panic!("boom") }),
        Timed::blocking(|_: Dep<Own>| -> () { panic!("boom") }),
        Timed::new(|_: Dep<Own>| std::future::pending::<()>()).timeout(secs(1)),
    ] {
        let diary = Diary::new();
        let host = started(host(&diary).timed("t", once(), timed)).await;
        pass(secs(5)).await;
        let report = host.stop().await;
        assert_eq!(report.service("t").unwrap().failures(), 1, "{report}");
        assert_eq!(diary.all(), ["made", "closed", "dropped"]);
    }
}

#[tokio::test(start_paused = true)]
async fn it_is_closed_when_the_run_is_cancelled() {
    let diary = Diary::new();
    let stuck = Timed::new(|_: Dep<Own>| std::future::pending::<()>());
    let host = started(host(&diary).timed("t", Every::secs(10), stuck.overlap(Overlap::Cancel))).await;
    pass(secs(15)).await;
    let mut cancelled = diary.all();
    cancelled.sort();
    assert_eq!(cancelled, ["closed", "dropped", "made", "made"]);
    let report = host.stop().await;
    assert_eq!(report.exit_code(), 4, "the second one hangs, too");
    let mut aborted = diary.all();
    aborted.sort();
    assert_eq!(aborted, ["closed", "closed", "dropped", "dropped", "made", "made"]);
}

#[tokio::test(start_paused = true)]
async fn a_retry_is_a_call_of_its_own() {
    let diary = Diary::new();
    let broken = Timed::new(|_: Dep<Own>| async { Err::<(), _>("no") });
    let broken = broken.retries(1).backoff(Backoff::new(secs(1), secs(1)));
    let host = started(host(&diary).timed("t", once(), broken)).await;
    pass(secs(5)).await;
    host.stop().await;
    let one = ["made", "closed", "dropped"];
    assert_eq!(diary.all(), [one, one].concat());
}

#[tokio::test(start_paused = true)]
async fn one_that_can_not_be_made_fails_its_run() {
    let diary = Diary::new();
    let note = diary.clone();
    let host = host(&diary)
        .provide_with(
            "broken",
            Provider::new(|_: Dep<Own>| async { Err::<u8, _>("no route to host") }).scope(Lifetime::Run),
        )
        .timed("t", Every::secs(10), move |_: Dep<u8>| {
            note.note("called");
            async {}
        });
    let host = started(host).await;
    pass(secs(15)).await;
    let report = host.stop().await;
    let service = report.service("t").unwrap();
    assert_eq!((report.exit_code(), service.runs(), service.failures()), (0, 2, 2), "the schedule goes on");
    assert_eq!(service.last_error().map(|e| &**e), Some("its `broken` could not be made: no route to host"));
    let one = ["made", "closed", "dropped"];
    assert_eq!(diary.all(), [one, one].concat());
}

#[tokio::test(start_paused = true)]
async fn one_that_can_not_be_closed_fails_its_run() {
    async fn fails(_: Arc<u8>) -> hostkit::Result {
        Err("the disk is full".into())
    }
    async fn hangs(_: Arc<u8>) {
        std::future::pending().await
    }
    let number = || Provider::new(|| async { made(7u8) }).scope(Lifetime::Run);
    for (provider, error) in [
        (number().close(fails), "closing its `n`: the disk is full"),
        (number().close(hangs), "closing its `n`: did not end within 2s"),
        (number().close(hangs).close_timeout(secs(1)), "closing its `n`: did not end within 1s"),
    ] {
        let host = Host::builder().provide_with("n", provider);
        let host = started(host.timed("t", once(), |_: Dep<u8>| async {})).await;
        pass(secs(5)).await;
        let report = host.stop().await;
        let service = report.service("t").unwrap();
        assert_eq!((service.failures(), service.last_error().map(|e| &**e)), (1, Some(error)));
    }
}

/// What needs no value of its own run is not asked, and what nobody needs is not made.
#[tokio::test(start_paused = true)]
async fn only_who_needs_it_has_it() {
    let diary = Diary::new();
    let host = host(&diary).timed("plain", once(), || async {}).on(Moment::Stopped, || async {});
    let host = started(host).await;
    pass(secs(1)).await;
    host.stop().await;
    assert_eq!(diary.all(), [""; 0]);
}

/// A thread can't be cancelled: the next run waits for it, as it would without a value of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_blocking_function_keeps_its_place() {
    static AT_ONCE: AtomicU32 = AtomicU32::new(0);
    let diary = Diary::new();
    let long = |_: Dep<Own>| {
        assert_eq!(AT_ONCE.fetch_add(1, Ordering::SeqCst), 0, "two at once");
        std::thread::sleep(Duration::from_millis(60));
        AT_ONCE.fetch_sub(1, Ordering::SeqCst);
    };
    let timed = Timed::blocking(long).timeout(Duration::from_millis(10)).overlap(Overlap::Cancel);
    let host = started(host(&diary).timed("t", Every::millis(20), timed)).await;
    while diary.all().len() < 6 {
        pass(Duration::from_millis(5)).await;
    }
    let report = host.stop().await;
    let error = report.service("t").unwrap().last_error().cloned().unwrap();
    assert!(error.contains("can't be cancelled, since it is a `fn`"), "{error}");
    let one = ["made", "closed", "dropped"];
    assert_eq!(diary.all()[..6], [one, one].concat());
}
