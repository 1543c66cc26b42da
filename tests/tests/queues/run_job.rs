//! One job by hand, by the road that every job goes.

use std::sync::Arc;

use hostkit::builder::{Backoff, Queued};
use hostkit::param::Attempt;
use hostkit::prelude::*;
use hostkit::queue::Queue;
use hostkit::testing::JobOutcome;
use hostkit::testing::TestHost;
use hostkit::{discard, fatal, retry_after, snooze};

use super::world::*;

struct Greeting(&'static str);

async fn send(
    mail: Mail,
    greeting: Dep<Greeting>,
    diary: Dep<Arc<Diary>>,
    attempt: Attempt,
) -> hostkit::Result {
    diary.note(format!("{} {} {} of {}", greeting.0, mail.0, attempt.number(), attempt.max()));
    pass(secs(3)).await;
    match mail.0.as_str() {
        "fails" => Err("no luck".into()),
        "panics" => panic!("boom"),
        "discards" => Err(discard("no use").into()),
        "snoozes" => Err(snooze(secs(60)).into()),
        "later" => Err(retry_after(secs(7), "busy").into()),
        "fatal" => Err(fatal("the disk is gone").into()),
        "hangs" => std::future::pending().await,
        _ => Ok(()),
    }
}

async fn host(queued: Queued<Mail>, diary: &Arc<Diary>) -> TestHost {
    let host = TestHost::empty().provide(Greeting("dear")).provide(Arc::new(diary.clone()));
    host.queued("send", queued).start().await.unwrap()
}

fn usual() -> Queued<Mail> {
    Queued::new(send).retries(2).backoff(Backoff::new(secs(10), secs(10)))
}

#[tokio::test(start_paused = true)]
async fn it_tells_what_became_of_the_job() {
    let diary = Diary::new();
    let host = host(usual().timeout(secs(20)), &diary).await;
    assert_eq!(host.run_job(mail("ada")).await, JobOutcome::Done);
    assert_eq!(diary.all(), ["dear ada 1 of 3"]);
    let JobOutcome::Retry { failure, after } = host.run_job(mail("fails")).await else { panic!() };
    assert_eq!((&*failure, after), ("no luck", secs(10)));
    let JobOutcome::Retry { failure, .. } = host.run_job(mail("panics")).await else { panic!() };
    assert!(failure.is_panic() && failure.contains("boom"));
    let JobOutcome::Retry { failure, after } = host.run_job(mail("later")).await else { panic!() };
    assert_eq!((&*failure, after), ("busy", secs(7)));
    assert_eq!(host.run_job(mail("snoozes")).await, JobOutcome::Snoozed { after: secs(60) });
    let JobOutcome::Discarded(failure) = host.run_job(mail("discards")).await else { panic!() };
    assert_eq!(&*failure, "no use");
    let outcome = host.run_job(mail("hangs")).await;
    assert!(outcome.failure().unwrap().contains("did not end within 20s"), "{outcome:?}");
    // It is counted among the service's runs, and stands in no queue.
    assert_eq!((host.service("send").runs(), host.service("send").failures()), (7, 5));
    assert_eq!(host.queue::<Mail>().len().await, 0);
    assert!(host.handle().queue("send").unwrap().dead().is_empty());
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn without_retries_a_failure_is_the_end_and_a_fatal_one_does_not_stop_the_test() {
    let diary = Diary::new();
    let host = host(usual().retries(0), &diary).await;
    assert!(
        matches!(host.run_job(mail("fails")).await, JobOutcome::Failed(failure) if *failure == *"no luck")
    );
    assert!(matches!(host.run_job(mail("discards")).await, JobOutcome::Discarded(_)));
    assert!(matches!(host.run_job(mail("fatal")).await, JobOutcome::Fatal(failure) if failure.is_fatal()));
    assert!(host.run_job(mail("ada")).await.is_done());
}

#[tokio::test(start_paused = true)]
async fn it_waits_behind_nobody() {
    let diary = Diary::new();
    let host = host(usual().key(|_| "one".into()), &diary).await;
    host.queue::<Mail>().enqueue_all((0..5).map(|_| mail("hangs"))).await.unwrap();
    host.advance(secs(1)).await;
    assert!(host.handle().queue("send").unwrap().pause("not now"));
    assert!(ends(host.run_job(mail("ada"))).await.is_done());
    assert_eq!(host.enqueued::<Mail>().len(), 4);
}

#[tokio::test(start_paused = true)]
async fn a_blocking_handler_runs_on_the_pool() {
    let handler = |mail: Mail| {
        assert_ne!(mail.0, "panics", "boom");
        std::thread::current().name().map(str::to_owned)
    };
    let diary = Diary::new();
    let notes = diary.clone();
    let queued = Queued::blocking(move |mail: Mail| notes.note(handler(mail).unwrap_or_default()));
    let host = TestHost::empty().queued("send", queued.retries(0)).start().await.unwrap();
    assert!(host.run_job(mail("ada")).await.is_done());
    assert!(host.run_job(mail("panics")).await.failure().unwrap().is_panic());
    let test = std::thread::current().name().map(str::to_owned);
    assert_ne!(diary.all(), [test.unwrap_or_default()]);
    assert_eq!(diary.all().len(), 1);
}

/// A job type that can be neither copied nor written, and a future that is dropped half way.
#[tokio::test(start_paused = true)]
async fn it_can_be_given_up() {
    struct Opaque(Arc<Diary>);
    impl Drop for Opaque {
        fn drop(&mut self) {
            self.0.note("dropped");
        }
    }
    let queued = Queued::in_memory(|opaque: Opaque| async move {
        opaque.0.note("begun");
        std::future::pending::<()>().await;
    });
    let host = TestHost::empty().queued("send", queued).start().await.unwrap();
    let diary = Diary::new();
    assert!(tokio::time::timeout(secs(5), host.run_job(Opaque(diary.clone()))).await.is_err());
    assert_eq!(diary.all(), ["begun", "dropped"]);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn its_stop_signal_is_the_services_own() {
    let queued = Queued::new(|_: Mail, stop: Stop| async move {
        stop.requested().await;
        Err::<(), _>("told to stop")
    });
    let host = TestHost::empty().queued("send", queued).start().await.unwrap();
    let attempt = tokio::spawn(host.run_job(mail("ada")));
    host.advance(secs(1)).await;
    assert!(!attempt.is_finished());
    assert!(ends(host.stop()).await.is_clean());
    assert_eq!(attempt.await.unwrap(), JobOutcome::Interrupted);
}

#[tokio::test(start_paused = true)]
#[should_panic(
    expected = "`send`, which handles `queues::queues::world::Mail`, does not run in this host: it is off or left out"
)]
async fn a_handler_that_is_left_out_is_told() {
    let host = TestHost::empty().queued("send", |_: Mail| async {});
    let host = host.service("other", |_: Queue<Mail>, stop: Stop| async move { stop.requested().await });
    let host = host.only(["other"]).start().await.unwrap();
    let _ = host.run_job(mail("ada")).await;
}

#[tokio::test(start_paused = true)]
#[should_panic(expected = "no queued service handles `u8`")]
async fn a_type_that_nothing_handles_is_told() {
    let host = TestHost::empty().queued("send", |_: Mail| async {}).start().await.unwrap();
    let _ = host.run_job(7u8).await;
}
