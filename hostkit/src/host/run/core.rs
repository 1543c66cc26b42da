//! A host while it lives: what it holds of the user's, and its state. It is gone when the host has ended; `HostState` is what
//! handles hold, so that no handle keeps a value.

use std::ops::Deref;
use std::sync::Arc;

use tokio::runtime::Handle;

use crate::host::plan::planned::{Plan, PlannedProvider, PlannedSection};
use crate::host::view::handle::HandleSource;
use crate::host::view::state::HostState;
use crate::inject::{Context, HostContext};
use crate::registry::{GivenValue, HookEntry};
use crate::service::Runner;
use crate::state::ServiceRecord;
use crate::sync::PanicSafeDrop;

pub(crate) struct Core {
    pub(crate) state: Arc<HostState>,
    /// The values, and what finds them.
    pub(crate) shared: Arc<HostContext>,
    /// What runs for each service.
    pub(crate) runners: Vec<PanicSafeDrop<Box<dyn Runner>>>,
    pub(crate) hooks: Vec<HookEntry>,
    pub(crate) providers: Vec<Vec<Arc<PlannedProvider>>>,
    pub(crate) given: Vec<GivenValue>,
    pub(crate) sections: Vec<PlannedSection>,
}

impl Core {
    pub(crate) fn new(mut plan: Plan, runtime: Handle) -> Arc<Self> {
        let mut values = std::mem::take(&mut plan.values);
        let runners = std::mem::take(&mut plan.runners);
        let (hooks, providers) = (std::mem::take(&mut plan.hooks), std::mem::take(&mut plan.providers));
        let (given, sections) = (std::mem::take(&mut plan.given), std::mem::take(&mut plan.sections));
        let state = Arc::new(HostState::new(plan, runtime));
        values.insert(HandleSource(state.clone()));
        values.insert(state.tasks.clone());
        let shared = Arc::new(HostContext { values, state: state.shared.clone() });
        let core = Arc::new(Core { state, shared, runners, hooks, providers, given, sections });
        let _ = core.state.core.set(Arc::downgrade(&core));
        core
    }

    pub(crate) fn context(&self, index: usize) -> Context {
        self.context_of(self.services[index].record.clone())
    }

    /// What is called under this record finds its parameters there.
    pub(crate) fn context_of(&self, record: Arc<ServiceRecord>) -> Context {
        Context { shared: self.shared.clone(), record, own: None }
    }
}

impl Deref for Core {
    type Target = HostState;

    fn deref(&self) -> &HostState {
        &self.state
    }
}
