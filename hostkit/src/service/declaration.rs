//! A service as it was declared: what every kind comes down to before the host sees it.

#[cfg(feature = "queue")]
use std::any::{Any, TypeId};
use std::sync::Arc;
use std::time::Duration;

use super::{Control, Policy, Terms};
use crate::inject::{Context, Wants};
use crate::life::{BoxFuture, Name};
use crate::outcome::RunResult;
#[cfg(feature = "queue")]
use crate::queue::Steer;
use crate::schedule::Rhythm;

/// What a kind of service does. The host starts, supervises and stops runs, and knows nothing else of it.
pub(crate) trait Runner: Send + Sync + 'static {
    /// One run, from its start to its end. It says by the context's record when it has started and when user code runs.
    fn run(&self, context: &Context, policy: &Policy) -> BoxFuture<'static, RunResult>;
}

pub(crate) struct Declaration {
    pub(crate) kind: &'static str,
    pub(crate) group: Option<Name>,
    pub(crate) enabled: bool,
    pub(crate) after: Vec<Name>,
    pub(crate) wants: Wants,
    pub(crate) policy: Terms,
    pub(crate) heartbeat: Option<Duration>,
    /// For a service that can be told things while it runs.
    pub(crate) control: Option<Arc<Control>>,
    /// When it is due, for a timer whose schedule is right.
    pub(crate) rhythm: Option<Rhythm>,
    /// Values that come with it, for others to take; there even when it is switched off.
    #[cfg(feature = "queue")]
    pub(crate) brings: Vec<Brought>,
    pub(crate) runner: Box<dyn Runner>,
    /// What is wrong with its options, in words: found by the kind, reported by validation.
    pub(crate) faults: Vec<String>,
}

/// A value that comes with a service, for others to take: the door to work that it accepts.
#[cfg(feature = "queue")]
pub(crate) struct Brought {
    /// The type of an `Arc` of the value, and the `Arc`.
    pub(crate) key: TypeId,
    pub(crate) value: Box<dyn Any + Send + Sync>,
    /// The same as the host drains it.
    pub(crate) steer: Arc<dyn Steer>,
}

impl Declaration {
    pub(super) fn new(kind: &'static str, wants: Wants) -> Self {
        Declaration {
            kind,
            group: None,
            enabled: true,
            after: Vec::new(),
            wants,
            policy: Terms::default(),
            heartbeat: None,
            control: None,
            rhythm: None,
            #[cfg(feature = "queue")]
            brings: Vec::new(),
            runner: Box::new(Nothing),
            faults: Vec::new(),
        }
    }

    pub(super) fn with(self, runner: impl Runner) -> Self {
        Declaration { runner: Box::new(runner), ..self }
    }
}

/// Stands in until the kind has put its runner there.
struct Nothing;

impl Runner for Nothing {
    fn run(&self, _: &Context, _: &Policy) -> BoxFuture<'static, RunResult> {
        Box::pin(std::future::ready(Ok(())))
    }
}
