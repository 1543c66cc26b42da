//! A service as it was declared, and what it is made into once its options are final.

#[cfg(feature = "queue")]
use std::any::Any;
use std::any::TypeId;
use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::{Attribute, OptionProblem};

#[cfg(feature = "queue")]
use super::JobOutcome;
use super::{Control, OptionSet, Policy, RunScope};
use crate::inject::{Context, NeedSet};
use crate::outcome::result::RunResult;
#[cfg(feature = "queue")]
use crate::queue::AnyJob;
#[cfg(feature = "queue")]
pub(crate) use crate::queue::QueueControl;
use crate::schedule::Rhythm;
#[cfg(not(feature = "queue"))]
pub(crate) use crate::state::Drainable as QueueControl;
use crate::sync::BoxFuture;
use crate::sync::live_count::LiveCount;

/// What a kind of service does. The host starts, supervises and stops runs, and knows nothing else of it.
pub(crate) trait Runner: Send + Sync + 'static {
    /// One run, from its start to its end. It says by the context's record when it has started and when user code runs.
    fn run(&self, context: &Context, policy: &Policy) -> BoxFuture<'static, RunResult>;

    /// From now on, each of its calls has values of its own. Only kinds that are called again and again are told.
    fn fresh(&mut self, _: RunScope) {}

    /// Threads that its runs have started and that have not ended, where it may be run anew.
    fn threads(&self) -> Option<&LiveCount> {
        None
    }

    /// One attempt at a job that stands in no line. The job comes back if it is none that this kind, or this one, handles.
    #[cfg(feature = "queue")]
    #[cfg_attr(not(any(feature = "cli", feature = "testing")), allow(dead_code))]
    fn by_hand(&self, _: &Context, job: AnyJob) -> Result<BoxFuture<'static, JobOutcome>, AnyJob> {
        Err(job)
    }
}

/// What every kind comes down to before the host sees it. The configuration may still change its options.
pub(crate) struct Declaration {
    pub(crate) kind: &'static str,
    pub(crate) options: OptionSet,
    pub(crate) wants: NeedSet,
    make: Box<dyn FnOnce(&OptionSet) -> Definition + Send>,
}

/// A service whose options are final.
pub(crate) struct Definition {
    pub(crate) policy: Policy,
    pub(crate) heartbeat: Option<Duration>,
    /// What only a timer has.
    pub(crate) timer: Option<Arc<Control>>,
    /// What only a queue has, where this handler is the one that takes its jobs.
    pub(crate) queue: Option<Arc<dyn QueueControl>>,
    /// When it is due, for a timer whose schedule is right.
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    pub(crate) rhythm: Option<Rhythm>,
    /// The wait before it is due for the first time, where the rhythm counts from the start.
    #[cfg_attr(not(feature = "cli"), allow(dead_code))]
    pub(crate) first: Duration,
    /// Values that come with it, for others to take; there even when it is switched off.
    #[cfg(feature = "queue")]
    pub(crate) exports: Vec<Export>,
    pub(crate) runner: Box<dyn Runner>,
    /// What is wrong with its options: found by the kind, reported by validation.
    pub(crate) faults: Vec<OptionProblem>,
}

/// A value that comes with a service, for others to take: the door to work that it accepts.
#[cfg(feature = "queue")]
pub(crate) struct Export {
    /// The type of an `Arc` of the value, and the `Arc`.
    pub(crate) key: TypeId,
    pub(crate) value: Box<dyn Any + Send + Sync>,
    /// The same as the host drains it.
    pub(crate) steer: Arc<dyn QueueControl>,
}

impl Declaration {
    pub(super) fn new(
        kind: &'static str,
        on: Attribute,
        wants: NeedSet,
        make: impl FnOnce(&OptionSet) -> Definition + Send + 'static,
    ) -> Self {
        Declaration { kind, options: OptionSet::new(on), wants, make: Box::new(make) }
    }

    /// From here on nothing changes its options any more.
    pub(crate) fn make(self) -> (OptionSet, NeedSet, Definition) {
        let mut made = (self.make)(&self.options);
        made.faults.extend(self.options.refused(&made.faults));
        (self.options, self.wants, made)
    }
}

impl Definition {
    /// Of the queues that come with it.
    #[cfg(feature = "queue")]
    pub(crate) fn export_keys(&self) -> impl Iterator<Item = TypeId> {
        self.exports.iter().map(|export| export.key)
    }

    #[cfg(not(feature = "queue"))]
    pub(crate) fn export_keys(&self) -> impl Iterator<Item = TypeId> {
        std::iter::empty()
    }

    /// Of a service with the usual policy.
    pub(super) fn of(runner: impl Runner) -> Self {
        Definition {
            policy: Policy::default(),
            heartbeat: None,
            timer: None,
            queue: None,
            rhythm: None,
            first: Duration::ZERO,
            #[cfg(feature = "queue")]
            exports: Vec::new(),
            runner: Box::new(runner),
            faults: Vec::new(),
        }
    }

    /// Of one that will never run, for this is wrong with it.
    pub(super) fn wrong(faults: Vec<OptionProblem>) -> Self {
        Definition { faults, ..Definition::of(InvalidRunner) }
    }
}

/// Stands in for the runner of what is wrong.
struct InvalidRunner;

impl Runner for InvalidRunner {
    fn run(&self, _: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        Box::pin(std::future::ready(Ok(())))
    }
}
