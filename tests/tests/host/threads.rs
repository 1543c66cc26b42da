//! Services that are a `fn`: each on a thread of its own, in real time.

use std::sync::Mutex;
use std::time::Instant;

use hostkit::builder::{Hosted, OnFailure};
use hostkit::param::{Dep, Pause, Ready, Stop};
use hostkit::report::{Ending, State};
use hostkit::testing::TestHost;
use hostkit::{BoxError, Host};

use super::world::{Diary, Page, lived, millis, noted, obedient, pass, secs};

#[tokio::test]
async fn a_fn_has_a_thread_with_its_name_and_the_runtime_at_hand() {
    let seen = std::sync::Arc::new(Mutex::new(None::<String>));
    let host = Host::builder().provide(seen.clone()).service(
        "crunch.all-numbers",
        Hosted::blocking(|seen: std::sync::Arc<Mutex<Option<String>>>, stop: Stop| {
            *seen.lock().unwrap() = std::thread::current().name().map(str::to_owned);
            let answer =
                tokio::runtime::Handle::current().block_on(async { tokio::spawn(async { 42 }).await });
            assert_eq!(answer.unwrap(), 42);
            stop.requested_blocking();
        }),
    );
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(30)).await;
    let report = host.stop().await;
    assert_eq!(seen.lock().unwrap().as_deref(), Some("crunch.all-numbers"));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_blocking_sleep_ends_with_its_time_or_with_a_stop() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service(
        "a",
        Hosted::blocking(|page: Page, stop: Stop| {
            assert_eq!(stop.deadline(), None);
            let begun = Instant::now();
            assert_eq!(stop.sleep_blocking(millis(30)), Pause::Elapsed);
            assert!(begun.elapsed() >= millis(30));
            page.note("elapsed");
            assert_eq!(stop.sleep_blocking(secs(60)), Pause::Stopped);
            assert_eq!(stop.sleep_blocking(secs(60)), Pause::Stopped, "at once");
            assert!(stop.is_requested() && stop.deadline().is_some());
            page.note("stopped");
        }),
    );
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(100)).await;
    let begun = Instant::now();
    let report = host.stop().await;
    assert!(begun.elapsed() < secs(5));
    assert_eq!(diary.all(), ["a elapsed", "a stopped"], "{report}");
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test]
async fn an_error_of_a_thread_stops_the_host() {
    let report = lived(
        Host::builder()
            .service("a", Hosted::blocking(|| Err::<(), BoxError>("no disk".into())))
            .service("b", obedient),
    )
    .await;
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.service("a").unwrap().last_error().map(|e| &**e), Some("no disk"));
    assert_eq!(report.service("b").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test]
async fn a_panic_of_a_thread_that_is_ignored_harms_nobody() {
    let panics = Hosted::blocking(|| panic!("no")).on_failure(OnFailure::Ignore);
    let host =
        Host::builder().service("a", panics).service("b", obedient).build().unwrap().start().await.unwrap();
    pass(millis(50)).await;
    assert_eq!(host.handle().service("a").unwrap().state(), State::Ended(Ending::Failed));
    assert!(host.stop().await.is_clean());
}

#[tokio::test]
async fn a_thread_that_panics_after_it_was_told_has_failed() {
    let host = Host::builder().service(
        "a",
        Hosted::blocking(|stop: Stop| {
            stop.requested_blocking();
            panic!("no");
        }),
    );
    let report = host.build().unwrap().start().await.unwrap().stop().await;
    assert_eq!((report.exit_code(), report.service("a").unwrap().ending()), (1, Some(Ending::Failed)));
}

#[tokio::test]
async fn a_thread_may_say_when_it_is_ready() {
    let diary = Diary::new();
    let host = Host::builder()
        .provide(diary.clone())
        .service(
            "db",
            Hosted::blocking(|page: Page, ready: Ready, stop: Stop| {
                std::thread::sleep(millis(50));
                page.note("ready");
                ready.notify();
                stop.requested_blocking();
                page.note("told");
            }),
        )
        .service("web", Hosted::new(noted).after(["db"]));
    let host = host.build().unwrap().start().await.unwrap();
    assert!(host.stop().await.is_clean());
    assert_eq!(diary.all(), ["db ready", "web began", "web told", "db told"]);
}

/// On an executor of one thread, a thread of one's own holds up nobody.
#[tokio::test]
async fn blocking_on_ones_own_thread_holds_up_nobody() {
    let begun = Instant::now();
    let blocks = || Hosted::blocking(|| std::thread::sleep(millis(150)));
    let host = (0..8).fold(Host::builder(), |host, n| host.service(format!("block-{n}"), blocks()));
    let report = lived(host.service("quick", |_: Dep<u8>| async {}).provide(1u8)).await;
    assert!(begun.elapsed() < millis(900), "{:?}", begun.elapsed());
    assert!(report.is_clean());
}

/// Of a test's host; the clock would leap over every deadline while the executor has nothing to do.
#[tokio::test(start_paused = true)]
async fn a_paused_clock_does_not_leap_over_what_a_thread_is_given() {
    for _ in 0..20 {
        let host = TestHost::empty().service(
            "a",
            Hosted::blocking(|ready: Ready, stop: Stop| {
                std::thread::sleep(millis(2));
                ready.notify();
                stop.requested_blocking();
                std::thread::sleep(millis(2));
            }),
        );
        let report = host.start().await.unwrap().stop().await;
        assert!(report.is_clean(), "{report}");
    }
}
