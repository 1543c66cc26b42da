//! The rules for changed clocks, case by case, in zones where each was tried.

use super::door::CronSchedule;
use hostkit_grammar::cron::{Cron, Days};
use jiff::Timestamp;
use jiff::tz::{TimeZone, db};

fn schedule(expression: &str, zone: &str) -> CronSchedule {
    let cron = Cron::parse(expression, None).unwrap_or_else(|fault| panic!("{fault}"));
    CronSchedule::new(cron, db().get(zone).expect("a zone"))
}

/// The next runs after an instant, as local times with their offset.
fn runs(schedule: &CronSchedule, after: &str, count: usize) -> Vec<String> {
    let after: Timestamp = after.parse().expect("an instant");
    let runs = std::iter::successors(schedule.next(after), |due| schedule.next(*due)).take(count);
    runs.map(|due| due.to_zoned(schedule.zone().clone()).strftime("%Y-%m-%d %H:%M:%S %:z").to_string())
        .collect()
}

#[track_caller]
fn check(expression: &str, zone: &str, after: &str, expected: &[&str]) {
    assert_eq!(runs(&schedule(expression, zone), after, expected.len()), expected, "{expression} in {zone}");
}

#[test]
fn a_time_in_the_gap_runs_right_after_it() {
    check(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-03-28T00:00:00Z",
        &["2026-03-28 02:30:00 +01:00", "2026-03-29 03:00:00 +02:00", "2026-03-30 02:30:00 +02:00"],
    );
    // Half an hour.
    check(
        "15 2 * * *",
        "Australia/Lord_Howe",
        "2026-10-03T00:00:00Z",
        &["2026-10-04 02:30:00 +11:00", "2026-10-05 02:15:00 +11:00"],
    );
    // Two hours.
    check("30 1 * * *", "Antarctica/Troll", "2026-03-28T12:00:00Z", &["2026-03-29 03:00:00 +02:00"]);
    check("30 2 * * *", "Antarctica/Troll", "2026-03-28T12:00:00Z", &["2026-03-29 03:00:00 +02:00"]);
}

#[test]
fn several_times_in_the_gap_are_one_run() {
    check(
        "0,15,30,45 2,3 * * *",
        "Europe/Berlin",
        "2026-03-28T12:00:00Z",
        &["2026-03-29 03:00:00 +02:00", "2026-03-29 03:15:00 +02:00"],
    );
}

#[test]
fn midnight_may_be_in_the_gap() {
    for (zone, after, expected) in [
        ("America/Sao_Paulo", "2018-11-03T12:00:00Z", "2018-11-04 01:00:00 -02:00"),
        ("Asia/Beirut", "2025-03-29T12:00:00Z", "2025-03-30 01:00:00 +03:00"),
        ("America/Asuncion", "2023-09-30T12:00:00Z", "2023-10-01 01:00:00 -03:00"),
        ("Africa/Cairo", "2024-04-25T12:00:00Z", "2024-04-26 01:00:00 +03:00"),
    ] {
        check("@daily", zone, after, &[expected]);
    }
}

#[test]
fn a_time_that_comes_twice_runs_the_first_time() {
    check(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T12:00:00Z",
        &["2026-10-25 02:30:00 +02:00", "2026-10-26 02:30:00 +01:00"],
    );
    check(
        "45 1 * * *",
        "Australia/Lord_Howe",
        "2026-04-04T00:00:00Z",
        &["2026-04-05 01:45:00 +11:00", "2026-04-06 01:45:00 +10:30"],
    );
    // 23:30 comes twice where clocks go back at midnight.
    check(
        "30 23 * * *",
        "America/Sao_Paulo",
        "2018-02-17T12:00:00Z",
        &["2018-02-17 23:30:00 -02:00", "2018-02-18 23:30:00 -03:00"],
    );
    // Asked within the second pass, the first has been.
    check("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", &["2026-10-26 02:30:00 +01:00"]);
}

#[test]
fn zones_with_winter_time_or_ramadan_time_are_no_different() {
    check("30 1 * * *", "Europe/Dublin", "2026-03-28T12:00:00Z", &["2026-03-29 02:00:00 +01:00"]);
    check(
        "30 1 * * *",
        "Europe/Dublin",
        "2026-10-24T12:00:00Z",
        &["2026-10-25 01:30:00 +01:00", "2026-10-26 01:30:00 +00:00"],
    );
    // Ramadan 2026: back on 15 February, forward on 22 March.
    for zone in ["Africa/Casablanca", "Africa/El_Aaiun"] {
        check(
            "30 2 * * *",
            zone,
            "2026-02-14T12:00:00Z",
            &["2026-02-15 02:30:00 +01:00", "2026-02-16 02:30:00 +00:00"],
        );
        check(
            "30 2 * * *",
            zone,
            "2026-03-21T12:00:00Z",
            &["2026-03-22 03:00:00 +01:00", "2026-03-23 02:30:00 +01:00"],
        );
    }
}

