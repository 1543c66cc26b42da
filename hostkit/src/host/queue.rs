//! A host's queues, seen and steered from outside.

use super::core::Core;
use super::handle::{HostHandle, ServiceHandle};
use crate::queue::QueueHandle;

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

impl ServiceHandle {
    /// Its queue, for a queued service.
    pub fn queue(&self) -> Option<QueueHandle> {
        self.core().queue(self.name())
    }
}

impl Core {
    fn queue(&self, name: &str) -> Option<QueueHandle> {
        let steer = &self.draining.iter().find(|queue| queue.name == name)?.steer;
        let record = &self.services[self.find(name)?].record;
        Some(QueueHandle::new(steer.clone(), record.clone(), self.shared.wall))
    }
}
