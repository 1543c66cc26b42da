//! A secret is nowhere: in no output, and in no error.

use std::collections::BTreeMap;

use hostkit::Host;
use hostkit::config::{Layers, Zeroize};
use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, read, reader, set, variable, wrong};

#[config("vault")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Vault {
    token: Secret<String>,
    pin: Secret<u16>,
    url: Option<Secret<Picky>>,
    many: Option<Secret<Many>>,
    each: Option<Vec<Secret<u8>>>,
}

#[derive(Deserialize, Debug)]
#[serde(transparent)]
struct Many(BTreeMap<String, Wrapped>);

impl Zeroize for Many {
    fn zeroize(&mut self) {
        self.0.clear();
    }
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

impl Zeroize for Picky {
    fn zeroize(&mut self) {}
}

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
    assert_eq!((format!("{:?}", vault.pin), *vault.pin.expose()), ("***".into(), 1234));
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
        ["`vault.pin` is ***: expected a whole number from 0 to 65535 | hostkit.toml:3 | write `pin = 1`"]
    );
    assert_eq!(
        wrong::<Vault>(file("[vault]\ntoken = \"x\"\npin = \"12\"")),
        ["`vault.pin` is ***: expected a whole number from 0 to 65535 | hostkit.toml:3 | write `pin = 1`"]
    );
    assert_eq!(
        wrong::<Vault>(file("[vault]\ntoken = \"x\"\npin = 1\nurl = \"abc\"")),
        [
            "`vault.url` is ***: it can't be read (it is secret, so its value is not shown) | hostkit.toml:4 | correct the value"
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

/// However a setting is written, nothing behind its key is repeated.
#[test]
fn a_setting_that_is_written_wrongly_shows_its_key_alone() {
    for text in [
        "vault..token=hunter2",
        ".vault.token=hunter2",
        "vault.token hunter2",
        "vault.token\thunter2",
        "vault.token:hunter2",
        "vault.token: hunter2=",
        "vault.token hunter2=",
        "vault.\"token=hunter2",
        "vault.token[\"hunter2\"]=1",
        "hunter2",
        "=hunter2",
        "==hunter2",
        "=",
        "vault={ token = \"hunter2\"",
        "vault=hunter2",
        "vault.token.x=hunter2",
        "vault.pin=hunter2",
        "vault.pim=hunter2",
        "valut.pin=hunter2",
        "host=hunter2",
        "host.token=hunter2",
        "host={ token = 'hunter2' }",
        "host={ stop_timeout = 5, token = 'hunter2' }",
        "log.token=hunter2",
        "services=hunter2",
        "services.reader=hunter2",
        "services.reader.token=hunter2",
        "services.reader={ after = 5, token = 'hunter2' }",
        "services.nobody.token=hunter2",
        "queue.url=hunter2",
    ] {
        let layers = Layers::new().set("vault.token=fine").set("vault.pin=1").set(text);
        let shown = format!("{layers:?}");
        let host = reader::<Vault>().0.configuration(layers);
        let shown = format!("{shown} {host:?}");
        let error = host.build().expect_err(text);
        let shown = format!("{shown} {error} {error:?} {:?}", error.problems());
        assert!(!shown.contains("hunter2"), "{text}: {shown}");
    }
}

#[test]
fn a_variable_that_is_named_wrongly_shows_its_name_alone() {
    for (name, value) in [
        ("HOSTKIT__VAULT____TOKEN", "hunter2"),
        ("HOSTKIT__", "hunter2"),
        ("HOSTKIT__VAULT__TOKEN hunter2", ""),
        ("HOSTKIT__VAULT__TOKEN:hunter2", "hunter2"),
        ("HOSTKIT__VAULT__TOKEN__X", "hunter2"),
        ("HOSTKIT__VAULT", "hunter2"),
        ("HOSTKIT__HOST__TOKEN", "hunter2"),
        ("HOSTKIT__SERVICES__READER__TOKEN", "hunter2"),
    ] {
        let layers = Layers::new().set("vault.pin=1").environment([(name.to_owned(), value.to_owned())]);
        let error = reader::<Vault>().0.configuration(layers).build().expect_err(name);
        let shown = format!("{error} {:?}", error.problems());
        assert!(!shown.contains("hunter2") && shown.contains("HOSTKIT__"), "{name}: {shown}");
    }
}

/// What a parser says of a line it says without the line.
#[test]
fn a_file_that_is_no_toml_shows_no_line_of_it() {
    for line in [
        "token = hunter2",
        "token = \"hunter2",
        "token = 'hunter2",
        "token = \"\"\"hunter2",
        "token = \"hunter2\\q\"",
        "token = \"hunter2\" hunter2",
        "token \"hunter2\"",
        "token: hunter2",
        "hunter2",
        "token = [\"hunter2\"",
        "token = { x = \"hunter2\"",
        "token = 7777777hunter2",
        "token = 2026-99-99hunter2",
        "token = \"a\"\ntoken = \"hunter2\"",
        "token = truehunter2",
        "token = 0xhunter2",
    ] {
        let error = reader::<Vault>().0.configuration(file(&format!("[vault]\n{line}"))).build().unwrap_err();
        let shown = format!("{error} {:?}", error.problems());
        assert!(!shown.contains("hunter2") && shown.contains("hostkit.toml"), "{line}: {shown}");
    }
}

#[config("vault")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Careless {
    token: u16,
}

/// What is secret for one struct of a section is so for all of them.
#[test]
fn a_secret_of_one_struct_is_a_secret_of_the_section() {
    for off in [false, true] {
        let host = Host::builder()
            .service("careless", async |_: Config<Careless>| {})
            .service("vault", hostkit::builder::Hosted::new(async |_: Config<Vault>| {}).enabled(!off));
        let layers = file("[vault]\ntoken = \"hunter2\"\npin = 1");
        let error = host.configuration(layers).build().unwrap_err();
        assert!(error.to_string().contains("`vault.token` is ***"), "{error}");
        assert!(!error.to_string().contains("hunter2"), "{error}");
    }
}

#[config("talks", validate)]
#[derive(Deserialize, Debug)]
struct Talks {
    token: Secret<String>,
    pin: Secret<u32>,
    many: Option<Secret<Vec<String>>>,
}

impl Talks {
    fn validate(&self) -> Result<(), String> {
        let many = self.many.as_ref().map(Secret::expose);
        Err(format!("{} and {} and {many:?} are bad", self.token.expose(), self.pin.expose()))
    }
}

/// A rule of the user's that repeats a secret is not repeated.
#[test]
fn what_a_rule_says_is_told_without_the_secrets_in_it() {
    for layers in [
        file("[talks]\ntoken = \"hunter2\"\npin = 7777777\nmany = [\"hunter22\"]"),
        set("talks.token=hunter2").set("talks.pin=7777777").set("talks.many=['hunter22']"),
        set("talks={ token = 'hunter2', pin = 7777777, many = ['hunter22'] }"),
        variable("HOSTKIT__TALKS", "{ token = 'hunter2', pin = 7777777 }"),
    ] {
        let told = wrong::<Talks>(layers).join("\n");
        assert!(told.contains("*** and *** and "), "{told}");
        assert!(!told.contains("hunter2") && !told.contains("7777777"), "{told}");
    }
}

#[config("panicky")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Panicky {
    token: Secret<Fragile>,
}

#[derive(Deserialize, Debug)]
#[serde(from = "String")]
struct Fragile;

impl Zeroize for Fragile {
    fn zeroize(&mut self) {}
}

impl From<String> for Fragile {
    fn from(text: String) -> Self {
        panic!("{text} broke it")
    }
}

#[test]
fn a_panic_over_a_secret_is_told_without_it() {
    let told = wrong::<Panicky>(set("panicky.token=hunter2")).join("\n");
    assert!(told.contains("it panicked") && !told.contains("hunter2"), "{told}");
}