#[test]
fn a_date_that_was_left_out_is_no_date() {
    for expression in ["0 10 * * *", "0 10 30,31 * *", "0 10 * * FRI,SAT"] {
        let expected = ["2011-12-31 10:00:00 +14:00"];
        check(expression, "Pacific/Apia", "2011-12-30T08:00:00Z", &expected);
        check(expression, "Pacific/Fakaofo", "2011-12-30T10:00:00Z", &["2011-12-31 10:00:00 +13:00"]);
    }
    check(
        "0 10 * * *",
        "Pacific/Kwajalein",
        "1993-08-20T12:00:00Z",
        &["1993-08-20 10:00:00 -12:00", "1993-08-22 10:00:00 +12:00"],
    );
    check("0 10 30 12 *", "Pacific/Apia", "2011-01-01T00:00:00Z", &["2012-12-30 10:00:00 +14:00"]);
    check("*/30 10 30 12 *", "Pacific/Apia", "2011-01-01T00:00:00Z", &["2012-12-30 10:00:00 +14:00"]);
}

#[test]
fn intervals_follow_real_time() {
    check(
        "*/30 * * * *",
        "Europe/Berlin",
        "2026-10-25T00:00:00Z",
        &[
            "2026-10-25 02:30:00 +02:00",
            "2026-10-25 02:00:00 +01:00",
            "2026-10-25 02:30:00 +01:00",
            "2026-10-25 03:00:00 +01:00",
        ],
    );
    check(
        "*/30 * * * *",
        "Europe/Berlin",
        "2026-03-29T00:00:00Z",
        &["2026-03-29 01:30:00 +01:00", "2026-03-29 03:00:00 +02:00"],
    );
    // Nothing in the gap.
    check("*/30 2 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", &["2026-03-30 02:00:00 +02:00"]);
    check(
        "30 * * * *",
        "Australia/Lord_Howe",
        "2026-04-04T14:00:00Z",
        &["2026-04-05 01:30:00 +11:00", "2026-04-05 01:30:00 +10:30", "2026-04-05 02:30:00 +10:30"],
    );
}

#[test]
fn offsets_may_have_seconds() {
    // Liberia was 44 min 30 s behind until 1972.
    check(
        "0 0 * * *",
        "Africa/Monrovia",
        "1972-01-05T00:00:00Z",
        &[
            "1972-01-05 00:00:00 -00:44:30",
            "1972-01-06 00:00:00 -00:44:30",
            "1972-01-07 00:44:30 +00:00",
            "1972-01-08 00:00:00 +00:00",
        ],
    );
    check("0 12 * * *", "Europe/Paris", "1900-01-01T00:00:00Z", &["1900-01-01 12:00:00 +00:09:21"]);
}

#[test]
fn strictly_after_means_so_to_the_nanosecond() {
    let schedule = schedule("* * * * * *", "UTC");
    for (after, next) in [
        ("2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"),
        ("2026-01-01T00:00:00.000000001Z", "2026-01-01T00:00:01Z"),
        ("2026-01-01T00:00:00.999999999Z", "2026-01-01T00:00:01Z"),
        ("1969-12-31T23:59:58.5Z", "1969-12-31T23:59:59Z"),
        ("1969-12-31T23:59:59.999999999Z", "1970-01-01T00:00:00Z"),
        ("1969-12-31T23:59:59Z", "1970-01-01T00:00:00Z"),
    ] {
        let after: Timestamp = after.parse().expect("an instant");
        assert_eq!(schedule.next(after).map(|due| due.to_string()).as_deref(), Some(next));
    }
}

#[test]
fn the_rule_for_both_day_fields() {
    let next = |days| {
        let cron = Cron::parse("0 0 13 * FRI", Some(days)).expect("an expression");
        let due =
            CronSchedule::new(cron, TimeZone::UTC).next("2026-04-01T00:00:00Z".parse().expect("an instant"));
        due.expect("a run").to_string()
    };
    assert_eq!(next(Days::Any), "2026-04-03T00:00:00Z");
    assert_eq!(next(Days::All), "2026-11-13T00:00:00Z");
}
