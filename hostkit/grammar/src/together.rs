//! The options of one attribute go in together, the problems that none of them has by itself come out.

use crate::check::{Given, Value, check};
use crate::cron::{CronProblem, Days};
use crate::options::{Attribute, OptionSpec, SOMETHING, find, of};
use crate::problem::OptionProblem;
use std::time::Duration;

/// Every option that is set but has no effect, because what it depends on is set otherwise.
///
/// `value_of` gives the value of an option that is set, from wherever it was set last.
pub fn without_effect<'v>(
    attribute: Attribute,
    value_of: impl Fn(&str) -> Option<&'v Value>,
) -> Vec<OptionProblem> {
    of(attribute)
        .filter(|option| value_of(option.name).is_some() && !has_effect(attribute, option, &value_of))
        .map(|option| OptionProblem::NoEffect { option })
        .collect()
}

/// Whether an option has an effect, set or not, because what it depends on is as it has to be.
pub fn has_effect<'v>(
    attribute: Attribute,
    option: &OptionSpec,
    value_of: impl Fn(&str) -> Option<&'v Value>,
) -> bool {
    let holds = |&(other, wanted): &(&str, &str)| match value_of(other) {
        Some(Value::Count(0)) => false,
        Some(Value::Choice(word)) if wanted != SOMETHING => word.text == wanted,
        Some(_) => wanted == SOMETHING,
        None => of(attribute).filter(|option| option.name == other).any(|option| match wanted {
            SOMETHING => option.default.is_some_and(|usual| usual != "0"),
            word => option.default == Some(word),
        }),
    };
    option.only_with.is_empty() || option.only_with.iter().any(holds)
}

/// Every option that has to be set and is not.
pub fn missing(attribute: Attribute, is_set: impl Fn(&str) -> bool) -> Vec<OptionProblem> {
    of(attribute)
        .filter(|option| match option.one_of {
            [] => false,
            [first, ..] => option.name == *first && !option.one_of.iter().any(|name| is_set(name)),
        })
        .map(|option| OptionProblem::Missing { option })
        .collect()
}

/// Every option that is set beside another of those of which only one can be there.
pub fn conflicts(attribute: Attribute, is_set: impl Fn(&str) -> bool) -> Vec<OptionProblem> {
    of(attribute)
        .filter(|option| is_set(option.name))
        .filter_map(|option| {
            let beside = option.one_of.iter().take_while(|name| **name != option.name);
            let beside = beside.copied().find(|name| is_set(name))?;
            Some(OptionProblem::Beside { option, beside })
        })
        .collect()
}

/// What is wrong with `cron` and `days` together, if anything is.
pub fn day_rule<'v>(
    attribute: Attribute,
    value_of: impl Fn(&str) -> Option<&'v Value>,
) -> Option<OptionProblem> {
    let Some(Value::Cron(expression)) = value_of("cron") else { return None };
    let days = match value_of("days") {
        Some(Value::Choice(word)) => Days::from_word(word),
        _ => None,
    };
    let problem = expression.with_days(days).err()?;
    let idle = problem.problems().any(|problem| matches!(problem, CronProblem::DaysWithoutEffect { .. }));
    let option = find(attribute, if idle { "days" } else { "cron" }).ok()?;
    Some(OptionProblem::Cron { option, problem })
}

/// Whether the backoff alone takes so long that the budget of restarts can never be used up.
pub fn budget<'v>(
    attribute: Attribute,
    value_of: impl Fn(&str) -> Option<&'v Value>,
) -> Option<OptionProblem> {
    let value = |name: &str| {
        let option = find(attribute, name).ok()?;
        let usual = || check(option, &Given::Plain(option.default?)).ok();
        Some((option, value_of(name).cloned().or_else(usual)?))
    };
    match value("on_failure")?.1 {
        Value::Choice(word) if word.text == "restart" => {}
        _ => return None,
    }
    let (option, Value::Duration(within)) = value("within")? else { return None };
    let (Value::Count(restarts), Value::Range(from, to)) = (value("max_restarts")?.1, value("backoff")?.1)
    else {
        return None;
    };
    let take = at_least(from, (to / 2).max(from), restarts);
    (take >= within).then_some(OptionProblem::NeverUsedUp { option, within, restarts, take })
}

