//! Parameters that stand for a part of the host: the stop signal, readiness, heartbeats, tasks.

pub(crate) mod heartbeat;
pub(crate) mod ready;
pub(crate) mod run_facts;
pub(crate) mod stop;
pub(crate) mod task_pool;
pub(crate) mod tasks;
