//! Every form of a service with state; what else is in the block is left alone.

#![deny(warnings, clippy::pedantic)]

use hostkit::prelude::*;

struct Pool;

struct MailPump {
    pool: Dep<Pool>,
    sent: u32,
}

#[hosted_service(after = "quiet", on_failure = "restart", stop_timeout = "5s")]
impl MailPump {
    const LIMIT: u32 = { 3 };

    async fn new(pool: Dep<Pool>) -> hostkit::Result<Self> {
        Ok(Self { pool, sent: Self::LIMIT })
    }

    fn start(&mut self, _tasks: Tasks) {
        self.count();
    }

    async fn run(&mut self, stop: Stop) -> hostkit::Result {
        let _ = &self.pool;
        stop.requested().await;
        self.count();
        Ok(())
    }

    #[cfg(any())]
    async fn stop(&mut self, nothing: NoSuchType) {}

    fn count(&mut self) {
        self.sent += 1;
    }
}

struct Quiet;

#[hosted_service]
impl Quiet {
    fn new(_stop: Stop) -> Self {
        Quiet
    }

    fn stop(&mut self) -> Result<(), std::fmt::Error> {
        let _ = self;
        Ok(())
    }
}

struct Only<T>(T);

#[hosted_service(name = "only_numbers")]
impl Only<u32> {
    fn new() -> Result<Self, std::fmt::Error> {
        Ok(Only(1))
    }

    async fn run(&self) -> ! {
        let _ = self.0;
        std::future::pending().await
    }
}

fn main() {}
