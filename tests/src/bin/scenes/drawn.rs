//! A scene to be drawn: with everything that a picture has, and with what it leaves out.

use std::sync::Arc;

use hostkit::builder::{Moment, Provider};
use hostkit::{BoxError, Every};

use super::*;

trait Mailer: Send + Sync {}

struct Smtp;

impl Mailer for Smtp {}

struct Feed;

pub(super) fn scene(host: HostBuilder) -> HostBuilder {
    let feed = Provider::new(|_: Dep<Vec<String>>| async { Ok::<_, BoxError>(Feed) });
    let mailer = |_: Dep<Feed>| async { Ok::<_, BoxError>(Arc::new(Smtp) as Arc<dyn Mailer>) };
    let spare = || async { Ok::<_, BoxError>(7_u8) };
    let reader = |stop: Stop, _: Dep<Feed>| async move { stop.requested().await };
    host.provide(Vec::<String>::new())
        .provide(7_u16)
        .provide_with("feed", feed)
        .provide_with("mailer", mailer)
        .provide_with("spare", spare)
        .service("first", idle())
        .service("reader", Hosted::new(reader).after(["first", "off"]))
        .service("off", idle().enabled(false))
        .timed("tick", Every::secs(3600), |_: Dep<dyn Mailer>, _: Option<Dep<u32>>| async {})
        .on(Moment::Started, |_: Dep<Vec<String>>| async {})
}
