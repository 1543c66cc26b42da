//! A file says what it means: a number is no text, a text no number.

use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, read, wrong};

#[config("s")]
#[derive(Deserialize, Debug, Default)]
#[serde(default)]
struct Strict {
    whole: u32,
    fraction: f64,
    flag: bool,
    text: String,
    maybe: Option<u8>,
    list: Vec<u8>,
}

#[test]
fn no_value_of_a_file_becomes_another() {
    for (line, told) in [
        (
            "whole = \"80\"",
            "`s.whole` is \"80\": expected a whole number from 0 to 4294967295 | hostkit.toml:2 | write `whole = 80`",
        ),
        (
            "whole = 1.0",
            "`s.whole` is 1: expected a whole number from 0 to 4294967295 | hostkit.toml:2 | write `whole = 1`",
        ),
        (
            "whole = true",
            "`s.whole` is true: expected a whole number from 0 to 4294967295 | hostkit.toml:2 | write `whole = 1`",
        ),
        (
            "fraction = \"0,5\"",
            "`s.fraction` is \"0,5\": expected a number | hostkit.toml:2 | write `fraction = 0.5`",
        ),
        (
            "flag = \"true\"",
            "`s.flag` is \"true\": expected `true` or `false` | hostkit.toml:2 | write `flag = true`",
        ),
        ("flag = 0", "`s.flag` is 0: expected `true` or `false` | hostkit.toml:2 | write `flag = false`"),
        ("text = 80", "`s.text` is 80: expected a string in quotes | hostkit.toml:2 | write `text = \"80\"`"),
        (
            "text = 0.5",
            "`s.text` is 0.5: expected a string in quotes | hostkit.toml:2 | write `text = \"0.5\"`",
        ),
        (
            "text = true",
            "`s.text` is true: expected a string in quotes | hostkit.toml:2 | write `text = \"true\"`",
        ),
        (
            "text = [\"a\"]",
            "`s.text` is a list: expected a string in quotes | hostkit.toml:2 | write `text = \"text\"`",
        ),
        (
            "maybe = \"7\"",
            "`s.maybe` is \"7\": expected a whole number from 0 to 255 | hostkit.toml:2 | write `maybe = 7`",
        ),
        ("list = 7", "`s.list` is 7: expected a list | hostkit.toml:2 | write `list = [7]`"),
        (
            "list = [\"7\"]",
            "`s.list[0]` is \"7\": expected a whole number from 0 to 255 | hostkit.toml:2 | write `7`",
        ),
    ] {
        assert_eq!(wrong::<Strict>(file(&format!("[s]\n{line}"))), [told]);
    }
    assert_eq!(read::<Strict>(file("s.fraction = 2")).fraction, 2.0, "a whole number is a number");
}

/// A list of the environment is TOML, and TOML is strict.
#[test]
fn what_is_within_a_list_of_the_environment_is_strict_as_well() {
    let layers = super::world::variable("HOSTKIT__S__LIST", "['7']");
    assert_eq!(
        wrong::<Strict>(layers),
        [
            "`s.list[0]` is \"7\": expected a whole number from 0 to 255 | the environment variable HOSTKIT__S__LIST | write `HOSTKIT__S__LIST=[7]`"
        ]
    );
}
