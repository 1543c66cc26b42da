//! The hooks of one moment: all at once, each with its time, each on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use super::core::Core;
use crate::clock::{self, Instant};
use crate::inject::Context;
use crate::life::{Record, Signal};
use crate::outcome::{Failure, RunResult};
use crate::race::{First, race};
use crate::registry::HookEntry;
use crate::service::Moment;

/// What each hook has.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Runs them, until `limit` at the latest; the ones that failed, by name.
pub(super) async fn run(core: &Arc<Core>, moment: Moment, limit: Instant) -> Vec<(String, Failure)> {
    let deadline = clock::after(TIMEOUT).min(limit);
    let hooks = core.hooks.iter().filter(|entry| entry.moment == moment);
    let running: Vec<_> = hooks.map(|entry| (entry, begin(core, entry, deadline))).collect();
    let mut failed = Vec::new();
    for (entry, Running { task, context }) in running {
        let outcome = end(core, task, deadline).await;
        if let Err(failure) = outcome {
            context.guard().span().in_scope(|| {
                tracing::error!(target: "hostkit", error = %failure, "the `{moment}` hook failed");
            });
            failed.push((entry.name.to_string(), failure));
        }
    }
    failed
}

struct Running {
    task: JoinHandle<RunResult>,
    context: Context,
}

fn begin(core: &Arc<Core>, entry: &HookEntry, deadline: Instant) -> Running {
    let signal = Arc::new(Signal::default());
    if matches!(entry.moment, Moment::Stopping | Moment::Stopped) {
        signal.raise(deadline);
    }
    let context = Context { shared: core.shared.clone(), record: Record::apart(entry.name.clone()), signal };
    let guard = context.guard();
    let made = guard.call(|| entry.hook.run(&context));
    let hook = async move { guard.future(made?).await.flatten() };
    let task = match entry.moment {
        Moment::Stopping | Moment::Stopped => core.runtime.spawn(hook),
        // A stop that comes meanwhile cancels it, like everything else that is starting.
        Moment::Starting | Moment::Started => {
            let stop = core.clone();
            core.runtime.spawn(async move {
                match race(stop.stop.raised(), hook).await {
                    First::Left(()) => Ok(()),
                    First::Right(outcome) => outcome,
                }
            })
        }
    };
    Running { task, context }
}

async fn end(core: &Core, mut task: JoinHandle<RunResult>, deadline: Instant) -> RunResult {
    let begun = clock::now();
    match race(&mut task, core.until(deadline)).await {
        First::Left(Ok(outcome)) => outcome,
        First::Left(Err(error)) => Err(Failure::said(error.to_string())),
        First::Right(()) => {
            task.abort();
            Err(Failure::said(format!(
                "did not end within {:.1?} and was aborted",
                deadline.duration_since(begun)
            )))
        }
    }
}
