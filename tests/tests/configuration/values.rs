//! Every kind of value, from a file and as text.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::path::PathBuf;

use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, read, set, variable};

#[derive(Deserialize, Debug, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Mode {
    Fast,
    Slow,
    File { path: String, sync: Option<bool> },
    Retry(u8),
    Window(u8, u8),
}

#[derive(Deserialize, Debug, PartialEq)]
struct Limits {
    cpu: f64,
    hosts: Vec<String>,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(untagged)]
enum Either {
    Number(u16),
    Word(String),
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum Store {
    Memory,
    Disk { path: String },
}

#[config("all")]
#[derive(Deserialize, Debug, PartialEq)]
struct All {
    port: u16,
    offset: i64,
    ratio: f32,
    on: bool,
    letter: char,
    name: String,
    maybe: Option<u8>,
    list: Vec<u16>,
    pair: (u8, String),
    words: BTreeMap<String, i32>,
    by_number: HashMap<u16, String>,
    limits: Limits,
    mode: Mode,
    timeout: Duration,
    size: ByteSize,
    address: IpAddr,
    path: PathBuf,
    either: Either,
    store: Store,
    date: jiff::civil::Date,
    any: serde_json::Value,
}

const ALL: &str = r#"
[all]
port = 8080
offset = -5
ratio = 0.5
on = true
letter = "x"
name = "8080"
maybe = 7
list = [1, 2]
pair = [1, "one"]
words = { a = 1, b = -2 }
by_number = { 7 = "seven" }
mode = "fast"
timeout = "1m 30s"
size = "16MiB"
address = "127.0.0.1"
path = "/tmp"
either = 5
store = { kind = "disk", path = "x" }
date = 2026-03-29
any = { a = [1, 2.5, true, "x"] }

[all.limits]
cpu = 1
hosts = ["a", "b"]
"#;

fn all() -> All {
    All {
        port: 8080,
        offset: -5,
        ratio: 0.5,
        on: true,
        letter: 'x',
        name: "8080".into(),
        maybe: Some(7),
        list: vec![1, 2],
        pair: (1, "one".into()),
        words: [("a".into(), 1), ("b".into(), -2)].into(),
        by_number: [(7, "seven".into())].into(),
        limits: Limits { cpu: 1.0, hosts: vec!["a".into(), "b".into()] },
        mode: Mode::Fast,
        timeout: Duration::from_secs(90),
        size: ByteSize::new(16 << 20),
        address: [127, 0, 0, 1].into(),
        path: "/tmp".into(),
        either: Either::Number(5),
        store: Store::Disk { path: "x".into() },
        date: jiff::civil::date(2026, 3, 29),
        any: serde_json::json!({ "a": [1, 2.5, true, "x"] }),
    }
}

#[test]
fn a_file_has_every_kind_of_value() {
    assert_eq!(*read::<All>(file(ALL)), all());
}

#[test]
fn text_is_read_as_the_field_asks() {
    let text = [
        ("port", "8080"),
        ("offset", "-5"),
        ("ratio", "0.5"),
        ("on", "true"),
        ("letter", "x"),
        ("name", "8080"),
        ("maybe", "7"),
        ("list", "[1, 2]"),
        ("pair", "[1, \"one\"]"),
        ("words", "{ a = 1, b = -2 }"),
        ("by_number", "{ 7 = \"seven\" }"),
        ("limits", "{ cpu = 1, hosts = ['a', 'b'] }"),
        ("mode", "fast"),
        ("timeout", "1m 30s"),
        ("size", "16MiB"),
        ("address", "127.0.0.1"),
        ("path", "/tmp"),
        ("either", "5"),
        ("store", "{ kind = 'disk', path = 'x' }"),
        ("date", "2026-03-29"),
        ("any", "{ a = [1, 2.5, true, 'x'] }"),
    ];
    let sets = text.iter().fold(hostkit::config::Layers::new(), |layers, (key, value)| {
        layers.set(&format!("all.{key}={value}"))
    });
    assert_eq!(*read::<All>(sets), all());
    let variables =
        text.map(|(key, value)| (format!("HOSTKIT__ALL__{}", key.to_uppercase()), value.to_owned()));
    assert_eq!(*read::<All>(hostkit::config::Layers::new().environment(variables)), all());
}

#[config("text")]
#[derive(Deserialize, Debug)]
struct Text {
    is: String,
}

#[test]
fn text_for_a_text_stays_as_it_is() {
    for text in ["007", "1e3", "true", "2026-01-01", "[1]", "{ a = 1 }", "'quoted'", "\"quoted\"", "inf", ""]
    {
        assert_eq!(read::<Text>(variable("HOSTKIT__TEXT__IS", text)).is, text);
        assert_eq!(read::<Text>(set(&format!("text.is={text}"))).is, text);
    }
    assert_eq!(read::<Text>(set("text.is=a=b")).is, "a=b");
    assert_eq!(
        read::<Text>(variable("HOSTKIT__TEXT__IS", " x ")).is,
        " x ",
        "the environment has no spaces of its own"
    );
}

#[config("number")]
#[derive(Deserialize, Debug)]
struct Numbers {
    whole: i64,
    fraction: f64,
}

#[test]
fn numbers_of_the_environment_are_those_of_toml() {
    for (text, whole) in [("1_000", 1000), ("0xff", 255), ("0b11", 3), ("+7", 7), (" 7 ", 7)] {
        let layers = set("number.fraction=1").environment([("HOSTKIT__NUMBER__WHOLE".into(), text.into())]);
        assert_eq!(read::<Numbers>(layers).whole, whole, "{text}");
    }
    for (text, fraction) in [("1e3", 1e3), ("-0.5", -0.5), ("2", 2.0), ("inf", f64::INFINITY)] {
        assert_eq!(
            read::<Numbers>(set("number.whole=1").set(&format!("number.fraction={text}"))).fraction,
            fraction
        );
    }
}

#[config("mode")]
#[derive(Deserialize, Debug)]
struct Modes {
    is: Mode,
}

#[test]
fn variants_are_words_or_tables() {
    for (text, mode) in [
        ("\"slow\"", Mode::Slow),
        ("{ slow = {} }", Mode::Slow),
        ("{ file = { path = \"x\" } }", Mode::File { path: "x".into(), sync: None }),
        ("{ retry = 3 }", Mode::Retry(3)),
        ("{ window = [1, 2] }", Mode::Window(1, 2)),
    ] {
        assert_eq!(read::<Modes>(file(&format!("mode.is = {text}"))).is, mode);
        assert_eq!(read::<Modes>(set(&format!("mode.is={}", text.trim_matches('"')))).is, mode);
    }
    let layers = variable("HOSTKIT__MODE__IS__FILE__PATH", "x")
        .environment([("HOSTKIT__MODE__IS__FILE__SYNC".into(), "true".into())]);
    assert_eq!(read::<Modes>(layers).is, Mode::File { path: "x".into(), sync: Some(true) });
}

#[config("http.client")]
#[derive(Deserialize, Debug)]
struct Client {
    retries: u8,
}

#[test]
fn a_section_can_be_within_another() {
    assert_eq!(read::<Client>(file("[http.client]\nretries = 3")).retries, 3);
    assert_eq!(read::<Client>(variable("HOSTKIT__HTTP__CLIENT__RETRIES", "3")).retries, 3);
    assert_eq!(read::<Client>(set("http.client.retries=3")).retries, 3);
    assert_eq!(read::<Client>(set("http={client = {retries = 3}}")).retries, 3);
}

#[config("newtype")]
#[derive(Deserialize, Debug)]
struct Newtype(Vec<u8>);

#[test]
fn a_section_can_be_any_struct() {
    assert_eq!(read::<Newtype>(file("newtype = [1, 2]")).0, [1, 2]);
    assert_eq!(read::<Newtype>(set("newtype=[1, 2]")).0, [1, 2]);
}

#[config("empty")]
#[derive(Deserialize, Debug)]
struct Nothing;

#[test]
fn a_section_can_have_no_key() {
    read::<Nothing>(file("[empty]"));
    read::<Nothing>(file(""));
}

#[config("flat")]
#[derive(Deserialize, Debug)]
struct Flat {
    own: u8,
    #[serde(flatten)]
    shared: Shared,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[derive(Deserialize, Debug)]
struct Shared {
    url: String,
    size: ByteSize,
}

#[test]
fn what_is_flattened_is_read_from_the_same_table() {
    let flat = read::<Flat>(file("[flat]\nown = 1\nurl = \"x\"\nsize = \"1KiB\"\nmore = \"y\""));
    assert_eq!((flat.own, &*flat.shared.url, flat.shared.size.bytes()), (1, "x", 1024));
    assert_eq!(flat.rest["more"], "y");
}

#[test]
fn sizes_are_read_everywhere() {
    let size: ByteSize = serde_json::from_str("\"2MB\"").unwrap();
    assert_eq!((size.bytes(), u64::from(size), ByteSize::from(2_000_000)), (2_000_000, 2_000_000, size));
    assert_eq!(format!("{size:>5}|"), "  2MB|");
    let secret: Secret<String> = serde_json::from_str("\"x\"").unwrap();
    assert_eq!(secret.into_inner(), "x");
}
