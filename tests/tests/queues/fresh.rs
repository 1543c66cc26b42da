//! `scope = "run"`: a fresh value for each attempt at a job, made before the handler is called, closed and dropped after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hostkit::builder::{Backoff, Lifetime, Provider, Queued};
use hostkit::param::Attempt;
use hostkit::prelude::*;
use hostkit::testing::JobOutcome;
use hostkit::testing::{TestHost, TestHostBuilder};

use super::world::*;

/// A value for one attempt, numbered as they are made.
struct Tx(u32, Arc<Diary>);

impl Drop for Tx {
    fn drop(&mut self) {
        self.1.note(format!("{} dropped", self.0));
    }
}

impl Tx {
    async fn close(&self) {
        pass(Duration::from_millis(1)).await;
        self.1.note(format!("{} closed", self.0));
    }
}

/// The maker of them; of its calls the one of number `fails` does.
fn tx(diary: &Arc<Diary>, fails: u32) -> Provider<Tx> {
    let (diary, count) = (diary.clone(), AtomicU32::new(0));
    let make = move || {
        let (diary, number) = (diary.clone(), count.fetch_add(1, Ordering::SeqCst) + 1);
        async move {
            pass(Duration::from_millis(1)).await;
            if number == fails {
                return Err(hostkit::BoxError::from("no connection"));
            }
            diary.note(format!("{number} made"));
            hostkit::Result::<Tx>::Ok(Tx(number, diary))
        }
    };
    Provider::new(make).scope(Lifetime::Run).close(Tx::close)
}

fn host(diary: &Arc<Diary>, fails: u32, queued: Queued<Mail>) -> TestHostBuilder {
    TestHost::empty().provide_with("tx", tx(diary, fails)).queued("send", queued)
}

async fn work(host: &TestHost, jobs: &[&str]) {
    host.queue::<Mail>().enqueue_all(jobs.iter().map(|name| mail(name))).await.unwrap();
    ends(host.drain()).await;
}

#[tokio::test(start_paused = true)]
async fn each_attempt_has_its_own() {
    let diary = Diary::new();
    let handler = |mail: Mail, tx: Dep<Tx>, attempt: Attempt| async move {
        tx.1.note(format!("{} used for {} {}", tx.0, mail.0, attempt.number()));
        if mail.0 == "b" && attempt.number() == 1 { Err("not yet") } else { Ok(()) }
    };
    let host = host(&diary, 0, Queued::new(handler)).start().await.unwrap();
    work(&host, &["a", "b"]).await;
    assert!(host.stop().await.is_clean());
    let life = |n, of: &str| {
        ["made", &format!("used for {of}"), "closed", "dropped"].map(|what| format!("{n} {what}"))
    };
    assert_eq!(diary.all(), [life(1, "a 1"), life(2, "b 1"), life(3, "b 2")].concat());
}

#[tokio::test(start_paused = true)]
async fn so_has_each_attempt_on_the_blocking_pool_and_each_by_hand() {
    let diary = Diary::new();
    let handler = |mail: Mail, tx: Dep<Tx>| {
        tx.1.note(format!("{} used", tx.0));
        assert_ne!(mail.0, "panics", "boom");
    };
    let host = host(&diary, 0, Queued::blocking(handler).retries(0)).start().await.unwrap();
    work(&host, &["a"]).await;
    let JobOutcome::Failed(failure) = host.run_job(mail("panics")).await else { panic!() };
    assert!(failure.is_panic());
    assert!(host.run_job(mail("b")).await.is_done());
    assert!(host.stop().await.is_clean());
    let life = |n| ["made", "used", "closed", "dropped"].map(|what| format!("{n} {what}"));
    assert_eq!(diary.all(), [life(1), life(2), life(3)].concat());
}

#[tokio::test(start_paused = true)]
async fn one_that_can_not_be_made_is_a_failed_attempt_and_the_job_is_tried_again() {
    let diary = Diary::new();
    let handler = |mail: Mail, tx: Dep<Tx>| async move { tx.1.note(mail.0) };
    let queued = Queued::new(handler).backoff(Backoff::new(secs(1), secs(1)));
    let host = host(&diary, 1, queued).start().await.unwrap();
    work(&host, &["a"]).await;
    let service = host.service("send");
    assert_eq!((service.runs(), service.failures()), (2, 1));
    assert_eq!(&*service.last_error().unwrap(), "its `tx` could not be made: no connection");
    assert_eq!(diary.all(), ["2 made", "a", "2 closed", "2 dropped"]);
}

