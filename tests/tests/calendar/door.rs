//! `hostkit::schedule::Cron`, which is what users have of all this, as the tests of its calendar ask it.

use hostkit_grammar::cron::Cron;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) struct CronSchedule {
    door: hostkit::schedule::Cron,
    cron: Cron,
    zone: TimeZone,
}

impl CronSchedule {
    pub(crate) fn new(cron: Cron, zone: TimeZone) -> Self {
        let door =
            hostkit::schedule::Cron::new(cron.text()).tz(zone.iana_name().expect("a zone with a name"));
        let door = cron.days().map_or(door.clone(), |days| door.days(days));
        CronSchedule { door, cron, zone }
    }

    pub(crate) fn next(&self, after: Timestamp) -> Option<Timestamp> {
        Some(self.door.next(after.into())?.try_into().expect("an instant"))
    }

    pub(crate) fn zone(&self) -> &TimeZone {
        &self.zone
    }

    pub(crate) fn cron(&self) -> &Cron {
        &self.cron
    }
}
