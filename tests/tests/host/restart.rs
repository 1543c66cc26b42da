//! Restarts: their backoff, their budget, and what comes between.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use hostkit::builder::{Backoff, Hosted, OnFailure};
use hostkit::param::{Dep, Stop};
use hostkit::report::{Ending, State, StopCause};
use hostkit::{BoxError, Host, HostBuilder, Result, fatal};
use tokio::time::Instant;

use super::world::{ends, lived, millis, obedient, pass, secs, started};

/// When each run began.
#[derive(Default)]
struct Begun(Mutex<Vec<Instant>>);

impl Begun {
    fn note(&self) {
        self.0.lock().unwrap().push(Instant::now());
    }

    fn gaps(&self) -> Vec<Duration> {
        self.0.lock().unwrap().windows(2).map(|pair| pair[1] - pair[0]).collect()
    }
}

/// Fails at once, again and again.
async fn failing(begun: Dep<Begun>) -> Result {
    begun.note();
    Err("no".into())
}

fn restarting(hosted: Hosted) -> Hosted {
    hosted.on_failure(OnFailure::Restart)
}

/// A second between runs, exactly.
fn each_second(hosted: Hosted) -> Hosted {
    restarting(hosted).backoff(Backoff::new(secs(1), secs(1)))
}

/// A host with one service, and when the service's runs began.
fn alone(service: Hosted) -> (HostBuilder, Arc<Begun>) {
    let begun = Arc::new(Begun::default());
    (Host::builder().provide(begun.clone()).service("a", service), begun)
}

#[tokio::test(start_paused = true)]
async fn each_delay_lies_in_its_bounds() {
    let service = restarting(Hosted::new(failing)).backoff(Backoff::new(secs(1), secs(20))).max_restarts(8);
    let (host, begun) = alone(service.within(secs(600)));
    lived(host).await;
    let gaps = begun.gaps();
    assert_eq!(gaps.len(), 8);
    for (gap, low) in gaps.iter().zip([1, 2, 4, 8, 10, 10, 10, 10]) {
        let high = (low * 2).min(20);
        // The timer's own millisecond comes on top.
        assert!(secs(low) <= *gap && *gap <= secs(high) + millis(1), "{gap:?} is not in {low}..{high}");
    }
}

#[tokio::test(start_paused = true)]
async fn the_budget_is_five_in_a_minute() {
    let (host, begun) = alone(each_second(Hosted::new(failing)));
    let report = lived(host).await;
    assert_eq!(begun.gaps(), [secs(1); 5]);
    assert_eq!(report.exit_code(), 1);
    assert_eq!(report.cause(), Some(&StopCause::Failed("a".into())));
    let a = report.service("a").unwrap();
    assert_eq!((a.runs(), a.failures(), a.restarts(), a.ending()), (6, 6, 5, Some(Ending::Failed)));
}

#[tokio::test(start_paused = true)]
async fn the_window_slides() {
    async fn fails_every_twenty_seconds(stop: Stop) -> Result {
        match stop.sleep(secs(19)).await.is_running() {
            true => Err("no".into()),
            false => Ok(()),
        }
    }
    let service = each_second(Hosted::new(fails_every_twenty_seconds)).max_restarts(3);
    let host = started(Host::builder().service("a", service)).await;
    pass(secs(60 * 60)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "three in a minute is what it is allowed: {report}");
    assert!(report.service("a").unwrap().restarts() >= 178);
}

