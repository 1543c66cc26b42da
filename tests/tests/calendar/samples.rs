//! A leap goes in, the expressions to try around it come out: chosen at random, the same on each run.

use super::expected::{Dates, Expression, Part};
use super::leaps::Leap;
use jiff::Timestamp;
use jiff::tz::Offset;

/// Numbers that look random (splitmix64).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: i64) -> Self {
        Random(seed as u64)
    }

    pub(crate) fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as i64
    }
}

fn hour(local: i64) -> i64 {
    local.rem_euclid(86_400) / 3600
}

fn minute(local: i64) -> i64 {
    local.rem_euclid(3600) / 60
}

fn list(mut numbers: Vec<i64>) -> Part {
    numbers.sort_unstable();
    numbers.dedup();
    Part::list(&numbers)
}

pub(crate) fn samples(leap: &Leap, by_seconds: bool) -> Vec<Expression> {
    let mut random = Random::new(leap.at ^ leap.before << 40 ^ leap.after << 20);
    let (least, most) = leap.locals();
    let inside = least + random.below(most - least);
    let around = least - 5400 + random.below(most - least + 10_800);
    let date = Offset::UTC.to_datetime(Timestamp::from_second(inside).expect("a date")).date();
    let fixed = |minute, hour, dates| Expression { second: None, minute, hour, dates, fixed: true };
    let at = |local| (list(vec![minute(local)]), list(vec![hour(local)]));
    let (in_minute, in_hour) = at(inside);
    let dates = if random.below(2) == 0 {
        Dates::MonthAndDay(date.month(), date.day())
    } else {
        Dates::Weekday(date.weekday().to_sunday_zero_offset())
    };
    let mut samples = vec![
        // A time in the gap or the doubled hour, and one anywhere near.
        fixed(in_minute.clone(), in_hour.clone(), Dates::Every),
        fixed(in_minute, in_hour, dates),
        fixed(at(around).0, at(around).1, Dates::Every),
        // The edges themselves.
        fixed(
            list(vec![minute(least), minute(most - 60), minute(most), minute(least - 60)]),
            list(vec![hour(least), hour(most - 60), hour(most), hour(least - 60)]),
            Dates::Every,
        ),
        fixed(list(vec![0, minute(inside)]), list((0..24).collect()), dates),
        // Real time.
        interval(Part::said("*/15", [0, 15, 30, 45]), Part::said("*", 0..24), Dates::Every),
        interval(list(vec![minute(inside)]), Part::said("*", 0..24), Dates::Every),
        interval(Part::said("*/9", (0..60).step_by(9)), list(vec![hour(inside)]), dates),
        interval(
            list(vec![minute(around)]),
            Part::said(format!("{0}-{0}", hour(inside)), [hour(inside)]),
            Dates::Every,
        ),
    ];
    if by_seconds {
        let seconds = list(vec![0, 59, random.below(60)]);
        for sample in &mut samples {
            if sample.minute.numbers.len() < 10 {
                sample.second = Some(seconds.clone());
            }
        }
        let mut each = interval(Part::said("*", 0..60), Part::said("*", 0..24), Dates::Every);
        each.second = Some(Part::said("*/20", [0, 20, 40]));
        samples.push(each);
    }
    samples
}

fn interval(minute: Part, hour: Part, dates: Dates) -> Expression {
    Expression { second: None, minute, hour, dates, fixed: false }
}
