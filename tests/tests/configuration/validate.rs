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
            "`range` is invalid: `min` is 3, which is more than `max` | hostkit.toml:2 | correct the values of `[range]`"
        ]
    );
}

#[test]
fn a_panic_is_an_answer_as_well() {
    assert_eq!(
        wrong::<Range>(file("[range]\nmin = 0\nmax = 0")),
        [
            "`range` is invalid: panicked: nobody thought of this | hostkit.toml:1 | correct the values of `[range]`"
        ]
    );
}

/// The rules see only sections that could be read.
#[test]
fn rules_are_not_asked_of_values_that_are_none() {
    let told = wrong::<Range>(file("[range]\nmin = 0\nmax = \"0\""));
    assert_eq!(
        told,
        ["`range.max` is \"0\": expected a whole number from 0 to 255 | hostkit.toml:3 | write `max = 0`"]
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
    let told = &wrong::<Chain>(hostkit::config::Layers::new())[0];
    assert!(told.starts_with("`chain` is invalid: outer: an error occurred"), "{told}");
    let told = &wrong::<Chain>(super::world::set("chain.as_anyhow=true"))[0];
    assert!(told.starts_with("`chain` is invalid: anyhow's | --set chain.as_anyhow | "), "{told}");
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
    let told = &wrong::<Panics>(hostkit::config::Layers::new())[0];
    assert!(told.starts_with("`panics` is invalid: panicked: while reading | "), "{told}");
}

#[config("blamed", validate)]
#[derive(Deserialize, Debug)]
struct Blamed {
    port: u16,
    host: String,
    #[serde(default)]
    says: String,
}

impl Blamed {
    fn validate(&self) -> Result<(), String> {
        if self.port < 1024 && self.host != "fine" { Err(self.says.clone()) } else { Ok(()) }
    }
}

/// The layer that holds the values is blamed, not the one in which the section begins.
#[test]
fn a_rule_blames_the_layer_that_says_the_values() {
    let both = "[blamed]\nport = 8080\nhost = \"x\"";
    let place = |layers: hostkit::config::Layers| {
        let told = wrong::<Blamed>(layers);
        let [told] = &told[..] else { panic!("{told:?}") };
        let place = told.split(" | ").nth(1).unwrap();
        let places = place
            .split(" and ")
            .map(|one| if one.starts_with('/') { one.rsplit('/').next().unwrap() } else { one });
        places.collect::<Vec<_>>().join(" and ")
    };
    let over = |says: &str| file(both).set("blamed.port=80").set(&format!("blamed.says={says}"));
    assert_eq!(place(over("`port` is one of the system's")), "--set blamed.port");
    assert_eq!(place(over("port is one of the system's")), "--set blamed.port");
    assert_eq!(place(over("`blamed.port` is one of the system's")), "--set blamed.port");
    assert_eq!(place(over("`port` and `host` are at odds")), "--set blamed.port and hostkit.toml:3");
    assert_eq!(place(over("at odds")), "--set blamed.port and --set blamed.says and hostkit.toml:3");
    let text = |says: &str| file(&format!("[blamed]\nport = 80\nhost = \"x\"\nsays = \"{says}\""));
    assert_eq!(place(text("at odds")), "hostkit.toml:1");
    assert_eq!(place(text("`port` is one of the system's")), "hostkit.toml:2");
    let variables = file(both).environment([
        ("HOSTKIT__BLAMED__PORT".to_owned(), "80".to_owned()),
        ("HOSTKIT__BLAMED__SAYS".to_owned(), "no such `port`".to_owned()),
    ]);
    assert_eq!(place(variables), "the environment variable HOSTKIT__BLAMED__PORT");
}
