//! What users give without a measure: it ends, and is told.

use std::fmt;

use hostkit::config::Layers;
use hostkit::prelude::*;
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use super::world::{Files, file, read, set, variable, wrong};

#[config("b")]
#[derive(Deserialize, Debug, Default)]
#[serde(default)]
#[allow(dead_code)]
struct Bounds {
    text: String,
    number: u8,
    timeout: Option<Duration>,
    size: Option<ByteSize>,
    any: Option<serde_json::Value>,
}

#[test]
fn what_is_nested_without_an_end_is_told() {
    for (open, close) in [("[", "]"), ("{ a = ", " }")] {
        let deep = format!("{}1{}", open.repeat(10_000), close.repeat(10_000));
        let told = wrong::<Bounds>(file(&format!("[b]\nany = {deep}")));
        assert_eq!(told.len(), 1, "{}", told.len());
        assert!(told[0].contains("is not valid TOML") && told[0].len() < 1000, "{}", told[0].len());
        read::<Bounds>(set(&format!("b.text={deep}")));
        read::<Bounds>(variable("HOSTKIT__B__TEXT", &deep));
        let told = wrong::<Bounds>(set(&format!("b.number={deep}")));
        assert!(told.len() == 1 && told[0].len() < 1000, "{told:?}");
        assert_eq!(wrong::<Bounds>(variable("HOSTKIT__B", &deep)).len(), 1);
    }
    let dotted = format!("{}a = 1", "a.".repeat(10_000));
    assert_eq!(wrong::<Bounds>(file(&dotted)).len(), 1);
    assert_eq!(wrong::<Bounds>(file(&format!("[{}a]\nx = 1", "a.".repeat(10_000)))).len(), 1);
    let told = wrong::<Bounds>(set(&format!("{}a=hunter2", "a.".repeat(100_000))));
    assert!(told.len() == 1 && told[0].contains("has too many names in it"), "{}", told[0].len());
    let told = wrong::<Bounds>(variable(&format!("HOSTKIT{}", "__A".repeat(100_000)), "1"));
    assert!(told.len() == 1 && told[0].contains("has too many names in it"), "{}", told[0].len());
}

#[test]
fn a_file_that_is_too_large_is_told() {
    let files = Files::new();
    let path = files.path().join("hostkit.toml");
    std::fs::File::create(&path).unwrap().set_len(100 << 20).unwrap();
    let told = wrong::<Bounds>(Layers::new().file(&path));
    assert!(told.len() == 1 && told[0].contains("larger than 16 MiB"), "{told:?}");
}

#[test]
fn numbers_and_durations_beyond_all_bounds_are_told() {
    let nines = "9".repeat(100_000);
    for (key, value) in [
        ("number", nines.clone()),
        ("number", format!("-{nines}")),
        ("number", format!("{nines}.{nines}")),
        ("timeout", format!("{nines}s")),
        ("timeout", format!("1{nines}h 1s")),
        ("timeout", "300000000000y".to_owned()),
        ("timeout", format!("1.{nines}s")),
        ("size", format!("{nines}B")),
        ("size", "18446744073709551616B".to_owned()),
        ("size", "16777216TiB".to_owned()),
        ("size", format!("1.{nines}GiB")),
    ] {
        let told = wrong::<Bounds>(set(&format!("b.{key}={value}")));
        assert!(told.len() == 1 && told[0].len() < 2000, "{key}: {}", told[0].len());
        let quoted = if key == "number" { value } else { format!("{value:?}") };
        let told = wrong::<Bounds>(file(&format!("[b]\n{key} = {quoted}")));
        assert!(told.len() == 1 && told[0].len() < 2000, "{key}: {}", told[0].len());
    }
    assert_eq!(read::<Bounds>(set("b.size=18446744073709551615B")).size, Some(ByteSize::new(u64::MAX)));
}

/// Of what is set twice the last counts, whatever lies in between.
#[test]
fn what_is_set_twice_is_what_was_set_last() {
    let layers = (0..1000).fold(Layers::new(), |layers, count: u32| {
        let layers = layers.set(&format!("b.number={}", count % 200));
        layers.set(&format!("b={{ text = 'number {count}' }}"))
    });
    let bounds = read::<Bounds>(layers);
    assert_eq!((bounds.number, &*bounds.text), (199, "number 999"));
}

/// A visitor of a user's own that takes all that there is.
#[derive(Debug)]
#[allow(dead_code)]
struct Takes(Vec<u8>);

impl<'de> Deserialize<'de> for Takes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Takes;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("numbers")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Takes, A::Error> {
                let mut all = Vec::new();
                while let Some(one) = list.next_element()? {
                    all.push(one);
                }
                Ok(Takes(all))
            }
        }
        deserializer.deserialize_struct("Takes", &["a", "b"], All)
    }
}

/// A type that holds itself.
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
enum Expression {
    Not(Box<Expression>),
    Both(Box<Expression>, Box<Expression>),
    Of { inner: Box<Expression>, other: Box<Expression> },
    Literal(bool),
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Wrapped(Box<Expression>);

#[config("endless")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Endless {
    takes: Takes,
    expression: Expression,
    wrapped: Wrapped,
    last: u8,
}

/// What stands in for a wrong value has an end, whoever reads it.
#[test]
fn what_stands_in_for_a_value_has_an_end() {
    let told = wrong::<Endless>(file("[endless]\nlast = 'x'"));
    assert!(told.iter().any(|told| told.starts_with("`endless.takes` is missing")), "{told:?}");
    assert!(told.iter().any(|told| told.starts_with("`endless.expression` is missing")), "{told:?}");
    assert!(told.iter().any(|told| told.starts_with("`endless.last` is \"x\"")), "{told:?}");
}
