//! The shared values of a host: a type in, its one value out.
//!
//! A value that a provider will make has its place from the beginning, and is put there once: nothing is locked or copied when
//! the values are complete.
//!
//! The order in which they were made is kept: they are dropped in reverse.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use crate::outcome::text::short;
use crate::sync::PanicSafeDrop;
use crate::sync::lock::lock_unpoisoned;

/// An `Arc` of a value, its type forgotten.
pub(crate) type AnyValue = Box<dyn Any + Send + Sync>;

#[derive(Default)]
pub(crate) struct Values {
    places: HashMap<TypeId, OnceLock<PanicSafeDrop<AnyValue>>>,
    /// What was made or given and the name of its type, the first one first. A value that took another's place is there twice.
    order: Mutex<Vec<(TypeId, &'static str)>>,
}

impl Values {
    /// Adds a value; one that was there is gone.
    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.add(TypeId::of::<Arc<T>>(), type_name::<T>(), Box::new(Arc::new(value)));
    }

    fn add(&mut self, key: TypeId, of: &'static str, made: AnyValue) {
        self.places.insert(key, OnceLock::from(PanicSafeDrop::new(made)));
        lock_unpoisoned(&self.order).push((key, of));
    }

    /// Makes room for what a provider will make.
    pub(crate) fn reserve(&mut self, key: TypeId) {
        self.places.entry(key).or_default();
    }

    /// Takes out what is not used.
    pub(crate) fn remove(&mut self, key: TypeId) {
        self.places.remove(&key);
    }

    /// Puts a value of this type where room was made for it.
    pub(crate) fn put(&self, key: TypeId, of: &'static str, made: AnyValue) {
        if let Some(place) = self.places.get(&key)
            && place.set(PanicSafeDrop::new(made)).is_ok()
        {
            lock_unpoisoned(&self.order).push((key, of)); // a place has one provider, which runs once
        }
    }

    /// Takes one out, to be dropped elsewhere.
    pub(crate) fn take(&mut self, key: TypeId) -> Option<AnyValue> {
        Some(self.places.get_mut(&key)?.take()?.into_inner())
    }

    /// All of them, what was made last comes first.
    pub(crate) fn into_reverse_order(mut self) -> Vec<(TypeId, PanicSafeDrop<AnyValue>)> {
        self.take_all().into_iter().map(|(key, _, value)| (key, value)).collect()
    }

    fn take_all(&mut self) -> Vec<(TypeId, &'static str, PanicSafeDrop<AnyValue>)> {
        let order = std::mem::take(&mut *lock_unpoisoned(&self.order));
        let reverse = order.into_iter().rev();
        reverse.filter_map(|(key, of)| Some((key, of, self.places.get_mut(&key)?.take()?))).collect()
    }

    /// What was put there.
    pub(crate) fn at(&self, key: TypeId) -> Option<&AnyValue> {
        Some(&**self.places.get(&key)?.get()?)
    }

    /// Adds what a service brings, under the type of its `Arc`.
    #[cfg(feature = "queue")]
    pub(crate) fn insert_brought(&mut self, key: TypeId, of: &'static str, value: AnyValue) {
        self.add(key, of, value);
    }

    /// The value of type `T`; a value that was inserted in an `Arc` is found by what the `Arc` holds.
    pub(crate) fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.find::<Arc<T>>()
            .cloned()
            .or_else(|| self.find::<Arc<Arc<T>>>().map(|value| Arc::clone(value.as_ref())))
    }

    fn find<A: 'static>(&self) -> Option<&A> {
        self.at(TypeId::of::<A>())?.downcast_ref::<A>()
    }

    /// The value of type `T`, of which validation saw to it that it is there.
    pub(crate) fn expect<T: ?Sized + Send + Sync + 'static>(&self) -> Arc<T> {
        self.get().unwrap_or_else(|| {
            let of = type_name::<T>();
            unreachable!(
                "`{of}` was got but not asked for: a `Param` whose `get` takes it must ask for it in `needs`"
            )
        })
    }
}

/// Those of a host that never ran, in reverse order of their making. There is no report: a panic is logged.
impl Drop for Values {
    fn drop(&mut self) {
        for (_, of, value) in self.take_all() {
            if let Err(failure) = value.dispose() {
                tracing::error!(target: "hostkit", "{}", failure.while_dropped(&format!("`{}`", short(of))));
            }
        }
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values({})", self.places.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    trait Speak: Send + Sync {
        fn speak(&self) -> &str;
    }
    impl Speak for String {
        fn speak(&self) -> &str {
            self
        }
    }

    #[test]
    fn a_value_is_found_by_its_type_plain_or_in_an_arc() {
        let mut values = Values::default();
        values.insert(7u32);
        values.insert(Arc::new(String::from("x")));
        values.insert(Arc::new(String::from("y")) as Arc<dyn Speak>);
        assert_eq!(values.get::<u32>().as_deref(), Some(&7));
        assert_eq!(values.get::<String>().map(|s| s.to_string()), Some("x".into()));
        assert_eq!(values.get::<dyn Speak>().map(|s| s.speak().to_owned()), Some("y".into()));
        assert_eq!(values.get::<u64>(), None);
    }

    #[test]
    fn a_value_that_is_made_later_has_its_place_before() {
        let mut values = Values::default();
        let key = TypeId::of::<Arc<u32>>();
        values.put(key, "u32", Box::new(Arc::new(1u32)));
        assert_eq!(values.get::<u32>(), None, "nobody made room for it");
        values.reserve(key);
        assert_eq!(values.get::<u32>(), None, "not made yet");
        values.put(key, "u32", Box::new(Arc::new(2u32)));
        assert_eq!(values.get::<u32>().as_deref(), Some(&2));
    }
}
