//! A section with a field of every kind.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::num::NonZeroU8;

use hostkit::prelude::*;
use serde::Deserialize;

#[config("all", validate)]
#[derive(Deserialize, Debug)]
#[allow(dead_code, reason = "it is read, and shown by `Debug`")]
pub(crate) struct All {
    port: u16,
    offset: Option<i64>,
    huge: Option<u128>,
    ratio: Option<f32>,
    on: Option<bool>,
    letter: Option<char>,
    name: Option<String>,
    list: Option<Vec<u8>>,
    pair: Option<(u8, String)>,
    map: Option<BTreeMap<u8, Inner>>,
    mode: Option<Mode>,
    either: Option<Either>,
    tagged: Option<Tagged>,
    timeout: Option<Duration>,
    size: Option<ByteSize>,
    address: Option<IpAddr>,
    count: Option<NonZeroU8>,
    token: Option<Secret<String>>,
    pin: Option<Secret<u16>>,
    unit: Option<()>,
    #[serde(rename = "maxSize")]
    max_size: Option<u8>,
    inner: Option<Box<Inner>>,
    flat: Option<Flat>,
}

impl All {
    fn validate(&self) -> Result<(), String> {
        if self.port == 0 { Err(format!("{self:?}")) } else { Ok(()) }
    }
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Inner {
    deep: u8,
    next: Option<Box<Inner>>,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Flat {
    own: u8,
    #[serde(flatten)]
    rest: BTreeMap<String, Either>,
}

#[derive(Deserialize, Debug)]
#[serde(rename_all = "lowercase")]
#[allow(dead_code)]
enum Mode {
    Fast,
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
    Secret { password: Secret<String> },
}

#[derive(Deserialize, Debug)]
#[serde(tag = "kind")]
#[allow(dead_code)]
enum Tagged {
    A { x: u8 },
    B(Inner),
}
