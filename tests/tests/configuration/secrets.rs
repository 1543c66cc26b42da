//! A secret is nowhere: in no output, and in no error.

use std::collections::BTreeMap;

use hostkit::prelude::*;
use hostkit::{Host, Layers};
use serde::Deserialize;

use super::world::{file, read, reader, set, variable, wrong};

#[config("vault")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Vault {
    token: Secret<String>,
    pin: Secret<u16>,
    url: Option<Secret<Picky>>,
    many: Option<Secret<BTreeMap<String, Wrapped>>>,
    each: Option<Vec<Secret<u8>>>,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Wrapped {
    size: ByteSize,
    after: Duration,
}

/// A type whose errors repeat what they read.
#[derive(Deserialize, Debug)]
#[serde(try_from = "String")]
struct Picky;

impl TryFrom<String> for Picky {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("{text} is nothing for me"))
    }
}

#[test]
fn a_secret_is_not_shown() {
    let vault = read::<Vault>(file("[vault]\ntoken = \"hunter2\"\npin = 1234"));
    assert_eq!(format!("{vault:?}"), "Vault { token: ***, pin: ***, url: None, many: None, each: None }");
    assert_eq!(vault.token.expose(), "hunter2");
    assert_eq!((vault.pin.to_string(), *vault.pin.expose()), ("***".into(), 1234));
}

/// Every way to get one wrong, from every layer.
#[test]
fn no_error_repeats_a_secret() {
    let wrong_values = [
        ("pin", "'hunter2'"),
        ("pin", "7777777"),
        ("token", "7777777"),
        ("url", "'hunter2'"),
        ("many", "{ a = 'hunter2' }"),
        ("many", "{ a = { size = 'hunter2', after = '1s' } }"),
        ("many", "{ a = { size = '1B', after = 'hunter2' } }"),
        ("many", "{ a = { size = '1B', after = 7777777 } }"),
        ("each", "[1, 'hunter2']"),
        ("tokne", "'hunter2'"),
        ("tokne", "{ x = 'hunter2' }"),
    ];
    for (key, value) in wrong_values {
        let bare = value.trim_matches('\'');
        let upper = key.to_uppercase();
        for (layers, way) in [
            (file(&format!("[vault]\n{key} = {value}")), "file"),
            (variable(&format!("HOSTKIT__VAULT__{upper}"), bare), "environment"),
            (set(&format!("vault.{key}={bare}")), "--set"),
        ] {
            if key == "token" && way != "file" {
                continue; // text is a text there
            }
            let (host, _) = reader::<Vault>();
            let layers = Layers::new().set("vault.token=fine").set("vault.pin=1").clone_over(layers);
            let error = host.configuration(layers.0).configuration(layers.1).build().unwrap_err();
            let text = format!("{error} {error:?} {:?}", error.problems());
            assert!(text.contains(&format!("vault.{key}")), "{text}");
            assert!(!text.contains("hunter2") && !text.contains("7777777"), "{key} from {way}: {text}");
        }
    }
}

/// Two layers, one over the other.
trait Over {
    fn clone_over(self, over: Layers) -> (Layers, Layers);
}

impl Over for Layers {
    fn clone_over(self, over: Layers) -> (Layers, Layers) {
        (self, over)
    }
}

#[test]
fn a_wrong_secret_is_told_without_its_value() {
    assert_eq!(
        wrong::<Vault>(file("[vault]\ntoken = \"x\"\npin = \"abc\"")),
        ["`vault.pin` is ***: a whole number from 0 to 65535 is wanted | hostkit.toml:3 | write `pin = 1`"]
    );
    assert_eq!(
        wrong::<Vault>(file("[vault]\ntoken = \"x\"\npin = \"12\"")),
        ["`vault.pin` is ***: a whole number from 0 to 65535 is wanted | hostkit.toml:3 | write `pin = 1`"]
    );
    assert_eq!(
        wrong::<Vault>(file("[vault]\ntoken = \"x\"\npin = 1\nurl = \"abc\"")),
        [
            "`vault.url` is ***: it can't be read, and is not shown since it is secret | hostkit.toml:4 | correct the value"
        ]
    );
}

#[config("buffered")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Buffered {
    plain: Option<u8>,
    either: Option<Either>,
    #[serde(flatten)]
    flat: Flat,
}

#[derive(Deserialize, Debug)]
#[serde(untagged)]
#[allow(dead_code)]
enum Either {
    Login { user: String, password: Secret<Picky> },
    Pin(Secret<u16>),
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Flat {
    pin: Secret<u16>,
}

/// serde reads these from a buffer: where the secret was nobody can tell any more.
#[test]
fn a_secret_in_what_serde_buffers_is_found_out_as_well() {
    for text in [
        "pin = \"hunter2\"",
        "pin = 7777777",
        "pin = 1\neither = \"hunter2\"",
        "pin = 1\neither = { user = \"x\", password = \"hunter2\" }",
    ] {
        let told = wrong::<Buffered>(file(&format!("[buffered]\n{text}"))).join("\n");
        assert!(!told.contains("hunter2") && !told.contains("7777777"), "{told}");
    }
}

#[test]
fn a_section_that_nobody_reads_may_have_been_meant_for_a_secret() {
    let host = Host::builder().service("idle", async || {});
    let layers = Layers::new()
        .set("valut.token=hunter2")
        .environment([("HOSTKIT__VALUT__PIN".to_owned(), "hunter2".to_owned())]);
    let error = host.configuration(layers).build().unwrap_err();
    assert!(error.to_string().contains("valut.token") && !error.to_string().contains("hunter2"), "{error}");
}
