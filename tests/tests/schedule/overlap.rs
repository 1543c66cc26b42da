//! What happens at a due time when the run before is still going, for an `async fn` and for a `fn`.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, mpsc};

use hostkit::Every;
use hostkit::builder::{Overlap, Timed};
use hostkit::param::{Dep, Stop, Tick};
use hostkit::report::{RunOutcome, Triggered};
use hostkit::testing::TestHost;

use super::world::{Log, ends, logged, millis, outcomes, pass, secs};

/// Each run takes 25 s, and tells its number when it begins and when it ends.
async fn slow(tick: Tick, log: Dep<Log>) {
    log.note(format!("{} began", tick.number()));
    pass(secs(25)).await;
    log.note(format!("{} ended", tick.number()));
}

async fn slow_every_ten(overlap: Overlap) -> (TestHost, Arc<Log>) {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), Timed::new(slow).overlap(overlap)).start().await.unwrap();
    (host, log)
}

#[tokio::test(start_paused = true)]
async fn skip_leaves_due_times_out_and_counts_them() {
    let (host, log) = slow_every_ten(Overlap::Skip).await;
    host.advance(secs(64)).await;
    assert_eq!(
        (log.when("1 began"), log.when("2 began"), log.when("3 began")),
        (vec![0], vec![30], vec![60])
    );
    let t = host.service("t");
    assert_eq!(
        (
            t.timer().unwrap().skipped(),
            t.timer().unwrap().skipped_paused(),
            t.timer().unwrap().missed(),
            t.runs()
        ),
        (4, 0, 0, 3)
    );
}

