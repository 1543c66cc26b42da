//! Many hosts in one process: each has its own services, values, tasks and end.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use hostkit::builder::{Hosted, OnFailure};
use hostkit::param::{Dep, Stop, Tasks};
use hostkit::report::{Status, StopCause};
use hostkit::{BoxError, Host, HostHandle};

use super::world::{Diary, ends, lived, noted, obedient, pass, secs, started};

#[tokio::test(start_paused = true)]
async fn hosts_do_not_see_each_others_services_and_values() {
    let (one, two) = (Diary::new(), Diary::new());
    let host = |diary: &Arc<Diary>| Host::builder().provide(diary.clone()).service("same", noted);
    let (first, second) =
        (started(host(&one).service("only-here", obedient)).await, started(host(&two)).await);
    assert!(first.handle().service("only-here").is_some());
    assert!(second.handle().service("only-here").is_none());
    first.stop().await;
    assert_eq!(one.all(), ["same began", "same told"]);
    assert_eq!(two.all(), ["same began"]);
    assert_eq!(second.handle().status(), Status::Ready);
    second.stop().await;
}

#[tokio::test(start_paused = true)]
async fn the_failure_of_one_is_no_other_hosts_business() {
    let good = started(Host::builder().service("a", obedient)).await;
    let report = lived(Host::builder().service("a", || async { Err::<(), BoxError>("no".into()) })).await;
    assert_eq!(report.exit_code(), 1);
    pass(secs(60)).await;
    assert_eq!(good.handle().status(), Status::Ready);
    assert!(good.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn the_tasks_of_one_keep_no_other_alive() {
    let mut busy = started(Host::builder().service("a", |tasks: Tasks| async move {
        tasks.spawn("long", pass(secs(60))).unwrap();
    }))
    .await;
    let idle = lived(Host::builder().service("a", || async {})).await;
    assert_eq!(idle.cause(), Some(&StopCause::NoWorkLeft));
    assert_eq!(busy.handle().stop_cause(), None);
    assert_eq!(ends(busy.wait()).await.finished_tasks(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_service_may_be_a_host() {
    async fn nested(stop: Stop, diary: Dep<Diary>) -> hostkit::Result {
        let inner =
            Host::builder().provide(diary.into_inner()).service("inner", noted).build()?.start().await?;
        stop.requested().await;
        let report = inner.stop().await;
        assert!(report.is_clean());
        Ok(())
    }
    let diary = Diary::new();
    let report = started(Host::builder().provide(diary.clone()).service("outer", nested)).await.stop().await;
    assert_eq!(diary.all(), ["inner began", "inner told"]);
    assert!(report.is_clean(), "{report}");
}

/// The builder is a plan, not a life: what a plan fails with has no effect on the next.
#[tokio::test(start_paused = true)]
async fn one_hundred_hosts_live_at_once() {
    let count = Arc::new(AtomicU32::new(0));
    let mut hosts = Vec::new();
    for _ in 0..100 {
        let host = Host::builder().provide(count.clone()).service(
            "a",
            |count: Arc<AtomicU32>, stop: Stop| async move {
                count.fetch_add(1, Ordering::SeqCst);
                stop.requested().await;
                count.fetch_sub(1, Ordering::SeqCst);
            },
        );
        hosts.push(started(host).await);
    }
    assert_eq!(count.load(Ordering::SeqCst), 100);
    for host in hosts {
        assert!(host.stop().await.is_clean());
    }
    assert_eq!(count.load(Ordering::SeqCst), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handle_of_one_host_stops_that_one() {
    let other = started(Host::builder().service("a", obedient)).await;
    let service = Hosted::new(|host: HostHandle, stop: Stop| async move {
        host.stop();
        stop.requested().await;
    });
    lived(Host::builder().service("a", service.on_failure(OnFailure::Ignore))).await;
    pass(secs(1)).await;
    assert_eq!(other.handle().stop_cause(), None);
    other.stop().await;
}
