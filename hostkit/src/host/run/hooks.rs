//! The hooks of one moment: all at once, each with its time, each on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;
use tracing::Span;

use super::core::Core;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::registry::HookEntry;
use crate::service::Moment;
use crate::state::{Role, ServiceRecord};
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What each hook has.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Runs them, until `limit` at the latest; the ones that failed.
pub(crate) async fn run(core: &Arc<Core>, moment: Moment, limit: Instant) -> Vec<(&HookEntry, Failure)> {
    let deadline = clock::after(TIMEOUT).min(limit);
    let hooks = core.hooks.iter().enumerate().filter(|(_, entry)| entry.moment == moment);
    let running: Vec<_> = hooks.map(|(index, entry)| (entry, begin(core, index, deadline))).collect();
    let mut failed = Vec::new();
    let name = |entry: &HookEntry| format!("the `{moment}` hook {}", entry.name);
    lock_unpoisoned(&core.waited_for).extend(running.iter().map(|(entry, _)| name(entry)));
    for (entry, HookTask { task, span }) in running {
        let outcome = end(core, task, deadline).await;
        lock_unpoisoned(&core.waited_for).retain(|waited| *waited != name(entry));
        if let Err(failure) = outcome {
            span.in_scope(|| {
                tracing::error!(target: "hostkit", error = %failure, "the `{moment}` hook failed");
            });
            failed.push((entry, failure));
        }
    }
    failed
}

struct HookTask {
    task: JoinHandle<RunResult>,
    span: Span,
}

fn begin(core: &Arc<Core>, index: usize, deadline: Instant) -> HookTask {
    let HookEntry { name, moment, .. } = &core.hooks[index];
    let record = ServiceRecord::apart(Role::Hook, name.clone());
    let of_start = matches!(moment, Moment::Starting | Moment::Started);
    if !of_start {
        record.tell(clock::now(), deadline);
    }
    core.keep_hook_record(record.clone());
    let context = core.context_of(record);
    let guard = context.guard();
    let span = guard.span();
    let (host, stop) = (core.clone(), core.clone());
    let hook = async move { guard.run(|| host.hooks[index].hook.run(&context)).await };
    // A stop that comes meanwhile cancels a hook of the start, like everything else that is starting.
    let task = core.runtime.spawn(async move {
        let cancelled =
            async { if of_start { stop.stop.raised().await } else { std::future::pending().await } };
        match select2(cancelled, hook).await {
            Either::Left(()) => Ok(()),
            Either::Right(outcome) => outcome,
        }
    });
    HookTask { task, span }
}

async fn end(core: &Core, mut task: JoinHandle<RunResult>, deadline: Instant) -> RunResult {
    let begun = clock::now();
    match select2(&mut task, core.until(deadline)).await {
        Either::Left(Ok(outcome)) => outcome,
        Either::Left(Err(error)) => Err(Failure::said(error.to_string())),
        Either::Right(()) => {
            task.abort();
            Err(Failure::said(format!(
                "did not end within {:.1?} and was aborted",
                deadline.duration_since(begun)
            )))
        }
    }
}
