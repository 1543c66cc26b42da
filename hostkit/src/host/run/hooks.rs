//! The hooks of one moment: all at once, each with its time, each on a task of its own.

use std::sync::Arc;
use std::time::Duration;

use super::bounded_join::{BoundedTask, JoinFailure, bounded_join, context_of};
use super::core::Core;
use crate::outcome::failure::Failure;
use crate::registry::HookEntry;
use crate::service::Moment;
use crate::state::Role;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What each hook has.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Runs them, until `limit` at the latest; the ones that failed.
pub(crate) async fn run(core: &Arc<Core>, moment: Moment, limit: Instant) -> Vec<(&HookEntry, Failure)> {
    let begun = clock::now();
    let deadline = clock::later(begun, TIMEOUT).min(limit);
    let hooks = core.hooks.iter().enumerate().filter(|(_, entry)| entry.moment == moment);
    let running = hooks.map(|(index, entry)| begin(core, index, entry, deadline)).collect();
    let mut failures = Vec::new();
    bounded_join(core, begun, running, is_of_start(moment), |entry: &&HookEntry, failure| {
        let failure = match failure {
            JoinFailure::Failed(failure) => failure,
            JoinFailure::Late(given) => {
                Failure::said(format!("did not end within {given:.1?} and was aborted"))
            }
            JoinFailure::Stuck => {
                Failure::said("holds its thread, though the host stops, and was left behind")
            }
        };
        tracing::error!(target: "hostkit", error = %failure, "the `{moment}` hook failed");
        failures.push((*entry, failure));
    })
    .await;
    failures
}

fn is_of_start(moment: Moment) -> bool {
    matches!(moment, Moment::Starting | Moment::Started)
}

fn begin<'a>(
    core: &Arc<Core>,
    index: usize,
    entry: &'a HookEntry,
    deadline: Instant,
) -> BoundedTask<&'a HookEntry> {
    let HookEntry { name, moment, .. } = entry;
    let (context, of_start) = (context_of(core, Role::Hook, name), is_of_start(*moment));
    if !of_start {
        context.record.tell(clock::now(), deadline);
    }
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
    BoundedTask { of: entry, name: format!("the `{moment}` hook {name}"), deadline, task, span }
}
