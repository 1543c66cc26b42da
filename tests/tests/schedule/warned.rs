//! What a timer tells of itself: how loud a failure is, how often a warning comes, and which due time a line belongs to.

use hostkit::builder::{FailureLevel, Overlap, Timed};
use hostkit::param::Tick;
use hostkit::report::Triggered;
use hostkit::testing::TestHost;
use hostkit::{Every, HostHandle};
use tracing::Level;

use super::log::{self, Record};
use super::world::{ends, leap, millis, pass, secs};

fn told(name: &str, part: &str) -> Vec<Record> {
    log::within(name).into_iter().filter(|record| record.text.contains(part)).collect()
}

#[tokio::test(start_paused = true)]
async fn skipped_due_times_are_warned_of_once_a_minute_with_their_number() {
    log::gather();
    for (name, every) in [("warned-skip-a", 500), ("warned-skip-b", 2_000)] {
        let slow = Timed::new(move || pass(millis(every * 3 / 2))).overlap(Overlap::Skip);
        let host = TestHost::empty().timed(name, Every::millis(every), slow).start().await.unwrap();
        host.advance(secs(59)).await;
        let part = "due times are skipped: the previous run is still going";
        assert_eq!(told(name, part).len(), 1, "{:?}", told(name, part));
        host.advance(secs(70)).await;
        let all = told(name, part);
        let counts: Vec<u64> = all.iter().map(|record| field(record, "skipped")).collect();
        assert_eq!(counts.len(), 3, "{all:?}");
        assert_eq!(counts[0], 1);
        assert!(
            counts[1] > 10 && counts.iter().sum::<u64>() <= host.service(name).timer().unwrap().skipped(),
            "{counts:?}"
        );
        host.stop().await;
    }
}

