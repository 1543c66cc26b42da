//! What is not said: serde's defaults, options, and fields that have to be there.

use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, read, set, wrong};

#[config("d")]
#[derive(Deserialize, Debug, PartialEq)]
struct Defaults {
    #[serde(default)]
    count: u8,
    #[serde(default = "ten")]
    timeout: Duration,
    #[serde(default)]
    inner: Inner,
    maybe: Option<u8>,
    #[serde(skip)]
    skipped: u8,
    #[serde(default, alias = "old_name")]
    name: String,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(default)]
struct Inner {
    a: u8,
    b: u8,
}

impl Default for Inner {
    fn default() -> Self {
        Inner { a: 1, b: 2 }
    }
}

fn ten() -> Duration {
    Duration::from_secs(10)
}

fn defaults() -> Defaults {
    Defaults {
        count: 0,
        timeout: ten(),
        inner: Inner::default(),
        maybe: None,
        skipped: 0,
        name: String::new(),
    }
}

#[test]
fn a_section_of_defaults_need_not_be_there() {
    assert_eq!(*read::<Defaults>(hostkit::config::Layers::new()), defaults());
    assert_eq!(*read::<Defaults>(file("[d]")), defaults());
    let inner = Inner { a: 1, b: 9 };
    assert_eq!(*read::<Defaults>(set("d.inner.b=9")), Defaults { inner, ..defaults() });
    assert_eq!(read::<Defaults>(set("d.old_name=x")).name, "x", "an alias");
}

#[config("required")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Required {
    port: u16,
    #[serde(rename = "base-url")]
    url: String,
    tls: RequiredTls,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct RequiredTls {
    cert: String,
}

const NOWHERE: &str = "not set in any file, variable or `--set`";

#[test]
fn every_field_that_is_missing_is_told() {
    assert_eq!(
        wrong::<Required>(hostkit::config::Layers::new()),
        [
            format!("`required.port` is missing | {NOWHERE} | add `port = …` to `[required]`"),
            format!("`required.base-url` is missing | {NOWHERE} | add `base-url = …` to `[required]`"),
            format!("`required.tls` is missing | {NOWHERE} | add `tls = …` to `[required]`"),
        ]
    );
    assert_eq!(
        wrong::<Required>(file("[required]\nport = 1\n\n[required.tls]\n")),
        [
            "`required.base-url` is missing | hostkit.toml:1 | add `base-url = …` to `[required]`",
            "`required.tls.cert` is missing | hostkit.toml:4 | add `cert = …` to `[required.tls]`",
        ]
        .map(String::from)
        .into_iter()
        .rev()
        .collect::<Vec<_>>()
    );
    assert_eq!(
        wrong::<Required>(set("required={ port = 1, tls = { cert = 'x' } }")),
        ["`required.base-url` is missing | --set required | add `base-url = …` to `[required]`"]
    );
}
