//! A service that lives as long as its host, and a host that is taken as far as a test wants it.

use hostkit::builder::RunningHost;
use hostkit::param::Stop;
use hostkit::{HostBuilder, Report};

use crate::ends;

/// A service that does as it is told.
pub async fn obedient(stop: Stop) {
    stop.requested().await;
}

/// A host that has started.
#[track_caller]
pub fn started(builder: HostBuilder) -> impl Future<Output = RunningHost> {
    ends(async move { builder.build().unwrap().start().await.unwrap() })
}

/// The report of a host that did not come up.
pub async fn refused(builder: HostBuilder) -> Report {
    let error = ends(builder.build().unwrap().start()).await.expect_err("the start should have failed");
    error.into_report()
}

/// The report of a host that ends by itself.
pub async fn lived(builder: HostBuilder) -> Report {
    match ends(builder.build().unwrap().start()).await {
        Ok(mut host) => ends(host.wait()).await,
        Err(error) => error.into_report(),
    }
}
