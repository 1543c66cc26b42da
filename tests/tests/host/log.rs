//! The log of all hosts in this process, each record with the spans that it stands in. A service's log comes from several
//! threads, so it is gathered globally: a test looks for names that are its own.

use std::fmt::{Debug, Write};
use std::sync::{LazyLock, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};
use tracing_subscriber::registry::LookupSpan;

/// One record: its level, its fields as text, and the names of the services in whose spans it stands.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) level: Level,
    pub(crate) text: String,
    pub(crate) spans: Vec<String>,
    /// The due time that the innermost of these tells.
    #[allow(dead_code, reason = "not each binary has timers")]
    pub(crate) due: Option<String>,
}

static RECORDS: Mutex<Vec<Record>> = Mutex::new(Vec::new());

static GATHERED: LazyLock<()> = LazyLock::new(|| {
    let subscriber = tracing_subscriber::registry().with(Gather);
    tracing::subscriber::set_global_default(subscriber).expect("this binary has no other subscriber");
});

/// From here on everything is kept; to be called before the host is built.
pub(crate) fn gather() {
    LazyLock::force(&GATHERED);
}

/// The records in which this text stands.
pub(crate) fn with(text: &str) -> Vec<Record> {
    let records = RECORDS.lock().unwrap_or_else(PoisonError::into_inner);
    records.iter().filter(|record| record.text.contains(text)).cloned().collect()
}

/// The records that stand in the span of this service.
pub(crate) fn within(service: &str) -> Vec<Record> {
    let records = RECORDS.lock().unwrap_or_else(PoisonError::into_inner);
    records.iter().filter(|record| record.spans.iter().any(|span| span == service)).cloned().collect()
}

struct Gather;

struct Name(String);

struct DueTime(String);

#[derive(Default)]
struct Text {
    text: String,
    name: Option<String>,
    due: Option<String>,
}

impl Visit for Text {
    fn record_str(&mut self, field: &Field, value: &str) {
        if ["service", "hook", "task", "provider"].contains(&field.name()) {
            self.name = Some(value.to_owned());
        }
        let _ = write!(self.text, "{}={value} ", field.name());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        match field.name() {
            "message" => drop(write!(self.text, "{value:?} ")),
            "due" => self.due = Some(format!("{value:?}")),
            name => drop(write!(self.text, "{name}={value:?} ")),
        }
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Gather {
    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let mut text = Text::default();
        attributes.record(&mut text);
        let Some(span) = context.span(id) else { return };
        if let Some(name) = text.name {
            span.extensions_mut().insert(Name(name));
        }
        if let Some(due) = text.due {
            span.extensions_mut().insert(DueTime(due));
        }
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let mut text = Text::default();
        event.record(&mut text);
        let spans = || context.event_scope(event).into_iter().flatten();
        let due = spans().find_map(|span| Some(span.extensions().get::<DueTime>()?.0.clone()));
        let spans = spans().filter_map(|span| Some(span.extensions().get::<Name>()?.0.clone())).collect();
        let record = Record { level: *event.metadata().level(), text: text.text, spans, due };
        RECORDS.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}
