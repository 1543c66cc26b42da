//! Whether a job type is `Clone`, found out where the type is known: by generated code, which calls a method that the one
//! trait has for a `Probe` and the other for a reference to one, and gets the first that fits.

use std::marker::PhantomData;

/// `(&Probe::<Resize>::new()).copying()` is how to clone a `Resize`, if it can be cloned.
#[doc(hidden)]
#[derive(Debug)]
pub struct Probe<T>(PhantomData<fn() -> T>);

impl<T> Probe<T> {
    #[doc(hidden)]
    #[allow(clippy::new_without_default, reason = "generated code calls nothing else")]
    pub const fn new() -> Self {
        Probe(PhantomData)
    }
}

#[doc(hidden)]
pub trait CopiesByClone<T> {
    fn copying(&self) -> Option<fn(&T) -> T>;
}

impl<T: Clone> CopiesByClone<T> for Probe<T> {
    fn copying(&self) -> Option<fn(&T) -> T> {
        Some(T::clone)
    }
}

#[doc(hidden)]
pub trait CopiesNot<T> {
    fn copying(&self) -> Option<fn(&T) -> T>;
}

impl<T> CopiesNot<T> for &Probe<T> {
    fn copying(&self) -> Option<fn(&T) -> T> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::needless_borrow, reason = "the borrow is what chooses")]
    fn it_tells_a_clone_from_what_is_none() {
        struct Plain;
        assert!((&Probe::<String>::new()).copying().is_some_and(|copy| copy(&"x".to_owned()) == "x"));
        assert!((&Probe::<Plain>::new()).copying().is_none());
    }
}
