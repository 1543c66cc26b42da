//! `TestHost::provide` takes a provider's place: its function is not called, and what only it needs is not needed.

use std::sync::Arc;

use hostkit::prelude::*;
use hostkit::testing::TestHost;

use super::world::{Diary, made};

trait Clock: Send + Sync {
    fn hour(&self) -> u32;
}

struct Fixed(u32);

impl Clock for Fixed {
    fn hour(&self) -> u32 {
        self.0
    }
}

struct Zone;
struct Feed(u32);

#[provides]
async fn zone() -> Zone {
    panic!("only the real clock needs it")
}

#[provides]
async fn clock(_zone: Dep<Zone>) -> Arc<dyn Clock> {
    panic!("it was replaced")
}

#[provides]
fn real_feed() -> hostkit::Result<Feed> {
    panic!("it was replaced")
}

#[hosted_service]
async fn replaced_all(diary: Dep<Diary>, clock: Dep<dyn Clock>, feed: Dep<Feed>) {
    diary.note(format!("{} {}", clock.hour(), feed.0));
}

#[tokio::test(start_paused = true)]
async fn a_provider_is_replaced_by_its_type() {
    let diary = Diary::new();
    let clock: Arc<dyn Clock> = Arc::new(Fixed(7));
    let host = TestHost::discover().only(["replaced_all"]).provide(diary.clone());
    let host = host.provide(clock).provide(Feed(1)).provide(Feed(2)).start().await.unwrap();
    assert!(host.wait().await.is_clean());
    assert_eq!(diary.all(), ["7 2"], "the last one counts");
}

#[tokio::test(start_paused = true)]
async fn in_an_arc_too() {
    let diary = Diary::new();
    let clock: Arc<dyn Clock> = Arc::new(Fixed(8));
    let host = TestHost::discover().only(["replaced_all"]).provide(diary.clone());
    let host = host.provide(clock).provide(Arc::new(Feed(3))).start().await.unwrap();
    assert!(host.wait().await.is_clean());
    assert_eq!(diary.all(), ["8 3"]);
}

/// Whatever comes later is replaced as well.
#[tokio::test(start_paused = true)]
async fn whatever_the_order() {
    let diary = Diary::new();
    let note = diary.clone();
    let host = TestHost::empty()
        .provide(Arc::new(Feed(4)))
        .provide_with("feed", || async { made(Feed(5)) })
        .provide_with("in_arc", || async { made(Arc::new(Feed(6))) })
        .service("s", move |feed: Dep<Feed>| {
            note.note(feed.0.to_string());
            async {}
        });
    assert!(host.start().await.unwrap().wait().await.is_clean());
    assert_eq!(diary.all(), ["4"]);
}
