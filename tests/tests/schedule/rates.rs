//! When a timer is due: fixed rate, fixed delay, the first run, jitter.

use hostkit::Every;
use hostkit::builder::{Missed, Overlap, Timed};
use hostkit::param::Dep;
use hostkit::schedule::Delay;

use super::world::{Log, leap, logged, millis, pass, secs};

async fn note(log: Dep<Log>) {
    log.note("ran");
}

async fn three_seconds(log: Dep<Log>) {
    log.note("ran");
    pass(secs(3)).await;
}

#[tokio::test(start_paused = true)]
async fn a_fixed_rate_counts_from_due_time_to_due_time() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), three_seconds).start().await.unwrap();
    host.advance(secs(35)).await;
    assert_eq!(log.secs(), [0, 10, 20, 30]);
}

#[tokio::test(start_paused = true)]
async fn a_fixed_delay_counts_from_the_end_of_a_run() {
    let (host, log) = logged();
    let host = host.timed("t", Delay::secs(10), three_seconds).start().await.unwrap();
    host.advance(secs(40)).await;
    assert_eq!(log.secs(), [0, 13, 26, 39]);
}

#[tokio::test(start_paused = true)]
async fn a_fixed_delay_counts_from_a_failure_too() {
    let (host, log) = logged();
    let failing = |log: Dep<Log>| async move {
        log.note("ran");
        pass(secs(3)).await;
        Err::<(), &str>("no")
    };
    let host = host.timed("t", Delay::secs(10), failing).start().await.unwrap();
    host.advance(secs(40)).await;
    assert_eq!(log.secs(), [0, 13, 26, 39]);
}

/// A month of a 10 s timer whose runs take their time: every due time, on the millisecond.
#[tokio::test(start_paused = true)]
async fn a_month_loses_nothing_and_does_not_drift() {
    let (host, log) = logged();
    let host = host
        .timed("t", Every::secs(10), |log: Dep<Log>| async move {
            log.note("");
            pass(millis(7)).await;
        })
        .start()
        .await
        .unwrap();
    host.advance(secs(30 * 24 * 60 * 60)).await;
    let runs = log.millis();
    assert_eq!(runs.len(), 259_201);
    assert!((0..).zip(&runs).all(|(n, at)| (n * 10_000..=n * 10_000 + 1).contains(at)));
    let t = host.service("t");
    assert_eq!(
        (t.timer().unwrap().skipped(), t.timer().unwrap().missed(), t.timer().unwrap().late(), t.runs()),
        (0, 0, 0, 259_201)
    );
}

#[tokio::test(start_paused = true)]
async fn a_millisecond_is_a_period() {
    let (host, log) = logged();
    let host = host.timed("t", Every::millis(1), note).start().await.unwrap();
    host.advance(secs(10)).await;
    let t = host.service("t");
    assert_eq!(
        (log.all().len() as u64 + t.timer().unwrap().missed(), t.runs()),
        (10_001, log.all().len() as u64)
    );
    assert_eq!((t.timer().unwrap().skipped(), t.timer().unwrap().overruns()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn first_is_the_wait_before_the_first_run_and_the_grid_begins_there() {
    let (host, log) = logged();
    let host = host
        .timed("t", Every::secs(10), Timed::new(note).first(secs(3)))
        .timed("d", Delay::secs(10), Timed::new(note).first(secs(4)))
        .start()
        .await
        .unwrap();
    host.advance(secs(25)).await;
    assert_eq!(log.secs(), [3, 4, 13, 14, 23, 24]);
}

#[tokio::test(start_paused = true)]
async fn jitter_is_added_to_each_due_time_and_never_adds_up() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), Timed::new(note).jitter(secs(8))).start().await.unwrap();
    host.advance(secs(10_000)).await;
    let added: Vec<u64> = (0..).zip(log.millis()).map(|(n, at)| at - n * 10_000).collect();
    assert!(added.len() >= 1000 && added.iter().all(|added| *added <= 8_001), "{added:?}");
    assert!(added.iter().any(|added| *added < 2000) && added.iter().any(|added| *added > 6000));
    let t = host.service("t");
    assert_eq!(
        (t.timer().unwrap().missed(), t.timer().unwrap().late(), t.timer().unwrap().skipped()),
        (0, 0, 0),
        "a wait that was asked for is not late"
    );
}

/// The jitter of a due time is chosen once, not again whenever a run ends.
#[tokio::test(start_paused = true)]
async fn what_happens_meanwhile_does_not_throw_the_dice_again() {
    let (host, _) = logged();
    let host = host.at(super::world::unix(1000)).timed(
        "t",
        Every::secs(100),
        Timed::new(note).first(secs(50)).jitter(secs(40)),
    );
    let host = host.start().await.unwrap();
    host.advance(secs(1)).await;
    let t = host.service("t");
    let next = t.timer().unwrap().next_due();
    for _ in 0..5 {
        let _ = t.timer().unwrap().trigger().await;
        assert_eq!(t.timer().unwrap().next_due(), next);
    }
}

/// With jitter a run may end after a due time and before the moment that the dice chose: the way is free then.
#[tokio::test(start_paused = true)]
async fn a_run_that_ends_before_the_jittered_moment_is_not_in_the_way() {
    for seed in 0..20 {
        let (host, _) = logged();
        let timed = Timed::new(|| pass(secs(9))).jitter(secs(9));
        let host = host.timed("t", Every::secs(10), timed).start().await.unwrap();
        let t = host.service("t");
        host.advance(secs(200)).await;
        let runs = t.timer().unwrap().last_runs();
        assert!(!runs.is_empty(), "{seed}");
        // Whatever was skipped met a run: some due time plus jitter lay before the end of a run.
        assert_eq!(t.timer().unwrap().missed(), 0);
        assert!(t.runs() + t.timer().unwrap().skipped() >= 20);
        for pair in runs.windows(2) {
            let gap = pair[1].started.duration_since(pair[0].started + pair[0].took).unwrap();
            assert!(gap < secs(19), "{gap:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_fixed_delay_goes_on_whatever_its_options_say() {
    for overlap in [Overlap::Skip, Overlap::Queue, Overlap::Allow, Overlap::Cancel] {
        for missed in [Missed::Skip, Missed::Once, Missed::All] {
            let (host, log) = logged();
            let timed = Timed::new(three_seconds).overlap(overlap).missed(missed);
            let host = host.timed("t", Delay::secs(10), timed).start().await.unwrap();
            host.advance(secs(5)).await;
            leap(&host, secs(1000)).await; // due at 13, looked at only at 1005
            host.advance(secs(60)).await;
            let _ = host.trigger("t").await;
            host.advance(secs(60)).await;
            let runs = log.secs();
            let after = |second| runs.iter().filter(|at| **at > second).count();
            assert!(after(1010) >= 7 && after(1075) >= 4, "{overlap:?} {missed:?}: {runs:?}");
        }
    }
}

/// Runs that take longer than their period, and hold their thread, leave room for others in between.
#[tokio::test]
async fn a_timer_that_is_always_due_lets_others_run() {
    let (host, _) = logged();
    let hold = || async { std::thread::sleep(millis(5)) };
    let host = host.timed("t", Every::millis(1), hold).start().await.unwrap();
    let begun = std::time::Instant::now();
    for _ in 0..10 {
        pass(millis(1)).await;
    }
    assert!(begun.elapsed() < millis(1_000), "{:?}", begun.elapsed());
    assert!(host.service("t").runs() >= 5);
    host.stop().await;
}
