//! What happens to due times that passed while the process could not run: the clock leaps over them.

use hostkit::Every;
use hostkit::builder::{Missed, Timed};
use hostkit::param::{Cause, Dep, Tick};
use hostkit::report::State;
use hostkit::schedule::Delay;

use super::world::{Log, ends, leap, logged, millis, secs};

async fn tell(tick: Tick, log: Dep<Log>) {
    log.note(format!("{} {:?} {}", tick.number(), tick.cause(), tick.missed()));
}

/// A run at 0; then nothing from second 1 to `until`.
macro_rules! slept {
    ($missed:expr, $until:expr) => {{
        let (host, log) = logged();
        let host = host.timed("t", Every::secs(10), Timed::new(tell).missed($missed)).start().await.unwrap();
        host.advance(secs(1)).await;
        leap(&host, secs($until - 1)).await;
        (host, log)
    }};
}

#[tokio::test(start_paused = true)]
async fn late_is_late_and_not_dropped() {
    for missed in [Missed::Skip, Missed::Once, Missed::All] {
        let (host, log) = slept!(missed, 13);
        let t = host.service("t");
        assert_eq!(log.words(), ["1 Schedule 0", "2 Schedule 0"]);
        assert_eq!(
            (t.timer().unwrap().missed(), t.timer().unwrap().late(), t.timer().unwrap().skipped()),
            (0, 1, 0)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn skip_drops_them() {
    let (host, log) = slept!(Missed::Skip, 37);
    assert_eq!(log.words(), ["1 Schedule 0"]);
    host.advance(secs(4)).await;
    assert_eq!((log.secs(), host.service("t").timer().unwrap().missed()), (vec![0, 40], 3));
}

#[tokio::test(start_paused = true)]
async fn skip_still_runs_the_one_that_is_only_late() {
    let (host, log) = slept!(Missed::Skip, 32);
    assert_eq!(log.words(), ["1 Schedule 0", "2 Schedule 2"]);
    assert_eq!(host.service("t").timer().unwrap().missed(), 2);
}

#[tokio::test(start_paused = true)]
async fn once_makes_up_for_all_of_them() {
    let (host, log) = slept!(Missed::Once, 37);
    assert_eq!(log.words(), ["1 Schedule 0", "2 CatchUp 3"]);
    host.advance(secs(4)).await;
    assert_eq!((log.secs(), host.service("t").timer().unwrap().missed()), (vec![0, 37, 40], 3));
}

#[tokio::test(start_paused = true)]
async fn all_run_one_after_the_other() {
    let (host, log) = slept!(Missed::All, 37);
    assert_eq!(log.words(), ["1 Schedule 0", "2 CatchUp 0", "3 CatchUp 0", "4 CatchUp 0"]);
    host.advance(secs(4)).await;
    assert_eq!((log.secs(), host.service("t").timer().unwrap().missed()), (vec![0, 37, 37, 37, 40], 3));
    let dues: Vec<_> =
        host.service("t").timer().unwrap().last_runs().into_iter().map(|run| run.due).collect();
    let apart: Vec<_> =
        dues.windows(2).map(|pair| pair[1].duration_since(pair[0]).unwrap().as_secs_f64().round()).collect();
    assert_eq!(apart, [10.0; 4], "each for its own due time");
    assert!(
        host.service("t").timer().unwrap().last_runs()[1..4].iter().all(|run| run.cause == Cause::CatchUp)
    );
}

/// Three years of a millisecond timer: what there is to catch up with takes no room, and a stop is heard.
#[tokio::test(start_paused = true)]
async fn a_long_absence_takes_no_memory_and_holds_no_stop() {
    let (host, _) = logged();
    let all = Timed::new(|| async {}).missed(Missed::All);
    let host = host.timed("t", Every::millis(1), all).start().await.unwrap();
    tokio::time::advance(secs(3 * 365 * 24 * 60 * 60)).await;
    for _ in 0..1000 {
        tokio::task::yield_now().await;
    }
    let t = host.service("t");
    assert!(t.runs() > 1, "it catches up");
    assert!(t.timer().unwrap().missed() > 90_000_000_000, "{}", t.timer().unwrap().missed());
    let report = ends(host.stop()).await;
    assert!(report.is_clean(), "{report}");
}

/// The same with the policy that counts what met a run: no loop over each of them.
#[tokio::test(start_paused = true)]
async fn a_long_absence_during_a_run_is_counted_at_once() {
    let (host, _) = logged();
    let host = host.timed("t", Every::millis(1), || tokio::time::sleep(millis(1))).start().await.unwrap();
    for _ in 0..20 {
        tokio::time::advance(secs(365 * 24 * 60 * 60)).await;
    }
    host.wait_for("t", State::Running).await;
    let t = host.service("t");
    assert!(
        t.timer().unwrap().missed() + t.timer().unwrap().skipped() > 600_000_000_000,
        "{} {}",
        t.timer().unwrap().missed(),
        t.timer().unwrap().skipped()
    );
}

/// A run that holds its thread: the due times that pass meanwhile met it, so they are skipped and not missed.
#[tokio::test]
async fn due_times_that_a_run_itself_blocked_are_skipped() {
    let (host, _) = logged();
    let blocking = |tick: Tick| async move {
        if tick.number() == 1 {
            std::thread::sleep(millis(170));
        }
    };
    let host = host.timed("t", Every::millis(50), blocking).start().await.unwrap();
    host.advance(millis(20)).await;
    let t = host.service("t");
    assert_eq!(
        (t.timer().unwrap().skipped(), t.timer().unwrap().missed(), t.timer().unwrap().overruns()),
        (3, 0, 1)
    );
}

/// A fixed delay has one due time at a time: it runs, however late, unless that is what is to be skipped.
#[tokio::test(start_paused = true)]
async fn a_fixed_delay_misses_one_at_most() {
    for (missed, ran) in
        [(Missed::Skip, vec![0, 47]), (Missed::Once, vec![0, 37, 47]), (Missed::All, vec![0, 37, 47])]
    {
        let (host, log) = logged();
        let host = host.timed("t", Delay::secs(10), Timed::new(tell).missed(missed)).start().await.unwrap();
        host.advance(secs(1)).await;
        leap(&host, secs(36)).await;
        host.advance(secs(11)).await;
        assert_eq!((log.secs(), host.service("t").timer().unwrap().missed()), (ran, 1), "{missed:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_missed_while_paused() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), tell).start().await.unwrap();
    host.advance(secs(1)).await;
    host.service("t").pause("a walk");
    host.advance(secs(1)).await;
    leap(&host, secs(60)).await;
    host.service("t").resume();
    host.advance(secs(10)).await;
    assert_eq!((log.secs(), host.service("t").timer().unwrap().missed()), (vec![0, 70], 0));
}
