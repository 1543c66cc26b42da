//! The subscriber that `main!` installs when the program has set none.

/// Text on standard error; `RUST_LOG` filters it, by default `info`.
#[cfg(feature = "log")]
pub(super) fn install() {
    use std::io::IsTerminal;
    use tracing_subscriber::filter::{EnvFilter, LevelFilter};

    if is_installed() {
        return;
    }
    let builder = || EnvFilter::builder().with_default_directive(LevelFilter::INFO.into());
    let (filter, mistake) = match builder().try_from_env() {
        Ok(filter) => (filter, None),
        Err(error) => (builder().parse_lossy(""), std::env::var_os("RUST_LOG").map(|_| error)),
    };
    let colour =
        std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(colour)
        .log_internal_errors(false) // it would tell them by `eprintln!`, which panics when the reader of the log is gone
        .try_init();
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
