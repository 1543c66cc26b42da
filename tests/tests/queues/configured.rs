//! `[services.send]`: the options of a queued service, by configuration.

use hostkit::builder::Queued;
use hostkit::config::Layers;
use hostkit::queue::Queue;
use hostkit::testing::TestHost;
use hostkit::{Host, HostBuilder};

use super::world::*;

/// Any two at a time at first, each for a second.
fn host() -> HostBuilder {
    let queued = Queued::new(|_: Mail| pass(secs(1)))
        .workers(2)
        .capacity(10)
        .backoff(hostkit::builder::Backoff::new(secs(1), secs(2)));
    Host::builder().queued("send", queued)
}

fn problems(settings: &[&str]) -> Vec<String> {
    let layers = settings.iter().fold(Layers::new(), |layers, set| layers.set(set));
    let error = host().configuration(layers).build().expect_err("it should be refused");
    error.problems().iter().map(ToString::to_string).collect()
}

#[tokio::test(start_paused = true)]
async fn its_options_are_set_by_name() {
    let queued = Queued::new(|_: Mail| pass(secs(1))).workers(2).enabled(false);
    let host = TestHost::empty()
        .queued("send", queued)
        .config("services.send.enabled", true)
        .config("services.send.workers", 16)
        .config("services.send.capacity", 100)
        .config("services.send.rate", "20/m")
        .start()
        .await
        .unwrap();
    let stats = host.handle().queue("send").unwrap().stats();
    assert_eq!((stats.workers, stats.capacity), (16, 100));
    host.queue::<Mail>().enqueue_all((0..40).map(|_| mail("a"))).await.unwrap();
    host.advance(secs(1)).await;
    assert_eq!(
        host.handle().queue("send").unwrap().stats().running,
        4,
        "twenty at most in the first minute, but for the refill"
    );
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_it_switches_off_leaves_its_queue_to_pile_up() {
    let host = TestHost::empty()
        .queued("send", |_: Mail| async { panic!("it is off") })
        .service("fills", |mails: Queue<Mail>| async move {
            mails.enqueue(mail("a")).await?;
            std::future::pending::<hostkit::Result>().await
        })
        .config("services.send.enabled", false)
        .start()
        .await
        .unwrap();
    host.advance(secs(10)).await;
    assert_eq!(host.enqueued::<Mail>(), [mail("a")]);
    assert!(host.handle().service("send").is_none());
}

#[test]
fn wrong_values_are_told_where_they_stand() {
    for (set, says) in [
        ("services.send.workers=0", "must be at least 1, not 0"),
        ("services.send.workers=many", "takes a whole number"),
        ("services.send.capacity=0", "must be at least 1, not 0"),
        ("services.send.rate=100", "write \"100/s\" for so many a second"),
        ("services.send.rate=0/s", "a rate of 0 lets nothing through"),
        ("services.send.timeout=0s", "cannot be zero"),
        ("services.send.backoff=2s..1s", "the range ends before it begins"),
        ("services.send.workrs=2", "`workers`"),
        ("services.send.every=1s", "belongs to #[timed], not to #[queued]"),
        ("services.sned.workers=2", "`send`"),
    ] {
        let told = problems(&[set]);
        assert_eq!(told.len(), 1, "{set}: {told:?}");
        assert!(told[0].contains(says), "{set}: {}", told[0]);
        assert!(told[0].contains("--set"), "{set} is named as the place: {}", told[0]);
    }
}

#[test]
fn what_only_the_code_can_say_is_refused() {
    for set in ["services.send.key=user.id", "services.send.in_memory=true"] {
        let told = problems(&[set]);
        assert_eq!(told.len(), 1, "{set}: {told:?}");
        assert!(told[0].contains("code"), "{set}: {}", told[0]);
    }
}

#[test]
fn a_backoff_without_retries_has_no_effect() {
    let told = problems(&["services.send.retries=0", "services.send.backoff=1s..5s"]);
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].contains("`services.send.backoff` has no effect without `retries`"), "{}", told[0]);
    let layers = Layers::new().set("services.send.retries=0");
    assert!(host().configuration(layers).build().is_ok(), "the code's own is let go");
}
