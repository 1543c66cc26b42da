//! What a provider made lives as long as it is used, and ends in the reverse order of its making.

use hostkit::BoxError;
use hostkit::builder::Provider;
use hostkit::param::Stop;

use super::world::*;
use crate::promises::Notes;
use crate::promises::values::{Client, Pool, client, pool};

/// Each end stands behind the one that it has to wait for.
#[track_caller]
fn reverse(lines: &[String]) {
    let at = |line: &str| {
        let found = lines.iter().position(|known| known == line);
        found.unwrap_or_else(|| panic!("no `{line}` in {lines:?}"))
    };
    for (first, then) in [
        ("pool made", "client made"),
        ("client made", "used"),
        ("used", "client closed"),
        ("client closed", "pool closed"),
        ("client closed", "client dropped"),
        ("client dropped", "pool dropped"),
        ("pool closed", "pool dropped"),
    ] {
        assert!(at(first) < at(then), "`{first}` before `{then}` in {lines:?}");
    }
}

fn ended(program: Program) {
    let ended = program.end().with(0);
    let lines: Vec<_> = ended.out.lines().map(str::to_owned).collect();
    reverse(&lines);
}

row! {
    "A provided value is made once, shared, and closed and dropped in reverse order.";
    attribute {
        let diary = Diary::new();
        assert!(lived(declared("uses").provide(diary.clone())).await.is_clean());
        reverse(&diary.all());
        assert_eq!(diary.count("pool made"), 1);
    }
    builder {
        let diary = Diary::new();
        let host = Host::builder()
            .provide(diary.clone())
            .provide_with(
                "client",
                Provider::new(|notes: Notes, pool: Dep<Pool>| async move {
                    notes.note("client made");
                    Ok::<_, BoxError>(Client(notes, pool))
                })
                .close(Client::close),
            )
            .provide_with("pool", Provider::blocking(|notes: Notes| Ok::<_, BoxError>(pool(notes))).close(Pool::close))
            .service("uses", |client: Dep<Client>, stop: Stop| async move {
                client.0.note("used");
                stop.requested().await;
            });
        assert!(stopped_in(host, 1).await.is_clean());
        reverse(&diary.all());
    }
    configuration "providers have no options in the configuration"
    main { ended(by_main("uses", &[])); }
    own_main { ended(by_hand("uses", &[])); }
    discover {
        let diary = Diary::new();
        assert!(stopped_in(embedded("uses").provide(diary.clone()), 1).await.is_clean());
        reverse(&diary.all());
    }
    test_host {
        let diary = Diary::new();
        let host = tested("uses").provide(diary.clone()).start().await.unwrap();
        assert!(host.wait().await.is_clean());
        reverse(&diary.all());
    }
    plain {
        // Providers are functions, and what they return is the caller's.
        let diary = Diary::new();
        let pool = Arc::new(pool(notes(&diary)));
        drop(client(notes(&diary), pool.clone().into()).await.unwrap());
        drop(pool);
        assert_eq!(diary.all(), ["pool made", "client made", "client dropped", "pool dropped"]);
    }
}
