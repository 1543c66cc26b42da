//! What can be wrong with values and providers: in its exact words, everything at once, and nothing was called.

use std::panic::Location;
use std::sync::Arc;

use hostkit::builder::{Lifetime, Moment, Problem, Provider};
use hostkit::prelude::*;
use hostkit::{BuildError, Every, Host, HostBuilder};

use super::world::{made, only};

struct Feed;
struct Pool;
struct Cache;

trait Mailer: Send + Sync {}
struct Smtp;
impl Mailer for Smtp {}

mod other {
    pub(super) struct Feed;
    pub(super) struct Fees;
}

/// What stands at the line below.
#[track_caller]
fn below() -> String {
    let here = Location::caller();
    format!("{}:{}", here.file(), here.line() + 1)
}

async fn never<T>() -> hostkit::Result<T> {
    panic!("an invalid plan calls nobody")
}

async fn of<T, N>(_: Dep<N>) -> hostkit::Result<T> {
    panic!("an invalid plan calls nobody")
}

async fn needs<T>(_: Dep<T>) {}

#[test]
fn all_who_need_a_missing_value_are_in_one_problem() {
    let first = below();
    let host = Host::builder().service("a", needs::<Feed>);
    let second = below();
    let host = host.timed("b", Every::secs(1), |_: Arc<Feed>, _: Dep<Feed>| async {});
    let third = below();
    let host = host.on(Moment::Started, needs::<Feed>);
    let fourth = below();
    let host = host.provide_with("pool", of::<Pool, Feed>);
    let host = host.service("c", needs::<Pool>).service("d", |_: Option<Dep<Feed>>| async {});
    assert_eq!(
        only(host),
        format!(
            "`a`, `b`, `on-started` and `pool` need `Dep<Feed>`, but no provider returns `Feed`\n  \
             where  `a` at {first}, `b` at {second}, `on-started` at {third}, `pool` at {fourth}\n  \
             why    all values are made before the first service starts\n  \
             help   add a `#[provides]` function that returns `Feed`, or give the host a value of that type: \
             `.provide(value)`"
        )
    );
}

#[test]
fn many_who_need_it_are_counted() {
    let host = (0..100).fold(Host::builder(), |host, n| host.service(format!("s{n:02}"), needs::<Feed>));
    let text = only(host);
    assert!(text.starts_with("`s00`, `s01`, "), "{text}");
    assert!(text.contains("`s09` and 90 more need `Dep<Feed>`"), "{text}");
}

#[test]
fn a_similar_type_is_named_with_who_provides_it() {
    let place = below();
    let host = Host::builder().provide_with("elsewhere", never::<other::Feed>).service("a", needs::<Feed>);
    let text = only(host);
    let meant = format!(
        "did you mean `provides::provides::plan::other::Feed`, of `elsewhere` at {place}? If not, add"
    );
    assert!(text.contains(&meant), "{text}");

    let host = Host::builder().provide_with("maybe", never::<Option<Feed>>).service("a", needs::<Feed>);
    assert!(only(host).contains("did you mean `Option<Feed>`, of `maybe` at "));
    let host = Host::builder().provide_with("plain", never::<Feed>).service("a", needs::<Box<Feed>>);
    assert!(only(host).contains("did you mean `Feed`, of `plain` at "));
    let host = Host::builder().provide(other::Fees).service("a", needs::<Feed>);
    assert!(only(host).contains("did you mean `Fees`, of `.provide(…)` at "));
    let host = Host::builder().provide(7u8).service("a", needs::<Feed>);
    assert!(!only(host).contains("did you mean"));
}

#[test]
fn a_trait_is_not_found_by_a_type_that_has_it() {
    let host = Host::builder().provide(Smtp).service("a", |_: Dep<dyn Mailer>| async {});
    let text = only(host);
    assert!(
        text.starts_with("`a` needs `Dep<dyn Mailer>`, but no provider returns `Arc<dyn Mailer>`\n"),
        "{text}"
    );
    let help = "add a `#[provides]` function that returns `Arc<dyn Mailer>` (a value is not found by its traits), or give";
    assert!(text.contains(help), "{text}");
}

#[test]
fn two_providers_of_a_type_that_is_needed() {
    let first = below();
    let host = Host::builder().provide_with("one", never::<Feed>);
    let second = below();
    let host = host.provide_with("two", never::<Arc<Feed>>);
    let third = below();
    let host = host.provide(Feed);
    let host = host.service("a", needs::<Feed>).service("b", needs::<Feed>);
    assert_eq!(
        only(host),
        format!(
            "`Feed` has more than one provider: `.provide(…)`, `one` and `two`\n  \
             where  `.provide(…)` at {third}, `one` at {first}, `two` at {second}\n  \
             why    values are found by type, so a type has one provider\n  \
             help   remove one, or wrap one in a new type: `struct Other(Feed);`"
        )
    );
}

/// Only what something that runs needs counts.
#[test]
fn what_nothing_needs_is_no_problem() {
    let host = Host::builder()
        .provide_with("one", never::<Feed>)
        .provide_with("two", never::<Feed>)
        .provide_with("ring", of::<Pool, Pool>)
        .provide_with("poor", of::<Cache, u64>)
        .service("a", || async {})
        .service("off", |_: Dep<Feed>, _: Dep<Pool>, _: Dep<Cache>| async {})
        .except(["off"]);
    assert!(host.build().is_ok());
}

