//! `[services.NAME]`: every option of every service from outside, with the checks and the words of an attribute.

use std::time::Duration;

use hostkit::builder::{Hosted, OnFailure, Timed};
use hostkit::config::Layers;
use hostkit::param::Heartbeat;
use hostkit::schedule::{Cron, Delay};
use hostkit::testing::TestHost;
use hostkit::{Every, Host, HostBuilder};

use super::world::{ends, obedient};

fn host() -> HostBuilder {
    Host::builder()
        .service("pump", obedient)
        .service("feed", Hosted::new(|_heart: Heartbeat| async {}).on_failure(OnFailure::Restart))
        .service("a.b-c", obedient)
        .timed("sweep", Every::secs(10), || async {})
        .timed("probe", Delay::secs(1), Timed::new(|| async {}).first(Duration::from_secs(5)))
        .timed("report", Cron::new("0 9 * * *").tz("Europe/Berlin"), || async {})
}

/// The problems of these settings, each as `what | help`.
fn problems(sets: &[&str]) -> Vec<String> {
    let layers = sets.iter().fold(Layers::new(), |layers, set| layers.set(set));
    match host().configuration(layers).build() {
        Ok(_) => Vec::new(),
        Err(error) => error.problems().iter().map(|p| format!("{} | {}", p.what(), p.help())).collect(),
    }
}

