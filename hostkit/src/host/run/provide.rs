//! Makes the shared values that something needs: level after level, all of a level at once, each on a task of its own.
//!
//! Whatever goes wrong asks for a stop and ends it here; `close` then closes, in reverse, exactly what was made.

use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::duration::show;
use tokio::task::JoinHandle;
use tracing::Span;

use super::core::Core;
use crate::host::plan::planned::PlannedProvider;
use crate::host::view::report::ValuePhase;
use crate::host::view::request::StopCause;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::state::{Role, ServiceRecord};
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What is still being made after this long is named, and again after each further period of it.
const SLOW: Duration = Duration::from_secs(5);
/// What a cancelled one has to drop what it holds; one that holds a thread never does.
const GRACE: Duration = Duration::from_millis(100);

/// Whether to go on.
pub(crate) async fn provide(core: &Arc<Core>, limit: Instant) -> bool {
    for level in &core.providers {
        if core.stop.is_raised() {
            break;
        }
        finish(core, level.iter().map(|provision| begin(core, provision)).collect(), limit).await;
    }
    !core.stop.is_raised()
}

struct ProviderTask {
    provision: Arc<PlannedProvider>,
    task: JoinHandle<()>,
    span: Span,
}

fn begin(core: &Arc<Core>, provision: &Arc<PlannedProvider>) -> ProviderTask {
    let record = ServiceRecord::apart(Role::Provider, provision.name.clone());
    core.keep_hook_record(record.clone());
    let context = core.context_of(record);
    let span = context.guard().span();
    let making = make(core.clone(), provision.clone(), context);
    ProviderTask { provision: provision.clone(), task: core.runtime.spawn(making), span }
}

/// A stop that comes meanwhile cancels it, like everything else that is starting.
async fn make(core: Arc<Core>, provision: Arc<PlannedProvider>, context: Context) {
    let (begun, guard) = (clock::now(), context.guard());
    let span = guard.span();
    let guarded = guard.run(|| {
        let (core, provision, making) = (core.clone(), provision.clone(), provision.provision.make(&context));
        Box::pin(async move {
            core.shared.values.put(provision.key(), provision.of, making.await?);
            Ok(())
        })
    });
    // The value first: one that is made in the very instant of a stop is there to be closed.
    let outcome = select2(guarded, core.stop.raised()).await;
    let _span = span.entered();
    match outcome {
        Either::Right(()) if provision.blocks() => {
            tracing::info!(target: "hostkit", "cancelled because the host stops: its `fn` runs to the end, and its value is closed then");
        }
        Either::Right(()) => match context.record.last_failure() {
            Some(panic) => core.keep_provider(&provision, ValuePhase::Making, panic),
            None => tracing::debug!(target: "hostkit", "cancelled because the host stops"),
        },
        Either::Left(Ok(())) => {
            let took = clock::now().duration_since(begun);
            tracing::debug!(target: "hostkit", "made `{}` in {took:.1?}", provision.of);
        }
        Either::Left(Err(failure)) => failed(&core, &provision, failure),
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
    core.keep_provider(provision, ValuePhase::Making, failure);
}

/// Waits until all have ended, or until nothing more can be waited for.
async fn finish(core: &Core, mut making: Vec<ProviderTask>, limit: Instant) {
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
        select2(&mut making[first].task, select2(stopped, core.until_pulse(next))).await;
    }
}

fn unfinished(making: &[ProviderTask]) -> impl Iterator<Item = &ProviderTask> {
    making.iter().filter(|making| !making.task.is_finished())
}

/// Long work says that it goes on.
fn still(making: &[ProviderTask]) {
    let names: Vec<_> = unfinished(making).map(|making| format!("`{}`", making.provision.name)).collect();
    tracing::info!(target: "hostkit", "still making {}", names.join(", "));
}

fn too_late(core: &Core, making: &[ProviderTask]) {
    let how =
        format!("was not made within the host's `start_timeout` of {}", show(core.settings.start_timeout));
    for making in unfinished(making) {
        let provision = &making.provision;
        core.start_failed(&provision.name, Some(provision.origin), &how);
        core.keep_provider(provision, ValuePhase::Making, Failure::said(how.as_str()));
    }
}

/// Those that a cancellation could not end.
fn leave_behind(making: Vec<ProviderTask>) {
    for making in making.iter().filter(|making| !making.task.is_finished()) {
        making.task.abort();
        let _span = making.span.enter();
        tracing::error!(target: "hostkit", "blocks its executor thread and can't be stopped: it is left behind");
    }
}
