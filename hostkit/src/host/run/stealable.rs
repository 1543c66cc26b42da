//! A waker in, one whose wake-ups wait for nobody out. tokio keeps a task that another task wakes on that other's thread, in
//! a slot from which no idle thread may take it: should the other go on to block, it waits as long. One more task pushes it
//! out of there.

use std::sync::Arc;
use std::task::{Wake, Waker};

use tokio::runtime::{Handle, RuntimeFlavor};

/// Remembers the waker it made, for as long as it is asked for the same.
#[derive(Default)]
pub(crate) struct StealableWaker(Option<(Waker, Waker)>);

impl StealableWaker {
    pub(crate) fn waker(&mut self, waker: &Waker, runtime: &Handle) -> Waker {
        if runtime.runtime_flavor() == RuntimeFlavor::CurrentThread {
            return waker.clone(); // nobody is there to take it
        }
        let known = self.0.take().filter(|(of, _)| of.will_wake(waker));
        let make = || {
            let push = Push { waker: waker.clone(), runtime: runtime.clone() };
            (waker.clone(), Waker::from(Arc::new(push)))
        };
        self.0.insert(known.unwrap_or_else(make)).1.clone()
    }
}

struct Push {
    waker: Waker,
    runtime: Handle,
}

impl Wake for Push {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.waker.wake_by_ref();
        // From a thread that is none of the runtime's, there is no slot that it could be in.
        if Handle::try_current().is_ok_and(|here| here.id() == self.runtime.id()) {
            self.runtime.spawn(std::future::ready(()));
        }
    }
}
