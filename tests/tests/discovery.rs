//! Discovery is never silently short: small programs of several packages are built, and asked what they found and missed.
#![allow(clippy::unwrap_used, reason = "in a test a panic is an answer")]

#[path = "process/support.rs"]
#[allow(dead_code, reason = "shared with `process.rs`, which uses the rest")]
mod support;

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use serde_json::Value;
use support::{Ended, Program, program};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/discovery");

/// The fixtures' programs by name, built once.
static PROGRAMS: LazyLock<HashMap<String, PathBuf>> =
    LazyLock::new(|| programs(&["-p", "shop", "-p", "mill", "-p", "void", "--bins", "--test", "it"]));

fn programs(what: &[&str]) -> HashMap<String, PathBuf> {
    let built = build(what);
    let (out, err) = (String::from_utf8_lossy(&built.stdout), String::from_utf8_lossy(&built.stderr));
    assert!(
        built.status.success(),
        "the fixtures can't be built; if only their lock file is out of date, run `cargo build` in {FIXTURES}\n{err}"
    );
    let messages = out.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let program = |message: Value| {
        let path = PathBuf::from(message["executable"].as_str()?);
        Some((message["target"]["name"].as_str()?.to_owned(), path))
    };
    messages.filter_map(program).collect()
}

/// Into a directory of its own beside the tests': what is built there stays for the next run.
fn build(what: &[&str]) -> Output {
    let cargo = |network: &[&str]| {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--locked", "--message-format=json-render-diagnostics"]);
        cargo.args(what).args(network).current_dir(FIXTURES);
        cargo.env("CARGO_TARGET_DIR", Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("discovery"));
        cargo.output().unwrap()
    };
    let offline = cargo(&["--offline"]);
    if offline.status.success() { offline } else { cargo(&[]) }
}

fn fixture(name: &str) -> Program {
    program(PROGRAMS.get(name).unwrap_or_else(|| panic!("no program `{name}` in {PROGRAMS:?}")))
}

/// Name, crate and version of everything that the program lists.
fn listed(name: &str) -> (Vec<String>, Ended) {
    let ended = fixture(name).args(["list", "--json"]).end().with(0);
    let rows: Vec<Value> = serde_json::from_str(&ended.out).unwrap();
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or("-").to_owned();
    let rows = rows.iter().map(|row| ["name", "crate", "version"].map(|key| text(row, key)).join(" "));
    (rows.collect(), ended)
}

/// The own library, a direct dependency that no path names, and one under another name.
const SHOP: [&str; 4] =
    ["counter shop 1.2.3", "mail.out shop-mail 0.7.0", "resize shop-jobs 0.4.0", "unlock shop-jobs 0.4.0"];

#[test]
fn the_own_library_and_direct_dependencies_are_linked() {
    let (found, ended) = listed("shop");
    assert_eq!(found, SHOP, "{ended}");
}

#[test]
fn what_may_be_missing_is_warned_of_with_what_to_write() {
    let (_, ended) = listed("shop");
    assert_eq!(ended.err.lines().count(), 2, "neither the tests' dependency nor hostkit's own; {ended}");
    ended
        .logged("warning: `shop-billing` 0.5.1 depends on hostkit, but none of its services was found: ")
        .logged("add it to this package's dependencies and write `hostkit::main!(link = [shop_billing])`, or `ignore = [shop_billing]`")
        .logged("warning: `shop-helpers` 0.6.0 depends on hostkit, but none of its services was found; ")
        .logged("if it has none, write `hostkit::main!(ignore = [shop_helpers])`");
}

#[test]
fn a_run_warns_too_although_nobody_hears_the_log() {
    let running = fixture("shop").args(["run", "--only", "resize"]).start();
    running.logs("warning: `shop-billing` 0.5.1").logs("warning: `shop-helpers` 0.6.0");
}

#[test]
fn what_is_ignored_is_not_warned_of() {
    let (found, ended) = listed("quiet");
    assert_eq!((found, &*ended.err), (SHOP.map(String::from).to_vec(), ""), "{ended}");
}

#[test]
fn a_crate_that_is_named_and_has_no_service_is_a_warning() {
    let (found, ended) = listed("linked");
    assert_eq!(found, SHOP, "{ended}");
    assert_eq!(ended.err.lines().count(), 1, "{ended}");
    ended.logged("warning: `link = [shop-helpers]` names a crate that has no service");
}

#[test]
fn hostkit_may_have_another_name_and_a_library_too() {
    let (found, ended) = listed("mill");
    assert_eq!(found, ["grind mill 0.1.0", "lock_up mill 0.1.0", "sluice mill 0.1.0"], "{ended}");
    assert_eq!(ended.err, "");
    fixture("mill").end().with(0);
}

#[test]
fn what_is_ignored_is_left_out_although_a_path_names_it() {
    let (found, ended) = listed("ignoring");
    assert_eq!(found, ["ignoring shop 1.2.3", "resize shop-jobs 0.4.0", "unlock shop-jobs 0.4.0"], "{ended}");
    assert_eq!(ended.err, "");
}

/// The names of the services that a program without `main!` shows.
fn shown(ended: &Ended) -> Vec<&str> {
    ended.out.split('"').skip(1).step_by(2).collect()
}

