//! What generated code demands of a type of job, each in one place: that it can be stored, tried again, told apart by a field.

use std::fmt::Display;

use crate::queue::{Codec, Job};

/// The only place where generated code demands `T: Job`.
#[doc(hidden)]
pub fn storable<T: Job>() -> Codec<T> {
    T::codec()
}

/// A job that is kept in memory, and can be tried again.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be tried again: it is kept in memory, and an attempt takes it",
    label = "not `Clone`",
    note = "derive `Clone` for `{Self}`, so that a copy is there for the next attempt",
    note = "or let each of its jobs have one attempt: `#[queued(in_memory, retries = 0)]`"
)]
pub trait Again: Sized {
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> Again for T {
    fn again(&self) -> T {
        self.clone()
    }
}

/// The only place where generated code demands that a job which is not stored can be tried again.
#[doc(hidden)]
pub fn again<T: Again>() -> fn(&T) -> T {
    T::again
}

/// A key: the text that a field of a job is shown as.
#[doc(hidden)]
pub fn shown<F: Display + ?Sized>(field: &F) -> String {
    field.to_string()
}
