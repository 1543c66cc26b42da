//! Fields of a line of text: `the message name=value`. What is in a value never gets out of its line.

use std::cell::Cell;
use std::error::Error;
use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::FormatFields;
use tracing_subscriber::fmt::format::Writer;

use crate::outcome::failure::chain;
use crate::outcome::text::EscapingWriter;
use crate::sync::catch_panic;

/// Writes fields, with control characters escaped. (`tracing_subscriber` escapes some of them, in some fields.)
pub(super) struct TextFields;

impl<'writer> FormatFields<'writer> for TextFields {
    fn format_fields<R: RecordFields>(&self, writer: Writer<'writer>, fields: R) -> fmt::Result {
        let mut line = LineWriter { writer, empty: true, written: Ok(()) };
        fields.record(&mut line);
        line.written
    }
}

struct LineWriter<'writer> {
    writer: Writer<'writer>,
    empty: bool,
    written: fmt::Result,
}

impl LineWriter<'_> {
    fn put(&mut self, name: &str, value: &dyn Debug) -> fmt::Result {
        if name.starts_with("log.") {
            return Ok(()); // of records of the crate `log`: they stand in the line already
        }
        if !std::mem::take(&mut self.empty) {
            self.writer.write_char(' ')?;
        }
        match (name, self.writer.has_ansi_escapes()) {
            ("message", _) => {}
            (_, true) => write!(self.writer, "\u{1b}[3m{}\u{1b}[0m\u{1b}[2m=\u{1b}[0m", plain(name))?,
            (_, false) => write!(self.writer, "{}=", plain(name))?,
        }
        let writer = &mut self.writer;
        shown(|| write!(EscapingWriter(&mut *writer), "{value:?}"))
            .unwrap_or_else(|| self.writer.write_str("(its text panicked)"))
    }
}

impl Visit for LineWriter<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if self.written.is_ok() {
            self.written = self.put(field.name(), value);
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "message" => self.record_debug(field, &format_args!("{value}")),
            _ => self.record_debug(field, &value),
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.record_debug(field, &format_args!("{}", chain(value)));
    }
}

/// `type`, not `r#type`.
pub(super) fn plain(name: &str) -> &str {
    name.strip_prefix("r#").unwrap_or(name)
}

thread_local! {
    static SHOWING: Cell<bool> = const { Cell::new(false) };
}

/// Lets a value show itself; nothing if it panics.
pub(super) fn shown<T>(show: impl FnOnce() -> T) -> Option<T> {
    let before = SHOWING.replace(true);
    let shown = catch_panic(show).ok();
    SHOWING.set(before);
    shown
}

/// Whether this thread lets a value show itself, for a line of the log: then it can't write another one.
pub(super) fn is_showing() -> bool {
    SHOWING.try_with(Cell::get).unwrap_or(false)
}
