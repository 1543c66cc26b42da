//! The shared values of a host: a type in, its one value out.

use std::any::{Any, TypeId, type_name};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use super::Want;

#[derive(Default)]
pub(crate) struct Values(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

impl Values {
    /// Adds a value; says whether it is the first of its type.
    pub(crate) fn insert<T: Send + Sync + 'static>(&mut self, value: T) -> bool {
        self.0.insert(TypeId::of::<Arc<T>>(), Box::new(Arc::new(value))).is_none()
    }

    /// Adds what a service brings, under the type of its `Arc`.
    #[cfg(feature = "queue")]
    pub(crate) fn insert_brought(&mut self, key: TypeId, value: Box<dyn Any + Send + Sync>) {
        self.0.insert(key, value);
    }

    pub(crate) fn satisfies(&self, want: &Want) -> bool {
        want.brought || want.optional || want.keys.iter().any(|key| self.0.contains_key(key))
    }

    /// The value of type `T`; a value that was inserted in an `Arc` is found by what the `Arc` holds.
    pub(crate) fn get<T: ?Sized + Send + Sync + 'static>(&self) -> Option<Arc<T>> {
        self.find::<Arc<T>>()
            .cloned()
            .or_else(|| self.find::<Arc<Arc<T>>>().map(|value| Arc::clone(value.as_ref())))
    }

    fn find<A: 'static>(&self) -> Option<&A> {
        self.0.get(&TypeId::of::<A>())?.downcast_ref::<A>()
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

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values({})", self.0.len())
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
        assert!(values.insert(7u32));
        assert!(values.insert(Arc::new(String::from("x"))));
        assert!(values.insert(Arc::new(String::from("y")) as Arc<dyn Speak>));
        assert_eq!(values.get::<u32>().as_deref(), Some(&7));
        assert_eq!(values.get::<String>().map(|s| s.to_string()), Some("x".into()));
        assert_eq!(values.get::<dyn Speak>().map(|s| s.speak().to_owned()), Some("y".into()));
        assert_eq!(values.get::<u64>(), None);
        assert!(!values.insert(8u32), "the second of its type");
    }
}
