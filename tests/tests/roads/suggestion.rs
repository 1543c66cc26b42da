//! A name that is nowhere is told, with the nearest that is.

use hostkit::builder::Hosted;

use super::world::*;

#[track_caller]
fn meant(told: &str, name: &str) {
    assert!(told.contains(&format!("did you mean `{name}`?")), "no suggestion in {told}");
}

row! {
    "An unknown name is told, with the nearest known one.";
    attribute {
        // Of options and of keys the compiler knows. (What `after` names may be in another crate: see the builder.)
        meant(include_str!("../../ui/unknown_options.stderr"), "on_failure");
    }
    builder {
        let host = || Host::builder().service("stubborn", obedient);
        meant(&invalid(host().service("s", Hosted::new(obedient).after(["stubbron"]))), "stubborn");
        meant(&invalid(host().only(["stubbron"])), "stubborn");
        meant(&invalid(host().except(["stubbron"])), "stubborn");
        meant(&invalid(host().expect(["stubbron"])), "stubborn");
    }
    configuration {
        for (setting, name) in [
            ("services.stubbron.enabled=true", "stubborn"),
            ("services.stubborn.enabeld=true", "enabled"),
            ("services.stubborn.after=['obyes']", "obeys"),
            ("host.expect=['stubbron']", "stubborn"),
            ("host.stop_timeuot=1s", "stop_timeout"),
            ("raod.limit=1", "[road]"),
        ] {
            meant(&invalid(declared("stubborn").configuration(set(&[setting]))), name);
        }
    }
    main {
        meant(&by_main("stubbron", &[]).end().with(2).err, "stubborn");
        meant(&by_main("stubborn", &["services.stubbron.enabled=true"]).end().with(78).err, "stubborn");
    }
    own_main {
        meant(&by_hand("stubbron", &[]).end().err, "stubborn");
        meant(&by_hand("stubborn", &["services.stubbron.enabled=true"]).end().err, "stubborn");
    }
    discover { meant(&invalid(embedded("stubborn").only(["addde"])), "added"); }
    test_host {
        meant(&tested("stubbron").start().await.unwrap_err().to_string(), "stubborn");
        let host = tested("stubborn").config("services.stubbron.enabled", true);
        meant(&host.start().await.unwrap_err().to_string(), "stubborn");
        let host = tested("stubborn").start().await.unwrap();
        let asked = std::panic::AssertUnwindSafe(|| host.service("stubbron"));
        let panic = std::panic::catch_unwind(asked).unwrap_err();
        meant(panic.downcast_ref::<String>().unwrap(), "stubborn");
    }
    plain "a function is named by Rust, and the compiler checks that"
}
