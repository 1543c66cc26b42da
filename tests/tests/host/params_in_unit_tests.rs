//! Annotated functions called in plain unit tests, with parameters that no host made.

use hostkit::param::Cause;
use hostkit::prelude::*;
use hostkit::report::Status;
use hostkit::testing;

#[hosted_service(heartbeat = "30s")]
async fn unit_tested(ready: Ready, stop: Stop, heart: Heartbeat) {
    ready.notify();
    while stop.sleep(Duration::from_secs(10)).await.is_running() {
        heart.beat();
    }
}

#[tokio::test(start_paused = true)]
async fn a_service_is_driven_by_its_parameters() {
    let (ready, readiness) = testing::ready();
    let (stop, stopper) = testing::stop();
    let (heart, pulse) = testing::heartbeat();
    let service = tokio::spawn(async move { unit_tested(ready, stop, heart).await });
    tokio::time::sleep(Duration::from_secs(35)).await;
    assert!(readiness.is_notified() && !readiness.is_dropped());
    assert_eq!(pulse.beats(), 3);
    stopper.stop();
    service.await.unwrap();
    assert_eq!(pulse.beats(), 3);
}

#[test]
fn a_ready_dropped_unnotified_is_told() {
    let (ready, readiness) = testing::ready();
    drop(ready);
    assert!(readiness.is_dropped() && !readiness.is_notified());
}

#[tokio::test(start_paused = true)]
async fn a_stop_has_a_deadline_once_it_is_requested() {
    let (stop, stopper) = testing::stop();
    assert_eq!(stop.deadline(), None);
    stopper.stop();
    assert!(stop.deadline().is_some());
}

#[timed(every = "1h")]
async fn tick_tested(tick: Tick) -> hostkit::Result {
    assert!(tick.due() < std::time::SystemTime::now() + Duration::from_secs(60));
    if tick.missed() > 0 && tick.cause() == Cause::CatchUp { Err("missed some".into()) } else { Ok(()) }
}

#[tokio::test]
async fn a_timer_is_told_which_run_it_is() {
    let (tick, ticker) = testing::tick();
    assert_eq!((tick.number(), tick.missed(), tick.cause()), (1, 0, Cause::Schedule));
    tick_tested(tick.clone()).await.unwrap();
    let due = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000);
    ticker.due(due).number(3).missed(2).cause(Cause::CatchUp);
    assert_eq!((tick.due(), tick.number()), (due, 3));
    tick_tested(tick).await.unwrap_err();
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Parcel(u32);

#[queued(retries = 1, enabled = false)]
async fn attempt_tested(parcel: Parcel, attempt: Attempt, queue: Queue<Parcel>) -> hostkit::Result {
    if attempt.number() == attempt.max() {
        return Err(hostkit::discard(format!("parcel {} of job {}", parcel.0, attempt.id())).into());
    }
    queue.enqueue_after(Parcel(parcel.0 + 1), Duration::from_secs(60)).await?;
    let _ = queue.job(Parcel(parcel.0 + 2)).priority(7).unique("two").enqueue().await?;
    Ok(())
}

