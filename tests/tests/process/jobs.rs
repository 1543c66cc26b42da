//! `trigger NAME --job JSON`: one attempt at a job by hand, and what `list` tells of a queue.

use crate::support::*;

fn by_hand<'a>(args: impl IntoIterator<Item = &'a str>) -> Ended {
    scene(MULTI, "queued").args(["trigger"].into_iter().chain(args)).end()
}

fn resized(image: &str) -> Ended {
    by_hand(["resize", "--job", &format!(r#"{{"image":"{image}","width":7}}"#)])
}

#[test]
fn it_runs_with_what_it_is_given_and_what_it_enqueues_is_worked_off() {
    let ended = resized("a.png").with(0);
    assert_eq!(ended.out, "resizing a.png to 7\ncounted 7; the timer runs here: false\n", "{ended}");
}

#[test]
fn so_is_what_a_timer_enqueues() {
    let ended = by_hand(["nightly"]).with(0);
    let mut lines: Vec<_> = ended.out.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines.len(), 3, "{ended}");
    assert!(lines[0].starts_with("counted 1; ") && lines[2].starts_with("counted 3; "), "{ended}");
}

#[test]
fn what_became_of_it_is_told_and_is_exit_code_1() {
    resized("fails").with(1).logged("`resize` failed: no such file (in its queue it would be retried in ");
    resized("panics").with(1).logged("`resize` failed: panicked: boom (in its queue it would be retried in ");
    resized("snoozes").with(1).logged("`resize` snoozed the job for 1m");
    resized("discards").with(1).logged("`resize` discarded the job: no image");
    resized("fatal").with(1).logged("`resize` failed: the disk is gone");
    let last = scene(MULTI, "queued").args(["--set", "services.resize.retries=0", "trigger", "resize"]);
    let last = last.args(["--job", r#"{"image":"fails","width":7}"#]).end();
    last.with(1).logged("`resize` failed: no such file\n");
}

#[test]
fn a_handler_that_is_switched_off_can_be_tried_by_hand() {
    let off = scene(MULTI, "queued").args(["--set", "services.resize.enabled=false", "trigger", "resize"]);
    off.args(["--job", r#"{"image":"a.png","width":7}"#]).end().with(0);
}

#[test]
fn text_that_is_no_such_job_is_wrong_usage() {
    for (json, says) in [
        (
            r#"{"image":"a"}"#,
            "error: `--job` is not a `Resize`, which `resize` handles: it can't be read as JSON: missing field `width` at line 1 \
             column 13\n  {\"image\":\"a\"}\n              ^\n",
        ),
        (
            "{\n  \"image\": \"ä\", \"width\": -1\n}",
            "invalid value: integer `-1`, expected u32 at line 2 column 28\n    \"image\": \"ä\", \"width\": -1\n                            ^\n",
        ),
        (r#"{"image":"a","width":"7"}"#, "invalid type: string \"7\", expected u32 at line 1 column 24"),
        (r#"{"image":"a","width":7} x"#, "trailing characters at line 1 column 25"),
        ("{image:a}", "key must be a string at line 1 column 2\n  {image:a}\n   ^\n"),
        ("", "EOF while parsing a value at line 1 column 0"),
    ] {
        let ended = by_hand(["resize", "--job", json]).with(2).logged(says);
        assert_eq!(ended.out, "", "nothing ran: {ended}");
    }
}

#[test]
fn a_job_goes_with_a_queue_and_a_queue_with_a_job() {
    by_hand(["resize"])
        .with(2)
        .logged("error: `resize` needs a job: write `trigger resize --job JSON`, a `Resize` as JSON");
    by_hand(["nightly", "--job", "7"])
        .with(2)
        .logged("error: `nightly` is #[timed] and takes no job: remove `--job`");
    by_hand(["idle", "--job", "7"])
        .with(2)
        .logged("`idle` is #[hosted_service] and takes no job: remove `--job`");
    by_hand(["memory", "--job", "{}"]).with(2).logged(
        "error: `memory` keeps its jobs in memory only, so none can be given as JSON: remove `in_memory`, and derive \
         `Serialize` and `Deserialize` for `Bare`",
    );
    by_hand(["resise", "--job", "{}"]).with(2).logged("did you mean `resize`?");
    by_hand(["resize", "--job"]).with(2).logged("`--job` needs a value: write `--job <JSON>`");
    let ended = scene(MULTI, "queued").args(["next", "resize"]).end();
    ended.with(2).logged("`resize` is #[queued], not a timer");
}

#[test]
fn the_help_tells_of_it() {
    let ended = by_hand(["--help"]).with(0);
    assert!(ended.out.contains("--job <JSON>") && ended.out.contains("the job to attempt once"), "{ended}");
}

#[test]
fn a_signal_is_heard_by_the_handler() {
    let program = scene(MULTI, "queued").args(["trigger", "resize", "--job"]);
    let running = program.args([r#"{"image":"waits","width":7}"#]).start();
    running.prints("resizing waits").signal("TERM");
    let ended = running.end().with(143).logged("`resize` was interrupted by SIGTERM");
    assert!(ended.out.contains("told to stop"), "{ended}");
}

#[test]
fn list_shows_the_options_of_a_queue() {
    let ended = scene(MULTI, "queued").args(["--set", "services.resize.workers=16", "list"]).end().with(0);
    let line = ended.out.lines().find(|line| line.starts_with("resize ")).unwrap();
    assert!(line.contains(" queued ") && line.contains("workers=16") && line.contains("rate=5/s"), "{line}");
    let ended = scene(MULTI, "queued").args(["list", "--json"]).end().with(0);
    let rows: serde_json::Value = serde_json::from_str(&ended.out).unwrap();
    let row = rows.as_array().unwrap().iter().find(|row| row["name"] == "resize").unwrap();
    assert_eq!(
        (row["kind"].as_str(), row["options"]["workers"]["value"].as_str()),
        (Some("queued"), Some("3"))
    );
}
