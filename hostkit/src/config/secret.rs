//! A value that is never shown.

use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;

use serde_core::de::{Deserialize, Deserializer, Visitor};
use zeroize::Zeroize;

use super::hide::MASK;

/// By this name a reader of configuration knows that a secret comes.
pub(super) const SECRET: &str = "$hostkit::Secret";

thread_local! {
    /// How many secrets this thread has begun to read.
    static MADE: Cell<u64> = const { Cell::new(0) };
}

pub(super) fn made() -> u64 {
    MADE.get()
}

/// A value that is never shown, and is wiped from memory when it is dropped.
///
/// `Debug` shows `***`, the command `config` and all errors mask it, and there is no `Display`.
///
/// ```
/// use hostkit::config::Secret;
///
/// let token = Secret::new("hunter2".to_owned());
/// assert_eq!(format!("{token:?}"), "***");
/// assert_eq!(token.expose(), "hunter2");
/// ```
///
/// Texts, numbers, `Option`s and `Vec`s of them can be wiped; a type of yours implements [`Zeroize`]. The configuration wipes its own
/// copies too: the bytes of a file, and the texts of all layers once the plan is validated. It can't wipe what others keep: the
/// process's environment and command line, the buffer that serde reads `flatten` and untagged enums from, and a collection's old place
/// when it grows.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Secret<T: Zeroize>(
    /// `None` once [`into_inner`](Secret::into_inner) took it.
    Option<T>,
);

impl<T: Zeroize> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Secret(Some(value))
    }

    /// The value itself.
    pub const fn expose(&self) -> &T {
        match &self.0 {
            Some(value) => value,
            None => unreachable!(),
        }
    }

    /// The value itself, no longer hidden, and not wiped.
    pub fn into_inner(mut self) -> T {
        self.0.take().unwrap_or_else(|| unreachable!("only this method takes it"))
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        if let Some(value) = &mut self.0 {
            value.zeroize();
        }
    }
}

impl<T: Zeroize + Default> Default for Secret<T> {
    fn default() -> Self {
        Secret::new(T::default())
    }
}

impl<T: Zeroize> From<T> for Secret<T> {
    fn from(value: T) -> Self {
        Secret::new(value)
    }
}

impl<T: Zeroize> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl<'de, T: Zeroize + Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(SECRET, SecretVisitor(PhantomData))
    }
}

struct SecretVisitor<T>(PhantomData<T>);

impl<'de, T: Zeroize + Deserialize<'de>> Visitor<'de> for SecretVisitor<T> {
    type Value = Secret<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a secret")
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Secret<T>, D::Error> {
        MADE.set(MADE.get() + 1);
        T::deserialize(deserializer).map(Secret::new)
    }
}