#[tokio::test]
async fn a_handler_is_told_which_attempt_it_is_and_its_jobs_are_read() {
    let (attempt, attempts) = testing::attempt();
    let (queue, queued) = testing::queue::<Parcel>();
    assert_eq!((attempt.number(), attempt.max()), (1, 4));
    assert!(attempt.enqueued_at() <= std::time::SystemTime::now());
    attempt_tested(Parcel(5), attempt.clone(), queue.clone()).await.unwrap();
    let jobs = queued.jobs();
    assert_eq!(jobs.iter().map(|enqueued| enqueued.job.0).collect::<Vec<_>>(), [6, 7]);
    assert_eq!(
        (jobs[0].delay, jobs[0].priority, jobs[0].unique.as_deref()),
        (Duration::from_secs(60), 0, None)
    );
    assert_eq!(
        (jobs[1].delay, jobs[1].priority, jobs[1].unique.as_deref()),
        (Duration::ZERO, 7, Some("two"))
    );
    let at = std::time::SystemTime::UNIX_EPOCH;
    attempts.number(4).id("12".parse().unwrap()).enqueued_at(at);
    assert_eq!((attempt.enqueued_at(), attempt.id().to_string()), (at, "12".into()));
    let error = attempt_tested(Parcel(5), attempt, queue).await.unwrap_err();
    assert!(format!("{error:?}").contains("parcel 5 of job 12"), "{error:?}");
    assert!(queued.enqueued().is_empty(), "it was taken out before");
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_full_or_closed_gives_the_job_back() {
    let (queue, queued) = testing::queue::<u32>();
    queue.enqueue(1).await.unwrap();
    queued.fill();
    assert!(queue.try_enqueue(2).await.is_err());
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.enqueue(3).await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(!waiting.is_finished());
    queued.make_room();
    waiting.await.unwrap().unwrap();
    queue.enqueue_all([4, 5]).await.unwrap();
    assert!(queue.job(6).unique("six").enqueue().await.is_ok_and(|enqueued| !enqueued.is_duplicate()));
    assert!(queue.job(6).unique("six").enqueue().await.is_ok_and(|enqueued| enqueued.is_duplicate()));
    assert_eq!(queued.enqueued(), [1, 3, 4, 5, 6]);
    assert!(queue.is_empty().await && queued.enqueued().is_empty());
    assert!(queue.job(6).unique("six").enqueue().await.is_ok_and(|enqueued| !enqueued.is_duplicate()));
    queued.fill();
    let waiting = tokio::spawn({
        let queue = queue.clone();
        async move { queue.enqueue(7).await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    queued.close();
    assert!(waiting.await.unwrap().is_err());
    assert!(queue.enqueue(8).await.is_err());
    assert_eq!(queued.clone().enqueued(), [6], "what was accepted is still there");
}

#[provides]
async fn tasks_tested(tasks: Tasks) -> hostkit::Result<u32> {
    tasks.spawn("brief", tokio::time::sleep(Duration::from_secs(1)))?;
    tasks.spawn("fails", async { Err("no") })?;
    tasks.spawn_blocking("panics", || panic!("boom"))?;
    tasks.enqueue(|stop: Stop| async move { stop.requested().await }).await?;
    Ok(tasks.len().try_into()?)
}

#[tokio::test(start_paused = true)]
async fn tasks_are_drained_counted_and_closed() {
    let (tasks, controller) = testing::tasks();
    assert_eq!(tasks_tested(tasks.clone()).await.unwrap(), 4);
    tokio::time::sleep(Duration::from_secs(5)).await;
    assert_eq!((tasks.len(), controller.finished(), controller.failed()), (1, 1, 2));
    assert!(controller.last_error().is_some());
    controller.close();
    controller.drain().await;
    assert_eq!((tasks.len(), controller.finished(), controller.failed()), (0, 2, 2));
    assert!(tasks_tested(tasks).await.is_err());
}

#[on(starting)]
async fn handle_tested(host: HostHandle) {
    if host.services().is_empty() {
        host.stop();
    }
}

#[tokio::test(start_paused = true)]
async fn a_host_handle_is_driven() {
    let (host, controller) = testing::host_handle();
    let waiting = tokio::spawn({
        let host = host.clone();
        async move { host.ready().await }
    });
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((host.status(), controller.is_stop_requested()), (Status::Starting, false));
    controller.set_ready();
    assert!(waiting.await.unwrap());
    handle_tested(host.clone()).await;
    assert_eq!((host.status(), controller.is_stop_requested()), (Status::Ready, true));
    controller.set_stopped();
    host.stopped().await;
    assert_eq!(host.status(), Status::Stopped);
    assert!(host.service("x").is_none());
}
