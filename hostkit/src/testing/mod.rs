//! A whole host under test: on paused time, with a wall clock of its own, without signals, as many in one process as you like.
//!
//! An annotated function is also called like any other: `sweep(batch.into()).await`, where `into()` makes a `Dep` of an `Arc`,
//! and a `Config` of its struct. Other parameters come with a
//! controller, which drives or reads them:
//!
//! | parameter | made by | its controller |
//! |---|---|---|
//! | [`Stop`](crate::param::Stop) | [`stop`] | [`stop()`](StopController::stop) requests it |
//! | [`Ready`](crate::param::Ready) | [`ready`] | [`is_notified()`](ReadyController::is_notified), [`is_dropped()`](ReadyController::is_dropped) |
//! | [`Heartbeat`](crate::param::Heartbeat) | [`heartbeat`] | [`beats()`](HeartbeatController::beats) counts |
//! | [`Tick`](crate::param::Tick) | [`tick`] | sets [`due`](TickController::due), [`number`](TickController::number), [`missed`](TickController::missed), [`cause`](TickController::cause) |
//! | `Attempt` | `attempt` | sets `id`, `number`, `max`, `enqueued_at` |
//! | `Queue<T>` | `queue::<T>` | `enqueued()` and `jobs()` take out what was enqueued; `fill()`, `make_room()`, `close()` |
//! | [`Tasks`](crate::param::Tasks) | [`tasks`] | [`drain()`](TasksController::drain) waits; [`finished()`](TasksController::finished), [`failed()`](TasksController::failed) count; [`close()`](TasksController::close) |
//! | [`HostHandle`](crate::HostHandle) | [`host_handle`] | [`is_stop_requested()`](HostController::is_stop_requested); [`set_ready()`](HostController::set_ready), [`set_stopped()`](HostController::set_stopped) |
//!
//! [`TestHost`] is for what needs a host: schedules, policies, queues, the order of start and stop.
//!
//! | to | write |
//! |---|---|
//! | begin | [`TestHost::discover`] with all annotated functions, [`TestHost::empty`] with none; then [`only`](TestHostBuilder::only), [`except`](TestHostBuilder::except), [`service`](TestHostBuilder::service), [`timed`](TestHostBuilder::timed), [`on`](TestHostBuilder::on) as on the builder, and [`start`](TestHostBuilder::start) |
//! | replace a value | [`provide`](TestHostBuilder::provide): its type's provider is not called |
//! | configure | [`config`](TestHostBuilder::config); no file and no environment is read |
//! | set the wall clock | [`at`](TestHostBuilder::at), for cron |
//! | let time pass | [`advance`](TestHost::advance), [`advance_to_next`](TestHost::advance_to_next) |
//! | run a timer now | [`trigger`](TestHost::trigger) |
//! | enqueue, and look at what waits | `queue::<T>()`, `enqueued::<T>()` |
//! | run jobs | `drain()` works off all queues, retries included; `run_job(job)` attempts one job |
//! | look | [`service`](TestHost::service), [`handle`](TestHost::handle), [`wait_for`](TestHost::wait_for) a state |
//! | end | [`stop`](TestHost::stop), [`wait`](TestHost::wait): both return the [`Report`](crate::Report) |
//!
//! Doctests of edition 2024 share one program, and so find each other's services: begin such a doctest with
//! ` ```standalone_crate `.

mod builder;
#[cfg(feature = "queue")]
mod drain;
mod host;
mod into_time;
#[cfg(feature = "queue")]
mod job_parameters;
mod parameters;
#[cfg(feature = "queue")]
mod queues;
mod settle;
mod start_error;

#[cfg(feature = "queue")]
pub use crate::{queue::peek::EnqueuedJob, service::JobOutcome};
pub use builder::TestHostBuilder;
pub use host::TestHost;
pub use into_time::IntoTime;
#[cfg(feature = "queue")]
pub use job_parameters::{AttemptController, QueueController, attempt, queue};
pub use parameters::{
    HeartbeatController, HostController, ReadyController, StopController, TasksController, TickController,
    heartbeat, host_handle, ready, stop, tasks, tick,
};
pub use start_error::TestStartError;
