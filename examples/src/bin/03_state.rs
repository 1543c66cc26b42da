//! Example 3. A service with state: a value that is made, started, run and stopped. Here, a server that tells
//! the time of day.
//!
//! Run it with `cargo run -p hostkit-examples --bin 03_state`: it logs the port that it listens on, and
//! `nc 127.0.0.1 PORT` asks it for the time. `new` belongs to the start: an error there ends the program with exit code 3.
//! `stop` runs after `run` has ended, and logs how many clients have asked.

use hostkit::prelude::*;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpListener;

struct Daytime {
    listener: TcpListener,
    served: u32,
}

#[hosted_service]
impl Daytime {
    async fn new() -> hostkit::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        Ok(Daytime { listener, served: 0 })
    }

    async fn run(&mut self, stop: Stop) -> hostkit::Result {
        tracing::info!("listening on {}", self.listener.local_addr()?);
        while let Some(accepted) = stop.run_until(self.listener.accept()).await {
            let (mut caller, _) = accepted?;
            self.served += 1;
            // A client that hangs up early is no failure.
            let _ = caller.write_all(format!("{}\n", jiff::Timestamp::now()).as_bytes()).await;
        }
        Ok(())
    }

    fn stop(&mut self) {
        tracing::info!("told the time {} times", self.served);
    }
}

hostkit::main!();
