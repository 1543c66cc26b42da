//! A queued service as one service among others: what its handle can do, and what it says when it can't.

use hostkit::builder::Queued;
use hostkit::prelude::*;
use hostkit::report::{State, Triggered};
use hostkit::testing::TestHost;

use super::world::*;

async fn host() -> TestHost {
    let host = TestHost::empty().queued("send", Queued::new(|_: Mail| async {}).workers(2));
    let host = host.service("idle", |stop: Stop| async move { stop.requested().await });
    host.start().await.unwrap()
}

#[tokio::test(start_paused = true)]
async fn it_can_not_be_triggered_and_says_what_to_do_instead() {
    let host = host().await;
    let Triggered::Refused(why) = host.trigger("send").await else { panic!("it has no job") };
    assert_eq!(
        why,
        "it handles jobs, and has nothing to run without one: enqueue one, by its `Queue`, or as JSON by \
         `queue(name).enqueue_json(…)`"
    );
    assert!(matches!(host.trigger("idle").await, Triggered::Refused("it is not a timer")));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_paused_and_resumed() {
    let host = host().await;
    let service = host.service("send");
    assert!(service.pause("the disk is full"));
    assert_eq!((service.state(), service.paused().as_deref()), (State::Paused, Some("the disk is full")));
    host.queue::<Mail>().enqueue(mail("a")).await.unwrap();
    host.advance(secs(60)).await;
    assert_eq!(service.runs(), 0);
    assert!(service.resume());
    host.advance(secs(0)).await;
    assert_eq!((service.state(), service.paused(), service.runs()), (State::Running, None, 1));
    assert!(!host.service("idle").pause("no") && !host.service("idle").resume());
    assert!(host.stop().await.is_clean());
    assert!(!service.pause("too late") && !service.resume());
}
