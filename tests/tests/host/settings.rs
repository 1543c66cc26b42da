//! `[host]`: what files, variables and `--set` say, which of them wins, and what each mistake is told as.

use std::path::Path;

use hostkit::builder::Hosted;
use hostkit::config::Layers;
use hostkit::param::{Ready, Stop};
use hostkit::{Host, HostBuilder};
use tokio::time::Instant;

use super::world::{ends, obedient, pass, refused, secs, started, stubborn};

fn host() -> HostBuilder {
    Host::builder().service("heartbeat", obedient)
}

fn file(directory: &Path, name: &str, text: &str) -> std::path::PathBuf {
    let path = directory.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn variable(name: &str, value: &str) -> [(String, String); 1] {
    [(name.to_owned(), value.to_owned())]
}

/// Each problem as `what | where | help`.
fn problems(layers: Layers) -> Vec<String> {
    let error = host().configuration(layers).build().unwrap_err();
    error.problems().iter().map(|p| format!("{} | {} | {}", p.what(), p.place(), p.help())).collect()
}

/// How long a stop takes of a service that never ends: the host's `stop_timeout`, in whole seconds.
async fn stop_timeout(host: HostBuilder) -> u64 {
    let patient = Hosted::new(stubborn).stop_timeout(secs(3600));
    let host = started(host.service("stubborn", patient)).await;
    let begun = Instant::now();
    ends(host.stop()).await;
    begun.elapsed().as_secs()
}

#[tokio::test(start_paused = true)]
async fn a_host_built_by_hand_has_the_defaults() {
    assert_eq!(stop_timeout(host()).await, 25);
}

#[tokio::test(start_paused = true)]
async fn a_later_layer_wins() {
    let directory = tempfile::tempdir().unwrap();
    let base = file(directory.path(), "hostkit.toml", "[host]\nstop_timeout = \"3s\"\n");
    let profile = file(directory.path(), "hostkit.test.toml", "host.stop_timeout = \"5s\"\n");
    let layers = Layers::new().file(&base);
    assert_eq!(stop_timeout(host().stop_timeout(secs(1)).configuration(layers.clone())).await, 3);
    let layers = layers.file(&profile);
    assert_eq!(stop_timeout(host().configuration(layers.clone())).await, 5);
    let layers = layers.environment(variable("HOSTKIT__HOST__STOP_TIMEOUT", "7s"));
    assert_eq!(stop_timeout(host().configuration(layers.clone())).await, 7);
    let layers = layers.set("host.stop_timeout=9s");
    assert_eq!(stop_timeout(host().configuration(layers.clone())).await, 9);
    assert_eq!(
        stop_timeout(host().configuration(layers).stop_timeout(secs(11))).await,
        9,
        "whatever the code says, and wherever it says it"
    );
}

#[tokio::test(start_paused = true)]
async fn a_standard_configuration_has_its_profile_beside_it() {
    let directory = tempfile::tempdir().unwrap();
    let base = file(directory.path(), "my.toml", "[host]\nstop_timeout = \"3s\"\nclose_timeout = \"1s\"\n");
    file(directory.path(), "my.staging.toml", "[host]\nstop_timeout = \"5s\"\n");
    assert_eq!(stop_timeout(host().configuration(Layers::standard(Some(&base), None))).await, 3);
    assert_eq!(stop_timeout(host().configuration(Layers::standard(Some(&base), Some("staging")))).await, 5);
}

#[tokio::test(start_paused = true)]
async fn the_start_timeout_can_be_set() {
    async fn silent(_ready: Ready, stop: Stop) {
        stop.requested().await;
    }
    let begun = Instant::now();
    refused(host().service("silent", silent).configuration(Layers::new().set("host.start_timeout=3s"))).await;
    assert_eq!(begun.elapsed(), secs(3));
}

#[tokio::test(start_paused = true)]
async fn the_drain_delay_can_be_set() {
    let host = started(host().configuration(Layers::new().set("host.drain_delay = 1m 30s"))).await;
    let begun = Instant::now();
    host.stop().await;
    assert_eq!(begun.elapsed(), secs(90));
}

#[tokio::test(start_paused = true)]
async fn the_close_timeout_can_be_set() {
    let host = host().on(hostkit::builder::Moment::Stopped, || pass(secs(9)));
    let host = started(host.configuration(Layers::new().set("host.close_timeout=4s"))).await;
    let begun = Instant::now();
    ends(host.stop()).await;
    assert_eq!(begun.elapsed(), secs(4));
}

#[test]
fn what_is_expected_can_be_set() {
    assert_eq!(
        problems(Layers::new().set("host.expect=heartbaet")),
        [
            "`expect` names `heartbaet`, but there is no service named `heartbaet` | `expect` in `[host]`, or on the builder | did you mean `heartbeat`?",
        ]
    );
    assert!(host().configuration(Layers::new().set(r#"host.expect=["heartbeat"]"#)).build().is_ok());
}

/// A wrong value in each place; every one is told, with its place.
#[test]
fn every_wrong_value_is_told_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let text = "# a comment\n[host]\nstop_timeout = 10\ndrain_delay = \"5 parsecs\"\n\n[hots]\nx = 1\n";
    let path = file(directory.path(), "hostkit.toml", text);
    let at = |line: u32| format!("{}:{line}", path.display());
    let layers = Layers::new()
        .file(&path)
        .environment(variable("HOSTKIT__HOST__START_TIMEOUT", "0s"))
        .set("host.stall_warning=fast");
    assert_eq!(problems(layers), [
        format!("`host.drain_delay`: `parsecs` is no unit of time | {} | the units are `d`, `h`, `m`, `s`, `ms`, `us` and `ns`", at(4)),
        "`host.stall_warning`: `fast` stands where a number should | --set host.stall_warning=fast | write a number and a unit, such as \"10s\" or \"1m 30s\"".into(),
        "`host.start_timeout` cannot be zero | the environment variable HOSTKIT__HOST__START_TIMEOUT | write a duration such as \"10s\"".into(),
        format!("`host.stop_timeout` takes a duration in quotes, not the number 10 | {} | write \"10s\"", at(3)),
        format!("`hots.x`: nothing reads `[hots]` | {} | did you mean `[host]`?", at(7)),
    ]);
}

/// What `--set` says wrong, in the words it is told with.
#[test]
fn every_wrong_setting_has_its_sentence() {
    let options = "`start_timeout`, `stop_timeout`, `close_timeout`, `drain_delay`, `stall_warning`, `worker_threads`, `expect`";
    let wrong = [
        (
            "host.stop_timeout=",
            "`host.stop_timeout`: a duration is missing",
            "write a number and a unit, such as \"10s\"",
        ),
        (
            "host.stop_timeout=10",
            "`host.stop_timeout`: \"10\" has no unit",
            "write \"10s\" for seconds or \"10ms\" for milliseconds",
        ),
        (
            "host.stop_timeout=-1s",
            "`host.stop_timeout`: a duration cannot be negative",
            "write it without the `-`, such as \"10s\"",
        ),
        (
            "host.stop_timeout=1.5s",
            "`host.stop_timeout`: \"1.5s\" is a fraction",
            "write it in whole numbers, \"1s 500ms\"",
        ),
        ("host.stall_warning=0s", "`host.stall_warning` cannot be zero", "write a duration such as \"10s\""),
        ("host.worker_threads=0", "`host.worker_threads` must be at least 1, not 0", "write 1 or more"),
        (
            "host.worker_threads=many",
            "`host.worker_threads` takes a whole number, not the text \"many\"",
            "write `worker_threads = 3`",
        ),
        (
            "host.expect=a job",
            "`host.expect`: \"a job\" has a space in it, and a name has letters, digits, `_`, `-` and `.` only",
            "write \"a_job\"",
        ),
        (
            "host.stop_timout=1s",
            "`host.stop_timout` is no option of [host]",
            &format!("did you mean `stop_timeout`? (possible: {options})"),
        ),
        ("host.colour=red", "`host.colour` is no option of [host]", &format!("possible: {options}")),
        (
            "host.stop_timeout.x=1s",
            "`host.stop_timeout` takes a duration in quotes, not a table",
            "write `stop_timeout = \"10s\"`",
        ),
        ("host=1", "`host`: is a section and takes no value", "write `host.stop_timeout = \"10s\"`"),
    ];
    for (text, what, help) in wrong {
        // What is no value of an option may be a secret in the wrong place.
        let place = match text {
            "host.stop_timout=1s" | "host.colour=red" | "host.stop_timeout.x=1s" | "host=1" => {
                text.split('=').next().unwrap()
            }
            option => option,
        };
        assert_eq!(problems(Layers::new().set(text)), [format!("{what} | --set {place} | {help}")]);
    }
    let write = "write it like `host.stop_timeout=5s`";
    for (text, told) in [
        ("nonsense", format!("`--set`: is no `key=value` | a `--set` | {write}")),
        ("=1s", format!("`--set`: is no `key=value` | a `--set` | {write}")),
        ("host.x", format!("`host.x`: is no `key=value` | --set host.x | {write}")),
        ("host..x=1s", format!("`host..x`: has an empty name in it | --set host..x | {write}")),
    ] {
        assert_eq!(problems(Layers::new().set(text)), [told]);
    }
}

/// A number is no string, and a fraction is nothing at all: files are strict.
#[test]
fn every_wrong_value_of_a_file_has_its_sentence() {
    let directory = tempfile::tempdir().unwrap();
    let wrong = [
        (
            "stop_timeout = 1.5",
            "`host.stop_timeout` takes a duration in quotes, not a fraction",
            "write `stop_timeout = \"10s\"`",
        ),
        (
            "stop_timeout = true",
            "`host.stop_timeout` takes a duration in quotes, not `true`",
            "write `stop_timeout = \"10s\"`",
        ),
        (
            "stop_timeout = [\"1s\"]",
            "`host.stop_timeout` takes a duration in quotes, not a list",
            "write \"1s\"",
        ),
        (
            "stop_timeout = 2026-01-01",
            "`host.stop_timeout` takes a duration in quotes, not a date",
            "write `stop_timeout = \"10s\"`",
        ),
        (
            "stop_timeout = {}",
            "`host.stop_timeout` takes a duration in quotes, not a table",
            "write `stop_timeout = \"10s\"`",
        ),
        (
            "worker_threads = \"4\"",
            "`host.worker_threads` takes a whole number, not the text \"4\"",
            "write 4",
        ),
        (
            "worker_threads = 99999999999",
            "`host.worker_threads` must be at most 1024, not 99999999999",
            "write a smaller number",
        ),
        (
            "expect = 7",
            "`host.expect` takes a name or a list of names, in quotes, not the number 7",
            "write \"7\"",
        ),
        (
            "expect = [\"heartbeat\", 7]",
            "`host.expect` takes a name or a list of names, in quotes, not the number 7",
            "write \"7\"",
        ),
        (
            "expect = [\"heartbeat\", \"heartbeat\"]",
            "`host.expect` names \"heartbeat\" twice",
            "keep one of them",
        ),
    ];
    for (line, what, help) in wrong {
        let path = file(directory.path(), "hostkit.toml", &format!("[host]\n{line}\n"));
        let place = format!("{}:2", path.display());
        assert_eq!(problems(Layers::new().file(&path)), [format!("{what} | {place} | {help}")], "{line}");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_a_problem_of_its_own() {
    let directory = tempfile::tempdir().unwrap();
    let missing = directory.path().join("nowhere.toml");
    let place = missing.display().to_string();
    let [problem] = &problems(Layers::new().file(&missing))[..] else { panic!("one problem") };
    assert!(problem.starts_with(&format!("`{place}`: can't be read (")), "{problem}");
    assert!(problem.ends_with(&format!("| {place} | write the file, or correct its path")), "{problem}");
    let broken = file(directory.path(), "broken.toml", "[host]\nstop_timeout = \n");
    let [problem] = &problems(Layers::new().file(&broken))[..] else { panic!("one problem") };
    let place = broken.display().to_string();
    assert!(problem.starts_with(&format!("`{place}`: is not valid TOML (")), "{problem}");
    assert!(problem.ends_with(&format!("| {place}:2 | correct the line")), "{problem}");
}

/// A path in its place would reach outside of the directory, or panic.
#[test]
fn a_profile_is_a_name() {
    for (profile, help) in [("a/b", "a_b"), ("../x", ".._x"), ("-x", "x")] {
        let [problem] = &problems(Layers::standard(Some(Path::new("Cargo.toml")), Some(profile)))
            .into_iter()
            .filter(|problem| problem.contains("the profile"))
            .collect::<Vec<_>>()[..]
        else {
            panic!("one problem")
        };
        assert!(problem.starts_with("`profile`: "), "{problem}");
        assert!(problem.ends_with(&format!("| the profile {profile:?} | write {help:?}")), "{problem}");
    }
}

#[test]
fn a_variable_has_a_name_in_every_place() {
    let layers = Layers::new().environment(variable("HOSTKIT__HOST____X", "1s"));
    assert_eq!(
        problems(layers),
        [
            "`HOSTKIT__HOST____X`: has an empty name in it | the environment variable HOSTKIT__HOST____X | write it like `HOSTKIT__HOST__STOP_TIMEOUT`"
        ]
    );
}

/// So deep that a walk of it by recursion would need more than a thread's stack.
#[test]
fn keys_end_somewhere() {
    let deep = vec!["a"; 50_000];
    let [problem] = &problems(Layers::new().set(&format!("{}=1", deep.join("."))))[..] else { panic!("one") };
    assert!(problem.contains("has too many names in it"));
    let variable = format!("HOSTKIT__{}", deep.join("__"));
    let [problem] = &problems(Layers::new().environment([(variable, "1".into())]))[..] else { panic!("one") };
    assert!(problem.contains("has too many names in it"));
}

#[test]
fn nothing_to_say_is_no_mistake() {
    let directory = tempfile::tempdir().unwrap();
    let empty = file(directory.path(), "empty.toml", "");
    let section = file(directory.path(), "section.toml", "[host]\n# stop_timeout = \"1s\"\n");
    let others = [("PATH".to_owned(), "/bin".to_owned()), ("HOSTKIT_PROFILE".to_owned(), "x".to_owned())];
    let layers = Layers::new().file(&empty).file(&section).environment(others);
    let built = host().configuration(layers).build();
    assert!(built.is_ok(), "{built:?}");
}

/// A higher layer replaces a wrong value as it replaces a right one.
#[test]
fn only_the_value_that_counts_is_checked() {
    let layers = Layers::new()
        .environment(variable("HOSTKIT__HOST__STOP_TIMEOUT", "soon"))
        .set("host.stop_timeout=1s");
    assert!(host().configuration(layers).build().is_ok());
}
