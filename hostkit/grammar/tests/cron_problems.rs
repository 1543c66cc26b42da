//! Every wrong expression and, word for word, what a user is told.

use hostkit_grammar::cron::{Cron, Days};

/// What is wrong with an expression: the sentence, and the part that is underlined as `[…]` in the expression.
fn told(text: &str, days: Option<Days>) -> (String, String) {
    let problem = Cron::parse(text, days).expect_err(text);
    let shown = problem.to_string();
    let sentence = shown.lines().next().unwrap_or_default().to_owned();
    let (line, marks) = (shown.lines().nth(1).unwrap_or_default(), shown.lines().nth(2).unwrap_or_default());
    assert_eq!(shown.lines().count(), if marks.is_empty() { 1 } else { 3 }, "{shown}");
    let mut marked = String::new();
    let mut inside = false;
    let marks: Vec<char> = marks.chars().collect();
    for (index, character) in line.chars().enumerate() {
        let mark = marks.get(index) == Some(&'^');
        if mark != inside {
            marked.push(if mark { '[' } else { ']' });
            inside = mark;
        }
        marked.push(character);
    }
    if inside {
        marked.push(']');
    }
    (sentence, marked.trim_start().to_owned())
}

const FIVE: &str = "minute hour day-of-month month day-of-week";

