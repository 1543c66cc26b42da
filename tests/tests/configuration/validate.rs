//! A section's own rules.

use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, read, wrong};

#[config("range", validate)]
#[derive(Deserialize, Debug)]
struct Range {
    min: u8,
    max: u8,
}

impl Range {
    fn validate(&self) -> Result<(), String> {
        match (self.min, self.max) {
            (0, 0) => panic!("nobody thought of this"),
            (min, max) if min > max => Err(format!("`min` is {min}, which is more than `max`")),
            _ => Ok(()),
        }
    }
}

#[test]
fn what_is_right_in_itself_can_be_wrong_together() {
    assert_eq!(read::<Range>(file("[range]\nmin = 1\nmax = 2")).max, 2);
    assert_eq!(
        wrong::<Range>(file("\n[range]\nmin = 3\nmax = 2")),
        [
            "`range` can't be: `min` is 3, which is more than `max` | hostkit.toml:2 | correct the values of `[range]`"
        ]
    );
}

#[test]
fn a_panic_is_an_answer_as_well() {
    assert_eq!(
        wrong::<Range>(file("[range]\nmin = 0\nmax = 0")),
        [
            "`range` can't be: panicked: nobody thought of this | hostkit.toml:1 | correct the values of `[range]`"
        ]
    );
}

/// The rules see only sections that could be read.
#[test]
fn rules_are_not_asked_of_values_that_are_none() {
    let told = wrong::<Range>(file("[range]\nmin = 0\nmax = \"0\""));
    assert_eq!(
        told,
        ["`range.max` is \"0\": a whole number from 0 to 255 is wanted | hostkit.toml:3 | write `max = 0`"]
    );
}

#[derive(Debug)]
struct Outer;

impl std::fmt::Display for Outer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("outer")
    }
}

impl std::error::Error for Outer {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&std::fmt::Error)
    }
}

#[config("chain", validate)]
#[derive(Deserialize, Debug, Default)]
#[serde(default)]
struct Chain {
    as_anyhow: bool,
}

impl Chain {
    fn validate(&self) -> anyhow::Result<()> {
        match self.as_anyhow {
            true => anyhow::bail!("anyhow's"),
            false => Err(Outer.into()),
        }
    }
}

#[test]
fn any_error_will_do_and_its_chain_is_told() {
    let told = &wrong::<Chain>(hostkit::Layers::new())[0];
    assert!(told.starts_with("`chain` can't be: outer: an error occurred"), "{told}");
    let told = &wrong::<Chain>(super::world::set("chain.as_anyhow=true"))[0];
    assert!(told.starts_with("`chain` can't be: anyhow's | --set chain.as_anyhow | "), "{told}");
}

#[config("panics")]
#[derive(Debug)]
struct Panics;

impl<'de> Deserialize<'de> for Panics {
    fn deserialize<D: serde::Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        panic!("while reading")
    }
}

#[test]
fn a_panic_while_reading_is_told() {
    let told = &wrong::<Panics>(hostkit::Layers::new())[0];
    assert!(told.starts_with("`panics` can't be: panicked: while reading | "), "{told}");
}
