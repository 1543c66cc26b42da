//! The queues of a host under test: what waits in them, and one job by hand.

use std::any::type_name;
use std::future::Future;

use super::TestHost;
use crate::queue::Queue;
use crate::service::JobOutcome;

impl TestHost {
    /// The queue of `T`, as a parameter would get it; also where its handler is left out.
    ///
    /// ```
    /// use hostkit::queue::Queue;
    /// use hostkit::prelude::*;
    /// use hostkit::testing::TestHost;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// struct Mail(String);
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # tokio::time::pause();
    /// let host = TestHost::empty()
    ///     .queued("send", |mail: Mail| async move { tracing::info!("to {}", mail.0) })
    ///     .start()
    ///     .await
    ///     .unwrap();
    /// host.queue::<Mail>().enqueue_after(Mail("ada".into()), Duration::from_secs(60)).await.unwrap();
    /// assert_eq!(host.enqueued::<Mail>(), [Mail("ada".into())]);
    /// host.drain().await; // a minute passes
    /// assert_eq!((host.service("send").runs(), host.enqueued::<Mail>().len()), (1, 0));
    /// # }
    /// ```
    ///
    /// # Panics
    /// If nothing handles `T`.
    #[track_caller]
    pub fn queue<T: Send + 'static>(&self) -> Queue<T> {
        self.handle.taken().unwrap_or_else(|| unhandled::<T>())
    }

    /// Copies of the jobs that wait now, in the order in which they were enqueued: ready, delayed, behind another of their key, or
    /// to be tried again. Those that run and those that are dead are not among them.
    ///
    /// A job is copied as for a retry: cloned, where its handler knows how, or written and read. It need not be `Clone`.
    ///
    /// # Panics
    /// If nothing handles `T`, or no copies of it can be made: it is kept `in_memory`, and is not `Clone`.
    #[track_caller]
    pub fn enqueued<T: Send + 'static>(&self) -> Vec<T> {
        let Some((door, name)) = self.handle.door::<T>() else { unhandled::<T>() };
        match door.copies() {
            Some(Ok(copies)) => copies,
            Some(Err(failure)) => panic!("a job that waits in `{name}` can't be copied: {failure}"),
            None => panic!(
                "no copies can be made of what waits in `{name}`, since `{0}` is kept in memory and is not `Clone`: derive \
                 `Clone` for it (`Queued::in_memory(…).cloned()` on a builder), or look at `queue::<{0}>().len()`",
                type_name::<T>()
            ),
        }
    }

    /// Makes one attempt at a job, here and now, beside the queue: no line, no rate, no other job in the way. All else is as in
    /// the queue: the handler's parameters, its values of `scope = "run"`, its `timeout`; a panic is a failure. It is counted
    /// among the service's runs. Nothing is enqueued, whatever comes out: a job that would be tried again is gone.
    ///
    /// ```
    /// use hostkit::testing::JobOutcome;
    /// use hostkit::testing::TestHost;
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Mail(String);
    ///
    /// async fn send(mail: Mail) -> hostkit::Result {
    ///     if mail.0.is_empty() {
    ///         return Err(hostkit::discard("nobody to send it to").into());
    ///     }
    ///     Ok(())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # tokio::time::pause();
    /// let host = TestHost::empty().queued("send", send).start().await.unwrap();
    /// assert!(host.run_job(Mail("ada".into())).await.is_done());
    /// assert!(matches!(host.run_job(Mail(String::new())).await, JobOutcome::Discarded(_)));
    /// # }
    /// ```
    ///
    /// # Panics
    /// If nothing handles `T`, or its handler does not run in this host.
    #[track_caller]
    pub fn run_job<T: Send + 'static>(&self, job: T) -> impl Future<Output = JobOutcome> + Send + use<T> {
        let Some((_, name)) = self.handle.door::<T>() else { unhandled::<T>() };
        let attempt = self.handle.by_hand(Box::new(job));
        attempt.unwrap_or_else(|| {
            panic!("`{name}`, which handles `{}`, does not run in this host: it is off or left out; add it to `only`", type_name::<T>())
        })
    }
}

#[track_caller]
fn unhandled<T>() -> ! {
    let of = type_name::<T>();
    panic!(
        "no queued service handles `{of}`: add a `#[queued]` function whose first parameter is a `{of}`, or give the builder one: \
         `.queued(\"name\", handler)`"
    )
}
