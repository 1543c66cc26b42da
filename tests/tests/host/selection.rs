//! What runs of what there is: `only`, `except`, groups, `enabled`; hooks always do.

use hostkit::builder::{Hosted, Moment, Problem, Timed};
use hostkit::param::Dep;
use hostkit::{BuildError, Every, Host, HostBuilder};

use super::world::{Diary, noted, obedient, started};

/// Two services and a timer, in two groups.
fn all() -> HostBuilder {
    Host::builder()
        .service("mail", Hosted::new(obedient).group("outbound"))
        .service("web", Hosted::new(obedient).group("inbound"))
        .timed("push", Every::secs(60), Timed::new(|| async {}).group("outbound"))
        .service("web.static", obedient)
}

async fn runs(host: HostBuilder) -> Vec<String> {
    let host = started(host).await;
    let names = host.handle().services().iter().map(|service| service.name().to_owned()).collect();
    host.stop().await;
    names
}

fn problems(host: HostBuilder) -> Vec<String> {
    let error: BuildError = host.build().unwrap_err();
    error.problems().iter().map(|problem| format!("{}: {}", problem.what(), problem.help())).collect()
}

#[tokio::test(start_paused = true)]
async fn only_and_except_take_names_and_groups() {
    assert_eq!(runs(all()).await, ["mail", "push", "web", "web.static"]);
    assert_eq!(runs(all().only(["web"])).await, ["web"]);
    assert_eq!(runs(all().only(["outbound"])).await, ["mail", "push"]);
    assert_eq!(runs(all().only(["outbound", "web.static"])).await, ["mail", "push", "web.static"]);
    assert_eq!(runs(all().only(["web"]).only(["mail"])).await, ["mail", "web"], "it adds up");
    assert_eq!(runs(all().except(["outbound"])).await, ["web", "web.static"]);
    assert_eq!(runs(all().except(["web", "push"])).await, ["mail", "web.static"]);
    assert_eq!(runs(all().only(["outbound"]).except(["push"])).await, ["mail"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_switched_off_does_not_run() {
    let host = all().service("off", Hosted::new(obedient).enabled(false));
    assert_eq!(runs(host).await, ["mail", "push", "web", "web.static"]);
}

#[test]
fn a_name_that_selects_nothing_is_a_problem() {
    assert_eq!(
        problems(all().only(["outbond"])),
        [
            "no service or group is named `outbond`: did you mean `outbound`?",
            "every service is off: turn one on",
        ]
    );
    let host = all().only(["web"]).except(["mial"]);
    assert_eq!(problems(host), ["no service or group is named `mial`: did you mean `mail`?"]);
    assert_eq!(
        problems(all().except(["zzz"])),
        [
            "no service or group is named `zzz`: run `list` to see all names; if its crate is not linked, link it: \
         `hostkit::main!(link = [that_crate])`, or, in a test or a `main` of your own, `hostkit::link!();` or `use that_crate as _;`"
        ]
    );
}

#[test]
fn selecting_nothing_at_all_is_a_problem() {
    for host in [
        all().only(["web"]).except(["inbound"]),
        all().only([""; 0]),
        Host::builder().service("off", Hosted::new(obedient).enabled(false)),
    ] {
        let error = host.build().unwrap_err();
        assert!(matches!(error.problems(), [Problem::Nothing { declared: 1.. }]), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn hooks_are_never_filtered() {
    let diary = Diary::new();
    let host = all()
        .provide(diary.clone())
        .only(["web"])
        .on(Moment::Started, |diary: Dep<Diary>| async move { diary.note("hook") });
    runs(host).await;
    assert_eq!(diary.all(), ["hook"]);
}

/// An `after` orders, it does not demand: what is left out is neither started nor waited for, but the order stays.
#[tokio::test(start_paused = true)]
async fn an_order_holds_across_what_is_left_out() {
    for leave_out in [
        (|host: HostBuilder| host.except(["b-mid"])) as fn(HostBuilder) -> HostBuilder,
        |host: HostBuilder| host.only(["z-first", "a-last"]),
    ] {
        let diary = Diary::new();
        let host = Host::builder()
            .provide(diary.clone())
            .service("a-last", Hosted::new(noted).after(["b-mid"]))
            .service("b-mid", Hosted::new(noted).after(["z-first"]))
            .service("z-first", noted);
        runs(leave_out(host)).await;
        assert_eq!(diary.all(), ["z-first began", "a-last began", "a-last told", "z-first told"]);
    }
}

/// Only what runs needs anything; an order is checked for all.
#[test]
fn what_is_left_out_needs_nothing_but_must_make_sense() {
    let needy = || Hosted::new(|_: Dep<u32>| async {});
    let host = || Host::builder().service("a", obedient);
    assert!(host().service("b", needy().enabled(false)).build().is_ok());
    assert!(host().service("b", needy()).except(["b"]).build().is_ok());
    assert_eq!(problems(host().service("b", needy())).len(), 1);
    assert_eq!(
        problems(host().service("b", Hosted::new(obedient).enabled(false).after(["nobody"]))).len(),
        1
    );
}

#[test]
fn what_is_expected_must_be_there_though_it_may_be_off() {
    let host = || {
        Host::builder().service("heartbeat", obedient).service("off", Hosted::new(obedient).enabled(false))
    };
    assert!(host().expect(["heartbeat", "off"]).build().is_ok());
    assert_eq!(
        problems(host().expect(["heartbeet"])),
        ["`expect` names `heartbeet`, but there is no service named `heartbeet`: did you mean `heartbeat`?",]
    );
    assert_eq!(
        problems(host().expect(["billing"])),
        [
            "`expect` names `billing`, but there is no service named `billing`: link the crate that has `billing`: \
         `hostkit::main!(link = [that_crate])`, or, in a test or a `main` of your own, `hostkit::link!();` or `use that_crate as _;`; or remove it from `expect`",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn a_group_may_have_the_name_of_a_service() {
    let host = Host::builder()
        .service("web", obedient)
        .service("api", Hosted::new(obedient).group("web"))
        .service("db", obedient);
    assert_eq!(runs(host.only(["web"])).await, ["api", "web"]);
}
