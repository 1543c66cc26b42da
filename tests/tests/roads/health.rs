//! What failed is not healthy, and all else is.

use hostkit::HostHandle;
use hostkit::builder::{Hosted, OnFailure};
use hostkit::report::Status;

use super::world::*;
use crate::promises::failing::Refused;

/// The names of those that are not.
fn unhealthy(host: &HostHandle) -> Vec<String> {
    assert_eq!(host.status(), Status::Ready);
    host.services()
        .iter()
        .filter(|service| !service.is_healthy())
        .map(|service| service.name().to_owned())
        .collect()
}

row! {
    "A service that has failed, or waits for its restart, is not healthy; the others are.";
    attribute {
        let layers = set(&["services.flaky.backoff=1s..1m"]);
        let host = started(declared("flaky").only(["obeys"]).configuration(layers)).await;
        pass(millis(500)).await;
        assert_eq!(unhealthy(&host.handle()), ["flaky"]);
        pass(secs(180)).await;
        assert_eq!(unhealthy(&host.handle()), [""; 0], "it has recovered");
    }
    builder {
        let fails = Hosted::new(|| async { Err::<(), _>(Refused) }).on_failure(OnFailure::Ignore);
        let host = started(Host::builder().service("fails", fails).service("obeys", obedient)).await;
        pass(secs(1)).await;
        assert_eq!(unhealthy(&host.handle()), ["fails"]);
    }
    configuration {
        let layers = set(&["services.refuses.on_failure=ignore"]);
        let host = started(declared("refuses").only(["obeys"]).configuration(layers)).await;
        pass(secs(1)).await;
        assert_eq!(unhealthy(&host.handle()), ["refuses"]);
    }
    main "another process sees no health yet: there is no page to ask"
    own_main "another process sees no health yet: there is no page to ask"
    discover {
        let layers = set(&["services.refuses.on_failure=ignore"]);
        let host = started(embedded("refuses").configuration(layers)).await;
        pass(secs(1)).await;
        assert_eq!(unhealthy(&host.handle()), ["refuses"]);
    }
    test_host {
        let host = tested("refuses").only(["obeys"]).config("services.refuses.on_failure", "ignore");
        let host = host.start().await.unwrap();
        host.advance(secs(1)).await;
        assert_eq!(unhealthy(&host.handle()), ["refuses"]);
    }
    plain "only a host knows how its services are"
}
