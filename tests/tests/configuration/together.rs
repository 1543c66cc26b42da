//! All problems of all sections, told at once.

use std::net::IpAddr;
use std::num::NonZeroU8;

use hostkit::Host;
use hostkit::builder::Problem;
use hostkit::prelude::*;
use serde::Deserialize;

use super::world::{file, problems, wrong};

#[config("a")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct A {
    address: IpAddr,
    count: NonZeroU8,
    day: jiff::civil::Date,
    even: Even,
    flag: bool,
    hosts: Vec<Host2>,
    mode: Mode,
    missing: String,
    size: ByteSize,
    timeout: Duration,
}

#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Host2 {
    name: String,
    port: u16,
}

#[derive(Deserialize, Debug)]
enum Mode {
    Fast,
    Slow,
}

/// A type that no stand-in can be.
#[derive(Deserialize, Debug)]
#[serde(try_from = "String")]
struct Even;

impl TryFrom<String> for Even {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Err(format!("{text:?} is not even text"))
    }
}

#[config("b", validate)]
#[derive(Deserialize, Debug)]
struct B {
    on: bool,
}

impl B {
    fn validate(&self) -> Result<(), &'static str> {
        if self.on { Err("never on") } else { Ok(()) }
    }
}

const TEXT: &str = r#"
[a]
address = "nowhere"
count = 0
day = "someday"
even = "odd"
flag = "yes"
hosts = [{ name = "x", port = 1 }, { name = 5, port = "a" }, { name = "y", colour = 1 }]
mode = "fast"
size = 5
timeout = 30
tiemout = "1s"

[b]
on = true

[c]
x = 1

[host]
stop_timeout = 5
"#;

const TOLD: [&str; 15] = [
    "`host.stop_timeout` takes a duration in quotes, not the number 5 | hostkit.toml:21 | write \"5s\"",
    "`c.x`: nothing reads `[c]` | hostkit.toml:18 | remove it",
    "`a.address` is \"nowhere\": invalid IP address syntax | hostkit.toml:3 | correct the value",
    "`a.count` is 0: expected a nonzero u8 | hostkit.toml:4 | correct the value",
    "`a.day` is \"someday\": failed to parse four digit integer as year: invalid digit, expected 0-9 but got s | hostkit.toml:5 | correct the value",
    "`a.even` is \"odd\": \"odd\" is not even text | hostkit.toml:6 | correct the value",
    "`a.flag` is \"yes\": expected `true` or `false` | hostkit.toml:7 | write `flag = true`",
    "`a.hosts[1].name` is 5: expected a string in quotes | hostkit.toml:8 | write `name = \"5\"`",
    "`a.hosts[1].port` is \"a\": expected a whole number from 0 to 65535 | hostkit.toml:8 | write `port = 1`",
    "`a.hosts[2].port` is missing | hostkit.toml:8 | add `port = …` to `[a.hosts[2]]`",
    "`a.mode` is \"fast\": expected \"Fast\" or \"Slow\" | hostkit.toml:9 | write `mode = \"Fast\"`",
    "`a.size` is 5: expected a size in quotes | hostkit.toml:10 | write `size = \"5B\"`",
    "`a.timeout` is 30: expected a duration in quotes | hostkit.toml:11 | write `timeout = \"30s\"`",
    "`b` is invalid: never on | hostkit.toml:14 | correct the values of `[b]`",
    "`a.hosts[2].colour` is not a key of `[a.hosts[2]]` | hostkit.toml:8 | possible: `name`, `port`",
];

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let host = Host::builder()
        .service("a", async |_a: Config<A>| {})
        .service("b", async |_a: Config<A>, _b: Config<B>| {})
        .service("also", async |_no: Dep<String>| {});
    let error = host.configuration(file(TEXT)).build().unwrap_err();
    let told = problems(&error);
    for expected in TOLD {
        assert!(told.iter().any(|told| told == expected), "{expected}\nis not among\n{}", told.join("\n"));
    }
    assert!(told.iter().any(|told| told.starts_with("`a.tiemout` is not a key of `[a]`")), "{told:?}");
    assert!(told.iter().any(|told| told.starts_with("`also` needs `Dep<String>`")), "{told:?}");
    // `missing` alone is not found: serde tells it last, and nothing can stand in for `even`.
    assert_eq!(told.len(), TOLD.len() + 2, "{}", told.join("\n"));
}