#[test]
fn a_main_of_ones_own_links_and_is_warned_too() {
    let ended = fixture("own_main").end().with(0);
    assert_eq!(shown(&ended), ["counter", "mail.out", "resize"], "{ended}");
    assert_eq!(ended.err.lines().count(), 2, "{ended}");
    ended
        .logged("warning: `shop-billing` 0.5.1 depends on hostkit, but none of its services was found: ")
        .logged("write `hostkit::link!(link = [shop_billing])`, or `ignore = [shop_billing]`")
        .logged("if it has none, write `hostkit::link!(ignore = [shop_helpers])`");
}

#[test]
fn a_test_links_too() {
    let ended = fixture("it").args(["--nocapture"]).end().with(0);
    let host = ended.out.lines().find(|line| line.contains("services")).unwrap();
    assert_eq!(
        host.split('"').skip(1).step_by(2).collect::<Vec<_>>(),
        ["counter", "fake", "mail.out"],
        "{ended}"
    );
}

#[test]
fn hostkit_under_another_name_of_which_nobody_told_is_one_error() {
    let built = build(&["-p", "renamed"]);
    let err = String::from_utf8_lossy(&built.stderr);
    assert!(!built.status.success());
    let told = "hostkit is called `hk` in this package: add `crate = \"hk\"`, so that the attribute finds it";
    assert_eq!(err.matches(told).count(), 1, "{err}");
    assert_eq!(err.matches("error: ").count(), 2, "that one, and that it could not be compiled: {err}");
}

#[test]
fn a_host_without_a_service_is_an_invalid_plan() {
    for args in [&[][..], &["check"]] {
        let ended = fixture("void").args(args.iter().copied()).end().with(78);
        ended.logged("there is no service to run").logged("hostkit::main!(link = [that_crate])");
    }
}

/// The first attribute links it; without one nothing can, and it is told how.
#[test]
fn a_main_of_its_own_has_its_library() {
    let own = fixture("own").end().with(0);
    assert!(own.out.contains(r#"services: ["counter", "own"]"#), "{own}");
    let named = fixture("named").end().with(0);
    assert!(named.out.contains(r#"services: ["counter"]"#), "{named}");
    let alone = fixture("alone").end().with(0);
    assert!(alone.out.contains("there is no service to run"), "{alone}");
    assert!(
        alone
            .out
            .contains("in a test or a `main` of your own, `hostkit::link!();` or `use that_crate as _;`"),
        "{alone}"
    );
}

#[test]
fn what_is_expected_and_not_linked_is_an_invalid_plan() {
    let ended = fixture("void").env("EXPECT", "invoices").end().with(78).logged("2 problems");
    ended
        .logged("`expect` names `invoices`, but there is no service named `invoices`")
        .logged("link the crate that has `invoices`");
}

/// The fixtures are built without the feature `log`.
#[test]
fn without_a_subscriber_a_failure_is_told_all_the_same() {
    let ended = fixture("mill").env("FAIL", "the stream is dry").end().with(1);
    ended
        .logged("error: stopped")
        .logged("grind: failed after 1 run, 1 failure; last error: the stream is dry");
    let clean = fixture("mill").end().with(0);
    assert_eq!((&*clean.out, &*clean.err), ("", ""), "{clean}");
}

/// So that what is there for the tests is there for the fixtures, and no network is needed.
#[test]
fn the_fixtures_lock_what_the_workspace_locks() {
    let packages = |directory: &str| -> BTreeSet<String> {
        let text = std::fs::read_to_string(Path::new(directory).join("Cargo.lock")).unwrap();
        let packages = text.split("[[package]]").filter(|package| package.contains("\nsource = "));
        packages.map(|package| package.lines().skip(1).take(2).collect::<Vec<_>>().join(" ")).collect()
    };
    let (ours, theirs) = (packages(concat!(env!("CARGO_MANIFEST_DIR"), "/..")), packages(FIXTURES));
    assert!(theirs.len() > 10);
    let strangers: Vec<_> = theirs.difference(&ours).collect();
    assert!(
        strangers.is_empty(),
        "copy Cargo.lock to {FIXTURES} and run `cargo build --offline` there: {strangers:?}"
    );
}

/// A promise that the build takes away is told.
#[test]
fn a_build_whose_panics_abort_is_warned_of() {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--locked", "--offline", "-p", "mill"]).current_dir(FIXTURES);
    cargo.env("CARGO_PROFILE_DEV_PANIC", "abort");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).with_file_name("aborting");
    let built = cargo.env("CARGO_TARGET_DIR", &target).output().unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    const WARNING: &str = "built with `panic = \"abort\"`: a panic ends the process";
    let mill = program(target.join("debug/mill"));
    mill.args(["check"]).end().with(0).logged(WARNING).logged("remove `panic` from the profile");
    fixture("mill").args(["check"]).end().with(0).never_logged("panic");
}

/// A panic ends such a program where it happens. It was warned of at the start, and the last line says which service panicked.
#[test]
fn under_panic_abort_the_last_line_is_the_panic() {
    let programs = programs(&["-p", "abort", "--profile", "abort"]);
    let ended = program(&programs["abort"]).end();
    assert_eq!(ended.code, None, "it is aborted by a signal; {ended}");
    let ended = ended.logged("this program is built with `panic = \"abort\"`: a panic ends the process");
    let last = ended.err.lines().last().unwrap_or_default();
    for part in ["ERROR", "fragile", "panicked: out of luck", "main.rs:7"] {
        assert!(last.contains(part), "{part:?} is not in the last line; {ended}");
    }
}
