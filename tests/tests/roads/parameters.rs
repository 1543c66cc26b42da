//! Everything that a function may ask for is there.

use hostkit::builder::{Hosted, Provider};
use hostkit::config::Config;
use hostkit::param::{CancellationToken, Ready, Stop, Tasks, Tick};
use hostkit::queue::Queue;
use hostkit::{BoxError, Every, HostHandle};

use super::world::*;
use crate::promises::Notes;
use crate::promises::jobs::{Page, prints};
use crate::promises::values::{Pool, Road, pool, takes, takes_values};

fn taken(diary: &Diary) {
    assert_eq!(diary.count("taken: true"), 1, "{diary:?}");
}

row! {
    "A parameter of every type can be asked for, and is what it is said to be.";
    attribute {
        for name in ["takes", "takes_in_time"] {
            let diary = Diary::new();
            let host = declared(name).provide(diary.clone());
            assert!(stopped_in(host, 1).await.is_clean());
            taken(&diary);
        }
    }
    builder {
        let diary = Diary::new();
        let host = Host::builder()
            .provide(diary.clone())
            .provide(7_u8)
            .provide_with("pool", Provider::blocking(|notes: Notes| Ok::<_, BoxError>(pool(notes))))
            .queued("prints", prints)
            .service(
                "hosted",
                |stop: Stop,
                 token: CancellationToken,
                 ready: Ready,
                 host: HostHandle,
                 tasks: Tasks,
                 queue: Queue<Page>,
                 road: Config<Road>,
                 seven: Dep<u8>| async move {
                    ready.notify();
                    assert!(!stop.is_requested() && !token.is_cancelled() && tasks.is_empty());
                    assert_eq!((queue.len().await, road.limit, *seven), (0, 0, 7));
                    assert_eq!(host.service("hosted").unwrap().runs(), 1);
                },
            )
            .timed("timed", Every::secs(3600), |tick: Tick, _pool: Dep<Pool>| async move {
                assert_eq!(tick.number(), 1);
            })
            .service("all", Hosted::new(takes_values));
        let report = stopped_in(host, 1).await;
        assert!(report.is_clean() && report.services().iter().all(|s| s.failures() == 0), "{report}");
        taken(&diary);
    }
    configuration "configuration sets options, and which parameters there are is the code's"
    main { by_main("takes_values", &[]).end().with(0).printed("taken: true"); }
    own_main { by_hand("takes_values", &[]).end().with(0).printed("taken: true"); }
    discover {
        let diary = Diary::new();
        assert!(stopped_in(embedded("takes").provide(diary.clone()), 1).await.is_clean());
        taken(&diary);
    }
    test_host {
        let diary = Diary::new();
        let host = tested("takes").provide(diary.clone()).start().await.unwrap();
        taken(&diary);
        assert!(host.stop().await.is_clean());
    }
    plain {
        let diary = Diary::new();
        let shared = Arc::new(Pool(notes(&diary)));
        takes_values(shared.clone().into(), shared, None, Road::default().into(), notes(&diary)).await;
        taken(&diary);
        let _ = takes; // what is not a value comes from a host: `TestHost` gives it
    }
}
