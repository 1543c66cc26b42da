//! What can be wrong with a plan: each in its exact words, all of them at once, and nothing started.

use std::panic::Location;
use std::time::Duration;

use hostkit::builder::{Backoff, Hosted, Moment, OnFailure, Problem, Timed};
use hostkit::config::Layers;
use hostkit::param::{Dep, Heartbeat};
use hostkit::{Every, Host, HostBuilder};

use super::world::{Diary, noted, obedient};

/// What stands at the line below.
#[track_caller]
fn below() -> String {
    let here = Location::caller();
    format!("{}:{}", here.file(), here.line() + 1)
}

/// The only problem of a plan, as it is printed.
fn only(host: HostBuilder) -> String {
    let error = host.build().expect_err("the plan should be invalid");
    let [problem] = error.problems() else { panic!("{error}") };
    problem.to_string()
}

fn host() -> HostBuilder {
    Host::builder().service("web", obedient)
}

#[test]
fn a_name_that_stands_twice() {
    let first = below();
    let host = host().service("db", obedient);
    let second = below();
    let host = host.timed("db", Every::secs(1), || async {});
    assert_eq!(
        only(host),
        format!(
            "two services are named `db`\n  \
             where  {first} and {second}\n  \
             why    a name must be unique in its host: it selects and configures the service, and identifies it in the log\n  \
             help   rename one of them: `name = \"db-2\"`"
        )
    );
}

#[test]
fn a_name_that_can_be_none() {
    let wrong = [
        ("", "a name cannot be empty", "write letters, digits, `_`, `-` and `.`"),
        (
            "my job",
            "\"my job\" has a space in it, and a name has letters, digits, `_`, `-` and `.` only",
            "write \"my_job\"",
        ),
        (
            "a/b",
            "\"a/b\" has `/` in it, and a name has letters, digits, `_`, `-` and `.` only",
            "write \"a_b\"",
        ),
        ("-x", "\"-x\" begins with `-`, which the command line would take for an option", "write \"x\""),
    ];
    for (name, why, help) in wrong {
        let place = below();
        let host = host().service(name, obedient);
        assert_eq!(
            only(host),
            format!(
                "`{name}` is not a valid service name\n  where  {place}\n  why    {why}\n  help   {help}"
            )
        );
    }
}

#[test]
fn an_after_that_is_nobody() {
    let place = below();
    let near = host().service("api", Hosted::new(obedient).after(["wbe"]));
    assert_eq!(
        only(near),
        format!(
            "`api` starts after `wbe`, but there is no service named `wbe`\n  \
             where  {place}\n  \
             why    `after` names the services that start first\n  \
             help   did you mean `web`?"
        )
    );
    let far = host().service("api", Hosted::new(obedient).after(["postgres"]));
    assert!(only(far).ends_with("help   add a service named `postgres`, or remove it from `after`"));
}

#[test]
fn services_that_wait_for_each_other() {
    let file = file!();
    let line = line!();
    let host = host()
        .service("a", Hosted::new(obedient).after(["b"]))
        .service("b", Hosted::new(obedient).after(["c"]))
        .service("c", Hosted::new(obedient).after(["a"]))
        .service("d", Hosted::new(obedient).after(["a"]));
    let (a, b, c) = (line + 2, line + 3, line + 4);
    assert_eq!(
        only(host),
        format!(
            "services wait for each other: `a` after `b` after `c` after `a`\n  \
             where  `a` at {file}:{a}, `b` at {file}:{b}, `c` at {file}:{c}\n  \
             why    none of them can start first\n  \
             help   remove one `after` to break the cycle"
        )
    );
}

#[test]
fn a_service_that_waits_for_itself() {
    let host = host().service("a", Hosted::new(obedient).after(["a"]));
    assert!(only(host).starts_with("`a` starts after itself\n"));
}

