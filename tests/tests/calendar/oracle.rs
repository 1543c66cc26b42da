//! The calendar of an expression against an oracle that asks of each date, and of each second, whether it is meant.

use super::door::CronSchedule;
use hostkit_grammar::cron::{Cron, Days};
use jiff::civil::{Date, Weekday, date};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;

/// One element of a day field: how it is written, and which dates it means.
#[derive(Debug, Clone)]
enum Element {
    Day(i8),
    From(i8, i8, i8),
    Back(i8),
    Near(i8),
    LastWorkday,
    Weekday(i8),
    Weekdays(i8, i8),
    Last(i8),
    Nth(i8, i8),
}

fn last(of: Date) -> i8 {
    of.days_in_month()
}

fn is_workday(day: Date) -> bool {
    !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

impl Element {
    fn text(&self) -> String {
        match self {
            Element::Day(day) => day.to_string(),
            Element::From(from, to, 1) => format!("{from}-{to}"),
            Element::From(from, to, step) => format!("{from}-{to}/{step}"),
            Element::Back(0) => "L".to_owned(),
            Element::Back(days) => format!("L-{days}"),
            Element::Near(day) => format!("{day}W"),
            Element::LastWorkday => "lw".to_owned(),
            Element::Weekday(day) => day.to_string(),
            Element::Weekdays(from, to) => format!("{from}-{to}"),
            Element::Last(day) => format!("{day}L"),
            Element::Nth(day, nth) => format!("{day}#{nth}"),
        }
    }

    fn means(&self, day: Date) -> bool {
        let weekday = day.weekday().to_sunday_zero_offset();
        let near = |wanted: i8| {
            wanted <= last(day) && {
                // Of all workdays of the month the one nearest to the day that is wanted; there is never a tie, since
                // two days off are always next to each other.
                let workdays = (1..=last(day)).filter(|n| is_workday(date(day.year(), day.month(), *n)));
                workdays.min_by_key(|n| (n - wanted).abs()) == Some(day.day())
            }
        };
        match *self {
            Element::Day(wanted) => day.day() == wanted,
            Element::From(from, to, step) => (from..=to).step_by(step as usize).any(|n| n == day.day()),
            Element::Back(days) => day.day() == last(day) - days,
            Element::Near(wanted) => near(wanted),
            Element::LastWorkday => near(last(day)),
            Element::Weekday(wanted) => weekday == wanted % 7,
            Element::Weekdays(from, to) if from <= to => (from..=to).any(|n| n % 7 == weekday),
            Element::Weekdays(from, to) => weekday >= from % 7 || weekday <= to,
            Element::Last(wanted) => weekday == wanted % 7 && day.day() > last(day) - 7,
            Element::Nth(wanted, nth) => weekday == wanted % 7 && (day.day() - 1) / 7 + 1 == nth,
        }
    }
}

fn of_month() -> impl Strategy<Value = Element> {
    prop_oneof![
        (1i8..=31).prop_map(Element::Day),
        (1i8..=31, 1i8..=31).prop_map(|(a, b)| Element::From(a.min(b), a.max(b), 1)),
        (1i8..=10, 20i8..=31, 2i8..=9).prop_map(|(from, to, step)| Element::From(from, to, step)),
        (0i8..=30).prop_map(Element::Back),
        (1i8..=31).prop_map(Element::Near),
        Just(Element::LastWorkday),
    ]
}

fn of_week() -> impl Strategy<Value = Element> {
    prop_oneof![
        (0i8..=7).prop_map(Element::Weekday),
        (0i8..=6, 0i8..=7).prop_map(|(from, to)| Element::Weekdays(from, to)),
        (0i8..=7).prop_map(Element::Last),
        (0i8..=7, 1i8..=5).prop_map(|(day, nth)| Element::Nth(day, nth)),
    ]
}

fn text(elements: &[Element]) -> String {
    if elements.is_empty() {
        return "*".to_owned();
    }
    elements.iter().map(Element::text).collect::<Vec<_>>().join(",")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn days_are_those_that_are_meant(
        by_month in prop::collection::vec(of_month(), 0..4),
        by_week in prop::collection::vec(of_week(), 0..3),
        all in any::<bool>(),
        year in 1890i16..2120,
    ) {
        let both = !by_month.is_empty() && !by_week.is_empty();
        let days = both.then_some(if all { Days::All } else { Days::Any });
        let Ok(cron) = Cron::parse(&format!("0 0 {} * {}", text(&by_month), text(&by_week)), days) else {
            prop_assert!(all && both, "only two fields that never hold together may be refused");
            return Ok(());
        };
        let means = |elements: &[Element], day| elements.iter().any(|element| element.means(day));
        for day in date(year, 1, 1).series(1.day()).take_while(|day| day.year() == year) {
            let expected = match (by_month.is_empty(), by_week.is_empty()) {
                (true, true) => true,
                (false, true) => means(&by_month, day),
                (true, false) => means(&by_week, day),
                (false, false) if all => means(&by_month, day) && means(&by_week, day),
                (false, false) => means(&by_month, day) || means(&by_week, day),
            };
            let bits = cron.days_of(year, day.month() as u8);
            prop_assert_eq!(bits & (1 << day.day()) != 0, expected, "{} {}", cron.text(), day);
        }
    }

    /// Second by second through two days.
    #[test]
    fn times_are_those_that_are_meant(
        seconds in prop::collection::btree_set(0i64..60, 1..4),
        minutes in prop::collection::btree_set(0i64..60, 1..6),
        hours in prop::collection::btree_set(0i64..24, 1..4),
        from in 0i64..4_000_000_000,
    ) {
        let list = |numbers: &std::collections::BTreeSet<i64>| {
            numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
        };
        let cron = format!("{} {} {} * * *", list(&seconds), list(&minutes), list(&hours));
        let schedule = CronSchedule::new(Cron::parse(&cron, None).expect("an expression"), TimeZone::UTC);
        let expected: Vec<i64> = (from + 1..from + 172_800)
            .filter(|at| seconds.contains(&(at % 60)) && minutes.contains(&(at / 60 % 60)))
            .filter(|at| hours.contains(&(at / 3600 % 24)))
            .collect();
        let start = Timestamp::from_second(from).expect("an instant");
        let got: Vec<i64> = std::iter::successors(schedule.next(start), |due| schedule.next(*due))
            .map(Timestamp::as_second)
            .take_while(|at| *at < from + 172_800)
            .collect();
        prop_assert_eq!(got, expected);
    }
}
