//! What a function can take as parameters, and how a type becomes one.
//!
//! [`Param`] is the trait behind them; their table stands on the [first page](crate#parameters). `Config<T>` is in
//! `config`, `Queue<T>` in `queue`, and [`HostHandle`](crate::HostHandle) at the root.

#[cfg(feature = "queue")]
pub(crate) mod attempt;
pub(crate) mod heartbeat;
pub(crate) mod ready;
pub(crate) mod run_facts;
pub(crate) mod stop;
pub(crate) mod task_pool;
pub(crate) mod tasks;
mod tick;

#[cfg(feature = "queue")]
pub use self::attempt::Attempt;
pub use self::heartbeat::Heartbeat;
pub use self::ready::Ready;
pub use self::stop::{Pause, Stop};
pub use self::tasks::{TaskHandle, Tasks, TasksClosed};
pub use self::tick::Tick;
#[doc(no_inline)]
pub use crate::inject::Param;
pub use crate::inject::{
    Dep, HostedService, Kind, LifecycleHook, Needs, QueuedService, Scope, Stoppable, TimedService,
    ValueProvider,
};
pub use crate::time::tick_info::Cause;
#[doc(no_inline)]
pub use tokio_util::sync::CancellationToken;
