//! Which service's code runs on this thread, and which of its workers runs it.
//!
//! Executor threads are known by their slot (`poll_tracker.rs`), which has no room for a worker. Workers, and threads of the blocking pool, say
//! it here.

use std::cell::Cell;

use super::ServiceRecord;
use super::poll_tracker::{PollTracker, address};
use crate::sync::BoxFuture;

/// A service, known by the address of its record, or one of its workers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Actor {
    pub(crate) record: usize,
    pub(crate) worker: Option<usize>,
}

thread_local! {
    /// Set while a worker is polled, and while a thread of the blocking pool does a service's work.
    static ACTOR: Cell<Option<Actor>> = const { Cell::new(None) };
}

impl Actor {
    pub(crate) fn worker(record: &ServiceRecord, number: usize) -> Self {
        Actor { record: address(record), worker: Some(number) }
    }

    /// The service itself; or its worker, if that is what runs here.
    pub(crate) fn of(record: &ServiceRecord) -> Self {
        let service = Actor { record: address(record), worker: None };
        said().filter(|actor| actor.record == service.record).unwrap_or(service)
    }

    /// Whose code runs on this thread, if a host knows.
    pub(crate) fn current() -> Option<Self> {
        said().or_else(|| Some(Actor { record: PollTracker::polled()?, worker: None }))
    }

    /// Runs code of this actor's.
    pub(crate) fn run<T>(self, code: impl FnOnce() -> T) -> T {
        struct Restore(Option<Actor>);
        impl Drop for Restore {
            fn drop(&mut self) {
                let _ = ACTOR.try_with(|here| here.set(self.0));
            }
        }
        let _restore = Restore(ACTOR.try_with(|here| here.replace(Some(self))).unwrap_or(None));
        code()
    }

    /// A future that is polled as this actor's.
    pub(crate) fn poll<T: 'static>(self, mut future: BoxFuture<'static, T>) -> BoxFuture<'static, T> {
        Box::pin(std::future::poll_fn(move |cx| self.run(|| future.as_mut().poll(cx))))
    }
}

/// Whose code runs here, if that was said.
pub(crate) fn said() -> Option<Actor> {
    ACTOR.try_with(Cell::get).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Role;

    #[test]
    fn it_is_known_for_as_long_as_its_code_runs() {
        let (a, b) = (ServiceRecord::apart(Role::Task, "a"), ServiceRecord::apart(Role::Task, "b"));
        let (outer, inner) = (Actor::worker(&a, 3), Actor::of(&b));
        assert_eq!((Actor::current(), inner.worker), (None, None));
        outer.run(|| {
            assert_eq!(Actor::of(&a), outer, "offloaded work is its worker's");
            inner.run(|| assert_eq!(Actor::current(), Some(inner)));
            assert_eq!(Actor::current(), Some(outer));
        });
        assert_eq!(Actor::current(), None);
    }
}
