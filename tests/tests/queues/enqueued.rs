//! What waits in a queue can be seen: the queue itself, and copies of its jobs.

use hostkit::builder::{Backoff, Queued};
use hostkit::prelude::*;
use hostkit::queue::Queue;
use hostkit::testing::TestHost;

use super::world::*;

/// Neither `Serialize` nor `Sync`.
#[derive(Clone)]
struct Bare(std::cell::Cell<u32>);

struct Opaque;

/// Fails at one of them, and tries again a minute later.
fn failing() -> Queued<Mail> {
    let fails = |mail: Mail| async move { if mail.0 == "fails" { Err("not yet") } else { Ok(()) } };
    Queued::new(fails).backoff(Backoff::new(secs(60), secs(60)))
}

#[tokio::test(start_paused = true)]
async fn all_that_wait_are_seen_in_the_order_in_which_they_came() {
    let slow = Queued::new(|_: Mail| pass(secs(10))).key(|mail| mail.0.clone());
    let host = TestHost::empty().queued("send", slow).start().await.unwrap();
    let queue = host.queue::<Mail>();
    let _ = queue.job(mail("delayed")).after(secs(30)).enqueue().await.unwrap();
    queue.enqueue(mail("runs")).await.unwrap();
    host.advance(secs(1)).await;
    queue.enqueue(mail("runs")).await.unwrap(); // behind the other of its key
    queue.enqueue(mail("ready")).await.unwrap();
    let _ = queue.job(mail("first")).priority(1).enqueue().await.unwrap();
    let seen = ["delayed", "runs", "ready", "first"].map(mail);
    assert_eq!(host.enqueued::<Mail>(), seen);
    assert_eq!(host.enqueued::<Mail>(), seen, "to look changes nothing");
    assert_eq!(queue.len().await, 4);
    host.drain().await;
    assert_eq!(host.service("send").runs(), 5);
    assert!(host.enqueued::<Mail>().is_empty());
}

#[tokio::test(start_paused = true)]
async fn so_are_those_that_are_to_be_tried_again_and_not_the_dead() {
    let host = TestHost::empty().queued("send", failing().retries(1)).start().await.unwrap();
    host.queue::<Mail>().enqueue(mail("fails")).await.unwrap();
    host.advance(secs(1)).await;
    assert_eq!(host.enqueued::<Mail>(), [mail("fails")]);
    host.advance(secs(100)).await;
    assert!(host.enqueued::<Mail>().is_empty());
    assert_eq!(host.handle().queue("send").unwrap().dead().len(), 1);
}

/// A service is tested by what it enqueues: the handler itself is left out.
#[tokio::test(start_paused = true)]
async fn the_handler_may_be_left_out() {
    let welcome = |mails: Queue<Mail>, stop: Stop| async move {
        mails.enqueue(mail("ada")).await?;
        stop.requested().await;
        hostkit::Result::<()>::Ok(())
    };
    let host = TestHost::empty().queued("send", |_: Mail| async { panic!("it is left out") });
    let host = host.service("welcome", welcome).only(["welcome"]).start().await.unwrap();
    host.advance(secs(1)).await;
    assert_eq!(host.enqueued::<Mail>(), [mail("ada")]);
    host.queue::<Mail>().enqueue(mail("bob")).await.unwrap();
    assert_eq!(host.enqueued::<Mail>(), [mail("ada"), mail("bob")]);
    assert!(host.handle().queue("send").is_none());
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn jobs_in_memory_are_cloned() {
    let queued = Queued::in_memory(|_: Bare| async {}).cloned();
    let host = TestHost::empty().queued("bare", queued).start().await.unwrap();
    host.queue::<Bare>().enqueue_after(Bare(7.into()), secs(1)).await.unwrap();
    assert_eq!(host.enqueued::<Bare>().iter().map(|bare| bare.0.get()).collect::<Vec<_>>(), [7]);
}

#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "no copies can be made of what waits in `opaque`, since `queues::queues::enqueued::Opaque` is kept in memory and is not `Clone`: derive `Clone` for it"
)]
async fn what_can_not_be_copied_is_told() {
    let host =
        TestHost::empty().queued("opaque", Queued::in_memory(|_: Opaque| async {})).start().await.unwrap();
    assert_eq!(host.queue::<Opaque>().len().await, 0);
    host.queue::<Opaque>().enqueue_after(Opaque, secs(1)).await.unwrap();
    let _ = host.enqueued::<Opaque>();
}

#[tokio::test(start_paused = true)]
async fn a_copy_that_can_not_be_made_is_told_and_the_queue_goes_on() {
    #[derive(Debug)]
    struct Odd(bool);
    impl Clone for Odd {
        fn clone(&self) -> Self {
            assert!(!self.0, "no copy of this one");
            Odd(self.0)
        }
    }
    let queued = Queued::in_memory(|_: Odd| async {}).cloned();
    let host = TestHost::empty().queued("odd", queued).start().await.unwrap();
    host.queue::<Odd>().enqueue_after(Odd(true), secs(5)).await.unwrap();
    let looked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| host.enqueued::<Odd>()));
    let told = *looked.unwrap_err().downcast::<String>().unwrap();
    assert_eq!(told, "a job that waits in `odd` can't be copied: panicked: no copy of this one");
    assert_eq!(host.queue::<Odd>().len().await, 1, "no lock is left broken");
    host.drain().await;
}

#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "no queued service handles `queues::queues::world::Mail`: add a `#[queued]` function whose first parameter is a"
)]
async fn a_queue_that_nothing_handles_is_told() {
    let host = TestHost::empty().service("idle", |stop: Stop| async move { stop.requested().await });
    let host = host.start().await.unwrap();
    host.queue::<Mail>();
}
