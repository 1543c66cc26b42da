//! The promises of `tests/roads.rs` by a `main` of one's own: what it hosts is found by `discover()`. The variable `ONLY` selects, and
//! arguments are settings, such as `services.beat.every=10ms`. With `GOES_ON` the program outlives its host.

mod promises;

use std::process::ExitCode;

use hostkit::Host;
use hostkit::config::Layers;

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let settings = std::env::args().skip(1);
    let layers = settings.fold(Layers::standard(None, None), |layers, text| layers.set(&text));
    let only = std::env::var("ONLY").unwrap_or_default();
    match Host::builder().discover().configuration(layers).only(only.split(',')).build() {
        Ok(host) => {
            let report = host.run().await;
            if std::env::var_os("GOES_ON").is_some() {
                println!("goes on");
                std::future::pending::<()>().await;
            }
            report.into()
        }
        Err(error) => {
            eprintln!("{error}");
            error.into()
        }
    }
}