fn field(record: &Record, name: &str) -> u64 {
    let value = record.text.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix('='));
    value.unwrap_or_else(|| panic!("no {name} in {record:?}")).parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn cancelled_runs_are_warned_of_once_a_minute() {
    log::gather();
    let slow = Timed::new(|| pass(millis(1_500))).overlap(Overlap::Cancel);
    let host = TestHost::empty().timed("warned-cancel", Every::secs(1), slow).start().await.unwrap();
    host.advance(secs(59)).await;
    assert_eq!(told("warned-cancel", "was cancelled after").len(), 1);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn missed_due_times_are_warned_of_once_a_minute() {
    log::gather();
    let host = TestHost::empty().timed("warned-missed", Every::secs(1), || async {}).start().await.unwrap();
    for _ in 0..5 {
        leap(&host, secs(10)).await;
    }
    assert_eq!(told("warned-missed", "due times passed").len(), 1);
    leap(&host, secs(30)).await;
    let all = told("warned-missed", "due times passed");
    assert_eq!(all.len(), 2);
    assert_eq!(
        all.iter().map(|record| field(record, "missed")).sum::<u64>(),
        host.service("warned-missed").timer().unwrap().missed()
    );
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_failed_run_is_as_loud_as_its_timer_says() {
    log::gather();
    let failing = || Timed::new(|| async { Err::<(), _>("no") });
    let panicking = || Timed::new(|| async { panic!("no") });
    let levels = [
        (FailureLevel::Error, Level::ERROR),
        (FailureLevel::Warn, Level::WARN),
        (FailureLevel::Info, Level::INFO),
    ];
    for (number, (level, expected)) in levels.into_iter().enumerate() {
        let names = ["err", "panic", "fn"].map(|kind| format!("level-{kind}-{number}"));
        let blocking = Timed::blocking(|| Err::<(), _>("no")).failure_level(level);
        let host = TestHost::empty()
            .timed(names[0].clone(), Every::secs(10), failing().failure_level(level))
            .timed(names[1].clone(), Every::secs(10), panicking().failure_level(level))
            .timed(names[2].clone(), Every::secs(10), blocking);
        let host = host.start().await.unwrap();
        host.advance(secs(15)).await;
        for name in &names {
            let told = told(name, "run failed; the schedule goes on");
            assert_eq!(told.iter().map(|record| record.level).collect::<Vec<_>>(), [expected; 2], "{name}");
            assert_eq!(host.service(name).failures(), 2);
        }
        host.stop().await;
    }
    let host = TestHost::empty().timed("level-default", Every::secs(10), failing()).start().await.unwrap();
    host.advance(secs(1)).await;
    assert_eq!(told("level-default", "run failed")[0].level, Level::ERROR);
}

/// The configuration says it, too.
#[tokio::test(start_paused = true)]
async fn the_level_of_failures_is_an_option_like_others() {
    log::gather();
    let failing = Timed::new(|| async { Err::<(), _>("no") });
    let host = TestHost::empty().timed("level-configured", Every::secs(10), failing);
    let host = host.config("services.level-configured.failure_level", "warn").start().await;
    let host = match host {
        Ok(host) => host,
        Err(error) => panic!("{error}"),
    };
    host.advance(secs(1)).await;
    assert_eq!(told("level-configured", "run failed")[0].level, Level::WARN);
    let wrong = TestHost::empty().timed("t", Every::secs(10), || async {});
    let wrong = wrong.config("services.t.failure_level", "debug").start().await;
    let error = wrong.err().map(|error| error.to_string()).unwrap_or_default();
    assert!(error.contains("failure_level") && error.contains("info"), "{error}");
}

/// The due time of the run is a field of the span that its log stands in, beside the name of the service; whatever thread speaks.
#[tokio::test(start_paused = true)]
async fn the_log_of_a_run_says_which_due_time_it_is_for() {
    log::gather();
    let run = |tick: Tick| async move {
        tracing::info!("due-async {} began", tick.number());
        pass(secs(1)).await;
        tracing::info!("due-async {} went on", tick.number());
        Err::<(), _>("due-async no")
    };
    let on_pool = |tick: Tick| tracing::info!("due-pool {} ran", tick.number());
    let host = TestHost::empty()
        .at("2026-03-29T02:59:50+02:00")
        .timed("due-async", Every::secs(60), Timed::new(run).first(secs(10)))
        .timed("due-pool", Every::secs(60), Timed::blocking(on_pool).first(secs(10)))
        .start()
        .await
        .unwrap();
    host.advance(secs(75)).await;
    let (one, two) = ("2026-03-29T01:00:00Z", "2026-03-29T01:01:00Z");
    for (part, due) in [
        ("due-async 1 began", one),
        ("due-async 1 went on", one),
        ("due-async 2 began", two),
        ("due-async 2 went on", two),
        ("due-pool 1 ran", one),
        ("due-pool 2 ran", two),
    ] {
        let records = log::with(part);
        assert_eq!(
            records.iter().map(|record| record.due.as_deref()).collect::<Vec<_>>(),
            [Some(due)],
            "{part}"
        );
    }
    let failed = told("due-async", "run failed");
    assert_eq!(failed.iter().map(|record| record.due.as_deref()).collect::<Vec<_>>(), [Some(one), Some(two)]);
    assert_eq!(host.trigger("due-pool").await, Triggered::Done);
    assert_eq!(log::with("due-pool 3 ran")[0].due, None, "by hand it is due at no time");
}

/// Asked for by itself, a run would wait for itself: it is refused where it would have to wait, and only there.
#[tokio::test(start_paused = true)]
async fn a_run_that_asks_for_itself_and_waits_is_refused() {
    async fn asks(host: HostHandle) -> hostkit::Result {
        match host.service("t").unwrap().timer().unwrap().trigger().await {
            Triggered::Refused(why) if why.contains("wait for itself") => Err(why.into()),
            other => Err(format!("{other:?}").into()),
        }
    }
    fn asks_on_pool(host: HostHandle) -> hostkit::Result {
        tokio::runtime::Handle::current().block_on(asks(host))
    }
    for (timed, refused) in [
        (Timed::new(asks).overlap(Overlap::Queue), true),
        (Timed::blocking(asks_on_pool).overlap(Overlap::Queue), true),
        (Timed::blocking(asks_on_pool).overlap(Overlap::Cancel), true),
        (Timed::new(asks).overlap(Overlap::Skip), false),
        (Timed::blocking(asks_on_pool).overlap(Overlap::Skip), false),
        (Timed::new(asks).overlap(Overlap::Queue).retries(1), true),
    ] {
        let host = TestHost::empty().timed("t", Every::secs(100), timed).start().await.unwrap();
        host.advance(secs(20)).await;
        let t = host.service("t");
        let why = t.last_error().map(|error| error.to_string()).unwrap_or_default();
        let expected = if refused { "this run would wait for itself" } else { "Skipped" };
        assert!(why.starts_with(expected), "{why}");
        assert_eq!(t.runs(), 1);
        assert!(ends(host.stop()).await.is_clean());
    }
}

/// The same by way of others: each asks for the next, and waits.
#[tokio::test(start_paused = true)]
async fn runs_that_ask_for_each_other_in_a_ring_and_wait_are_refused() {
    for names in [vec!["a", "b"], vec!["a", "b", "c"]] {
        let mut host = TestHost::empty();
        for (number, name) in names.iter().enumerate() {
            let next = names[(number + 1) % names.len()];
            let asks = move |host: HostHandle| async move {
                match host.service(next).unwrap().timer().unwrap().trigger().await {
                    Triggered::Done => Ok(()),
                    other => Err(format!("{other:?}")),
                }
            };
            let first = if number == 0 { secs(0) } else { secs(1_000) };
            host =
                host.timed(*name, Every::secs(10_000), Timed::new(asks).overlap(Overlap::Queue).first(first));
        }
        let host = host.start().await.unwrap();
        host.advance(secs(10)).await;
        let failures: Vec<u64> = names.iter().map(|name| host.service(name).failures()).collect();
        assert!(failures.iter().all(|failures| *failures == 1), "each heard of it: {failures:?}");
        let last = names[names.len() - 1];
        assert!(host.service(last).last_error().unwrap().contains("wait for itself"));
        assert_eq!(ends(host.trigger("a")).await, {
            let failure = host.service("a").last_error().unwrap();
            Triggered::Failed(failure)
        });
        assert!(ends(host.stop()).await.is_clean());
    }
}

/// Whoever asks without being waited for is served: another timer, another service, a task.
#[tokio::test(start_paused = true)]
async fn a_run_may_ask_for_others_and_wait() {
    let asks = |host: HostHandle| async move {
        match host.service("b").unwrap().timer().unwrap().trigger().await {
            Triggered::Done => Ok(()),
            other => Err(format!("{other:?}")),
        }
    };
    let host = TestHost::empty()
        .timed("a", Every::secs(10), Timed::new(asks).overlap(Overlap::Queue))
        .timed("b", Every::secs(10), Timed::new(|| pass(secs(3))).overlap(Overlap::Queue))
        .start()
        .await
        .unwrap();
    host.advance(secs(35)).await;
    assert_eq!((host.service("a").failures(), host.service("b").failures()), (0, 0));
    assert!(host.service("a").timer().unwrap().last_runs().len() >= 3);
    assert!(ends(host.stop()).await.is_clean());
}

/// With `cancel` a run that asks for itself begins anew again and again; nobody else is kept from running.
#[tokio::test(start_paused = true)]
async fn a_run_that_replaces_itself_for_ever_holds_no_thread() {
    let again = |host: HostHandle| async move {
        let _ = host.service("t").unwrap().timer().unwrap().trigger().await;
    };
    let host = TestHost::empty()
        .timed("t", Every::secs(100), Timed::new(again).overlap(Overlap::Cancel))
        .timed("other", Every::secs(1), || async {})
        .start()
        .await
        .unwrap();
    for _ in 0..20 {
        tokio::task::yield_now().await;
    }
    assert!(host.service("t").runs() > 1);
    assert!(host.service("other").runs() >= 1);
    assert!(ends(host.stop()).await.exit_code() == 0);
}
