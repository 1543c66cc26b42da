//! The name of a time zone goes in, the zone comes out, or the name that was probably meant.

use hostkit_grammar::zone::UnknownZone;
use jiff::tz::{TimeZone, db};

/// The zone of this name: from the system's database, or else from the one that is compiled in.
pub(super) fn zone(name: &str) -> Result<TimeZone, UnknownZone> {
    db().get(name).map_err(|_| {
        let known: Vec<_> = db().available().collect();
        UnknownZone::new(name, &known.iter().map(|zone| zone.as_str()).collect::<Vec<_>>())
    })
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
            assert_eq!(zone(name).expect_err(name).nearest(), Some(meant), "{name}");
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
