//! A hook has exactly one of four moments.

use hostkit::prelude::*;

#[on]
fn no_moment() {}

#[on()]
fn still_none() {}

#[on(start)]
fn misspelled() {}

#[on(tomorrow)]
fn unknown() {}

#[on("started")]
fn in_quotes() {}

#[on(started, stopping)]
fn two() {}

#[on(stopped, name = "x", stop_timeout = "1s")]
fn with_options() {}

fn main() {}
