//! Timers that are told to pause, and to go on.

use hostkit::Every;
use hostkit::builder::{Overlap, Timed};
use hostkit::param::Dep;
use hostkit::report::{State, Triggered};
use hostkit::schedule::Delay;

use super::world::{Log, ends, logged, pass, secs};

async fn note(log: Dep<Log>) {
    log.note("ran");
}

#[tokio::test(start_paused = true)]
async fn due_times_pass_until_it_is_resumed() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), note).start().await.unwrap();
    let t = host.service("t");
    host.advance(secs(5)).await;
    assert!(t.pause("the shop is closed"));
    assert_eq!((t.paused().as_deref(), t.state()), (Some("the shop is closed"), State::Paused), "at once");
    host.advance(secs(30)).await;
    assert!(t.resume());
    assert_eq!((t.paused(), t.state()), (None, State::Running));
    host.advance(secs(20)).await;
    assert_eq!(log.secs(), [0, 40, 50], "on the same grid, and none is caught up with");
    assert_eq!(
        (t.timer().unwrap().missed(), t.timer().unwrap().overdue(), t.timer().unwrap().overruns()),
        (0, 0, 0)
    );
    assert_eq!(
        (t.timer().unwrap().skipped(), t.timer().unwrap().skipped_paused()),
        (3, 3),
        "10, 20 and 30, and the reason is known"
    );
}

/// Also those that nobody could look at before the pause was over.
#[tokio::test(start_paused = true)]
async fn due_times_that_leap_by_in_a_pause_are_skipped() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), note).start().await.unwrap();
    host.advance(secs(1)).await;
    let t = host.service("t");
    t.pause("x");
    tokio::time::advance(secs(34)).await;
    t.resume();
    host.advance(secs(10)).await;
    assert_eq!(
        (
            log.secs(),
            t.timer().unwrap().missed(),
            t.timer().unwrap().skipped(),
            t.timer().unwrap().skipped_paused()
        ),
        (vec![0, 40], 0, 3, 3)
    );
}

#[tokio::test(start_paused = true)]
async fn a_fixed_delay_survives_a_pause() {
    let (host, log) = logged();
    let host = host.timed("t", Delay::secs(10), note).start().await.unwrap();
    host.advance(secs(5)).await;
    host.service("t").pause("x");
    host.advance(secs(30)).await;
    host.service("t").resume();
    host.advance(secs(30)).await;
    assert_eq!(log.secs()[0], 0);
    assert!(log.secs().len() >= 3, "{:?}", log.secs());
    assert_eq!(host.service("t").timer().unwrap().skipped_paused(), 3);
}

#[tokio::test(start_paused = true)]
async fn it_can_be_triggered_meanwhile() {
    let (host, log) = logged();
    let host = host.timed("t", Every::secs(10), note).start().await.unwrap();
    host.advance(secs(5)).await;
    host.service("t").pause("x");
    host.advance(secs(10)).await;
    assert_eq!(ends(host.trigger("t")).await, Triggered::Done);
    assert_eq!((log.secs(), host.service("t").state()), (vec![0, 15], State::Paused));
}

/// The run that is going ends; the one that waits for it does not begin, unless somebody asked for it.
#[tokio::test(start_paused = true)]
async fn what_waits_does_not_begin() {
    let (host, log) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("ran");
        pass(secs(15)).await;
    };
    let host =
        host.timed("t", Every::secs(10), Timed::new(run).overlap(Overlap::Queue)).start().await.unwrap();
    host.advance(secs(12)).await;
    host.service("t").pause("x");
    host.advance(secs(60)).await;
    let t = host.service("t");
    assert_eq!(log.secs(), [0]);
    assert_eq!(
        (t.timer().unwrap().skipped(), t.timer().unwrap().skipped_paused(), t.timer().unwrap().overruns()),
        (7, 7, 1),
        "the one that waited is one of them"
    );
}

#[tokio::test(start_paused = true)]
async fn what_waits_and_was_asked_for_begins() {
    let (host, log) = logged();
    let run = |log: Dep<Log>| async move {
        log.note("ran");
        pass(secs(5)).await;
    };
    let host =
        host.timed("t", Every::secs(10), Timed::new(run).overlap(Overlap::Queue)).start().await.unwrap();
    host.advance(secs(2)).await;
    let asked = tokio::spawn(host.trigger("t"));
    host.advance(secs(1)).await;
    host.service("t").pause("x");
    assert_eq!(ends(asked).await.unwrap(), Triggered::Done);
    assert_eq!(log.secs(), [0, 5]);
}

#[tokio::test(start_paused = true)]
async fn a_paused_timer_stops_like_any_other() {
    let (host, _) = logged();
    let host = host.timed("t", Every::secs(10), note).start().await.unwrap();
    host.service("t").pause("x");
    host.advance(secs(1)).await;
    let report = ends(host.stop()).await;
    assert!(report.is_clean(), "{report}");
}
