//! What the host keeps of the user's until it ends: its drop can't panic.

use std::ops::{Deref, DerefMut};

use super::catch_panic;
use crate::outcome::failure::Failure;

/// A value of the user's, or a closure with such values. A panic of its drop is logged: whoever lets go of a host waits for its
/// report, and has no use for a panic of somebody else's.
pub(crate) struct PanicSafeDrop<T>(Option<T>);

impl<T> PanicSafeDrop<T> {
    pub(crate) fn new(value: T) -> Self {
        PanicSafeDrop(Some(value))
    }

    /// Drops it here; its panic is the failure.
    pub(crate) fn dispose(mut self) -> Result<(), Failure> {
        let value = self.0.take();
        catch_panic(|| drop(value))
    }

    /// Takes it out: from now on its drop is somebody else's.
    pub(crate) fn into_inner(mut self) -> T {
        self.0.take().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T> Deref for PanicSafeDrop<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T> DerefMut for PanicSafeDrop<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().unwrap_or_else(|| unreachable!("it is there until it is dropped"))
    }
}

impl<T> Drop for PanicSafeDrop<T> {
    fn drop(&mut self) {
        let value = self.0.take();
        if let Err(failure) = catch_panic(|| drop(value)) {
            tracing::error!(target: "hostkit", error = %failure, "panicked while the host let it go");
        }
    }
}
