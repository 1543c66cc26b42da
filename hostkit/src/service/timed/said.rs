//! A schedule to and from the options of the table: what the code said, the configuration may say otherwise.

use hostkit_grammar::Value;
#[cfg(feature = "cron")]
use hostkit_grammar::cron::{Days, parse};

#[cfg(feature = "cron")]
use crate::schedule::Cron;
use crate::schedule::{Delay, Every, Schedule};
use crate::service::Options;
#[cfg(feature = "cron")]
use crate::service::options::words;

impl Schedule {
    /// Writes itself among the options. An expression that is wrong has no place there; it is told when it is read.
    pub(super) fn say(&self, options: &mut Options) {
        match self {
            Schedule::Every(every) => options.say("every", Value::Duration(every.span())),
            Schedule::Delay(delay) => options.say("delay", Value::Duration(delay.span())),
            #[cfg(feature = "cron")]
            Schedule::Cron(cron) => {
                let Ok(expression) = parse(cron.expression()) else { return };
                options.say("cron", Value::Cron(expression));
                if cron.zone() != "UTC" {
                    options.say("tz", Value::Text(cron.zone().to_owned()));
                }
                if let Some(days) = cron.day_rule() {
                    options.say_word("days", days);
                }
            }
        }
    }

    /// What the options say in the end.
    pub(super) fn said(options: &Options) -> Option<Self> {
        if let Some(every) = options.duration("every") {
            return Some(Every::new(every).into());
        }
        if let Some(delay) = options.duration("delay") {
            return Some(Delay::new(delay).into());
        }
        #[cfg(feature = "cron")]
        if let Some(Value::Cron(expression)) = options.get("cron") {
            let cron = Cron::new(expression.text()).tz(options.text("tz").unwrap_or("UTC"));
            return Some(match options.word::<Days>("days") {
                Some(days) => cron.days(days).into(),
                None => cron.into(),
            });
        }
        None
    }
}

#[cfg(feature = "cron")]
words! {
    Days { Any All }
}
