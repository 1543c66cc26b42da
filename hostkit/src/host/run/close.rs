//! Closes the shared values that were made: what was made last comes first, all of a level at once. One that hangs is cut off
//! and named, and has used up no more than its level's part of the time.

use std::sync::Arc;

use super::bounded_join::{BoundedTask, JoinFailure, bounded_join, context_of};
use super::core::Core;
use crate::host::plan::planned::PlannedProvider;
use crate::host::view::report::ValuePhase;
use crate::outcome::failure::Failure;
use crate::service::Moment;
use crate::state::Role;
use crate::time::clock::{self, Instant};

/// Until the deadline at the latest; if there are hooks after it, they are left a part of the time, too.
pub(crate) async fn close(core: &Arc<Core>, deadline: Instant) {
    let levels = core.providers.iter().rev().map(|level| made(core, level));
    let levels: Vec<_> = levels.filter(|level| !level.is_empty()).collect();
    let hooks = core.hooks.iter().any(|hook| hook.moment == Moment::Stopped);
    let mut parts = u32::try_from(levels.len()).unwrap_or(u32::MAX).saturating_add(hooks.into());
    for level in levels {
        let now = clock::now();
        let limit = now + deadline.saturating_duration_since(now) / parts;
        let closing = level.iter().map(|provision| begin(core, provision, now, limit)).collect();
        bounded_join(core, now, closing, false, |provision, failure| {
            let failure = match failure {
                JoinFailure::Failed(failure) => failure,
                JoinFailure::Late(given) => {
                    Failure::said(format!("did not close within {given:.1?} and was aborted"))
                }
                JoinFailure::Stuck => return, // only a start is cancelled
            };
            tracing::error!(target: "hostkit", error = %failure, "failed to close");
            core.keep_provider(provision, ValuePhase::Closing, failure);
        })
        .await;
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

fn begin(
    core: &Arc<Core>,
    provision: &Arc<PlannedProvider>,
    begun: Instant,
    limit: Instant,
) -> BoundedTask<Arc<PlannedProvider>> {
    let guard = context_of(core, Role::Provider, &provision.name).guard();
    let span = guard.span();
    let (host, of) = (core.clone(), provision.clone());
    let closing = async move {
        let closing = || {
            let closing = host.shared.values.at(of.key()).and_then(|made| of.close(made));
            closing.unwrap_or_else(|| Box::pin(std::future::ready(Ok(()))))
        };
        guard.run(closing).await
    };
    BoundedTask {
        of: provision.clone(),
        name: format!("the value of {} to be closed", provision.name),
        deadline: provision.close_timeout.map_or(limit, |timeout| clock::later(begun, timeout)).min(limit),
        task: core.runtime.spawn(closing),
        span,
    }
}
