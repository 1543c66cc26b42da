//! `#[config]` goes on a struct, and names a section that is not the host's own.

use hostkit::prelude::*;
use serde::Deserialize;

#[config]
#[derive(Deserialize)]
struct NoSection {}

#[config("my app")]
#[derive(Deserialize)]
struct Spaces {}

#[config("host")]
#[derive(Deserialize)]
struct Own {}

#[config(http)]
#[derive(Deserialize)]
struct InNoQuotes {}

#[config("a", "b")]
#[derive(Deserialize)]
struct Two {}

#[config(7)]
#[derive(Deserialize)]
struct Number {}

#[config("c", valdate)]
#[derive(Deserialize)]
struct Misspelled {}

#[config("d", name = "x")]
#[derive(Deserialize)]
struct NoSuchOption {}

#[config("e")]
#[derive(Deserialize)]
struct Generic<T> {
    value: T,
}

#[config("f")]
#[derive(Deserialize)]
enum Enum {
    A,
}

#[config("g")]
fn function() {}

#[config("h", validate, validate, colour = "red")]
#[derive(Deserialize)]
struct Several {}

fn main() {}
