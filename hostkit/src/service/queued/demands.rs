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
pub trait NeedsClone: Sized {
    fn again(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone> NeedsClone for T {
    fn again(&self) -> T {
        self.clone()
    }
}

/// A field by which jobs are told apart: by the text that it is shown as.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` can't be the key of a job: a key is the text of a field, and this field has none",
    label = "not `Display`",
    note = "implement `std::fmt::Display` for `{Self}`, or write the path to a field within it, such as `key = \"user.id\"`"
)]
pub trait KeyField {
    fn shown(&self) -> String;
}

#[diagnostic::do_not_recommend]
impl<F: Display + ?Sized> KeyField for F {
    fn shown(&self) -> String {
        self.to_string()
    }
}
