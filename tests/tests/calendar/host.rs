//! Cron timers of a whole host, on a clock that starts where the test says: changed clocks, long waits, wrong schedules.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use hostkit::builder::Timed;
use hostkit::param::{Cause, Dep, Tick};
use hostkit::schedule::{Cron, Days, Schedule};
use hostkit::testing::{TestHost, TestHostBuilder, TestStartError};
use jiff::Timestamp;
use tokio::time::Instant;

const HOUR: Duration = Duration::from_secs(60 * 60);

#[derive(Default)]
struct Dues(Mutex<Vec<String>>);

impl Dues {
    fn of(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

async fn note(tick: Tick, dues: Dep<Dues>) {
    assert_eq!((tick.cause(), tick.missed()), (Cause::Schedule, 0));
    dues.0.lock().unwrap().push(Timestamp::try_from(tick.due()).unwrap().to_string());
}

fn at(text: &str) -> SystemTime {
    text.parse::<Timestamp>().unwrap().into()
}

fn timed(schedule: impl Into<Schedule>, start: &str) -> (TestHostBuilder, Arc<Dues>) {
    let dues = Arc::new(Dues::default());
    let host = TestHost::empty().provide(dues.clone()).timed("t", schedule, Timed::new(note)).at(at(start));
    (host, dues)
}

fn berlin(expression: &str) -> Cron {
    Cron::new(expression).tz("Europe/Berlin")
}

#[tokio::test(start_paused = true)]
async fn a_fixed_time_runs_once_a_day_when_clocks_go_forward() {
    let (host, dues) = timed(berlin("30 2 * * *"), "2026-03-28T00:00:00Z");
    let host = host.start().await.unwrap();
    host.advance(72 * HOUR).await;
    assert_eq!(dues.of(), ["2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"]);
    assert_eq!(
        (host.service("t").timer().unwrap().missed(), host.service("t").timer().unwrap().late()),
        (0, 0)
    );
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_fixed_time_runs_once_a_day_when_clocks_go_back() {
    let (host, dues) = timed(berlin("30 2 * * *"), "2026-10-24T00:00:00Z");
    let host = host.start().await.unwrap();
    host.advance(72 * HOUR).await;
    assert_eq!(dues.of(), ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"]);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn an_interval_keeps_real_time_when_clocks_go_back() {
    let (host, dues) = timed(berlin("*/30 * * * *"), "2026-10-24T23:59:59Z");
    let host = host.start().await.unwrap();
    host.advance(2 * HOUR).await;
    let expected = ["00:00", "00:30", "01:00", "01:30"].map(|time| format!("2026-10-25T{time}:00Z"));
    assert_eq!(dues.of(), expected);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn one_can_go_from_due_time_to_due_time_over_years() {
    let (host, dues) = timed(Cron::new("0 0 29 2 *"), "2026-01-01T00:00:00Z");
    let host = host.start().await.unwrap();
    let begun = Instant::now();
    for _ in 0..3 {
        host.advance_to_next("t").await;
    }
    assert_eq!(dues.of(), ["2028-02-29T00:00:00Z", "2032-02-29T00:00:00Z", "2036-02-29T00:00:00Z"]);
    assert_eq!(host.service("t").timer().unwrap().next_due(), Some(at("2040-02-29T00:00:00Z")));
    assert!(begun.elapsed() > 10 * 365 * 24 * HOUR);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn both_day_fields_do_as_the_rule_says() {
    let (host, dues) = timed(Cron::new("0 0 13 * FRI").days(Days::All), "2026-01-01T00:00:00Z");
    let host = host.start().await.unwrap();
    host.advance(80 * 24 * HOUR).await;
    assert_eq!(dues.of(), ["2026-02-13T00:00:00Z", "2026-03-13T00:00:00Z"]);
    assert!(host.stop().await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn jitter_only_adds() {
    let jittery = Timed::new(note).jitter(Duration::from_secs(30));
    let dues = Arc::new(Dues::default());
    let host = TestHost::empty().provide(dues.clone()).at(at("2026-01-01T00:00:30Z"));
    let host = host.timed("t", Cron::new("* * * * *"), jittery).start().await.unwrap();
    host.advance(HOUR).await;
    let runs = host.service("t").timer().unwrap().last_runs();
    assert_eq!(runs.len(), 20);
    for run in runs {
        let late = run.started.duration_since(run.due).unwrap();
        assert!(late <= Duration::from_secs(31), "{late:?}");
    }
    assert_eq!(dues.of().len(), 60, "a due time and its jitter may lie on both sides of the end");
    host.stop().await;
}

/// What the plan says of a schedule.
async fn refused(schedule: Cron, timed: Timed) -> String {
    match TestHost::empty().timed("t", schedule, timed).start().await {
        Err(TestStartError::Plan(error)) => error.to_string(),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("it started"),
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_wrong_with_a_schedule_is_a_problem_of_the_plan() {
    let nothing = || Timed::new(|| async {});
    for (schedule, parts) in [
        (berlin("0 9 * * 8"), &["day-of-week 8", "0 9 * * 8\n", "^"][..]),
        (Cron::new("0 0 30 2 *"), &["0 0 30 2 *"]),
        (Cron::new("@daily").tz("Europe/Berln"), &["no time zone \"Europe/Berln\"", "\"Europe/Berlin\""]),
        (Cron::new("0 0 13 * FRI"), &["both day fields are restricted"]),
        (Cron::new("@daily").days(Days::Any), &["`days` has no effect"]),
        (Cron::new("nonsense").tz("Narnia"), &["2 problems", "nonsense", "\"Narnia\""]),
    ] {
        let told = refused(schedule, nothing()).await;
        for part in parts {
            assert!(told.contains(part), "{told}\nlacks {part}");
        }
        println!("{told}\n");
    }
    let told = refused(Cron::new("@daily"), nothing().first(HOUR)).await;
    assert!(told.contains("`first` has no effect"), "{told}");
}

/// In Berlin clocks leap over this hour on each last Sunday of March.
#[tokio::test(start_paused = true)]
async fn a_schedule_that_is_never_due_is_refused() {
    let told = refused(berlin("*/5 2 ? 3 SUNL"), Timed::new(|| async {})).await;
    for part in ["`t`", "it is never due", "leap over them", "choose other times"] {
        assert!(told.contains(part), "{told}\nlacks {part}");
    }
}

#[tokio::test(start_paused = true)]
async fn jitter_is_less_than_the_smallest_distance_of_due_times() {
    let jittery = |seconds| Timed::new(|| async {}).jitter(Duration::from_secs(seconds));
    for (expression, closest, said) in [
        ("* * * * *", 60, "1m"),
        ("0,20,59 * * * * *", 1, "1s"),
        ("0,50 9 * * *", 50 * 60, "50m"),
        ("0 0 1,29 * *", 24 * 60 * 60, "1d"),
    ] {
        let told = refused(Cron::new(expression), jittery(closest)).await;
        let expected = format!("some due times lie {said} apart");
        assert!(told.contains(&expected), "{told}\nlacks {expected}");
        let host = TestHost::empty().timed("t", Cron::new(expression), jittery(closest - 1));
        assert!(host.start().await.unwrap().stop().await.is_clean(), "{expression}");
    }
    // 1,000 due times of the rarest schedule are looked at in no time.
    let begun = std::time::Instant::now();
    let host = TestHost::empty().timed("t", berlin("59 59 23 29 2 *"), jittery(60)).start().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
    host.stop().await;
}
