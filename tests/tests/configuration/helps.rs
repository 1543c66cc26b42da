//! Every help of the form `key = value`, `NAME=value` or `--set key=value` helps: applied, it leaves neither the same problem
//! with that key nor a new one.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::num::NonZeroU8;
use std::path::PathBuf;

use hostkit::builder::{Hosted, Queued, Timed};
use hostkit::config::Layers;
use hostkit::prelude::*;
use hostkit::{Every, Host, HostBuilder};
use hostkit_grammar::{Attribute, OptionSpec, of};
use serde::Deserialize;

use super::world::Files;

#[derive(Deserialize, Debug)]
#[serde(rename_all = "kebab-case")]
#[allow(dead_code)]
enum Word {
    File { path: String },
    Retry(u8),
    LowLatency,
    Fast,
}

#[derive(Deserialize, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[serde(rename_all = "kebab-case")]
enum Level {
    LowLatency,
    High,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default)]
#[allow(dead_code)]
struct Inner {
    port: u16,
    list: Vec<u16>,
    each: Vec<Element>,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Element {
    n: u8,
    name: Option<String>,
}

/// A field of every type that a section may have.
#[config("all", validate)]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct All {
    #[serde(default)]
    byte: u8,
    some: Option<NonZeroU8>,
    short: Option<i16>,
    large: Option<u64>,
    negative: Option<i64>,
    largest: Option<u128>,
    smallest: Option<i128>,
    high: Option<u16>,
    ratio: Option<f32>,
    flag: Option<bool>,
    letter: Option<char>,
    text: Option<String>,
    secret: Option<Secret<u16>>,
    path: Option<PathBuf>,
    numbers: Option<Vec<u16>>,
    words: Option<Vec<String>>,
    flags: Option<Vec<bool>>,
    pair: Option<(u8, String)>,
    map: Option<BTreeMap<String, u8>>,
    by_number: Option<BTreeMap<u8, u8>>,
    by_level: Option<BTreeMap<Level, u8>>,
    timeout: Option<Duration>,
    size: Option<ByteSize>,
    address: Option<SocketAddr>,
    word: Option<Word>,
    unit: Option<()>,
    inner: Option<Inner>,
    each: Option<Vec<Element>>,
}

impl All {
    /// What it refuses no help may say.
    fn validate(&self) -> Result<(), String> {
        match self.high {
            Some(high) if high < 1024 => Err("`high` is one of the system's".to_owned()),
            _ => Ok(()),
        }
    }
}

const FIELDS: [&str; 28] = [
    "byte",
    "some",
    "short",
    "large",
    "negative",
    "largest",
    "smallest",
    "high",
    "ratio",
    "flag",
    "letter",
    "text",
    "secret",
    "path",
    "numbers",
    "words",
    "flags",
    "pair",
    "map",
    "by_number",
    "by_level",
    "timeout",
    "size",
    "address",
    "word",
    "unit",
    "inner",
    "each",
];

/// Whatever somebody may write, as TOML and as text.
const VALUES: [&str; 46] = [
    "",
    "0",
    "1",
    "-1",
    "7",
    "80a",
    "256",
    "080",
    "1_0",
    "99999999999999999999",
    "99999999999999999999999999999999999999999",
    "340282366920938463463374607431768211455",
    "0.5",
    "1.0",
    "1e400",
    "nan",
    "0,5",
    "true",
    "false",
    "no",
    "off",
    "False",
    "Yes",
    "on",
    "x",
    "ab",
    "a,b",
    "80,443",
    "[a,b]",
    "[80,443]",
    "['80', '443']",
    "['a', 5]",
    "[1]",
    "[]",
    "{}",
    "{ x = 1 }",
    "{ low_latency = 1 }",
    "{ n = 'x' }",
    "[{ n = 'x' }, { n = 2 }]",
    "{ port = 'x' }",
    "{ each = [{ n = 'x' }] }",
    "10",
    "5 parsecs",
    "low_latency",
    "16",
    "2026-01-01",
];

