//! Every mistake with a value, in the words it is told with.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, set, variable, wrong};

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Mode {
    Fast,
    Slow,
    File { path: String },
    Retry(u8),
    Both(u8, u8),
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[allow(dead_code)]
enum Either {
    Number(u16),
    Words(Vec<String>),
}

#[config("w")]
#[derive(Deserialize, Debug, Default)]
#[serde(default)]
struct Wrong {
    byte: u8,
    short: i16,
    long: i64,
    count: usize,
    huge: u128,
    ratio: f32,
    flag: bool,
    letter: char,
    text: String,
    list: Vec<String>,
    pair: Option<(u8, u8)>,
    map: BTreeMap<u8, u8>,
    inner: Inner,
    timeout: Duration,
    size: ByteSize,
    mode: Option<Mode>,
    either: Option<Either>,
    address: Option<SocketAddr>,
    unit: Option<()>,
}

#[derive(Deserialize, Debug, Default)]
#[serde(default)]
struct Inner {
    port: u16,
}

const FILE: [(&str, &str, &str, &str); 44] = [
    ("byte = 256", "byte", "256: expected a whole number from 0 to 255", "byte = 1"),
    ("byte = -1", "byte", "-1: expected a whole number from 0 to 255", "byte = 1"),
    ("byte = \"25\"", "byte", "\"25\": expected a whole number from 0 to 255", "byte = 25"),
    ("byte = \"1_0\"", "byte", "\"1_0\": expected a whole number from 0 to 255", "byte = 10"),
    ("byte = [1]", "byte", "a list: expected a whole number from 0 to 255", "byte = 1"),
    ("byte = {}", "byte", "a table: expected a whole number from 0 to 255", "byte = 1"),
    ("byte = 2026-01-01", "byte", "2026-01-01: expected a whole number from 0 to 255", "byte = 1"),
    ("short = 40000", "short", "40000: expected a whole number from -32768 to 32767", "short = 1"),
    ("short = 0.5", "short", "0.5: expected a whole number from -32768 to 32767", "short = 1"),
    (
        "long = \"x\"",
        "long",
        "\"x\": expected a whole number from -9223372036854775808 to 9223372036854775807",
        "long = 1",
    ),
    (
        "long = 99999999999999999999",
        "long",
        "99999999999999999999: expected a whole number from -9223372036854775808 to 9223372036854775807",
        "long = 1",
    ),
    ("count = -5", "count", "-5: expected a whole number from 0 to 18446744073709551615", "count = 1"),
    (
        "huge = 999999999999999999999999999999999999999999",
        "huge",
        "999999999999999999999999999999999999999999: expected a whole number from 0 to 340282366920938463463374607431768211455",
        "huge = 1",
    ),
    ("ratio = \"0.25\"", "ratio", "\"0.25\": expected a number", "ratio = 0.25"),
    ("ratio = \"half\"", "ratio", "\"half\": expected a number", "ratio = 0.5"),
    ("flag = \"off\"", "flag", "\"off\": expected `true` or `false`", "flag = false"),
    ("flag = 1", "flag", "1: expected `true` or `false`", "flag = true"),
    ("letter = \"ab\"", "letter", "\"ab\": expected a single letter in quotes", "letter = \"a\""),
    ("letter = \"\"", "letter", "\"\": expected a single letter in quotes", "letter = \"a\""),
    ("letter = 1", "letter", "1: expected a single letter in quotes", "letter = \"a\""),
    ("text = 7", "text", "7: expected a string in quotes", "text = \"7\""),
    ("text = {}", "text", "a table: expected a string in quotes", "text = \"text\""),
    ("list = \"a\"", "list", "\"a\": expected a list", "list = [\"a\"]"),
    ("list = {}", "list", "a table: expected a list", "list = []"),
    ("pair = [1]", "pair", "a list: expected a tuple of size 2", ""),
    ("pair = [1, 2, 3]", "pair", "a list: expected a list of 2, not of 3", ""),
    ("map = [1]", "map", "a list: expected a table of keys and values", "map = {}"),
    ("map = { x = 1 }", "map.x", "1: invalid key: expected a whole number from 0 to 255", ""),
    ("map = { 7 = \"x\" }", "map.7", "\"x\": expected a whole number from 0 to 255", "7 = 1"),
    ("inner = 5", "inner", "5: expected a table of keys and values", "inner = {}"),
    (
        "inner = { port = \"http\" }",
        "inner.port",
        "\"http\": expected a whole number from 0 to 65535",
        "port = 1",
    ),
    ("timeout = 30", "timeout", "30: expected a duration in quotes", "timeout = \"30s\""),
    ("timeout = 1.5", "timeout", "1.5: expected a duration in quotes", "timeout = \"10s\""),
    ("timeout = [\"1s\"]", "timeout", "a list: expected a duration in quotes", "timeout = \"10s\""),
    ("size = 16", "size", "16: expected a size in quotes", "size = \"16B\""),
    ("size = true", "size", "true: expected a size in quotes", "size = \"16MiB\""),
    (
        "mode = \"fats\"",
        "mode",
        "\"fats\": expected \"fast\" or \"slow\" or \"file\" or \"retry\" or \"both\"",
        "mode = \"fast\"",
    ),
    (
        "mode = 5",
        "mode",
        "5: expected \"fast\" or \"slow\" or \"file\" or \"retry\" or \"both\"",
        "mode = \"fast\"",
    ),
    ("mode = { file = {} }", "mode.file.path", "", "add"),
    ("mode = \"retry\"", "mode", "\"retry\": expected a table such as `{ retry = … }`", ""),
    ("mode = { both = [1] }", "mode.both", "a list: expected tuple variant Mode::Both with 2 elements", ""),
    ("mode = { fast = 1 }", "mode.fast", "1: expected no value", ""),
    ("mode = { fast = {}, slow = {} }", "mode", "a table: expected a table of exactly one key", ""),
    ("either = true", "either", "true: data did not match any variant of untagged enum Either", ""),
];

#[test]
fn every_wrong_value_of_a_file_has_its_sentence() {
    for (line, key, what, help) in FILE {
        let told = match help {
            "add" => format!("`w.{key}` is missing | hostkit.toml:2 | add `path = …` to `[w.mode.file]`"),
            "" => format!("`w.{key}` is {what} | hostkit.toml:2 | correct the value"),
            help => format!("`w.{key}` is {what} | hostkit.toml:2 | write `{help}`"),
        };
        assert_eq!(wrong::<Wrong>(file(&format!("[w]\n{line}"))), [told], "{line}");
    }
}

/// Sentences of the grammar have their own help.
#[test]
fn durations_and_sizes_are_told_in_the_grammars_words() {
    for (line, told) in [
        (
            "timeout = \"10\"",
            "`w.timeout` is \"10\": \"10\" has no unit | hostkit.toml:1 | write \"10s\" for seconds or \"10ms\" for milliseconds",
        ),
        (
            "timeout = \"-1s\"",
            "`w.timeout` is \"-1s\": a duration cannot be negative | hostkit.toml:1 | write it without the `-`, such as \"10s\"",
        ),
        (
            "timeout = \"1 parsec\"",
            "`w.timeout` is \"1 parsec\": `parsec` is no unit of time | hostkit.toml:1 | the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`",
        ),
        (
            "timeout = \"1.5s\"",
            "`w.timeout` is \"1.5s\": \"1.5s\" is a fraction | hostkit.toml:1 | write it in whole numbers, \"1s 500ms\"",
        ),
        (
            "size = \"16\"",
            "`w.size` is \"16\": \"16\" has no unit | hostkit.toml:1 | write \"16B\" for bytes or \"16MiB\" for mebibytes",
        ),
        (
            "size = \"16M\"",
            "`w.size` is \"16M\": `M` is no unit of size | hostkit.toml:1 | write \"16MiB\" for units of 1024 or \"16MB\" for units of 1000",
        ),
        (
            "size = \"-1B\"",
            "`w.size` is \"-1B\": a size cannot be negative | hostkit.toml:1 | write it without the `-`, such as \"16MiB\"",
        ),
    ] {
        assert_eq!(wrong::<Wrong>(file(&format!("w.{line}"))), [told]);
    }
}

/// The help is written as the layer would have it.
#[test]
fn every_layer_is_told_in_its_own_way() {
    let from = "the environment variable HOSTKIT__W__";
    for (layers, told) in [
        (variable("HOSTKIT__W__BYTE", "80a"), format!("`w.byte` is \"80a\": expected a whole number from 0 to 255 | {from}BYTE | write `HOSTKIT__W__BYTE=80`")),
        (variable("HOSTKIT__W__BYTE", "080"), format!("`w.byte` is \"080\": expected a whole number from 0 to 255 | {from}BYTE | write `HOSTKIT__W__BYTE=80`")),
        (variable("HOSTKIT__W__BYTE", ""), format!("`w.byte` is \"\": expected a whole number from 0 to 255 | {from}BYTE | write `HOSTKIT__W__BYTE=1`, or unset it")),
        (variable("HOSTKIT__W__FLAG", "no"), format!("`w.flag` is \"no\": expected `true` or `false` | {from}FLAG | write `HOSTKIT__W__FLAG=false`")),
        (variable("HOSTKIT__W__LIST", "a"), format!("`w.list` is \"a\": expected a list | {from}LIST | write `HOSTKIT__W__LIST=[\"a\"]`")),
        (variable("HOSTKIT__W__MODE", "fats"), format!("`w.mode` is \"fats\": expected \"fast\" or \"slow\" or \"file\" or \"retry\" or \"both\" | {from}MODE | write `HOSTKIT__W__MODE=fast`")),
        (variable("HOSTKIT__W__INNER__PORT", "x"), format!("`w.inner.port` is \"x\": expected a whole number from 0 to 65535 | {from}INNER__PORT | write `HOSTKIT__W__INNER__PORT=1`")),
        (variable("HOSTKIT__W", "x"), "`w` is \"x\": expected a table of keys and values | the environment variable HOSTKIT__W | write `HOSTKIT__W={}`".to_owned()),
        (variable("HOSTKIT__W__INNER", "{port = 'x'}"), format!("`w.inner.port` is \"x\": expected a whole number from 0 to 65535 | {from}INNER | write `HOSTKIT__W__INNER__PORT=1`")),
        (set("w.byte=80a"), "`w.byte` is \"80a\": expected a whole number from 0 to 255 | --set w.byte | write `--set w.byte=80`".to_owned()),
        (set("w.inner={port = 'x'}"), "`w.inner.port` is \"x\": expected a whole number from 0 to 65535 | --set w.inner | write `--set w.inner.port=1`".to_owned()),
        (set("w.address=nowhere"), "`w.address` is \"nowhere\": invalid socket address syntax | --set w.address | correct the value".to_owned()),
        (set("w.unit=1"), "`w.unit` is \"1\": expected no value | --set w.unit | correct the value".to_owned()),
    ] {
        assert_eq!(wrong::<Wrong>(layers), [told]);
    }
}

#[test]
fn a_long_text_is_cut() {
    let text = "ä".repeat(1000);
    let [told] = &wrong::<Wrong>(file(&format!("w.byte = \"{text}\"")))[..] else { panic!("one problem") };
    assert!(
        told.starts_with(&format!("`w.byte` is \"{}\"…: expected a whole number", "ä".repeat(60))),
        "{told}"
    );
}
