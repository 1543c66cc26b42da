//! Scenes whose plan is invalid.

use super::*;

struct Pool;

pub(super) fn scene(scene: &str, host: HostBuilder) -> HostBuilder {
    match scene {
        "wrong-much" => host
            .service("twin", idle())
            .service("twin", idle())
            .service("second", idle().after(["frist"]))
            .service("first", idle())
            .service("egg", idle().after(["hen"]))
            .service("hen", idle().after(["egg"]))
            .service("needy", |_: Dep<Pool>| async {})
            .service("bad name", idle())
            .on(hostkit::builder::Moment::Starting, || async { println!("something started") })
            .expect(["absent"]),
        "wrong-off" => host.service("off", idle().enabled(false)),
        _ => panic!("there is no scene `{scene}`"),
    }
}
