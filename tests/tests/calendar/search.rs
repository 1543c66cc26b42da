//! The search ends: at the rarest dates, in the gaps that never hold a run, at both ends of time; and how long it takes.

use super::door::CronSchedule;
use hostkit_grammar::cron::{Cron, Days};
use jiff::Timestamp;
use jiff::tz::db;
use proptest::prelude::*;
use std::time::{Duration, Instant};

fn schedule(expression: &str, days: Option<Days>, zone: &str) -> CronSchedule {
    let cron = Cron::parse(expression, days).unwrap_or_else(|fault| panic!("{fault}"));
    CronSchedule::new(cron, db().get(zone).expect("a zone"))
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn the_rarest_dates_are_found() {
    for (expression, days, after, expected) in [
        ("0 0 29 2 *", None, "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z"),
        ("0 0 29 2 MON", Some(Days::All), "2025-01-01T00:00:00Z", "2044-02-29T00:00:00Z"),
        ("0 0 29 2 SAT", Some(Days::All), "2076-03-01T00:00:00Z", "2116-02-29T00:00:00Z"),
        ("0 0 L-28 2 *", None, "2025-01-01T00:00:00Z", "2028-02-01T00:00:00Z"),
        ("0 0 LW 2 FRI#5", Some(Days::All), "2025-01-01T00:00:00Z", "2036-02-29T00:00:00Z"),
        ("0 0 1W 5 MON", Some(Days::All), "2026-05-02T00:00:00Z", "2027-05-03T00:00:00Z"),
        ("59 59 23 31 12 ?", None, "2026-12-31T23:59:59Z", "2027-12-31T23:59:59Z"),
    ] {
        let next = schedule(expression, days, "UTC").next(at(after));
        assert_eq!(next.map(|due| due.to_string()).as_deref(), Some(expected), "{expression}");
    }
}

#[test]
fn what_only_ever_matches_in_a_gap_has_no_run_and_the_search_says_so() {
    // In Berlin clocks leap over this hour on each last Sunday of March.
    let never = schedule("*/5 2 ? 3 SUNL", None, "Europe/Berlin");
    let start = Instant::now();
    assert_eq!(never.next(at("2026-01-01T00:00:00Z")), None);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    // The fixed one moves.
    let fixed = schedule("5 2 ? 3 SUNL", None, "Europe/Berlin");
    assert_eq!(fixed.next(at("2026-01-01T00:00:00Z")), Some(at("2026-03-29T01:00:00Z")));
}

#[test]
fn both_ends_of_time_are_quiet() {
    for zone in ["UTC", "Europe/Berlin", "Pacific/Apia", "America/Los_Angeles", "Pacific/Kiritimati"] {
        for expression in ["0 0 * * *", "* * * * * *", "0 0 29 2 *", "59 59 23 31 12 *"] {
            let schedule = schedule(expression, None, zone);
            assert_eq!(schedule.next(Timestamp::MAX), None, "{expression} in {zone}");
            // The first day or so of the year -9999 has no local time, and may have no run.
            if let Some(due) = schedule.next(Timestamp::MIN) {
                assert!(due > Timestamp::MIN);
            }
        }
    }
}

/// Prints, and asserts only what a hundred times slower machine would hold.
#[test]
fn how_long_it_takes() {
    let after = at("2026-10-25T00:10:00Z");
    for (expression, days, zone) in [
        ("0 0 * * * *", None, "UTC"),
        ("*/15 * * * *", None, "Europe/Berlin"),
        ("30 2 * * *", None, "Europe/Berlin"),
        ("0 9 * * MON-FRI", None, "America/New_York"),
        ("0 3 LW * *", None, "Africa/Casablanca"),
        ("0 0 29 2 *", None, "Europe/Berlin"),
        ("0 0 29 2 MON", Some(Days::All), "Europe/Berlin"),
        ("*/5 2 29 2 MON", Some(Days::All), "Europe/Berlin"),
        ("*/5 2 ? 3 SUNL", None, "Europe/Berlin"),
    ] {
        let schedule = schedule(expression, days, zone);
        let (mut calls, start) = (0, Instant::now());
        while start.elapsed() < Duration::from_millis(30) {
            std::hint::black_box(schedule.next(std::hint::black_box(after)));
            calls += 1;
        }
        let each = start.elapsed() / calls;
        println!("{expression:18} {zone:20} {each:?}");
        assert!(each < Duration::from_millis(500));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the grammar accepts has a next run, or is an interval in a gap; and due times strictly increase.
    #[test]
    fn every_search_ends_and_goes_forward(
        fields in ("[0-5]?[0-9]|\\*/[2-9]", "[01]?[0-9]|2[0-3]|\\*", "\\*|[12]?[1-9]|L|LW|L-[1-9]|[1-9]W",
            "\\*|[1-9]|1[0-2]", "\\*|[0-7]|[0-7]L|[0-7]#[1-5]"),
        days in prop::option::of(prop_oneof![Just(Days::Any), Just(Days::All)]),
        zone in prop::sample::select(vec!["UTC", "Europe/Berlin", "Pacific/Apia", "Africa/Casablanca", "Asia/Tehran"]),
        second in 0i64..4_000_000_000,
    ) {
        let text = format!("{} {} {} {} {}", fields.0, fields.1, fields.2, fields.3, fields.4);
        if let Ok(cron) = Cron::parse(&text, days) {
            let schedule = CronSchedule::new(cron, db().get(zone).expect("a zone"));
            let mut after = Timestamp::from_second(second).expect("an instant");
            for _ in 0..5 {
                let due = schedule.next(after);
                prop_assert!(due.is_some() || !schedule.cron().is_fixed(), "{} {}", text, zone);
                let Some(due) = due else { break };
                prop_assert!(due > after);
                after = due;
            }
        }
    }
}