/// Each wrong setting, and all that is said of it, in its exact words.
#[rustfmt::skip]
#[test]
fn every_wrong_option_has_its_sentence() {
    let wrong: &[(&[&str], &[&str])] = &[
        (&["services.pump.every=1s"], &["`services.pump.every` belongs to #[timed], not to #[hosted_service] | possible: `group`, `enabled`, `after`, `on_failure`, `on_finish`, `backoff`, `max_restarts`, `within`, `start_timeout`, `stop_timeout`, `heartbeat`"]),
        (&["services.pump.stop_timout=1s"], &["`services.pump.stop_timout` is no option of #[hosted_service] | did you mean `stop_timeout`? (possible: `group`, `enabled`, `after`, `on_failure`, `on_finish`, `backoff`, `max_restarts`, `within`, `start_timeout`, `stop_timeout`, `heartbeat`)"]),
        (&["services.pump.name=other"], &["`services.pump.name` identifies the service in the configuration | set it in the code"]),
        (&["services.pump.crate=x"], &["`services.pump.crate` can't be configured | set it in the code"]),
        (&["services.pump.enabled=maybe"], &["`services.pump.enabled` takes `true` or `false`, not the text \"maybe\" | write `enabled = true`"]),
        (&["services.pump.enabled=1"], &["`services.pump.enabled` takes `true` or `false`, not the text \"1\" | write `enabled = true`"]),
        (&["services.pump.group=a b"], &["`services.pump.group`: \"a b\" has a space in it, and a name has letters, digits, `_`, `-` and `.` only | write \"a_b\""]),
        (&["services.pump.after=sweeep"], &["`services.pump.after` names `sweeep`, but there is no service named `sweeep` | did you mean `sweep`?"]),
        (&["services.pump.after=pump"], &["`pump` starts after itself | remove one `after` to break the cycle"]),
        (&["services.pump.after=[feed, feed]"], &["`services.pump.after` names \"feed\" twice | keep one of them"]),
        (&["services.pump.stop_timeout=10"], &["`services.pump.stop_timeout`: \"10\" has no unit | write \"10s\" for seconds or \"10ms\" for milliseconds"]),
        (&["services.pump.stop_timeout=1.5s"], &["`services.pump.stop_timeout`: \"1.5s\" is a fraction | write it in whole numbers, \"1s 500ms\""]),
        (&["services.pump.start_timeout=0s"], &["`services.pump.start_timeout` cannot be zero | write a duration such as \"10s\""]),
        (&["services.pump.on_failure=retry"], &["`services.pump.on_failure` cannot be \"retry\" | write \"stop\" or \"restart\" or \"ignore\""]),
        (&["services.pump.on_failure=restrat"], &["`services.pump.on_failure` cannot be \"restrat\" | did you mean \"restart\"? (possible: \"stop\", \"restart\", \"ignore\")"]),
        (&["services.pump.on_finish=never"], &["`services.pump.on_finish` cannot be \"never\" | write \"continue\" or \"stop\" or \"restart\""]),
        (&["services.pump.backoff=1s..2s"], &["`services.pump.backoff` has no effect without `on_failure = \"restart\"` or `on_finish = \"restart\"` | write that, or remove `backoff`"]),
        (&["services.pump.max_restarts=3"], &["`services.pump.max_restarts` has no effect without `on_failure = \"restart\"` | write that, or remove `max_restarts`"]),
        (&["services.pump.within=1m"], &["`services.pump.within` has no effect without `on_failure = \"restart\"` | write that, or remove `within`"]),
        (&["services.pump.heartbeat=1s"], &["`services.pump.heartbeat` is set, but the service has no `Heartbeat` to beat with | add a parameter `heart: Heartbeat`, or remove the option"]),
        (&["services.pump.retries=3"], &["`services.pump.retries` belongs to #[timed] and #[queued], not to #[hosted_service] | possible: `group`, `enabled`, `after`, `on_failure`, `on_finish`, `backoff`, `max_restarts`, `within`, `start_timeout`, `stop_timeout`, `heartbeat`"]),
        (&["services.pump.workers=3"], &["`services.pump.workers` belongs to #[queued], not to #[hosted_service] | possible: `group`, `enabled`, `after`, `on_failure`, `on_finish`, `backoff`, `max_restarts`, `within`, `start_timeout`, `stop_timeout`, `heartbeat`"]),
        (&["services.feed.backoff=1m..1s"], &["`services.feed.backoff`: the range ends before it begins | write \"1s..1m\""]),
        (&["services.feed.backoff=0s..1m"], &["`services.feed.backoff`: a wait that begins at \"0s\" never grows | write \"1ms..1m\", or \"0s..0s\" for no wait at all"]),
        (&["services.feed.backoff=1s"], &["`services.feed.backoff`: \"1s\" is one duration | write a range of two, such as \"1s..1s\""]),
        (&["services.feed.max_restarts=0"], &["`services.feed.max_restarts` must be at least 1, not 0 | write 1 or more"]),
        (&["services.feed.max_restarts=-1"], &["`services.feed.max_restarts` must be at least 1, not -1 | write 1 or more"]),
        (&["services.feed.max_restarts=many"], &["`services.feed.max_restarts` takes a whole number, not the text \"many\" | write `max_restarts = 5`"]),
        (&["services.feed.max_restarts=100"], &["`services.feed.within` is 1m, but 100 restarts take at least 48m 1s with this `backoff`, so that they are never used up and it is restarted for ever | make `within` longer, or `backoff` shorter, or `max_restarts` smaller"]),
        (&["services.feed.within=0s"], &["`services.feed.within` cannot be zero | write a duration such as \"10s\""]),
        (&["services.feed.within=5s"], &["`services.feed.within` is 5s, but 5 restarts take at least 31s with this `backoff`, so that they are never used up and it is restarted for ever | make `within` longer, or `backoff` shorter, or `max_restarts` smaller"]),
        (&["services.feed.on_failure=ignore", "services.feed.within=5s"], &["`services.feed.within` has no effect without `on_failure = \"restart\"` | write that, or remove `within`"]),
        (&["services.sweep.every=10us"], &["`services.sweep.every` cannot be \"10us\" | the timer's resolution is one millisecond, so write \"1ms\" or more"]),
        (&["services.sweep.every=0s"], &["`services.sweep.every` cannot be zero | write a duration such as \"10s\""]),
        (&["services.sweep.every=soon"], &["`services.sweep.every`: `soon` stands where a number should | write a number and a unit, such as \"10s\" or \"1m 30s\""]),
        (&["services.sweep.every=1s", "services.sweep.delay=1s"], &["`services.sweep.delay` cannot stand beside `every` | there is exactly one of `every`, `delay` and `cron`; keep one of them"]),
        (&["services.sweep.cron=61 * * * *"], &["`services.sweep.cron`: minute 61 | use 0-59\n    61 * * * *\n    ^^"]),
        (&["services.sweep.cron=0 0 30 2 *"], &["`services.sweep.cron`: day-of-month 30 never comes | FEB has at most 29 days\n    0 0 30 2 *\n        ^^ ^"]),
        (&["services.sweep.cron=0 0 13 * FRI"], &["`services.sweep.cron`: both day fields are restricted | say with `days = \"any\"` that one of them is enough, or with `days = \"all\"` that both have to hold\n    0 0 13 * FRI\n        ^^   ^^^"]),
        (&["services.sweep.tz=Europe/Berlin"], &["`services.sweep.tz` has no effect without `cron` | write that, or remove `tz`"]),
        (&["services.sweep.days=any"], &["`services.sweep.days` has no effect without `cron` | write that, or remove `days`"]),
        (&["services.sweep.jitter=10s"], &["`services.sweep.jitter` is 10s, but due times lie 10s apart | use less, so that they stay in order"]),
        (&["services.sweep.jitter=-1s"], &["`services.sweep.jitter`: a duration cannot be negative | write it without the `-`, such as \"10s\""]),
        (&["services.sweep.timeout=0s"], &["`services.sweep.timeout` cannot be zero | write a duration such as \"10s\""]),
        (&["services.sweep.overlap=both"], &["`services.sweep.overlap` cannot be \"both\" | write \"skip\" or \"queue\" or \"allow\" or \"cancel\""]),
        (&["services.sweep.missed=never"], &["`services.sweep.missed` cannot be \"never\" | write \"once\" or \"skip\" or \"all\""]),
        (&["services.sweep.backoff=1s..2s"], &["`services.sweep.backoff` has no effect without `retries` | write that, or remove `backoff`"]),
        (&["services.sweep.retries=x"], &["`services.sweep.retries` takes a whole number, not the text \"x\" | write `retries = 0`"]),
        (&["services.sweep.max_failures=0"], &["`services.sweep.max_failures` must be at least 1, not 0 | write 1 or more"]),
        (&["services.sweep.on_failure=restart"], &["`services.sweep.on_failure` cannot be \"restart\" | write \"continue\" or \"stop\""]),
        (&["services.sweep.on_failure=stop", "services.sweep.max_failures=3"], &["`services.sweep.max_failures` has no effect without `on_failure = \"continue\"` | write that, or remove `max_failures`"]),
        (&["services.sweep.max_restarts=3"], &["`services.sweep.max_restarts` belongs to #[hosted_service], not to #[timed] | possible: `every`, `delay`, `cron`, `days`, `first`, `jitter`, `timeout`, `overlap`, `missed`, `retries`, `backoff`, `group`, `enabled`, `after`, `tz`, `on_failure`, `max_failures`, `failure_level`, `stop_timeout`"]),
        (&["services.probe.first=soon"], &["`services.probe.first`: `soon` stands where a number should | write a number and a unit, such as \"10s\" or \"1m 30s\""]),
        (&["services.report.tz=Europe/Berln"], &["`services.report.tz`: there is no time zone \"Europe/Berln\" | did you mean \"Europe/Berlin\"?"]),
        (&["services.report.tz=no zone"], &["`services.report.tz`: \"no zone\" is no name of a time zone | write one such as \"Europe/Berlin\" or \"UTC\""]),
        (&["services.report.days=any"], &["`services.report.days`: neither day field is restricted, so that `days` has no effect | remove `days`, or restrict both day fields\n    0 9 * * *\n        ^   ^"]),
        (&["services.report.first=1s"], &["`services.report.first` has no effect without `every` or `delay` | write that, or remove `first`"]),
        (&["services.report.cron=* * * * * * *"], &["`services.report.cron`: seven fields | the year is not supported; write six, second minute hour day-of-month month day-of-week\n    * * * * * * *\n                ^"]),
        (&["services.report.cron=CRON_TZ=UTC 0 9 * * *"], &["`services.report.cron`: the time zone is an option of its own | remove it here, and write `tz = \"UTC\"`\n    CRON_TZ=UTC 0 9 * * *\n    ^^^^^^^^^^^"]),
        (&["services.swep.every=1s"], &["`services.swep`: there is no service named `swep` | did you mean `sweep`?"]),
        (&["services.nobody.enabled=false"], &["`services.nobody`: there is no service named `nobody` | remove the section, or run `list` to see all services"]),
        (&["services.pump=1"], &["`services.pump`: is a section and takes no value | write an option of it, as in `services.my_service.enabled = false`"]),
        (&["services=1"], &["`services`: is a section and takes no value | write an option of it, as in `services.my_service.enabled = false`"]),
        (&["services.\"a.b-c\".stop_timeout=x"], &["`services.\"a.b-c\".stop_timeout`: `x` stands where a number should | write a number and a unit, such as \"10s\" or \"1m 30s\""]),
        (&["services.a.b-c.stop_timeout=1s"], &["`services.a`: there is no service named `a` | remove the section, or run `list` to see all services"]),
        (&["log.format=xml"], &["`log.format` cannot be \"xml\" | write \"text\" or \"json\""]),
        (&["log.filter=[x]=1"], &["`log.filter` can't filter by span | write targets and levels, such as \"info,my_worker=debug\""]),
        (&["log.filter=a=b=c"], &["`log.filter` can't be parsed (invalid filter directive: too many '=' in filter directive, expected 0 or 1) | write targets and levels, such as \"info,my_worker=debug\""]),
        (&["log.level=info"], &["`log.level` is no option of [log] | possible: `format`, `filter`"]),
        (&["logs.filter=info"], &["`logs.filter`: nothing reads `[logs]` | did you mean `[log]`?"]),
        (&["service.pump.enabled=false"], &["`service.pump.enabled`: nothing reads `[service]` | did you mean `[services]`?"]),
    ];
    for (sets, told) in wrong {
        assert_eq!(problems(sets), *told, "{sets:?}");
    }
}

