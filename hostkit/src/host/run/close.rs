//! Closes the shared values that were made: what was made last comes first, all of a level at once. One that hangs is cut off
//! and named, and has used up no more than its level's part of the time.

use std::sync::Arc;

use tokio::task::JoinHandle;
use tracing::Span;

use super::core::Core;
use crate::host::plan::planned::PlannedProvider;
use crate::host::view::report::ValuePhase;
use crate::outcome::failure::Failure;
use crate::outcome::result::RunResult;
use crate::service::Moment;
use crate::state::{Role, ServiceRecord};
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock::{self, Instant};

/// Until the deadline at the latest; if there are hooks after it, they are left a part of the time, too.
pub(crate) async fn close(core: &Arc<Core>, deadline: Instant) {
    let levels = core.providers.iter().rev().map(|level| made(core, level));
    let levels: Vec<_> = levels.filter(|level| !level.is_empty()).collect();
    let hooks = core.hooks.iter().any(|hook| hook.moment == Moment::Stopped);
    let mut parts = u32::try_from(levels.len()).unwrap_or(u32::MAX).saturating_add(hooks.into());
    for level in levels {
        let now = clock::now();
        close_level(core, &level, now + deadline.saturating_duration_since(now) / parts).await;
        parts -= 1;
    }
}

/// Those of a level that have something to close.
fn made(core: &Core, level: &[Arc<PlannedProvider>]) -> Vec<Arc<PlannedProvider>> {
    let made = |provision: &&Arc<PlannedProvider>| {
        provision.closes() && core.shared.values.at(provision.key()).is_some()
    };
    level.iter().filter(made).cloned().collect()
}

struct CloseTask {
    provision: Arc<PlannedProvider>,
    deadline: Instant,
    task: JoinHandle<RunResult>,
    span: Span,
}

async fn close_level(core: &Arc<Core>, level: &[Arc<PlannedProvider>], limit: Instant) {
    let begun = clock::now();
    let mut closing: Vec<_> = level.iter().map(|provision| begin(core, provision, begun, limit)).collect();
    closing.sort_by_key(|closing| closing.deadline);
    let name = |provision: &PlannedProvider| format!("the value of {} to be closed", provision.name);
    lock_unpoisoned(&core.waited_for).extend(closing.iter().map(|closing| name(&closing.provision)));
    for CloseTask { provision, deadline, mut task, span } in closing {
        let outcome = match select2(&mut task, core.until(deadline)).await {
            Either::Left(Ok(outcome)) => outcome,
            Either::Left(Err(error)) => Err(Failure::said(error.to_string())),
            Either::Right(()) => {
                task.abort();
                let given = deadline.duration_since(begun);
                Err(Failure::said(format!("did not close within {given:.1?} and was aborted")))
            }
        };
        lock_unpoisoned(&core.waited_for).retain(|waited| *waited != name(&provision));
        if let Err(failure) = outcome {
            span.in_scope(|| tracing::error!(target: "hostkit", error = %failure, "failed to close"));
            core.keep_provider(&provision, ValuePhase::Closing, failure);
        }
    }
}

fn begin(core: &Arc<Core>, provision: &Arc<PlannedProvider>, begun: Instant, limit: Instant) -> CloseTask {
    let record = ServiceRecord::apart(Role::Provider, provision.name.clone());
    core.keep_hook_record(record.clone());
    let context = core.context_of(record);
    let guard = context.guard();
    let span = guard.span();
    let (host, of) = (core.clone(), provision.clone());
    let closing = async move {
        let closing = || {
            let closing = host.shared.values.at(of.key()).and_then(|made| of.close(made));
            closing.unwrap_or_else(|| Box::pin(std::future::ready(Ok(()))))
        };
        guard.run(closing).await
    };
    let own = provision.close_timeout.map_or(limit, |timeout| clock::later(begun, timeout));
    let task = core.runtime.spawn(closing);
    CloseTask { provision: provision.clone(), deadline: own.min(limit), task, span }
}