fn host() -> HostBuilder {
    Host::builder()
        .service("reader", Hosted::new(async |_: Config<All>| {}))
        .service("hosted", async |_: hostkit::param::Heartbeat| {})
        .timed("timed", Every::secs(10), Timed::new(async || {}))
        .queued("queued", Queued::new(async |_: String| {}))
}

/// What the helps of these layers say: `(place, help)` of each problem.
fn problems(layers: Layers) -> Vec<(String, String, String)> {
    match host().configuration(layers).build() {
        Ok(_) => Vec::new(),
        Err(error) => {
            let told = error.problems().iter();
            told.map(|problem| (problem.what(), problem.place(), problem.help())).collect()
        }
    }
}

/// The key that a problem is about: the first text in backticks.
fn key_of(what: &str) -> String {
    what.split('`').nth(1).unwrap_or_default().to_owned()
}

/// What stands in backticks and has a `=`, unless it is a pattern to be filled.
fn helps(help: &str) -> Vec<String> {
    let quoted = help.split('`').skip(1).step_by(2);
    let is_key = |key: &str| key.chars().all(|c| c.is_alphanumeric() || " _-.\"".contains(c));
    let is_help =
        |quoted: &&str| !quoted.contains('…') && quoted.split_once('=').is_some_and(|(key, _)| is_key(key));
    quoted.filter(is_help).map(str::to_owned).collect()
}

#[derive(Clone, Copy, Debug)]
enum Layer {
    File,
    Profile,
    Environment,
    Set,
}

const LAYERS: [Layer; 4] = [Layer::File, Layer::Profile, Layer::Environment, Layer::Set];

/// The layer with this value, and with a help over it.
fn layers(layer: Layer, key: &str, value: &str, help: Option<(&str, &str)>) -> Option<Layers> {
    let (section, field) = key.rsplit_once('.').unwrap();
    match layer {
        Layer::File | Layer::Profile => {
            // What a help says stands in the place of the value, in the table that it is about.
            let mut text = format!("[{section}]\n");
            let help = help.map(|(at, help)| (at.rsplit_once('.').unwrap(), help.split_once(" = ").unwrap()));
            match help {
                Some(((table, _), (name, right))) if table == section && name == field => {
                    text += &format!("{field} = {right}\n");
                }
                // Within the value: the whole of it is written anew by whoever is told.
                Some(_) => return None,
                None => text += &format!("{field} = {value}\n"),
            }
            if text.parse::<toml::Table>().is_err() {
                return None;
            }
            let files = Files::new();
            if let Layer::File = layer {
                return Some(files.over(Layers::new(), "hostkit.toml", &text));
            }
            files.over(Layers::new(), "hostkit.toml", "");
            files.over(Layers::new(), "hostkit.blue.toml", &text);
            Some(Layers::standard(Some(&files.path().join("hostkit.toml")), Some("blue")))
        }
        Layer::Environment => {
            let variable = format!("HOSTKIT__{}", key.to_uppercase().replace('.', "__"));
            let mut variables = vec![(variable, value.to_owned())];
            if let Some((_, help)) = help {
                let (name, right) = help.split_once('=').unwrap();
                variables.retain(|(variable, _)| variable != name);
                variables.push((name.to_owned(), right.to_owned()));
            }
            Some(Layers::new().environment(variables))
        }
        Layer::Set => {
            let layers = Layers::new().set(&format!("{key}={value}"));
            Some(
                help.map_or(layers.clone(), |(_, help)| {
                    layers.set(help.strip_prefix("--set ").unwrap_or(help))
                }),
            )
        }
    }
}

