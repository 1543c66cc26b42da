//! Every form of provider, with every option; nothing is warned of.

#![deny(warnings, clippy::pedantic)]

use hostkit::prelude::*;
use std::sync::Arc;

struct Pool;
struct Feed(Dep<Pool>);
struct Tx(#[allow(dead_code)] Arc<Feed>);

trait Mailer: Send + Sync {
    fn send(&self) {}
}

impl Mailer for Pool {}

impl Feed {
    async fn close(&self) -> hostkit::Result {
        let _ = &self.0;
        Ok(())
    }
}

async fn close_mailer(mailer: &dyn Mailer) {
    mailer.send();
}

async fn close_tx(_: Arc<Tx>) {}

#[provides]
fn pool() -> Pool {
    Pool
}

#[provides(name = "feed-1", scope = "host", close = Feed::close, close_timeout = "1s", crate = "::hostkit")]
async fn feed(pool: Dep<Pool>) -> hostkit::Result<Feed> {
    Ok(Feed(pool))
}

#[provides(scope = "run", close = close_tx)]
async fn r#loop(feed: Arc<Feed>, _none: Option<Dep<String>>) -> Tx {
    Tx(feed)
}

#[provides(close = close_mailer)]
async fn mailer(pool: Dep<Pool>, _: HostHandle, _: Tasks) -> Result<Arc<dyn Mailer>, std::io::Error> {
    Ok(pool.into_inner())
}

#[provides]
#[cfg(any())]
fn not_in_this_build() -> NoSuchType {}

/// Generated code has names of its own: none of these is hidden by them.
mod names_of_locals {
    use hostkit::prelude::*;

    macro_rules! values {
        ($($name:ident $of:ident)*) => {$(
            struct $of;

            #[provides(close = value)]
            async fn $name(_: Tasks) -> $of {
                $of
            }

            impl AsRef<str> for $of {
                fn as_ref(&self) -> &str {
                    ""
                }
            }
        )*};
    }

    values! { result A scope B needs C blueprint D origin E p0 F a0 G }

    async fn value(_: &impl AsRef<str>) {}
}

#[timed(every = "1s")]
async fn all(_: Dep<Tx>, _: Dep<dyn Mailer>) {}

fn main() {}
