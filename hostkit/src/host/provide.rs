//! Makes the shared values that something needs: level after level, all of a level at once, each on a task of its own.
//!
//! Whatever goes wrong asks for a stop and ends it here; `close` then closes, in reverse, exactly what was made.

use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::duration::show;
use tokio::task::JoinHandle;
use tracing::Span;

use super::core::Core;
use super::plan::PlannedProvider;
use super::report::Phase;
use super::request::StopCause;
use crate::clock::{self, Instant};
use crate::failure::Failure;
use crate::inject::Context;
use crate::life::{Record, Role};
use crate::race::{First, race};

/// What is still being made after this long is named, and again after each further period of it.
const SLOW: Duration = Duration::from_secs(5);
/// What a cancelled one has to drop what it holds; one that holds a thread never does.
const GRACE: Duration = Duration::from_millis(100);

/// Whether to go on.
pub(super) async fn provide(core: &Arc<Core>, limit: Instant) -> bool {
    for level in &core.providers {
        if core.stop.is_raised() {
            break;
        }
        finish(core, level.iter().map(|provision| begin(core, provision)).collect(), limit).await;
    }
    !core.stop.is_raised()
}

struct Making {
    provision: Arc<PlannedProvider>,
    task: JoinHandle<()>,
    span: Span,
}

fn begin(core: &Arc<Core>, provision: &Arc<PlannedProvider>) -> Making {
    let record = Record::apart(Role::Provider, provision.name.clone());
    core.keep_hook_record(record.clone());
    let context = core.context_of(record);
    let span = context.guard().span();
    let making = make(core.clone(), provision.clone(), context);
    Making { provision: provision.clone(), task: core.runtime.spawn(making), span }
}

/// A stop that comes meanwhile cancels it, like everything else that is starting.
async fn make(core: Arc<Core>, provision: Arc<PlannedProvider>, context: Context) {
    let (begun, guard) = (clock::now(), context.guard());
    let span = guard.span();
    let guarded = guard.run(|| {
        let (core, provision, making) = (core.clone(), provision.clone(), provision.provision.make(&context));
        Box::pin(async move {
            core.shared.values.put(provision.key(), making.await?);
            Ok(())
        })
    });
    // The value first: one that is made in the very instant of a stop is there to be closed.
    let outcome = race(guarded, core.stop.raised()).await;
    let _span = span.entered();
    match outcome {
        First::Right(()) if provision.blocks() => {
            tracing::info!(target: "hostkit", "cancelled because the host stops: its `fn` runs to the end, and its value is closed then");
        }
        First::Right(()) => match context.record.last_failure() {
            Some(panic) => core.keep_provider(&provision, Phase::Making, panic),
            None => tracing::debug!(target: "hostkit", "cancelled because the host stops"),
        },
        First::Left(Ok(())) => {
            let took = clock::now().duration_since(begun);
            tracing::debug!(target: "hostkit", "made `{}` in {took:.1?}", provision.of);
        }
        First::Left(Err(failure)) => failed(&core, &provision, failure),
    }
}

fn failed(core: &Core, provision: &PlannedProvider, failure: Failure) {
    let how = format!("could not be made: {failure}");
    let told = core.start_failed(&provision.name, Some(provision.origin), &how);
    if !matches!(core.stop.cause(), Some(StopCause::StartFailed(..))) && !failure.is_panic() {
        // It was told to stop, and an error is one way to do so.
        tracing::warn!(target: "hostkit", error = %failure, "ended with an error after a stop was requested");
        return;
    }
    if !told {
        tracing::error!(target: "hostkit", error = %failure, "could not be made");
    }
    core.keep_provider(provision, Phase::Making, failure);
}

/// Waits until all have ended, or until nothing more can be waited for.
async fn finish(core: &Core, mut making: Vec<Making>, limit: Instant) {
    let mut tell = clock::after(SLOW);
    let mut grace = None;
    while let Some(first) = making.iter().position(|making| !making.task.is_finished()) {
        let now = clock::now();
        let next = if core.stop.is_raised() {
            let grace = *grace.get_or_insert(clock::later(now, GRACE));
            if now >= grace {
                return leave_behind(making);
            }
            grace
        } else if now >= limit {
            too_late(core, &making);
            continue;
        } else {
            if now >= tell {
                still(&making);
                tell = clock::later(now, SLOW);
            }
            tell.min(limit)
        };
        let raised = core.stop.is_raised();
        let stopped = async { if raised { std::future::pending().await } else { core.stop.raised().await } };
        race(&mut making[first].task, race(stopped, core.until_pulse(next))).await;
    }
}

fn unfinished(making: &[Making]) -> impl Iterator<Item = &Making> {
    making.iter().filter(|making| !making.task.is_finished())
}

/// Long work says that it goes on.
fn still(making: &[Making]) {
    let names: Vec<_> = unfinished(making).map(|making| format!("`{}`", making.provision.name)).collect();
    tracing::info!(target: "hostkit", "still making {}", names.join(", "));
}

fn too_late(core: &Core, making: &[Making]) {
    let how =
        format!("was not made within the host's `start_timeout` of {}", show(core.settings.start_timeout));
    for making in unfinished(making) {
        let provision = &making.provision;
        core.start_failed(&provision.name, Some(provision.origin), &how);
        core.keep_provider(provision, Phase::Making, Failure::said(how.as_str()));
    }
}

/// Those that a cancellation could not end.
fn leave_behind(making: Vec<Making>) {
    for making in making.iter().filter(|making| !making.task.is_finished()) {
        making.task.abort();
        let _span = making.span.enter();
        tracing::error!(target: "hostkit", "blocks its executor thread and can't be stopped: it is left behind");
    }
}
