//! The host's queues, by name and by the type of their jobs.

#[cfg(feature = "testing")]
use std::sync::Arc;

use super::handle::HostHandle;
use super::service_handle::ServiceHandle;
use crate::queue::QueueHandle;
#[cfg(feature = "testing")]
use crate::queue::{Queue, QueueControl, QueueCore};
#[cfg(any(feature = "cli", feature = "testing"))]
use crate::{queue::AnyJob, service::JobOutcome, sync::BoxFuture};

impl HostHandle {
    /// The queue of the service of this name, if the host runs it and it has one.
    pub fn queue(&self, name: &str) -> Option<QueueHandle> {
        self.service(name)?.queue()
    }

    /// Every queue that the host runs, by name.
    pub fn queues(&self) -> Vec<QueueHandle> {
        self.services().iter().filter_map(ServiceHandle::queue).collect()
    }
}

impl ServiceHandle {
    /// What only a queue has, for a queued service.
    pub fn queue(&self) -> Option<QueueHandle> {
        let queue = self.service().queue.clone()?;
        Some(QueueHandle::new(queue, self.service().record.clone(), self.core.shared.wall))
    }
}

#[cfg(any(feature = "cli", feature = "testing"))]
impl HostHandle {
    /// One attempt at a job that is in no queue, by the service that handles its type; `None` if none here does.
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
    /// The core of the queue of `T`, and the name of the service that handles it, whether it runs or is switched off.
    pub(crate) fn door<T: Send + 'static>(&self) -> Option<(Arc<QueueCore<T>>, &str)> {
        let mut queues = self.0.draining.iter();
        queues.find_map(|queue| Some((queue.steer.clone().into_any().downcast().ok()?, &*queue.name)))
    }

    /// The same as a parameter would get it.
    pub(crate) fn taken<T: Send + 'static>(&self) -> Option<Queue<T>> {
        self.door().map(|(door, _)| Queue::of(door, self.0.shared.wall))
    }

    /// Every queue of the plan, also those whose handler is switched off.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, &dyn QueueControl)> {
        self.0.draining.iter().map(|queue| (&*queue.name, &*queue.steer))
    }
}
