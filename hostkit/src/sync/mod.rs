//! Small primitives: locks, counts, panics as values.

pub(crate) mod block_on;
mod catch_panic;
pub(crate) mod live_count;
pub(crate) mod lock;
mod panic_location;
mod panic_safe_drop;
pub(crate) mod select2;

pub(crate) use catch_panic::{BoxFuture, CatchUnwind, catch_panic};
pub(crate) use panic_location::{record_panic_location, record_panic_locations};
pub(crate) use panic_safe_drop::PanicSafeDrop;
