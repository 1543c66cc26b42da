//! Runs that are asked for: what becomes of them is told, whatever it is.

use hostkit::Every;
use hostkit::builder::{Overlap, Timed};
use hostkit::param::{Cause, Dep, Stop, Tick};
use hostkit::report::Triggered;
use hostkit::testing::TestHost;

use super::world::{Log, ends, logged, pass, secs};

/// It has not run by itself yet.
fn later(timed: Timed) -> Timed {
    timed.first(secs(1000))
}

async fn tell(tick: Tick, log: Dep<Log>) {
    log.note(format!("{:?}", tick.cause()));
}

#[tokio::test(start_paused = true)]
async fn it_runs_now() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), later(Timed::new(tell))).start().await.unwrap();
    host.advance(secs(3)).await;
    assert_eq!(ends(host.trigger("t")).await, Triggered::Done);
    assert_eq!(log.all(), [(3000, "Manual".to_owned())]);
    assert_eq!(
        (host.service("t").runs(), host.service("t").timer().unwrap().last_runs()[0].cause),
        (1, Cause::Manual)
    );
}

#[tokio::test(start_paused = true)]
async fn its_answer_comes_when_the_run_has_ended() {
    let host = TestHost::empty().timed("t", Every::secs(10), later(Timed::new(|| pass(secs(7)))));
    let host = host.start().await.unwrap();
    let begun = tokio::time::Instant::now();
    assert_eq!(ends(host.trigger("t")).await, Triggered::Done);
    assert_eq!(begun.elapsed(), secs(7));
}

#[tokio::test(start_paused = true)]
async fn the_schedule_goes_on_as_before() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), tell).start().await.unwrap();
    host.advance(secs(4)).await;
    let _ = host.trigger("t").await;
    host.advance(secs(17)).await;
    assert_eq!(log.secs(), [0, 4, 10, 20]);
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_and_counted() {
    let failing = later(Timed::new(|| async { Err::<(), _>("no") }));
    let host = TestHost::empty().timed("t", Every::secs(10), failing).start().await.unwrap();
    assert!(matches!(ends(host.trigger("t")).await, Triggered::Failed(failure) if &*failure == "no"));
    assert_eq!(host.service("t").failures(), 1);
}

#[tokio::test(start_paused = true)]
async fn while_a_run_is_going_the_overlap_policy_applies() {
    let seven = || pass(secs(7));
    for (overlap, first, second, ran) in [
        (Overlap::Skip, Triggered::Done, Triggered::Skipped, 7),
        (Overlap::Queue, Triggered::Done, Triggered::Done, 14),
        (Overlap::Allow, Triggered::Done, Triggered::Done, 9),
        (Overlap::Cancel, Triggered::Cancelled, Triggered::Done, 9),
    ] {
        let timed = later(Timed::new(seven).overlap(overlap));
        let host = TestHost::empty().timed("t", Every::secs(10), timed).start().await.unwrap();
        let begun = tokio::time::Instant::now();
        let one = tokio::spawn(host.trigger("t"));
        host.advance(secs(2)).await;
        let two = tokio::spawn(host.trigger("t"));
        assert_eq!((ends(one).await.unwrap(), ends(two).await.unwrap()), (first, second), "{overlap:?}");
        assert_eq!(begun.elapsed(), secs(ran), "{overlap:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn only_one_waits_in_the_queue() {
    let timed = later(Timed::new(|| pass(secs(7))).overlap(Overlap::Queue));
    let host = TestHost::empty().timed("t", Every::secs(10), timed).start().await.unwrap();
    let asked: Vec<_> = (0..3).map(|_| tokio::spawn(host.trigger("t"))).collect();
    let mut answers = Vec::new();
    for asked in asked {
        answers.push(ends(asked).await.unwrap());
    }
    assert_eq!(answers, [Triggered::Done, Triggered::Done, Triggered::Skipped]);
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_no_timer_refuses() {
    let host = TestHost::empty().service("s", |stop: Stop| async move { stop.requested().await });
    let host = host.start().await.unwrap();
    assert_eq!(host.trigger("s").await, Triggered::Refused("it is not a timer"));
    assert!(!host.service("s").pause("x") && !host.service("s").resume());
}

/// Whoever asked gets an answer, also when the host stops before the run could begin or end.
#[tokio::test(start_paused = true)]
async fn a_stop_leaves_nobody_without_an_answer() {
    let timed = later(Timed::new(|| pass(secs(5))).overlap(Overlap::Queue));
    let host = TestHost::empty().timed("t", Every::secs(10), timed).start().await.unwrap();
    let handle = host.handle();
    let runs = tokio::spawn(host.trigger("t"));
    let waits = tokio::spawn(host.trigger("t"));
    host.advance(secs(1)).await;
    let stopping = tokio::spawn(host.stop());
    pass(secs(1)).await;
    let late = ends(handle.service("t").unwrap().timer().unwrap().trigger()).await;
    assert!(matches!(late, Triggered::Refused(_)), "{late:?}");
    assert_eq!(ends(runs).await.unwrap(), Triggered::Done, "a run that was going is worked off");
    assert!(matches!(ends(waits).await.unwrap(), Triggered::Refused(_)));
    assert!(stopping.await.unwrap().is_clean());
    assert!(matches!(
        ends(handle.service("t").unwrap().timer().unwrap().trigger()).await,
        Triggered::Refused(_)
    ));
    assert!(!handle.service("t").unwrap().pause("too late"));
}

#[tokio::test(start_paused = true)]
async fn an_aborted_run_leaves_nobody_without_an_answer() {
    let timed = later(Timed::new(std::future::pending::<()>));
    let host = TestHost::empty().timed("t", Every::secs(10), timed).start().await.unwrap();
    let handle = host.handle();
    let runs = tokio::spawn(host.trigger("t"));
    host.advance(secs(1)).await;
    assert_eq!(ends(host.stop()).await.exit_code(), 4);
    assert!(matches!(ends(runs).await.unwrap(), Triggered::Refused(_)));
    assert!(matches!(
        ends(handle.service("t").unwrap().timer().unwrap().trigger()).await,
        Triggered::Refused(_)
    ));
}

/// From a hook, before timers fire, in a host whose start then fails.
#[tokio::test(start_paused = true)]
async fn a_timer_that_never_starts_leaves_nobody_without_an_answer() {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let sender = std::sync::Mutex::new(Some(sender));
    let host = TestHost::empty().timed("t", Every::secs(10), || async {}).on(
        hostkit::builder::Moment::Starting,
        move |host: hostkit::HostHandle| {
            let sender = sender.lock().unwrap().take().unwrap();
            async move {
                let t = host.service("t").unwrap();
                let asked = tokio::spawn(async move { t.timer().unwrap().trigger().await });
                let _ = sender.send(asked);
                Err::<(), _>("no")
            }
        },
    );
    assert!(host.start().await.is_err());
    let asked = receiver.await.unwrap();
    assert!(matches!(ends(asked).await.unwrap(), Triggered::Refused(_)));
}
