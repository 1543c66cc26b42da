//! What an expression means: its sets of numbers, and its days of a month.

use hostkit_grammar::cron::{Cron, Days};
use proptest::prelude::*;

fn cron(text: &str) -> Cron {
    Cron::parse(text, None).unwrap_or_else(|problem| panic!("{problem}"))
}

fn numbers(bits: u64) -> Vec<u32> {
    (0..64).filter(|bit| bits & (1 << bit) != 0).collect()
}

#[test]
fn numbers_ranges_steps_lists_and_names() {
    for (text, expected) in [
        ("5 * * * *", vec![5]),
        ("5,7 * * * *", vec![5, 7]),
        ("5-8 * * * *", vec![5, 6, 7, 8]),
        ("*/20 * * * *", vec![0, 20, 40]),
        ("50/3 * * * *", vec![50, 53, 56, 59]),
        ("0-10/5,58-59 * * * *", vec![0, 5, 10, 58, 59]),
        ("007 * * * *", vec![7]),
    ] {
        assert_eq!(numbers(cron(text).minutes()), expected, "{text}");
    }
    assert_eq!(numbers(cron("0 22-2 * * *").hours()), [0, 1, 2, 22, 23]);
    assert_eq!(numbers(cron("0 22-4/3 * * *").hours()), [1, 4, 22]);
    assert_eq!(numbers(cron("0 0 * nov-Feb *").months()), [1, 2, 11, 12]);
    assert_eq!(numbers(cron("0 0 1 */3 *").months()), [1, 4, 7, 10]);
    assert_eq!(numbers(cron("0 0 1 DEC,jan *").months()), [1, 12]);
    assert_eq!(numbers(cron("7 0 0 * * *").seconds()), [7]);
    assert_eq!(numbers(cron("0 0 * * *").seconds()), [0]);
    assert_eq!(numbers(cron("  0\t0  * * *\n").hours()), [0]);
}

#[test]
fn days_of_a_month() {
    // February 2026 begins on a Sunday and has 28 days; May 2026 begins on a Friday and ends on a Sunday.
    for (text, february, may) in [
        ("0 0 31 * *", vec![], vec![31]),
        ("0 0 L * *", vec![28], vec![31]),
        ("0 0 L-3 * *", vec![25], vec![28]),
        ("0 0 L-30 * *", vec![], vec![1]),
        ("0 0 LW * *", vec![27], vec![29]),
        ("0 0 L-1W * *", vec![27], vec![29]),
        ("0 0 1W * *", vec![2], vec![1]),
        ("0 0 15W * *", vec![16], vec![15]),
        ("0 0 2W,31W * *", vec![2], vec![1, 29]),
        ("0 0 1,L * *", vec![1, 28], vec![1, 31]),
        ("0 0 * * 0", vec![1, 8, 15, 22], vec![3, 10, 17, 24, 31]),
        ("0 0 * * 7", vec![1, 8, 15, 22], vec![3, 10, 17, 24, 31]),
        ("0 0 ? * SAT-SUN", vec![1, 7, 8, 14, 15, 21, 22, 28], vec![2, 3, 9, 10, 16, 17, 23, 24, 30, 31]),
        ("0 0 ? * 6-7", vec![1, 7, 8, 14, 15, 21, 22, 28], vec![2, 3, 9, 10, 16, 17, 23, 24, 30, 31]),
        ("0 0 * * FRI-MON/3", vec![2, 6, 9, 13, 16, 20, 23, 27], vec![1, 4, 8, 11, 15, 18, 22, 25, 29]),
        ("0 0 * * FRIL", vec![27], vec![29]),
        ("0 0 * * 0L", vec![22], vec![31]),
        ("0 0 * * fri#2", vec![13], vec![8]),
        ("0 0 * * FRI#5", vec![], vec![29]),
        ("0 0 * * MON#1,WED#3", vec![2, 18], vec![4, 20]),
        ("0 0 * 5 *", vec![], (1..=31).collect()),
    ] {
        assert_eq!(numbers(cron(text).days_of(2026, 2).into()), february, "{text}");
        assert_eq!(numbers(cron(text).days_of(2026, 5).into()), may, "{text}");
    }
    let both = |days| Cron::parse("0 0 13 * FRI", Some(days)).expect("an expression").days_of(2026, 2).into();
    assert_eq!(numbers(both(Days::All)), [13]);
    assert_eq!(numbers(both(Days::Any)), [6, 13, 20, 27]);
    assert_eq!(cron("0 0 29 2 *").days_of(1900, 2), 0);
    assert_eq!(cron("0 0 29 2 *").days_of(2000, 2), 1 << 29);
    assert_eq!(cron("0 0 * * *").days_of(2026, 0), 0);
    assert_eq!(cron("0 0 * * *").days_of(2026, 13), 0);
}

#[test]
fn words_stand_for_expressions() {
    for (word, expression) in [
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
        ("@monthly", "0 0 1 * *"),
        ("@weekly", "0 0 * * 0"),
        ("@daily", "0 0 * * *"),
        ("@Midnight", "0 0 * * *"),
        ("@hourly", "0 * * * *"),
    ] {
        let (word, expression) = (cron(word), cron(expression));
        assert_eq!((word.minutes(), word.hours()), (expression.minutes(), expression.hours()));
        assert!((1..=12).all(|month| word.days_of(2026, month) == expression.days_of(2026, month)));
        assert_eq!(word.is_fixed(), expression.is_fixed());
    }
}

#[test]
fn only_numbers_and_lists_of_them_are_fixed() {
    for text in ["0 3 * * *", "0,30 3,15 * * MON-FRI", "0 0 3 */2 * *", "15 0 3 L * *", "@daily", "@weekly"] {
        assert!(cron(text).is_fixed(), "{text}");
    }
    for text in ["* 3 * * *", "0 * * * *", "0-5 3 * * *", "*/5 3 * * *", "* 0 3 * * *", "0 3,5-6 * * *"] {
        assert!(!cron(text).is_fixed(), "{text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        if let Err(problem) = Cron::parse(&text, None) {
            prop_assert!(!problem.to_string().is_empty());
        }
    }

    #[test]
    fn no_text_of_its_own_signs_makes_it_panic(
        fields in prop::collection::vec("[0-9*/,LW#?@A-Za-z-]{1,8}|[0-9]{1,2}|\\*|MON|(MON|FRI|7)(#[1-5]|L)|L-[0-9]{1,3}W?", 0..8),
        days in prop::option::of(prop_oneof![Just(Days::Any), Just(Days::All)]),
    ) {
        let text = fields.join(" ");
        match Cron::parse(&text, days) {
            Err(problem) => {
                let shown = problem.to_string();
                prop_assert!(shown.lines().count() == 3 || text.trim().is_empty());
                prop_assert!(shown.lines().last().unwrap_or_default().contains('^') || text.trim().is_empty());
            }
            // What is accepted comes within forty years, at some time of a day.
            Ok(cron) => {
                let some_day = (2000..2041).any(|year| (1..=12).any(|month| cron.days_of(year, month) != 0));
                prop_assert!(some_day, "{}", text);
                prop_assert!(cron.seconds() != 0 && cron.minutes() != 0 && cron.hours() != 0);
                prop_assert!(cron.seconds() >> 60 == 0 && cron.minutes() >> 60 == 0 && cron.hours() >> 24 == 0);
            }
        }
    }
}
