//! Jobs that are done, jobs that die, and tasks.

use hostkit::prelude::*;
use serde::{Deserialize, Serialize};

use super::Notes;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Page(pub(crate) u32);

#[queued(group = "printing")]
pub(crate) async fn prints(page: Page, attempt: Attempt, notes: Notes) {
    tokio::time::sleep(Duration::from_millis(10)).await;
    notes.note(format!("page {}, attempt {}", page.0, attempt.number()));
}

/// Enqueues when it is told to stop.
#[hosted_service(group = "printing")]
pub(crate) async fn feeds(queue: Queue<Page>, stop: Stop) -> hostkit::Result {
    stop.requested().await;
    for page in 0..5 {
        queue.enqueue(Page(page)).await?;
    }
    Ok(())
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Doomed;

#[queued(retries = 1, backoff = "10ms..10ms", group = "dying")]
pub(crate) async fn doomed(_: Doomed) -> hostkit::Result {
    Err("no paper".into())
}

/// Gives up a job, looks at what became of it, and stops the host.
#[hosted_service(group = "dying")]
pub(crate) async fn dooms(queue: Queue<Doomed>, host: HostHandle, notes: Notes) -> hostkit::Result {
    queue.enqueue(Doomed).await?;
    while host.queue("doomed").expect("it runs").dead().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let dead = host.queue("doomed").expect("it runs").dead();
    notes.note(format!("{} dead after {}: {}", dead.len(), dead[0].attempts, dead[0].errors[0]));
    host.stop();
    Ok(())
}

/// Leaves work behind when it ends.
#[hosted_service]
pub(crate) async fn gives(tasks: Tasks, notes: Notes) -> hostkit::Result {
    tasks
        .spawn("late", async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            notes.note("task done");
        })
        .expect("the host runs");
    Ok(())
}

/// Gives the same work when the host stops.
#[hosted_service]
pub(crate) async fn gives_late(tasks: Tasks, stop: Stop, notes: Notes) {
    stop.requested().await;
    tasks
        .spawn("late", async move {
            tokio::time::sleep(Duration::from_millis(50)).await;
            notes.note("task done");
        })
        .expect("the host runs");
}
