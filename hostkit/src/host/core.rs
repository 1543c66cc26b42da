//! A host while it lives: what it holds of the user's, and its state. It is gone when the host has ended; `HostState` is what
//! handles hold, so that no handle keeps a value.

use std::ops::Deref;
use std::sync::Arc;

use tokio::runtime::Handle;

use super::handle::HandleSource;
use super::plan::{Plan, PlannedProvider};
use super::state::HostState;
use crate::inject::{Context, Shared};
use crate::life::{Kept, Record};
use crate::registry::{Given, HookEntry};
use crate::service::Runner;

pub(crate) struct Core {
    pub(super) state: Arc<HostState>,
    /// The values, and what finds them.
    pub(super) shared: Arc<Shared>,
    /// What runs for each service.
    pub(super) runners: Vec<Kept<Box<dyn Runner>>>,
    pub(super) hooks: Vec<HookEntry>,
    pub(super) providers: Vec<Vec<Arc<PlannedProvider>>>,
    pub(super) given: Vec<Given>,
}

impl Core {
    pub(super) fn new(mut plan: Plan, runtime: Handle) -> Arc<Self> {
        let mut values = std::mem::take(&mut plan.values);
        let runners = std::mem::take(&mut plan.runners);
        let (hooks, providers) = (std::mem::take(&mut plan.hooks), std::mem::take(&mut plan.providers));
        let given = std::mem::take(&mut plan.given);
        let state = Arc::new(HostState::new(plan, runtime));
        values.insert(HandleSource(state.clone()));
        values.insert(state.tasks.clone());
        let shared = Arc::new(Shared { values, state: state.shared.clone() });
        let core = Arc::new(Core { state, shared, runners, hooks, providers, given });
        let _ = core.state.core.set(Arc::downgrade(&core));
        core
    }

    pub(super) fn context(&self, index: usize) -> Context {
        self.context_of(self.services[index].record.clone())
    }

    /// What is called under this record finds its parameters there.
    pub(super) fn context_of(&self, record: Arc<Record>) -> Context {
        Context { shared: self.shared.clone(), record, own: None }
    }
}

impl Deref for Core {
    type Target = HostState;

    fn deref(&self) -> &HostState {
        &self.state
    }
}
