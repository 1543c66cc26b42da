//! Makes the shared values that something needs: level after level, all of a level at once, each on a task of its own.
//!
//! Whatever goes wrong asks for a stop and ends it here; `close` then closes, in reverse, exactly what was made.

use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::duration::show;

use super::bounded_join::{BoundedTask, JoinFailure, bounded_join, context_of};
use super::core::Core;
use crate::host::plan::planned::PlannedProvider;
use crate::host::view::report::ValuePhase;
use crate::host::view::request::StopCause;
use crate::host::view::start_failure::StartProblem;
use crate::inject::Context;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::state::Role;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// What is still being made after this long is named, and again after each further period of it.
const SLOW: Duration = Duration::from_secs(5);

/// Whether to go on.
pub(crate) async fn provide(core: &Arc<Core>, limit: Instant) -> bool {
    for level in &core.providers {
        if core.stop.is_raised() {
            break;
        }
        let begun = clock::now();
        let making = level.iter().map(|provision| begin(core, provision, limit)).collect();
        select2(
            bounded_join(core, begun, making, true, |of, failure| unfinished(core, of, failure)),
            still(core),
        )
        .await;
    }
    !core.stop.is_raised()
}

fn begin(
    core: &Arc<Core>,
    provision: &Arc<PlannedProvider>,
    deadline: Instant,
) -> BoundedTask<Arc<PlannedProvider>> {
    let context = context_of(core, Role::Provider, &provision.name);
    let span = context.guard().span();
    let task = core.runtime.spawn(make(core.clone(), provision.clone(), context));
    BoundedTask { of: provision.clone(), name: format!("`{}`", provision.name), deadline, task, span }
}

/// A stop that comes meanwhile cancels it, like everything else that is starting.
async fn make(core: Arc<Core>, provision: Arc<PlannedProvider>, context: Context) -> RunResult {
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
    Ok(())
}

fn failed(core: &Core, provision: &PlannedProvider, failure: Failure) {
    let how = StartProblem::failed("could not be made", &failure);
    let told = core.start_failed(&provision.name, Some(provision.origin), how);
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

/// One that did not end by itself.
fn unfinished(core: &Core, provision: &PlannedProvider, failure: JoinFailure) {
    let (how, failure) = match failure {
        JoinFailure::Failed(failure) => (StartProblem::failed(failure.to_string(), ""), failure),
        JoinFailure::Late(_) => {
            let limit = show(core.settings.start_timeout);
            let what = format!("was not made within the host's `start_timeout` of {limit}");
            let how = StartProblem::late(what, "");
            let failure = Failure::said(how.to_string());
            (how, failure)
        }
        JoinFailure::Stuck => {
            tracing::error!(target: "hostkit", "blocks its executor thread and can't be stopped: it is left behind");
            return;
        }
    };
    core.start_failed(&provision.name, Some(provision.origin), how);
    core.keep_provider(provision, ValuePhase::Making, failure);
}

/// Long work says that it goes on.
async fn still(core: &Core) {
    loop {
        core.until(clock::after(SLOW)).await;
        let names = lock_unpoisoned(&core.waited_for).join(", ");
        tracing::info!(target: "hostkit", "still making {names}");
    }
}