#[test]
fn a_value_that_nobody_gave() {
    let place = below();
    let host = host().service("api", |_: Dep<Vec<std::collections::HashMap<String, u8>>>| async {});
    assert_eq!(
        only(host),
        format!(
            "`api` needs `Dep<Vec<HashMap<String, u8>>>`, but no provider returns `Vec<HashMap<String, u8>>`\n  \
             where  {place}\n  \
             why    all values are made before the first service starts\n  \
             help   add a `#[provides]` function that returns `Vec<HashMap<String, u8>>`, or give the host a value of that type: \
             `.provide(value)`"
        )
    );
    let timed = Host::builder().timed("t", Every::secs(1), |_: std::sync::Arc<u8>| async {});
    assert!(only(timed).starts_with("`t` needs `Dep<u8>`, but no provider returns `u8`\n"));
    let hook = self::host().on(Moment::Started, |_: Dep<u8>| async {});
    assert!(only(hook).starts_with("`on-started` needs `Dep<u8>`, but no provider returns `u8`\n"));
    let wrong_type = self::host().provide(7u16).service("a", |_: Dep<u8>| async {});
    assert!(only(wrong_type).starts_with("`a` needs `Dep<u8>`"));
}

#[test]
fn two_values_of_one_type() {
    let host = host().provide("first".to_owned());
    let place = below();
    let host = host.provide("second".to_owned());
    assert_eq!(
        only(host),
        format!(
            "two values of type `String` were given to the host\n  \
             where  the second one: {place}\n  \
             why    values are found by type, so a type has one value\n  \
             help   remove one, or wrap one in a new type: `struct Other(String);`"
        )
    );
}

#[test]
fn options_that_can_do_nothing() {
    let (zero, one, two) = (Duration::ZERO, Duration::from_secs(1), Duration::from_secs(2));
    let restart = || Hosted::new(obedient).on_failure(OnFailure::Restart);
    let hosted = [
        (
            restart().backoff(Backoff::new(two, one)),
            "`a`: `backoff`: the range ends before it begins",
            "write \"1s..2s\"",
        ),
        (restart().max_restarts(0), "`a`: `max_restarts` must be at least 1, not 0", "write 1 or more"),
        (restart().within(zero), "`a`: `within` cannot be zero", "write a duration such as \"10s\""),
        (
            Hosted::new(|_: Heartbeat| async {}).heartbeat(zero),
            "`a`: `heartbeat` cannot be zero",
            "write a duration such as \"10s\"",
        ),
        (
            Hosted::new(obedient).backoff(Backoff::new(one, two)),
            "`a`: `backoff` has no effect without `on_failure = \"restart\"` or `on_finish = \"restart\"`",
            "write that, or remove `backoff`",
        ),
        (
            Hosted::new(obedient).heartbeat(one),
            "`a`: `heartbeat` is set, but the service has no `Heartbeat` to beat with",
            "add a parameter `heart: Heartbeat`, or remove the option",
        ),
    ];
    for (service, what, help) in hosted {
        let place = below();
        let host = host().service("a", service);
        let told = format!("{what}\n  where  {place}\n  help   {help}");
        assert_eq!(only(host), told);
    }
    let timed = [
        (
            Every::new(zero),
            Timed::new(|| async {}),
            "`t`: `every` is 0s",
            "the timer's resolution is one millisecond; use 1ms or more",
        ),
        (
            Every::new(Duration::from_micros(999)),
            Timed::new(|| async {}),
            "`t`: `every` is 999us",
            "the timer's resolution is one millisecond; use 1ms or more",
        ),
        (
            Every::secs(1),
            Timed::new(|| async {}).max_failures(0),
            "`t`: `max_failures` must be at least 1, not 0",
            "write 1 or more",
        ),
    ];
    for (every, service, what, help) in timed {
        let place = below();
        let host = host().timed("t", every, service);
        let told = format!("{what}\n  where  {place}\n  help   {help}");
        assert_eq!(only(host), told);
    }
}

#[test]
fn a_setting_that_can_not_be() {
    assert_eq!(
        only(host().configuration(Layers::new().set("host.stop_timeout=10"))),
        "`host.stop_timeout`: \"10\" has no unit\n  \
         where  --set host.stop_timeout=10\n  \
         help   write \"10s\" for seconds or \"10ms\" for milliseconds"
    );
}

