//! Timers run when they are due, and when they are triggered.

use hostkit::Every;
use hostkit::builder::Timed;
use hostkit::report::Triggered;
use hostkit::schedule::{Cron, Delay};

use super::world::*;
use crate::promises::timers::{beat, beat_on_the_pool};

fn ended(program: Program) {
    let running = program.start();
    running.prints("beat\nbeat\nbeat\nbeat\n").signal("TERM");
    running.end().with(0);
}

row! {
    "A timer runs at each due time, and when it is triggered.";
    attribute {
        for name in ["beat", "beat_on_the_pool", "beat_by_the_clock"] {
            let diary = Diary::new();
            let host = tested(name).at(std::time::UNIX_EPOCH).provide(diary.clone()).start().await.unwrap();
            host.advance(secs(35)).await;
            let runs = if name == "beat_by_the_clock" { 3 } else { 4 };
            assert_eq!((diary.count("beat"), host.service(name).runs()), (runs, runs as u64), "{name}");
            assert!(matches!(host.trigger(name).await, Triggered::Done));
            assert_eq!(diary.count("beat"), runs + 1, "{name}");
        }
    }
    builder {
        let host = TestHost::empty()
            .at(std::time::UNIX_EPOCH)
            .timed("every", Every::secs(10), || async {})
            .timed("delay", Delay::secs(10), Timed::blocking(|| {}))
            .timed("cron", Cron::new("*/10 * * * * *"), || async {})
            .start()
            .await
            .unwrap();
        host.advance(secs(35)).await;
        for name in ["every", "delay", "cron"] {
            let runs = host.service(name).runs();
            assert!((3..=4).contains(&runs), "{name} ran {runs} times");
            assert!(matches!(host.service(name).timer().unwrap().trigger().await, Triggered::Done));
            assert_eq!(host.service(name).runs(), runs + 1);
        }
        assert!(host.stop().await.is_clean());
    }
    configuration {
        let layers = set(&["services.beat.every=1s", "services.beat.first=5s"]);
        let report = stopped_in(declared("beat").configuration(layers), 8).await;
        assert_eq!(report.service("beat").unwrap().runs(), 4, "{report}");
    }
    main {
        ended(by_main("beat", &["services.beat.every=10ms"]));
        let triggered = program(env!("CARGO_BIN_EXE_by_main")).args(["trigger", "beat"]).end().with(0);
        assert_eq!(triggered.out, "beat\n", "{triggered}");
    }
    own_main { ended(by_hand("beat", &["services.beat.every=10ms"])); }
    discover {
        let host = started(embedded("beat")).await;
        pass(secs(25)).await;
        assert_eq!(host.handle().service("beat").unwrap().runs(), 3);
        assert!(matches!(host.handle().service("beat").unwrap().timer().unwrap().trigger().await, Triggered::Done));
        assert!(host.stop().await.is_clean());
    }
    test_host {
        let host = tested("beat").start().await.unwrap();
        host.advance_to_next("beat").await;
        host.advance_to_next("beat").await;
        assert_eq!(host.service("beat").runs(), 3);
    }
    plain {
        let diary = Diary::new();
        beat(notes(&diary)).await;
        beat_on_the_pool(notes(&diary));
        assert_eq!(diary.all(), ["beat", "beat"]);
    }
}
