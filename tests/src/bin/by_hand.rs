//! The promises of `tests/roads.rs` by a `main` of one's own: what it hosts is found by `discover()`. The variable `ONLY` selects, and
//! arguments are settings, such as `services.beat.every=10ms`.

mod promises;

use std::process::ExitCode;

use hostkit::{Host, Layers};

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let settings = std::env::args().skip(1);
    let layers = settings.fold(Layers::standard(None, None), |layers, text| layers.set(&text));
    let only = std::env::var("ONLY").unwrap_or_default();
    match Host::builder().discover().configuration(layers).only(only.split(',')).build() {
        Ok(host) => host.run().await.into(),
        Err(error) => {
            eprintln!("{error}");
            error.into()
        }
    }
}
