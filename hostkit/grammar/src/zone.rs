//! The name of a time zone that there is not, and the one that was probably meant.

use crate::sentence::{Sentence, errors};
use crate::suggest::Suggestion;
use crate::suggest::nearest;
use std::borrow::Cow;

/// Abbreviations that are no zones, and a place that has that time.
const ABBREVIATIONS: [(&str, &str); 22] = [
    ("AEDT", "Australia/Sydney"),
    ("AEST", "Australia/Sydney"),
    ("AKST", "America/Anchorage"),
    ("BRT", "America/Sao_Paulo"),
    ("BST", "Europe/London"),
    ("CDT", "America/Chicago"),
    ("CEST", "Europe/Berlin"),
    ("CST", "America/Chicago"),
    ("EDT", "America/New_York"),
    ("EEST", "Europe/Athens"),
    ("HKT", "Asia/Hong_Kong"),
    ("IST", "Asia/Kolkata"),
    ("JST", "Asia/Tokyo"),
    ("KST", "Asia/Seoul"),
    ("MDT", "America/Denver"),
    ("MSK", "Europe/Moscow"),
    ("NZDT", "Pacific/Auckland"),
    ("NZST", "Pacific/Auckland"),
    ("PDT", "America/Los_Angeles"),
    ("PST", "America/Los_Angeles"),
    ("SGT", "Asia/Singapore"),
    ("WEST", "Europe/Lisbon"),
];

/// Names that only some machines have, or that stand for whatever the machine's own zone is.
const OF_THE_MACHINE: [&str; 4] = ["localtime", "posixrules", "Factory", "local"];

/// There is no time zone of this name. Its `Display` says which one was probably meant.
///
/// ```
/// use hostkit_grammar::zone::UnknownZone;
///
/// let problem = UnknownZone::new("Europe/Berln", &["Europe/Berlin", "UTC"]);
/// assert_eq!(problem.to_string(), r#"there is no time zone "Europe/Berln": did you mean "Europe/Berlin"?"#);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownZone {
    name: String,
    nearest: Option<String>,
}

impl UnknownZone {
    /// `known` are the names of all zones.
    pub fn new(name: &str, known: &[&str]) -> Self {
        Self { name: name.to_owned(), nearest: meant(name, known).map(Cow::into_owned) }
    }

    /// The zone that was probably meant.
    pub fn nearest(&self) -> Option<&str> {
        self.nearest.as_deref()
    }
}

impl UnknownZone {
    /// What is wrong, and what to do about it.
    pub fn sentence(&self) -> Sentence {
        let otherwise = if is_of_the_machine(&self.name) {
            r#"write the name of the zone that the machine is in, such as "Europe/Berlin", for another machine may be elsewhere"#
        } else {
            r#"write one such as "Europe/Berlin" or "UTC""#
        };
        let help = Suggestion::new(&self.nearest).in_quotes().or(otherwise);
        Sentence::new(format!("there is no time zone {:?}", self.name), help)
    }
}

errors!(UnknownZone);

/// By abbreviation, by the last part of its name, by offset, by typing mistakes.
fn meant<'z>(name: &str, known: &[&'z str]) -> Option<Cow<'z, str>> {
    if is_of_the_machine(name) {
        return None;
    }
    let known = || known.iter().copied().filter(|zone| !is_of_the_machine(zone));
    let place = |zone: &str| zone.rsplit('/').next().is_some_and(|place| same(place, name));
    let aliased = ABBREVIATIONS.iter().find(|(short, _)| same(short, name)).map(|(_, zone)| *zone);
    if let Some(zone) = aliased.or_else(|| known().find(|zone| place(zone))) {
        return Some(zone.into());
    }
    if let Some(zone) = by_offset(name) {
        return Some(zone.into());
    }
    let near_place = || {
        let place = nearest(name, known().filter_map(|zone| zone.rsplit_once('/').map(|(_, place)| place)))?;
        known().find(|zone| zone.rsplit('/').next() == Some(place))
    };
    nearest(name, known()).or_else(near_place).map(Cow::from)
}

fn is_of_the_machine(zone: &str) -> bool {
    OF_THE_MACHINE.iter().any(|name| same(name, zone))
}

/// `UTC+2` and `+2` are `Etc/GMT-2`: its sign is the other way round.
fn by_offset(name: &str) -> Option<String> {
    let offset = ["UTC", "GMT"].iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name);
    let (sign, hours) = offset.strip_prefix('+').map(|hours| ('-', hours)).or_else(|| {
        let hours = offset.strip_prefix('-')?;
        Some(('+', hours))
    })?;
    let hours: u8 = hours.parse().ok()?;
    (1..=12).contains(&hours).then(|| format!("Etc/GMT{sign}{hours}"))
}

fn same(a: &str, b: &str) -> bool {
    a.replace(' ', "_").eq_ignore_ascii_case(&b.replace(' ', "_"))
}
