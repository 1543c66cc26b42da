//! Hooks run at their points of the host's life, whatever is selected.

use hostkit::builder::Moment;

use super::world::*;
use crate::promises::{at_started, at_starting};

const MOMENTS: [&str; 4] = ["starting", "started", "stopping", "stopped"];

fn ended(program: Program) {
    let ended = stopped(program).with(0);
    let lines: Vec<_> = ended.out.lines().collect();
    assert_eq!(lines, MOMENTS, "{ended}");
}

row! {
    "Hooks run in order, and no selection leaves them out.";
    attribute {
        let diary = Diary::new();
        assert!(stopped_in(declared("obeys").provide(diary.clone()), 1).await.is_clean());
        assert_eq!(diary.all(), MOMENTS);
    }
    builder {
        let diary = Diary::new();
        let moments = [Moment::Stopped, Moment::Started, Moment::Starting, Moment::Stopping].into_iter();
        let host = Host::builder().provide(diary.clone()).service("s", obedient);
        let host = moments.fold(host, |host, moment| {
            host.on(moment, move |diary: Dep<Diary>| async move { diary.note(moment.to_string()) })
        });
        assert!(stopped_in(host.only(["s"]), 1).await.is_clean());
        assert_eq!(diary.all(), MOMENTS);
    }
    configuration "hooks have no options, and no name that could be configured"
    main { ended(by_main("obeys", &[])); }
    own_main { ended(by_hand("obeys", &[])); }
    discover {
        let diary = Diary::new();
        let host = embedded("obeys").provide(diary.clone());
        let host = host.on(Moment::Stopped, |diary: Dep<Diary>| async move { diary.note("added") });
        assert!(stopped_in(host, 1).await.is_clean());
        assert_eq!(diary.all()[..3], MOMENTS[..3]);
        assert_eq!((diary.count("stopped"), diary.count("added")), (1, 1));
    }
    test_host {
        let diary = Diary::new();
        let host = tested("obeys").provide(diary.clone()).start().await.unwrap();
        assert_eq!(diary.all(), MOMENTS[..2]);
        assert!(host.stop().await.is_clean());
        assert_eq!(diary.all(), MOMENTS);
    }
    plain {
        let diary = Diary::new();
        at_starting(notes(&diary)).await;
        at_started(notes(&diary));
        assert_eq!(diary.all(), ["starting", "started"]);
    }
}
