//! `Heartbeat`: a service that goes silent is unhealthy until it beats again.

use hostkit::Host;
use hostkit::builder::{Backoff, Hosted, OnFailure};
use hostkit::param::{Heartbeat, Stop};
use hostkit::report::{Ending, State};

use super::log;
use super::world::{ends, millis, obedient, pass, secs, started};

#[tokio::test(start_paused = true)]
async fn a_beating_service_is_healthy() {
    let host = Host::builder().service(
        "a",
        Hosted::new(|heart: Heartbeat, stop: Stop| async move {
            while stop.sleep(secs(5)).await.is_running() {
                heart.beat();
            }
        })
        .heartbeat(secs(6)),
    );
    let host = started(host).await;
    for _ in 0..100 {
        pass(millis(700)).await;
        assert!(host.handle().service("a").unwrap().is_healthy());
    }
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_silent_service_is_unhealthy_until_it_beats_again() {
    let host = Host::builder().service(
        "a",
        Hosted::new(|heart: Heartbeat, stop: Stop| async move {
            stop.sleep(secs(60)).await.is_running().then(|| heart.beat());
            stop.requested().await;
        })
        .heartbeat(secs(30)),
    );
    let host = started(host).await;
    let a = host.handle().service("a").unwrap();
    pass(secs(30)).await;
    assert!(a.is_healthy(), "the first is due 30 s after it began");
    pass(secs(1)).await;
    assert!(!a.is_healthy());
    pass(secs(30)).await;
    assert!(a.is_healthy());
    pass(secs(30)).await;
    assert!(!a.is_healthy());
    let report = host.stop().await;
    assert!(report.is_clean(), "unhealthy is no failure");
    assert!(!matches!(report.service("a").unwrap().ending(), Some(Ending::Failed)));
}

#[tokio::test(start_paused = true)]
async fn what_has_ended_need_not_beat() {
    let host = Host::builder()
        .service("a", Hosted::new(|_: Heartbeat| async {}).heartbeat(secs(1)))
        .service("b", obedient);
    let host = started(host).await;
    pass(secs(60)).await;
    assert!(host.handle().service("a").unwrap().is_healthy());
    host.stop().await;
}

/// Without the option nobody watches.
#[tokio::test(start_paused = true)]
async fn a_heartbeat_that_is_not_watched_is_never_missed() {
    let host = started(Host::builder().service("a", |heart: Heartbeat, stop: Stop| async move {
        heart.beat();
        stop.requested().await;
    }))
    .await;
    pass(secs(100_000)).await;
    assert!(host.handle().service("a").unwrap().is_healthy());
    host.stop().await;
}

/// In real time, by the watch's own thread: once for each silence.
#[tokio::test]
async fn a_silence_is_warned_of_once() {
    log::gather();
    let host = Host::builder().service(
        "silent-heart",
        Hosted::new(|heart: Heartbeat, stop: Stop| async move {
            stop.sleep(millis(600)).await.is_running().then(|| heart.beat());
            stop.requested().await;
        })
        .heartbeat(millis(100)),
    );
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(500)).await;
    let warned = || {
        log::with("service=silent-heart")
            .into_iter()
            .filter(|record| record.text.contains("no heartbeat"))
            .count()
    };
    assert_eq!(warned(), 1);
    pass(millis(600)).await;
    assert_eq!(warned(), 2, "after it came back, the next silence is a new one");
    assert!(ends(host.stop()).await.is_clean());
}

/// Nobody expects a beat of a service that waits to be started again, or was told to stop; from its new start on, one does.
#[tokio::test(start_paused = true)]
async fn a_service_that_waits_or_stops_need_not_beat() {
    let run = std::sync::atomic::AtomicU32::new(0);
    let failing = move |heart: Heartbeat, stop: Stop| {
        let first = run.fetch_add(1, std::sync::atomic::Ordering::SeqCst) == 0;
        async move {
            heart.beat();
            if first {
                return Err("no");
            }
            stop.requested().await;
            pass(secs(8)).await;
            Ok(())
        }
    };
    let hour = Backoff::new(secs(3_600), secs(3_600));
    let failing = Hosted::new(failing).heartbeat(secs(2)).on_failure(OnFailure::Restart).backoff(hour);
    let host = started(Host::builder().service("a", failing).service("b", obedient)).await;
    let a = host.handle().service("a").unwrap();
    assert_eq!(a.state(), State::Restarting);
    pass(secs(3_601)).await;
    assert_eq!(
        (a.state(), a.is_healthy()),
        (State::Running, true),
        "what was silent before it was started again is over"
    );
    pass(secs(3)).await;
    assert!(!a.is_healthy(), "it is silent");
    let stop = tokio::spawn(host.stop());
    pass(secs(5)).await;
    assert_eq!((a.state(), a.is_healthy()), (State::Stopping, true));
    assert!(ends(stop).await.unwrap().is_clean());
}

/// The same in the log, in real time.
#[tokio::test]
async fn a_silence_in_backoff_or_while_stopping_is_not_told() {
    log::gather();
    let failing = Hosted::new(|heart: Heartbeat| async move {
        heart.beat();
        pass(millis(30)).await;
        Err::<(), _>("no")
    });
    let failing = failing.heartbeat(millis(150)).on_failure(OnFailure::Restart);
    let slow = Hosted::new(|_: Heartbeat, stop: Stop| async move {
        stop.requested().await;
        pass(millis(600)).await;
    });
    let host = Host::builder()
        .service("heart-failing", failing.backoff(Backoff::new(secs(100), secs(100))))
        .service("heart-slow", slow.heartbeat(millis(400)));
    let host = host.build().unwrap().start().await.unwrap();
    pass(millis(200)).await;
    let stop = tokio::spawn(host.stop());
    ends(stop).await.unwrap();
    for name in ["heart-failing", "heart-slow"] {
        let told = log::with(&format!("service={name}"));
        assert!(!told.iter().any(|record| record.text.contains("no heartbeat")), "{told:?}");
    }
}