#[test]
fn a_name_that_was_expected() {
    assert_eq!(
        only(host().expect(["billing"])),
        "`expect` names `billing`, but there is no service named `billing`\n  \
         where  `expect` in `[host]`, or on the builder\n  \
         why    its crate may not be linked: the compiler leaves out a crate that no Rust path refers to\n  \
         help   link the crate that has `billing`: `hostkit::main!(link = [that_crate])`, \
         or, in a test or a `main` of your own, `hostkit::link!();` or `use that_crate as _;`; or remove it from `expect`"
    );
}

#[test]
fn a_selection_of_nobody() {
    assert_eq!(
        only(host().except(["wep"])),
        "no service or group is named `wep`\n  \
         where  `--only` or `--except`, or the same on the builder\n  \
         why    a name that selects nothing is probably a typo\n  \
         help   did you mean `web`?"
    );
}

#[test]
fn nothing_to_run() {
    assert_eq!(
        only(Host::builder()),
        "there is no service to run\n  \
         where  the whole program\n  \
         why    no linked crate has an annotated function; the compiler leaves out a crate that no Rust path refers to\n  \
         help   annotate a function with `#[hosted_service]`, or link the crate that has one: `hostkit::main!(link = [that_crate])`, \
         or, in a test or a `main` of your own, `hostkit::link!();` or `use that_crate as _;`"
    );
    assert_eq!(
        only(host().except(["web"])),
        "every service is off\n  \
         where  the whole program\n  \
         why    `enabled = false`, `--only` or `--except` leaves nothing to run\n  \
         help   turn one on"
    );
}

/// A host of hooks alone does nothing.
#[test]
fn hooks_alone_are_nothing_to_run() {
    let host = Host::builder().on(Moment::Started, || async {});
    assert!(only(host).starts_with("there is no service to run\n"));
}

#[tokio::test(start_paused = true)]
async fn everything_is_told_at_once_and_nothing_has_started() {
    let diary = Diary::new();
    let error = Host::builder()
        .provide(diary.clone())
        .provide(1u8)
        .provide(2u8)
        .service("a b", noted)
        .service("twice", noted)
        .service("twice", noted)
        .service("ring", Hosted::new(noted).after(["ring"]))
        .service("lost", Hosted::new(noted).after(["nobody"]).heartbeat(Duration::from_secs(1)))
        .service("needy", |_: Dep<u64>| async {})
        .timed("fast", Every::millis(0), || async {})
        .on(Moment::Starting, |_: Dep<i64>| async {})
        .on(Moment::Starting, |diary: Dep<Diary>| async move { diary.note("started") })
        .expect(["absent"])
        .except(["wrong"])
        .configuration(Layers::new().set("host.x=1"))
        .build()
        .unwrap_err();
    let count = |is: fn(&Problem) -> bool| error.problems().iter().filter(|problem| is(problem)).count();
    assert_eq!(count(|p| matches!(p, Problem::BadName { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::DuplicateName { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::Ring { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::UnknownAfter { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::MissingValue { .. })), 2);
    assert_eq!(count(|p| matches!(p, Problem::TwoValues { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::Option { .. })), 2);
    assert_eq!(count(|p| matches!(p, Problem::Setting { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::Expected { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::UnknownSelection { .. })), 1);
    assert_eq!(error.problems().len(), 12, "{error}");
    let text = error.to_string();
    assert!(text.starts_with("the plan is invalid: 12 problems; nothing has started\n\n"), "{text}");
    assert_eq!(text.matches("\n  help   ").count(), 12);
    assert_eq!(format!("{error:?}"), text, "so that `unwrap` shows it");
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(diary.all(), [""; 0]);
}

#[test]
fn one_problem_is_not_many() {
    let error = Host::builder().build().unwrap_err();
    assert!(
        error.to_string().starts_with("the plan is invalid: 1 problem; nothing has started\n\nthere is no")
    );
}

/// A name that three services have is told of for each of the later ones.
#[test]
fn a_name_that_stands_three_times_is_told_twice() {
    let error = host().service("web", obedient).service("web", obedient).build().unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
}

/// What a service asks for twice is missing once.
#[test]
fn a_value_that_is_missing_is_told_once_for_each_service() {
    let error = host().service("a", |_: Dep<u8>, _: std::sync::Arc<u8>| async {}).build().unwrap_err();
    assert_eq!(error.problems().len(), 1, "{error}");
}
