//! The log as JSON: a line is an object, and no name stands in it twice.
//!
//! ```json
//! {"timestamp":"…","level":"INFO","message":"resized","service":"resize","job":61,"attempt":1,"width":80,"target":"app","spans":[…]}
//! ```
//! What hostkit's spans say of who is at work (service, job, attempt, …) stands beside the message, in a line of the user's as in
//! one of hostkit's. A field whose name is taken is `field.name`.

use std::error::Error;
use std::fmt::{self, Debug};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::Record;
use tracing::{Event, Subscriber};
use tracing_subscriber::field::RecordFields;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields, FormattedFields};
use tracing_subscriber::registry::LookupSpan;

use super::text_fields::{plain, shown};
use crate::outcome::failure::chain;

/// Names of a line's own.
const ENVELOPE: [&str; 6] = ["timestamp", "level", "target", "fields", "span", "spans"];

/// One line to be.
pub(super) struct JsonLine {
    text: String,
    taken: Vec<String>,
}

impl JsonLine {
    pub(super) fn new(level: &str) -> Self {
        let mut now = String::new();
        let _ = SystemTime.format_time(&mut Writer::new(&mut now)); // a String takes everything
        let mut line = JsonLine { text: "{".to_owned(), taken: ENVELOPE.map(str::to_owned).to_vec() };
        line.write("timestamp", &now.into());
        line.write("level", &level.into());
        line
    }

    /// A field, under its name or, where that is taken, one like it.
    pub(super) fn put(&mut self, name: &str, value: &Value) {
        let mut name = name.to_owned();
        while self.taken.contains(&name) {
            name.insert_str(0, "field.");
        }
        self.write(&name, value);
        self.taken.push(name);
    }

    fn write(&mut self, name: &str, value: &Value) {
        let comma = if self.text.len() > 1 { "," } else { "" };
        self.text += &format!("{comma}{}:{value}", Value::from(name));
    }

    pub(super) fn end(mut self, target: &str) -> String {
        self.write("target", &target.into());
        self.text + "}"
    }
}

/// Writes events.
pub(super) struct JsonLines;

impl<S, N> FormatEvent<S, N> for JsonLines
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup>,
    N: for<'writer> FormatFields<'writer> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let meta = event.metadata();
        let mut fields = Fields::default();
        event.record(&mut fields);
        let (mut facts, mut spans): (Vec<(String, Value)>, _) = (Vec::new(), Vec::new());
        for span in context.event_scope().into_iter().flatten() {
            let extensions = span.extensions();
            let said = extensions.get::<FormattedFields<N>>().map(|said| said.fields.as_str());
            let said: Map<String, Value> =
                said.and_then(|said| serde_json::from_str(said).ok()).unwrap_or_default();
            let mut entry = Map::from_iter([("name".to_owned(), Value::from(span.metadata().name()))]);
            for (name, value) in said {
                if span.metadata().target() == "hostkit" && facts.iter().all(|(known, _)| *known != name) {
                    facts.push((name.clone(), value.clone()));
                }
                let name = if entry.contains_key(&name) { format!("field.{name}") } else { name };
                entry.insert(name, value);
            }
            spans.push(Value::Object(entry));
        }
        spans.reverse();

        let mut line = JsonLine::new(meta.level().as_str());
        let message = fields.0.iter().position(|(name, _)| *name == "message");
        if let Some((name, value)) = message.map(|message| fields.0.remove(message)) {
            line.put(name, &value);
        }
        facts.iter().for_each(|(name, value)| line.put(name, value));
        let mut target = None;
        for (name, value) in &fields.0 {
            match *name {
                "log.target" => target = value.as_str(),
                name if name.starts_with("log.") => {}
                name if facts.iter().any(|(known, fact)| known == name && fact == value) => {}
                name => line.put(name, value),
            }
        }
        if !spans.is_empty() {
            line.write("spans", &Value::Array(spans));
        }
        writeln!(writer, "{}", line.end(target.unwrap_or(meta.target())))
    }
}

/// Writes the fields of a span: an object.
pub(super) struct JsonFields;

impl<'writer> FormatFields<'writer> for JsonFields {
    fn format_fields<R: RecordFields>(&self, mut writer: Writer<'writer>, fields: R) -> fmt::Result {
        write!(writer, "{}", object(&fields, Map::new()))
    }

    fn add_fields(&self, current: &'writer mut FormattedFields<Self>, fields: &Record<'_>) -> fmt::Result {
        let known = serde_json::from_str(&current.fields).unwrap_or_default();
        current.fields = object(fields, known).to_string();
        Ok(())
    }
}

fn object<R: RecordFields>(fields: &R, mut known: Map<String, Value>) -> Value {
    let mut read = Fields::default();
    fields.record(&mut read);
    known.extend(read.0.into_iter().map(|(name, value)| (name.to_owned(), value)));
    known.into()
}

/// Fields, in order.
#[derive(Default)]
struct Fields(Vec<(&'static str, Value)>);

impl Fields {
    fn put(&mut self, field: &Field, value: impl Into<Value>) {
        self.0.push((plain(field.name()), value.into()));
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.put(field, shown(|| format!("{value:?}")).unwrap_or_else(|| "(its text panicked)".to_owned()));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.put(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value);
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value);
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value);
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        if value.is_finite() {
            self.put(field, value)
        } else {
            self.put(field, value.to_string()) // no number of JSON's
        }
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.put(field, chain(value));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_taken_is_written_another_way() {
        let mut line = JsonLine::new("INFO");
        for name in ["level", "message", "message", "spans", "mine", "level"] {
            line.put(name, &name.into());
        }
        let text = line.end("app");
        for name in
            ["level", "field.level", "field.field.level", "message", "field.message", "field.spans", "mine"]
        {
            assert_eq!(text.matches(&format!("\"{name}\":")).count(), 1, "{name}: {text}");
        }
    }
}
