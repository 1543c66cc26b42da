//! Hooks, and the making and closing of values: each on a task of its own that has until its deadline.

use std::future::pending;
use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::Span;

use super::core::Core;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::state::{Role, ServiceName, ServiceRecord};
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What a cancelled task has to drop what it holds; one that holds a thread never does.
const GRACE: Duration = Duration::from_millis(100);

/// A task, and what it is of.
pub(super) struct BoundedTask<T> {
    pub(super) of: T,
    /// As the log names it while it is waited for.
    pub(super) name: String,
    pub(super) deadline: Instant,
    pub(super) task: JoinHandle<RunResult>,
    pub(super) span: Span,
}

/// How a task did not end well.
pub(super) enum JoinFailure {
    /// By itself.
    Failed(Failure),
    /// It had this long, and was aborted.
    Late(Duration),
    /// A stop cancelled it, but it holds its thread.
    Stuck,
}

/// Waits until all have ended, and aborts each that has not by its deadline. They began at `begun`. `with_stop`: a stop cancels them, and then they have a
/// moment.
pub(super) async fn bounded_join<T>(
    core: &Core,
    begun: Instant,
    mut tasks: Vec<BoundedTask<T>>,
    with_stop: bool,
    mut failed: impl FnMut(&T, JoinFailure),
) {
    tasks.sort_by_key(|task| task.deadline);
    lock_unpoisoned(&core.waited_for).extend(tasks.iter().map(|task| task.name.clone()));
    let mut grace = None;
    for BoundedTask { of, name, deadline, mut task, span } in tasks {
        let mut failed = |failure| span.in_scope(|| failed(&of, failure));
        let mut deadline = Some(deadline);
        loop {
            let late = async {
                match deadline {
                    Some(deadline) => core.until(deadline).await,
                    None => pending().await,
                }
            };
            let stopped = async {
                if with_stop {
                    core.stop.raised().await
                } else {
                    pending().await
                }
                core.until(*grace.get_or_insert_with(|| clock::after(GRACE))).await;
            };
            match select2(&mut task, select2(late, stopped)).await {
                Either::Left(Ok(Ok(()))) => break,
                Either::Left(Ok(Err(failure))) => break failed(JoinFailure::Failed(failure)),
                Either::Left(Err(error)) => {
                    break failed(JoinFailure::Failed(Failure::said(error.to_string())));
                }
                Either::Right(Either::Left(())) => {
                    let given = deadline.take().unwrap_or(begun).duration_since(begun);
                    failed(JoinFailure::Late(given));
                    if with_stop && core.stop.is_raised() {
                        continue; // that cancels it
                    }
                }
                Either::Right(Either::Right(())) => failed(JoinFailure::Stuck),
            }
            break task.abort();
        }
        lock_unpoisoned(&core.waited_for).retain(|waited| *waited != name);
    }
}

/// What is called under a new record of this name finds its parameters there.
pub(super) fn context_of(core: &Core, role: Role, name: &ServiceName) -> Context {
    let record = ServiceRecord::apart(role, name.clone());
    core.keep_hook_record(record.clone());
    core.context_of(record)
}