/// A file is strict: a text is no number, and the place is the line.
#[test]
fn a_file_tells_its_line() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("hostkit.toml");
    let text = "[services.sweep]\nretries = \"3\"\nevery = 10\n\n[services.pump]\nenabled = \"no\"\nheartbeat = \"1s\"\n";
    std::fs::write(&path, text).unwrap();
    let error = host().configuration(Layers::new().file(&path)).build().unwrap_err();
    let told: Vec<_> = error.problems().iter().map(|p| format!("{} | {}", p.place(), p.help())).collect();
    let at = |line: u32, help: &str| format!("{}:{line} | {help}", path.display());
    assert_eq!(
        told,
        [
            at(6, "write `enabled = false`"),
            at(3, "write \"10s\""),
            at(2, "write 3"),
            at(7, "add a parameter `heart: Heartbeat`, or remove the option"),
        ]
    );
}

/// Runs the host for a minute of paused time, and counts how often each of these ran.
async fn runs<const N: usize>(host: HostBuilder, sets: &[&str], names: [&str; N]) -> [u64; N] {
    let layers = sets.iter().fold(Layers::new(), |layers, set| layers.set(set));
    let host = host.configuration(layers).build().unwrap().start().await.unwrap();
    tokio::time::sleep(Duration::from_millis(60_500)).await;
    let handle = host.handle();
    let counts = names.map(|name| handle.service(name).map_or(0, |service| service.runs()));
    ends(host.stop()).await;
    counts
}

