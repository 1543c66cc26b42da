//! What is known of a timer: its last runs, and when it is due next.

use hostkit::Every;
use hostkit::builder::Timed;
use hostkit::param::{Cause, Dep, Tick};
use hostkit::report::RunOutcome;
use hostkit::schedule::Delay;

use super::world::{Log, logged, millis, pass, secs, unix};

#[tokio::test(start_paused = true)]
async fn the_last_twenty_runs_are_kept() {
    let (host, _) = logged();
    let run = |tick: Tick| async move {
        pass(secs(2)).await;
        if tick.number().is_multiple_of(2) { Err("even") } else { Ok(()) }
    };
    let host = host.at(unix(1_000_000)).timed("t", Every::secs(10), run).start().await.unwrap();
    host.advance(secs(295)).await;
    let runs = host.service("t").timer().unwrap().last_runs();
    assert_eq!(runs.len(), 20);
    for (n, run) in (10..).zip(&runs) {
        assert_eq!((run.due, run.started), (unix(1_000_000 + n * 10), unix(1_000_000 + n * 10)));
        assert_eq!((run.took, run.cause), (secs(2), Cause::Schedule));
        let expected = if n % 2 == 1 { (RunOutcome::Failed, Some("even")) } else { (RunOutcome::Done, None) };
        assert_eq!((run.outcome, run.error.as_deref()), expected);
    }
}

#[tokio::test(start_paused = true)]
async fn a_late_run_began_after_it_was_due() {
    let (host, _) = logged();
    let host = host.at(unix(0)).timed("t", Every::secs(10), || async {}).start().await.unwrap();
    host.advance(secs(1)).await;
    super::world::leap(&host, millis(12_000)).await;
    let run = host.service("t").timer().unwrap().last_runs().pop().unwrap();
    assert_eq!((run.due, run.started), (unix(10), unix(13)));
}

#[tokio::test(start_paused = true)]
async fn next_due_is_by_the_wall_clock() {
    let (host, _) = logged();
    let host = host
        .at(unix(1_000))
        .timed("e", Every::secs(10), || pass(secs(4)))
        .timed("d", Delay::secs(10), || pass(secs(4)))
        .timed("f", Every::secs(10), Timed::new(|_: Dep<Log>| async {}).first(secs(60)))
        .start()
        .await
        .unwrap();
    host.advance(secs(1)).await;
    let next = |name| host.service(name).timer().unwrap().next_due();
    assert_eq!((next("e"), next("d"), next("f")), (Some(unix(1_010)), None, Some(unix(1_060))));
    host.advance(secs(4)).await;
    assert_eq!(next("d"), Some(unix(1_014)));
    let handle = host.handle();
    host.stop().await;
    assert_eq!(handle.service("e").unwrap().timer().unwrap().next_due(), None);
}
