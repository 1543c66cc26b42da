//! The oracle: a walk and an expression go in, the instants at which it is due come out, in the words of the contract.

use super::leaps::Leap;
use super::walk::Walk;
use hostkit_grammar::cron::Cron;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;

const DAY: i64 = 86_400;

/// The numbers of one field; `text` is how the expression says them.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) text: String,
    pub(crate) numbers: Vec<i64>,
}

impl Part {
    pub(crate) fn list(numbers: &[i64]) -> Self {
        let texts: Vec<_> = numbers.iter().map(ToString::to_string).collect();
        Part { text: texts.join(","), numbers: numbers.to_vec() }
    }

    pub(crate) fn said(text: impl Into<String>, numbers: impl IntoIterator<Item = i64>) -> Self {
        Part { text: text.into(), numbers: numbers.into_iter().collect() }
    }
}

/// Which dates an expression means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Dates {
    Every,
    MonthAndDay(i8, i8),
    Weekday(i8),
}

#[derive(Debug, Clone)]
pub(crate) struct Expression {
    pub(crate) second: Option<Part>,
    pub(crate) minute: Part,
    pub(crate) hour: Part,
    pub(crate) dates: Dates,
    pub(crate) fixed: bool,
}

impl Expression {
    pub(crate) fn text(&self) -> String {
        let second = self.second.as_ref().map_or(String::new(), |second| format!("{} ", second.text));
        let dates = match self.dates {
            Dates::Every => "* * *".to_owned(),
            Dates::MonthAndDay(month, day) => format!("{day} {month} ?"),
            Dates::Weekday(day) => format!("? * {day}"),
        };
        format!("{second}{} {} {dates}", self.minute.text, self.hour.text)
    }

    pub(crate) fn cron(&self) -> Cron {
        let cron = Cron::parse(&self.text(), None).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(cron.is_fixed(), self.fixed, "{}", self.text());
        cron
    }

    fn matches(&self, local: i64) -> bool {
        let time = local.rem_euclid(DAY);
        let second = time % 60;
        self.minute.numbers.contains(&(time / 60 % 60))
            && self.hour.numbers.contains(&(time / 3600))
            && self.second.as_ref().map_or(second == 0, |part| part.numbers.contains(&second))
            && self.matches_date(local.div_euclid(DAY))
    }

    fn matches_date(&self, date: i64) -> bool {
        let day = || -> Date {
            Offset::UTC.to_datetime(Timestamp::from_second(date * DAY).expect("a date")).date()
        };
        match self.dates {
            Dates::Every => true,
            Dates::MonthAndDay(month, number) => (day().month(), day().day()) == (month, number),
            Dates::Weekday(number) => day().weekday().to_sunday_zero_offset() == number,
        }
    }

    /// Every local time that is meant, between two of them.
    fn meant(&self, from: i64, to: i64) -> Vec<i64> {
        let seconds = self.second.as_ref().map_or(vec![0], |second| second.numbers.clone());
        let mut meant = Vec::new();
        for date in (from.div_euclid(DAY)..=to.div_euclid(DAY)).filter(|date| self.matches_date(*date)) {
            for hour in &self.hour.numbers {
                for minute in &self.minute.numbers {
                    for second in &seconds {
                        meant.push(date * DAY + hour * 3600 + minute * 60 + second);
                    }
                }
            }
        }
        meant.retain(|local| (from..=to).contains(local));
        meant
    }
}

pub(crate) fn expected(walk: &Walk, expression: &Expression, leap: &Leap, window: i64) -> Vec<i64> {
    if !expression.fixed {
        return walk.0.iter().filter(|(_, local)| expression.matches(*local)).map(|(at, _)| *at).collect();
    }
    let (least, most) = leap.locals();
    let meant = expression.meant(least - window, most + window);
    let mut due: Vec<i64> = meant.into_iter().filter_map(|local| run_of(walk, local)).collect();
    due.sort_unstable();
    due.dedup();
    due
}

/// The instant at which a local date and time has its one run.
fn run_of(walk: &Walk, local: i64) -> Option<i64> {
    // The first time that the clock shows it.
    if let Some((at, _)) = walk.0.iter().find(|(_, shown)| *shown == local) {
        return Some(*at);
    }
    // A date that the zone left out is no date.
    walk.0.iter().find(|(_, shown)| shown.div_euclid(DAY) == local.div_euclid(DAY))?;
    // A time in the gap moves to the next valid instant: the one right after the clock leapt over it.
    let leapt = walk.0.windows(2).find(|pair| pair[0].1 < local && local < pair[1].1);
    Some(leapt.unwrap_or_else(|| panic!("{local} is neither shown nor leapt over"))[1].0)
}
