//! Spans: every log record of a service, a hook or a task stands in a span with its name, on whatever thread.

use hostkit::builder::{Hook, Hosted, Moment, OnFailure, Timed};
use hostkit::param::{Stop, Tasks};
use hostkit::report::Ending;
use hostkit::{BoxError, Every, Host};
use tracing::Level;

use super::log::{self, Record};
use super::world::{ends, lived, millis, pass, secs, started, stubborn};

/// The records with this text, each with the names of the spans around it.
fn spans_of(text: &str) -> Vec<Vec<String>> {
    log::with(text).into_iter().map(|record| record.spans).collect()
}

#[tokio::test(start_paused = true)]
async fn a_services_records_stand_in_its_span() {
    log::gather();
    let host = Host::builder()
        .service("span-async", |stop: Stop| async move {
            tracing::info!("span-async began");
            pass(secs(1)).await;
            tracing::info!("span-async went on");
            stop.requested().await;
            tracing::info!("span-async was told");
        })
        .service("span-call", |stop: Stop| {
            tracing::info!("span-call was called");
            async move { stop.requested().await }
        })
        .timed("span-timed", Every::secs(60), || async { tracing::info!("span-timed ran") })
        .on(Moment::Started, || async { tracing::info!("span-hook ran") });
    let host = started(host).await;
    pass(secs(5)).await;
    host.stop().await;
    assert_eq!(spans_of("span-async began"), [["span-async"]]);
    assert_eq!(spans_of("span-async went on"), [["span-async"]]);
    assert_eq!(spans_of("span-async was told"), [["span-async"]]);
    assert_eq!(spans_of("span-call was called"), [["span-call"]]);
    assert_eq!(spans_of("span-timed ran"), [["span-timed"]]);
    assert_eq!(spans_of("span-hook ran"), [["on-started"]]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn records_from_other_threads_stand_in_the_span_too() {
    log::gather();
    let host = Host::builder()
        .service("span-thread", Hosted::blocking(|| tracing::info!("span-thread ran")))
        .timed("span-pool", Every::secs(60), Timed::blocking(|| tracing::info!("span-pool ran")))
        .on(Moment::Starting, Hook::blocking(|| tracing::info!("span-blocking-hook ran")));
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(50)).await;
    host.stop().await;
    assert_eq!(spans_of("span-thread ran"), [["span-thread"]]);
    assert_eq!(spans_of("span-pool ran"), [["span-pool"]]);
    assert_eq!(spans_of("span-blocking-hook ran"), [["on-starting"]]);
}

#[tokio::test]
async fn a_tasks_records_stand_in_a_span_with_both_names() {
    log::gather();
    let host = Host::builder().service("span-tasks", |tasks: Tasks| async move {
        tasks.spawn("one", async { tracing::info!("span-task one") }).unwrap();
        tasks.spawn_blocking("two", || tracing::info!("span-task two")).unwrap();
        tasks.enqueue(|_: Stop| async { tracing::info!("span-task three") }).await.unwrap();
    });
    lived(host).await;
    assert_eq!(spans_of("span-task one"), [["span-tasks/one"]]);
    assert_eq!(spans_of("span-task two"), [["span-tasks/two"]]);
    assert_eq!(spans_of("span-task three"), [["span-tasks/queue"]]);
}

/// It is the service's record, wherever the host was started from.
#[tokio::test(start_paused = true)]
async fn no_span_of_the_caller_sticks_to_a_service() {
    log::gather();
    let caller = tracing::info_span!("caller", name = "span-caller");
    let mut host = {
        use tracing::Instrument as _;
        let host = Host::builder().service("span-inner", || async { tracing::info!("span-inner ran") });
        started(host).instrument(caller).await
    };
    ends(host.wait()).await;
    assert_eq!(spans_of("span-inner ran"), [["span-inner"]]);
}

#[tokio::test(start_paused = true)]
async fn what_is_dropped_by_force_speaks_in_its_span() {
    struct Speaks;
    impl Drop for Speaks {
        fn drop(&mut self) {
            tracing::info!("span-drop spoke");
        }
    }
    log::gather();
    let host = Host::builder().service(
        "span-drop",
        Hosted::new(|| async {
            let _speaks = Speaks;
            stubborn().await;
        })
        .stop_timeout(secs(1)),
    );
    let report = ends(started(host).await.stop()).await;
    assert_eq!(report.service("span-drop").unwrap().ending(), Some(Ending::Aborted));
    assert_eq!(spans_of("span-drop spoke"), [["span-drop"]]);
}

fn errors(records: Vec<Record>, level: Level) -> Vec<String> {
    records
        .into_iter()
        .filter(|record| record.level == level)
        .map(|record| record.text.trim().to_owned())
        .collect()
}

/// A failure is told in the span of whom it befell, with its whole chain and with what happens next.
#[tokio::test(start_paused = true)]
async fn a_failure_is_logged_in_its_span_with_what_comes_next() {
    log::gather();
    let failing = || Hosted::new(|| async { Err::<(), BoxError>("no".into()) });
    let host = Host::builder()
        .service("log-ignored", failing().on_failure(OnFailure::Ignore))
        .service("log-told", |stop: Stop| async move {
            stop.requested().await;
            Err::<(), BoxError>("closed".into())
        })
        .service("log-panicking", |stop: Stop| async move {
            stop.requested().await;
            panic!("ouch");
        });
    let host = started(host).await;
    pass(secs(1)).await;
    host.stop().await;
    let error = |name: &str| errors(log::within(name), Level::ERROR);
    let warning = |name: &str| errors(log::within(name), Level::WARN);
    assert_eq!(error("log-ignored"), ["failed: the host goes on without it error=no"]);
    assert_eq!(warning("log-told"), ["ended with an error after it was asked to stop error=closed"]);
    assert_eq!(error("log-panicking"), ["failed while stopping error=panicked: ouch"]);
}

#[tokio::test(start_paused = true)]
async fn restarts_are_logged_with_their_count_and_the_end_of_the_budget() {
    log::gather();
    let failing = Hosted::new(|| async { Err::<(), BoxError>("no".into()) })
        .on_failure(OnFailure::Restart)
        .max_restarts(1);
    let second = hostkit::builder::Backoff::new(secs(1), secs(1));
    lived(Host::builder().service("log-restarting", failing.backoff(second))).await;
    let warned = errors(log::within("log-restarting"), Level::WARN);
    assert_eq!(warned, ["failed: restart 1 of 1 within 1m, in 1.0s error=no"]);
    let error = errors(log::within("log-restarting"), Level::ERROR);
    assert_eq!(error, ["failed again after 1 restarts within 1m: the host stops error=no"]);
}

#[tokio::test(start_paused = true)]
async fn an_abort_is_logged_with_the_time_it_was_given() {
    log::gather();
    let host = Host::builder().service("log-aborted", Hosted::new(stubborn).stop_timeout(secs(3)));
    ends(started(host).await.stop()).await;
    assert_eq!(errors(log::within("log-aborted"), Level::ERROR), ["did not stop within 3.0s and is aborted"]);
}

/// One line when it is ready, one when it stops, one at the end.
#[tokio::test(start_paused = true)]
async fn the_host_tells_of_its_own_life() {
    log::gather();
    let names = ["life-a", "life-b"];
    let host = names.iter().fold(Host::builder(), |host, name| host.service(*name, super::world::obedient));
    started(host).await.stop().await;
    let ready = log::with("life-a, life-b");
    assert_eq!(ready.len(), 1);
    assert_eq!(
        (ready[0].level, ready[0].text.trim()),
        (Level::INFO, "ready in 0.0ns: 2 services in 1 level: life-a, life-b")
    );
    assert!(ready[0].spans.is_empty());
}

/// The blocker is named while it still blocks, with its thread.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_poll_is_warned_of_while_it_lasts_and_counted() {
    log::gather();
    let host = Host::builder().stall_warning(millis(50)).service("stall-blocker", |stop: Stop| async move {
        std::thread::sleep(millis(500));
        stop.requested().await;
    });
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(300)).await;
    let warned = log::with("service=stall-blocker");
    assert_eq!(warned.len(), 1, "{warned:?}");
    assert_eq!(warned[0].level, Level::WARN);
    assert!(warned[0].text.contains("holds its executor thread: no await for"), "{warned:?}");
    assert!(warned[0].text.contains("thread=tokio-rt-worker"), "{warned:?}");
    assert_eq!(host.handle().service("stall-blocker").unwrap().stalls(), 1);
    pass(millis(400)).await;
    let report = host.stop().await;
    assert_eq!(report.service("stall-blocker").unwrap().stalls(), 1, "one poll, one stall");
    assert!(report.is_clean());
}
