//! What is declared is found, or its absence is told.

use super::world::*;

#[track_caller]
fn expected(told: &str) {
    assert!(told.contains("`expect` names `invoices`, but there is no service named `invoices`"), "{told}");
}

row! {
    "Everything that is declared is found, and what is expected and absent makes the plan invalid.";
    attribute {
        // All of them at once don't get far: it is enough that all are there.
        let report = lived_with_threads(Host::builder().discover().stop_timeout(millis(300))).await;
        let found: Vec<_> = report.services().iter().map(|service| service.name()).collect();
        for name in ["panics", "panics_in_run", "beat_by_the_clock", "prints", "uses"] {
            assert!(found.contains(&name), "no `{name}` among {found:?}");
        }
    }
    builder { expected(&invalid(Host::builder().service("s", obedient).expect(["invoices"]))); }
    configuration { expected(&invalid(declared("obeys").configuration(set(&["host.expect=['invoices']"])))); }
    main { expected(&by_main("obeys", &["host.expect=['invoices']"]).end().with(78).err); }
    own_main {
        let ended = by_hand("obeys", &["host.expect=['invoices']"]).end().with(78);
        expected(&ended.err);
    }
    discover { expected(&invalid(embedded("obeys").expect(["invoices"]))); }
    test_host {
        let host = tested("obeys").config("host.expect", "['invoices']");
        expected(&host.start().await.unwrap_err().to_string());
    }
    plain "the compiler finds a function that is called, or says that it does not"
}
