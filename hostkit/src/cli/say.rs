//! What people are told: results on standard output, problems on standard error. A reader that has gone away is no error;
//! `println!` and `eprintln!` would panic.

use std::fmt::Display;
use std::io::{Write, stderr, stdout};

#[cfg_attr(not(feature = "cli"), allow(dead_code))]
pub(super) fn result(text: impl Display) {
    let _ = writeln!(stdout().lock(), "{text}");
}

pub(super) fn problem(text: impl Display) {
    let _ = writeln!(stderr().lock(), "{text}");
}
