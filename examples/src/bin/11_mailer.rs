//! Example 11. A trait object: `remind` knows what a mailer does, and not which one it is. Its test gives it another.
//!
//! Run it with `cargo run -p hostkit-examples --bin 11_mailer`: each second a mail more lies in `outbox/`. Its test, below, is
//! `cargo test -p hostkit-examples --bin 11_mailer`: a day of mails in a millisecond, and none of them in `outbox/`.

use std::fs;
use std::sync::Arc;

use hostkit::prelude::*;

trait Mailer: Send + Sync {
    fn send(&self, to: &str, text: &str) -> hostkit::Result;
}

/// Puts mails into a directory, one a file.
struct Outbox;

impl Mailer for Outbox {
    fn send(&self, to: &str, text: &str) -> hostkit::Result {
        let number = fs::read_dir("outbox")?.count() + 1;
        fs::write(format!("outbox/{number}.txt"), format!("To: {to}\n\n{text}\n"))?;
        tracing::info!("outbox/{number}.txt is for {to}");
        Ok(())
    }
}

/// Services take it as `Dep<dyn Mailer>`.
#[provides]
fn mailer() -> hostkit::Result<Arc<dyn Mailer>> {
    fs::create_dir_all("outbox")?;
    Ok(Arc::new(Outbox))
}

#[timed(every = "1s")]
fn remind(mailer: Dep<dyn Mailer>, tick: Tick) -> hostkit::Result {
    mailer.send("ann@example.org", &format!("This is reminder {}.", tick.number()))
}

hostkit::main!();

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, PoisonError};

    use hostkit::testing::TestHost;

    use super::*;

    /// Keeps mails for the test to look at.
    #[derive(Default)]
    struct Kept(Mutex<Vec<String>>);

    impl Mailer for Kept {
        fn send(&self, to: &str, text: &str) -> hostkit::Result {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(format!("{to}: {text}"));
            Ok(())
        }
    }

    #[tokio::test(start_paused = true)]
    async fn it_reminds_once_a_second() {
        let kept = Arc::new(Kept::default());
        // Replaces `mailer`, which is not called: no `outbox/` is made.
        let host =
            TestHost::discover().provide(kept.clone() as Arc<dyn Mailer>).start().await.expect("a good plan");
        host.advance(Duration::from_secs(2)).await;
        assert!(host.stop().await.is_clean());
        let mails = kept.0.lock().unwrap_or_else(PoisonError::into_inner);
        assert_eq!(mails.len(), 3, "at once, and after each second: {mails:?}");
        assert_eq!(mails[2], "ann@example.org: This is reminder 3.");
    }
}
