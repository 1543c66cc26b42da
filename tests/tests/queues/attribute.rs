//! The same by attributes: a value of its own for each job, a job in memory.

use hostkit::prelude::*;
use hostkit::queue::Queue;
use hostkit::testing::JobOutcome;
use hostkit::testing::TestHost;
use serde::{Deserialize, Serialize};

use super::world::*;

#[derive(Serialize, Deserialize)]
struct Letter {
    to: String,
}

/// Neither `Clone` nor `Serialize`.
struct Once(u8);

struct Stamp(u32);

#[provides(scope = "run")]
fn stamp(diary: Dep<Diary>) -> Stamp {
    Stamp(u32::try_from(diary.all().len()).unwrap())
}

#[queued(workers = 2, retries = 1, backoff = "10s..10s", key = "to")]
async fn letters(letter: Letter, stamp: Dep<Stamp>, diary: Dep<Diary>) -> hostkit::Result {
    diary.note(format!("{} stamped {}", letter.to, stamp.0));
    if letter.to == "nobody" { Err("no such address".into()) } else { Ok(()) }
}

#[queued(in_memory, retries = 0)]
fn once(job: Once, letters: Queue<Letter>) -> hostkit::Result {
    letters.enqueue_blocking(Letter { to: job.0.to_string() })?;
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn annotated_functions_are_tested_like_closures() {
    let diary = Diary::new();
    let host = TestHost::discover().only(["letters", "once"]).provide(diary.clone()).start().await.unwrap();
    assert!(host.run_job(Letter { to: "ada".into() }).await.is_done());
    let outcome = host.run_job(Letter { to: "nobody".into() }).await;
    assert!(matches!(outcome, JobOutcome::Retry { after, .. } if after == secs(10)));
    assert!(host.run_job(Once(7)).await.is_done());
    host.drain().await;
    host.queue::<Once>().enqueue(Once(8)).await.unwrap();
    host.drain().await;
    let noted = ["ada stamped 0", "nobody stamped 1", "7 stamped 2", "8 stamped 3"];
    assert_eq!(diary.all(), noted);
    assert!(host.stop().await.is_clean());
}

/// What the code promised and the configuration takes back: there is nothing to try again.
#[tokio::test]
async fn retries_of_what_can_not_be_copied_are_a_problem_of_the_plan() {
    let host = TestHost::discover().only(["once"]).config("services.once.retries", 2).start().await;
    let told = host.unwrap_err().to_string();
    assert!(told.contains("`services.once.retries` is 2, but its jobs can't be tried again"), "{told}");
    assert!(told.contains("set `retries` to 0"), "{told}");
}
