//! Which layer wins, how they merge, and how names meet that are written in different ways.

use std::collections::BTreeMap;

use hostkit::config::Layers;
use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{Files, file, read, set, variable, wrong};

#[config("web")]
#[derive(Deserialize, Debug, Default, PartialEq)]
#[serde(default)]
struct Web {
    port: u16,
    host: String,
    tags: Vec<String>,
    tls: Tls,
}

#[derive(Deserialize, Debug, Default, PartialEq)]
#[serde(default)]
struct Tls {
    cert: String,
    key: String,
}

#[test]
fn each_layer_is_above_the_one_before() {
    let files = Files::new();
    let layers = files.over(Layers::new(), "hostkit.toml", "[web]\nport = 1");
    assert_eq!(read::<Web>(layers.clone()).port, 1);
    let layers = files.over(layers, "hostkit.blue.toml", "web.port = 2");
    assert_eq!(read::<Web>(layers.clone()).port, 2);
    let layers = layers.environment([("HOSTKIT__WEB__PORT".into(), "3".into())]);
    assert_eq!(read::<Web>(layers.clone()).port, 3);
    let layers = layers.set("web.port=4").set("web.port=5");
    assert_eq!(read::<Web>(layers).port, 5);
}

#[test]
fn a_profile_is_laid_over_the_file_beside_it() {
    let files = Files::new();
    files.over(Layers::new(), "app.toml", "[web]\nport = 1\nhost = \"a\"");
    files.over(Layers::new(), "app.blue.toml", "[web]\nport = 2");
    let layers = Layers::standard(Some(&files.path().join("app.toml")), Some("blue"));
    assert_eq!(*read::<Web>(layers), Web { port: 2, host: "a".into(), ..Web::default() });
}

#[test]
fn tables_merge_and_lists_do_not() {
    let layers = file("[web]\nhost = \"a\"\ntags = [\"x\", \"y\"]\n[web.tls]\ncert = \"c\"\nkey = \"k\"")
        .environment([("HOSTKIT__WEB__TAGS".into(), "['z']".into())])
        .set("web.tls.key=K")
        .set("web.tls={ cert = 'C' }");
    let tls = Tls { cert: "C".into(), key: "K".into() };
    assert_eq!(*read::<Web>(layers), Web { port: 0, host: "a".into(), tags: vec!["z".into()], tls });
}

#[config("names")]
#[derive(Deserialize, Debug, Default)]
#[serde(default, rename_all = "kebab-case")]
struct Kebab {
    max_body: u8,
    #[serde(rename = "maxSize")]
    max_size: u8,
    #[serde(rename = "a.b")]
    dotted: u8,
}

/// The environment has no small letters, no dots and no dashes.
#[test]
fn the_environment_meets_every_name() {
    for (name, get) in [
        ("HOSTKIT__NAMES__MAX_BODY", (|names: &Kebab| names.max_body) as fn(&Kebab) -> u8),
        ("HOSTKIT__NAMES__MAXSIZE", |names| names.max_size),
        ("HOSTKIT__NAMES__A_B", |names| names.dotted),
        ("HOSTKIT__names__max_body", |names| names.max_body),
    ] {
        assert_eq!(get(&read::<Kebab>(variable(name, "7"))), 7, "{name}");
        let below = file("[names]\nmax-body = 1\nmaxSize = 1\n\"a.b\" = 1");
        let layers = below.environment([(name.to_owned(), "7".to_owned())]);
        assert_eq!(get(&read::<Kebab>(layers.clone())), 7, "{name} over a file");
        let above = layers.set("names.max-body=8").set("names.maxSize=8").set("names.\"a.b\"=8");
        assert_eq!(get(&read::<Kebab>(above)), 8, "{name} below --set");
    }
}

/// Who can write the name as it is has to.
#[test]
fn files_and_set_write_names_as_they_are() {
    let told = wrong::<Kebab>(file("[names]\nmax_body = 1"));
    assert_eq!(
        told,
        [
            "`names.max_body` is not a key of `[names]` | hostkit.toml:2 | did you mean `max-body`? (possible: `max-body`, `maxSize`, `a.b`)"
        ]
    );
    assert_eq!(wrong::<Kebab>(set("names.MaxSize=1")).len(), 1);
    assert_eq!(read::<Kebab>(set("names.\"a.b\"=3")).dotted, 3);
}

#[config("my-app.http-2")]
#[derive(Deserialize, Debug)]
struct Dashed {
    port: u16,
}

#[test]
fn the_environment_meets_sections_with_dashes() {
    assert_eq!(read::<Dashed>(variable("HOSTKIT__MY_APP__HTTP_2__PORT", "7")).port, 7);
    let both =
        file("[my-app.http-2]\nport = 1").environment([("HOSTKIT__MY_APP__HTTP_2__PORT".into(), "7".into())]);
    assert_eq!(read::<Dashed>(both).port, 7);
}

#[config("map")]
#[derive(Deserialize, Debug)]
struct Map {
    of: BTreeMap<String, u8>,
}

#[test]
fn keys_of_a_map_are_those_that_are_there() {
    let layers = file("[map.of]\n\"My-Key\" = 1").environment([
        ("HOSTKIT__MAP__OF__MY_KEY".into(), "2".into()),
        ("HOSTKIT__MAP__OF__OTHER".into(), "3".into()),
    ]);
    let of = &read::<Map>(layers).of;
    assert_eq!(*of, BTreeMap::from([("My-Key".to_owned(), 2), ("other".to_owned(), 3)]));
}

#[test]
fn configurations_add_up() {
    let (host, got) = super::world::reader::<Web>();
    let host = host.configuration(file("[web]\nport = 1\nhost = \"a\"")).configuration(set("web.port=2"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(host.build().unwrap().run());
    let web = got.try_recv().unwrap();
    assert_eq!((web.port, &*web.host), (2, "a"));
}

#[test]
fn a_configuration_is_no_output() {
    let layers = set("web.host=hunter2");
    let (host, _) = super::world::reader::<Web>();
    let text = format!("{layers:?} {:?}", host.configuration(set("web.host=hunter2")));
    assert!(text.contains("web") && !text.contains("hunter2"), "{text}");
}