/// An overrun is a run that a due time met, however many did, and whatever became of them.
#[tokio::test(start_paused = true)]
async fn overruns_are_counted_apart_from_skips() {
    for (overlap, overruns, skipped) in
        [(Overlap::Skip, 2, 4), (Overlap::Queue, 3, 3), (Overlap::Allow, 6, 0), (Overlap::Cancel, 6, 0)]
    {
        let (host, _) = slow_every_ten(overlap).await;
        host.advance(secs(64)).await;
        let t = host.service("t");
        assert_eq!(
            (t.timer().unwrap().overruns(), t.timer().unwrap().skipped()),
            (overruns, skipped),
            "{overlap:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn the_report_tells_what_was_counted() {
    let (host, _) = slow_every_ten(Overlap::Skip).await;
    host.advance(secs(64)).await;
    host.service("t").pause("x");
    host.advance(secs(30)).await;
    let report = ends(host.stop()).await;
    let t = report.service("t").unwrap();
    assert_eq!(
        (t.timer().unwrap().overruns(), t.timer().unwrap().skipped(), t.timer().unwrap().skipped_paused()),
        (3, 7, 3)
    );
    assert_eq!(
        (t.timer().unwrap().missed(), t.timer().unwrap().late(), t.timer().unwrap().overdue()),
        (0, 0, 0)
    );
    assert_eq!(
        t.to_string(),
        "t: stopped after 3 runs, 3 overruns, 4 skipped (the run before was still going), 3 skipped (paused)"
    );
}

#[tokio::test(start_paused = true)]
async fn queue_keeps_one_and_skips_the_rest() {
    let (host, log) = slow_every_ten(Overlap::Queue).await;
    host.advance(secs(64)).await;
    assert_eq!(
        (log.when("1 began"), log.when("2 began"), log.when("3 began")),
        (vec![0], vec![25], vec![50])
    );
    let t = host.service("t");
    assert_eq!(
        (t.timer().unwrap().skipped(), t.runs()),
        (3, 3),
        "10 ran at 25 and 30 at 50; 50 waits; 20, 40 and 60 were skipped"
    );
}

#[tokio::test(start_paused = true)]
async fn allow_lets_both_run() {
    let (host, log) = slow_every_ten(Overlap::Allow).await;
    host.advance(secs(34)).await;
    assert_eq!(log.words(), ["1 began", "2 began", "3 began", "1 ended", "4 began"]);
    assert_eq!(host.service("t").timer().unwrap().skipped(), 0);
}

#[tokio::test(start_paused = true)]
async fn cancel_ends_the_run_before() {
    let (host, log) = slow_every_ten(Overlap::Cancel).await;
    host.advance(secs(34)).await;
    assert_eq!(log.words(), ["1 began", "2 began", "3 began", "4 began"]);
    let t = host.service("t");
    assert_eq!(outcomes(&t), [RunOutcome::Cancelled; 3]);
    assert_eq!((t.failures(), t.timer().unwrap().skipped()), (0, 0));
}

/// What a cancelled run holds is let go, and a panic in that is a failure like any other.
#[tokio::test(start_paused = true)]
async fn a_panic_of_the_cancelled_run_is_counted() {
    struct Bomb;
    impl Drop for Bomb {
        fn drop(&mut self) {
            panic!("boom");
        }
    }
    let (host, _) = logged();
    let bomb = Timed::new(|tick: Tick| async move {
        let _bomb = (tick.number() == 1).then(|| Bomb);
        pass(secs(25)).await;
    });
    let host = host.timed("t", Every::secs(10), bomb.overlap(Overlap::Cancel)).start().await.unwrap();
    host.advance(secs(15)).await;
    let t = host.service("t");
    assert_eq!(t.failures(), 1);
    assert!(t.last_error().unwrap().contains("panicked: boom"));
}

/// Runs that overlap are all worked off when the host stops, also when one of them ends with an error.
#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_every_run_that_is_going() {
    let (host, log) = logged();
    let run = |tick: Tick, log: Dep<Log>, stop: Stop| async move {
        stop.requested().await;
        pass(secs(tick.number())).await;
        log.note(format!("{} ended", tick.number()));
        Err::<(), _>("interrupted")
    };
    let host =
        host.timed("t", Every::secs(10), Timed::new(run).overlap(Overlap::Allow)).start().await.unwrap();
    host.advance(secs(25)).await;
    let report = ends(host.stop()).await;
    assert_eq!(log.words(), ["1 ended", "2 ended", "3 ended"]);
    let t = report.service("t").unwrap();
    assert_eq!((report.exit_code(), t.failures(), t.last_error().map(|e| &**e)), (0, 0, Some("interrupted")));
}

/// A `fn` that waits for a word of the test, and knows how many of it run at once.
struct Gate {
    open: Mutex<mpsc::Receiver<()>>,
    going: AtomicUsize,
    together: AtomicBool,
}

fn gate() -> (mpsc::Sender<()>, Gate) {
    let (sender, open) = mpsc::channel();
    (sender, Gate { open: Mutex::new(open), going: AtomicUsize::new(0), together: AtomicBool::new(false) })
}

fn blocked(gate: Dep<Gate>) {
    if gate.going.fetch_add(1, Ordering::SeqCst) > 0 {
        gate.together.store(true, Ordering::SeqCst);
    }
    let _ = gate.open.lock().unwrap().recv_timeout(secs(20));
    gate.going.fetch_sub(1, Ordering::SeqCst);
}

/// In real time, since a thread of the pool keeps it.
async fn blocked_every_20_ms(overlap: Overlap) -> (TestHost, mpsc::Sender<()>) {
    let (open, gate) = gate();
    let timed = Timed::blocking(blocked).overlap(overlap);
    let host = TestHost::empty().provide(gate).timed("t", Every::millis(20), timed).start().await.unwrap();
    pass(millis(150)).await;
    (host, open)
}

async fn until(what: impl Fn() -> bool) {
    for _ in 0..2000 {
        if what() {
            return;
        }
        pass(millis(5)).await;
    }
    panic!("it never came");
}

#[tokio::test]
async fn a_fn_that_still_runs_is_not_run_beside_itself() {
    let (host, open) = blocked_every_20_ms(Overlap::Skip).await;
    let t = host.service("t");
    assert_eq!(t.runs(), 1);
    assert!(t.timer().unwrap().skipped() >= 3, "{}", t.timer().unwrap().skipped());
    open.send(()).unwrap();
    until(|| t.runs() == 2).await;
    drop(open);
    assert!(host.stop().await.is_clean());
}

#[tokio::test]
async fn a_fn_is_queued_like_any_other() {
    let (host, open) = blocked_every_20_ms(Overlap::Queue).await;
    let t = host.service("t");
    assert_eq!(t.runs(), 1);
    open.send(()).unwrap();
    until(|| t.runs() == 2).await;
    drop(open);
    assert!(host.stop().await.is_clean());
}

#[tokio::test]
async fn a_fn_runs_beside_itself_where_it_may() {
    let (host, open) = blocked_every_20_ms(Overlap::Allow).await;
    assert!(host.service("t").runs() >= 3);
    drop(open);
    assert!(host.stop().await.is_clean());
}

/// No thread can be cancelled: what would cancel it waits for it, and it never runs beside itself.
#[tokio::test]
async fn a_fn_is_never_cancelled() {
    let (open, gate) = gate();
    let host = TestHost::empty().provide(gate).timed(
        "t",
        Every::millis(20),
        Timed::blocking(blocked).overlap(Overlap::Cancel),
    );
    let host = host.service("watch", |gate: Dep<Gate>, stop: Stop| async move {
        stop.requested().await;
        assert!(!gate.together.load(Ordering::SeqCst), "it ran beside itself");
    });
    let host = host.start().await.unwrap();
    pass(millis(150)).await;
    let t = host.service("t");
    assert_eq!(t.runs(), 1);
    assert!(t.timer().unwrap().skipped() >= 3, "the newest waits, those before it are skipped");
    open.send(()).unwrap();
    until(|| t.runs() == 2).await;
    assert_eq!(outcomes(&t), [RunOutcome::Done]);
    drop(open);
    let report = host.stop().await;
    assert!(report.is_clean(), "{report}");
}

#[tokio::test(start_paused = true)]
async fn a_run_that_was_asked_for_and_is_cancelled_is_answered() {
    let (host, _) = slow_every_ten(Overlap::Cancel).await;
    host.advance(secs(5)).await;
    let asked = host.trigger("t");
    let asked = tokio::spawn(asked);
    host.advance(secs(7)).await;
    assert_eq!(ends(asked).await.unwrap(), Triggered::Cancelled);
}

/// Each overlapping run is a task of its own: it is polled when it is woken, not whenever another one begins or ends.
#[tokio::test(start_paused = true)]
async fn overlapping_runs_that_sleep_are_left_alone() {
    let polls = Arc::new(AtomicUsize::new(0));
    let counted = polls.clone();
    let sleeps = move || {
        let polls = counted.clone();
        async move {
            let mut sleep = std::pin::pin!(pass(secs(3_600)));
            std::future::poll_fn(|cx| {
                polls.fetch_add(1, Ordering::SeqCst);
                sleep.as_mut().poll(cx)
            })
            .await;
        }
    };
    let timer = Timed::new(sleeps).overlap(Overlap::Allow);
    let host = TestHost::empty().timed("t", Every::secs(1), timer).start().await.unwrap();
    host.advance(secs(999)).await;
    assert_eq!(host.service("t").runs(), 1_000);
    assert_eq!(polls.load(Ordering::SeqCst), 1_000, "each once");
    host.advance(secs(3_601)).await;
    assert_eq!(
        polls.load(Ordering::SeqCst) as u64,
        host.service("t").runs() + 1_000 + 1,
        "and when it is woken"
    );
}
