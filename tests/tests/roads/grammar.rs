//! A value that can't be is refused in the same words, wherever it was written.

use hostkit::builder::{Backoff, Hosted, OnFailure, Queued};

use super::world::*;
use crate::promises::jobs::Page;

/// The sentence, and the compiler's words for the attribute.
const GROWS: &str =
    "a wait that begins at \"0s\" never grows: write \"1ms..1m\", or \"0s..0s\" for no wait at all";
const ZERO: &str = "cannot be zero: write a duration such as \"10s\"";
const RANGES: &str = include_str!("../../ui/ranges.stderr");
const DURATIONS: &str = include_str!("../../ui/durations.stderr");

/// What and the help, without where and why.
#[track_caller]
fn says(told: &str, sentence: &str) {
    let (what, help) = sentence.split_once(": ").unwrap();
    assert!(told.contains(what) && told.contains(help), "{sentence:?} is not in {told}");
}

row! {
    "An option is checked by one grammar, in the same words everywhere.";
    attribute {
        says(RANGES, GROWS);
        assert!(RANGES.contains(&format!("`backoff`: {GROWS}")), "{RANGES}");
        assert!(DURATIONS.contains(&format!("`start_timeout` {ZERO}")), "{DURATIONS}");
    }
    builder {
        let never_grows = Backoff::new(secs(0), secs(60));
        let hosted = Hosted::new(obedient).on_failure(OnFailure::Restart).backoff(never_grows);
        says(&invalid(Host::builder().service("s", hosted)), GROWS);
        says(&invalid(Host::builder().queued("s", Queued::new(|_: Page| async {}).backoff(never_grows))), GROWS);
        says(&invalid(Host::builder().service("s", Hosted::new(obedient).start_timeout(secs(0)))), ZERO);
    }
    configuration {
        let wrong = |name, setting: &str| invalid(declared(name).configuration(set(&[setting])));
        says(&wrong("flaky", "services.flaky.backoff=0s..1m"), GROWS);
        says(&wrong("prints", "services.prints.backoff=0s..1m"), GROWS);
        says(&wrong("flaky", "services.flaky.start_timeout=0s"), ZERO);
        says(&wrong("beat", "services.beat.every=0s"), ZERO);
        let variable = [("HOSTKIT__SERVICES__FLAKY__BACKOFF".to_owned(), "0s..1m".to_owned())];
        says(&invalid(declared("flaky").configuration(Layers::new().environment(variable))), GROWS);
    }
    main { says(&by_main("flaky", &["services.flaky.backoff=0s..1m"]).end().with(78).err, GROWS); }
    own_main {
        let ended = by_hand("flaky", &["services.flaky.backoff=0s..1m"]).end().with(78);
        says(&ended.err, GROWS);
    }
    discover { says(&invalid(embedded("flaky").configuration(set(&["services.flaky.backoff=0s..1m"]))), GROWS); }
    test_host {
        let host = tested("flaky").config("services.flaky.backoff", "0s..1m");
        says(&host.start().await.unwrap_err().to_string(), GROWS);
    }
    plain "a function has no options: they are beside it"
}