/// The least time that so many waits take: each is twice the one before, up to half of the longest.
fn at_least(from: Duration, most: Duration, waits: u32) -> Duration {
    let (mut take, mut wait, mut left) = (Duration::ZERO, from, waits);
    while left > 0 && wait < most && !wait.is_zero() {
        take = take.saturating_add(wait);
        wait = wait.saturating_mul(2);
        left -= 1;
    }
    take.saturating_add(wait.min(most).saturating_mul(left))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_without_effect_are_found() {
        let set = |name: &'static str, text: &'static str| {
            let option = find(Attribute::HostedService, name).expect("an option");
            (name, check(option, &Given::Plain(text)).expect("a value"))
        };
        let idle_of = |values: &[(&str, Value)]| -> Vec<String> {
            without_effect(Attribute::HostedService, |name| {
                values.iter().find(|(n, _)| *n == name).map(|(_, value)| value)
            })
            .iter()
            .map(ToString::to_string)
            .collect()
        };
        assert_eq!(idle_of(&[set("within", "1m"), set("backoff", "1s..2s")]).len(), 2);
        assert_eq!(idle_of(&[set("backoff", "1s..2s"), set("on_finish", "restart")]).len(), 0);
        assert_eq!(idle_of(&[set("max_restarts", "3"), set("on_finish", "restart")]).len(), 1);
        assert_eq!(idle_of(&[set("max_restarts", "3"), set("on_failure", "restart")]).len(), 0);
        assert_eq!(missing(Attribute::Timed, |_| false).len(), 1);
        assert!(missing(Attribute::Timed, |name| name == "delay").is_empty());
    }

    /// What is wrong with the options of a timer together.
    fn timed(values: &[(&'static str, &'static str)]) -> Vec<String> {
        let values: Vec<(&str, Value)> = values
            .iter()
            .map(|(name, text)| {
                let option = find(Attribute::Timed, name).expect("an option");
                (*name, check(option, &Given::Plain(text)).expect("a value"))
            })
            .collect();
        let value_of = |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, value)| value);
        let is_set = |name: &str| value_of(name).is_some();
        let mut problems = missing(Attribute::Timed, is_set);
        problems.extend(conflicts(Attribute::Timed, is_set));
        problems.extend(without_effect(Attribute::Timed, value_of));
        problems.extend(day_rule(Attribute::Timed, value_of));
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_timer_has_exactly_one_of_its_triggers() {
        assert_eq!(
            timed(&[]),
            [
                r#"`every` is missing: add `every = "10s"`, `delay = "10s"` or `cron = "*/15 * * * *"`, exactly one of them"#
            ]
        );
        for one in [("every", "10s"), ("delay", "10s"), ("cron", "@daily")] {
            assert_eq!(timed(&[one]), [""; 0]);
        }
        assert_eq!(
            timed(&[("every", "1s"), ("cron", "@daily"), ("delay", "1s")]),
            [
                "`delay` cannot stand beside `every`: there is exactly one of `every`, `delay` and `cron`; keep one of them",
                "`cron` cannot stand beside `every`: there is exactly one of `every`, `delay` and `cron`; keep one of them",
            ]
        );
    }

    #[test]
    fn a_budget_that_the_backoff_keeps_from_being_used_up_is_found() {
        let budget_of = |values: &[(&'static str, &'static str)]| {
            let values: Vec<(&str, Value)> = values
                .iter()
                .map(|(name, text)| {
                    let option = find(Attribute::HostedService, name).expect("an option");
                    (*name, check(option, &Given::Plain(text)).expect("a value"))
                })
                .collect();
            let value_of = |name: &str| values.iter().find(|(n, _)| *n == name).map(|(_, value)| value);
            budget(Attribute::HostedService, value_of).map(|problem| problem.to_string())
        };
        let restart = ("on_failure", "restart");
        assert_eq!(budget_of(&[("max_restarts", "100")]), None, "it is never restarted");
        assert_eq!(budget_of(&[restart]), None, "31 s within 1 m");
        assert_eq!(budget_of(&[restart, ("within", "32s")]), None);
        assert_eq!(
            budget_of(&[restart, ("within", "31s")]).unwrap(),
            "`within` is 31s, but 5 restarts take at least 31s with this `backoff`, so that they are never used up and it is \
             restarted for ever: make `within` longer, or `backoff` shorter, or `max_restarts` smaller"
        );
        assert!(budget_of(&[restart, ("backoff", "10s..10s")]).is_none());
        assert!(budget_of(&[restart, ("backoff", "12s..12s")]).is_some());
        assert!(budget_of(&[restart, ("backoff", "0s..0s"), ("max_restarts", "4294967295")]).is_none());
        assert!(budget_of(&[restart, ("max_restarts", "4294967295")]).is_some());
    }

    #[test]
    fn options_of_another_trigger_have_no_effect() {
        assert_eq!(
            timed(&[("every", "1s"), ("tz", "UTC"), ("days", "any")]),
            [
                "`days` has no effect without `cron`: write that, or remove `days`",
                "`tz` has no effect without `cron`: write that, or remove `tz`",
            ]
        );
        assert_eq!(
            timed(&[("cron", "@daily"), ("first", "1s")]),
            ["`first` has no effect without `every` or `delay`: write that, or remove `first`"]
        );
        for retries in [
            &[("every", "1s"), ("backoff", "1s..2s")][..],
            &[("every", "1s"), ("backoff", "1s..2s"), ("retries", "0")],
        ] {
            assert_eq!(
                timed(retries),
                ["`backoff` has no effect without `retries`: write that, or remove `backoff`"]
            );
        }
        assert_eq!(timed(&[("every", "1s"), ("backoff", "1s..2s"), ("retries", "1")]), [""; 0]);
        assert_eq!(timed(&[("delay", "1s"), ("first", "1m")]), [""; 0]);
        assert_eq!(timed(&[("cron", "0 0 13 * FRI"), ("days", "all"), ("tz", "Asia/Tokyo")]), [""; 0]);
    }

    #[test]
    fn the_rule_for_days_is_asked_for_where_it_is_needed_and_only_there() {
        assert_eq!(
            timed(&[("cron", "0 0 13 * FRI")]),
            [
                "`cron`: both day fields are restricted: say with `days = \"any\"` that one of them is enough, or with \
              `days = \"all\"` that both have to hold\n    0 0 13 * FRI\n        ^^   ^^^"
            ]
        );
        assert_eq!(
            timed(&[("cron", "0 0 * * FRI"), ("days", "all")]),
            [
                "`days`: only day-of-week is restricted, so that `days` has no effect: remove `days`, or restrict both \
              day fields\n    0 0 * * FRI\n        ^"
            ]
        );
        assert_eq!(
            timed(&[("cron", "@daily"), ("days", "any")]),
            [
                "`days`: neither day field is restricted, so that `days` has no effect: remove `days`, or restrict both \
              day fields\n    @daily\n    ^^^^^^"
            ]
        );
    }
}
