//! A host's queues, seen and steered from outside.

#[cfg(feature = "testing")]
use std::sync::Arc;

use super::handle::{HostHandle, ServiceHandle};
use super::state::HostState;
use crate::host::run::watchdog::stuck::is_stuck;
#[cfg(any(feature = "cli", feature = "testing"))]
use crate::queue::AnyJob;
use crate::queue::QueueHandle;
#[cfg(feature = "testing")]
use crate::queue::{Queue, QueueControl, QueueCore};
#[cfg(any(feature = "cli", feature = "testing"))]
use crate::service::JobOutcome;
#[cfg(any(feature = "cli", feature = "testing"))]
use crate::sync::BoxFuture;

impl HostHandle {
    /// The queue of the service of this name.
    ///
    /// # Panics
    /// If there is none; [`find_queue`](HostHandle::find_queue) does not.
    #[track_caller]
    pub fn queue(&self, name: &str) -> QueueHandle {
        match self.find_queue(name) {
            Some(queue) => queue,
            None => {
                let known = self.0.draining.iter().map(|queue| &*queue.name);
                let hint =
                    hostkit_grammar::nearest(name, known).map(|near| format!("; did you mean `{near}`?"));
                panic!("this host runs no queue named `{name}`{}", hint.unwrap_or_default())
            }
        }
    }

    /// The queue of the service of this name, if the host runs it and it has one.
    pub fn find_queue(&self, name: &str) -> Option<QueueHandle> {
        self.0.queue(name)
    }

    /// Every queue that the host runs, by name.
    pub fn queues(&self) -> Vec<QueueHandle> {
        self.0.draining.iter().filter_map(|queue| self.0.queue(&queue.name)).collect()
    }
}

#[cfg(any(feature = "cli", feature = "testing"))]
impl HostHandle {
    /// One attempt at a job that stands in no line, by whoever handles its type; nothing if nobody here does.
    pub(crate) fn by_hand(&self, mut job: AnyJob) -> Option<BoxFuture<'static, JobOutcome>> {
        let core = self.0.core.get()?.upgrade()?;
        for (index, runner) in core.runners.iter().enumerate() {
            match runner.by_hand(&core.context(index), job) {
                Ok(attempt) => return Some(attempt),
                Err(back) => job = back,
            }
        }
        None
    }
}

#[cfg(feature = "testing")]
impl HostHandle {
    /// The door to the queue of `T`, and the name of the service that handles it, whether it runs or is switched off.
    pub(crate) fn door<T: Send + 'static>(&self) -> Option<(Arc<QueueCore<T>>, &str)> {
        let mut queues = self.0.draining.iter();
        queues.find_map(|queue| Some((queue.steer.clone().into_any().downcast().ok()?, &*queue.name)))
    }

    /// The same for whoever only looks at it.
    pub(crate) fn taken<T: Send + 'static>(&self) -> Option<Queue<T>> {
        self.door().map(|(door, _)| Queue::of(door, self.0.shared.wall))
    }

    /// Every queue of the plan, also those whose handler is switched off.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &dyn QueueControl)> {
        self.0.draining.iter().map(|queue| (&*queue.name, &*queue.steer))
    }
}

impl ServiceHandle {
    /// Its queue, for a queued service.
    pub fn queue(&self) -> Option<QueueHandle> {
        self.core().queue(self.name())
    }

    /// Whether it handles a queue whose workers all wait for room that only they could make.
    pub(super) fn is_stuck(&self) -> bool {
        self.queue().is_some() && is_stuck(self.core(), &self.service().record)
    }
}

impl HostState {
    fn queue(&self, name: &str) -> Option<QueueHandle> {
        let steer = &self.draining.iter().find(|queue| queue.name == name)?.steer;
        let record = &self.services[self.find(name)?].record;
        Some(QueueHandle::new(steer.clone(), record.clone(), self.shared.wall))
    }
}
