//! The service of a name: a slip of the hand if there is none, a fault of the plan if what it is asked for is wrong.

use std::sync::Arc;
use std::time::Duration;

use hostkit_grammar::{OptionProblem, Suggestion};

use super::main::{CONFIG, CliError, USAGE, trouble};
use crate::host::{Draft, DraftService};
use crate::schedule::Rhythm;
use crate::service::Control;

pub(super) struct NamedTimer {
    pub(super) control: Arc<Control>,
    #[cfg_attr(not(feature = "cron"), allow(dead_code))]
    pub(super) rhythm: Rhythm,
    #[cfg_attr(not(feature = "cron"), allow(dead_code))]
    pub(super) first: Duration,
}

pub(super) fn named<'d>(draft: &'d Draft, name: &str) -> Result<&'d DraftService, CliError> {
    draft.index_of(name).map(|index| &draft.entries[index]).ok_or_else(|| {
        let names = draft.entries.iter().map(|entry| &*entry.name);
        let help = Suggestion::of(name, names).or("`list` shows all names");
        trouble(USAGE, format!("no service is named `{name}`; {help}"))
    })
}

pub(super) fn timer(draft: &Draft, name: &str) -> Result<NamedTimer, CliError> {
    let entry = named(draft, name)?;
    let made = &entry.made;
    if let (Some(control), Some(rhythm)) = (made.timer.clone(), made.rhythm.clone()) {
        return Ok(NamedTimer { control, rhythm, first: made.first });
    }
    if made.faults.is_empty() {
        return Err(trouble(USAGE, format!("`{name}` is #[{}], not a timer", entry.kind)));
    }
    let wrong: Vec<_> = made.faults.iter().map(OptionProblem::to_string).collect();
    Err(trouble(CONFIG, format!("`{name}`, at {}: {}", entry.origin, wrong.join("\n"))))
}
