//! Example 12. Configuration: a section of your own, read as a struct before anything starts.
//!
//! Its `hostkit.toml` lies beside it; run it from the root of the workspace:
//!
//! ```sh
//! cargo run -p hostkit-examples --bin 12_configured -- --config examples/src/bin/12_configured/hostkit.toml
//! ```
//!
//! It reports what is missing, and does not start: a secret belongs in no file. With `HOSTKIT__DROPBOX__TOKEN='open sesame'`
//! before the command it listens, and `printf 'open sesame\nhello' | nc 127.0.0.1 7016` leaves it a note. Go on with these
//! at its end:
//!
//! * `config`: what is in force, and where it comes from. The token is not shown.
//! * `--profile production`: `hostkit.production.toml` lies over the other file. Logs are JSON, and `sweep` runs every hour.
//! * `check --set dropbox.largest=4BK --set dropbox.patience=soon --set dropbox.listne=x`: everything that is wrong, at once.
//! * `list --set services.sweep.every=1m`: each option of each service can be set by its name.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use hostkit::prelude::*;
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

#[config("dropbox", validate)]
#[derive(Deserialize)]
struct Settings {
    listen: SocketAddr,
    /// The first line of each note. Never printed, not even by `{:?}`.
    token: Secret<String>,
    /// The longest note: `4KiB`, `1MB`.
    #[serde(default = "a_page")]
    largest: ByteSize,
    /// The longest wait for a note: `10s`, `1m 30s`.
    patience: Duration,
}

fn a_page() -> ByteSize {
    ByteSize::new(4096)
}

impl Settings {
    /// What serde can't know.
    fn validate(&self) -> Result<(), String> {
        match self.token.expose().len() {
            ..8 => Err("`token` is too short: take eight characters or more".into()),
            _ => Ok(()),
        }
    }
}

/// How many notes were left since the last sweep.
#[derive(Default)]
struct Notes(AtomicU32);

#[provides]
fn notes() -> Notes {
    Notes::default()
}

#[hosted_service]
async fn dropbox(stop: Stop, settings: Config<Settings>, notes: Dep<Notes>) -> hostkit::Result {
    let listener = TcpListener::bind(settings.listen).await?;
    tracing::info!("listening on {}, for at most {}", listener.local_addr()?, settings.largest);
    while let Some(accepted) = stop.run_until(listener.accept()).await {
        let (caller, address) = accepted?;
        match stop.run_until(timeout(settings.patience, note(caller, &settings))).await {
            Some(Ok(Ok(note))) => {
                notes.0.fetch_add(1, Relaxed);
                tracing::info!("{address} leaves a note: {note}");
            }
            Some(Ok(Err(error))) => tracing::warn!("{address}: {error}"),
            Some(Err(_)) => tracing::warn!("{address} took longer than {:?}", settings.patience),
            None => break,
        }
    }
    Ok(())
}

async fn note(caller: TcpStream, settings: &Settings) -> hostkit::Result<String> {
    let (mut text, largest) = (String::new(), settings.largest.bytes());
    caller.take(largest + 1).read_to_string(&mut text).await?;
    if text.len() as u64 > largest {
        return Err(format!("more than {}", settings.largest).into());
    }
    match text.split_once('\n') {
        Some((token, note)) if token == settings.token.expose() => Ok(note.trim_end().to_owned()),
        _ => Err("it does not know the token".into()),
    }
}

#[timed(every = "5s", first = "5s")]
async fn sweep(notes: Dep<Notes>) {
    tracing::info!("{} notes were left", notes.0.swap(0, Relaxed));
}

hostkit::main!();
