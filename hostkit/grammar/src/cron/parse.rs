//! The text of a cron expression goes in, an [`Expression`] or the problems of all fields come out.

use super::days::longest;
use super::element::{self, Element};
use super::error::CronError;
use super::expression::Expression;
use super::field::{Field, MONTHS};
use super::fields::Fields;
use super::problem::CronProblem;
use crate::duration;
use crate::suggest::nearest;
use std::ops::Range;

/// What a word with `@` stands for.
const WORDS: [(&str, &str); 7] = [
    ("@yearly", "0 0 1 1 *"),
    ("@annually", "0 0 1 1 *"),
    ("@monthly", "0 0 1 * *"),
    ("@weekly", "0 0 * * 0"),
    ("@daily", "0 0 * * *"),
    ("@midnight", "0 0 * * *"),
    ("@hourly", "0 * * * *"),
];

/// The most problems of one expression that are told.
const MOST: usize = 8;

/// A problem and what to underline.
pub(crate) type Located = (CronProblem, Vec<Range<usize>>);

/// Reads an expression of five or six fields, or a word such as `@daily`; what it can say is told at [`cron`](self::super).
///
/// # Errors
/// A [`CronError`] with the problems of all fields, from left to right.
pub fn parse(text: &str) -> Result<Expression, CronError> {
    match fields(text) {
        Ok(fields) => Ok(Expression::new(text, fields)),
        Err(problems) => Err(CronError::new(text, problems)),
    }
}

/// The words of a text, each with its place.
pub(crate) fn words(text: &str) -> Vec<(Range<usize>, &str)> {
    let place = |word: &str| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    };
    text.split_whitespace().map(|word| (place(word), word)).collect()
}

/// Where both day fields stand, if both are anything but `*`. A word that can't be read is.
pub(crate) fn restricted_days(text: &str) -> Option<[Range<usize>; 2]> {
    let words = words(text);
    let fields = match &*words {
        [(_, first), rest @ ..] if zone_of(first).is_some() => rest,
        all => all,
    };
    let (5 | 6, [.., (day_place, day), _, (weekday_place, weekday)]) = (fields.len(), fields) else {
        return None;
    };
    let is_free =
        |field, word: &str| matches!(element::read(field, word), Ok(Element::Set { all: true, .. }));
    let is_restricted = |field, words: &str| words.split(',').any(|word| !is_free(field, word));
    let both = is_restricted(Field::DayOfMonth, day) && is_restricted(Field::DayOfWeek, weekday);
    both.then(|| [day_place.clone(), weekday_place.clone()])
}

/// The zone of `TZ=UTC`.
fn zone_of(word: &str) -> Option<&str> {
    let (key, zone) = word.split_once('=')?;
    ["CRON_TZ", "TZ"].iter().any(|known| key.eq_ignore_ascii_case(known)).then_some(zone)
}

fn fields(text: &str) -> Result<Fields, Vec<Located>> {
    let words = words(text);
    let Some(((first, word), rest)) = words.split_first() else {
        return Err(vec![(CronProblem::Empty, Vec::new())]);
    };
    if let Some(zone) = zone_of(word) {
        let mut problems = vec![(CronProblem::ZoneInside { zone: zone.to_owned() }, vec![first.clone()])];
        if !rest.is_empty() {
            problems.extend(without_zone(text, rest).err().into_iter().flatten());
        }
        return Err(problems);
    }
    without_zone(text, &words)
}

/// `words` is not empty.
fn without_zone(text: &str, words: &[(Range<usize>, &str)]) -> Result<Fields, Vec<Located>> {
    let whole = words[0].0.start..words[words.len() - 1].0.end;
    let word = words[0].1;
    if word.starts_with('@') {
        return shorthand(&text[whole.clone()]).map_err(|problem| vec![(problem, vec![whole])]);
    }
    if words.len() == 1 && duration::parse(word).is_ok() {
        return Err(vec![(CronProblem::Duration { text: word.to_owned() }, vec![whole])]);
    }
    let kinds = match words.len() {
        5 => &Field::ALL[1..],
        6 => &Field::ALL[..],
        count => {
            let place = if count > 6 { words[6].0.start..whole.end } else { whole };
            return Err(vec![(CronProblem::FieldCount { count }, vec![place])]);
        }
    };
    each(kinds, words)
}

fn shorthand(text: &str) -> Result<Fields, CronProblem> {
    let lower = text.to_lowercase();
    if let Some((_, meaning)) = WORDS.iter().find(|(word, _)| *word == lower) {
        return each(&Field::ALL[1..], &words(meaning)).map_err(|_| CronProblem::Empty);
    }
    if lower == "@reboot" {
        return Err(CronProblem::Reboot);
    }
    if let Some(rest) = lower.strip_prefix("@every") {
        return Err(CronProblem::Every { text: rest.trim().to_owned() });
    }
    let nearest = nearest(&lower, WORDS.iter().map(|(word, _)| *word));
    Err(CronProblem::UnknownWord { word: text.to_owned(), nearest })
}

fn each(kinds: &[Field], words: &[(Range<usize>, &str)]) -> Result<Fields, Vec<Located>> {
    let mut fields = Fields::new(kinds.len() == 6);
    let mut days: Vec<(Element, &str, Range<usize>)> = Vec::new();
    let mut problems: Vec<Located> = Vec::new();
    let mut are_dates_sound = true;
    for (&field, (place, word)) in kinds.iter().zip(words) {
        for text in word.split(',') {
            match element::read(field, text) {
                Ok(element) => {
                    fields.add(field, element);
                    if field == Field::DayOfMonth {
                        days.push((element, text, place.clone()));
                    }
                }
                Err(problem) => {
                    are_dates_sound &= !matches!(field, Field::DayOfMonth | Field::Month);
                    let problem = (problem, vec![place.clone()]);
                    if problems.len() < MOST && !problems.contains(&problem) {
                        problems.push(problem);
                    }
                }
            }
        }
    }
    if are_dates_sound {
        problems.extend(never(&fields, &days, words));
    }
    if problems.is_empty() { Ok(fields) } else { Err(problems) }
}

/// The first day of the month that none of the months has.
fn never(
    fields: &Fields,
    days: &[(Element, &str, Range<usize>)],
    words: &[(Range<usize>, &str)],
) -> Option<Located> {
    let months = || (1..=12).filter(|month| fields.months & (1 << month) != 0);
    let longest = months().map(longest).max().unwrap_or(0);
    let (_, day, place) = days.iter().find(|(element, ..)| element.needs() > longest)?;
    let months = months().map(|month| MONTHS[usize::from(month) - 1]).collect();
    let month = words[words.len() - 2].0.clone();
    Some((CronProblem::Never { day: (*day).to_owned(), months, longest }, vec![place.clone(), month]))
}
