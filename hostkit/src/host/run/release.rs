//! Lets go of everything of the user's that the host holds, before its report: closures, jobs, then values, what was made last first.
//!
//! It happens on the blocking pool, for what a `fn` made may block when it is dropped. One thing is dropped at a time, and has a
//! name: its panic is a failure of that name, and when the time is over, what is being dropped is told.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::core::Core;
use crate::host::view::report::ValuePhase;
use crate::host::view::state::HostState;
use crate::inject::HostContext;
use crate::outcome::failure::Failure;
use crate::outcome::result::Ending;
use crate::outcome::text::short;
use crate::registry::{GivenValue, HookEntry, Origin};
use crate::service::Moment;
use crate::state::ServiceName;
use crate::sync::catch_panic;
use crate::sync::lock::lock_unpoisoned;
use crate::sync::select2::{Either, select2};
use crate::time::clock;

/// At least this long, also where `close_timeout` is used up.
const GRACE: Duration = Duration::from_millis(100);

/// So many turns of the executor what was aborted has before time passes.
const TURNS: u32 = 16;

/// What is being dropped right now.
#[derive(Debug, Clone)]
enum DropSubject {
    /// What a service, a hook or a provider is called by, with what its closure holds.
    Service(usize),
    Hook(ServiceName, Moment, Origin),
    Provider(ServiceName, Origin),
    /// The jobs that are left in the queue of this service.
    Jobs(ServiceName),
    /// What a provider made, and what was given to the builder.
    Value(ServiceName, Origin),
    Given(String, Origin),
    /// A section of the configuration, by its struct.
    Section(String, Origin),
    Own,
}

impl DropSubject {
    fn name(&self, state: &HostState) -> String {
        match self {
            DropSubject::Service(index) => format!("`{}`", state.services[*index].record.name()),
            DropSubject::Hook(name, ..) | DropSubject::Provider(name, _) | DropSubject::Value(name, _) => {
                format!("`{name}`")
            }
            DropSubject::Jobs(name) => format!("a job of `{name}`"),
            DropSubject::Given(name, _) | DropSubject::Section(name, _) => format!("`{name}`"),
            DropSubject::Own => "what the host holds".to_owned(),
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            DropSubject::Service(_) | DropSubject::Jobs(_) | DropSubject::Own => "",
            DropSubject::Hook(..) => " (on)",
            DropSubject::Provider(..) | DropSubject::Value(..) => " (provides)",
            DropSubject::Given(..) => " (given to the host)",
            DropSubject::Section(..) => " (config)",
        }
    }
}

/// Drops all of it within `close_timeout`; what does not end is told, and goes on.
pub(crate) async fn release(core: Arc<Core>) -> Option<JoinHandle<()>> {
    let state = core.state.clone();
    let closing = state.times.closing.get().copied().unwrap_or_else(clock::real_now);
    let limit = closing.checked_add(state.settings.close_timeout); // none for a time without end
    let limit = limit.map(|limit| limit.max(clock::real_now() + GRACE));
    let Some(held) = sole_owner(core).await else {
        left_behind(&state);
        return None;
    };
    let now = Arc::new(Mutex::new(DropSubject::Own));
    let (there, of) = (now.clone(), state.clone());
    let mut releasing = state.runtime.spawn_blocking(move || DropLog { state: of, now: there }.all(held));
    loop {
        match select2(&mut releasing, state.pulse.notified()).await {
            Either::Left(_) => return None,
            Either::Right(()) if limit.is_none_or(|limit| clock::real_now() < limit) => {}
            Either::Right(()) => break,
        }
    }
    let dropping = lock_unpoisoned(&now).clone();
    let _ = state.undropped.set(format!("{} is being dropped, and that does not end", dropping.name(&state)));
    Some(releasing)
}

/// Everything of the user's.
struct UserValues {
    core: Core,
    shared: Option<HostContext>,
}

/// Waits until nobody else holds the host. A service that was aborted may take a moment; one that holds its thread has it for good.
async fn sole_owner(mut core: Arc<Core>) -> Option<UserValues> {
    let (limit, mut turns) = (clock::after(GRACE), 0);
    loop {
        match Arc::try_unwrap(core) {
            Ok(mut sole) if Arc::strong_count(&sole.shared) == 1 => {
                let shared = std::mem::take(&mut sole.shared);
                return Some(UserValues { core: sole, shared: Arc::into_inner(shared) });
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
struct DropLog {
    state: Arc<HostState>,
    now: Arc<Mutex<DropSubject>>,
}

impl DropLog {
    /// Drops one thing that has a name.
    fn one(&self, dropping: DropSubject, drop: impl FnOnce() -> Result<(), Failure>) {
        *lock_unpoisoned(&self.now) = dropping.clone();
        let Err(failure) = drop() else { return };
        let state = &*self.state;
        let failure = failure.while_dropped(&format!("{}{}", dropping.name(state), dropping.kind()));
        tracing::error!(target: "hostkit", "{failure}");
        match dropping {
            DropSubject::Service(index) => blame(state, index, failure),
            DropSubject::Jobs(name) => {
                if let Some(index) = state.find(&name) {
                    blame(state, index, failure);
                }
            }
            DropSubject::Hook(name, moment, at) => state.keep_hook(&name, moment, at, failure),
            DropSubject::Provider(name, at) | DropSubject::Value(name, at) => {
                state.keep_value(&name, at, ValuePhase::Dropping, failure);
            }
            DropSubject::Given(name, at) | DropSubject::Section(name, at) => {
                state.keep_value(&name, at, ValuePhase::Dropping, failure)
            }
            DropSubject::Own => {}
        }
    }

    /// What holds the others first: closures, jobs, values, and what made them.
    fn all(&self, UserValues { core, shared }: UserValues) {
        let Core { runners, hooks, providers, given, sections, .. } = core;
        for (index, runner) in runners.into_iter().enumerate().rev() {
            self.one(DropSubject::Service(index), || runner.dispose());
        }
        for queue in self.state.draining.iter().rev() {
            self.one(DropSubject::Jobs(queue.name.clone()), || queue.steer.clear());
        }
        for HookEntry { name, moment, origin, hook } in hooks.into_iter().rev() {
            self.one(DropSubject::Hook(name, moment, origin), || hook.dispose());
        }
        if let Some(shared) = shared {
            let mut names = HashMap::new();
            for GivenValue { keys, of, origin, .. } in given {
                names.insert(keys[0], DropSubject::Given(short(of), origin));
            }
            for section in sections {
                names.insert(section.key, DropSubject::Section(short(section.of), section.origin));
            }
            for provider in providers.iter().flatten() {
                names.insert(provider.key(), DropSubject::Value(provider.name.clone(), provider.origin));
            }
            for (key, value) in shared.values.into_reverse_order() {
                self.one(names.remove(&key).unwrap_or(DropSubject::Own), || value.dispose());
            }
        }
        for provider in providers.into_iter().flatten().rev() {
            self.one(DropSubject::Provider(provider.name.clone(), provider.origin), || {
                catch_panic(|| drop(provider))
            });
        }
    }
}

fn blame(state: &HostState, index: usize, failure: Failure) {
    let record = &state.services[index].record;
    record.failed(failure);
    record.blame(); // a panic is a failure whenever it happens
}
