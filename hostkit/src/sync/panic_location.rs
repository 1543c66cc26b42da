//! Where the last panic of a thread happened. Only a panic hook knows: without one of ours the place stays unknown.

use std::cell::RefCell;
use std::panic::{self, PanicHookInfo};

thread_local! {
    static PLACE: RefCell<Option<String>> = const { RefCell::new(None) };
}

/// From now on the places of panics are noted. The hook that is there stays in charge of all else.
pub(crate) fn record_panic_locations() {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        record_panic_location(info);
        hook(info);
    }));
}

/// For a panic hook.
pub(crate) fn record_panic_location(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string);
    let _ = PLACE.try_with(|last| last.replace(place)); // none where the thread is ending
}

/// `src/feed.rs:12:5`, once: where the panic that was just caught on this thread happened.
pub(crate) fn take_panic_location() -> Option<String> {
    PLACE.try_with(RefCell::take).ok().flatten()
}
