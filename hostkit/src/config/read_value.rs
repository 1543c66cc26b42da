//! The value of a section, from its reading to the host. Where nobody takes it, its drop can't panic.

use std::any::type_name;
use std::ops::Deref;

use crate::outcome::text::short;
use crate::sync::catch_panic;

/// What a section was read as. Dropped without [`into_inner`](ReadValue::into_inner), a panic of the drop is logged with the struct's name.
pub(super) struct ReadValue<T>(Option<T>);

impl<T> ReadValue<T> {
    pub(super) fn new(value: T) -> Self {
        ReadValue(Some(value))
    }

    pub(super) fn into_inner(mut self) -> T {
        self.0.take().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T> Deref for ReadValue<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T> Drop for ReadValue<T> {
    fn drop(&mut self) {
        let value = self.0.take();
        if let Err(failure) = catch_panic(|| drop(value)) {
            let name = format!("`{}` (config)", short(type_name::<T>()));
            tracing::error!(target: "hostkit", "{}", failure.while_dropped(&name));
        }
    }
}
