//! The calendar of cron schedules: every zone's changed clocks, every field's meaning, and a search that always ends.

#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

mod calendar {
    mod door;

    mod expected;
    mod leaps;
    mod samples;
    mod walk;

    mod host;
    mod oracle;
    mod rules;
    mod search;
    mod transitions;
}
