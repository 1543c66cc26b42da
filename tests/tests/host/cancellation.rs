//! The stop signal as a service sees it: it can be followed and awaited, and not forged.

use hostkit::Host;
use hostkit::builder::Hosted;
use hostkit::param::{CancellationToken, Pause, Stop};
use hostkit::report::Ending;
use tokio::time::Instant;

use super::world::{Diary, Page, ends, lived, millis, obedient, pass, secs, started};

#[tokio::test(start_paused = true)]
async fn nobody_can_forge_a_stop() {
    async fn forger(page: Page, stop: Stop, token: CancellationToken) {
        stop.cancel();
        token.cancel();
        assert!(stop.is_cancelled() && token.is_cancelled(), "what hangs on them has ended");
        assert!(!stop.is_requested() && !stop.clone().is_cancelled(), "the signal itself has not");
        pass(secs(60)).await;
        page.note("still here");
        stop.requested().await;
    }
    let diary = Diary::new();
    let host =
        started(Host::builder().provide(diary.clone()).service("a", forger).service("b", obedient)).await;
    pass(secs(120)).await;
    assert_eq!(host.handle().stop_cause(), None);
    assert_eq!(diary.all(), ["a still here"]);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn every_form_of_the_signal_is_raised() {
    async fn listener(page: Page, stop: Stop, token: CancellationToken) {
        let (child, clone) = (stop.child_token(), stop.clone());
        assert!(!stop.is_requested() && !token.is_cancelled() && !child.is_cancelled());
        tokio::join!(
            stop.requested(),
            token.cancelled(),
            child.cancelled(),
            clone.requested(),
            clone.cancelled()
        );
        assert!(stop.is_requested() && stop.is_cancelled());
        page.note("all raised");
    }
    let diary = Diary::new();
    started(Host::builder().provide(diary.clone()).service("a", listener)).await.stop().await;
    assert_eq!(diary.all(), ["a all raised"]);
}

#[tokio::test(start_paused = true)]
async fn a_sleep_ends_with_its_time_or_with_a_stop() {
    async fn sleeper(page: Page, stop: Stop) {
        let begun = Instant::now();
        assert_eq!(stop.sleep(secs(5)).await, Pause::Elapsed);
        assert_eq!(begun.elapsed(), secs(5));
        assert_eq!(stop.sleep(secs(3600)).await, Pause::Stopped);
        assert_eq!(begun.elapsed(), secs(8));
        assert!(!stop.sleep(secs(3600)).await.is_running(), "at once, once it was requested");
        assert_eq!(begun.elapsed(), secs(8));
        page.note("slept");
    }
    let diary = Diary::new();
    let host = started(Host::builder().provide(diary.clone()).service("a", sleeper)).await;
    pass(secs(8)).await;
    assert!(host.stop().await.is_clean());
    assert_eq!(diary.all(), ["a slept"]);
}

#[tokio::test(start_paused = true)]
async fn a_loop_of_sleeps_ends_with_the_stop() {
    let diary = Diary::new();
    let host =
        Host::builder().provide(diary.clone()).service("poller", |page: Page, stop: Stop| async move {
            while stop.sleep(secs(5)).await.is_running() {
                page.note("polled");
            }
        });
    let host = started(host).await;
    pass(secs(18)).await;
    let report = host.stop().await;
    assert_eq!(diary.count("poller polled"), 3);
    assert_eq!(report.service("poller").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn run_until_gives_the_output_or_drops_the_future() {
    async fn runner(page: Page, stop: Stop) {
        assert_eq!(stop.run_until(async { 7 }).await, Some(7));
        let held = super::world::Parting(page);
        let endless = async move {
            let _held = held;
            std::future::pending::<()>().await;
        };
        assert_eq!(stop.run_until(endless).await, None);
        assert_eq!(stop.run_until(async { 7 }).await, None, "the signal is asked first");
    }
    let diary = Diary::new();
    let host = started(Host::builder().provide(diary.clone()).service("a", runner)).await;
    pass(secs(1)).await;
    let report = host.stop().await;
    assert_eq!(diary.all(), ["a dropped"]);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_is_known_once_told() {
    let host = Host::builder().service(
        "a",
        Hosted::new(|stop: Stop| async move {
            assert_eq!(stop.deadline(), None);
            stop.requested().await;
            assert_eq!(stop.deadline(), Some(Instant::now() + secs(7)));
            pass(secs(2)).await;
            assert_eq!(stop.deadline(), Some(Instant::now() + secs(5)), "it does not move");
        })
        .stop_timeout(secs(7)),
    );
    let host = started(host).await;
    pass(secs(3)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn the_deadline_of_a_late_level_is_what_the_host_has_left() {
    let host = Host::builder()
        .service("db", |stop: Stop| async move {
            stop.requested().await;
            assert_eq!(stop.deadline().unwrap().duration_since(Instant::now()), secs(3));
        })
        .service(
            "web",
            Hosted::new(|stop: Stop| async move {
                stop.requested().await;
                pass(secs(2)).await;
            })
            .after(["db"]),
        )
        .stop_timeout(secs(5));
    let report = started(host).await.stop().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn what_a_service_spawned_can_hang_on_its_token() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service(
        "a",
        |page: Page, token: CancellationToken| async move {
            let task = tokio::spawn(token.clone().run_until_cancelled_owned(std::future::pending::<()>()));
            assert!(task.await.unwrap().is_none());
            page.note("joined");
        },
    );
    assert!(started(host).await.stop().await.is_clean());
    assert_eq!(diary.all(), ["a joined"]);
}

/// A service that was told of nothing returns as it likes; its copies of the signal are nobody's business afterwards.
#[tokio::test(start_paused = true)]
async fn a_stop_that_outlives_its_service_is_raised_with_its_level() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("b", obedient).service(
        "a",
        |page: Page, stop: Stop| async move {
            tokio::spawn(async move {
                stop.requested().await;
                page.note("heard");
            });
        },
    );
    let host = started(host).await;
    pass(secs(1)).await;
    assert!(host.stop().await.is_clean());
    pass(millis(1)).await;
    assert_eq!(diary.all(), ["a heard"]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_ends_by_itself_is_never_told() {
    let diary = Diary::new();
    let host = Host::builder().provide(diary.clone()).service("a", |page: Page, stop: Stop| async move {
        ends(stop.sleep(secs(1))).await.is_running().then(|| page.note("elapsed"));
    });
    lived(host).await;
    assert_eq!(diary.all(), ["a elapsed"]);
}
