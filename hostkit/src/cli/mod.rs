//! What `hostkit::main!` runs: the command line, the log, the runtime, and the host.

#[cfg(feature = "cli")]
mod args;
#[cfg(not(feature = "cli"))]
#[path = "no_args.rs"]
mod args;
#[cfg(all(feature = "cli", feature = "config"))]
mod config;
mod frame;
#[cfg(feature = "cli")]
mod graph;
#[cfg(feature = "cli")]
mod help;
#[cfg(all(feature = "cli", feature = "queue"))]
mod job;
#[cfg(feature = "log")]
mod json_lines;
#[cfg(feature = "cli")]
mod list;
mod log;
mod main;
#[cfg(feature = "cli")]
mod named;
#[cfg(all(feature = "cli", feature = "cron"))]
mod next;
mod panic;
mod program;
mod runtime;
mod say;
#[cfg(feature = "log")]
mod text_fields;
#[cfg(feature = "cli")]
mod trigger;

pub use main::main;
pub use program::{IntoConfigured, Program};
