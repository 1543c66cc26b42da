//! Every transition of every zone from 1970 to 2037: schedules against an oracle that only looks at the clock.

use super::door::CronSchedule;
use super::expected::{Expression, expected};
use super::leaps::{Leap, Life, lives};
use super::samples::{Random, samples};
use super::walk::Walk;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::Timestamp;

const HOUR: i64 = 3600;

#[test]
fn fixed_times_run_once_a_date_and_intervals_keep_real_time() {
    let lives = lives();
    let (leaps, expressions, dues) = (AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(life) = lives.get(next.fetch_add(1, Ordering::Relaxed)) {
                    for (index, leap) in life.leaps.iter().enumerate() {
                        leaps.fetch_add(1, Ordering::Relaxed);
                        let by_seconds = leap.is_odd() || index % 80 == 7;
                        let hours = if by_seconds { 1 } else { 6 };
                        let walk = Walk::around(&life.zone, leap, hours * HOUR, by_seconds);
                        for expression in samples(leap, by_seconds) {
                            expressions.fetch_add(1, Ordering::Relaxed);
                            dues.fetch_add(
                                compare(life, leap, &walk, &expression, hours * HOUR),
                                Ordering::Relaxed,
                            );
                        }
                    }
                }
            });
        }
    });
    println!(
        "{} different zones, {leaps:?} transitions, {expressions:?} expressions, {dues:?} due times",
        lives.len()
    );
    assert!(lives.len() > 250 && leaps.into_inner() > 10_000);
}

/// The schedule, run through the window around a leap and asked at random instants, against the oracle.
fn compare(life: &Life, leap: &Leap, walk: &Walk, expression: &Expression, window: i64) -> usize {
    let (from, to) = (leap.at - window, leap.at + window);
    let due = expected(walk, expression, leap, window);
    let due: Vec<i64> = due.into_iter().filter(|due| (from + 1..to).contains(due)).collect();
    let schedule = CronSchedule::new(expression.cron(), life.zone.clone());
    let told = || format!("{} at {}: {}", life.name, leap.at, expression.text());

    let mut got = Vec::new();
    let mut after = second(from);
    while let Some(next) = schedule.next(after).filter(|next| next.as_second() < to) {
        assert!(next > after, "{}", told());
        got.push(next.as_second());
        after = next;
    }
    assert_eq!(got, due, "{}", told());

    let mut random = Random::new(leap.at ^ got.len() as i64);
    for _ in 0..3 {
        let instant = from + random.below(2 * window);
        let after = Timestamp::new(instant, random.below(999_999_999) as i32).expect("an instant");
        let next = schedule.next(after).map(Timestamp::as_second);
        match due.iter().find(|due| **due > instant) {
            Some(expected) => assert_eq!(next, Some(*expected), "{} after {after}", told()),
            None => assert!(next.is_none_or(|next| next >= to), "{} after {after}", told()),
        }
    }
    due.len()
}

fn second(second: i64) -> Timestamp {
    Timestamp::from_second(second).expect("an instant")
}

#[test]
fn every_date_of_a_life_has_its_run() {
    for name in ["Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia", "Africa/Casablanca", "Asia/Beirut"] {
        let zone = jiff::tz::db().get(name).expect("a zone");
        let schedule = CronSchedule::new(
            hostkit_grammar::cron::Cron::parse("15 0 * * *", None).expect("an expression"),
            zone.clone(),
        );
        let (from, to) = (super::leaps::FROM, super::leaps::TO);
        let mut dates: Vec<i64> = (from..to)
            .step_by(900)
            .map(|instant| {
                (instant + i64::from(zone.to_offset(second(instant)).seconds())).div_euclid(24 * HOUR)
            })
            .collect();
        dates.sort_unstable();
        dates.dedup();
        let runs = std::iter::successors(schedule.next(second(from)), |due| schedule.next(*due))
            .take_while(|due| due.as_second() < to)
            .take(2 * dates.len()) // a schedule that goes back shall fail, not hang
            .count();
        // The first and the last date of the walk may be cut off before or after their quarter past midnight.
        assert!(dates.len().abs_diff(runs) <= 1, "{name}: {runs} runs on {} dates", dates.len());
    }
}
