//! What a parameter is got from when its function is called: the host's values, and what belongs to this one service.

use std::any::Any;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;

use tokio_util::sync::CancellationToken;

use super::{Kind, Values};
use crate::clock::Wall;
use crate::life::{Guard, Record, Signal, Slots};

/// Where a parameter's value comes from; see [`Param`](super::Param).
#[derive(Debug)]
pub struct Scope<'a, K: Kind> {
    context: &'a Context,
    kind: PhantomData<fn() -> K>,
}

/// What belongs to one service, or to one hook.
#[derive(Debug, Clone)]
#[doc(hidden)]
pub struct Context {
    pub(crate) shared: Arc<Shared>,
    pub(crate) record: Arc<Record>,
    /// What this one run is for, where a kind has runs of its own.
    pub(crate) tick: Option<Arc<dyn Any + Send + Sync>>,
    /// What was made for this one run.
    pub(crate) own: Option<Arc<Values>>,
}

/// What all services of one host share.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    pub(crate) values: Values,
    pub(crate) slots: Arc<Slots>,
    pub(crate) wall: Wall,
    /// How much blocking work is under way on the pool: a test waits for it.
    pub(crate) offloaded: Arc<AtomicUsize>,
    /// The host is ready: timers fire from here on.
    pub(crate) ready: CancellationToken,
    /// The host is stopping: timers fire no more.
    pub(crate) closing: Signal,
}

impl Context {
    pub(crate) fn guard(&self) -> Guard {
        Guard::new(self.record.clone(), self.shared.slots.clone())
    }
}

impl<'a, K: Kind> Scope<'a, K> {
    pub(crate) fn new(context: &'a Context) -> Self {
        Scope { context, kind: PhantomData }
    }

    /// The shared value of type `T`, which [`Needs::value`](super::Needs::value) asked for.
    pub fn value<T: ?Sized + Send + Sync + 'static>(&self) -> Arc<T> {
        self.own().unwrap_or_else(|| self.context.shared.values.expect())
    }

    /// The shared value of type `T` if there is one.
    pub fn optional_value<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.own().or_else(|| self.context.shared.values.get())
    }

    /// What was made for this run alone.
    fn own<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.context.own.as_ref()?.get()
    }

    /// The name of the service that the value is for.
    pub fn service(&self) -> &str {
        self.context.record.name()
    }

    pub(crate) fn context(&self) -> &'a Context {
        self.context
    }
}