#[test]
fn providers_that_need_each_other() {
    let line = line!();
    let host = Host::builder()
        .provide_with("feed", of::<Feed, Pool>)
        .provide_with("pool", of::<Pool, Cache>)
        .provide_with("cache", of::<Cache, Feed>)
        .service("a", needs::<Feed>);
    let (file, feed, pool, cache) = (file!(), line + 2, line + 3, line + 4);
    assert_eq!(
        only(host),
        format!(
            "providers need each other: `feed` needs `Dep<Pool>` of `pool`, which needs `Dep<Cache>` of `cache`, which needs \
             `Dep<Feed>` of `feed`\n  \
             where  `feed` at {file}:{feed}, `pool` at {file}:{pool}, `cache` at {file}:{cache}\n  \
             why    none of them can be called first\n  \
             help   remove one of these parameters, or move what both need into a third value"
        )
    );
}

#[test]
fn a_provider_that_needs_itself() {
    let host = Host::builder().provide_with("feed", of::<Feed, Feed>).service("a", needs::<Feed>);
    assert!(only(host).starts_with("`feed` needs the `Dep<Feed>` that it makes itself\n"));
    let by_trait = Host::builder()
        .provide_with("mailer", |_: Dep<dyn Mailer>| async { made::<Arc<dyn Mailer>>(Arc::new(Smtp)) })
        .service("a", |_: Dep<dyn Mailer>| async {});
    assert!(only(by_trait).starts_with("`mailer` needs the `Dep<Arc<dyn Mailer>>` that it makes itself\n"));
}

#[test]
fn every_ring_is_told() {
    let host = Host::builder()
        .provide_with("a", of::<u8, u16>)
        .provide_with("b", of::<u16, u8>)
        .provide_with("c", of::<u32, u32>)
        .service("s", |_: Dep<u8>, _: Dep<u32>| async {});
    let error = host.build().unwrap_err();
    assert_eq!(error.problems().len(), 2, "{error}");
    assert!(error.problems().iter().all(|problem| matches!(problem, Problem::ProviderRing { .. })));
}

fn per_run() -> Provider<Feed> {
    Provider::new(never::<Feed>).scope(Lifetime::Run)
}

#[test]
fn a_value_of_one_run_where_there_are_no_runs() {
    let made = below();
    let host = Host::builder().provide_with("feed", per_run());
    let service = below();
    let host = host.service("web", needs::<Feed>);
    let hook = below();
    let host = host.on(Moment::Stopped, |_: Option<Dep<Feed>>| async {});
    let shared = below();
    let host = host.provide_with("pool", of::<Pool, Feed>);
    let host = host.timed("fine", Every::secs(1), |_: Dep<Feed>, _: Dep<Pool>| async {});
    assert_eq!(
        only(host),
        format!(
            "`web`, `on-stopped` and `pool` need `Dep<Feed>`, which is made for one run only\n  \
             where  `web` at {service}, `on-stopped` at {hook}, `pool` at {shared}; `feed` at {made}\n  \
             why    it lives for one run of a timer or one attempt at a job; a hosted service, a hook and a shared value live \
             longer\n  \
             help   remove `scope = \"run\"` from `feed`, or take the values that it is made from"
        )
    );
}

#[test]
fn options_that_can_do_nothing() {
    let faults: [(Provider<Feed>, &str); 2] = [
        (
            Provider::new(never::<Feed>).close_timeout(Duration::from_secs(1)),
            "`feed`: `close_timeout` has no effect without `close`",
        ),
        (
            Provider::new(never::<Feed>).close(|_: Arc<Feed>| async {}).close_timeout(Duration::ZERO),
            "`feed`: `close_timeout` cannot be zero",
        ),
    ];
    for (provider, says) in faults {
        let host = Host::builder().provide_with("feed", provider).service("a", || async {});
        assert!(only(host).starts_with(says));
    }
    let nothing = Host::builder().provide_with("nothing", never::<()>).service("a", || async {});
    assert!(only(nothing).starts_with("`nothing`: it returns nothing that could be shared\n"));
    let name = Host::builder().provide_with("my feed", never::<Feed>).service("a", || async {});
    assert!(only(name).starts_with("`my feed`: \"my feed\" has a space in it"));
}

#[test]
fn everything_is_told_at_once() {
    let host: HostBuilder = Host::builder()
        .provide_with("one", never::<Feed>)
        .provide_with("two", never::<Feed>)
        .provide_with("ring", of::<Pool, Pool>)
        .provide_with("poor", of::<Cache, u64>)
        .provide_with("run", Provider::new(never::<u16>).scope(Lifetime::Run))
        .provide(1u8)
        .provide(2u8)
        .service("a", |_: Dep<Feed>, _: Dep<Pool>, _: Dep<Cache>, _: Dep<u16>, _: Dep<u32>| async {});
    let error: BuildError = host.build().unwrap_err();
    let count = |is: fn(&Problem) -> bool| error.problems().iter().filter(|problem| is(problem)).count();
    assert_eq!(count(|p| matches!(p, Problem::TwoProviders { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::TwoValues { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::ProviderRing { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::OutlivesRun { .. })), 1);
    assert_eq!(count(|p| matches!(p, Problem::MissingValue { .. })), 2);
    assert_eq!(error.problems().len(), 6, "{error}");
}