#[tokio::test(start_paused = true)]
async fn what_is_configured_counts_and_not_what_the_code_says() {
    let timers = || {
        Host::builder()
            .timed("sweep", Every::secs(10), || async {})
            .timed("probe", Delay::secs(1), Timed::new(|| async {}).first(Duration::from_secs(5)))
            .timed("idle", Every::secs(1), Timed::new(|| async {}).enabled(false))
    };
    assert_eq!(runs(timers(), &[], ["sweep", "probe", "idle"]).await, [7, 56, 0]);
    let sets = ["services.sweep.every=20s", "services.probe.first=31s", "services.idle.enabled=true"];
    assert_eq!(runs(timers(), &sets, ["sweep", "probe", "idle"]).await, [4, 30, 61]);
    let sets = ["services.sweep.delay=30s", "services.sweep.first=30s", "services.probe.enabled=false"];
    assert_eq!(runs(timers(), &sets, ["sweep", "probe"]).await, [2, 0]);
}

/// Another trigger takes the place of the one in the code, and of what hung on that.
#[tokio::test(start_paused = true)]
async fn a_configured_schedule_takes_the_place_of_the_one_in_the_code() {
    let probe = Timed::new(|| async {}).first(Duration::from_secs(5));
    let host = TestHost::empty().timed("probe", Delay::secs(1), probe).at(std::time::SystemTime::UNIX_EPOCH);
    let host = host.config("services.probe.cron", "*/15 * * * * *").start().await.unwrap();
    host.advance(Duration::from_secs(60)).await;
    assert_eq!(host.service("probe").runs(), 4);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn the_policy_of_a_service_can_be_configured() {
    let failing =
        || Host::builder().service("feed", || async { Err::<(), _>("no feed") }).service("web", obedient);
    let sets =
        ["services.feed.on_failure=restart", "services.feed.backoff=1s..1s", "services.feed.max_restarts=50"];
    let layers = sets.iter().fold(Layers::new(), |layers, set| layers.set(set));
    let report = ends(failing().configuration(layers).build().unwrap().start().await.unwrap().wait()).await;
    assert_eq!(report.service("feed").unwrap().restarts(), 50);
    let layers = Layers::new().set("services.feed.on_failure=ignore");
    let host = failing().configuration(layers).build().unwrap().start().await.unwrap();
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(host.handle().service("feed").unwrap().failures(), 1);
    ends(host.stop()).await;
}

#[test]
fn order_group_and_selection_can_be_configured() {
    let groups = Layers::new().set("services.pump.group=io").set("services.sweep.group=io");
    assert!(host().configuration(groups.clone()).only(["io"]).build().is_ok());
    assert!(host().only(["io"]).build().is_err(), "without it there is no such group");
    let ring = groups.set("services.pump.after=sweep").set("services.sweep.after=[\"pump\"]");
    let error = host().configuration(ring).build().unwrap_err();
    assert!(
        error.to_string().contains("services wait for each other: `pump` after `sweep` after `pump`"),
        "{error}"
    );
}

/// The environment has neither `.` nor `-` nor capitals.
#[tokio::test(start_paused = true)]
async fn a_name_of_the_environment_means_the_service_that_is_written_so() {
    let host = || Host::builder().timed("My.job-2", Every::secs(10), || async {});
    let variable = |key: &str, value: &str| [(key.to_owned(), value.to_owned())];
    let slower = Layers::new().environment(variable("HOSTKIT__SERVICES__MY_JOB_2__EVERY", "30s"));
    assert_eq!(runs(host().configuration(slower.clone()), &[], ["My.job-2"]).await, [3]);
    let both = r#"services."My.job-2".every=60s"#;
    assert_eq!(runs(host().configuration(slower), &[both], ["My.job-2"]).await, [2], "`--set` is above it");
    let unknown = Layers::new().environment(variable("HOSTKIT__SERVICES__MY_JOB_3__EVERY", "30s"));
    let error = host().configuration(unknown).build().unwrap_err().to_string();
    assert!(error.contains("the environment variable HOSTKIT__SERVICES__MY_JOB_3__EVERY"), "{error}");
}
