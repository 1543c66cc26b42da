//! What is wrong with a plan that has queues, and what is only worth a warning.

use hostkit::builder::{Backoff, Moment, Problem, Queued};
use hostkit::param::Stop;
use hostkit::queue::{Queue, Rate};
use hostkit::{Host, HostBuilder};

use super::world::*;

fn problems(builder: HostBuilder) -> Vec<Problem> {
    builder.build().expect_err("it should be refused").problems().to_vec()
}

#[test]
fn a_queue_that_nobody_handles() {
    let found = problems(
        Host::builder()
            .service("upload", |_: Queue<Job>, _: Queue<Job>| async {})
            .on(Moment::Started, |_: Queue<Other>| async {}),
    );
    let texts: Vec<String> = found.iter().map(Problem::what).collect();
    assert_eq!(
        texts,
        [
            "`upload` needs `Queue<Job>`, but no queued service handles `Job`",
            "`on-started` needs `Queue<Other>`, but no queued service handles `Other`",
        ]
    );
    assert_eq!(found[0].help(), "add a `#[queued]` function whose first parameter is a `Job`");
    assert!(found[0].place().contains("plan.rs"), "{}", found[0].place());
}

#[test]
fn two_handlers_of_one_type() {
    let builder = || Host::builder().queued("a", |_: Job| async {}).queued("b", |_: Job| async {});
    let found = problems(builder());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].what(), "`a` and `b` both handle `Job`");
    assert!(found[0].place().matches("plan.rs").count() == 2, "{}", found[0].place());
    assert!(builder().except(["b"]).build().is_ok(), "one of them is switched off");
}

#[test]
fn options_that_can_not_work() {
    let handler = || Queued::new(|_: Job| async {});
    for (queued, part) in [
        (handler().workers(0), "`workers` must be at least 1, not 0"),
        (handler().workers(1_000_000), "`workers` must be at most 10000, not 1000000"),
        (handler().capacity(0), "`capacity` must be at least 1, not 0"),
        (handler().timeout(secs(0)), "`timeout` cannot be zero"),
        (handler().rate(Rate::new(0, secs(1))), "`rate`: a rate of 0 lets nothing through"),
        (handler().rate(Rate::new(1, secs(0))), "`rate` lets nothing through"),
        (handler().backoff(Backoff::new(secs(2), secs(1))), "`backoff`: the range ends before it begins"),
        (handler().aliases(["no name"]), "`aliases`"),
        (
            handler().backoff(Backoff::new(secs(0), secs(60))),
            "`backoff`: a wait that begins at \"0s\" never grows",
        ),
        (handler().group("no group"), "`group`"),
    ] {
        let found = problems(Host::builder().queued("work", queued));
        assert!(found.len() == 1 && found[0].what().contains(part), "{found:?} lacks {part}");
    }
}

/// A handler that is switched off still brings its queue: jobs pile up, are told of, and nothing hangs.
#[tokio::test(start_paused = true)]
async fn a_handler_that_is_off_only_lets_jobs_pile_up() {
    let off = Queued::new(|_: Job| async { panic!("it is off") }).enabled(false).capacity(2);
    let world = open::<Job>(
        Host::builder()
            .queued("work", off)
            .service("other", |stop: Stop| async move { stop.requested().await }),
    )
    .await;
    world.queue.enqueue(job("a")).await.unwrap();
    world.queue.enqueue_after(job("b"), secs(5)).await.unwrap();
    assert!(world.queue.try_enqueue(job("c")).await.unwrap_err().is_full());
    pass(secs(10)).await;
    assert!(world.handle.queue("work").is_none());
    let (queue, begun) = (world.queue.clone(), tokio::time::Instant::now());
    assert_eq!(world.stop().await.exit_code(), 4, "they are lost with the process");
    assert!(begun.elapsed() < secs(1), "nobody waits for what nobody does");
    assert!(queue.enqueue(job("d")).await.unwrap_err().is_closed());
}

#[test]
fn explicit_order_wins_and_rings_are_only_its_own() {
    // `work` starts after `feeder`, which fills it: by its wish they stand the other way round.
    let ordered = Host::builder()
        .service("feeder", |_: Queue<Job>| async {})
        .queued("work", Queued::new(|_: Job| async {}).after(["feeder"]));
    assert!(ordered.build().is_ok());
    let ring = Host::builder()
        .queued("a", Queued::new(|_: Job| async {}).after(["b"]))
        .queued("b", Queued::new(|_: Other| async {}).after(["a"]));
    let found = problems(ring);
    assert!(matches!(&found[..], [Problem::Ring { members }] if members.len() == 2), "{found:?}");
}
