//! What is secret stays so.

use hostkit::config::{Config, Secret};

use super::world::*;
use crate::promises::values::{Road, shows};

const TOKEN: &str = "road.token=hunter2";

#[track_caller]
fn silent(said: &str) {
    assert!(!said.contains("hunter2"), "{said}");
}

/// Neither where it is used, nor where something beside it is wrong.
fn ended(program: impl Fn(&[&str]) -> Program) {
    let ended = program(&[TOKEN]).end().with(0).printed("***");
    silent(&ended.to_string());
    let ended = program(&[TOKEN, "road.limit=-1"]).env("HOSTKIT__ROAD__TOKEN", "hunter2").end().with(78);
    silent(&ended.logged("road.limit").to_string());
    let ended = program(&["road..token=hunter2", "road.token hunter2"]).end();
    assert_ne!(ended.code, Some(0), "{ended}");
    silent(&ended.to_string());
}

row! {
    "A secret is never printed: by no `Debug`, no problem, no command.";
    attribute {
        let diary = Diary::new();
        assert!(lived(declared("shows").provide(diary.clone()).configuration(set(&[TOKEN]))).await.is_clean());
        silent(&format!("{diary:?}"));
        assert!(format!("{diary:?}").contains("***"), "{diary:?}");
    }
    builder {
        let host = Host::builder().service("s", |road: Config<Road>| async move {
            Err::<(), _>(format!("{road:?} has {:?}", road.token.as_ref().map(Secret::expose).map(String::len)))
        });
        let report = lived(host.configuration(set(&[TOKEN]))).await;
        silent(&format!("{report} {report:?}"));
        assert!(report.to_string().contains("has Some(7)"), "{report}");
    }
    configuration {
        for wrong in ["road.limit=-1", "road.limit.deeper=1", "raod.token=hunter2", "road..token=hunter2"] {
            let error = invalid(declared("shows").configuration(set(&[TOKEN, wrong])));
            silent(&error);
        }
    }
    main {
        ended(|settings| by_main("shows", settings));
        let set = ["--set", TOKEN];
        for command in ["config", "list", "check"] {
            let args = [command, "--only", "shows"].into_iter().chain(set);
            let ended = program(env!("CARGO_BIN_EXE_by_main")).args(args).end().with(0);
            silent(&ended.to_string());
        }
    }
    own_main { ended(|settings| by_hand("shows", settings)); }
    discover {
        let host = embedded("shows").configuration(set(&[TOKEN]));
        silent(&format!("{host:?}"));
        let host = host.build().unwrap();
        silent(&format!("{host:?}"));
        silent(&format!("{:?}", set(&[TOKEN])));
    }
    test_host {
        let host = tested("shows").config("road.token", "hunter2").config("road.limit", -1);
        silent(&format!("{host:?}"));
        silent(&format!("{:?}", host.start().await.unwrap_err()));
    }
    plain {
        let diary = Diary::new();
        shows(Road { token: Some(Secret::new("hunter2".into())), limit: 1 }.into(), notes(&diary)).await;
        silent(&format!("{diary:?}"));
    }
}
