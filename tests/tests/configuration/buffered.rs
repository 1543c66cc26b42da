//! Text of the environment where serde buffers what it reads: a type is not guessed too early, and a key is met.

use std::collections::{BTreeMap, HashMap};

use hostkit::config::Layers;
use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, read, set, wrong};

fn variables<const N: usize>(variables: [(&str, &str); N]) -> Layers {
    Layers::new().environment(variables.map(|(name, value)| (name.to_owned(), value.to_owned())))
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Store {
    S3 {
        bucket: String,
        #[serde(default)]
        port: u16,
        #[serde(default)]
        deep: Option<Deep>,
    },
}

#[derive(Deserialize, Debug, PartialEq)]
struct Deep {
    id: String,
    on: bool,
}

#[config("tagged")]
#[derive(Deserialize, Debug)]
struct Tagged {
    store: Store,
}

#[test]
fn a_text_in_a_tagged_enum_stays_a_text() {
    for (text, is) in [
        ("12345", "12345"),
        ("true", "true"),
        ("007", "007"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("-0.5", "-0.5"),
        ("nan", "nan"),
        ("[1]", "[1]"),
        ("{ a = 1 }", "{ a = 1 }"),
        ("2026-01-01", "2026-01-01"),
        ("99999999999999999999999999999", "99999999999999999999999999999"),
        ("'12345'", "12345"),
        ("plain", "plain"),
        ("", ""),
    ] {
        let of = |store: &Store| match store {
            Store::S3 { bucket, port, .. } => (bucket.clone(), *port),
        };
        let layers = variables([
            ("HOSTKIT__TAGGED__STORE__KIND", "s3"),
            ("HOSTKIT__TAGGED__STORE__BUCKET", text),
            ("HOSTKIT__TAGGED__STORE__PORT", "7"),
        ]);
        assert_eq!(of(&read::<Tagged>(layers).store), (is.to_owned(), 7), "{text}");
        let layers = set("tagged.store.kind=s3").set("tagged.store.port=7");
        let layers = layers.set(&format!("tagged.store.bucket={text}"));
        assert_eq!(of(&read::<Tagged>(layers).store), (is.to_owned(), 7), "{text}");
    }
    // The same number as a number and as a text.
    let layers = variables([
        ("HOSTKIT__TAGGED__STORE__KIND", "s3"),
        ("HOSTKIT__TAGGED__STORE__BUCKET", "7"),
        ("HOSTKIT__TAGGED__STORE__PORT", "7"),
        ("HOSTKIT__TAGGED__STORE__DEEP__ID", "7"),
        ("HOSTKIT__TAGGED__STORE__DEEP__ON", "true"),
    ]);
    let deep = Some(Deep { id: "7".into(), on: true });
    assert_eq!(read::<Tagged>(layers).store, Store::S3 { bucket: "7".into(), port: 7, deep });
    // A file says what it means.
    assert_eq!(wrong::<Tagged>(file("[tagged]\nstore = { kind = 's3', bucket = 5 }")).len(), 1);
}

#[config("rest")]
#[derive(Deserialize, Debug)]
struct Rest {
    #[serde(default)]
    port: u16,
    #[serde(flatten)]
    labels: HashMap<String, String>,
}

#[test]
fn a_text_in_what_is_flattened_stays_a_text() {
    let rest = read::<Rest>(variables([
        ("HOSTKIT__REST__PORT", "7"),
        ("HOSTKIT__REST__TEAM", "8"),
        ("HOSTKIT__REST__ON", "true"),
        ("HOSTKIT__REST__ZONE", "8"),
    ]));
    assert_eq!((rest.port, rest.labels.len()), (7, 3));
    assert_eq!((&*rest.labels["team"], &*rest.labels["on"], &*rest.labels["zone"]), ("8", "true", "8"));
}

#[config("either")]
#[derive(Deserialize, Debug)]
struct Either {
    is: Untagged,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(untagged)]
enum Untagged {
    Login { user: String, pin: u16 },
    Names { first: String, last: String },
    Flag(bool),
}

#[test]
fn a_text_in_an_untagged_enum_stays_a_text() {
    let layers = variables([("HOSTKIT__EITHER__IS__USER", "12345"), ("HOSTKIT__EITHER__IS__PIN", "7")]);
    assert_eq!(read::<Either>(layers).is, Untagged::Login { user: "12345".into(), pin: 7 });
    let layers = variables([("HOSTKIT__EITHER__IS__FIRST", "1"), ("HOSTKIT__EITHER__IS__LAST", "2")]);
    assert_eq!(read::<Either>(layers).is, Untagged::Names { first: "1".into(), last: "2".into() });
    assert_eq!(read::<Either>(variables([("HOSTKIT__EITHER__IS", "true")])).is, Untagged::Flag(true));
}

#[config("numbers")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Numbers {
    #[serde(flatten)]
    all: BTreeMap<String, u8>,
}

/// What is wrong is the variable that is wrong, and not the table that it is in.
#[test]
fn the_variable_that_is_wrong_is_named() {
    for (name, value, what) in [
        ("HOSTKIT__NUMBERS__B", "300", "`numbers.b` is \"300\": expected a whole number from 0 to 255"),
        ("HOSTKIT__NUMBERS__B", "true", "`numbers.b` is \"true\": expected a whole number from 0 to 255"),
    ] {
        let told = wrong::<Numbers>(variables([("HOSTKIT__NUMBERS__A", "7"), (name, value)]));
        let [told] = &told[..] else { panic!("{told:?}") };
        assert!(told.starts_with(what), "{told}");
        assert!(told.contains(&format!("| the environment variable {name} | write `{name}=")), "{told}");
    }
    let told = wrong::<Tagged>(variables([
        ("HOSTKIT__TAGGED__STORE__KIND", "s3"),
        ("HOSTKIT__TAGGED__STORE__BUCKET", "12345"),
        ("HOSTKIT__TAGGED__STORE__PORT", "99999"),
    ]));
    let [told] = &told[..] else { panic!("{told:?}") };
    assert!(
        told.starts_with("`tagged.store.port` is \"99999\": expected a whole number from 0 to 65535"),
        "{told}"
    );
    let told = wrong::<Either>(variables([("HOSTKIT__EITHER__IS", "5")]));
    let [told] = &told[..] else { panic!("{told:?}") };
    assert!(told.contains("the environment variable HOSTKIT__EITHER__IS"), "{told}");
}

#[config("flat")]
#[derive(Deserialize, Debug, Default)]
#[allow(dead_code)]
struct Flat {
    #[serde(rename = "API_KEY")]
    api_key: Option<String>,
    #[serde(rename = "maxSize")]
    max_size: Option<u8>,
    #[serde(rename = "max-age")]
    max_age: Option<u8>,
    #[serde(rename = "userName")]
    user_name: Option<String>,
    #[serde(flatten)]
    must: Must,
}

#[derive(Deserialize, Debug, Default)]
#[allow(dead_code)]
struct Must {
    #[serde(rename = "URL")]
    url: String,
    #[serde(rename = "OTHER_KEY")]
    other_key: Option<String>,
    #[serde(rename = "innerName")]
    inner_name: String,
}

/// Without the struct's fields nobody tells the true name of a key.
#[test]
fn a_field_beside_what_is_flattened_is_met() {
    let flat = read::<Flat>(variables([
        ("HOSTKIT__FLAT__API_KEY", "12345"),
        ("HOSTKIT__FLAT__MAX_SIZE", "7"),
        ("HOSTKIT__FLAT__MAX_AGE", "8"),
        ("HOSTKIT__FLAT__URL", "1"),
        ("HOSTKIT__FLAT__OTHER_KEY", "true"),
        ("HOSTKIT__FLAT__INNERNAME", "2"),
        ("HOSTKIT__FLAT__USER_NAME", "3"),
    ]));
    assert_eq!((flat.api_key.as_deref(), flat.max_size, flat.max_age), (Some("12345"), Some(7), Some(8)));
    assert_eq!((&*flat.must.url, flat.must.other_key.as_deref()), ("1", Some("true")));
    assert_eq!((&*flat.must.inner_name, flat.user_name.as_deref()), ("2", Some("3")));
}

#[config("catch")]
#[derive(Deserialize, Debug)]
struct Catch {
    #[serde(rename = "API_KEY")]
    api_key: Option<String>,
    #[serde(flatten)]
    rest: BTreeMap<String, String>,
}

#[test]
fn a_field_is_met_before_what_takes_every_key() {
    let layers = variables([("HOSTKIT__CATCH__API_KEY", "1"), ("HOSTKIT__CATCH__TEAM", "2")]);
    let read = read::<Catch>(layers);
    assert_eq!(read.api_key.as_deref(), Some("1"));
    assert_eq!(read.rest, BTreeMap::from([("team".to_owned(), "2".to_owned())]));
}