#[test]
fn a_section_that_many_read_is_told_once() {
    let host = Host::builder()
        .service("one", async |_b: Config<B>| {})
        .service("two", async |_b: Config<B>| {})
        .on(hostkit::builder::Moment::Started, async |_b: Config<B>| {});
    assert_eq!(problems(&host.configuration(file("[b]\non = 5")).build().unwrap_err()).len(), 1);
}

/// One problem with all of its lines.
#[test]
fn a_problem_says_who_reads_it() {
    let (host, _) = super::world::reader::<B>();
    let error = host.configuration(super::world::set("b.on=yes")).build().unwrap_err();
    let [problem @ Problem::Section { key, .. }] = error.problems() else { panic!("{error}") };
    assert_eq!(key, "b.on");
    assert_eq!(
        problem.to_string(),
        "`b.on` is \"yes\": expected `true` or `false`\n  where  --set b.on\n  why    the section is read as the struct `B`\n  help   write `--set b.on=true`"
    );
}

/// More wrong values than anybody reads end somewhere.
#[test]
fn a_list_of_mistakes_ends() {
    #[config("many")]
    #[derive(Deserialize, Debug)]
    #[allow(dead_code)]
    struct Many {
        all: Vec<u8>,
    }
    let list = vec!["\"x\""; 3000].join(",");
    assert_eq!(wrong::<Many>(file(&format!("many.all = [{list}]"))).len(), 500);
}

#[derive(Deserialize, Debug)]
#[serde(try_from = "Ends")]
#[allow(dead_code)]
struct Range(Ends);

#[derive(Deserialize, Debug)]
struct Ends {
    from: u8,
    to: u8,
}

impl TryFrom<Ends> for Range {
    type Error = &'static str;

    fn try_from(ends: Ends) -> Result<Self, &'static str> {
        if ends.from < ends.to { Ok(Range(ends)) } else { Err("`from` is not below `to`") }
    }
}

#[derive(Deserialize, Debug)]
#[serde(tag = "kind")]
#[allow(dead_code)]
enum Tagged {
    Disk { path: String, size: u8 },
}

#[config("stands")]
#[derive(Deserialize, Debug)]
#[allow(dead_code)]
struct Stands {
    range: Range,
    tagged: Tagged,
    last: u8,
}

/// What stands in for a wrong value may be wrong by the rules of others: that is not told.
#[test]
fn what_stands_in_is_no_problem_of_its_own() {
    let text = "[stands]\nrange = { from = \"a\", to = 0 }\ntagged = { kind = \"Disk\" }\nlast = \"x\"";
    assert_eq!(
        wrong::<Stands>(file(text)),
        [
            "`stands.last` is \"x\": expected a whole number from 0 to 255 | hostkit.toml:4 | write `last = 1`",
            "`stands.range.from` is \"a\": expected a whole number from 0 to 255 | hostkit.toml:2 | write `from = 1`",
            "`stands.tagged.path` is missing | hostkit.toml:3 | add `path = …` to `[stands.tagged]`",
            "`stands.tagged.size` is missing | hostkit.toml:3 | add `size = …` to `[stands.tagged]`",
        ]
    );
    assert_eq!(
        wrong::<Stands>(file("[stands]\nrange = { from = 1, to = 0 }\ntagged = 1\nlast = 1")),
        [
            "`stands.range` is a table: `from` is not below `to` | hostkit.toml:2 | correct the value",
            "`stands.tagged` is 1: expected internally tagged enum Tagged | hostkit.toml:3 | correct the value",
        ]
    );
}