#[tokio::test(start_paused = true)]
async fn a_verdict_and_a_panic_close_it_all_the_same() {
    let diary = Diary::new();
    let handler = |mail: Mail, tx: Dep<Tx>, attempt: Attempt| async move {
        tx.1.note(&*mail.0);
        match (&*mail.0, attempt.number()) {
            ("snoozes", _) if tx.0 == 1 => Err(hostkit::snooze(secs(5)).into()),
            ("panics", _) => panic!("boom"),
            _ => hostkit::Result::<()>::Ok(()),
        }
    };
    let host = host(&diary, 0, Queued::new(handler).retries(0)).start().await.unwrap();
    work(&host, &["snoozes"]).await;
    work(&host, &["panics"]).await;
    let stats = host.handle().queue("send").unwrap().stats();
    assert_eq!((stats.snoozed, stats.done, stats.died), (1, 1, 1));
    let life = |n: u32, what: &str| {
        [format!("{n} made"), what.into(), format!("{n} closed"), format!("{n} dropped")]
    };
    assert_eq!(diary.all(), [life(1, "snoozes"), life(2, "snoozes"), life(3, "panics")].concat());
}

/// Its time is over while the handler works: the handler's future is dropped first, what was made for it is closed by a task.
#[tokio::test(start_paused = true)]
async fn a_timeout_closes_it_after_the_handler_is_gone() {
    let diary = Diary::new();
    struct Works(Arc<Diary>);
    impl Drop for Works {
        fn drop(&mut self) {
            self.0.note("handler dropped");
        }
    }
    let handler = |_: Mail, tx: Dep<Tx>| async move {
        let _works = Works(tx.1.clone());
        std::future::pending::<()>().await;
    };
    let host = host(&diary, 0, Queued::new(handler).retries(0).timeout(secs(5))).start().await.unwrap();
    work(&host, &["a"]).await;
    host.advance(secs(1)).await;
    assert_eq!(diary.all(), ["1 made", "handler dropped", "1 closed", "1 dropped"]);
    assert!(host.service("send").last_error().unwrap().contains("did not end within 5s and was dropped"));
    assert!(host.stop().await.is_clean());
}

/// Whether a signal was asked for is known only when the handler runs, which is after the values were made.
#[tokio::test(start_paused = true)]
async fn its_stop_signal_is_the_attempts_own() {
    let diary = Diary::new();
    let handler = |_: Mail, tx: Dep<Tx>, stop: Stop| async move {
        stop.requested().await;
        tx.1.note("told");
    };
    let host = host(&diary, 0, Queued::new(handler).retries(0).timeout(secs(5))).start().await.unwrap();
    work(&host, &["a"]).await;
    assert_eq!(diary.all(), ["1 made", "told", "1 closed", "1 dropped"]);
    assert!(host.service("send").last_error().unwrap().contains("did not end within 5s and was cancelled"));
}

/// An error after the service was told to stop excuses only who has asked for the signal.
#[tokio::test(start_paused = true)]
async fn who_asked_for_no_signal_was_not_told_to_stop() {
    let diary = Diary::new();
    let handler = |_: Mail, _: Dep<Tx>| async move {
        pass(secs(3)).await;
        Err::<(), _>("no luck")
    };
    let host = host(&diary, 0, Queued::new(handler).retries(0)).start().await.unwrap();
    host.queue::<Mail>().enqueue(mail("a")).await.unwrap();
    host.advance(secs(1)).await;
    let handle = host.handle();
    assert_eq!(ends(host.stop()).await.service("send").unwrap().queue().unwrap().left_over(), 0);
    assert_eq!(handle.queue("send").unwrap().stats().died, 1);
}

#[tokio::test(start_paused = true)]
async fn a_close_that_fails_is_a_failed_attempt() {
    struct Fails;
    let provider = Provider::new(|| async { hostkit::Result::<Fails>::Ok(Fails) }).scope(Lifetime::Run);
    let provider = provider.close(|_: &Fails| std::future::ready(Err::<(), _>("can't commit")));
    let host = TestHost::empty().provide_with("fails", provider);
    let queued = Queued::new(|_: Mail, _: Dep<Fails>| async {}).retries(0);
    let host = host.queued("send", queued).start().await.unwrap();
    let JobOutcome::Failed(failure) = host.run_job(mail("a")).await else { panic!() };
    assert_eq!(&*failure, "closing its `fails`: can't commit");
}

#[tokio::test(start_paused = true)]
async fn a_stop_waits_for_it_to_close() {
    let diary = Diary::new();
    let handler = |_: Mail, tx: Dep<Tx>| async move {
        pass(secs(3)).await;
        tx.1.note("used");
    };
    let host = host(&diary, 0, Queued::new(handler)).start().await.unwrap();
    host.queue::<Mail>().enqueue_all([mail("a"), mail("b")]).await.unwrap();
    host.advance(secs(1)).await;
    assert!(ends(host.stop()).await.is_clean());
    let life = |n| [format!("{n} made"), "used".into(), format!("{n} closed"), format!("{n} dropped")];
    assert_eq!(diary.all(), [life(1), life(2)].concat());
}
