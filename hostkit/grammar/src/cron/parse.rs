//! The text of a cron expression goes in, an [`Expression`] or the first problem comes out.

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

/// A mistake and what to underline.
type Wrong = (CronProblem, Vec<Range<usize>>);

/// Reads an expression of five or six fields, or a word such as `@daily`; what it can say is told at [`cron`](self::super).
///
/// # Errors
/// The first [`CronError`], from left to right.
pub fn parse(text: &str) -> Result<Expression, CronError> {
    let wrong = |(mistake, places)| CronError::new(text, places, mistake);
    Ok(Expression::new(text, fields(text).map_err(wrong)?))
}

/// The words of a text, each with its place.
pub(crate) fn words(text: &str) -> Vec<(Range<usize>, &str)> {
    let place = |word: &str| {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        start..start + word.len()
    };
    text.split_whitespace().map(|word| (place(word), word)).collect()
}

fn fields(text: &str) -> Result<Fields, Wrong> {
    let words = words(text);
    let (Some((first, word)), Some((last, _))) = (words.first(), words.last()) else {
        return Err((CronProblem::Empty, Vec::new()));
    };
    let whole = first.start..last.end;
    if let Some((key, zone)) = word.split_once('=')
        && ["CRON_TZ", "TZ"].iter().any(|known| key.eq_ignore_ascii_case(known))
    {
        return Err((CronProblem::ZoneInside { zone: zone.to_owned() }, vec![first.clone()]));
    }
    if word.starts_with('@') {
        return shorthand(&text[whole.clone()]).map_err(|mistake| (mistake, vec![whole]));
    }
    if words.len() == 1 && duration::parse(word).is_ok() {
        return Err((CronProblem::Duration { text: (*word).to_owned() }, vec![whole]));
    }
    let kinds = match words.len() {
        5 => &Field::ALL[1..],
        6 => &Field::ALL[..],
        count => {
            let place = if count > 6 { words[6].0.start..whole.end } else { whole };
            return Err((CronProblem::FieldCount { count }, vec![place]));
        }
    };
    each(kinds, &words)
}

fn shorthand(text: &str) -> Result<Fields, CronProblem> {
    let lower = text.to_lowercase();
    if let Some((_, meaning)) = WORDS.iter().find(|(word, _)| *word == lower) {
        return fields(meaning).map_err(|(mistake, _)| mistake);
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

fn each(kinds: &[Field], words: &[(Range<usize>, &str)]) -> Result<Fields, Wrong> {
    let mut fields = Fields::new(kinds.len() == 6);
    let mut days: Vec<(Element, &str, Range<usize>)> = Vec::new();
    for (&field, (place, word)) in kinds.iter().zip(words) {
        for text in word.split(',') {
            let element = element::read(field, text).map_err(|mistake| (mistake, vec![place.clone()]))?;
            fields.add(field, element);
            if field == Field::DayOfMonth {
                days.push((element, text, place.clone()));
            }
        }
    }
    let months = || (1..=12).filter(|month| fields.months & (1 << month) != 0);
    let longest = months().map(longest).max().unwrap_or(0);
    match days.into_iter().find(|(element, ..)| element.needs() > longest) {
        None => Ok(fields),
        Some((_, day, place)) => {
            let months = months().map(|month| MONTHS[usize::from(month) - 1]).collect();
            let month = words[words.len() - 2].0.clone();
            Err((CronProblem::Never { day: day.to_owned(), months, longest }, vec![place, month]))
        }
    }
}
