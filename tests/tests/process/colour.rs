//! Colours: on a terminal, unless `NO_COLOR` says otherwise.

use crate::support::*;

const ESCAPE: &str = "\u{1b}[";

fn wrong() -> Program {
    scene(MULTI, "wrong-off").args(["check"])
}

#[test]
fn problems_are_coloured_on_a_terminal_only() {
    wrong()
        .on_terminal()
        .end()
        .with(78)
        .logged("\u{1b}[1;31merror:\u{1b}[0m")
        .logged("\u{1b}[36mwhere\u{1b}[0m");
    wrong().on_terminal().env("NO_COLOR", "").end().with(78).logged(ESCAPE);
    wrong()
        .on_terminal()
        .env("NO_COLOR", "1")
        .end()
        .with(78)
        .logged("  where  the whole")
        .never_logged(ESCAPE);
    wrong().end().with(78).logged("  where  the whole").never_logged(ESCAPE);
    wrong().args(["--json"]).on_terminal().end().with(78).logged("\"where\"").never_logged(ESCAPE);
}

#[test]
fn so_is_the_log() {
    let words = || scene(MULTI, "plain-words");
    words().on_terminal().end().with(0).logged(ESCAPE);
    words().on_terminal().env("NO_COLOR", "1").end().with(0).logged("said at info").never_logged(ESCAPE);
    words().end().with(0).logged("said at info").never_logged(ESCAPE);
    let json = words().on_terminal().args(["--set", "log.format=json"]);
    json.end().with(0).logged("\"message\":\"said at info\"").never_logged(ESCAPE);
}
