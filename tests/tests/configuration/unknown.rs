//! Keys and sections that nobody reads.

use hostkit::Host;
use hostkit::config::Layers;
use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, problems, read, reader, set, variable, wrong};

#[config("u")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Unknown {
    port: Option<u16>,
    timeout: Option<u16>,
    inner: Option<Inner>,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Inner {
    deep: Option<u8>,
}

#[test]
fn a_key_that_no_field_has_is_told() {
    let possible = "possible: `port`, `timeout`, `inner`";
    for (layers, what, place, help) in [
        (
            file("[u]\nprot = 1"),
            "`u.prot` is not a key of `[u]`",
            "hostkit.toml:2",
            format!("did you mean `port`? ({possible})"),
        ),
        (file("[u]\ncolour = 1"), "`u.colour` is not a key of `[u]`", "hostkit.toml:2", possible.to_owned()),
        (
            variable("HOSTKIT__U__PROT", "1"),
            "`u.prot` is not a key of `[u]`",
            "the environment variable HOSTKIT__U__PROT",
            format!("did you mean `port`? ({possible})"),
        ),
        (
            set("u.prot=1"),
            "`u.prot` is not a key of `[u]`",
            "--set u.prot",
            format!("did you mean `port`? ({possible})"),
        ),
        (
            file("[u.inner]\ndepe = 1\n"),
            "`u.inner.depe` is not a key of `[u.inner]`",
            "hostkit.toml:2",
            "did you mean `deep`? (possible: `deep`)".to_owned(),
        ),
        (
            file("[u.innr]\ndeep = 1\nmore = 2"),
            "`u.innr` is not a key of `[u]`",
            "hostkit.toml:1",
            format!("did you mean `inner`? ({possible})"),
        ),
    ] {
        assert_eq!(wrong::<Unknown>(layers), [format!("{what} | {place} | {help}")]);
    }
}

#[test]
fn a_section_that_nobody_has_is_told() {
    for (layers, told) in [
        (file("[uu]\nport = 1"), "`uu.port`: nothing reads `[uu]` | hostkit.toml:2 | did you mean `[u]`?"),
        (file("[hots]"), "`hots`: nothing reads `[hots]` | hostkit.toml:1 | did you mean `[host]`?"),
        (set("colour.x=secret"), "`colour.x`: nothing reads `[colour]` | --set colour.x | remove it"),
        (
            variable("HOSTKIT__COLOUR", "x"),
            "`colour`: nothing reads `[colour]` | the environment variable HOSTKIT__COLOUR | remove it",
        ),
    ] {
        assert_eq!(wrong::<Unknown>(layers), [told]);
    }
}

#[config("u")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Other {
    colour: Option<String>,
    inner: Option<OtherInner>,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct OtherInner {
    other: Option<u8>,
}

/// Two structs may read one section: a key is unknown if neither has it.
#[test]
fn what_one_of_two_structs_has_is_known() {
    let both = |text: &str| {
        let host = reader::<Unknown>().0.service("other", async |_config: Config<Other>| {});
        host.configuration(file(text)).build()
    };
    assert!(both("[u]\nport = 1\ncolour = \"red\"\ninner = { deep = 1, other = 2 }").is_ok());
    let told = problems(&both("[u]\nprot = 1\ninner = { none = 1 }\ncolour = 5").unwrap_err());
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].starts_with("`u.colour` is 5: expected a string in quotes"), "{told:?}");
    assert!(told[1].starts_with("`u.inner.none` is not a key of `[u.inner]`"), "{told:?}");
    assert!(told[2].starts_with("`u.prot` is not a key of `[u]`"), "{told:?}");
}

#[config("u.client")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Client {
    retries: Option<u8>,
}

#[test]
fn a_section_within_another_is_no_unknown_key() {
    let host = |text: &str| {
        let host = reader::<Unknown>().0.service("client", async |_config: Config<Client>| {});
        host.configuration(file(text)).build()
    };
    assert!(host("[u]\nport = 1\n[u.client]\nretries = 1").is_ok());
    let told = problems(&host("[u.client]\nretreis = 1").unwrap_err());
    assert_eq!(
        told,
        [
            "`u.client.retreis` is not a key of `[u.client]` | hostkit.toml:2 | did you mean `retries`? (possible: `retries`)"
        ]
    );
    let only_client = Host::builder().service("client", async |_config: Config<Client>| {});
    let told = problems(&only_client.configuration(file("[u]\nport = 1")).build().unwrap_err());
    assert_eq!(
        told,
        ["`u.port`: nothing reads it | hostkit.toml:2 | write it under `[u.client]`, or remove it"]
    );
}

#[config("strict")]
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
#[allow(dead_code)]
struct Strict {
    port: u16,
}

#[test]
fn who_denies_unknown_fields_is_told_once() {
    assert_eq!(wrong::<Strict>(file("[strict]\nport = 1\nprot = 1")).len(), 1);
}

#[hosted_service(name = "unknown-off", enabled = false)]
async fn off(_config: Config<Off>) {}

#[hosted_service(name = "unknown-on")]
async fn on() {}

#[config("off")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Off {
    port: u16,
}

/// What is switched off is known, and not checked.
#[test]
fn a_section_of_what_does_not_run_is_known() {
    let host = |text: &str| {
        Host::builder().discover().only(["unknown-on", "unknown-off"]).configuration(file(text)).build()
    };
    assert!(host("[off]\nport = \"wrong\"\nprot = 1").is_ok());
    assert_eq!(problems(&host("[ofc]\nport = 1").unwrap_err()).len(), 1);
}

#[test]
fn a_host_without_sections_reads_only_its_own() {
    let host = Host::builder().service("idle", async || {}).configuration(Layers::new().set("u.port=1"));
    assert_eq!(
        problems(&host.build().unwrap_err()),
        ["`u.port`: nothing reads `[u]` | --set u.port | remove it"]
    );
}

/// In maps and in what serde flattens every key is somebody's.
#[test]
fn keys_of_maps_are_free() {
    #[config("free")]
    #[derive(Deserialize, Debug)]
    struct Free {
        #[serde(flatten)]
        all: std::collections::BTreeMap<String, u8>,
    }
    assert_eq!(read::<Free>(file("[free]\nany = 1")).all["any"], 1);
}
