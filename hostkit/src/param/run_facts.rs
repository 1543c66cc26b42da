//! What a parameter tells of its run.

use std::sync::{Arc, Mutex};

use crate::sync::lock::lock_unpoisoned;

#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "testing"), allow(dead_code, reason = "only unit tests set facts"))]
pub(crate) enum RunFacts<T> {
    /// As they were when the run began.
    Fixed(T),
    /// As a unit test sets them.
    Set(Arc<Mutex<T>>),
}

impl<T: Copy> RunFacts<T> {
    pub(crate) fn get(&self) -> T {
        match self {
            RunFacts::Fixed(facts) => *facts,
            RunFacts::Set(facts) => *lock_unpoisoned(facts),
        }
    }
}