/// Applies every help of what is wrong with this value; how many there were.
fn apply(layer: Layer, key: &str, value: &str) -> usize {
    let Some(wrong) = layers(layer, key, value, None) else { return 0 };
    let mut applied = 0;
    for (what, place, help) in problems(wrong) {
        let about = key_of(&what);
        for help in helps(&help) {
            let section = about.rsplit_once('.').map_or(about.as_str(), |(section, _)| section);
            // An option's own help says it as a file would, by its bare name.
            let help = match (layer, help.split('=').next().unwrap().ends_with(' ')) {
                (Layer::Environment, true) => {
                    let (name, right) = help.split_once(" = ").unwrap();
                    let name = format!("{section}.{name}").to_uppercase().replace('.', "__");
                    format!("HOSTKIT__{name}={}", right.trim_matches('"'))
                }
                (Layer::Set, true) => {
                    let (name, right) = help.split_once(" = ").unwrap();
                    format!("--set {section}.{name}={}", right.trim_matches('"'))
                }
                _ => help,
            };
            let Some(corrected) = layers(layer, key, value, Some((&about, &help))) else { continue };
            applied += 1;
            let mut left = problems(corrected);
            // Names as they were written: that nobody is called so is another problem, and told then.
            left.retain(|(what, ..)| !what.contains("there is no service named"));
            // What depends on other options is told once it is right in itself.
            left.retain(|(what, ..)| !what.contains("has no effect without"));
            if about == "all.high" && value.replace('_', "").contains(help.rsplit(['=', ' ']).next().unwrap())
            {
                // What is written is what was meant: that the rule refuses it is another problem, and told then.
                left.retain(|(what, ..)| !what.contains("one of the system's"));
            }
            assert!(
                left.iter()
                    .all(|(what, ..)| key_of(what) != about
                        && !about.starts_with(&format!("{}.", key_of(what)))),
                "{layer:?}: `{key}` is {value:?}: {what} | {place} | {help}\nwith {help}: {left:?}"
            );
        }
    }
    applied
}

#[test]
fn every_help_for_a_field_helps() {
    let mut applied = 0;
    for field in FIELDS {
        for (number, value) in VALUES.into_iter().enumerate() {
            // A profile's file is a file: some values will do.
            for layer in
                LAYERS.into_iter().filter(|layer| number % 7 == 3 || !matches!(layer, Layer::Profile))
            {
                applied += apply(layer, &format!("all.{field}"), value);
            }
        }
        // As a string in quotes, which a file may say of anything.
        for value in VALUES {
            applied += apply(Layer::File, &format!("all.{field}"), &format!("{value:?}"));
        }
    }
    assert!(applied > 500, "{applied} helps were applied");
}

#[test]
fn every_help_for_an_option_helps() {
    let sections = [
        ("host", Attribute::Host),
        ("log", Attribute::Log),
        ("services.hosted", Attribute::HostedService),
        ("services.timed", Attribute::Timed),
        ("services.queued", Attribute::Queued),
    ];
    let mut applied = 0;
    for (section, attribute) in sections {
        let options: Vec<&OptionSpec> = of(attribute).filter(|option| option.is_configurable()).collect();
        assert!(!options.is_empty());
        for option in options {
            for (number, value) in VALUES.into_iter().enumerate() {
                for layer in
                    LAYERS.into_iter().filter(|layer| number % 7 == 3 || !matches!(layer, Layer::Profile))
                {
                    applied += apply(layer, &format!("{section}.{}", option.name), value);
                }
                applied += apply(Layer::File, &format!("{section}.{}", option.name), &format!("{value:?}"));
            }
        }
    }
    assert!(applied > 100, "{applied} helps were applied");
}

fn told(layers: Layers) -> (String, String) {
    let (what, _, help) = problems(layers).into_iter().next().expect("something is wrong");
    (what, help)
}

