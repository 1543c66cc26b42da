//! `drain` works off everything that is enqueued, and says what keeps it from that.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hostkit::builder::{Backoff, Queued};
use hostkit::param::Attempt;
use hostkit::prelude::*;
use hostkit::queue::{Queue, Rate};
use hostkit::snooze;
use hostkit::testing::TestHost;
use tokio::time::Instant;

use super::world::*;

#[tokio::test(start_paused = true)]
async fn delays_retries_snoozes_keys_and_rates_are_worked_off_in_as_much_time_as_they_take() {
    let diary = Diary::new();
    let notes = diary.clone();
    let handler = move |mail: Mail, attempt: Attempt| {
        let diary = notes.clone();
        async move {
            diary.note(format!("{} {}", mail.0, attempt.number()));
            match (mail.0.as_str(), attempt.number()) {
                ("fails", 1..=2) => Err("not yet".into()),
                ("dies", _) => Err("never".into()),
                ("slow", _) => {
                    pass(secs(90)).await;
                    Ok(())
                }
                _ => hostkit::Result::<()>::Ok(()),
            }
        }
    };
    let queued = Queued::new(handler).backoff(Backoff::new(secs(60), secs(60))).key(|mail| mail.0.clone());
    let host = TestHost::empty().queued("send", queued.workers(2)).start().await.unwrap();
    let queue = host.queue::<Mail>();
    let begun = Instant::now();
    let _ = queue.job(mail("late")).after(secs(30 * 24 * 3600)).enqueue().await.unwrap();
    for name in ["fails", "slow", "slow", "dies"] {
        queue.enqueue(mail(name)).await.unwrap();
    }
    ends(host.drain()).await;
    assert_eq!(begun.elapsed().as_secs(), 30 * 24 * 3600, "no further");
    let stats = host.handle().queue("send").unwrap().stats();
    assert_eq!((stats.done, stats.died, stats.failed), (4, 1, 2 + 4));
    assert_eq!(diary.all().last().unwrap(), "late 1");
    ends(host.drain()).await;
    assert_eq!(begun.elapsed().as_secs(), 30 * 24 * 3600, "nothing is left, no time passes");
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_job_that_runs_is_waited_for_and_not_much_longer() {
    let host = TestHost::empty().queued("send", |_: Mail| pass(secs(50))).start().await.unwrap();
    host.queue::<Mail>().enqueue(mail("ada")).await.unwrap();
    let begun = Instant::now();
    ends(host.drain()).await;
    let took = begun.elapsed();
    assert!(took >= secs(50) && took < secs(51), "{took:?}");
    assert_eq!(host.handle().queue("send").unwrap().stats().done, 1);
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept_however_slow() {
    let queued = Queued::new(|_: Mail| async {}).rate(Rate::new(1, secs(24 * 3600)));
    let host = TestHost::empty().queued("send", queued).start().await.unwrap();
    host.queue::<Mail>().enqueue_all((0..5).map(|_| mail("ada"))).await.unwrap();
    let begun = Instant::now();
    ends(host.drain()).await;
    assert_eq!((begun.elapsed().as_secs() + 1800) / 3600, 4 * 24);
    assert_eq!(host.service("send").runs(), 5);
}

#[tokio::test(start_paused = true)]
async fn what_the_jobs_enqueue_themselves_is_worked_off_too_on_whatever_thread() {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Letter(u32);
    let forward = |letter: Letter, mails: Queue<Mail>| {
        mails.enqueue_blocking(mail(&letter.0.to_string())).map(drop).map_err(hostkit::BoxError::from)
    };
    let send = |mail: Mail, letters: Queue<Letter>| async move {
        if mail.0 == "3" {
            letters.enqueue_after(Letter(4), secs(1)).await?;
        }
        hostkit::Result::<()>::Ok(())
    };
    let host = TestHost::empty().queued("forward", Queued::blocking(forward)).queued("send", send);
    let host = host.start().await.unwrap();
    host.queue::<Letter>().enqueue_all((0..4).map(Letter)).await.unwrap();
    ends(host.drain()).await;
    assert_eq!((host.service("forward").runs(), host.service("send").runs()), (5, 5));
}

/// The message of the panic with which it ends.
async fn panics(future: impl Future<Output = ()> + Send + 'static) -> String {
    let error = ends(tokio::spawn(future)).await.unwrap_err();
    *error.into_panic().downcast::<String>().unwrap()
}

async fn stuck(host: TestHost) -> String {
    panics(async move { host.drain().await }).await
}

#[tokio::test(start_paused = true)]
async fn a_pause_is_told_with_its_reason_once_the_others_are_empty() {
    let other = |_: u32| async {};
    let host = TestHost::empty().queued("send", |_: Mail| async {}).queued("other", other);
    let host = host.start().await.unwrap();
    let handle = host.handle();
    assert!(handle.queue("send").unwrap().pause("the disk is full"));
    host.queue::<Mail>().enqueue_all([mail("a"), mail("b")]).await.unwrap();
    host.queue::<Mail>().enqueue_after(mail("c"), secs(1)).await.unwrap();
    host.queue::<u32>().enqueue_after(7, secs(60)).await.unwrap();
    assert_eq!(
        stuck(host).await,
        "the queues can't be drained\n  `send`: jobs that wait: 2, delayed: 1, running: 0; it is paused (the disk is full): \
         resume it first"
    );
    assert_eq!(handle.queue("other").unwrap().stats().done, 1);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_does_not_run_is_told() {
    let host = TestHost::empty()
        .queued("send", |_: Mail| async {})
        .service("idle", |stop: Stop| async move { stop.requested().await })
        .only(["idle"]);
    let host = host.start().await.unwrap();
    ends(host.drain()).await;
    host.queue::<Mail>().enqueue(mail("a")).await.unwrap();
    let told = stuck(host).await;
    assert!(
        told.contains("`send`: jobs that wait: 1, delayed: 0, running: 0; its handler does not run"),
        "{told}"
    );
}

#[tokio::test(start_paused = true)]
async fn jobs_that_are_put_off_for_ever_are_told() {
    let host = TestHost::empty().queued("send", |_: Mail| async { Err::<(), _>(snooze(secs(60))) });
    let host = host.start().await.unwrap();
    host.queue::<Mail>().enqueue(mail("a")).await.unwrap();
    let told = stuck(host).await;
    assert!(
        told.starts_with(
            "the queues can't be drained: jobs are snoozed again and again, and none ends\n  `send`: "
        ),
        "{told}"
    );
    assert!(told.contains("delayed: 1"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn many_jobs_may_be_put_off_for_long() {
    let left = Arc::new(AtomicU32::new(900));
    let handler = move |_: Mail| {
        let now = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok();
        async move { if now { Err(snooze(secs(3600))) } else { Ok(()) } }
    };
    let host = TestHost::empty().queued("send", handler).start().await.unwrap();
    host.queue::<Mail>().enqueue_all((0..3).map(|_| mail("a"))).await.unwrap();
    ends(host.drain()).await;
    assert_eq!(host.handle().queue("send").unwrap().stats().done, 3);
}

#[tokio::test(start_paused = true)]
async fn a_job_that_never_ends_is_told() {
    let host = TestHost::empty().queued("send", |_: Mail| std::future::pending::<()>());
    let host = host.start().await.unwrap();
    host.queue::<Mail>().enqueue_all([mail("a"), mail("b")]).await.unwrap();
    let begun = Instant::now();
    let told = stuck(host).await;
    assert_eq!(
        told,
        "the queues can't be drained: nothing has happened for an hour\n  `send`: jobs that wait: 1, delayed: 0, running: 1"
    );
    assert!(begun.elapsed() < secs(2 * 3600));
}

#[tokio::test(start_paused = true)]
async fn jobs_that_make_ever_more_jobs_are_told() {
    let again = |mail: Mail, mails: Queue<Mail>| async move {
        mails.enqueue(mail).await?;
        hostkit::Result::<()>::Ok(())
    };
    let host = TestHost::empty().queued("send", again).start().await.unwrap();
    host.queue::<Mail>().enqueue(mail("a")).await.unwrap();
    let told = stuck(host).await;
    assert!(told.starts_with("the queues can't be drained: there are ever more jobs\n  `send`: "), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_host_without_queues_is_drained() {
    let host = TestHost::empty().service("idle", |stop: Stop| async move { stop.requested().await });
    let host = host.start().await.unwrap();
    ends(host.drain()).await;
    assert!(host.stop().await.is_clean());
}
