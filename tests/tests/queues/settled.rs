//! `advance` and `trigger` leave nothing undone that can be done without time passing, jobs on the blocking pool included.

use hostkit::Every;
use hostkit::builder::Queued;
use hostkit::queue::Queue;
use hostkit::report::Triggered;
use hostkit::testing::TestHost;

use super::world::*;

fn chain() -> hostkit::testing::TestHostBuilder {
    let nightly = |mails: Queue<Mail>| async move {
        mails.enqueue_all((0..100).map(|n| mail(&n.to_string()))).await?;
        hostkit::Result::<()>::Ok(())
    };
    let send = |mail: Mail, numbers: Queue<u32>| {
        std::thread::sleep(std::time::Duration::from_micros(100)); // a thread's own time
        numbers.enqueue_blocking(mail.0.len() as u32).map(drop).map_err(hostkit::BoxError::from)
    };
    TestHost::empty()
        .timed("nightly", Every::secs(3600), nightly)
        .queued("send", Queued::blocking(send).workers(3))
        .queued("count", |_: u32| async { tokio::task::yield_now().await })
}

#[tokio::test(start_paused = true)]
async fn advance_settles_jobs() {
    let host = chain().start().await.unwrap();
    host.advance(secs(0)).await;
    assert_eq!((host.service("send").runs(), host.service("count").runs()), (100, 100));
    host.advance(secs(3600)).await;
    assert_eq!((host.service("send").runs(), host.service("count").runs()), (200, 200));
    assert_eq!(host.handle().queue("count").unwrap().stats().done, 200);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn so_does_trigger() {
    let host = chain().start().await.unwrap();
    host.advance(secs(1)).await;
    assert_eq!(host.trigger("nightly").await, Triggered::Done);
    assert_eq!(host.handle().queue("count").unwrap().stats().done, 200);
    assert!(host.stop().await.is_clean());
}
