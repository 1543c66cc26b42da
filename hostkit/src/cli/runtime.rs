//! The runtime of the program, or why there is none.

use std::panic::{set_hook, take_hook};
use std::sync::Arc;
use std::thread;

use tokio::runtime::{Builder, Runtime};

use super::Program;
use super::frame::OutputStyle;
use super::main::{CliError, START, trouble};
use crate::host::end_now;

/// For a command that runs a host. `configured` is the number of executor threads, and where it was set.
pub(super) fn of_host(
    program: &Program,
    configured: Option<(usize, String)>,
    look: OutputStyle,
) -> Result<Runtime, CliError> {
    let mut builder =
        if program.current_thread { Builder::new_current_thread() } else { Builder::new_multi_thread() };
    let (threads, place) = match (configured, program.worker_threads) {
        (Some((threads, source)), _) => (Some(threads), source),
        (None, Some(threads)) => (Some(threads), "`hostkit::main!(worker_threads = …)`".to_owned()),
        (None, None) => (None, "by default one executor thread per core".to_owned()),
    };
    if let Some(threads) = threads {
        builder.worker_threads(threads);
    }
    builder.enable_all().thread_name("hostkit-worker");
    let no_thread = move |why: &str| look.no_runtime(threads, &place, why);
    ending_on_panic(no_thread, || builder.build()).map_err(no_runtime)
}

/// For a command that runs nothing: what `configure` makes may want a runtime to be made in. It has no threads.
#[cfg(feature = "cli")]
pub(super) fn of_command() -> Result<Runtime, CliError> {
    Builder::new_current_thread().enable_all().build().map_err(no_runtime)
}

fn no_runtime(error: std::io::Error) -> CliError {
    trouble(START, format!("can't build the runtime: {error}"))
}

/// tokio panics where the system grants it no thread, and then waits for ever for those that it got. So the process ends before
/// anything unwinds.
fn ending_on_panic<T>(tell: impl Fn(&str) + Send + Sync + 'static, build: impl FnOnce() -> T) -> T {
    let (before, here) = (Arc::new(take_hook()), thread::current().id());
    let others = before.clone();
    set_hook(Box::new(move |panic| {
        if thread::current().id() != here {
            return others(panic);
        }
        let payload = panic.payload();
        let text = payload.downcast_ref::<String>().map(String::as_str);
        tell(text.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or_default());
        end_now(START.into());
    }));
    let built = build();
    drop(take_hook()); // and with it the other holder of the one before
    if let Ok(before) = Arc::try_unwrap(before) {
        set_hook(before);
    }
    built
}