#[test]
fn every_wrong_expression_is_told_what_would_be_right() {
    let five = |sentence: &str| sentence.replace("FIVE", FIVE);
    for (expression, sentence) in [
        // out of range
        ("0 0 * * [8]", "day-of-week 8: use 0-7, 0 and 7 are Sunday"),
        ("[60] * * * *", "minute 60: use 0-59"),
        ("[60] 0 * * * *", "second 60: use 0-59"),
        ("0 [24] * * *", "hour 24: use 0-23, 0 is midnight"),
        ("0 0 [0] * *", "day-of-month 0: use 1-31"),
        ("0 0 [32] * *", "day-of-month 32: use 1-31"),
        ("0 0 1 [13] *", "month 13: use 1-12, 1 is January"),
        ("0 0 1 [0] *", "month 0: use 1-12, 1 is January"),
        ("0 0 * * [1-9]", "day-of-week 9: use 0-7, 0 and 7 are Sunday"),
        ("[0,15,75] * * * *", "minute 75: use 0-59"),
        ("[256] * * * *", "minute 256: use 0-59"),
        ("[99999999999999999999] * * * *", "minute 99999999999999999999: use 0-59"),
        ("0 0 [32W] * *", "day-of-month 32: use 1-31"),
        ("0 0 [L-31] * *", "day-of-month L-31: use L for the last day, or L-1 to L-30"),
        ("0 0 [L-0] * *", "day-of-month L-0: use L for the last day, or L-1 to L-30"),
        ("0 0 * * [FRI#6]", "day-of-week FRI#6: a month has at most five of a weekday; use FRI#1 to FRI#5"),
        ("0 0 * * [7#0]", "day-of-week SUN#0: a month has at most five of a weekday; use SUN#1 to SUN#5"),
        // names
        ("0 0 * * [MOM]", "day-of-week MOM: did you mean MON? (use 0-7 or SUN-SAT)"),
        ("0 0 * * [Monday]", "day-of-week Monday: did you mean MON? (use 0-7 or SUN-SAT)"),
        ("0 0 * [SEPT] *", "month SEPT: did you mean SEP? (use 1-12 or JAN-DEC)"),
        ("0 0 * [WINTER] *", "month WINTER: there is no such name; use 1-12 or JAN-DEC"),
        ("0 [noon] * * *", "hour noon: there is no such name; use 0-23"),
        ("0 0 * * [FRY#2]", "day-of-week FRY: did you mean FRI? (use 0-7 or SUN-SAT)"),
        // steps
        ("[*/0] * * * *", "minute step 0: a step is 1 or more"),
        (
            "[*/90] * * * *",
            r#"minute */90: a step of 90 leads beyond the end, so that only 0 would match: write 0, or `every = "90m"`"#,
        ),
        (
            "[*/90] * * * * *",
            r#"second */90: a step of 90 leads beyond the end, so that only 0 would match: write 0, or `every = "90s"`"#,
        ),
        (
            "0 [*/36] * * *",
            r#"hour */36: a step of 36 leads beyond the end, so that only 0 would match: write 0, or `every = "36h"`"#,
        ),
        (
            "0 0 [*/31] * *",
            "day-of-month */31: a step of 31 leads beyond the end, so that only 1 would match: write 1, or a smaller step",
        ),
        (
            "[10-20/15] * * * *",
            "minute 10-20/15: a step of 15 leads beyond the end, so that only 10 would match: write 10, or a smaller step",
        ),
        (
            "[50/20] * * * *",
            "minute 50/20: a step of 20 leads beyond the end, so that only 50 would match: write 50, or a smaller step",
        ),
        (
            "[*/99999999999] * * * *",
            "minute */99999999999: a step of 99999999999 leads beyond the end, so that only 0 would match: write 0, or a smaller step",
        ),
        ("[*/] * * * *", "minute */: the step is missing; write a number behind the `/`"),
        ("[*/5m] * * * *", "minute */5m: use 0-59, a range, a step or a list"),
        ("[/5] * * * *", "minute /5: use 0-59, a range, a step or a list"),
        ("[*/5/5] * * * *", "minute */5/5: use 0-59, a range, a step or a list"),
        // ranges and lists
        (
            "[50-10] * * * *",
            "minute 50-10: the range ends before it begins: write 10-50, or 50-59,0-10 to go around the end",
        ),
        (
            "0 0 [25-5] * *",
            "day-of-month 25-5: the range ends before it begins: write 5-25, or 25-31,1-5 to go around the end",
        ),
        ("0 [9-] * * *", "hour 9-: a range has two ends; use 0-23"),
        ("0 [-9] * * *", "hour -9: use 0-23, a range, a step or a list"),
        ("0 [1-2-3] * * *", "hour 1-2-3: use 0-23, a range, a step or a list"),
        ("[1,,2] * * * *", "minute: a comma stands between two values; remove it, or write what is missing"),
        ("0 [9,] * * *", "hour: a comma stands between two values; remove it, or write what is missing"),
        ("[**] * * * *", "minute **: use 0-59, a range, a step or a list"),
        ("0 [9am] * * *", "hour 9am: use 0-23, a range, a step or a list"),
        ("0 [9:30] * * *", "hour 9:30: use 0-23, a range, a step or a list"),
        ("0 [9–17] * * *", "hour: this dash is not the `-` of the keyboard; write `-`"),
        ("0 [９] * * *", "hour: `９` has no meaning here; use 0-23"),
        ("[💥] * * * *", "minute: `💥` has no meaning here; use 0-59"),
        // signs
        ("0 [?] * * *", "hour ?: only a day field has `?`; write *"),
        ("0 0 * * [L]", "day-of-week L: say the last of which weekday, such as 5L or FRIL"),
        ("0 0 [W] * *", "day-of-month W: say the weekday nearest to which day, such as 15W or LW"),
        ("0 0 [5L] * *", "day-of-month has no `L`: it belongs to day-of-week; use 1-31"),
        ("0 0 * [L] *", "month has no `L`: it belongs to day-of-month; use 1-12 or JAN-DEC"),
        ("0 0 * * [15W]", "day-of-week has no `W`: it belongs to day-of-month; use 0-7 or SUN-SAT"),
        ("0 0 [5#2] * *", "day-of-month has no `#`: it belongs to day-of-week; use 1-31"),
        ("0 0 * * [FRI#]", "day-of-week FRI#: use 0-7 or SUN-SAT, a range, a step or a list"),
        ("0 0 [LAST] * *", "day-of-month LAST: use 1-31, a range, a step or a list"),
        ("0 0 * * [MON-FRIL]", "day-of-week FRIL: did you mean FRI? (use 0-7 or SUN-SAT)"),
        // the number of fields
        ("", r#"an expression is missing: write five fields, FIVE, such as "0 3 * * *""#),
        (" \t ", r#"an expression is missing: write five fields, FIVE, such as "0 3 * * *""#),
        ("[5]", "one field: write five, FIVE"),
        ("[0 3 * *]", "4 fields: write five, FIVE, or six with the second first"),
        ("0 0 3 * * * [2026]", "seven fields: the year is not supported; write six, second FIVE"),
        ("0 0 3 * * * [* *]", "8 fields: write five, FIVE, or six with the second first"),
        ("[1m30s]", r#"1m30s is a duration, not a cron expression: write `every = "1m30s"`"#),
        // what belongs elsewhere
        (
            "[CRON_TZ=Asia/Tokyo] 0 3 * * *",
            r#"the time zone is an option of its own: remove it here, and write `tz = "Asia/Tokyo"`"#,
        ),
        (
            "[TZ=] 0 3 * * *",
            r#"the time zone is an option of its own: remove it here, and write `tz = "Europe/Berlin"`"#,
        ),
        ("[@reboot]", "`@reboot` is no schedule: write a function with `#[on(started)]`"),
        ("[@every 1h30m]", r#"`@every` is an option of its own: write `every = "1h30m"`"#),
        ("[@dayly]", "`@dayly` is no schedule: did you mean `@daily`?"),
        (
            "[@fortnight please]",
            "`@fortnight please` is no schedule: write five fields, FIVE, or one of `@yearly`, `@monthly`, `@weekly`, `@daily`, `@hourly`",
        ),
        // days
        (
            "0 0 [13] * [FRI]",
            r#"both day fields are restricted: say with `days = "any"` that one of them is enough, or with `days = "all"` that both have to hold"#,
        ),
        ("0 0 [30] [2] *", "day-of-month 30 never comes: FEB has at most 29 days"),
        ("0 0 [30] [FEB] *", "day-of-month 30 never comes: FEB has at most 29 days"),
        ("0 0 [31] [2,4] *", "day-of-month 31 never comes: FEB or APR has at most 30 days"),
        ("0 0 [28,30] [2] *", "day-of-month 30 never comes: FEB has at most 29 days"),
        ("0 0 [30-31] [2] *", "day-of-month 30-31 never comes: FEB has at most 29 days"),
        (
            "0 0 [L-30] [4,6,9,11] *",
            "day-of-month L-30 never comes: APR or JUN or SEP or NOV has at most 30 days",
        ),
        ("0 0 [L-29W] [2] *", "day-of-month L-29W never comes: FEB has at most 29 days"),
        ("0 0 [31W] [6] *", "day-of-month 31W never comes: JUN has at most 30 days"),
    ] {
        let written = expression.replace(['[', ']'], "");
        assert_eq!(told(&written, None), (five(sentence), expression.trim_start().to_owned()), "{written}");
    }
}

#[test]
fn the_rule_for_days_has_to_fit() {
    let never = |first: &str, second: &str| {
        format!(
            r#"day-of-month {first} and day-of-week {second} never fall on one day: change one of them, or write `days = "any"`"#
        )
    };
    let idle = |what: &str| {
        format!("{what}, so that `days` has no effect: remove `days`, or restrict both day fields")
    };
    for (expression, days, sentence) in [
        ("0 0 [1] * [MON#2]", Days::All, never("1", "MON#2")),
        ("0 0 [15W] * [SAT]", Days::All, never("15W", "SAT")),
        ("0 0 [*] * MON", Days::All, idle("only day-of-week is restricted")),
        ("0 0 1 * [?]", Days::Any, idle("only day-of-month is restricted")),
        ("0 0 [*] * [?]", Days::Any, idle("neither day field is restricted")),
        ("[@weekly]", Days::All, idle("only day-of-week is restricted")),
    ] {
        let written = expression.replace(['[', ']'], "");
        assert_eq!(told(&written, Some(days)), (sentence, expression.to_owned()), "{written}");
    }
    for days in [Days::Any, Days::All] {
        assert!(Cron::parse("0 0 29 2 MON", Some(days)).is_ok());
    }
}

#[test]
fn a_very_long_expression_is_shown_where_it_is_wrong() {
    let long = format!("{},75 * * * *", vec!["0"; 300].join(","));
    let shown = Cron::parse(&long, None).expect_err("75").to_string();
    assert!(shown.lines().all(|line| line.chars().count() < 120), "{shown}");
}

#[test]
fn the_problems_of_all_fields_are_told_together() {
    for (expression, sentences) in [
        ("[75] [25] * * *", &["minute 75: use 0-59", "hour 25: use 0-23, 0 is midnight"][..]),
        (
            "[75,80] * * * [8]",
            &["minute 75: use 0-59", "minute 80: use 0-59", "day-of-week 8: use 0-7, 0 and 7 are Sunday"],
        ),
        ("[75,75] * * * *", &["minute 75: use 0-59"]),
        (
            "[TZ=Asia/Tokyo] 0 [25] * * *",
            &[
                "the time zone is an option of its own: remove it here, and write `tz = \"Asia/Tokyo\"`",
                "hour 25: use 0-23, 0 is midnight",
            ],
        ),
        (
            "[61] 0 [30] [2] *",
            &["minute 61: use 0-59", "day-of-month 30 never comes: FEB has at most 29 days"],
        ),
        // Of a month that is wrong nobody knows how long it is.
        ("0 0 31 [13] *", &["month 13: use 1-12, 1 is January"]),
    ] {
        let written = expression.replace(['[', ']'], "");
        assert_eq!(told(&written, None), (sentences.join("; "), expression.to_owned()));
        let error = Cron::parse(&written, None).expect_err("wrong");
        let each: Vec<String> =
            error.each().map(|one| one.problems().next().expect("one").to_string()).collect();
        assert_eq!(each, sentences);
    }
    let many: Vec<String> = (60..5_000).map(|minute| minute.to_string()).collect();
    assert_eq!(
        Cron::parse(&format!("{} * * * *", many.join(",")), None).expect_err("wrong").problems().count(),
        8
    );
}