/// Lists of the environment: split at commas, numbers bare, nothing for an empty one, and always as a whole.
#[test]
fn a_list_of_the_environment_is_written_as_a_whole() {
    for (name, value, help) in [
        ("NUMBERS", "80,443", "write `HOSTKIT__ALL__NUMBERS=[80, 443]`"),
        ("WORDS", "80,443", "write `HOSTKIT__ALL__WORDS=[\"80\", \"443\"]`"),
        ("WORDS", "[a,b]", "write `HOSTKIT__ALL__WORDS=[\"a\", \"b\"]`"),
        ("WORDS", "", "write `HOSTKIT__ALL__WORDS=[]`, or unset it"),
        ("NUMBERS", "", "write `HOSTKIT__ALL__NUMBERS=[]`, or unset it"),
        ("NUMBERS__0", "80", "write `HOSTKIT__ALL__NUMBERS=[80]` in place of `HOSTKIT__ALL__NUMBERS__0`"),
        ("WORDS__0", "80", "write `HOSTKIT__ALL__WORDS=[\"80\"]` in place of `HOSTKIT__ALL__WORDS__0`"),
        ("EACH", "[{ n = 'x' }]", "write `HOSTKIT__ALL__EACH=[{ n = 1 }]`"),
        ("INNER__EACH", "[{ n = 'x' }]", "write `HOSTKIT__ALL__INNER__EACH=[{ n = 1 }]`"),
        ("BYTE", "", "write `HOSTKIT__ALL__BYTE=1`, or unset it"),
        ("TIMEOUT", "", ", or unset it"),
    ] {
        let variable = (format!("HOSTKIT__ALL__{name}"), value.to_owned());
        let (what, told) = told(Layers::new().environment([variable]));
        if name != "TIMEOUT" {
            assert_eq!(told, help, "{what}");
        }
    }
    let empty = ("HOSTKIT__HOST__STOP_TIMEOUT".to_owned(), String::new());
    assert!(told(Layers::new().environment([empty])).1.ends_with(", or unset it"));
    let names = ("HOSTKIT__HOST__EXPECT".to_owned(), "hosted, timed".to_owned());
    assert_eq!(problems(Layers::new().environment([names])), []);
}

#[test]
fn a_wrong_key_of_an_enum_is_told_like_a_wrong_field() {
    let (what, help) = told(Layers::new().set("all.by_level={ low_latency = 1 }"));
    assert_eq!(what, "`all.by_level.low_latency` is 1: `low_latency` is not a `Level`");
    assert_eq!(help, "did you mean `low-latency`? (possible: `low-latency`, `high`)");
    let all = problems(Layers::new().set("all.by_level={ low = 1, hihg = 2, high = 'x' }"));
    assert_eq!(all.len(), 3, "{all:?}");
    // The environment can't write it otherwise.
    let variable = ("HOSTKIT__ALL__BY_LEVEL__LOW_LATENCY".to_owned(), "1".to_owned());
    assert_eq!(problems(Layers::new().environment([variable])), []);
}

/// A value that the section's own rule refuses is not told, unless it is what was meant.
#[test]
fn no_value_is_told_that_a_rule_refuses() {
    assert_eq!(told(Layers::new().set("all.high=x")).1, "write a whole number from 0 to 65535");
    assert_eq!(told(Layers::new().set("all.high=8080a")).1, "write `--set all.high=8080`");
    assert_eq!(told(Layers::new().set("all.byte=x")).1, "write `--set all.byte=1`");
    assert_eq!(told(Layers::new().set("all.some=x")).1, "write `--set all.some=1`");
}

#[test]
fn a_number_of_every_size_is_read_or_told_with_its_bounds() {
    let largest = "340282366920938463463374607431768211455";
    for text in [largest, "0", "0xffffffffffffffffffffffffffffffff"] {
        assert_eq!(problems(Layers::new().set(&format!("all.largest={text}"))), []);
    }
    assert_eq!(problems(Layers::new().set("all.smallest=-170141183460469231731687303715884105728")), []);
    for (key, bounds) in [
        ("large", "from 0 to 18446744073709551615"),
        ("largest", "from 0 to 340282366920938463463374607431768211455"),
        ("negative", "from -9223372036854775808 to 9223372036854775807"),
        (
            "smallest",
            "from -170141183460469231731687303715884105728 to 170141183460469231731687303715884105727",
        ),
    ] {
        let (what, _) = told(Layers::new().set(&format!("all.{key}={largest}0")));
        assert!(what.ends_with(&format!("expected a whole number {bounds}")), "{what}");
    }
}
