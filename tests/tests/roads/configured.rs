//! Of several layers the highest wins.

use hostkit::config::Config;

use super::world::*;
use crate::promises::values::{Road, shows};

fn variable(limit: &str) -> Layers {
    Layers::new().environment([("HOSTKIT__ROAD__LIMIT".to_owned(), limit.to_owned())])
}

async fn limit(host: HostBuilder) -> String {
    let diary = Diary::new();
    assert!(lived(host.provide(diary.clone())).await.is_clean());
    diary.all().into_iter().find(|line| line.starts_with("limit")).unwrap()
}

/// Each layer is added above the one before.
fn layers(program: impl Fn(&[&str]) -> Program) {
    let file = |program: Program| program.file("hostkit.toml", "[road]\nlimit = 1\n");
    let profile = |program: Program| {
        file(program).file("hostkit.high.toml", "road.limit = 2").env("HOSTKIT_PROFILE", "high")
    };
    let variable = |program: Program| profile(program).env("HOSTKIT__ROAD__LIMIT", "3");
    program(&[]).end().with(0).printed("limit 0\n");
    file(program(&[])).end().with(0).printed("limit 1\n");
    profile(program(&[])).end().with(0).printed("limit 2\n");
    variable(program(&[])).end().with(0).printed("limit 3\n");
    variable(program(&["road.limit=4"])).end().with(0).printed("limit 4\n");
}

row! {
    "Configuration is applied in layers, over what the code says.";
    attribute {
        assert_eq!(limit(declared("shows")).await, "limit 0");
        let host = tested("beat").config("services.beat.every", "1s").start().await.unwrap();
        host.advance(secs(5)).await;
        assert_eq!(host.service("beat").runs(), 6, "the attribute says 10s");
    }
    builder {
        let host = || {
            Host::builder().service("shows", |road: Config<Road>, diary: Dep<Diary>| async move {
                diary.note(format!("limit {}", road.limit));
            })
        };
        assert_eq!(limit(host().configuration(variable("3"))).await, "limit 3");
        let both = host().configuration(variable("3")).configuration(set(&["road.limit=4"]));
        assert_eq!(limit(both).await, "limit 4");
    }
    configuration {
        let both = variable("3").set("road.limit=4").set("road.limit=5");
        assert_eq!(limit(declared("shows").configuration(both)).await, "limit 5");
    }
    main { layers(|settings| by_main("shows", settings)); }
    own_main { layers(|settings| by_hand("shows", settings)); }
    discover { assert_eq!(limit(declared("shows").configuration(variable("3"))).await, "limit 3"); }
    test_host {
        let diary = Diary::new();
        let host = tested("shows").provide(diary.clone()).config("road.limit", 3).config("road.limit", 4);
        assert!(host.start().await.unwrap().wait().await.is_clean());
        assert_eq!(diary.count("limit 4"), 1, "{diary:?}");
    }
    plain {
        let diary = Diary::new();
        shows(Road { limit: 7, ..Road::default() }.into(), notes(&diary)).await;
        assert_eq!(diary.count("limit 7"), 1, "{diary:?}");
    }
}
