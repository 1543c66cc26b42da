//! Every zone that differs from the others between 1970 and 2037, with every leap of its clock: found by looking at the
//! offset again and again, not by asking for transitions.

use jiff::Timestamp;
use jiff::tz::{TimeZone, db};
use std::collections::BTreeMap;

/// 1970-01-01
pub(crate) const FROM: i64 = 0;
/// 2038-01-01
pub(crate) const TO: i64 = 2_145_916_800;

/// The first instant after a change, and the seconds ahead of UTC before and after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Leap {
    pub(crate) at: i64,
    pub(crate) before: i64,
    pub(crate) after: i64,
}

impl Leap {
    /// The local times between which the clock leaps, the earlier one first.
    pub(crate) fn locals(self) -> (i64, i64) {
        let (before, after) = (self.at + self.before, self.at + self.after);
        (before.min(after), before.max(after))
    }

    /// Whether local minutes do not begin with minutes of UTC.
    pub(crate) fn is_odd(self) -> bool {
        [self.at, self.before, self.after].iter().any(|part| part % 60 != 0)
    }
}

pub(crate) struct Life {
    pub(crate) name: String,
    pub(crate) zone: TimeZone,
    pub(crate) leaps: Vec<Leap>,
}

pub(crate) fn offset(zone: &TimeZone, instant: i64) -> i64 {
    zone.to_offset(Timestamp::from_second(instant).expect("an instant")).seconds().into()
}

/// One life for all zones that have the same.
pub(crate) fn lives() -> Vec<Life> {
    let database = db();
    let mut different = BTreeMap::new();
    let mut names = 0;
    for name in database.available() {
        let zone = database.get(name.as_str()).expect("a zone");
        different.entry((offset(&zone, FROM), asked(&zone))).or_insert((name.to_string(), zone));
        names += 1;
    }
    println!("{names} names of zones");
    assert!(names > 500);
    let lives = different.into_iter().map(|((first, asked), (name, zone))| {
        let leaps = seen(&zone);
        let seen: Vec<(i64, i64)> = leaps.iter().map(|leap| (leap.at, leap.after)).collect();
        assert_eq!(seen, changes(first, asked), "{name}: jiff's own list differs");
        Life { name, zone, leaps }
    });
    lives.collect()
}

/// What jiff says the transitions are, and the offset after each: to tell which zones are the same, and to compare with
/// what is seen.
fn asked(zone: &TimeZone) -> Vec<(i64, i64)> {
    let start = Timestamp::from_second(FROM).expect("an instant");
    let transitions =
        zone.following(start).map(|to| (to.timestamp().as_second(), to.offset().seconds().into()));
    transitions.take_while(|(at, _)| *at < TO).collect()
}

/// Without those that change only a name.
fn changes(first: i64, asked: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    let mut before = first;
    asked.into_iter().filter(|(_, after)| std::mem::replace(&mut before, *after) != *after).collect()
}

fn seen(zone: &TimeZone) -> Vec<Leap> {
    const STEP: i64 = 4 * 3600;
    let mut leaps = Vec::new();
    let mut before = offset(zone, FROM);
    let mut at = FROM;
    while at < TO - 1 {
        let step = at + STEP.min(TO - 1 - at);
        let after = offset(zone, step);
        if after != before {
            let (mut same, mut other) = (at, step);
            while other - same > 1 {
                let middle = (same + other) / 2;
                if offset(zone, middle) == before { same = middle } else { other = middle }
            }
            leaps.push(Leap { at: other, before, after: offset(zone, other) });
            (at, before) = (other, offset(zone, other));
        } else {
            at = step;
        }
    }
    leaps
}
