//! The name of a time zone goes in, the zone comes out, or the name that was probably meant.

use std::fmt;

use hostkit_grammar::nearest;
use jiff::tz::{TimeZone, db};

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

/// There is no time zone of this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct UnknownZone {
    name: String,
    nearest: Option<String>,
}

impl fmt::Display for UnknownZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there is no time zone {:?}", self.name)?;
        match &self.nearest {
            Some(nearest) => write!(f, r#": did you mean "{nearest}"?"#),
            None if OF_THE_MACHINE.iter().any(|name| same(name, &self.name)) => f.write_str(
                r#": write the name of the zone that the machine is in, such as "Europe/Berlin", for another machine may be elsewhere"#,
            ),
            None => f.write_str(r#": write one such as "Europe/Berlin" or "UTC""#),
        }
    }
}

/// The zone of this name: from the system's database, or else from the one that is compiled in.
pub(super) fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    db().get(name).map_err(|_| UnknownZone { name: name.to_owned(), nearest: meant(name) })
}

/// By abbreviation, by offset, by the last part of its name, by typing mistakes.
fn meant(name: &str) -> Option<String> {
    let of_the_machine = |zone: &str| OF_THE_MACHINE.iter().any(|name| same(name, zone));
    if of_the_machine(name) {
        return None;
    }
    let known = db().available().map(|zone| zone.as_str().to_owned());
    let known: Vec<String> = known.filter(|zone| !of_the_machine(zone)).collect();
    let known = || known.iter().map(String::as_str);
    let place = |zone: &str| zone.rsplit('/').next().is_some_and(|place| same(place, name));
    let aliased = ABBREVIATIONS.iter().find(|(short, _)| same(short, name)).map(|(_, zone)| *zone);
    if let Some(zone) = aliased.or_else(|| known().find(|zone| place(zone))) {
        return Some(zone.to_owned());
    }
    let near_place = || {
        let places = known().filter_map(|zone| zone.rsplit_once('/').map(|(_, place)| place));
        let place = nearest(name, places)?;
        known().find(|zone| zone.rsplit('/').next() == Some(place))
    };
    by_offset(name).or_else(|| nearest(name, known()).or_else(near_place).map(str::to_owned))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_zone_is_told_the_one_that_was_meant() {
        for (name, meant) in [
            ("Europe/Berln", "Europe/Berlin"),
            ("new york", "America/New_York"),
            ("CEST", "Europe/Berlin"),
            ("PDT", "America/Los_Angeles"),
            ("UTC+2", "Etc/GMT-2"),
            ("+5", "Etc/GMT-5"),
            ("America/NewYork", "America/New_York"),
            ("Kolkatta", "Asia/Kolkata"),
        ] {
            assert_eq!(zone(name).expect_err(name).nearest.as_deref(), Some(meant), "{name}");
        }
        for name in ["Local", "local", "LOCAL"] {
            let told = zone(name).expect_err(name).to_string();
            assert!(told.contains("write the name of the zone that the machine is in"), "{told}");
        }
        assert_eq!(
            zone("Narnia").expect_err("no zone").to_string(),
            r#"there is no time zone "Narnia": write one such as "Europe/Berlin" or "UTC""#
        );
    }
}
