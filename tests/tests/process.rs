//! Real programs, real signals, real exit codes: what an operator, a shell and a process manager see of a host.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

#[path = "process/support.rs"]
mod support;

#[path = "process/blocked.rs"]
mod blocked;
#[path = "process/colour.rs"]
mod colour;
#[path = "process/command_line.rs"]
mod command_line;
#[path = "process/configuration.rs"]
mod configuration;
#[path = "process/early.rs"]
mod early;
#[path = "process/effective.rs"]
mod effective;
#[path = "process/failures.rs"]
mod failures;
#[path = "process/framed.rs"]
mod framed;
#[path = "process/graph.rs"]
mod graph;
#[path = "process/jobs.rs"]
mod jobs;
#[path = "process/lines.rs"]
mod lines;
#[path = "process/list.rs"]
mod list;
#[path = "process/main_forms.rs"]
mod main_forms;
#[path = "process/moved_clock.rs"]
mod moved_clock;
#[path = "process/output.rs"]
mod output;
#[path = "process/provides.rs"]
mod provides;
#[path = "process/readme.rs"]
mod readme;
#[path = "process/signals.rs"]
mod signals;
#[path = "process/threads.rs"]
mod threads;
#[path = "process/timers.rs"]
mod timers;
#[path = "process/trigger.rs"]
mod trigger;
#[path = "process/unread.rs"]
mod unread;
