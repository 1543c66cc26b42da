//! The subscriber that `main!` installs when the program has set none.

/// Text on standard error; `RUST_LOG` filters it by target and level (`info,hostkit=debug,my_worker::feed=trace`), by
/// default `info`. (Filters by span would bring a regex engine into every build, a quarter of its time.)
#[cfg(feature = "log")]
pub(super) fn install() {
    use std::io::IsTerminal;
    use tracing_subscriber::filter::{LevelFilter, Targets};
    use tracing_subscriber::prelude::*;

    if is_installed() {
        return;
    }
    let wish = std::env::var("RUST_LOG").ok().filter(|wish| !wish.trim().is_empty());
    let asked = wish.as_deref().map(|wish| match wish.parse::<Targets>() {
        _ if wish.contains(['[', '{']) => Err("it can't filter by span: write targets and levels".to_owned()),
        parsed => parsed.map_err(|error| error.to_string()),
    });
    let usual = || Targets::new().with_default(LevelFilter::INFO);
    let (filter, mistake) = match asked {
        None => (usual(), None),
        Some(Ok(filter)) => (filter, None),
        Some(Err(mistake)) => (usual(), Some(mistake)),
    };
    // `my_worker=debug` alone would take the services' names off the lines, for their spans are hostkit's.
    let filter = if filter.would_enable("hostkit", &tracing::Level::ERROR) {
        filter
    } else {
        filter.with_target("hostkit", LevelFilter::ERROR)
    };
    let colour =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let text = tracing_subscriber::fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .log_internal_errors(false); // it would say by `eprintln!` that nobody reads, and panic
    let _ = tracing_subscriber::registry().with(text).with(filter).try_init();
    if let Some(mistake) = mistake {
        tracing::warn!(target: "hostkit", "RUST_LOG is not understood ({mistake}): logging at info");
    }
}

#[cfg(not(feature = "log"))]
pub(super) fn install() {}

/// Whether anybody hears what is logged.
pub(super) fn is_installed() -> bool {
    tracing::dispatcher::has_been_set()
}