#[tokio::test(start_paused = true)]
async fn the_backoff_starts_over_after_a_healthy_run() {
    async fn mostly_failing(begun: Dep<Begun>, run: Dep<AtomicU32>) -> Result {
        begun.note();
        if run.fetch_add(1, Ordering::SeqCst) == 4 {
            pass(secs(61)).await; // longer than `within`
        }
        Err("no".into())
    }
    let service = restarting(Hosted::new(mostly_failing)).backoff(Backoff::new(secs(1), secs(600)));
    let (host, begun) = alone(service.max_restarts(6));
    let host = started(host.provide(AtomicU32::new(0))).await;
    pass(secs(61 + 1 + 2 + 4 + 8 + 16 + 1 + 32)).await;
    let gaps = begun.gaps();
    assert!(gaps[3] >= secs(8), "{gaps:?}");
    assert!(gaps[4] - secs(61) <= secs(2) + millis(1), "from the beginning again: {gaps:?}");
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn what_came_back_is_clean_and_told_of() {
    async fn third_time_lucky(run: Dep<AtomicU32>, stop: Stop) -> Result {
        if run.fetch_add(1, Ordering::SeqCst) < 2 {
            return Err("not yet".into());
        }
        stop.requested().await;
        Ok(())
    }
    let host =
        Host::builder().provide(AtomicU32::new(0)).service("a", each_second(Hosted::new(third_time_lucky)));
    let host = started(host).await;
    pass(secs(10)).await;
    let a = host.handle().service("a").unwrap();
    assert_eq!((a.state(), a.is_healthy(), a.restarts()), (State::Running, true, 2));
    let report = host.stop().await;
    assert!(report.is_clean());
    let a = report.service("a").unwrap();
    assert_eq!((a.runs(), a.failures(), a.restarts(), a.ending()), (3, 2, 2, Some(Ending::Stopped)));
    assert_eq!(a.last_error().map(|e| &**e), Some("not yet"));
}

#[tokio::test(start_paused = true)]
async fn a_panic_is_restarted_like_an_error() {
    let mut host = started(
        Host::builder().service("a", each_second(Hosted::new(|| async { panic!("no") })).max_restarts(3)),
    )
    .await;
    let report = ends(host.wait()).await;
    assert_eq!(report.service("a").unwrap().runs(), 4);
    assert_eq!(report.exit_code(), 1);
}

#[tokio::test(start_paused = true)]
async fn between_runs_it_is_restarting_and_unhealthy_and_keeps_the_host_alive() {
    let (host, _) = alone(restarting(Hosted::new(failing)).backoff(Backoff::new(secs(60), secs(60))));
    let host = started(host).await;
    pass(secs(30)).await;
    let a = host.handle().service("a").unwrap();
    assert_eq!((a.state(), a.is_healthy(), a.runs(), a.failures()), (State::Restarting, false, 1, 1));
    assert_eq!(a.last_error().as_deref(), Some("no"));
    assert_eq!(host.handle().stop_cause(), None);
    host.stop().await;
}

#[tokio::test(start_paused = true)]
async fn a_stop_ends_the_wait_for_a_restart_at_once() {
    let (host, begun) = alone(restarting(Hosted::new(failing)).backoff(Backoff::new(secs(60), secs(60))));
    let host = started(host).await;
    pass(secs(30)).await;
    let report = host.stop().await;
    assert!(report.stopped_in() < Some(millis(5)), "{:?}", report.stopped_in());
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
    assert!(report.is_clean());
    assert_eq!(begun.gaps().len(), 0, "it did not run again");
}

/// In the very instant in which the backoff is over, a stop comes.
#[tokio::test(start_paused = true)]
async fn a_stop_in_the_instant_of_a_restart_ends_cleanly() {
    let (host, _) = alone(each_second(Hosted::new(|stop: Stop, begun: Dep<Begun>| async move {
        begun.note();
        if begun.gaps().is_empty() {
            return Err::<(), BoxError>("no".into());
        }
        stop.requested().await;
        Ok(())
    })));
    let host = started(host).await;
    pass(secs(1)).await;
    let report = ends(host.stop()).await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
}

#[tokio::test(start_paused = true)]
async fn a_fatal_error_is_not_restarted() {
    let report = lived(
        Host::builder()
            .service("a", each_second(Hosted::new(|| async { Err::<(), _>(fatal("no licence")) }))),
    )
    .await;
    let a = report.service("a").unwrap();
    assert_eq!((a.runs(), a.restarts(), report.exit_code()), (1, 0, 1));
    assert_eq!(a.last_error().map(|e| (e.is_fatal(), &**e)), Some((true, "no licence")));
}

#[tokio::test(start_paused = true)]
async fn what_fails_after_being_told_is_not_restarted() {
    let service = each_second(Hosted::new(|stop: Stop| async move {
        stop.requested().await;
        Err::<(), BoxError>("closed".into())
    }));
    let report = started(Host::builder().service("a", service)).await.stop().await;
    let a = report.service("a").unwrap();
    assert_eq!((a.runs(), a.restarts(), report.exit_code()), (1, 0, 0));
}

/// The host is stopping, but what is after it has not ended yet: it may be needed still, so it comes back.
#[tokio::test(start_paused = true)]
async fn what_fails_before_it_is_told_is_restarted_even_while_the_host_stops() {
    async fn lingers(stop: Stop) {
        stop.requested().await;
        pass(secs(5)).await;
    }
    async fn fails_at_two_seconds(begun: Dep<Begun>, stop: Stop) -> Result {
        begun.note();
        if begun.gaps().is_empty() {
            pass(secs(2)).await;
            return Err("no".into());
        }
        stop.requested().await;
        Ok(())
    }
    let (host, begun) = alone(each_second(Hosted::new(fails_at_two_seconds)));
    let host = started(host.service("b", Hosted::new(lingers).after(["a"]))).await;
    pass(secs(1)).await;
    let report = ends(host.stop()).await;
    assert_eq!(begun.gaps(), [secs(3)]);
    assert_eq!(report.service("a").unwrap().ending(), Some(Ending::Stopped));
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_budget_is_each_services_own() {
    async fn fails_thrice(run: Arc<AtomicU32>, stop: Stop) -> Result {
        if run.fetch_add(1, Ordering::SeqCst) < 6 {
            return Err("no".into());
        }
        stop.requested().await;
        Ok(())
    }
    let three = || each_second(Hosted::new(fails_thrice)).max_restarts(3);
    let host = Host::builder().provide(AtomicU32::new(0)).service("a", three()).service("b", three());
    let host = started(host).await;
    pass(secs(60)).await;
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
    assert_eq!(report.services().iter().map(|s| s.restarts()).collect::<Vec<_>>(), [3, 3]);
}

#[tokio::test(start_paused = true)]
async fn a_closure_that_panics_before_there_is_a_future_is_restarted() {
    let calls = Arc::new(AtomicU32::new(0));
    let counted = calls.clone();
    let service = Hosted::new(move |stop: Stop| {
        assert!(counted.fetch_add(1, Ordering::SeqCst) > 1, "not yet");
        obedient(stop)
    });
    let host = started(Host::builder().service("a", each_second(service))).await;
    pass(secs(10)).await;
    let report = host.stop().await;
    assert_eq!(calls.load(Ordering::SeqCst), 3);
    assert!(report.is_clean(), "{report}");
}

#[tokio::test]
async fn a_thread_is_restarted_on_a_new_thread() {
    let runs = Arc::new(AtomicU32::new(0));
    let counted = runs.clone();
    let service = Hosted::blocking(move |stop: Stop| {
        if counted.fetch_add(1, Ordering::SeqCst) < 2 {
            return Err::<(), BoxError>("no".into());
        }
        stop.requested_blocking();
        Ok(())
    });
    let service = restarting(service).backoff(Backoff::new(millis(1), millis(1)));
    let host = started(Host::builder().service("a", service)).await;
    let begun = std::time::Instant::now();
    while runs.load(Ordering::SeqCst) < 3 && begun.elapsed() < secs(5) {
        pass(millis(1)).await;
    }
    let report = host.stop().await;
    assert_eq!(runs.load(Ordering::SeqCst), 3);
    assert!(report.is_clean(), "{report}");
}
