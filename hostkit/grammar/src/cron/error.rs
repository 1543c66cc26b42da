//! The problems of an expression with the expression: the sentences, and below them the expression with the wrong fields underlined.

use super::parse::{Located, restricted_days};
use super::problem::CronProblem;
use crate::sentence::{Sentence, errors};
use std::ops::Range;

/// Why a text is no cron expression, or one that can't be meant.
///
/// ```
/// let problem = hostkit_grammar::cron::parse("0 0 * * 8").unwrap_err();
/// assert_eq!(problem.to_string(), "\
/// day-of-week 8: use 0-7, 0 and 7 are Sunday
///     0 0 * * 8
///             ^");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CronError {
    expression: String,
    /// At least one.
    problems: Vec<Located>,
}

impl CronError {
    /// Places are bytes of the expression.
    pub(crate) fn new(expression: &str, problems: Vec<Located>) -> Self {
        CronError { expression: expression.to_owned(), problems }
    }

    /// The expression as it was written.
    pub fn expression(&self) -> &str {
        &self.expression
    }

    /// What is underlined, as bytes of the expression.
    pub fn places(&self) -> impl Iterator<Item = &Range<usize>> {
        self.problems.iter().flat_map(|(_, places)| places)
    }

    /// What is wrong, from left to right.
    pub fn problems(&self) -> impl Iterator<Item = &CronProblem> {
        self.problems.iter().map(|(problem, _)| problem)
    }

    /// Beside the wrong fields, that `days` is needed as well: both day fields are restricted, right or wrong.
    pub fn days_unsaid(&self) -> Option<CronError> {
        let places = restricted_days(&self.expression)?;
        Some(CronError::new(&self.expression, vec![(CronProblem::DaysUnsaid, places.to_vec())]))
    }

    /// Each problem as an error of its own.
    pub fn each(&self) -> impl Iterator<Item = CronError> {
        self.problems.iter().map(|problem| CronError::new(&self.expression, vec![problem.clone()]))
    }
}

impl CronError {
    /// The first problem, with the others and the expression behind its help.
    pub fn sentence(&self) -> Sentence {
        let mut problems = self.problems().map(CronProblem::sentence);
        let mut first = problems.next().unwrap_or_else(|| CronProblem::Empty.sentence());
        for other in problems {
            first.help += &format!("; {other}");
        }
        let (shown, marks) = lines(&self.expression, &self.places().collect::<Vec<_>>());
        if !marks.is_empty() {
            first.help += &format!("\n    {shown}\n    {marks}");
        }
        first
    }
}

errors!(CronError);

/// The expression on one line, and the line below it. Of a very long one, the part around the first mark.
fn lines(expression: &str, places: &[&Range<usize>]) -> (String, String) {
    const BEFORE: usize = 40;
    const MOST: usize = 100;
    let marked = |byte: usize| places.iter().any(|place| place.contains(&byte));
    let first = expression.char_indices().position(|(byte, _)| marked(byte)).unwrap_or(0);
    let hidden = if expression.chars().count() > MOST { first.saturating_sub(BEFORE) } else { 0 };
    let (mut shown, mut marks) = (String::new(), String::new());
    if hidden > 0 {
        shown.push('…');
        marks.push(' ');
    }
    for (byte, character) in expression.char_indices().skip(hidden).take(MOST) {
        shown.push(match character {
            blank if blank.is_whitespace() => ' ',
            control if control.is_control() => '?',
            other => other,
        });
        marks.push(if marked(byte) { '^' } else { ' ' });
    }
    if expression.chars().count() > hidden + MOST {
        shown.push('…');
    }
    (shown.trim_end().to_owned(), marks.trim_end().to_owned())
}
