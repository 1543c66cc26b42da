//! Lets go of everything of the user's that the host holds, before its report: closures, jobs, then values, what was made last first.
//!
//! It happens on the blocking pool, for what a `fn` made may block when it is dropped. One thing is dropped at a time, and has a
//! name: its panic is a failure of that name, and when the time is over, what is being dropped is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::core::Core;
use super::problem::short;
use super::report::Phase;
use super::state::HostState;
use crate::clock;
use crate::failure::Failure;
use crate::inject::Shared;
use crate::life::{Name, caught};
use crate::locked::locked;
use crate::outcome::Ending;
use crate::race::{First, race};
use crate::registry::{Given, HookEntry, Origin};
use crate::service::Moment;

/// At least this long, also where `close_timeout` is used up.
const GRACE: Duration = Duration::from_millis(100);

/// So many turns of the executor what was aborted has before time passes.
const TURNS: u32 = 16;

/// What is being dropped right now.
#[derive(Debug, Clone)]
enum Dropping {
    /// What a service, a hook or a provider is called by, with what its closure holds.
    Service(usize),
    Hook(Name, Moment, Origin),
    Provider(Name, Origin),
    /// The jobs that are left in the queue of this service.
    #[cfg_attr(not(feature = "queue"), allow(dead_code, reason = "only a queue has jobs"))]
    Jobs(Name),
    /// What a provider made, and what was given to the builder.
    Value(Name, Origin),
    Given(String, Origin),
    Own,
}

impl Dropping {
    fn name(&self, state: &HostState) -> String {
        match self {
            Dropping::Service(index) => format!("`{}`", state.services[*index].record.name()),
            Dropping::Hook(name, ..) | Dropping::Provider(name, _) | Dropping::Value(name, _) => {
                format!("`{name}`")
            }
            Dropping::Jobs(name) => format!("a job of `{name}`"),
            Dropping::Given(name, _) => format!("`{name}`"),
            Dropping::Own => "what the host holds".to_owned(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Dropping::Service(_) | Dropping::Jobs(_) | Dropping::Own => "",
            Dropping::Hook(..) => " (on)",
            Dropping::Provider(..) | Dropping::Value(..) => " (provides)",
            Dropping::Given(..) => " (given to the host)",
        }
    }
}

/// Drops all of it within `close_timeout`; what does not end is told, and goes on.
pub(super) async fn release(core: Arc<Core>) -> Option<JoinHandle<()>> {
    let state = core.state.clone();
    let closing = state.times.closing.get().copied().unwrap_or_else(clock::real_now);
    let limit = closing.checked_add(state.settings.close_timeout); // none for a time without end
    let limit = limit.map(|limit| limit.max(clock::real_now() + GRACE));
    let Some(held) = sole_owner(core).await else {
        left_behind(&state);
        return None;
    };
    let now = Arc::new(Mutex::new(Dropping::Own));
    let (there, of) = (now.clone(), state.clone());
    let mut releasing = state.runtime.spawn_blocking(move || Release { state: of, now: there }.all(held));
    loop {
        match race(&mut releasing, state.pulse.notified()).await {
            First::Left(_) => return None,
            First::Right(()) if limit.is_none_or(|limit| clock::real_now() < limit) => {}
            First::Right(()) => break,
        }
    }
    let dropping = locked(&now).clone();
    let _ = state.undropped.set(format!("{} is being dropped, and that does not end", dropping.name(&state)));
    Some(releasing)
}

/// Everything of the user's.
struct Held {
    core: Core,
    shared: Option<Shared>,
}

/// Waits until nobody else holds the host. A service that was aborted may take a moment; one that holds its thread has it for good.
async fn sole_owner(mut core: Arc<Core>) -> Option<Held> {
    let (limit, mut turns) = (clock::after(GRACE), 0);
    loop {
        match Arc::try_unwrap(core) {
            Ok(mut sole) if Arc::strong_count(&sole.shared) == 1 => {
                let shared = std::mem::take(&mut sole.shared);
                return Some(Held { core: sole, shared: Arc::into_inner(shared) });
            }
            Ok(not_yet) => core = Arc::new(not_yet),
            Err(shared) => core = shared,
        }
        if clock::now() >= limit {
            return None;
        }
        turns += 1;
        if turns < TURNS {
            tokio::task::yield_now().await;
        } else {
            clock::sleep(Duration::from_millis(1)).await;
        }
    }
}

/// It is dropped by whoever holds it, when that ends.
fn left_behind(state: &HostState) {
    let left = state.services.iter().filter(|service| service.record.ending() == Some(Ending::Aborted));
    let names: Vec<_> = left.map(|service| format!("`{}`", service.record.name())).collect();
    let holders = if names.is_empty() { "what was left behind".to_owned() } else { names.join(", ") };
    tracing::warn!(
        target: "hostkit",
        "the host's values are not dropped: {holders} did not end in time and may still use them"
    );
}

/// Where what goes is told of.
struct Release {
    state: Arc<HostState>,
    now: Arc<Mutex<Dropping>>,
}

impl Release {
    /// Drops one thing that has a name.
    fn one(&self, dropping: Dropping, drop: impl FnOnce() -> Result<(), Failure>) {
        *locked(&self.now) = dropping.clone();
        let Err(failure) = drop() else { return };
        let state = &*self.state;
        let failure = failure.while_dropped(&format!("{}{}", dropping.name(state), dropping.kind()));
        tracing::error!(target: "hostkit", "{failure}");
        match dropping {
            Dropping::Service(index) => blame(state, index, failure),
            Dropping::Jobs(name) => {
                if let Some(index) = state.find(&name) {
                    blame(state, index, failure);
                }
            }
            Dropping::Hook(name, moment, at) => state.keep_hook(&name, moment, at, failure),
            Dropping::Provider(name, at) | Dropping::Value(name, at) => {
                state.keep_value(&name, at, Phase::Dropping, failure);
            }
            Dropping::Given(name, at) => state.keep_value(&name, at, Phase::Dropping, failure),
            Dropping::Own => {}
        }
    }

    /// What holds the others first: closures, jobs, values, and what made them.
    fn all(&self, Held { core, shared }: Held) {
        let Core { runners, hooks, providers, given, .. } = core;
        for (index, runner) in runners.into_iter().enumerate().rev() {
            self.one(Dropping::Service(index), || runner.dispose());
        }
        #[cfg(feature = "queue")]
        for queue in self.state.draining.iter().rev() {
            self.one(Dropping::Jobs(queue.name.clone()), || queue.steer.clear());
        }
        for HookEntry { name, moment, origin, hook } in hooks.into_iter().rev() {
            self.one(Dropping::Hook(name, moment, origin), || hook.dispose());
        }
        if let Some(shared) = shared {
            let mut names = HashMap::new();
            for Given { keys, of, origin, .. } in given {
                names.insert(keys[0], Dropping::Given(short(of), origin));
            }
            for provider in providers.iter().flatten() {
                names.insert(provider.key(), Dropping::Value(provider.name.clone(), provider.origin));
            }
            for (key, value) in shared.values.into_reverse_order() {
                self.one(names.remove(&key).unwrap_or(Dropping::Own), || value.dispose());
            }
        }
        for provider in providers.into_iter().flatten().rev() {
            self.one(Dropping::Provider(provider.name.clone(), provider.origin), || {
                caught(|| drop(provider))
            });
        }
    }
}

fn blame(state: &HostState, index: usize, failure: Failure) {
    let record = &state.services[index].record;
    record.failed(failure);
    record.blame(); // a panic is a failure whenever it happens
}
